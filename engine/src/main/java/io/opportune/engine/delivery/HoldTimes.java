package io.opportune.engine.delivery;

import io.opportune.engine.catalogue.Offer;
import java.util.concurrent.TimeUnit;

/**
 * How long money stays reserved for an offer that was made when nothing is heard of it; what is spent later is late
 * spend.
 *
 * @param auctionSeconds a bid without a notice, 1 or more.
 * @param offerSeconds   an offer that does not say how long it may be used, 1 or more.
 */
public record HoldTimes(int auctionSeconds, int offerSeconds) {
    private static final long NS_PER_S = TimeUnit.SECONDS.toNanos(1);

    /** For one offer of a decision, rounded up to whole seconds. */
    int of(final Offer offer, final boolean auction) {
        if (auction) {
            return auctionSeconds;
        }
        final long validNs = offer.validForNs();
        return validNs == 0 ? offerSeconds
            : (int) Math.min(Integer.MAX_VALUE, (validNs + NS_PER_S - 1) / NS_PER_S);
    }
}
