package io.opportune.engine.shading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShadeLearnerTest {
    private static final int USD = 840;
    private static final long VALUE = 2_000;
    /** Never explores: its first bits are ones. */
    private static final long CALM = -1;

    @TempDir
    Path folder;

    private static int step(final ShadeTable table, final int placement, final long leastMicros, final long value) {
        return ShadeTable.stepOf(table.choose(1, false, placement, USD, 0, leastMicros, value, CALM));
    }

    /** Auctions of all values that are won at a share of one value and above; told or not. */
    private static void teach(
        final ShadeLearner learner, final int placement, final double price, final boolean told, final long seed) {
        final Random random = new Random(seed);
        for (int i = 0; i < 3_000; i++) {
            final int step = random.nextInt(ShadeGrid.STEPS);
            final long bid = ShadeGrid.bidMicros(step, VALUE / 2 + random.nextLong(2 * VALUE));
            learner.observe(1, false, placement, USD, 0, bid, step, bid >= price * VALUE,
                told ? (long) (price * VALUE) : -1);
            if (i % 100 == 0) {
                learner.publish();
            }
        }
    }

    @Test
    void shouldStartWithTheSafeShade() {
        final ShadeTable table = new ShadeLearner(ShadeSettings.DEFAULT).publish();
        assertEquals(0.8, ShadeGrid.shade(step(table, 1, 0, VALUE)), 0.02);
        assertEquals(0.8, ShadeGrid.shade(step(table, 9, 0, 1L << 48)), 0.02);
        assertEquals(0.8, ShadeGrid.shade(step(table, 9, 0, 1)), 0.02);
    }

    @Test
    void shouldNeverGoBelowTheLeastPriceNorAboveTheValue() {
        final ShadeLearner learner = new ShadeLearner(ShadeSettings.DEFAULT);
        teach(learner, 1, 0.3, false, 1);
        final ShadeTable table = learner.publish();
        final Random random = new Random(3);
        int explored = 0;
        for (int i = 0; i < 100_000; i++) {
            final long value = 1 + random.nextLong(1L << random.nextInt(1, 48));
            final long least = random.nextInt(4) == 0 ? 0 : random.nextLong(value + value / 8 + 1);
            final int choice = table.choose(
                1, random.nextBoolean(), random.nextInt(3), USD, random.nextInt(3), least, value, random.nextLong());
            if (least > value) {
                assertEquals(ShadeTable.NO_STEP, choice);
                continue;
            }
            final long bid = ShadeGrid.bidMicros(ShadeTable.stepOf(choice), value);
            assertTrue(bid >= least && bid <= value, "seed 3: " + bid + " of " + value + ", at least " + least);
            explored += ShadeTable.isExplored(choice) ? 1 : 0;
        }
        assertTrue(explored > 1_000 && explored < 12_000, "seed 3: " + explored);
    }

    @Test
    void shouldLearnWhereThePriceIsForOnePlacementAndNotForAnother() {
        for (final boolean told : new boolean[] {true, false}) {
            final ShadeLearner learner = new ShadeLearner(ShadeSettings.DEFAULT);
            teach(learner, 1, 0.3, told, 1);
            teach(learner, 2, 0.6, told, 2);
            final ShadeTable table = learner.publish();
            // Somewhat above: the view of shares, to which prices look spread, has its say, too.
            assertEquals(0.33, ShadeGrid.shade(step(table, 1, 0, VALUE)), 0.04, "told " + told);
            assertEquals(0.66, ShadeGrid.shade(step(table, 2, 0, VALUE)), 0.07, "told " + told);
            // Prices are no shares: who values it twice as much bids half the share.
            assertEquals(0.15, ShadeGrid.shade(step(table, 1, 0, 2 * VALUE)), 0.04, "told " + told);
            assertEquals(0.9, ShadeGrid.shade(step(table, 1, (long) (0.9 * VALUE), VALUE)), 0.02);
        }
    }

    /** Who tells the minimum bid to win needs no asking. */
    @Test
    void shouldExploreWhereOnlyWinsAreTold() {
        for (final boolean told : new boolean[] {true, false}) {
            final ShadeLearner learner = new ShadeLearner(ShadeSettings.DEFAULT);
            teach(learner, 1, 0.3, told, 1);
            final ShadeTable table = learner.publish();
            int explored = 0;
            for (int i = 0; i < 100_000; i++) {
                final long chance = ShadeTable.chance(i, 5, 7);
                final int choice = table.choose(1, false, 1, USD, 0, 0, VALUE, chance);
                assertEquals(choice, table.choose(1, false, 1, USD, 0, 0, VALUE, chance));
                explored += ShadeTable.isExplored(choice) ? 1 : 0;
            }
            assertEquals(told ? 0 : 3_000, explored, 300);
        }
    }

    @Test
    void shouldGoOnFromItsFile() throws IOException {
        final ShadeLearner learner = new ShadeLearner(ShadeSettings.DEFAULT);
        teach(learner, 1, 0.3, false, 1);
        teach(learner, 2, 0.6, true, 2);
        learner.observe(3, true, 5, 978, 12, 900, 40, true, -1);
        final ShadeTable before = learner.publish();
        final Path file = folder.resolve("shades");
        ShadeFile.write(file, learner);
        final ShadeLearner found = ShadeFile.read(file, ShadeSettings.DEFAULT);
        assertEquals(learner.curveCount(), found.curveCount());
        final ShadeTable after = found.publish();
        for (int placement = 1; placement <= 3; placement++) {
            for (final long least : new long[] {0, 500, 1_500}) {
                // Estimates go on from where they were, some rounds further.
                assertEquals(step(before, placement, least, VALUE), step(after, placement, least, VALUE), 4);
            }
        }
        teach(found, 1, 0.6, false, 4);
        assertEquals(0.66, ShadeGrid.shade(step(found.publish(), 1, 0, VALUE)), 0.07);
    }

    @Test
    void shouldRefuseAFileThatIsDamaged() throws IOException {
        final ShadeLearner learner = new ShadeLearner(ShadeSettings.DEFAULT);
        teach(learner, 1, 0.3, false, 1);
        final Path file = folder.resolve("shades");
        ShadeFile.write(file, learner);
        final byte[] good = Files.readAllBytes(file);
        final Random random = new Random(6);
        for (int i = 0; i < 500; i++) {
            final byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, bad);
            assertThrows(IOException.class, () -> ShadeFile.read(file, ShadeSettings.DEFAULT), () -> "seed 6");
            Files.write(file, Arrays.copyOf(good, random.nextInt(good.length)));
            assertThrows(IOException.class, () -> ShadeFile.read(file, ShadeSettings.DEFAULT), () -> "seed 6");
        }
    }

    /** However much changes, one publication takes little, and the next ones bring the rest. */
    @Test
    void shouldEstimateManyPlacesLittleByLittle() {
        final ShadeLearner learner = new ShadeLearner(ShadeSettings.DEFAULT);
        final int places = 2 * ShadeLearner.MOST_PLACES + 50;
        for (int placement = 1; placement <= places; placement++) {
            for (int i = 0; i < 50; i++) {
                learner.observe(1, false, placement, USD, 0, VALUE * 20 / 64, 19, true, VALUE / 5);
            }
        }
        int rounds = 0;
        int last = -1;
        while (learner.hasChanges()) {
            final ShadeTable table = learner.publish();
            rounds++;
            int known = 0;
            for (int placement = 1; placement <= places; placement++) {
                known += table.has(1, false, placement, USD, 0) ? 1 : 0;
            }
            assertTrue(known > last && known <= last + 1 + ShadeLearner.MOST_PLACES, "known " + known);
            last = known;
        }
        assertEquals(3, rounds);
        assertEquals(places, last);
    }

    @Test
    void shouldKeepWithinItsRoom() throws IOException {
        final ShadeSettings few = new ShadeSettings(0.8, 0.03, 10);
        final ShadeLearner learner = new ShadeLearner(few);
        for (int placement = 1; placement <= 100; placement++) {
            learner.observe(1, false, placement, USD, 0, 1_000, 31, true, -1);
        }
        assertEquals(10, learner.curveCount());
        assertTrue(learner.refused() >= 90);
        learner.publish();
        final ShadeLearner larger = new ShadeLearner(ShadeSettings.DEFAULT);
        for (int placement = 1; placement <= 100; placement++) {
            larger.observe(1, false, placement, USD, 0, 1_000, 31, true, -1);
        }
        final Path file = folder.resolve("shades");
        ShadeFile.write(file, larger);
        assertEquals(10, ShadeFile.read(file, few).curveCount());
    }

    @Test
    void shouldChooseWithoutAllocating() {
        final ShadeLearner learner = new ShadeLearner(ShadeSettings.DEFAULT);
        teach(learner, 1, 0.3, false, 1);
        final ShadeTable table = learner.publish();
        final long[] sum = new long[1];
        assertEquals(0, AllocationProbe.bytesOf(() -> {
            for (int i = 0; i < 100_000; i++) {
                sum[0] += table.choose(1, false, i & 3, USD, 0, 0, 1_000 + i, ShadeTable.chance(i, 1, 2));
            }
        }));
        assertTrue(sum[0] > 0);
    }
}
