package io.opportune.engine.index;

import io.opportune.engine.targeting.Attribute;
import io.opportune.engine.targeting.Domain;
import java.util.List;
import java.util.TreeSet;

/**
 * The values of a scalar that can occur, as classes that count the same: each value where there are few, otherwise the
 * stretches of values that no rule tells apart. That it is missing is no class. Immutable.
 */
final class ValueClasses {
    /** Minutes of a day are values; amounts of money are not. */
    private static final int MOST_VALUES = 2_000;

    private final ValueSet possible;
    /** First value of each class but the first, ascending; null when each value is a class. */
    private final long[] starts;
    private final int count;

    ValueClasses(final Attribute attribute, final List<ValueSet> demands) {
        final Domain domain = attribute.domain();
        possible = SubjectSets.of(domain.alwaysThere());
        final int values = possible.sizeUpTo(MOST_VALUES + 1);
        if (values <= MOST_VALUES) {
            starts = null;
            count = values;
            return;
        }
        final TreeSet<Long> cuts = new TreeSet<>();
        for (final ValueSet demand : demands) {
            final ValueSet clipped = demand.and(possible);
            for (int i = 0; i < clipped.intervalCount(); i++) {
                cuts.add(clipped.low(i));
                if (clipped.high(i) < domain.high()) {
                    cuts.add(clipped.high(i) + 1);
                }
            }
        }
        cuts.remove(domain.low());
        starts = cuts.stream().mapToLong(Long::longValue).toArray();
        count = starts.length + 1;
    }

    /** How many there are. */
    int count() {
        return count;
    }

    /** The share of the classes that a set accepts, those included that it accepts in part; 0..1. */
    double share(final ValueSet values) {
        final ValueSet clipped = values.and(possible);
        if (starts == null) {
            return (double) clipped.sizeUpTo(MOST_VALUES) / count;
        }
        long accepted = 0;
        for (int i = 0; i < clipped.intervalCount(); i++) {
            accepted += classOf(clipped.high(i)) - classOf(clipped.low(i)) + 1;
        }
        return Math.min(1.0, (double) accepted / count);
    }

    private int classOf(final long value) {
        int low = 0;
        int high = starts.length;
        while (low < high) {
            final int middle = low + high >>> 1;
            if (starts[middle] <= value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
