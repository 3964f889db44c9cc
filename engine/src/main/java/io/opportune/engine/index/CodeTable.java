package io.opportune.engine.index;

import java.util.Arrays;
import org.agrona.BitUtil;

/**
 * Codes 0, 1, 2, ... of long values: a table by value where they lie close together, as ids do, otherwise open
 * addressing in flat arrays. Immutable; lookups allocate nothing.
 */
final class CodeTable {
    static final int UNKNOWN = -1;
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    /** Values that fill less than this part of their span are hashed. */
    private static final int MAX_SPAN_PER_VALUE = 8;

    private final int[] byValue;
    private final long base;
    private final long[] keys;
    private final int[] codes;
    private final int shift;
    private final int count;

    /** Numbers distinct values, which must be sorted, in their order. */
    CodeTable(final long[] values) {
        count = values.length;
        final long span = count == 0 ? 0 : values[count - 1] - values[0];
        if (count > 0 && span >= 0 && span < (long) MAX_SPAN_PER_VALUE * count) {
            base = values[0];
            byValue = new int[(int) span + 1];
            Arrays.fill(byValue, UNKNOWN);
            for (int code = 0; code < count; code++) {
                byValue[(int) (values[code] - base)] = code;
            }
            keys = new long[0];
            codes = new int[0];
            shift = 0;
            return;
        }
        base = 0;
        byValue = null;
        final int slots = BitUtil.findNextPositivePowerOfTwo(Math.max(8, 2 * values.length));
        keys = new long[slots];
        codes = new int[slots];
        shift = Long.SIZE - Integer.numberOfTrailingZeros(slots);
        Arrays.fill(codes, UNKNOWN);
        for (int code = 0; code < values.length; code++) {
            int at = slotOf(values[code]);
            while (codes[at] != UNKNOWN) {
                at = at + 1 & slots - 1;
            }
            keys[at] = values[code];
            codes[at] = code;
        }
    }

    int codeOf(final long value) {
        if (byValue != null) {
            final long at = value - base;
            return value >= base && at >= 0 && at < byValue.length ? byValue[(int) at] : UNKNOWN;
        }
        int at = slotOf(value);
        while (codes[at] != UNKNOWN) { // ends: at least half of the slots are free
            if (keys[at] == value) {
                return codes[at];
            }
            at = at + 1 & keys.length - 1;
        }
        return UNKNOWN;
    }

    /** Codes are 0 .. count - 1. */
    int count() {
        return count;
    }

    long bytes() {
        return byValue != null ? (long) byValue.length * Integer.BYTES
            : (long) keys.length * (Long.BYTES + Integer.BYTES);
    }

    private int slotOf(final long value) {
        return (int) (value * MULTIPLIER >>> shift);
    }
}
