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
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a shard does when it switches to another catalogue while it decides: it exchanges references. */
@Timeout(120)
class CatalogueSwitchTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int SWITCHES = 50;
    private static final int WINDOWS = 5;

    @TempDir
    private Path folder;

    private static String manyOffers() {
        final StringBuilder text = new StringBuilder(TestServer.CATALOGUE);
        final StringBuilder offers = new StringBuilder();
        for (int i = 0; i < 3_000; i++) {
            offers.append("""
                  - id: many-%d
                    campaign: spring
                    category: many-%d
                    value: "%d.00"
                    propensity: 0.01
                    discount: {type: none}
                    benefit: "One of many"
                    targeting: 'moment.hour != %d && !(%d in basket.items)'
                    channels: [till, app]
                    creatives: [{id: many-%d-all, title: "Many"}]
                """.formatted(i, i % 50, 1 + i % 9, i % 24, i, i));
        }
        return text.insert(text.indexOf("placements:\n  - id: checkout"), offers).toString();
    }

    @Test
    void shouldAllocateNothingOnTheShardThatDecides() throws Exception {
        try (TestServer test = new TestServer(folder).set("server.threading", "ring").set("server.shards", "1")) {
            Files.writeString(folder.resolve("catalogue/all.yaml"), manyOffers());
            final OpportuneServer server = test.start();
            final FreeOffers[] catalogues = {new FreeOffers(new OfferOrder(server.catalogue()), Holds.NONE),
                new FreeOffers(new OfferOrder(server.catalogue()), Holds.NONE)};
            try (TillClient client = test.client()) {
                final MixedTraffic traffic = new MixedTraffic(client, 5, 50);
                traffic.introduce();
                final Thread load = Thread.ofPlatform().start(() -> {
                    try {
                        traffic.run(4_000);
                    } catch (final Exception e) {
                        throw new AssertionError(e);
                    }
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
                load.join();
                final String figures = "%d bytes in %d switches between catalogues of 3,003 offers, longest %d us"
                    .formatted(allocated[0], SWITCHES, longestNs[0] / 1000);
                System.out.println(figures);
                assertEquals(0, allocated[0], figures);
                assertTrue(server.counters().total(CounterDescriptor.DECISIONS_FULL) > 500);
                assertEquals(0, server.counters().total(CounterDescriptor.ERRORS));
            }
        }
    }
}
