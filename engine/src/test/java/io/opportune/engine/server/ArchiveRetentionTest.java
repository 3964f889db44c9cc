package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.affinity.AffinityBuilder;
import io.opportune.engine.affinity.AffinitySettings;
import io.opportune.engine.affinity.AffinityTable;
import io.opportune.engine.affinity.Basket;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.onnx.LinearText;
import io.opportune.engine.onnx.OnnxFile;
import io.opportune.protocol.client.TillClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What decisions were made with is kept as long as their records, by a clock that jumps over days. */
@Timeout(120)
class ArchiveRetentionTest extends ServerFixture {
    private static final long HOUR_NS = TimeUnit.HOURS.toNanos(1);

    private final AtomicLong aheadNs = new AtomicLong();
    private final EpochNanoClock real = new OffsetEpochNanoClock();

    private String model(final int version) throws IOException {
        final LinearText text = LinearText.read("weights", List.of(
            "version house:" + version, "predicts conversion", "bias -" + version, "0.5 moment.hour number"));
        final Path file = folder.resolve("house.onnx");
        Files.write(file, text.model());
        Files.writeString(folder.resolve("house.onnx.manifest"), text.manifest());
        return "%016x".formatted(OnnxFile.read(file).contentHash());
    }

    private Set<String> kept() throws IOException {
        return kept(DataDirectory.importedModels(folder.resolve("data")), ".onnx");
    }

    private static Set<String> kept(final Path archive, final String ending) throws IOException {
        try (Stream<Path> files = Files.list(archive)) {
            return new TreeSet<>(files.map(file -> file.getFileName().toString())
                .filter(name -> name.endsWith(ending)).map(name -> name.substring(0, 16)).toList());
        }
    }

    private String table(final int version) throws IOException {
        final AffinityBuilder builder = new AffinityBuilder(AffinitySettings.defaults());
        final Basket basket = new Basket();
        for (int i = 0; i < 500; i++) {
            basket.clear().add(1 + i % 9, 1);
            basket.add(1 + (i + version) % 20, 1);
            builder.onBasket(0, 0, i * 1_000_000_000L, basket);
        }
        final AffinityTable table = builder.build(version);
        table.write(folder.resolve("affinity.table"));
        return "%016x".formatted(table.tableId());
    }

    private void start() throws IOException {
        test.start(() -> real.nanoTime() + aheadNs.get(), SystemNanoClock.INSTANCE);
    }

    private void trade(final int round) throws Exception {
        try (TillClient client = test.client()) {
            final MixedTraffic traffic = new MixedTraffic(client, seed + round, 20);
            traffic.introduce();
            traffic.run(60);
        }
        test.server().takeSnapshot();
    }

    private long hoursOfJournal() throws IOException {
        long oldestMs = Long.MAX_VALUE;
        for (final Path queue : new JournalDirectory(folder.resolve("data/journal")).queues()) {
            if (queue.getFileName().toString().startsWith("shard")) {
                oldestMs = Math.min(oldestMs, JournalDirectory.oldestTimeMs(queue));
            }
        }
        return TimeUnit.MILLISECONDS.toHours(
            TimeUnit.NANOSECONDS.toMillis(real.nanoTime() + aheadNs.get()) - oldestMs);
    }

    @Test
    void shouldKeepModelsAsLongAsRecordsThatNameThem() throws Exception {
        Files.writeString(folder.resolve("catalogue/all.yaml"), TestServer.CATALOGUE.replaceFirst(
            "  - id: checkout\n", "  - id: checkout\n    choice: {learned: true, second_stage: 8}\n"));
        final String first = model(1);
        threading("inline", 1).set("learning.onnx", folder.resolve("house.onnx").toString())
            .set("journal.roll", "hourly").set("journal.retention", "12h");
        start();
        trade(0);
        final String second = model(2);
        assertTrue(test.server().imported().exchange(false).isNew());
        int round = 1;
        // As long as the journal may reach back to the first model it stays, also over a restart without any model.
        trade(round++);
        assertEquals(new TreeSet<>(List.of(first, second)), kept());
        test.stop();
        test.set("learning.onnx", "");
        start();
        int keptRounds = 0;
        while (kept().contains(first) && round < 40) {
            keptRounds++;
            aheadNs.addAndGet(2 * HOUR_NS);
            trade(round++);
        }
        // The hour of its last use, the hour of margin, and the retention must have passed; not much more.
        assertTrue(keptRounds >= 6 && keptRounds <= 12, "seed " + seed + ": after " + 2 * keptRounds + " hours");
        assertTrue(hoursOfJournal() >= 11, "seed " + seed);
        // The second one was seen out of use two hours later.
        aheadNs.addAndGet(4 * HOUR_NS);
        trade(round++);
        assertEquals(Set.of(), kept(), "seed " + seed);
        // What is used again is kept again.
        test.stop();
        test.set("learning.onnx", folder.resolve("house.onnx").toString());
        start();
        aheadNs.addAndGet(48 * HOUR_NS);
        trade(round++);
        trade(round);
        assertEquals(Set.of(second), kept());
    }

    @Test
    void shouldKeepTablesOfAffinitiesAsLongAsRecordsThatNameThem() throws Exception {
        Files.writeString(folder.resolve("catalogue/all.yaml"), TestServer.CATALOGUE.replaceFirst(
            "  - id: checkout\n", "  - id: checkout\n    choice: {affinity: candidates}\n"));
        final Path archive = folder.resolve("data/affinity/used");
        final String first = table(1);
        threading("ring", 2).set("affinity.table", folder.resolve("affinity.table").toString())
            .set("journal.roll", "hourly").set("journal.retention", "6h");
        start();
        trade(0);
        final String second = table(2);
        assertTrue(test.server().catalogues().reload().isGood());
        trade(1);
        trade(2);
        assertEquals(new TreeSet<>(List.of(first, second)), kept(archive, ".table"));
        int round = 3;
        while (round < 12) {
            aheadNs.addAndGet(2 * HOUR_NS);
            trade(round++);
        }
        assertEquals(Set.of(second), kept(archive, ".table"), "seed " + seed);
    }
}
