package io.opportune.engine.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.learning.WeightEpoch;
import io.opportune.engine.training.ModelPublication.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Learning again where not everything is kept: what can be had is had, and of the rest it is said why not. */
class ModelReplayTest {
    private static final int KEPT_FIRST = 10;
    private static final int KEPT_SECOND = 20;
    private static final int LAST = 30;

    private final long seed = Long.getLong("opportune.test.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final TreeMap<Long, Long> published = TrainingJournal.hashes();

    @TempDir
    private Path directory;

    /** Thirty publications, of which one may claim to have learned something else; two states are kept. */
    private void learn(final TrainingJournal journal, final int strange) throws IOException {
        try (ModelTraining training = journal.begin()) {
            journal.publish(training, Kind.RESUMED);
            published.put(1L, training.serving().contentHash());
            for (int number = 2; number <= LAST; number++) {
                journal.trade(random, 10);
                journal.learnAll(training);
                if (number == strange) {
                    final WeightEpoch before = training.serving();
                    final ModelPublication real = training.publish(Kind.LEARNED);
                    training.release(before);
                    journal.journal(training, new ModelPublication(real.number(), real.kind(), real.examples(),
                        real.checksum() + 1, real.champion(), real.shadow(), real.pendingBytes(), real.positions()));
                } else {
                    journal.publish(training, Kind.LEARNED);
                }
                published.put((long) number, training.serving().contentHash());
                if (number == KEPT_FIRST || number == KEPT_SECOND) {
                    journal.keep(training, TrainingJournal.DAY_NS);
                }
            }
        }
    }

    private ModelReplay replay(final TrainingJournal journal) {
        return new ModelReplay(journal.journals(), journal.data.resolve("models"));
    }

    private void check(final ModelReplay replay, final long from, final long to) {
        for (long number = from; number <= to; number++) {
            assertNotNull(replay.at(number), replay.obstacle());
            assertEquals(published.get(number), replay.at(number).contentHash(), "publication " + number + ", seed "
                + seed);
        }
    }

    @Test
    void shouldNotLetOneObstacleSpoilWhatComesLater() throws IOException {
        try (TrainingJournal journal = new TrainingJournal(directory, 2)) {
            learn(journal, 5);
            try (ModelReplay replay = replay(journal)) {
                check(replay, 1, 4);
                for (long number = 5; number < KEPT_FIRST; number++) {
                    assertNull(replay.at(number));
                    assertEquals("what publication 5 learned from is not what the journal holds now: a customer was "
                        + "erased, or older records are not kept", replay.obstacle());
                }
                check(replay, KEPT_FIRST, LAST);
            }
            // Whoever asks late first is not troubled at all.
            try (ModelReplay replay = replay(journal)) {
                check(replay, 15, LAST);
                assertNull(replay.at(3));
                assertEquals("publication 3 lies before the one that was learned again last, 30", replay.obstacle());
                check(replay, LAST - 1, LAST);
            }
        }
    }

    @Test
    void shouldUseAnOlderStateWhereTheNewestCannotBeRead() throws IOException {
        try (TrainingJournal journal = new TrainingJournal(directory, 2)) {
            learn(journal, 0);
            Files.write(journal.folder.state(KEPT_SECOND), new byte[100]);
            try (ModelReplay replay = replay(journal)) {
                check(replay, 25, LAST);
            }
            Files.write(journal.folder.state(KEPT_FIRST), new byte[100]);
            try (ModelReplay replay = replay(journal)) {
                check(replay, 25, LAST);
            }
        }
    }

    @Test
    void shouldSayWhichModelsAreGone() throws IOException {
        try (TrainingJournal journal = new TrainingJournal(directory, 2)) {
            learn(journal, 0);
        }
        final JournalDirectory journals = new JournalDirectory(directory.resolve("journal"));
        deleteTree(directory.resolve("models/queue"));
        Files.delete(directory.resolve("models/state-10.models"));
        try (ModelReplay replay = new ModelReplay(journals, directory.resolve("models"))) {
            assertNull(replay.at(3));
            assertEquals("no state of the models is kept from before publication 3", replay.obstacle());
            assertNull(replay.at(KEPT_SECOND));
            assertEquals("state 20 of the models: the queue of models does not know it", replay.obstacle());
        }
    }

    /** Models that had to begin anew do so again, whatever was before. */
    @Test
    void shouldBeginAnewWhereTheModelsDid() throws IOException {
        try (TrainingJournal journal = new TrainingJournal(directory, 2)) {
            learn(journal, 7);
            for (final long state : journal.folder.states()) {
                Files.delete(journal.folder.state(state));
            }
            try (ModelTraining anew = journal.begin()) {
                anew.skipTo(LAST);
                journal.publish(anew, Kind.RESUMED);
                published.put(anew.number(), anew.serving().contentHash());
                anew.aim(TrainingJournal.TERM, Long.MAX_VALUE);
                while (!anew.learn(100)) {
                    journal.publish(anew, Kind.LEARNED);
                    published.put(anew.number(), anew.serving().contentHash());
                }
                journal.publish(anew, Kind.LEARNED);
                published.put(anew.number(), anew.serving().contentHash());
                assertTrue(anew.number() > LAST + 3);
                try (ModelReplay replay = replay(journal)) {
                    check(replay, 1, 6);
                    assertNull(replay.at(7));
                    assertNull(replay.at(LAST));
                    check(replay, LAST + 1, anew.number());
                }
            }
        }
    }

    /** The power fails: what was appended last is not on the disk; then something else is written to its place. */
    @Test
    void shouldNotGoOnFromRecordsThatWereLost() throws IOException {
        final Path copy = directory.resolve("copy");
        final TrainingJournal journal = new TrainingJournal(directory.resolve("data"), 2);
        final ModelTraining training = journal.begin();
        journal.publish(training, Kind.RESUMED);
        journal.trade(random, 50);
        journal.learnAll(training);
        journal.publish(training, Kind.LEARNED);
        journal.keep(training, TrainingJournal.DAY_NS);
        copyTree(journal.journals().shardQueue(1), copy);
        final Map<Integer, Long> saved = training.positions();
        journal.trade(random, 50);
        journal.learnAll(training);
        final ModelPublication lost = journal.publish(training, Kind.LEARNED);
        journal.keep(training, TrainingJournal.DAY_NS);
        training.close();
        journal.close();
        deleteTree(journal.journals().shardQueue(1));
        copyTree(copy, journal.journals().shardQueue(1));
        final String beyond = "queue of shard 1: record %x is the last of it, but %x was learned from".formatted(
            saved.get(1), lost.positions().get(1));
        assertEquals(beyond, obstacle(journal, 3));
        assertNull(obstacle(journal, 2), "the state before fits");
        try (ModelTraining older = ModelTraining.read(journal.folder.state(2))) {
            older.read(journal.journals());
            final String notThere = older.repeat(lost);
            assertTrue(notThere.startsWith("publication 3 learned from record"), notThere);
            assertEquals(3, older.number(), "the next publication has another number");
            assertEquals(saved, older.positions(), "nothing is read that is to be learned in steps");
        }
        // Something else comes to stand where the lost records were.
        try (TrainingJournal later = new TrainingJournal(directory.resolve("data"), 2)) {
            later.nowNs = journal.nowNs + 1_000_000;
            later.trade(random, 200);
        }
        assertEquals("queue of shard 1: record %x is another one than the one that was learned from".formatted(
            lost.positions().get(1)), obstacle(journal, 3));
        assertNull(obstacle(journal, 2));
    }

    /** The power fails before any file of a queue is on the disk; on a later day another file begins it. */
    @Test
    void shouldNotGoOnFromAQueueThatWasLostWhole() throws IOException {
        final TrainingJournal journal = new TrainingJournal(directory.resolve("data"), 2);
        final Map<Integer, Long> positions;
        try (ModelTraining training = journal.begin()) {
            journal.trade(random, 50);
            journal.learnAll(training);
            positions = journal.publish(training, Kind.LEARNED).positions();
            journal.keep(training, TrainingJournal.DAY_NS);
        }
        journal.close();
        assertNull(obstacle(journal, 1));
        final Path queue = journal.journals().shardQueue(1);
        deleteTree(queue);
        final String learned = "record %x was learned from".formatted(positions.get(1));
        assertEquals("queue of shard 1: it is not there, but " + learned, obstacle(journal, 1));
        Files.createDirectories(queue);
        assertEquals("queue of shard 1: it is empty, but " + learned, obstacle(journal, 1));
        try (TrainingJournal later = new TrainingJournal(directory.resolve("data"), 2)) {
            later.nowNs = journal.nowNs + 2 * TrainingJournal.DAY_NS;
            later.trade(random, 50);
        }
        final long endNs = (TrainingJournal.START_NS / TrainingJournal.DAY_NS + 1) * TrainingJournal.DAY_NS;
        assertNull(obstacle(journal, 1, endNs), "files of that age are deleted");
        final String tooYoung = obstacle(journal, 1, endNs - 1);
        assertTrue(tooYoung.endsWith("but %x was learned from, which the journal should still hold".formatted(
            positions.get(1))), tooYoung);
    }

    private static String obstacle(final TrainingJournal journal, final long state) throws IOException {
        return obstacle(journal, state, Long.MAX_VALUE);
    }

    private static String obstacle(final TrainingJournal journal, final long state, final long expiredNs)
        throws IOException {
        try (ModelTraining training = ModelTraining.read(journal.folder.state(state))) {
            training.read(journal.journals());
            return training.obstacle(expiredNs);
        }
    }

    private static void copyTree(final Path from, final Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (final Path file : files.toList()) {
                final Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    private static void deleteTree(final Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (final IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
