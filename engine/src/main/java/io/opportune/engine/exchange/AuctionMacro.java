package io.opportune.engine.exchange;

/** The substitution macros of OpenRTB 2.6 (section 4.4, state of 202606). */
public enum AuctionMacro {
    /** ID of the bid request. */
    AUCTION_ID,
    /** ID of the bid response. */
    AUCTION_BID_ID,
    /** ID of the impression. */
    AUCTION_IMP_ID,
    /** ID of the seat. */
    AUCTION_SEAT_ID,
    /** ID of the ad markup. */
    AUCTION_AD_ID,
    /** Clearing price in the bid's currency and unit. */
    AUCTION_PRICE,
    /** Currency of the bid. */
    AUCTION_CURRENCY,
    /** Clearing price divided by the bid. */
    AUCTION_MBR,
    /** Loss reason of OpenRTB 3.0. */
    AUCTION_LOSS,
    /** Least bid that would have won. */
    AUCTION_MIN_TO_WIN,
    /** Quantity of impressions won. */
    AUCTION_MULTIPLIER,
    /** When the impression was fulfilled, milliseconds since 1970. */
    AUCTION_IMP_TS,
    /** Discount of the seller in percent of the bid. */
    AUCTION_DISCOUNT_PCT,
    /** Discount of the seller as CPM. */
    AUCTION_DISCOUNT_CPM;

    private final String text;

    AuctionMacro() {
        text = "${" + name() + "}";
    }

    /**
     * The macro as it stands in a URL.
     *
     * @return such as <code>${AUCTION_PRICE}</code>.
     */
    public String text() {
        return text;
    }

    /**
     * The macro in a set of macros.
     *
     * @return one bit.
     */
    public int bit() {
        return 1 << ordinal();
    }
}
