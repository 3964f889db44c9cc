package io.opportune.engine.exchange;

/** How markup gets to an exchange (OpenRTB 2.6, section 4.3). */
public enum MarkupPlace {
    /** In the bid ({@code adm}). */
    ADM,
    /** As the answer to the win notice ({@code nurl}). */
    NURL
}
