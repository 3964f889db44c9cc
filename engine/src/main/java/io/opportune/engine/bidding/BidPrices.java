package io.opportune.engine.bidding;

import io.opportune.engine.exchange.ExchangeProfile;
import io.opportune.engine.shading.ShadeFeed;
import io.opportune.engine.shading.ShadeTable;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * What prices are made of beside the worth. Shared by all event loops.
 *
 * @param shades     what has been learned; null for a bidder that never shades.
 * @param shading    whether bids are shaded; what becomes of them is learned all the same.
 * @param feed       to the learner; null for none.
 * @param multiplier of campaigns.
 */
public record BidPrices(Supplier<ShadeTable> shades, boolean shading, ShadeFeed feed, BidMultiplier multiplier) {
    /** Bids what an impression is worth, and learns nothing. */
    public static final BidPrices UNSHADED = new BidPrices(null, false, null, BidMultiplier.NONE);

    /** Refuses to shade without having learned. */
    public BidPrices {
        Objects.requireNonNull(multiplier, "multiplier");
        if (shading && shades == null) {
            throw new IllegalArgumentException("shading without shades");
        }
    }

    /**
     * Whether bids of an exchange are shaded where its auction has a first price.
     *
     * @param exchange profile.
     * @return true when the configuration and the profile say so.
     */
    public boolean shades(final ExchangeProfile exchange) {
        return shading && exchange.auction().shading();
    }

    /**
     * The same without a feed, for who bids without sending.
     *
     * @return prices that teach nothing.
     */
    public BidPrices withoutFeed() {
        return new BidPrices(shades, shading, null, multiplier);
    }
}
