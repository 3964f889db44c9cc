package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.decision.FreeOffers;
import io.opportune.engine.decision.Holds;
import io.opportune.engine.decision.OfferOrder;
import io.opportune.engine.decision.ShardCatalogue;
import io.opportune.engine.shard.ShardEngine;
import io.opportune.protocol.client.TillClient;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a shard does when it switches to another catalogue while it decides: it exchanges references. */
@Timeout(120)
class CatalogueSwitchTest extends ServerFixture {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int SWITCHES = 50;
    private static final int WINDOWS = 5;

    private static final String MANY = """
        - id: many-$i
          campaign: spring
          category: $category
          value: "$value"
          propensity: 0.01
          discount: {type: none}
          benefit: "One of many"
          targeting: 'moment.hour != $hour && !($i in basket.items)'
          channels: [till, app]
          creatives: [{id: many-$i-all, title: "Many"}]
        """;

    @Test
    void shouldAllocateNothingOnTheShardThatDecides() throws Exception {
        Files.writeString(folder.resolve("catalogue/all.yaml"), withOffers(3_000, MANY));
        final OpportuneServer server = threading("ring", 1).start();
        final FreeOffers[] catalogues = {new FreeOffers(new OfferOrder(server.catalogue()), Holds.NONE),
            new FreeOffers(new OfferOrder(server.catalogue()), Holds.NONE)};
        try (TillClient client = test.client()) {
            final MixedTraffic traffic = new MixedTraffic(client, 5, 50);
            traffic.introduce();
            final FutureTask<Void> load = meanwhile(() -> {
                traffic.run(4_000);
                return null;
            });
            final long[] allocated = {Long.MAX_VALUE};
            final long[] longestNs = {0};
            for (int window = 0; window < WINDOWS; window++) {
                final long[] inWindow = {0};
                for (int i = 0; i < SWITCHES; i++) {
                    final ShardCatalogue next = ShardCatalogue.first(catalogues[i % 2], 0);
                    final ShardEngine engine = server.shards().engine(0);
                    server.shards().call(0, () -> {
                        final long startNs = System.nanoTime();
                        final long before = THREADS.getCurrentThreadAllocatedBytes();
                        engine.useCatalogue(next);
                        inWindow[0] += THREADS.getCurrentThreadAllocatedBytes() - before;
                        longestNs[0] = Math.max(longestNs[0], System.nanoTime() - startNs);
                    });
                }
                allocated[0] = Math.min(allocated[0], inWindow[0]);
            }
            load.get();
            final String figures = "%d bytes in %d switches between catalogues of 3,003 offers, longest %d us"
                .formatted(allocated[0], SWITCHES, longestNs[0] / 1000);
            System.out.println(figures);
            assertEquals(0, allocated[0], figures);
            assertTrue(server.counters().total(CounterDescriptor.DECISIONS_FULL) > 500);
            assertEquals(0, server.counters().total(CounterDescriptor.ERRORS));
        }
    }
}
