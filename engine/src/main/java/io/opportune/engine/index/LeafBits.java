package io.opportune.engine.index;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** For leaves of clauses, one bit for each class of their column; equal leaves share theirs. Immutable. */
final class LeafBits {
    private final long[] words;

    private LeafBits(final long[] words) {
        this.words = words;
    }

    /** Whether a class belongs to the leaf that stands at an offset. */
    boolean holds(final int offset, final int valueClass) {
        return (words[offset + (valueClass >>> 6)] >>> valueClass & 1L) != 0;
    }

    long bytes() {
        return (long) words.length * Long.BYTES;
    }

    /** Gathers leaves. */
    static final class Builder {
        private final ScalarColumn[] scalars;
        private final Map<Leaf, Integer> offsets = new HashMap<>();
        private final List<long[]> parts = new ArrayList<>();
        private int length;

        private record Leaf(int column, ValueSet values) {
        }

        Builder(final ScalarColumn[] scalars) {
            this.scalars = scalars;
        }

        int offsetOf(final int column, final ValueSet values) {
            return offsets.computeIfAbsent(new Leaf(column, values), leaf -> {
                final long[] bits = scalars[column].bitsOf(values);
                final int at = length;
                parts.add(bits);
                length += bits.length;
                return at;
            });
        }

        LeafBits build() {
            final long[] words = new long[length];
            int at = 0;
            for (final long[] part : parts) {
                System.arraycopy(part, 0, words, at, part.length);
                at += part.length;
            }
            return new LeafBits(words);
        }
    }
}
