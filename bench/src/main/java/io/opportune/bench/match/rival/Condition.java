package io.opportune.bench.match.rival;

import java.util.Arrays;
import java.util.List;

/**
 * A condition of the workload over attributes by number and values by code. A leaf holds when some value of its
 * attribute fits, so not when the attribute is missing; logic has two values. Immutable.
 */
sealed interface Condition {
    /** True when all parts hold. */
    record All(List<Condition> parts) implements Condition {
        @Override
        public boolean holds(final long[][] event) {
            for (int i = 0; i < parts.size(); i++) {
                if (!parts.get(i).holds(event)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** True when some part holds. */
    record Some(List<Condition> parts) implements Condition {
        @Override
        public boolean holds(final long[][] event) {
            for (int i = 0; i < parts.size(); i++) {
                if (parts.get(i).holds(event)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** True when the part does not hold. */
    record Not(Condition part) implements Condition {
        @Override
        public boolean holds(final long[][] event) {
            return !part.holds(event);
        }
    }

    /** A value of the attribute is among these, which ascend. */
    record OneOf(int attribute, long[] values) implements Condition {
        @Override
        public boolean holds(final long[][] event) {
            for (final long value : event[attribute]) {
                if (Arrays.binarySearch(values, value) >= 0) {
                    return true;
                }
            }
            return false;
        }
    }

    /** A value of the attribute is at least {@code low} and at most {@code high}. */
    record Range(int attribute, long low, long high) implements Condition {
        @Override
        public boolean holds(final long[][] event) {
            for (final long value : event[attribute]) {
                if (value >= low && value <= high) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Tests one event: its values by number of attribute; none when an attribute is missing. */
    boolean holds(long[][] event);
}
