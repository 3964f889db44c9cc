package io.opportune.engine.feature;

/**
 * What is known of a request, a customer and a candidate, as fields of feature keys. Ids and what the values mean are
 * fixed for ever, because weights and journals hold keys made of them: new ones are appended, none is changed or taken
 * away (golden test). What an attribute that a catalogue declares says is a field of its own, see
 * {@link FeatureCatalogue#fieldOfAttribute}.
 */
public enum Feature {
    /** What the customer is doing. */
    MOMENT_TYPE(1, "moment.type", Source.REQUEST, Kind.CODE, 0, "", "what the customer is doing"),
    /** Where the moment happens. */
    MOMENT_CHANNEL(2, "moment.channel", Source.REQUEST, Kind.CODE, 0, "", "till, app, exchange ..."),
    /** Why the customer is here. */
    MOMENT_INTENT(3, "moment.intent", Source.REQUEST, Kind.CODE, 0, "abstains when unknown",
        "why the customer is here; a gift switches off what is marked as taste"),
    /** Type and channel together. */
    MOMENT_TYPE_ON_CHANNEL(4, "moment.type_on_channel", Source.DERIVED, Kind.CODE, 0, "", "type and channel together"),
    /** Hour in the store's zone. */
    MOMENT_HOUR(5, "moment.hour", Source.DERIVED, Kind.CODE, 0, "", "0 to 23, in the store's zone"),
    /** Day of the week. */
    MOMENT_DAY_OF_WEEK(6, "moment.day_of_week", Source.DERIVED, Kind.CODE, 0, "", "1 (Monday) to 7"),
    /** Part of the day. */
    MOMENT_PART_OF_DAY(7, "moment.part_of_day", Source.DERIVED, Kind.CODE, 0, "",
        "night to 5, early to 8, morning to 11, midday to 13, afternoon to 17, evening"),
    /** Part of the day, apart for weekends. */
    MOMENT_PART_OF_WEEK(8, "moment.part_of_week", Source.DERIVED, Kind.CODE, 0, "",
        "part of the day, Monday to Friday and weekend told apart"),
    /** Month. */
    MOMENT_MONTH(9, "moment.month", Source.DERIVED, Kind.CODE, 0, "", "1 to 12"),
    /** Third of the month. */
    MOMENT_THIRD_OF_MONTH(10, "moment.third_of_month", Source.DERIVED, Kind.CODE, 0, "",
        "to the 10th, to the 20th, after: wages come once a month"),

    /** Where the offer would stand. */
    PLACE_PLACEMENT(16, "place.placement", Source.REQUEST, Kind.NAME, 0, "", "where the offer would stand"),
    /** The store. */
    PLACE_STORE(17, "place.store", Source.REQUEST, Kind.NAME, 0, "abstains without a store", "the store"),
    /** A coarse cell of the map. */
    PLACE_REGION(18, "place.region", Source.DERIVED, Kind.CELL, 0,
        "abstains without a position; a customer's position needs consent to location",
        "cell of half a degree (some 50 km) of the store, else of the customer: never a precise position"),

    /** Categories in the basket. */
    BASKET_CATEGORY(24, "basket.category", Source.REQUEST, Kind.NAME, 0, "at most 12, in order of the basket",
        "each category in the basket"),
    /** The basket's amount. */
    BASKET_AMOUNT(25, "basket.amount", Source.REQUEST, Kind.AMOUNT, 0, "abstains for an empty basket",
        "total in half octaves, by currency"),
    /** Lines of the basket. */
    BASKET_LINES(26, "basket.lines", Source.REQUEST, Kind.COUNT, 0, "abstains for an empty basket",
        "number of lines in half octaves"),
    /** The category for which most is paid. */
    BASKET_TOP_CATEGORY(27, "basket.top_category", Source.DERIVED, Kind.NAME, 0,
        "abstains when it is less than 40 % of the basket", "the category for which most is paid"),

