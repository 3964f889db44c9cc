package io.opportune.engine.exchange;

/** What the number in a decrypted price counts. Plain prices are always a CPM, as the specification has it. */
public enum PriceUnit {
    /** Micros of the price of one impression: 1.00 CPM is 1,000. */
    CPI_MICROS,
    /** Micros of the price of a thousand impressions: 1.00 CPM is 1,000,000. */
    CPM_MICROS
}
