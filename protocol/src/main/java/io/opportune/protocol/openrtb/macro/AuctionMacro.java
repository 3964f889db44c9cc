package io.opportune.protocol.openrtb.macro;

import java.nio.charset.StandardCharsets;

/**
 * The substitution macros of OpenRTB 2.6-202606, section 4.4. Written {@code ${AUCTION_ID}}, or with an encoding
 * {@code ${AUCTION_ID:B64}}.
 */
public enum AuctionMacro {
    /** ID of the request. */
    AUCTION_ID(true),
    /** ID of the response, {@code BidResponse.bidid}. */
    AUCTION_BID_ID(true),
    /** ID of the impression. */
    AUCTION_IMP_ID(true),
    /** ID of the seat that bid. */
    AUCTION_SEAT_ID(true),
    /** ID of the ad, {@code Bid.adid}. */
    AUCTION_AD_ID(true),
    /** Clearing price, after discount, in the bid's currency and unit. */
    AUCTION_PRICE(false),
    /** Currency of the bid. */
    AUCTION_CURRENCY(true),
    /** Clearing price / bid price. */
    AUCTION_MBR(false),
    /** Loss reason code. */
    AUCTION_LOSS(false),
    /** Least price that would have won, section 4.4.1. */
    AUCTION_MIN_TO_WIN(false),
    /** Quantity of impressions won. */
    AUCTION_MULTIPLIER(false),
    /** When the impression took place, ms since 1970. */
    AUCTION_IMP_TS(false),
    /** Discount by the seller in per cent of the bid price. */
    AUCTION_DISCOUNT_PCT(false),
    /** Discount by the seller as a CPM. */
    AUCTION_DISCOUNT_CPM(false);

    /** What stands in place of a value that is not known when markup is rendered for tests or ad quality checks. */
    public static final String AUDIT = "AUDIT";

    private static final AuctionMacro[] ALL = values();

    private final boolean knownToBidder;
    private final byte[] token;

    AuctionMacro(final boolean knownToBidder) {
        this.knownToBidder = knownToBidder;
        token = name().getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Whether the bidder knows its value when it bids, so that it can put it in when the exchange does not.
     *
     * @return false for what the auction decides.
     */
    public boolean knownToBidder() {
        return knownToBidder;
    }

    /**
     * As it is written without an encoding.
     *
     * @return such as {@code ${AUCTION_ID}}.
     */
    public String text() {
        return "${" + name() + '}';
    }

    /**
     * By its ordinal, without allocating.
     *
     * @param ordinal 0..{@link #count()}-1.
     * @return the macro.
     */
    public static AuctionMacro of(final int ordinal) {
        return ALL[ordinal];
    }

    /**
     * How many there are.
     *
     * @return 14.
     */
    public static int count() {
        return ALL.length;
    }

    /**
     * The macro in a set of macros.
     *
     * @return one bit.
     */
    public int bit() {
        return 1 << ordinal();
    }

    byte[] token() {
        return token;
    }
}
