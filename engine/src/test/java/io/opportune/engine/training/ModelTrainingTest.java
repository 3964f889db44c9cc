package io.opportune.engine.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.opportune.engine.training.ModelPublication.Kind;
import io.opportune.engine.training.TrainingJournal.Made;
import io.opportune.protocol.codec.EventType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Learning from the queues of several shards: in one order, in steps of any length, with outcomes on any shard. */
class ModelTrainingTest {
    private final long seed = Long.getLong("opportune.test.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final List<TrainingJournal> opened = new ArrayList<>();

    @TempDir
    private Path directory;

    private TrainingJournal journal(final String name, final int shards) {
        final TrainingJournal journal = new TrainingJournal(directory.resolve(name), shards);
        opened.add(journal);
        return journal;
    }

    @AfterEach
    void close() {
        opened.forEach(TrainingJournal::close);
    }

    /** The same decisions and outcomes; the queues of the two shards are swapped. */
    @Test
    void shouldLearnTheSameWhicheverShardTheOutcomesReach() {
        final long[] hashes = new long[2];
        for (int swapped = 0; swapped < 2; swapped++) {
            final TrainingJournal journal = journal("swapped-" + swapped, 2);
            final SplittableRandom same = new SplittableRandom(seed);
            for (int i = 0; i < 200; i++) {
                final Made made = journal.decide(swapped, 1 + same.nextInt(6), same.nextInt(8));
                if (i % 3 == 0) {
                    journal.outcome(1 - swapped, made, i % 2 == 0 ? EventType.ACCEPT : EventType.REDEMPTION);
                }
            }
            try (ModelTraining training = journal.begin()) {
                journal.learnAll(training);
                journal.publish(training, Kind.LEARNED);
                assertEquals(400, training.trainer().examples());
                assertEquals(67, training.trainer().outcomes());
                assertEquals(0, training.trainer().unmatched() + training.trainer().waitingCount());
                hashes[swapped] = training.serving().contentHash();
            }
        }
        assertEquals(hashes[0], hashes[1]);
    }

    /** The ends of two queues are not read at one moment: a decision may lie behind, and its outcome before. */
    @Test
    void shouldHoldOutcomesUntilTheirDecisionIsRead() throws IOException {
        final TrainingJournal journal = journal("data", 2);
        journal.trade(random, 20);
        try (ModelTraining training = journal.begin()) {
            journal.learnAll(training);
            journal.publish(training, Kind.LEARNED);
            final Map<Integer, Long> before = training.positions();
            final long outcomes = training.trainer().outcomes();
            final long unmatched = training.trainer().unmatched();
            final Made made = journal.decide(1, 3, 4);
            journal.outcome(0, made, EventType.CLICK);
            journal.outcome(0, new Made(made.high(), made.low() + 1_000, 3), EventType.CLICK);
            training.advance(Map.of(0, training.ends().get(0), 1, before.get(1)), Long.MAX_VALUE);
            journal.publish(training, Kind.LEARNED);
            assertEquals(2, training.trainer().waitingCount());
            assertEquals(outcomes, training.trainer().outcomes());
            journal.keep(training, TrainingJournal.DAY_NS);
            journal.learnAll(training);
            journal.publish(training, Kind.LEARNED);
            assertEquals(outcomes + 1, training.trainer().outcomes(), "seed " + seed);
            assertEquals(unmatched + 1, training.trainer().unmatched(), "what was never decided stops waiting");
            assertEquals(0, training.trainer().waitingCount());
            try (ModelTraining again = journal.restart()) {
                assertEquals(training.serving().contentHash(), again.serving().contentHash());
                assertEquals(training.trainer().outcomes(), again.trainer().outcomes());
                assertEquals(training.trainer().unmatched(), again.trainer().unmatched());
            }
        }
    }

    @Test
    void shouldHoldNoMoreOutcomesThanThereIsRoomFor() {
        final WaitingOutcomes waiting = new WaitingOutcomes();
        for (int i = 0; i < WaitingOutcomes.MOST; i++) {
            assertTrue(waiting.add(i, -i, i, OutcomeKind.CLICKED, 0, i));
        }
        assertFalse(waiting.add(1, 1, 1, OutcomeKind.CLICKED, 0, 1));
        final int[] taken = new int[1];
        for (int i = 0; i < WaitingOutcomes.MOST; i += 10_000) {
            final int decision = i;
            waiting.take(decision, -decision, (offerId, kind, amountMicros, timeNs) -> {
                assertTrue(offerId == decision && timeNs == decision && kind == OutcomeKind.CLICKED);
                taken[0]++;
            });
            waiting.take(decision, decision + 1, (offerId, kind, amountMicros, timeNs) -> fail("of another decision"));
        }
        assertEquals(7, taken[0]);
        assertEquals(0, waiting.age(), "all came since the last publication");
        assertTrue(waiting.add(5, 5, 6, OutcomeKind.CONVERTED, 7, 8));
        assertTrue(waiting.add(5, 5, 7, OutcomeKind.SHOWN, 7, 8));
        assertEquals(WaitingOutcomes.MOST - 6, waiting.notable());
        assertEquals(WaitingOutcomes.MOST - 7, waiting.age());
        assertEquals(1, waiting.notable());
        waiting.take(5, 5, (offerId, kind, amountMicros, timeNs) -> taken[0]++);
        assertEquals(9, taken[0]);
        assertEquals(0, waiting.count() + waiting.notable() + waiting.age());
    }

    @Test
    void shouldLearnTheSameInStepsOfAnyLength() {
        final TrainingJournal journal = journal("data", 3);
        journal.trade(random, 500);
        try (ModelTraining whole = journal.begin(); ModelTraining steps = journal.begin()) {
            journal.learnAll(whole);
            whole.publish(Kind.LEARNED);
            final Map<Integer, Long> ends = steps.ends();
            steps.aim(TrainingJournal.TERM, Long.MAX_VALUE);
            assertThrows(IllegalStateException.class, () -> steps.aim(TrainingJournal.TERM, Long.MAX_VALUE));
            boolean reached = false;
            long records = 0;
            while (!reached) {
                final int most = 1 + random.nextInt(40);
                reached = steps.learn(most);
                final long now = read(steps.positions());
                assertTrue(now - records <= most, () -> "seed " + seed + ": more than " + most + " in a step");
                assertTrue(reached || now - records == most, () -> "seed " + seed + ": a step that ends early");
                records = now;
            }
            assertEquals(ends, steps.positions());
            steps.publish(Kind.LEARNED);
            assertEquals(whole.serving().contentHash(), steps.serving().contentHash(), "seed " + seed);
            assertEquals(whole.trainer().checksum(), steps.trainer().checksum());
            assertEquals(0, steps.trainer().unmatched());
        }
    }

    /** Records since the start, all in one cycle of the queue. */
    private static long read(final Map<Integer, Long> positions) {
        return positions.values().stream().mapToLong(index -> (index & 0xFFFF_FFFFL) + 1).sum();
    }

    /**
     * One step as a server makes it: while it reads, a record comes to stand in one queue that was stamped before the
     * last one of another. Gives whether that is all.
     */
    private boolean learnUnevenly(final TrainingJournal journal, final ModelTraining training, final int shards) {
        final int late = random.nextInt(shards);
        final long startNs = journal.nowNs;
        for (int shard = 0; shard < shards; shard++) {
            if (shard != late) {
                journal.trade(random, shard, random.nextInt(8));
            }
        }
        final long endNs = journal.nowNs;
        if (training.isReached()) {
            // Some servers know which time all shards have passed, others do not.
            training.aim(TrainingJournal.TERM, random.nextBoolean() ? Long.MAX_VALUE : startNs);
        }
        // Mostly it stops just before the end, where what is written late comes before what was read last.
        final long left = read(training.ends()) - read(training.positions()) - random.nextInt(8);
        final boolean reached = training.learn(random.nextInt(4) == 0 ? Long.MAX_VALUE : Math.max(1, left));
        journal.nowNs = startNs;
        journal.trade(random, late, random.nextInt(8));
        journal.nowNs = Math.max(endNs, journal.nowNs);
        return reached;
    }

    /**
     * A customer clicks on one shard and is erased on another right after that. The end of the first queue was read
     * before the click stood there, that of the second after the erasure did. Only with a bound in time is what is
     * learned that of the whole journal.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldLearnAsFromTheWholeJournalUpToATimeThatAllShardsHavePassed(final boolean bounded) {
        final TrainingJournal journal = journal("data", 2);
        final Made made = journal.decide(1, 3, 4);
        try (ModelTraining live = journal.begin(); ModelTraining anew = journal.begin()) {
            final long clickNs = journal.nowNs;
            journal.nowNs += 1_000_000;
            journal.erase(1);
            final long erasedNs = journal.nowNs;
            live.aim(TrainingJournal.TERM, bounded ? clickNs + 1 : Long.MAX_VALUE);
            assertTrue(live.learn(10));
            journal.publish(live, Kind.LEARNED);
            assertEquals(bounded ? 1 : 0, live.trainer().pendingCount(), "the erasure is learned of later");
            journal.nowNs = clickNs;
            journal.outcome(0, made, EventType.CLICK);
            assertTrue(journal.nowNs < erasedNs);
            for (int i = 0; i < 3; i++) {
                live.aim(TrainingJournal.TERM, erasedNs + 1);
                assertTrue(live.learn(10));
                journal.publish(live, Kind.LEARNED);
            }
            journal.learnAll(anew);
            anew.publish(Kind.LEARNED);
            assertEquals(1, anew.trainer().outcomes());
            assertEquals(0, anew.trainer().pendingCount());
            // This is why: the outcome finds no decision any more, waits for it, and is given up.
            assertEquals(bounded ? 1 : 0, live.trainer().outcomes());
            assertEquals(bounded ? 0 : 1, live.trainer().unmatched());
            assertEquals(anew.positions(), live.positions());
            if (bounded) {
                assertEquals(anew.trainer().checksum(), live.trainer().checksum());
            }
        }
    }

    /** What was appended at the bound or later waits; what earlier terms appended does not, whatever their clock. */
    @Test
    void shouldBoundOnlyTheTermOfTheServer() {
        final TrainingJournal journal = journal("data", 1);
        journal.trade(random, 0, 3);
        final long boundNs = journal.nowNs + 1_000_000;
        final Map<Integer, Long> before;
        try (ModelTraining training = journal.begin()) {
            before = training.ends();
            journal.trade(random, 0, 3);
            training.aim(TrainingJournal.TERM, boundNs);
            assertTrue(training.learn(Long.MAX_VALUE));
            assertEquals(before, training.positions(), "not the record at the bound");
            training.aim(TrainingJournal.TERM + 1, boundNs);
            assertTrue(training.learn(Long.MAX_VALUE));
            assertEquals(training.ends(), training.positions());
        }
    }

    /** An impression that waits for its decision changes what is learned next, so it must be published. */
    @Test
    void shouldCountAnImpressionThatWaitsAsAChange() {
        final TrainingJournal journal = journal("data", 1);
        try (ModelTraining training = journal.begin()) {
            journal.outcome(0, new Made(1, 2, 3), EventType.IMPRESSION);
            final long changes = training.trainer().changes();
            journal.learnAll(training);
            assertEquals(changes + 1, training.trainer().changes());
            assertEquals(0, training.trainer().waitingCount(), "nothing comes of it by itself");
        }
    }

    /** Random ends of queues, steps, publications, restarts and a promotion; then everything once more. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldHaveTheSameBitsAgain(final int shards) throws IOException {
        final TrainingJournal journal = journal("data", shards);
        final Map<Long, Long> published = TrainingJournal.hashes();
        final Map<Long, Long> shadows = TrainingJournal.hashes();
        ModelTraining training = journal.begin();
        journal.publish(training, Kind.RESUMED);
        for (int round = 1; round <= 60; round++) {
            journal.trade(random, 1 + random.nextInt(30));
            final boolean reached = learnUnevenly(journal, training, shards);
            Kind kind = Kind.LEARNED;
            if (!reached && random.nextBoolean() && round % 5 != 0) {
                // A server publishes at the end of what it aims at, and on the way only when the time has come.
                continue;
            }
            if (round == 30) {
                journal.publish(training, Kind.LEARNED);
                published.put(training.number(), training.serving().contentHash());
                training.promote();
                kind = Kind.PROMOTED;
            }
            journal.publish(training, kind);
            published.put(training.number(), training.serving().contentHash());
            if (round < 30) {
                shadows.put(training.number(), training.trainer().models().shadow().epoch().contentHash());
            }
            if (round == 20 || round == 40) {
                journal.keep(training, TrainingJournal.DAY_NS);
            }
            if (round % 25 == 0) {
                training.close();
                training = journal.restart();
                assertEquals(published.get(training.number()), training.serving().contentHash(), "seed " + seed);
                assertNull(training.obstacle(Long.MAX_VALUE));
                training.shadow(round == 50 ? TrainingJournal.CHAMPION : training.shadow());
                journal.publish(training, Kind.RESUMED);
            }
        }
        final long outcomes = training.trainer().outcomes();
        assertTrue(outcomes > 100, outcomes + " outcomes, seed " + seed);
        training.close();
        try (ModelReplay replay = new ModelReplay(journal.journals(), journal.data.resolve("models"))) {
            published.forEach((number, hash) -> {
                assertEquals(hash, replay.at(number).contentHash(), () -> "publication " + number + ", seed " + seed);
                if (number > 1) {
                    // A shard that is still one behind.
                    assertEquals(published.getOrDefault(number - 1, replay.at(number - 1).contentHash()),
                        replay.at(number - 1).contentHash());
                }
                if (shadows.containsKey(number)) {
                    assertEquals(shadows.get(number), replay.at(number, "fast:2").contentHash());
                }
            });
            assertNull(replay.at(training.number() + 1));
            assertEquals("publication " + (training.number() + 1) + " is not in the queue of models, which ends with "
                + training.number(), replay.obstacle());
        }
    }
}
