package io.opportune.engine.bidding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.protocol.openrtb.request.BidRequest;
import org.junit.jupiter.api.Test;

class PendingBidTest {
    @Test
    void shouldTellByHowMuchItHasGrown() {
        final PendingBid bid = new PendingBid(0, 1 << 16, BidRequest.DEFAULT_MAX_WORDS);
        assertEquals(0, bid.grownBytes());
        bid.request.begin();
        bid.request.append(new byte[50_000], 0, 50_000);
        final long grown = bid.grownBytes();
        assertTrue(grown > 3 * 40_000, () -> grown + " bytes");
        assertEquals(0, bid.grownBytes());
        bid.request.shrink();
        assertEquals(-grown, bid.grownBytes());
    }
}
