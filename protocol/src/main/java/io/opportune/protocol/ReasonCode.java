package io.opportune.protocol;

/**
 * Why an answer is what it is: for a whole decision, for one rejected candidate, or for an event. Codes are banded so
 * that a reader who does not know one still knows its kind; codes are only added, never reused.
 */
public enum ReasonCode {
    /** All is well. */
    NONE(0, "no remark"),

    /** No offer's targeting held. */
    NO_CANDIDATES(100, "no offer fits this moment"),
    /** Candidates existed and all were removed afterwards. */
    ALL_CANDIDATES_REJECTED(101, "every fitting offer was held back by a cap, a flight or a policy"),
    /** The placement has no fallback and nothing was eligible. */
    NO_FALLBACK(102, "nothing eligible and the placement declares no fallback"),
    /** The customer asked for nothing: support and returns are no selling moments. */
    NOT_A_SELLING_MOMENT(103, "the placement makes no offers in this moment"),

    /** Queue delay plus expected service time exceeded what was left. */
    SHED_ON_ENTRY(200, "shed on entry: too little time left for a decision"),
    /** The pipeline's ring was full. */
    RING_FULL(201, "shed on entry: the pipeline is full"),
    /** The deadline passed before the profile was read. */
    LATE_BEFORE_CONTEXT(202, "deadline passed while waiting"),
    /** The deadline passed before candidates were known. */
    LATE_IN_TARGETING(203, "deadline passed while matching offers"),
    /** The deadline passed before the answer was written. */
    LATE_BEFORE_WRITE(204, "deadline passed before the answer was journalled"),
    /** Scoring stopped at the deadline; the answer is the best of those scored. */
    TRUNCATED_IN_SCORING(205, "deadline passed while scoring: best of the candidates scored so far"),

    /** The journal could not be written. */
    JOURNAL_UNAVAILABLE(300, "the journal cannot be written; nothing was recorded"),
    /** A profile could not be created. */
    STORE_FULL(301, "the profile store is full"),
    /** No catalogue is loaded. */
    NO_CATALOGUE(302, "no catalogue is loaded"),
    /** The placement is not in the catalogue. */
    UNKNOWN_PLACEMENT(303, "the placement is not in the catalogue"),
    /** The server is going down. */
    SHUTTING_DOWN(304, "the server is shutting down"),

    /** Candidate: outside its campaign's flights. */
    FLIGHT_NOT_ACTIVE(400, "the campaign is not in flight at this time"),
    /** Candidate: the offer or its campaign is paused. */
    PAUSED(401, "the offer or its campaign is paused"),
    /** Candidate: not meant for this channel. */
    CHANNEL_MISMATCH(402, "the offer is not made on this channel"),
    /** Candidate: not meant for this placement. */
    PLACEMENT_MISMATCH(403, "the offer is not made in this placement"),
    /** Candidate: the targeting rule does not hold. */
    TARGETING_MISMATCH(404, "the targeting rule does not hold"),
    /** Candidate: its frequency cap for this customer is reached. */
    CAP_REACHED(405, "the offer's cap for this customer is reached"),
    /** Candidate: this customer has just bought what it promotes. */
    JUST_BOUGHT(406, "the customer has just bought this"),
    /** Candidate: another offer of the same advertiser category scored higher. */
    CATEGORY_TAKEN(407, "another offer of the same advertiser category ranks higher"),
    /** Candidate: offers with higher scores filled the slate. */
    OUTRANKED(408, "offers with higher scores filled the slate"),
    /** Candidate: it needs a consent the customer has not given. */
    CONSENT_MISSING(409, "the customer has not consented to what this offer needs"),
    /** Candidate: no creative for this channel. */
    NO_CREATIVE(410, "the offer has no creative for this channel"),
    /** Candidate: the currency differs from the request's. */
    CURRENCY_MISMATCH(411, "the offer's currency is not the request's"),
    /** Candidate: the customer declined it recently. */
    DECLINED_RECENTLY(412, "the customer declined this offer recently"),

    /** Event: the same id was applied before. */
    DUPLICATE_EVENT(500, "this event was applied before"),
    /** Event: it names an offer the registry does not know. */
    UNKNOWN_OFFER(501, "no such offer"),
    /** Event: it names a decision that no journal of this store holds. */
    UNKNOWN_DECISION(502, "no such decision"),
    /** Event: no customer id. */
    MISSING_CUSTOMER(503, "no customer id"),
    /** Event: its time lies outside the allowed bounds. */
    EVENT_TIME_OUT_OF_BOUNDS(504, "the event's time lies outside the allowed bounds"),
    /** Update: an attribute, segment or value is not known. */
    UNKNOWN_NAME(505, "an attribute, segment or value is not known"),
    /** Update: no slot is left in the profile. */
    PROFILE_SLOTS_FULL(506, "the profile has no free slot for this"),
    /** Update: linking needs a consent that is missing. */
    LINK_NOT_PERMITTED(507, "the customer has not consented to linking"),
    /** Update: a field is out of its range. */
    INVALID_FIELD(508, "a field is out of its range");

    private static final ReasonCode[] BY_CODE = new ReasonCode[1024];

    static {
        for (final ReasonCode reason : values()) {
            BY_CODE[reason.code] = reason;
        }
    }

    private final int code;
    private final String text;

    ReasonCode(final int code, final String text) {
        this.code = code;
        this.text = text;
    }

    /**
     * The number on the wire and in the journal.
     *
     * @return 0..1023.
     */
    public int code() {
        return code;
    }

    /**
     * The meaning in a sentence for people.
     *
     * @return text without a full stop.
     */
    public String text() {
        return text;
    }

    /**
     * Finds a reason by its number.
     *
     * @param code as read from the wire.
     * @return the reason, or null when a newer peer sent a code this version does not know.
     */
    public static ReasonCode of(final int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
