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
    /** The customer is in the control group of all offers, so that it can be told what offers are good for. */
    HOLDOUT(104, "the customer is in the control group, to which nothing is offered"),

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
    /** Candidate: a budget of the offer or its campaign has too little left for it. */
    BUDGET_EXHAUSTED(413, "a budget of the offer or its campaign has too little left"),
    /** Candidate: its campaign spends evenly and leaves this request to others. */
    PACED(414, "the campaign's pace leaves this request out"),
    /** Candidate: the customer is in the control group of its campaign. */
    CONTROL_GROUP(415, "the customer is in the campaign's control group"),
    /** Candidate: it scores less than the placement wants. */
    BELOW_THRESHOLD(416, "the offer scores below the placement's threshold"),
    /** Candidate: the slate holds as many of its advertiser as the placement allows. */
    ADVERTISER_TAKEN(417, "other offers of the same advertiser took its places"),
    /** Candidate: this customer has received, or may yet receive, all that a budget per customer allows. */
    CUSTOMER_BUDGET_USED(418, "the customer's budget of the offer or its campaign is used up"),
    /** Candidate: what this customer would receive cannot be counted. */
    CUSTOMER_BUDGET_UNCOUNTED(419, "a budget per customer limits the offer, and no profile has room to count it"),

    /** Candidate, in an auction: the impression is not offered in its form. */
    CREATIVE_FORM(420, "the creative is of a form that the impression does not take"),
    /** Candidate, in an auction: the impression needs HTTPS throughout. */
    CREATIVE_SECURE(421, "the creative is not fetched by HTTPS throughout"),
    /** Candidate, in an auction: it has a blocked attribute. */
    CREATIVE_ATTRIBUTE(422, "the creative has a blocked attribute"),
    /** Candidate, in an auction: it needs an API that is not supported. */
    CREATIVE_API(423, "the creative needs an API that is not supported"),
    /** Candidate, in an auction: it is kept to other positions. */
    CREATIVE_POSITION(424, "the creative is not meant for this position"),
    /** Candidate, in an auction: it has no size that is offered. */
    CREATIVE_SIZE(425, "the creative has no size that is offered"),
    /** Candidate, in an auction: it is of a blocked type of banner. */
    CREATIVE_BANNER_TYPE(426, "the creative is of a blocked type of banner"),
    /** Candidate, in an auction: it has no MIME type that is accepted. */
    CREATIVE_MIME(427, "the creative has no MIME type that is accepted"),
    /** Candidate, in an auction: it is kept to other kinds of video placement. */
    CREATIVE_PLACEMENT(428, "the creative is not meant for this kind of video placement"),
    /** Candidate, in an auction: it is linear. */
    CREATIVE_LINEARITY(429, "the creative is linear, where only nonlinear ads are taken"),
    /** Candidate, in an auction: it can be skipped where it must not be. */
    CREATIVE_SKIP(430, "the creative can be skipped where it must not be, or too soon"),
    /** Candidate, in an auction: it has another duration. */
    CREATIVE_DURATION(431, "the creative is too short or too long"),
    /** Candidate, in an auction: it is longer than the pod. */
    CREATIVE_POD(432, "the creative does not fit the pod"),
    /** Candidate, in an auction: no version of VAST that is accepted. */
    CREATIVE_PROTOCOL(433, "the creative cannot be delivered in an accepted protocol"),
    /** Candidate, in an auction: no file with an accepted way of delivery. */
    CREATIVE_DELIVERY(434, "the creative has no file with an accepted way of delivery"),
    /** Candidate, in an auction: no file with an accepted bit rate. */
    CREATIVE_BITRATE(435, "the creative has no file with an accepted bit rate"),
    /** Candidate, in an auction: a required asset is missing or does not fit. */
    CREATIVE_NATIVE_ASSET(436, "the creative lacks a required native asset"),
    /** Candidate, in an auction: its advertiser is blocked. */
    CREATIVE_ADVERTISER(437, "the advertiser is blocked"),
    /** Candidate, in an auction: its advertiser is none of the deal's. */
    CREATIVE_DEAL_ADVERTISER(438, "the advertiser is none of the deal's"),
    /** Candidate, in an auction: its categories cannot be compared. */
    CREATIVE_TAXONOMY(439, "the creative's categories are of another taxonomy than the lists'"),
    /** Candidate, in an auction: it is of a blocked category. */
    CREATIVE_CATEGORY(440, "the creative is of a blocked category"),
    /** Candidate, in an auction: it is of no allowed category. */
    CREATIVE_CATEGORY_NOT_ALLOWED(441, "the creative is of no allowed category"),
    /** Candidate, in an auction: it advertises a blocked app. */
    CREATIVE_APP(442, "the creative advertises a blocked app"),
    /** Candidate, in an auction: it is in no allowed language. */
    CREATIVE_LANGUAGE(443, "the creative is in no allowed language"),
    /** Candidate, in an auction: a list of the request was cut off. */
    CREATIVE_LIST_TOO_LONG(444, "a block list is longer than can be compared with"),
    /** Candidate, in an auction: the impression's restrictions are of a newer server or damaged. */
    RESTRICTIONS_UNREADABLE(445, "the restrictions of the impression cannot be read"),

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
    INVALID_FIELD(508, "a field is out of its range"),

    /** Notice of an auction: accepted. */
    NOTICE_ACCEPTED(600, "the notice was accepted"),
    /** Notice: no token, a broken one, or a request that is none of the notices. */
    NOTICE_MALFORMED(601, "the request is no notice, or its token is broken"),
    /** Notice: its token was made by a version that this server does not read. */
    NOTICE_UNKNOWN_VERSION(602, "the notice token's version is not known"),
    /** Notice: its token was sealed under a key that is not, or no longer, in the key file. */
    NOTICE_UNKNOWN_KEY(603, "the notice token's key is not known, or no longer accepted"),
    /** Notice: the seal of its token does not hold. */
    NOTICE_FORGED(604, "the notice token was changed, or not made here"),
    /** Notice: its token is good, but not for this kind of notice. */
    NOTICE_WRONG_KIND(605, "the notice token was not made for this kind of notice"),
    /** Notice: its token is good but came too late. */
    NOTICE_EXPIRED(606, "the notice token has expired"),
    /** Notice: it is about a bid on a request that was a test. */
    NOTICE_TEST(607, "the notice is about a test"),
    /** Notice: it came before. */
    NOTICE_DUPLICATE(608, "the notice came before"),
    /** Notice: notices of the same time have been forgotten, so that it may have come before. */
    NOTICE_FORGOTTEN(609, "the notice is of a bid before the oldest notice remembered"),

    /** Decision without a profile: the request is directed at children. */
    PRIVACY_COPPA(701, "the request is directed at children"),
    /** Decision without a profile: the user objects by Global Privacy Control. */
    PRIVACY_GPC(702, "the user objects by Global Privacy Control"),
    /** Decision without a profile: the device limits ad tracking. */
    PRIVACY_LIMIT_AD_TRACKING(703, "the device limits ad tracking"),
    /** Decision without a profile: the device asks not to be tracked. */
    PRIVACY_DO_NOT_TRACK(704, "the device asks not to be tracked"),
    /** Decision without a profile: gdpr is neither 0 nor 1. */
    PRIVACY_GDPR_FLAG_INVALID(705, "gdpr is neither 0 nor 1"),
    /** Decision without a profile: the request does not say whether GDPR applies. */
    PRIVACY_GDPR_UNKNOWN(706, "the request does not say whether GDPR applies"),
    /** Decision without a profile: GDPR applies and there is no consent string. */
    PRIVACY_TCF_MISSING(707, "GDPR applies and there is no consent string"),
    /** Decision without a profile: the consent string is not valid. */
    PRIVACY_TCF_INVALID(708, "the consent string is not valid"),
    /** Decision without a profile: the consent string is of a version that was withdrawn. */
    PRIVACY_TCF_VERSION_WITHDRAWN(709, "the consent string is of a version that was withdrawn"),
    /** Decision without a profile: the consent string is of global scope. */
    PRIVACY_TCF_GLOBAL_SCOPE(710, "the consent string is of global scope"),
    /** Decision without a profile: no vendor id of ours is configured. */
    PRIVACY_TCF_VENDOR_NOT_CONFIGURED(711, "no vendor id of ours is configured"),
    /** Decision without a profile: we were not disclosed to the user. */
    PRIVACY_TCF_VENDOR_NOT_DISCLOSED(712, "we were not disclosed to the user"),
    /** Decision without a profile: the publisher restricts a needed purpose. */
    PRIVACY_TCF_PUBLISHER_RESTRICTION(713, "the publisher restricts a needed purpose"),
    /** Decision without a profile: the user does not permit us. */
    PRIVACY_TCF_VENDOR_NOT_PERMITTED(714, "the user does not permit us"),
    /** Decision without a profile: the user does not permit a needed purpose. */
    PRIVACY_TCF_PURPOSE_NOT_PERMITTED(715, "the user does not permit a needed purpose"),
    /** Decision without a profile: the user does not permit precise geolocation. */
    PRIVACY_TCF_SPECIAL_FEATURE(716, "the user does not permit precise geolocation"),
    /** Decision without a profile: privacy sections apply and there is no GPP string. */
    PRIVACY_GPP_MISSING(717, "privacy sections apply and there is no GPP string"),
    /** Decision without a profile: the GPP string is not valid. */
    PRIVACY_GPP_INVALID(718, "the GPP string is not valid"),
    /** Decision without a profile: the GPP string lacks a section that applies. */
    PRIVACY_GPP_SECTION_MISSING(719, "the GPP string lacks a section that applies"),
    /** Decision without a profile: a section of the GPP string that applies is not valid. */
    PRIVACY_GPP_SECTION_INVALID(720, "a section of the GPP string that applies is not valid"),
    /** Decision without a profile: a section of the GPP string that applies is not known. */
    PRIVACY_GPP_SECTION_UNSUPPORTED(721, "a section of the GPP string that applies is not known"),
    /** Decision without a profile: the publisher works in service provider mode. */
    PRIVACY_US_SERVICE_PROVIDER_MODE(722, "the publisher works in service provider mode"),
    /** Decision without a profile: the user opted out of sale. */
    PRIVACY_US_SALE_OPT_OUT(723, "the user opted out of sale"),
    /** Decision without a profile: the user opted out of sharing. */
    PRIVACY_US_SHARING_OPT_OUT(724, "the user opted out of sharing"),
    /** Decision without a profile: the user opted out of targeted advertising. */
    PRIVACY_US_TARGETED_ADVERTISING_OPT_OUT(725, "the user opted out of targeted advertising"),
    /** Decision without a profile: a notice that the user is entitled to was not given. */
    PRIVACY_US_NOTICE_MISSING(726, "a notice that the user is entitled to was not given"),
    /** Decision without a profile: a privacy section contradicts itself. */
    PRIVACY_US_CONTRADICTION(727, "a privacy section contradicts itself"),
    /** Decision without a profile: the user is a known child. */
    PRIVACY_US_KNOWN_CHILD(728, "the user is a known child"),
    /** Decision without a profile: incompatible uses of personal data are declared. */
    PRIVACY_US_INCOMPATIBLE_PURPOSE(729, "incompatible uses of personal data are declared"),
    /** Decision without a profile: the user does not permit the use of sensitive data. */
    PRIVACY_US_SENSITIVE_DATA(730, "the user does not permit the use of sensitive data"),
    /** Decision without a profile: the user does not permit precise geolocation under a US section. */
    PRIVACY_US_PRECISE_LOCATION(731, "the user does not permit precise geolocation under a US section"),
    /** Decision without a profile: us_privacy is not valid. */
    PRIVACY_US_PRIVACY_INVALID(732, "us_privacy is not valid");

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
