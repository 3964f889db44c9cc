package io.opportune.engine.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.feature.FeatureKeys;
import io.opportune.engine.feature.FeatureVector;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which slot of a row a feature gets. */
class FeatureSlotsTest {
    private static final long SEED = 5;
    private static final int WIDTH = 64;
    private static final int CROSSES = WIDTH - ModelSpec.ROW_HEAD;

    @Test
    void shouldGiveEachOfTheFirstFeaturesASlotOfItsOwn() {
        final FeatureSlots slots = new FeatureSlots(WIDTH);
        final int[] users = new int[WIDTH];
        for (int i = 0; i < CROSSES; i++) {
            assertEquals(FeatureSlots.UNKNOWN, slots.find(key(i), slots.count()));
            final int signed = slots.learn(key(i));
            assertEquals(signed, slots.find(key(i), slots.count()));
            assertEquals(FeatureSlots.UNKNOWN, slots.find(key(i), i), "a reader from before it");
            users[signed >> 1]++;
        }
        for (int slot = 0; slot < WIDTH; slot++) {
            assertEquals(slot < ModelSpec.ROW_HEAD ? 0 : 1, users[slot], "slot " + slot);
        }
    }

    /** Rare features share; those that come often do not. */
    @Test
    void shouldLetRareFeaturesShare() {
        final FeatureSlots slots = new FeatureSlots(WIDTH);
        final SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 20_000; i++) {
            slots.learn(key(random.nextInt(20)));
            if (i % 100 == 99) {
                slots.learn(key(1_000 + i));
            }
        }
        final boolean[] often = new boolean[WIDTH];
        for (int i = 0; i < 20; i++) {
            often[slots.find(key(i), slots.count()) >> 1] = true;
        }
        int known = 0;
        for (int i = 99; i < 20_000; i += 100) {
            final int signed = slots.find(key(1_000 + i), slots.count());
            known += signed == FeatureSlots.UNKNOWN ? 0 : 1;
            assertTrue(!often[signed >> 1], "seed " + SEED);
        }
        assertEquals(200, known);
    }

    /** More features than may have a slot: the others share the less used half, known or not. */
    @ParameterizedTest
    @ValueSource(ints = {16, WIDTH, 256})
    void shouldTakeAnyNumberOfFeatures(final int width) {
        final FeatureSlots slots = new FeatureSlots(width);
        for (int i = 0; i < 3 * FeatureSlots.MOST; i++) {
            final int signed = slots.learn(key(i));
            assertTrue(signed >> 1 >= ModelSpec.ROW_HEAD && signed >> 1 < width);
            assertEquals(signed, slots.find(key(i), slots.count()));
        }
        assertEquals(FeatureSlots.MOST, slots.count());
        assertNotEquals(FeatureSlots.UNKNOWN, slots.find(key(-1), slots.count()));
        assertEquals(FeatureSlots.UNKNOWN, slots.find(key(-1), FeatureSlots.MOST - 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 40, 2_000, FeatureSlots.MOST, FeatureSlots.MOST + 50})
    void shouldGoOnAsItWasWritten(final int features) throws IOException {
        final FeatureSlots slots = new FeatureSlots(WIDTH);
        for (int i = 0; i < features; i++) {
            slots.learn(key(i * i % (features + 7)));
        }
        final FeatureSlots again = new FeatureSlots(WIDTH);
        again.read(new DataInputStream(new ByteArrayInputStream(written(slots))));
        assertEquals(slots.count(), again.count());
        for (int i = 0; i < features + 100; i++) {
            assertEquals(slots.learn(key(i)), again.learn(key(i)), "feature " + i);
        }
        assertEquals(slots.contentHash(1, slots.count()), again.contentHash(1, again.count()));
    }

    @Test
    void shouldRefuseSlotsThatAreNone() throws IOException {
        final FeatureSlots slots = new FeatureSlots(WIDTH);
        slots.learn(key(1));
        slots.learn(key(2));
        for (final int[] change : new int[][] {{0, 127}, {8, 3}, {8, WIDTH}}) {
            final byte[] bytes = written(slots);
            bytes[change[0]] = (byte) change[1];
            assertThrows(IOException.class,
                () -> new FeatureSlots(WIDTH).read(new DataInputStream(new ByteArrayInputStream(bytes))));
        }
        final byte[] twice = written(slots);
        System.arraycopy(twice, 4, twice, 9, 4);
        assertThrows(IOException.class,
            () -> new FeatureSlots(WIDTH).read(new DataInputStream(new ByteArrayInputStream(twice))));
    }

    /** What is learned of features after an epoch was made does not change what it says. */
    @Test
    void shouldNotChangeAnEpoch() {
        final Learner learner = new Learner(
            OfferWorld.spec(LearnerKind.BAYES).heads(OfferWorld.clicks()).calibrated(false).build());
        final OfferWorld world = new OfferWorld(SEED, -2);
        world.teach(learner, 1_000);
        final WeightEpoch epoch = learner.publish();
        final long hash = epoch.contentHash();
        final int[] rows = learner.spec().rows(OfferWorld.offer(3));
        final FeatureVector none = new FeatureVector();
        final FeatureVector unseen = new FeatureVector();
        unseen.add(key(-6), 2);
        final Scorer scorer = new Scorer(learner.spec());
        scorer.begin(none, epoch).score(Head.CLICK, rows, none);
        final double logit = scorer.logit();
        final double variance = scorer.variance();
        for (int i = 0; i < 2; i++) {
            scorer.begin(unseen, epoch).score(Head.CLICK, rows, none);
            assertEquals(logit, scorer.logit(), 1e-6, "nothing is known of it");
            assertEquals(variance + 4 * (0.1 + 4 * 0.003), scorer.variance(), 0.02, "but its prior, round " + i);
            for (int k = 0; k < 500; k++) {
                learner.learn(Head.CLICK, unseen, rows, none, 1, 1);
            }
            assertEquals(hash, epoch.contentHash());
        }
        learner.release(new Learner(learner.spec()).epoch());
        scorer.begin(unseen, learner.publish()).score(Head.CLICK, rows, none);
        assertTrue(scorer.logit() > logit + 1, "now it is known");
    }

    private static int key(final int value) {
        return FeatureKeys.hash(3, value);
    }

    private static byte[] written(final FeatureSlots slots) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        slots.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }
}
