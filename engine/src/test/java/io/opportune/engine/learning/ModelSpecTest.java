package io.opportune.engine.learning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Shapes of models: told apart, refused when they cannot be, and rows that do not overlap. */
class ModelSpecTest {
    private static ModelSpec.Builder builder() {
        return ModelSpec.of("m", 1, LearnerKind.BAYES);
    }

    @Test
    void shouldHaveAHashOfAllItsParts() {
        final Level row = Level.folded(64, 8);
        final List<ModelSpec> specs = List.of(
            builder().build(),
            ModelSpec.of("n", 1, LearnerKind.BAYES).build(),
            ModelSpec.of("m", 2, LearnerKind.BAYES).build(),
            ModelSpec.of("m", 1, LearnerKind.FTRL).build(),
            ModelSpec.of("m", 1, LearnerKind.FTRL).rates(new FtrlRates(0.1f, 1, 0, 1)).build(),
            builder().priors(new Priors(16, 0.1f, 0.25f, 0.01f, 0.1f)).build(),
            builder().priors(new Priors(16, 0.1f, 0.25f, 0.02f, 0)).build(),
            builder().priors(new Priors(16, 0.1f, 0.25f, 0.02f, 0, 1e-7f)).build(),
            builder().levels(row, row, row, row.withPriors(0.1f, 0)).build(),
            builder().levels(row, row, row, row.withPriors(0, 0.1f)).build(),
            builder().linearBits(18).build(),
            builder().levels(row, row, row, row).build(),
            builder().levels(row, row, row, Level.exact()).build(),
            builder().levels(row, row, row, Level.exact()).crossBits(20).build(),
            builder().levels(row, row, row, Level.off()).build(),
            builder().heads(new HeadSpec(Head.CLICK, Feedback.IMMEDIATE)).build(),
            builder().heads(new HeadSpec(Head.CLICK, Feedback.FAKE_NEGATIVE)).build(),
            builder().calibrated(false).build());
        final Set<Long> hashes = new HashSet<>();
        for (final ModelSpec spec : specs) {
            assertTrue(hashes.add(spec.hash()), spec::toString);
        }
        assertEquals(builder().build().hash(), builder().build().hash());
        assertEquals(0x54bbf55dc1529ebbL, builder().build().hash(), "specs of snapshots are told apart by it");
    }

    @Test
    void shouldRefuseWhatIsOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> Level.folded(48, 4));
        assertThrows(IllegalArgumentException.class, () -> Level.folded(8, 4));
        assertThrows(IllegalArgumentException.class, () -> Level.folded(512, 4));
        assertThrows(IllegalArgumentException.class, () -> Level.folded(64, 0));
        assertThrows(IllegalArgumentException.class, () -> Level.folded(64, 21));
        assertThrows(IllegalArgumentException.class, () -> new Level(Level.Form.EXACT, 64, 4, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new FtrlRates(0, 1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new FtrlRates(0.1f, 1, -1, 0));
        assertThrows(IllegalArgumentException.class, () -> new FtrlRates(Float.NaN, 1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Priors(16, 0, 1, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Priors(16, 1, 1, 1, 0.6f));
        assertThrows(IllegalArgumentException.class, () -> new HeadSpec(Head.AMOUNT, Feedback.FAKE_NEGATIVE));
        assertThrows(IllegalArgumentException.class, () -> ModelSpec.of("", 1, LearnerKind.FTRL));
        assertThrows(IllegalArgumentException.class, () -> ModelSpec.of("m", 0, LearnerKind.FTRL));
        assertThrows(IllegalArgumentException.class, () -> builder().heads().build());
        assertThrows(IllegalArgumentException.class, () -> builder().linearBits(5).build());
        assertThrows(IllegalArgumentException.class, () -> builder().levels(Level.folded(64, 4), Level.off(),
            Level.off(), Level.folded(32, 4)).build());
        assertThrows(IllegalArgumentException.class, () -> builder().levels(Level.folded(256, 20), Level.off(),
            Level.off(), Level.folded(256, 20)).build());
    }

    @Test
    void shouldGiveEachEntityItsOwnRow() {
        final ModelSpec spec = builder().levels(Level.folded(64, 4), Level.folded(64, 5), Level.folded(64, 3),
            Level.folded(64, 6)).build();
        final Set<Integer> starts = new HashSet<>();
        for (int id = 1; id <= 64; id++) {
            final int[] rows = spec.rows(new OfferKey(id, id, id, id));
            for (final int row : rows) {
                starts.add(row);
                assertTrue(row % 64 == 0 && row > ModelSpec.BIAS_SLOT && row + 64 <= spec.slotCount());
            }
            final int linear = spec.contextSlot(id * 0x9e3779b1);
            assertTrue(linear > ModelSpec.BIAS_SLOT);
            for (final int row : rows) {
                assertTrue(linear < row);
            }
        }
        assertEquals(16 + 32 + 8 + 64, starts.size());
        assertArrayEquals(new int[4], spec.rows(new OfferKey(0, -1, 0, Integer.MIN_VALUE)));
        assertArrayEquals(spec.rows(new OfferKey(1, 1, 1, 1)), spec.rows(new OfferKey(17, 33, 9, 65)));
    }

    @Test
    void shouldKnowItsHeadsAndPriors() {
        final ModelSpec spec = builder().heads(new HeadSpec(Head.CONVERSION, Feedback.FAKE_NEGATIVE))
            .levels(Level.folded(64, 4), Level.off(), Level.exact(), Level.folded(64, 6)).build();
        assertTrue(spec.has(Head.CONVERSION));
        assertFalse(spec.has(Head.CLICK));
        final int[] rows = spec.rows(new OfferKey(3, 3, 3, 3));
        assertEquals(0, rows[1]);
        assertEquals(Priors.DEFAULT.bias(), spec.prior(ModelSpec.BIAS_SLOT));
        assertEquals(Priors.DEFAULT.linear(), spec.prior(spec.contextSlot(77)));
        assertEquals(Priors.DEFAULT.intercept(), spec.prior(rows[0]));
        assertEquals(Priors.DEFAULT.cross(), spec.prior(rows[0] + 9));
        assertEquals(Priors.DEFAULT.linear(), spec.prior(spec.interceptSlot(rows[2])));
        assertEquals(Priors.DEFAULT.cross(), spec.prior(spec.crossSlot(rows[2], 12345)));
        assertEquals(Priors.DEFAULT.intercept(), spec.prior(rows[3]));
        assertEquals(Math.sqrt(2.5), spec.interceptInput(2), 1e-6, "0.25 among weights of 0.1");
        assertEquals(1, spec.crossInput(2));
        final ModelSpec own = builder().levels(Level.folded(64, 4).withPriors(0.5f, 0.02f), Level.off(),
            Level.exact().withPriors(0.4f, 0.012f), Level.folded(64, 6).withPriors(0, 0.001f)).build();
        assertNotEquals(spec.hash(), own.hash());
        assertEquals(0.5f, own.prior(rows[0]));
        assertEquals(0.02f, own.prior(rows[0] + 1));
        assertEquals(Priors.DEFAULT.intercept(), own.prior(rows[3]));
        assertEquals(0.001f, own.prior(rows[3] + 63));
        assertEquals(2, own.interceptInput(2), 1e-6);
        assertEquals(2, own.crossInput(2), 1e-6);
        assertEquals(0, spec.prior(0));
        assertNotEquals(spec.interceptSlot(rows[2]), spec.interceptSlot(spec.rows(new OfferKey(0, 0, 4, 0))[2]));
    }
}
