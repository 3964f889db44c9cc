package io.opportune.engine.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Epochs that do not change while they are read, and snapshots that go on with the same bits or are refused. */
class EpochTest {
    private static final long SEED = 23;
    private static final int VERSION_AT = 8;
    private static final int HASH_AT = 12;

    private static Learner learner(final LearnerKind kind) {
        return new Learner(OfferWorld.spec(kind).heads(OfferWorld.clicks(),
            new HeadSpec(Head.CONVERSION, Feedback.FAKE_NEGATIVE), new HeadSpec(Head.AMOUNT, Feedback.IMMEDIATE))
            .priors(new Priors(16, 0.1f, 0.25f, 0.003f, 0.0001f, 1e-5f)).build());
    }

    /** Clicks, conversions and amounts of one draw. */
    private static void teach(final OfferWorld world, final Learner learner, final int draws) {
        for (int i = 0; i < draws; i++) {
            world.next();
            final int[] rows = learner.spec().rows(world.offer);
            final boolean happens = world.happens();
            learner.learn(Head.CLICK, world.context, rows, world.pair, happens ? 1 : 0, 1);
            learner.learn(Head.CONVERSION, world.context, rows, world.pair, 0, 1);
            if (happens) {
                learner.learn(Head.CONVERSION, world.context, rows, world.pair, 1, 2);
                learner.learn(Head.AMOUNT, world.context, rows, world.pair, 1e6 * (1 + i % 50), 1);
            }
        }
    }

