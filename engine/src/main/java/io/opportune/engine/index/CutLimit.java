package io.opportune.engine.index;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;

/**
 * Bounds what the rows of one scalar may cost. Rules that each draw a line of their own through a scalar cut it into as
 * many intervals as there are rules, and wide demands stand in most of them: rows would grow with the square of the
 * rules. Then only some of the cuts are kept, demands are widened to these, and the rules that were widened are tested
 * whole on survivors. Immutable.
 */
final class CutLimit {
    /** Up to here every cut is kept. */
    private static final int FEW_CUTS = 2_048;
    /** Cuts kept when there are too many: a row for each interval. */
    private static final int KEPT_CUTS = 1_023;
    /** Intervals a demand may stand in, in the mean; values in a set count one each. */
    private static final long MEAN_SPAN = 64;
    /** Words of the bits of leaves. */
    private static final long MAX_LEAF_WORDS = 4L << 20;

    private final long[] kept;

    /** A limit that keeps some cuts only; null keeps all. */
    private CutLimit(final long[] kept) {
        this.kept = kept;
    }

    /**
     * Judges one scalar.
     *
     * @param demands all that rules demand outright.
     * @param leaves  of clauses.
     * @return what to keep.
     */
    static CutLimit of(final Collection<ValueSet> demands, final Collection<ValueSet> leaves) {
        final long[] cuts = LongStream.concat(
            demands.stream().flatMapToLong(ValueSet::cuts), leaves.stream().flatMapToLong(ValueSet::cuts))
            .sorted().distinct().toArray();
        if (cuts.length <= FEW_CUTS) {
            return new CutLimit(null);
        }
        long spans = 0;
        for (final ValueSet demand : demands) {
            for (int i = 0; i < demand.intervalCount(); i++) {
                spans += 1L + below(cuts, demand.high(i)) - below(cuts, demand.low(i));
            }
        }
        final long leafWords = (long) leaves.size() * (cuts.length >>> 6);
        if (spans <= MEAN_SPAN * demands.size() + FEW_CUTS && leafWords <= MAX_LEAF_WORDS) {
            return new CutLimit(null);
        }
        final long[] kept = new long[KEPT_CUTS];
        for (int i = 0; i < KEPT_CUTS; i++) {
            kept[i] = cuts[(int) ((long) i * cuts.length / KEPT_CUTS)];
        }
        return new CutLimit(kept);
    }

    /** How many cuts are not above a value. */
    private static int below(final long[] cuts, final long value) {
        final int at = Arrays.binarySearch(cuts, value);
        return at >= 0 ? at + 1 : -at - 1;
    }

    /** Whether all cuts are kept. */
    boolean keepsAll() {
        return kept == null;
    }

    /** Whether a set changes at kept cuts only. */
    boolean fits(final ValueSet values) {
        final LongPredicate isKept = cut -> Arrays.binarySearch(kept, cut) >= 0;
        return kept == null || values.cuts().allMatch(isKept);
    }

    /** The smallest set around another that changes at kept cuts only. */
    ValueSet widened(final ValueSet values) {
        if (kept == null) {
            return values;
        }
        return values.widened(
            low -> {
                final int at = below(kept, low);
                return at == 0 ? Long.MIN_VALUE : kept[at - 1];
            },
            high -> {
                final int at = below(kept, high);
                return at == kept.length ? Long.MAX_VALUE : kept[at] - 1;
            });
    }
}
