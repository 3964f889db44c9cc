package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.identity.EventIdHorizon;
import io.opportune.engine.profile.IdentityIndex;
import io.opportune.engine.profile.ProfileStore;
import io.opportune.engine.profile.ProfileStoreSettings;
import io.opportune.engine.recovery.Recovery;
import io.opportune.engine.state.PartitionTable;
import io.opportune.protocol.client.TillClient;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a start rebuilds from snapshot and journal, or from the journal alone, is what was there, to the byte. */
@Timeout(120)
class ReplayTest {
    private static final int CUSTOMERS = 300;
    private static final int MESSAGES = 6_000;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldRebuildTheSameBytes(final String threading) throws Exception {
        final long seed = Long.getLong("opportune.test.seed", System.nanoTime());
        final TestServer test = new TestServer(folder).set("server.threading", threading)
            .set("server.shards", threading.equals("ring") ? "4" : "1");
        try (test) {
            test.start();
            final StateDump live;
            try (TillClient client = test.client()) {
                final MixedTraffic traffic = new MixedTraffic(client, seed, CUSTOMERS);
                traffic.introduce();
                traffic.run(MESSAGES / 2);
                test.server().takeSnapshot();
                traffic.run(MESSAGES / 4);
                // Taken in the midst of it: copies of different moments must agree in the end.
                final FutureTask<Void> snapshots = ServerFixture.meanwhile(() -> {
                    for (int i = 0; i < 3; i++) {
                        test.server().takeSnapshot();
                    }
                    return null;
                });
                traffic.run(MESSAGES / 2);
                snapshots.get();
                traffic.run(MESSAGES / 4);
            }
            test.awaitQuiet();
            live = StateDump.of(test.server().state());
            assertTrue(live.profiles().size() > CUSTOMERS / 4, live.profiles().size() + " profiles");
            assertTrue(live.roots().size() > 10, live.roots().size() + " linked ids");
            final Rebuilt tail = rebuild("tail", DataDirectory.snapshots(folder.resolve("data")), test);
            assertTrue(tail.result.snapshot() > 0 && tail.result.records() > 0, tail.result.toString());
            assertEquals(List.of(), live.differences(tail.dump), "from snapshot and tail, seed " + seed);
            final Rebuilt whole = rebuild("whole", folder.resolve("no-snapshots"), test);
            assertEquals(0, whole.result.snapshot());
            assertEquals(List.of(), live.differences(whole.dump), "from the whole journal, seed " + seed);
            System.out.printf("%s: %d profiles, %d linked ids; tail of %d records in %d ms, whole of %d in %d ms%n",
                threading, live.profiles().size(), live.roots().size(), tail.result.records(),
                tail.result.durationNs() / 1_000_000, whole.result.records(), whole.result.durationNs() / 1_000_000);
            test.stop();
            test.start();
            assertEquals(List.of(), live.differences(StateDump.of(test.server().state())), "seed " + seed);
        }
    }

    private record Rebuilt(StateDump dump, Recovery.Result result) {
    }

    private Rebuilt rebuild(final String name, final Path snapshots, final TestServer test) throws Exception {
        final ServerState state = test.server().state();
        final String keyId = state.key().id();
        final Path stores = folder.resolve(name);
        final PartitionTable table = new PartitionTable(state.table().partitions());
        try (ProfileStore profiles = ProfileStore.open(stores.resolve("profiles"),
                new ProfileStoreSettings(table.partitions(), 20_000, 0, keyId));
            IdentityIndex identities = IdentityIndex.open(stores.resolve("identities"), 20_000, keyId);
            EventIdHorizon eventIds = new EventIdHorizon(65_536)) {
            final List<Path> queues = state.journals().queues().stream()
                .filter(queue -> !queue.equals(state.journals().registryQueue())).toList();
            final Recovery.Result result = new Recovery(profiles, identities, eventIds, table, keyId)
                .run(snapshots, queues, partition -> null, false);
            assertEquals(List.of(), result.remarks());
            return new Rebuilt(StateDump.of(profiles, identities, table), result);
        }
    }
}
