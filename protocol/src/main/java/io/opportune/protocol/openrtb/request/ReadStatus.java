package io.opportune.protocol.openrtb.request;

/** What came of reading a request. */
public enum ReadStatus {
    /** Read; at least one imp is usable, see {@link Imp#status()}. */
    OK(Outcome.READ, "read"),
    /** Valid JSON, but no object. */
    NOT_AN_OBJECT(Outcome.UNUSABLE, "the body is JSON but no object"),
    /** No id, or an empty one (OpenRTB 2.6 section 3.2.1: required). */
    MISSING_ID(Outcome.UNUSABLE, "id is missing"),
    /** No imp (section 3.2.1: at least one). */
    NO_IMP(Outcome.UNUSABLE, "there is no imp"),
    /** No imp that can be bid on. */
    NO_USABLE_IMP(Outcome.UNUSABLE, "no imp is usable"),
    /** More objects and items than the arena may hold. */
    TOO_MANY_VALUES(Outcome.UNUSABLE, "more objects and items than the reader's limit"),
    /** Nothing but white space, or nothing. */
    EMPTY_BODY(Outcome.MALFORMED, "the body is empty"),
    /** Not JSON (RFC 8259), or not the protobuf wire format. */
    MALFORMED(Outcome.MALFORMED, "malformed"),
    /** It ends too early. */
    TRUNCATED(Outcome.MALFORMED, "it ends too early"),
    /** Nested deeper than the limit, but JSON; of protobuf what stands behind was not looked at. */
    TOO_DEEP(Outcome.UNUSABLE, "nested deeper than the reader's limit"),
    /** Longer than the limit; nothing was read. */
    BODY_TOO_LARGE(Outcome.TOO_LARGE, "longer than the reader's limit");

    /** What an exchange is told. */
    public enum Outcome {
        /** The request goes on. */
        READ,
        /** A no-bid with nbr 2 (invalid request). */
        UNUSABLE,
        /** HTTP 400. */
        MALFORMED,
        /** HTTP 413. */
        TOO_LARGE
    }

    private final Outcome outcome;
    private final String text;

    ReadStatus(final Outcome outcome, final String text) {
        this.outcome = outcome;
        this.text = text;
    }

    /**
     * What an exchange is told.
     *
     * @return never null.
     */
    public Outcome outcome() {
        return outcome;
    }

    /**
     * The meaning for people.
     *
     * @return text without a full stop.
     */
    public String text() {
        return text;
    }
}