    /** How well the customer is known. */
    CUSTOMER_STATE(32, "customer.state", Source.DERIVED, Kind.CODE, 0, "",
        "anonymous, unknown (no profile that may be read), cold (under 3 visits, nothing bought), warm, regular (visits"
            + " on 4 or more of 30 days), lapsed (none for 60 days)"),
    /** Visits of 7 days. */
    CUSTOMER_VISITS_7D(33, "customer.visits_7d", Source.PROFILE, Kind.CODE, 7, "", "days with a visit, 0 to 7"),
    /** Visits of 30 days. */
    CUSTOMER_VISITS_30D(34, "customer.visits_30d", Source.PROFILE, Kind.COUNT, 30,
        "abstains while the profile is younger than 15 days", "days with a visit in half octaves"),
    /** Visits of 60 days. */
    CUSTOMER_VISITS_60D(35, "customer.visits_60d", Source.PROFILE, Kind.COUNT, 60,
        "abstains while the profile is younger than 30 days", "days with a visit in half octaves"),
    /** Visits in all. */
    CUSTOMER_VISITS(36, "customer.visits", Source.PROFILE, Kind.COUNT, 0, "", "days with a visit ever, half octaves"),
    /** Days since the last visit. */
    CUSTOMER_DAYS_SINCE_VISIT(37, "customer.days_since_visit", Source.PROFILE, Kind.COUNT, 0,
        "abstains before the first visit", "half octaves"),
    /** Channel of the last visit. */
    CUSTOMER_LAST_CHANNEL(38, "customer.last_channel", Source.PROFILE, Kind.CODE, 60, "abstains when not told",
        "channel of the last visit"),
    /** Whether this is the store of the last visit. */
    CUSTOMER_SAME_STORE(39, "customer.same_store", Source.DERIVED, Kind.FLAG, 180, "abstains without both stores",
        "whether this is the store of the last visit that had one"),
    /** Segments. */
    CUSTOMER_SEGMENT(40, "customer.segment", Source.PROFILE, Kind.NAME, 365,
        "abstains when the profile has not changed for a year", "each segment"),
    /** Purchases of 30 days in a category. */
    CUSTOMER_PURCHASES_30D(41, "customer.purchases_30d", Source.PROFILE, Kind.CATEGORY_COUNT, 30,
        Use.TASTE, "abstains at 0", "lines by category, half octaves"),
    /** Purchases of 90 days in a category. */
    CUSTOMER_PURCHASES_90D(42, "customer.purchases_90d", Source.PROFILE, Kind.CATEGORY_COUNT, 90,
        Use.TASTE, "abstains when the 30 days say the same", "lines by category, half octaves"),
    /** Money of 30 days in a category. */
    CUSTOMER_SPEND_30D(43, "customer.spend_30d", Source.PROFILE, Kind.CATEGORY_AMOUNT, 30, Use.TASTE, "abstains at 0",
        "amount by category, half octaves"),
    /** Money of 90 days in a category. */
    CUSTOMER_SPEND_90D(44, "customer.spend_90d", Source.PROFILE, Kind.CATEGORY_AMOUNT, 90,
        Use.TASTE, "abstains when the 30 days say the same", "amount by category, half octaves"),
    /** Days since a category was bought. */
    CUSTOMER_DAYS_SINCE_PURCHASE(45, "customer.days_since_purchase", Source.PROFILE, Kind.CATEGORY_COUNT, 120,
        Use.TASTE, "", "days by category, half octaves"),
    /** Purchases of 30 days in all. */
    CUSTOMER_ALL_PURCHASES_30D(46, "customer.all_purchases_30d", Source.DERIVED, Kind.COUNT, 30,
        Use.TASTE, "abstains when the profile's 6 categories are taken, as others may be forgotten",
        "lines of all categories, half octaves"),
    /** Money of 90 days in all. */
    CUSTOMER_ALL_SPEND_90D(47, "customer.all_spend_90d", Source.DERIVED, Kind.AMOUNT_ALONE, 90,
        Use.TASTE, "abstains when the profile's 6 categories are taken", "amount of all categories, half octaves"),
    /** Days since anything was bought. */
    CUSTOMER_DAYS_SINCE_ANY_PURCHASE(48, "customer.days_since_any_purchase", Source.DERIVED, Kind.COUNT, 365,
        Use.TASTE, "", "half octaves"),
    /** The category bought most. */
    CUSTOMER_TOP_CATEGORY(49, "customer.top_category", Source.DERIVED, Kind.NAME, 90,
        Use.TASTE, "abstains under 3 lines, or when two are bought equally often",
        "the category bought most in 90 days"),

