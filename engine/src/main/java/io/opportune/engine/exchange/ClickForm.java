package io.opportune.engine.exchange;

/** Where an exchange's click macro stands in the link of an ad. */
public enum ClickForm {
    /** Before the whole link, which follows percent-encoded: the browser calls the exchange first. */
    BEFORE,
    /** In a parameter of the link, percent-encoded: we send the browser there, with the page behind it. */
    PARAMETER
}
