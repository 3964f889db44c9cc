package io.opportune.engine.index;

import io.opportune.engine.targeting.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;

/**
 * The values of one scalar attribute for which a part of a rule holds: disjoint intervals in ascending order, never
 * adjacent, and whether it holds when the attribute is missing. Immutable.
 *
 * <pre>
 *   bounds: low 0, high 0, low 1, high 1, ...   (both ends included, high i + 1 &lt; low i+1)
 * </pre>
 */
final class ValueSet {
    static final ValueSet NEVER = new ValueSet(new long[0], false);
    static final ValueSet ALWAYS = new ValueSet(new long[] {Long.MIN_VALUE, Long.MAX_VALUE}, true);
    private static final ValueSet PRESENT = new ValueSet(ALWAYS.bounds, false);

    private final long[] bounds;
    private final boolean missing;

    private ValueSet(final long[] bounds, final boolean missing) {
        this.bounds = bounds;
        this.missing = missing;
    }

    /**
     * Where a part of a rule holds that looks at one scalar only.
     *
     * @param node whose leaves are all {@link Node.Present}, {@link Node.InInterval} or {@link Node.InSet} of the same
     *             scalar.
     */
    static ValueSet of(final Node node) {
        return switch (node) {
            case Node.Constant constant -> constant.value() ? ALWAYS : NEVER;
            case Node.Not not -> of(not.part()).complement();
            case Node.And and -> and.parts().stream().map(ValueSet::of).reduce(ALWAYS, ValueSet::and);
            case Node.Or or -> or.parts().stream().map(ValueSet::of).reduce(NEVER, ValueSet::or);
            case Node.Present present -> PRESENT;
            case Node.InInterval interval -> interval(interval);
            case Node.InSet set -> points(set.sortedValues());
            default -> throw new IllegalArgumentException("not about one scalar: " + node);
        };
    }

    private static ValueSet interval(final Node.InInterval leaf) {
        final ValueSet inside = leaf.low() > leaf.high()
            ? NEVER : new ValueSet(new long[] {leaf.low(), leaf.high()}, false);
        return leaf.outside() ? inside.complement().and(PRESENT) : inside;
    }

    private static ValueSet points(final List<Long> sortedValues) {
        final Builder builder = new Builder(2 * sortedValues.size());
        for (final long value : sortedValues) {
            builder.add(value, value);
        }
        return builder.build(false);
    }

    ValueSet complement() {
        final Builder builder = new Builder(bounds.length + 2);
        long low = Long.MIN_VALUE;
        boolean open = true;
        for (int i = 0; i < bounds.length; i += 2) {
            if (bounds[i] > low) {
                builder.add(low, bounds[i] - 1);
            }
            open = bounds[i + 1] != Long.MAX_VALUE;
            low = bounds[i + 1] + 1;
        }
        if (open) {
            builder.add(low, Long.MAX_VALUE);
        }
        return builder.build(!missing);
    }

    ValueSet and(final ValueSet other) {
        final Builder builder = new Builder(bounds.length + other.bounds.length);
        int i = 0;
        int j = 0;
        while (i < bounds.length && j < other.bounds.length) {
            final long low = Math.max(bounds[i], other.bounds[j]);
            final long high = Math.min(bounds[i + 1], other.bounds[j + 1]);
            if (low <= high) {
                builder.add(low, high);
            }
            if (bounds[i + 1] < other.bounds[j + 1]) {
                i += 2;
            } else {
                j += 2;
            }
        }
        return builder.build(missing && other.missing);
    }

    ValueSet or(final ValueSet other) {
        return complement().and(other.complement()).complement();
    }

    boolean isNever() {
        return bounds.length == 0 && !missing;
    }

    boolean isAlways() {
        return missing && bounds.length == 2 && bounds[0] == Long.MIN_VALUE && bounds[1] == Long.MAX_VALUE;
    }

    boolean holdsWhenMissing() {
        return missing;
    }

    int intervalCount() {
        return bounds.length / 2;
    }

    long low(final int i) {
        return bounds[2 * i];
    }

    long high(final int i) {
        return bounds[2 * i + 1];
    }

    /** The values from which on another answer holds than just before, apart from the least of all. */
    LongStream cuts() {
        final LongStream.Builder cuts = LongStream.builder();
        for (int i = 0; i < bounds.length; i += 2) {
            if (bounds[i] != Long.MIN_VALUE) {
                cuts.add(bounds[i]);
            }
            if (bounds[i + 1] != Long.MAX_VALUE) {
                cuts.add(bounds[i + 1] + 1);
            }
        }
        return cuts.build();
    }

    /** The same with the ends of each interval moved outward. */
    ValueSet widened(final LongUnaryOperator lower, final LongUnaryOperator upper) {
        final Builder builder = new Builder(bounds.length);
        for (int i = 0; i < bounds.length; i += 2) {
            builder.addOrExtend(lower.applyAsLong(bounds[i]), upper.applyAsLong(bounds[i + 1]));
        }
        return builder.build(missing);
    }

    /** How many values there are, or {@code limit} when there are at least so many. */
    int sizeUpTo(final int limit) {
        long size = 0;
        for (int i = 0; i < bounds.length && size < limit; i += 2) {
            final long span = bounds[i + 1] - bounds[i];
            size = span < 0 || span >= limit ? limit : size + span + 1;
        }
        return (int) Math.min(size, limit);
    }

    /** All values in ascending order; there must be few. */
    List<Long> values() {
        final List<Long> values = new ArrayList<>();
        for (int i = 0; i < bounds.length; i += 2) {
            for (long value = bounds[i]; value < bounds[i + 1]; value++) {
                values.add(value);
            }
            values.add(bounds[i + 1]);
        }
        return values;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof ValueSet set && missing == set.missing && Arrays.equals(bounds, set.bounds);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(bounds) + Boolean.hashCode(missing);
    }

    @Override
    public String toString() {
        return Arrays.toString(bounds) + (missing ? " or missing" : "");
    }

    /** Takes intervals in ascending order and joins adjacent ones. */
    private static final class Builder {
        private final long[] bounds;
        private int length;

        Builder(final int capacity) {
            bounds = new long[capacity];
        }

        void add(final long low, final long high) {
            if (length > 0 && bounds[length - 1] == low - 1) {
                bounds[length - 1] = high;
            } else {
                bounds[length++] = low;
                bounds[length++] = high;
            }
        }

        /** The same where an interval may begin within the one before. */
        void addOrExtend(final long low, final long high) {
            if (length > 0 && low <= bounds[length - 1]) {
                bounds[length - 1] = Math.max(bounds[length - 1], high);
            } else {
                add(low, high);
            }
        }

        ValueSet build(final boolean whenMissing) {
            return new ValueSet(Arrays.copyOf(bounds, length), whenMissing);
        }
    }
}
