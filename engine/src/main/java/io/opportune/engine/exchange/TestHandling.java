package io.opportune.engine.exchange;

/** What becomes of a request with {@code test: 1}, whose auction is not billable. */
public enum TestHandling {
    /** It is bid on; nothing is charged. */
    BID,
    /** It gets no bid. */
    NO_BID
}
