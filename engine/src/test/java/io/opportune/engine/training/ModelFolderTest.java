package io.opportune.engine.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.learning.WeightEpoch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** States of models in files: whole or absent, refused when damaged, no more kept than are needed. */
class ModelFolderTest {
    private static final String CHAMPION =
        "house:1 bayes offer-rows=6 campaign-rows=6 category-rows=6 advertiser-rows=6 linear-bits=10";
    private static final String SHADOW = CHAMPION.replace("house:1 bayes", "fast:2 ftrl");

    @TempDir
    private Path directory;

    private static void publish(final ModelTraining training) {
        final WeightEpoch before = training.serving();
        training.publish(ModelPublication.Kind.LEARNED);
        training.release(before);
    }

    @Test
    void shouldKeepTheNewestTwoAndReadThemAgain() throws IOException {
        final ModelFolder folder = new ModelFolder(directory.resolve("models"));
        assertEquals(List.of(), folder.states());
        assertEquals(0, folder.neededFrom(0), "everything is needed");
        try (ModelTraining training = new ModelTraining(CHAMPION, SHADOW, 1 << 16)) {
            for (int i = 1; i <= 4; i++) {
                publish(training);
                folder.keep(training, false, 1_000_000, 2_000_000);
            }
            assertEquals(List.of(4L, 3L), folder.states());
            try (ModelTraining read = ModelTraining.read(folder.state(4))) {
                assertEquals(4, read.number());
                assertEquals(CHAMPION, read.champion());
                assertEquals(SHADOW, read.shadow());
                assertEquals(training.serving().contentHash(), read.serving().contentHash());
            }
            Files.writeString(directory.resolve("models/state-9.models.part"), "half");
            folder.deleteParts();
            assertEquals(List.of("state-3.models", "state-4.models"), names());
        }
    }

    /** A state behind a break is all that leads to what comes after it. */
    @Test
    void shouldKeepAFewStatesBehindABreak() throws IOException {
        try (TrainingJournal journal = new TrainingJournal(directory, 1); ModelTraining training = journal.begin()) {
            for (int i = 1; i <= 20; i++) {
                journal.trade(new SplittableRandom(i), 3);
                journal.publish(training, ModelPublication.Kind.RESUMED);
                journal.folder.keep(training, i % 3 == 0, TrainingJournal.DAY_NS, journal.nowNs);
            }
            assertEquals(List.of(20L, 19L, 18L, 15L, 12L, 9L, 1L), journal.folder.states());
            journal.nowNs += 2 * TrainingJournal.DAY_NS;
            journal.publish(training, ModelPublication.Kind.LEARNED);
            journal.keep(training, TrainingJournal.DAY_NS);
            assertEquals(List.of(21L, 20L), journal.folder.states());
        }
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(directory.resolve("models"))) {
            return files.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void shouldRefuseWhatIsNotWhole() throws IOException {
        final ModelFolder folder = new ModelFolder(directory.resolve("models"));
        try (ModelTraining training = new ModelTraining(CHAMPION, "", 1 << 16)) {
            publish(training);
            folder.keep(training, false, 1_000_000, 2_000_000);
        }
        final Path file = folder.state(1);
        final byte[] good = Files.readAllBytes(file);
        for (final int length : new int[] {0, 3, 8, 40, good.length / 2, good.length - 1}) {
            Files.write(file, Arrays.copyOf(good, length));
            final IOException cut = assertThrows(IOException.class, () -> ModelTraining.read(file), "length " + length);
            assertTrue(cut.getMessage().contains(file.toString()), cut.getMessage());
        }
        for (int at = 0; at < good.length; at += Math.max(1, good.length / 50)) {
            final byte[] bad = good.clone();
            bad[at] ^= 0x10;
            Files.write(file, bad);
            assertThrows(IOException.class, () -> ModelTraining.read(file), "byte " + at);
        }
        Files.write(file, Arrays.copyOf(good, good.length + 1));
        final IOException more = assertThrows(IOException.class, () -> ModelTraining.read(file));
        assertTrue(more.getMessage().contains("more behind"), more.getMessage());
        Files.write(file, good);
        assertEquals(0, folder.neededFrom(0));
        ModelTraining.read(file).close();
        assertFalse(Files.exists(directory.resolve("models/state-1.models.part")));
    }

    /** Fifty days in which the journal is kept for eight: folder and queue stop growing, and the rest can be had. */
    @Test
    void shouldStayBoundedAndKeepWhatIsNeededToLearnAgain() throws IOException {
        final long seed = Long.getLong("opportune.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        final long retentionNs = 8 * TrainingJournal.DAY_NS;
        final TreeMap<Long, Long> published = TrainingJournal.hashes();
        int mostFiles = 0;
        int mostStates = 0;
        long bytesEarly = 0;
        try (TrainingJournal journal = new TrainingJournal(directory, 2)) {
            ModelTraining training = journal.begin();
            journal.publish(training, ModelPublication.Kind.RESUMED);
            for (int day = 0; day < 50; day++) {
                for (int publication = 0; publication < 20; publication++) {
                    journal.nowNs += TrainingJournal.DAY_NS / 20;
                    journal.trade(random, 5);
                    journal.learnAll(training);
                    journal.publish(training, ModelPublication.Kind.LEARNED);
                    published.put(training.number(), training.serving().contentHash());
                    if (publication % 5 == 0) {
                        journal.keep(training, retentionNs);
                        trim(journal, retentionNs);
                    }
                }
                if (day % 15 == 14) {
                    training.close();
                    training = journal.restart();
                    assertEquals(published.get(training.number()), training.serving().contentHash(), "seed " + seed);
                }
                if (day >= 20) {
                    mostFiles = Math.max(mostFiles, files(journal.folder.queue()));
                    mostStates = Math.max(mostStates, journal.folder.states().size());
                    final long bytes = JournalDirectory.bytesOnDisk(journal.folder.queue());
                    bytesEarly = day == 20 ? bytes : bytesEarly;
                    assertTrue(bytes < 1.5 * bytesEarly, bytes + " bytes on day " + day + ", first " + bytesEarly);
                }
            }
            training.close();
            assertTrue(mostFiles >= 8 && mostFiles <= 11, mostFiles + " files");
            assertTrue(mostStates >= 5 && mostStates <= 7, mostStates + " states");
            final long oldest = journal.folder.states().getLast();
            assertTrue(oldest <= training.number() - 6 * 20, "six days of eight can be had again, from " + oldest);
            try (ModelReplay replay = new ModelReplay(journal.journals(), directory.resolve("models"))) {
                assertNull(replay.at(oldest - 1));
                assertEquals("no state of the models is kept from before publication " + (oldest - 1),
                    replay.obstacle());
                published.tailMap(oldest).forEach((number, hash) ->
                    assertEquals(hash, replay.at(number).contentHash(), () -> number + ", seed " + seed));
            }
        }
    }

    /** As the server does with each snapshot. */
    private static void trim(final TrainingJournal journal, final long retentionNs) throws IOException {
        for (int shard = 0; shard < 2; shard++) {
            JournalDirectory.deleteExpired(journal.journals().shardQueue(shard), retentionNs, journal.nowNs,
                journal.folder.neededFrom(shard));
        }
        journal.folder.trim(retentionNs, journal.nowNs);
    }

    private static int files(final Path queue) throws IOException {
        try (var files = Files.list(queue)) {
            return (int) files.filter(each -> each.toString().endsWith(".cq4")).count();
        }
    }
}
