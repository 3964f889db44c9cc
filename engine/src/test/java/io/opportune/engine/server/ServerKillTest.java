package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the whole server with SIGKILL while tills ask and report at full speed, and looks afterwards whether anything
 * that was acknowledged is missing or counted twice. Threading, number of shards and sync policy change with each
 * start.
 */
class ServerKillTest {
    private static final KilledServer.Mode[] MODES = {
        new KilledServer.Mode("inline", 1, "none"),
        new KilledServer.Mode("ring", 2, "batch"),
        new KilledServer.Mode("ring", 3, "none"),
        new KilledServer.Mode("inline", 1, "batch"),
        new KilledServer.Mode("ring", 3, "batch"),
    };
    private static final int KILLS = Integer.getInteger("opportune.test.kills", 20);
    private static final int LEAST_MS_OF_LOAD = 100;
    private static final int MOST_MS_OF_LOAD = 900;

    @TempDir
    Path folder;

    @Test
    @Timeout(400)
    void shouldLoseAndDoubleNothingThatWasAcknowledgedWhenKilled() throws Exception {
        final long seed = Long.getLong("opportune.test.seed", System.nanoTime());
        System.out.println("seed " + seed);
        final Random random = new Random(seed);
        final int port = freePort(random);
        KilledServer server = KilledServer.start(folder, port, MODES[0]);
        try (KillLoad load = new KillLoad(port, seed)) {
            for (int kill = 1; kill <= KILLS; kill++) {
                load.begin();
                TimeUnit.MILLISECONDS.sleep(LEAST_MS_OF_LOAD + random.nextInt(MOST_MS_OF_LOAD - LEAST_MS_OF_LOAD));
                server.kill();
                load.pause();
                final List<UUID> fresh = drain(load);
                final KilledServer.Mode mode = MODES[kill % MODES.length];
                final long downNs = System.nanoTime();
                server = KilledServer.start(folder, port, mode);
                System.out.printf("kill %d, then %s: %d reports acknowledged, %d decisions; back after %d ms, %s%n",
                    kill, mode, fresh.size(), load.decisions.get(),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - downNs), server.ready());
                assertEquals(0, KillLoad.demandDuplicates(port, load.sent, fresh), "lost after kill " + kill
                    + ", seed " + seed);
            }
            load.finish();
            final List<UUID> all = drain(load);
            all.addAll(acknowledged);
            assertEquals(0, KillLoad.demandDuplicates(port, load.sent, all), "seed " + seed);
            load.end();
            server.kill();
            assertEquals(List.of(), load.surprises.stream().limit(3).toList(), "seed " + seed);
            verify(load, new HashSet<>(all), port, seed);
        } finally {
            server.endNow();
        }
    }

    private final List<UUID> acknowledged = new ArrayList<>();

    private List<UUID> drain(final KillLoad load) {
        final List<UUID> fresh = new ArrayList<>();
        for (UUID id = load.acknowledged.poll(); id != null; id = load.acknowledged.poll()) {
            fresh.add(id);
        }
        acknowledged.addAll(fresh);
        return fresh;
    }

    private void verify(final KillLoad load, final Set<UUID> acknowledgedIds, final int port, final long seed)
        throws IOException {
        final JournalOracle oracle = new JournalOracle(load.sent, load.requests);
        oracle.read(folder.resolve("data"));
        assertEquals(List.of(), oracle.problems(), "seed " + seed);
        long lost = 0;
        for (final UUID id : acknowledgedIds) {
            lost += oracle.timesJournalled(id) == 1 ? 0 : 1;
        }
        assertEquals(0, lost, "acknowledged but not once in the journal, seed " + seed);
        for (final UUID id : load.decided) {
            assertTrue(oracle.hasDecision(id), "decision " + id + " was answered and is not in the journal");
        }
        try (TestServer last = KilledServer.configured(folder, port)) {
            last.start();
            assertEquals(List.of(), oracle.compare(last.server().state(), load.linked), "seed " + seed);
        }
        System.out.printf("%d reports acknowledged, %d decisions answered, %d links; %s%n",
            acknowledgedIds.size(), load.decisions.get(), load.linked.size(), oracle);
    }

    /** Below the range from which the kernel takes ports for outgoing connections. */
    private static int freePort(final Random random) {
        while (true) {
            final int port = 20_000 + random.nextInt(10_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (final IOException taken) {
                // The next one.
            }
        }
    }
}
