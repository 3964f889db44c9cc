package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.counters.CounterReading;
import io.opportune.engine.counters.CountersReader;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.ledger.LedgerTotals;
import io.opportune.engine.ledger.LineTotals;
import io.opportune.protocol.client.Decision;
import io.opportune.protocol.client.DecisionCall;
import io.opportune.protocol.client.EventCall;
import io.opportune.protocol.client.Offer;
import io.opportune.protocol.client.Outcome;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What each sync policy loses of the ledger's reservations and commits: a server with two shards is killed while tills
 * decide and redeem. That alone loses nothing. Then its machine loses its power: of each queue nothing is left but what
 * the server had forced to the disk, as its counters say, and of one queue some pages more, so that it ends within a
 * record. A server that starts from that has in its ledger what an oracle adds up from the records that are left.
 */
@Timeout(120)
class PowerCutTest {
    private static final int CAMPAIGNS = 20;
    private static final int IN_FLIGHT = 16;
    private static final int SHARDS = 2;
    private static final int PAGE = 4_096;
    private static final int META_DATA = 0x4000_0000;
    private static final int LENGTH = 0x3fff_ffff;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);
    /** One interval (10 ms) and a sync, on a machine that others use too. */
    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(2);

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("opportune.test.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final ExecutorService tills = Executors.newSingleThreadExecutor();
    /** When each event was acknowledged. */
    private final Map<UUID, Long> acknowledgedNs = new ConcurrentHashMap<>();
    private final Map<UUID, EventCall> calls = new ConcurrentHashMap<>();
    private volatile boolean running = true;

    private static String catalogue() {
        final StringBuilder text = new StringBuilder("advertisers: [{id: acme}]\ncampaigns:\n");
        for (int i = 0; i < CAMPAIGNS; i++) {
            text.append("""
                  - id: c%d
                    advertiser: acme
                    flights: [{start: 2017-01-01, end: 2037-01-01}]
                    budget: {amount: "900000", currency: USD}
                    budgets: [{count: 900000, per: [day]}]
                """.formatted(i));
        }
        text.append("offers:\n");
        for (int i = 0; i < CAMPAIGNS; i++) {
            text.append("""
                  - {id: o%d, campaign: c%d, category: k%d, value: "%d.00", propensity: 0.05, cost: "0.%d",
                    valid_for: 30d, channels: [till], creatives: [{id: t%d, title: T}]}
                """.formatted(i, i, i, 1 + i % 9, 10 + i, i));
        }
        return text.append("placements: [{id: checkout, channels: [till], offers: 5, time_budget: 50ms}]\n").toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "interval", "batch"})
    void shouldLoseWhatThePolicySaysAndNoMore(final String sync) throws Exception {
        Files.createDirectories(folder.resolve("catalogue"));
        Files.writeString(folder.resolve("catalogue/all.yaml"), catalogue());
        final int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        // A snapshot forces the journals too.
        final KilledServer.Mode mode = new KilledServer.Mode("ring", SHARDS, sync, "1h");
        final KilledServer killed = KilledServer.start(folder, port, mode);
        final long killedNs;
        try (TillClient client = KillLoad.client(port)) {
            client.firstLogon().get(20, TimeUnit.SECONDS);
            final int checkout = TestServer.id(client, NameKind.PLACEMENT, "checkout");
            for (int i = 0; i < IN_FLIGHT; i++) {
                decide(client, checkout, random.split());
            }
            // Longer than what an interval may lose, so that there is something that it must not.
            TimeUnit.NANOSECONDS.sleep(sync.equals("interval") ? INTERVAL_NS * 3 / 2 : INTERVAL_NS * 3 / 4);
            killed.kill();
            killedNs = System.nanoTime();
            running = false;
        } finally {
            running = false;
            killed.endNow();
            tills.shutdown();
        }
        final Path data = folder.resolve("data");
        final MoneyOracle whole = new MoneyOracle().read(data);
        assertEquals(List.of(), whole.problems());
        assertEquals(0, lost(whole).size(), "a killed process loses nothing, seed " + seed);

        final String cut = cutPower(data);
        final MoneyOracle left = new MoneyOracle().read(data);
        assertEquals(List.of(), left.problems());
        final List<UUID> lost = lost(left);
        final long earliestNs = lost.stream().mapToLong(acknowledgedNs::get).min().orElse(killedNs);
        System.out.printf("seed %d, journal.sync %s: %d events acknowledged, %d of them lost, from %.1f ms before the"
            + " kill on; %s; before: %s; after: %s%n", seed, sync, acknowledgedNs.size(), lost.size(),
            (killedNs - earliestNs) / 1e6, cut, whole, left);
        assertTrue(acknowledgedNs.size() > 200, "next to nothing was acknowledged: " + acknowledgedNs.size());
        switch (sync) {
            case "batch" -> assertEquals(List.of(), lost, "acknowledged and lost, seed " + seed);
            case "interval" -> {
                assertTrue(killedNs - earliestNs < INTERVAL_NS, "lost from long ago, seed " + seed);
                final long firstNs = acknowledgedNs.values().stream().mapToLong(ns -> ns).min().orElseThrow();
                assertTrue(killedNs - firstNs > INTERVAL_NS, "nothing is old enough to be kept, seed " + seed);
            }
            default -> assertTrue(lost.size() > acknowledgedNs.size() / 10, "who had forced it? seed " + seed);
        }

        try (TestServer next = started(port, mode)) {
            compare(left, next);
            // Their senders send them again: each counts where its decision is known, and only once.
            try (TillClient client = next.client()) {
                int taken = 0;
                for (final UUID event : lost) {
                    taken += client.report(calls.get(event), PATIENCE_NS).get()
                        instanceof Outcome.Answered(var receipt) && receipt.recorded() ? 1 : 0;
                }
                System.out.println(taken + " of " + lost.size() + " lost events counted when they were sent again");
            }
        }
        try (TestServer last = started(port, mode)) {
            final MoneyOracle again = new MoneyOracle().read(data);
            assertEquals(List.of(), again.problems());
            compare(again, last);
        }
    }

    private void decide(final TillClient client, final int checkout, final SplittableRandom dice) {
        if (!running) {
            return;
        }
        final DecisionCall call = DecisionCall.at(checkout, Channel.TILL, Moment.TENDER).currency(840).build();
        client.decide(call, TimeUnit.SECONDS.toNanos(2), Decision::none).thenAcceptAsync(decision -> {
            if (decision.fromServer()) {
                for (final Offer offer : decision.offers()) {
                    final int choice = dice.nextInt(10);
                    if (choice < 7) {
                        report(client, choice < 5 ? EventType.REDEMPTION : EventType.DECLINE, decision, offer, dice);
                    }
                }
            }
            decide(client, checkout, dice);
        }, tills);
    }

    private void report(
        final TillClient client, final EventType type, final Decision decision, final Offer offer,
        final SplittableRandom dice) {
        final EventCall call = EventCall.of(type, KillLoad.customer(dice.nextInt(100)), Channel.TILL)
            .about(decision, offer).eventId(UUID.randomUUID()).build();
        calls.put(call.eventId(), call);
        client.report(call, PATIENCE_NS).thenAccept(outcome -> {
            if (running && outcome instanceof Outcome.Answered(var receipt) && receipt.recorded()) {
                acknowledgedNs.put(call.eventId(), System.nanoTime());
            }
        });
    }

    private List<UUID> lost(final MoneyOracle oracle) {
        return acknowledgedNs.keySet().stream().filter(event -> !oracle.has(event)).toList();
    }

    private TestServer started(final int port, final KilledServer.Mode mode) throws IOException {
        final TestServer server = KilledServer.configured(folder, port);
        mode.applyTo(server);
        server.start();
        return server;
    }

    private void compare(final MoneyOracle oracle, final TestServer server) {
        final LedgerTotals totals = server.server().ledger().totalsNow();
        final List<String> wrong = new ArrayList<>();
        oracle.lines().forEach((line, sums) -> {
            final LineTotals found = totals.line(line.budgetId(), line.scopeId(), line.period());
            if (found == null || found.spent() != sums.spent || found.reserved() != sums.reserved
                || found.lateSpend() != sums.late || found.broken()) {
                wrong.add(line + ": the journal says " + sums + ", the ledger " + found);
            }
        });
        assertEquals(List.of(), wrong.stream().limit(5).toList(), "seed " + seed);
        assertTrue(totals.lines().stream().noneMatch(LineTotals::broken));
        final long known = totals.lines().stream().filter(line -> line.spent() + line.reserved() + line.lateSpend() > 0)
            .count();
        final long expected = oracle.lines().values().stream()
            .filter(sums -> sums.spent + sums.reserved + sums.late > 0).count();
        assertEquals(expected, known, "the ledger knows other lines, seed " + seed);
    }

    /** Leaves of each queue what was forced to the disk, of the first one some pages more. In words. */
    private String cutPower(final Path data) throws IOException {
        final long[] synced = new long[SHARDS];
        try (CountersReader counters = CountersReader.open(DataDirectory.counters(data))) {
            for (final CounterReading reading : counters.counters()) {
                if (reading.id() == CounterDescriptor.JOURNAL_SYNCED.id() && reading.instance() < SHARDS) {
                    synced[reading.instance()] = reading.value();
                }
            }
        }
        final JournalDirectory journals = new JournalDirectory(DataDirectory.journal(data));
        final StringBuilder words = new StringBuilder("records forced");
        for (int shard = 0; shard < SHARDS; shard++) {
            final Path queue = journals.shardQueue(shard);
            Files.writeString(queue.resolve("writer.lock"), "open   11111111-2222-3333-4444-555555555555");
            words.append(shard == 0 ? " " : ", ").append(synced[shard]).append(" of ")
                .append(cut(queue, synced[shard], shard == 0));
        }
        return words.toString();
    }

    /** Cuts a queue behind so many records; gives how many there were. */
    private long cut(final Path queue, final long forced, final boolean torn) throws IOException {
        final List<Path> files;
        try (Stream<Path> all = Files.list(queue)) {
            files = all.filter(file -> file.toString().endsWith(".cq4")).sorted().toList();
        }
        long records = 0;
        for (final Path file : files) {
            try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                long position = 0;
                long from = -1;
                int header = header(channel, position);
                while ((header & LENGTH) != 0) {
                    if (from < 0 && records == forced && (header & META_DATA) == 0) {
                        from = position;
                    }
                    records += (header & META_DATA) == 0 ? 1 : 0;
                    final long end = position + Integer.BYTES + (header & LENGTH);
                    position = end + (-end & 3);
                    header = header(channel, position);
                }
                if (from >= 0) {
                    final long pages = torn ? random.nextLong((position - from) / PAGE + 1) : 0;
                    final long cutAt = pages == 0 ? from : Math.min(position, (from / PAGE + pages) * PAGE);
                    channel.write(ByteBuffer.allocate((int) (position - Math.max(from, cutAt))), Math.max(from, cutAt));
                }
            }
        }
        return records;
    }

    private static int header(final FileChannel channel, final long position) throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        channel.read(bytes, position);
        return bytes.position() < Integer.BYTES ? 0 : bytes.getInt(0);
    }
}