    private static byte[] snapshot(final Learner learner) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        learner.write(out);
        return out.toByteArray();
    }

    private static double[] scores(final Learner learner, final WeightEpoch epoch) {
        final OfferWorld world = new OfferWorld(SEED, -1);
        final Scorer scorer = new Scorer(learner.spec());
        final double[] scores = new double[3 * 200];
        for (int i = 0; i < 200; i++) {
            world.next();
            scorer.begin(world.context, epoch);
            for (final Head head : Head.values()) {
                scorer.score(head, learner.spec().rows(world.offer), world.pair);
                scores[3 * i + head.ordinal()] = scorer.prediction() + scorer.variance();
            }
        }
        return scores;
    }

    @ParameterizedTest
    @EnumSource(LearnerKind.class)
    void shouldGiveTheSameBitsAgainWithAndWithoutAnInterruption(final LearnerKind kind) throws IOException {
        final OfferWorld[] worlds = {new OfferWorld(SEED, -1), new OfferWorld(SEED, -1)};
        final Learner[] learners = {learner(kind), learner(kind)};
        for (int round = 0; round < 12; round++) {
            for (int i = 0; i < 2; i++) {
                teach(worlds[i], learners[i], 150);
                final WeightEpoch before = learners[i].epoch();
                learners[i].publish();
                learners[i].release(before);
            }
            assertEquals(learners[0].epoch().contentHash(), learners[1].epoch().contentHash(), "round " + round);
            if (round % 3 == 1) {
                learners[1] = Learner.read(learners[1].spec(), new ByteArrayInputStream(snapshot(learners[1])));
                assertEquals(learners[0].epoch().number(), learners[1].epoch().number());
                assertEquals(learners[0].epoch().contentHash(), learners[1].epoch().contentHash(), "round " + round);
            }
            assertEquals(Arrays.hashCode(scores(learners[0], learners[0].epoch())),
                Arrays.hashCode(scores(learners[1], learners[1].epoch())), "round " + round);
        }
        assertEquals(learners[0].validation(Head.CLICK).logLoss(), learners[1].validation(Head.CLICK).logLoss());
        assertEquals(learners[0].calibrationError(Head.AMOUNT), learners[1].calibrationError(Head.AMOUNT));
        assertTrue(Arrays.equals(snapshot(learners[0]), snapshot(learners[1])));
    }

    @ParameterizedTest
    @EnumSource(LearnerKind.class)
    void shouldNotChangeAnEpochThatIsRead(final LearnerKind kind) {
        final Learner learner = learner(kind);
        final OfferWorld world = new OfferWorld(SEED, -1);
        teach(world, learner, 500);
        final WeightEpoch nothing = learner.epoch();
        final WeightEpoch first = learner.publish();
        final long hash = first.contentHash();
        final double[] scores = scores(learner, first);
        assertNotEquals(nothing.contentHash(), hash);
        assertThrows(IllegalStateException.class, learner::publish, "epoch 0 may still be read");
        assertFalse(learner.canPublish());
        learner.release(first);
        assertFalse(learner.canPublish(), "the newest is served");
        learner.release(nothing);
        teach(world, learner, 500);
        assertEquals(hash, first.contentHash());
        final WeightEpoch second = learner.publish();
        assertEquals(hash, first.contentHash());
        assertTrue(Arrays.equals(scores, scores(learner, first)));
        assertFalse(Arrays.equals(scores, scores(learner, second)));
        assertEquals(2, second.number());
    }

    /** A reader on another thread sees whole epochs, each with one content, however often the next ones are made. */
    @Test
    void shouldBeReadWhileTheNextEpochIsMade() throws Exception {
        final Learner learner = learner(LearnerKind.BAYES);
        final AtomicReference<WeightEpoch> served = new AtomicReference<>(learner.epoch());
        final AtomicReference<WeightEpoch> reading = new AtomicReference<>();
        final AtomicBoolean ended = new AtomicBoolean();
        final int[] seen = new int[2];
        final Thread reader = new Thread(() -> {
            while (!ended.get()) {
                WeightEpoch epoch = served.get();
                reading.set(epoch);
                while (epoch != served.get()) {
                    epoch = served.get();
                    reading.set(epoch);
                }
                final double[] first = scores(learner, epoch);
                seen[Arrays.equals(first, scores(learner, epoch)) ? 0 : 1]++;
                reading.set(null);
            }
        });
        reader.start();
        final OfferWorld world = new OfferWorld(SEED, -1);
        for (int round = 0; round < 300; round++) {
            teach(world, learner, 20);
            final WeightEpoch before = learner.epoch();
            served.set(learner.publish());
            while (reading.get() == before) {
                Thread.onSpinWait();
            }
            learner.release(before);
        }
        ended.set(true);
        reader.join();
        assertEquals(0, seen[1], "epochs that changed while they were read, of " + seen[0]);
        assertTrue(seen[0] > 0);
    }

    @Test
    void shouldTakeSnapshotsAtBoundariesOnly() {
        final Learner learner = learner(LearnerKind.BAYES);
        teach(new OfferWorld(SEED, -1), learner, 10);
        assertThrows(IllegalStateException.class, () -> snapshot(learner));
    }

    @Test
    void shouldRefuseSnapshotsThatAreCutOffOrDamaged() throws IOException {
        final Learner learner = learner(LearnerKind.BAYES);
        teach(new OfferWorld(SEED, -1), learner, 30);
        learner.publish();
        final byte[] whole = snapshot(learner);
        final SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 30; i++) {
            final int length = random.nextInt(whole.length);
            assertRefused(Arrays.copyOf(whole, length), "cut off", "length " + length);
            final byte[] damaged = whole.clone();
            final int at = random.nextInt(whole.length);
            damaged[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            assertRefused(damaged, "", "byte " + at);
        }
        final byte[] weights = whole.clone();
        weights[whole.length - 100] ^= 1;
        assertRefused(weights, "damaged", "a weight");
        final byte[] other = whole.clone();
        ByteBuffer.wrap(other).putInt(VERSION_AT, 1);
        assertRefused(signed(other), "layout 1", "version");
        final byte[] foreign = whole.clone();
        ByteBuffer.wrap(foreign).putLong(HASH_AT, 1);
        assertRefused(signed(foreign), "another model", "hash");
        assertRefused(new byte[whole.length], "no snapshot", "zeros");
        assertRefused(new byte[0], "cut off", "nothing");
    }

    private static byte[] signed(final byte[] snapshot) {
        final CRC32C crc = new CRC32C();
        crc.update(snapshot, 0, snapshot.length - Integer.BYTES);
        ByteBuffer.wrap(snapshot).putInt(snapshot.length - Integer.BYTES, (int) crc.getValue());
        return snapshot;
    }

    private static void assertRefused(final byte[] snapshot, final String reason, final String what) {
        final IOException refusal = assertThrows(IOException.class,
            () -> Learner.read(learner(LearnerKind.BAYES).spec(), new ByteArrayInputStream(snapshot)), what);
        assertTrue(refusal.getMessage().contains(reason), what + ": " + refusal.getMessage());
    }

    @Test
    void shouldReadNothingBehindASnapshot() throws IOException {
        final Learner learner = learner(LearnerKind.FTRL);
        teach(new OfferWorld(SEED, -1), learner, 30);
        learner.publish();
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        learner.write(out);
        out.write(77);
        final InputStream in = new ByteArrayInputStream(out.toByteArray());
        Learner.read(learner.spec(), in);
        assertEquals(77, in.read());
    }
}
