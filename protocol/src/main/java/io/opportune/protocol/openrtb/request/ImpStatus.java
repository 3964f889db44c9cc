package io.opportune.protocol.openrtb.request;

/** Whether an imp can be bid on at all; one that cannot does not spoil the others. */
public enum ImpStatus {
    /** A bid can be made. */
    USABLE("usable"),
    /** No id or an empty one: a bid could not name it (OpenRTB 2.6 section 3.2.4: required). */
    MISSING_ID("imp.id is missing"),
    /** Neither banner, video, audio nor native (section 3.2.4). */
    NO_MEDIA("imp has neither banner, video, audio nor native"),
    /** An imp before it has the same id (section 3.2.4: unique): a bid would name both. */
    DUPLICATE_ID("an imp before it has the same id");

    private static final ImpStatus[] ALL = values();
    private final String text;

    ImpStatus(final String text) {
        this.text = text;
    }

    /**
     * The meaning for people.
     *
     * @return text without a full stop.
     */
    public String text() {
        return text;
    }

    static ImpStatus of(final int ordinal) {
        return ALL[ordinal];
    }
}