    /** How due a promoted category is. */
    PAIR_CATEGORY_DUE(128, "pair.category_due", Source.DERIVED, Kind.DUE, 90,
        Use.TASTE, "abstains under 3 purchases in 90 days",
        "days since the last purchase of the promoted category (the most due one) in quarters of its typical"
            + " interval, 0 to 8: 4 is just due"),
    /** How due a promoted item is. */
    PAIR_ITEM_DUE(129, "pair.item_due", Source.DERIVED, Kind.DUE, 90,
        Use.TASTE, "abstains where its category has no interval", "days since the last purchase of a promoted item in"
            + " quarters of the interval of the promoted category"),
    /** Days since a promoted item was bought. */
    PAIR_DAYS_SINCE_ITEM(130, "pair.days_since_item", Source.DERIVED, Kind.COUNT, 120, Use.TASTE, "",
        "days since a promoted item was bought, half octaves"),
    /** Purchases of a promoted category. */
    PAIR_CATEGORY_PURCHASES(131, "pair.category_purchases", Source.DERIVED, Kind.COUNT, 90,
        Use.TASTE, "0 only while the profile has room for more categories, otherwise it abstains",
        "lines of promoted categories in 90 days, half octaves"),
    /** Days since a promoted category was bought. */
    PAIR_DAYS_SINCE_CATEGORY(132, "pair.days_since_category", Source.DERIVED, Kind.COUNT, 120, Use.TASTE, "",
        "days since a promoted category was bought, half octaves"),
    /** What is promoted is in the basket. */
    PAIR_IN_BASKET(133, "pair.in_basket", Source.DERIVED, Kind.CODE, 0, "abstains for an empty basket",
        "0: nothing promoted is in it, 1: its category is, 2: an item is"),
    /** Affinity of the promoted items to basket and purchases. */
    PAIR_ITEM_AFFINITY(134, "pair.item_affinity", Source.DERIVED, Kind.LIFT, 0,
        "abstains where the item-to-item model knows too little",
        "lift of the promoted items beside basket and purchases, in halves of log2, -8 to 16"),
    /** How often the customer saw the offer. */
    PAIR_EXPOSURES(135, "pair.exposures", Source.PROFILE, Kind.WINDOW_COUNT, 0,
        "abstains without a cap that counts impressions or decisions of the offer, or where counts were forgotten",
        "impressions (else decisions) that the offer's cap counts, 0 to 15, by window"),
    /** How often the customer asked for more. */
    PAIR_ACCEPTS(136, "pair.accepts", Source.PROFILE, Kind.COUNT, 90, "abstains without an answer",
        "how often the customer clicked or accepted this offer, half octaves"),
    /** How often the customer said no. */
    PAIR_DECLINES(137, "pair.declines", Source.PROFILE, Kind.COUNT, 90, "abstains without an answer",
        "how often the customer declined this offer, half octaves"),
    /** What the offer gives. */
    OFFER_DISCOUNT(138, "offer.discount", Source.CATALOGUE, Kind.DISCOUNT, 0, "",
        "type of the discount and its size in half octaves"),
    /** Affinity of the promoted categories to basket and purchases. */
    PAIR_CATEGORY_AFFINITY(139, "pair.category_affinity", Source.DERIVED, Kind.LIFT, 0,
        "abstains where the item-to-item model knows too little",
        "lift of the promoted categories beside basket and purchases, in halves of log2, -8 to 16");

