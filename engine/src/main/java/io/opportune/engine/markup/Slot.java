package io.opportune.engine.markup;

import io.opportune.protocol.openrtb.macro.AuctionMacro;

/** What differs from bid to bid in a URL or markup. */
public enum Slot {
    /** Signed token of the win notice. */
    WIN_TOKEN(null),
    /** Signed token of the billing notice. */
    BILL_TOKEN(null),
    /** Signed token of the loss notice. */
    LOSS_TOKEN(null),
    /** Signed token of the impression. */
    IMP_TOKEN(null),
    /** Signed token of the click. */
    CLICK_TOKEN(null),
    /** {@code BidRequest.id}. */
    AUCTION_ID(AuctionMacro.AUCTION_ID),
    /** {@code BidResponse.bidid}. */
    BID_ID(AuctionMacro.AUCTION_BID_ID),
    /** {@code Imp.id}. */
    IMP_ID(AuctionMacro.AUCTION_IMP_ID),
    /** {@code SeatBid.seat}. */
    SEAT_ID(AuctionMacro.AUCTION_SEAT_ID),
    /** {@code Bid.adid}. */
    AD_ID(AuctionMacro.AUCTION_AD_ID),
    /** {@code BidResponse.cur}. */
    CURRENCY(AuctionMacro.AUCTION_CURRENCY),
    /** What the win notice says of the price; known only to markup that is its answer. */
    PRICE(AuctionMacro.AUCTION_PRICE),
    /** What the win notice says of the least price that would have won; known only to markup that is its answer. */
    MIN_TO_WIN(AuctionMacro.AUCTION_MIN_TO_WIN),
    /** Id of the bid as the id of one serving of the ad, in VAST. */
    SERVING_ID(null),
    /** What the win notice must know to write the markup. */
    FORM(null);

    private final AuctionMacro macro;

    Slot(final AuctionMacro macro) {
        this.macro = macro;
    }

    /**
     * The slot that stands for a macro when the exchange does not replace it.
     *
     * @param macro any.
     * @return null for what is not known before the auction.
     */
    static Slot of(final AuctionMacro macro) {
        for (final Slot slot : values()) {
            if (slot.macro == macro) {
                return slot;
            }
        }
        return null;
    }
}
