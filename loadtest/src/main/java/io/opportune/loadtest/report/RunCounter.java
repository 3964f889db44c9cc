package io.opportune.loadtest.report;

/**
 * What a run counts. Messages of the warm-up count only under {@link #WARMUP_SENT}, except for what is wrong with the
 * connection itself.
 */
public enum RunCounter {
    /** Messages sent during the warm-up. */
    WARMUP_SENT("warm-up messages"),
    /** Messages sent. */
    SENT("sent"),
    /** Decision requests among them. */
    DECISIONS_SENT("decision requests"),
    /** Event reports among them. */
    EVENTS_SENT("event reports"),
    /** Context updates and identity links among them. */
    UPDATES_SENT("context updates"),
    /** Full decisions with at least one offer. */
    OFFERS("full, with offers"),
    /** Full decisions that found nothing to offer. */
    NO_OFFER("full, no offer"),
    /** Answers with the placement's fallback for want of an eligible offer or of what deciding needs. */
    FALLBACK("fallback"),
    /** Answers without a decision because of load or the deadline (reasons 200..299, except truncation). */
    SHED("shed"),
    /** Full decisions that stopped scoring at the deadline; counted under offers as well. */
    TRUNCATED("truncated"),
    /** Answers after send time plus time budget, as the client sees them. */
    LATE("late"),
    /** Decision answers with status rejected, and messages answered by a reject. */
    REJECTED("rejected"),
    /** Messages without any answer when the run ended or their connection was lost. */
    UNANSWERED("unanswered"),
    /** Events that the server applied. */
    EVENTS_ACCEPTED("events accepted"),
    /** Events that it had applied before. */
    EVENTS_DUPLICATE("events duplicate"),
    /** Events that name an offer or decision it does not know. */
    EVENTS_UNKNOWN("events unknown"),
    /** Events that it refused. */
    EVENTS_REJECTED("events rejected"),
    /** Context updates and links applied. */
    UPDATES_ACCEPTED("updates accepted"),
    /** Context updates and links not applied. */
    UPDATES_REFUSED("updates refused"),
    /** Answers to nothing that was asked, or a second answer. */
    UNEXPECTED_ANSWERS("unexpected answers"),
    /** Frames that could not be read. */
    MALFORMED_FRAMES("malformed frames"),
    /** Connections that the server closed, or that broke. */
    CONNECTIONS_LOST("connections lost"),
    /** Messages that waited because every connection was full or not writable: the server's doing, not ours. */
    HELD_BACK("held back");

    private final String label;

    RunCounter(final String label) {
        this.label = label;
    }

    /**
     * Name for people and, with hyphens for spaces and commas removed, for objectives.
     *
     * @return lower-case text.
     */
    public String label() {
        return label;
    }

    /**
     * Name in JSON and objectives.
     *
     * @return lower-case words joined by hyphens, e.g. {@code events-accepted}.
     */
    public String key() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