    /** Where a feature's value comes from. */
    public enum Source {
        /** The request. */
        REQUEST,
        /** The customer's profile. */
        PROFILE,
        /** The catalogue. */
        CATALOGUE,
        /** Worked out of several. */
        DERIVED
    }

    /** When a feature may be used. */
    enum Use {
        /** Whenever it is known. */
        ALWAYS,
        /** Not when the customer buys for somebody else. */
        TASTE
    }

    /** What a feature's value is. */
    public enum Kind {
        /** A number of a short list. */
        CODE,
        /** Registry id of a name. */
        NAME,
        /** 0 or 1. */
        FLAG,
        /** {@link Buckets#half}. */
        COUNT,
        /** Numeric currency and {@link Buckets#amount}. */
        AMOUNT,
        /** {@link Buckets#amount}. */
        AMOUNT_ALONE,
        /** Category and {@link Buckets#half}. */
        CATEGORY_COUNT,
        /** Category and {@link Buckets#amount}. */
        CATEGORY_AMOUNT,
        /** Cell of the map. */
        CELL,
        /** {@link Buckets#due}. */
        DUE,
        /** Halves of log2 of a lift. */
        LIFT,
        /** Window of a cap and a count. */
        WINDOW_COUNT,
        /** Type and size of a discount. */
        DISCOUNT
    }

    /** First id of features of a candidate; those below are of the request. */
    static final int FIRST_PAIR = 128;

    private final int fieldId;
    private final String featureName;
    private final Source source;
    private final Kind kind;
    private final int maxAgeDays;
    private final Use use;
    private final String confidence;
    private final String words;
    private final long seed;

    Feature(
        final int fieldId, final String featureName, final Source source, final Kind kind, final int maxAgeDays,
        final String confidence, final String words) {
        this(fieldId, featureName, source, kind, maxAgeDays, Use.ALWAYS, confidence, words);
    }

    Feature(
        final int fieldId, final String featureName, final Source source, final Kind kind, final int maxAgeDays,
        final Use use, final String confidence, final String words) {
        this.fieldId = fieldId;
        this.featureName = featureName;
        this.source = source;
        this.kind = kind;
        this.maxAgeDays = maxAgeDays;
        this.use = use;
        this.confidence = confidence;
        this.words = words;
        seed = FeatureKeys.seed(fieldId);
    }

    /**
     * Field of the keys.
     *
     * @return 1 to 65,535, never changed.
     */
    public int fieldId() {
        return fieldId;
    }

    /**
     * The name by which models and people know it.
     *
     * @return such as {@code moment.hour}, never changed.
     */
    public String featureName() {
        return featureName;
    }

    /**
     * Where its value comes from.
     *
     * @return what must be there for it.
     */
    public Source source() {
        return source;
    }

    /**
     * What its value is.
     *
     * @return how keys are made of it.
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Whether it belongs to a candidate.
     *
     * @return false: it is encoded once a request.
     */
    public boolean isOfPair() {
        return fieldId >= FIRST_PAIR;
    }

    /**
     * Days after which what it says is stale, so that it abstains.
     *
     * @return 0: it is of the moment, or never stale.
     */
    public int maxAgeDays() {
        return maxAgeDays;
    }

    /**
     * When it is too weak and abstains.
     *
     * @return for people; empty: never.
     */
    public String confidence() {
        return confidence;
    }

    /**
     * Whether it tells the customer's taste and so abstains when something is bought as a gift.
     *
     * @return whether it needs purchases made for oneself.
     */
    public boolean isTaste() {
        return use == Use.TASTE;
    }

    /**
     * What it is.
     *
     * @return for people.
     */
    public String words() {
        return words;
    }

    /** Key of a value. */
    int key(final long value) {
        return FeatureKeys.ofSeed(seed, value);
    }
}
