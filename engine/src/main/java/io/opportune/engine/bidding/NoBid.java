package io.opportune.engine.bidding;

import java.util.Locale;

/**
 * Why there is no bid, with the code that exchanges are told: list No-Bid Reason Codes of OpenRTB 3.0, to which OpenRTB
 * 2.6 refers (section 4.2.1); from 500 on the codes are the bidder's own.
 */
public enum NoBid {
    /** Something failed here. */
    TECHNICAL_ERROR(1),
    /** The request is valid JSON or protobuf, but cannot be used: no id, no imp, or none that is usable. */
    INVALID_REQUEST(2),
    /** The time of the request is over, or too short for an answer. */
    INSUFFICIENT_TIME(15),
    /** No offer fits the customer and the moment. */
    NO_OFFER(500),
    /** The best offer is worth less than the floor. */
    BELOW_FLOOR(501),
    /** A private auction without a deal that is ours and reached. */
    NO_DEAL(502),
    /** No rate leads to a currency that is taken, or to that of the floor. */
    CURRENCY(503),
    /** Our seat is not wanted, or blocked. */
    SEAT(504),
    /** The offer has no creative that the impression takes. */
    CREATIVE(505),
    /** A test, which the profile of the exchange says not to bid in. */
    TEST(506),
    /** More requests per second than the profile of the exchange allows. */
    RATE_LIMIT(507),
    /** More requests in flight than the server takes. */
    OVERLOAD(508),
    /** Nothing in the catalogue is sold there. */
    NO_PLACEMENT(509),
    /** Markup or response are longer than the exchange takes, or the question than a shard takes. */
    TOO_LONG(510),
    /** An impression beyond the number that is looked at. */
    TOO_MANY_IMPS(511),
    /** All that fits is of an advertiser or category that has a bid in the same pod already, or too long for it. */
    POD(512);

    private static final NoBid[] ALL = values();

    private final int nbr;

    NoBid(final int nbr) {
        this.nbr = nbr;
    }

    /**
     * What the exchange is told.
     *
     * @return {@code BidResponse.nbr}.
     */
    public int nbr() {
        return nbr;
    }

    /**
     * The reason in counters and explanations.
     *
     * @return its name in small letters.
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * How many reasons there are.
     *
     * @return one more than the highest ordinal.
     */
    public static int count() {
        return ALL.length;
    }
}
