package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Customers are linked, from both sides at once and in groups of four, while events and decisions for all of them flow
 * over four shards: in the end one profile holds what was counted for each.
 */
class LinksUnderLoadTest {
    private static final long LEAST_LINKS = 1_000;

    @TempDir
    Path folder;

    @Test
    @Timeout(90)
    void shouldEndInOneProfileThatHoldsTheSumOfAll() throws Exception {
        final long seed = Long.getLong("opportune.test.seed", System.nanoTime());
        try (TestServer test = KilledServer.configured(folder, 0).set("server.threading", "ring")
            .set("server.shards", "4")) {
            test.start();
            try (KillLoad load = new KillLoad(test.server().port(), seed)) {
                load.begin();
                final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
                while (load.linked.size() < LEAST_LINKS) {
                    assertTrue(System.nanoTime() - deadlineNs < 0, load.linked.size() + " links; " + load.surprises);
                    Thread.sleep(10);
                }
                load.finish();
                test.awaitQuiet();
                assertEquals(List.of(), load.surprises.stream().limit(3).toList(), "seed " + seed);
                final JournalOracle oracle = new JournalOracle(load.sent, load.requests);
                oracle.read(folder.resolve("data"));
                assertEquals(List.of(), oracle.problems(), "seed " + seed);
                assertEquals(List.of(), oracle.compare(test.server().state(), load.linked), "seed " + seed);
            }
        }
    }
}
