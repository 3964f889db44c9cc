package io.opportune.protocol.openrtb.response;

import java.nio.charset.StandardCharsets;

/**
 * The fields of a bid response that a bidder sets: OpenRTB 2.6-202606, sections 4.2.1 to 4.2.3, with their numbers in
 * the IAB's protobuf schema. {@code ext}, {@code seatbid} and {@code bid} are not here: the writer makes the arrays
 * itself.
 */
public enum ResponseField {
    /** ID of the request that is answered. */
    ID(Level.RESPONSE, "id", 1, Kind.TEXT),
    /** The bidder's id of the response. */
    BIDID(Level.RESPONSE, "bidid", 3, Kind.TEXT),
    /** Currency of the prices, ISO 4217 letters; USD when left out. */
    CUR(Level.RESPONSE, "cur", 4, Kind.TEXT),
    /** Data for the exchange's cookie. */
    CUSTOMDATA(Level.RESPONSE, "customdata", 5, Kind.TEXT),
    /** Why there is no bid: list No-Bid Reason Codes of OpenRTB 3.0. */
    NBR(Level.RESPONSE, "nbr", 6, Kind.NUMBER),

    /** For whom the bids are made. */
    SEAT(Level.SEAT, "seat", 2, Kind.TEXT),
    /** 1: all or none of the seat's bids. */
    GROUP(Level.SEAT, "group", 3, Kind.NUMBER),

    /** The bidder's id of the bid. */
    BID_ID(Level.BID, "id", 1, Kind.TEXT),
    /** The impression bid for. */
    IMPID(Level.BID, "impid", 2, Kind.TEXT),
    /** CPM in the response's currency. */
    PRICE(Level.BID, "price", 3, Kind.AMOUNT),
    /** ID of a preloaded ad. */
    ADID(Level.BID, "adid", 4, Kind.TEXT),
    /** Win notice. */
    NURL(Level.BID, "nurl", 5, Kind.TEXT),
    /** Billing notice. */
    BURL(Level.BID, "burl", 22, Kind.TEXT),
    /** Loss notice. */
    LURL(Level.BID, "lurl", 23, Kind.TEXT),
    /** Markup. */
    ADM(Level.BID, "adm", 6, Kind.TEXT),
    /** The advertiser's domains. */
    ADOMAIN(Level.BID, "adomain", 7, Kind.TEXTS),
    /** Store id of the advertised app. */
    BUNDLE(Level.BID, "bundle", 14, Kind.TEXT),
    /** A sample image for quality checks. */
    IURL(Level.BID, "iurl", 8, Kind.TEXT),
    /** Campaign id. */
    CID(Level.BID, "cid", 9, Kind.TEXT),
    /** Creative id. */
    CRID(Level.BID, "crid", 10, Kind.TEXT),
    /** Tactic id. */
    TACTIC(Level.BID, "tactic", 24, Kind.TEXT),
    /** Taxonomy of the categories; 1 when left out. */
    CATTAX(Level.BID, "cattax", 30, Kind.NUMBER),
    /** The creative's categories. */
    CAT(Level.BID, "cat", 15, Kind.TEXTS),
    /** Creative attributes. */
    ATTR(Level.BID, "attr", 11, Kind.NUMBERS),
    /** APIs that the markup needs. */
    APIS(Level.BID, "apis", 31, Kind.NUMBERS),
    /** The one API that the markup needs, for exchanges of 2.5. */
    API(Level.BID, "api", 18, Kind.NUMBER),
    /** Protocol of the video or audio markup. */
    PROTOCOL(Level.BID, "protocol", 19, Kind.NUMBER),
    /** Media rating. */
    QAGMEDIARATING(Level.BID, "qagmediarating", 20, Kind.NUMBER),
    /** Language, ISO 639-1. */
    LANGUAGE(Level.BID, "language", 25, Kind.TEXT),
    /** Language, BCP 47. */
    LANGB(Level.BID, "langb", 29, Kind.TEXT),
    /** The deal under which the bid is made. */
    DEALID(Level.BID, "dealid", 13, Kind.TEXT),
    /** Width in device independent pixels. */
    W(Level.BID, "w", 16, Kind.NUMBER),
    /** Height in device independent pixels. */
    H(Level.BID, "h", 17, Kind.NUMBER),
    /** Relative width of a flex ad. */
    WRATIO(Level.BID, "wratio", 26, Kind.NUMBER),
    /** Relative height of a flex ad. */
    HRATIO(Level.BID, "hratio", 27, Kind.NUMBER),
    /** Seconds that may pass between auction and impression. */
    EXP(Level.BID, "exp", 21, Kind.NUMBER),
    /** Duration in seconds. */
    DUR(Level.BID, "dur", 32, Kind.NUMBER),
    /** 1 banner, 2 video, 3 audio, 4 native. */
    MTYPE(Level.BID, "mtype", 33, Kind.NUMBER),
    /** The slot in the pod that the bid is for. */
    SLOTINPOD(Level.BID, "slotinpod", 28, Kind.NUMBER);

    /** Where a field stands. */
    public enum Level {
        /** In the BidResponse. */
        RESPONSE,
        /** In a SeatBid. */
        SEAT,
        /** In a Bid. */
        BID
    }

    /** What a field holds. */
    public enum Kind {
        /** A string. */
        TEXT,
        /** Strings. */
        TEXTS,
        /** A whole number. */
        NUMBER,
        /** Whole numbers. */
        NUMBERS,
        /** An amount in micros. */
        AMOUNT
    }

    private final Level level;
    private final String key;
    private final int number;
    private final Kind kind;
    private final byte[] jsonKey;

    ResponseField(final Level level, final String key, final int number, final Kind kind) {
        this.level = level;
        this.key = key;
        this.number = number;
        this.kind = kind;
        jsonKey = ('"' + key + "\":").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Where it stands.
     *
     * @return never null.
     */
    public Level level() {
        return level;
    }

    /**
     * Its name in the specification.
     *
     * @return lower case letters.
     */
    public String key() {
        return key;
    }

    /**
     * Its number in the IAB's protobuf schema.
     *
     * @return 1..99.
     */
    public int number() {
        return number;
    }

    /**
     * What it holds.
     *
     * @return never null.
     */
    public Kind kind() {
        return kind;
    }

    byte[] jsonKey() {
        return jsonKey;
    }
}
