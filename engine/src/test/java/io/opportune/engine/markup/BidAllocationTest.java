package io.opportune.engine.markup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.opportune.engine.AllocationProbe;
import io.opportune.engine.catalogue.AuctionCatalogue;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Creative;
import io.opportune.protocol.openrtb.response.BidResponseWriter;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** 100,000 bids, screened and written whole, allocate nothing. */
class BidAllocationTest {
    private static final int BIDS = 100_000;

    private final Catalogue catalogue = AuctionCatalogue.of(AuctionCatalogue.example());
    private final MarkupSet set =
        MarkupSet.of(catalogue, MarkupSettings.of("https://bid.example", "opportune"), null);
    private final SampleBid bid = new SampleBid();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[65_536]);
    private final Creative[] creatives = catalogue.offer(0).creatives().toArray(Creative[]::new);

    private long bids(final BidResponseWriter writer, final int count) {
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            bid.openImp();
            final int length = bid.write(writer, buffer, buffer.capacity(), set, creatives[i % creatives.length], i);
            if (length <= 0) {
                throw new AssertionError("no bid with " + creatives[i % creatives.length].id());
            }
            bytes += length;
        }
        return bytes;
    }

    @Test
    void shouldAllocateNothing() {
        for (final BidResponseWriter writer : new BidResponseWriter[] {
            BidResponseWriter.json(), BidResponseWriter.protobuf()}) {
            final long fewest = AllocationProbe.bytesOf(() -> {
                if (bids(writer, BIDS) <= BIDS * 500L) {
                    throw new AssertionError("too short for bids");
                }
            });
            assertEquals(0, fewest, "bytes in " + BIDS + " bids");
        }
    }
}
