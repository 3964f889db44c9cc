package io.opportune.engine.index;

import java.util.Arrays;
import org.agrona.BitUtil;

/** Codes 0, 1, 2, ... of long values: open addressing in flat arrays. Immutable; lookups allocate nothing. */
final class CodeTable {
    static final int UNKNOWN = -1;
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private final long[] keys;
    private final int[] codes;
    private final int shift;
    private final int count;

    /** Numbers distinct values in their order. */
    CodeTable(final long[] values) {
        count = values.length;
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
        return (long) keys.length * (Long.BYTES + Integer.BYTES);
    }

    private int slotOf(final long value) {
        return (int) (value * MULTIPLIER >>> shift);
    }
}
