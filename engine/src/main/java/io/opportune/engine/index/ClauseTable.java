package io.opportune.engine.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The residues in clause form, flat: testing one reads a line of the records and one word for each leaf. Leaves speak
 * of the classes that the event's values fall into, not of values; equal leaves share their bits. Immutable.
 *
 * <pre>
 *   starts[rank]   -1: no clauses, otherwise where the record begins
 *   records        clause count, then for each clause: leaf count, then for each leaf: column, offset of its bits
 *   bits           one bit per class of the column
 * </pre>
 */
final class ClauseTable {
    private static final int NONE = -1;

    private final int[] starts;
    private final int[] records;
    private final long[] bits;

    /**
     * Builds the table.
     *
     * @param clauses   by rank; null where a rule has none.
     * @param columns   all scalar columns, whose cuts include those of the clauses.
     * @param columnOf  place of a slot's column.
     */
    ClauseTable(
        final List<List<Map<Integer, ValueSet>>> clauses,
        final ScalarColumn[] columns,
        final Map<Integer, Integer> columnOf) {
        starts = new int[clauses.size()];
        final IntList recordList = new IntList();
        final List<long[]> bitList = new ArrayList<>();
        final Map<Map.Entry<Integer, ValueSet>, Integer> known = new HashMap<>();
        int words = 0;
        for (int rank = 0; rank < starts.length; rank++) {
            starts[rank] = NONE;
            if (clauses.get(rank) == null) {
                continue;
            }
            starts[rank] = recordList.size();
            recordList.add(clauses.get(rank).size());
            for (final Map<Integer, ValueSet> clause : clauses.get(rank)) {
                recordList.add(clause.size());
                for (final Map.Entry<Integer, ValueSet> leaf : clause.entrySet()) {
                    final int column = columnOf.get(leaf.getKey());
                    Integer at = known.get(Map.entry(leaf.getKey(), leaf.getValue()));
                    if (at == null) {
                        at = words;
                        known.put(Map.entry(leaf.getKey(), leaf.getValue()), at);
                        final long[] leafBits = columns[column].bitsOf(leaf.getValue());
                        bitList.add(leafBits);
                        words += leafBits.length;
                    }
                    recordList.add(column);
                    recordList.add(at);
                }
            }
        }
        records = recordList.toArray();
        bits = new long[words];
        int at = 0;
        for (final long[] leafBits : bitList) {
            System.arraycopy(leafBits, 0, bits, at, leafBits.length);
            at += leafBits.length;
        }
    }

    /** Whether the clauses of a rule, if it has any, hold for an event whose values fall into these classes. */
    boolean hold(final int rank, final int[] classes) {
        int at = starts[rank];
        if (at == NONE) {
            return true;
        }
        final int clauseCount = records[at++];
        for (int clause = 0; clause < clauseCount; clause++) {
            final int leafCount = records[at++];
            boolean holds = false;
            for (int leaf = 0; leaf < leafCount; leaf++) {
                final int valueClass = classes[records[at + 2 * leaf]];
                holds |= (bits[records[at + 2 * leaf + 1] + (valueClass >>> 6)] >>> valueClass & 1L) != 0;
            }
            if (!holds) {
                return false;
            }
            at += 2 * leafCount;
        }
        return true;
    }

    long bytes() {
        return (long) (starts.length + records.length) * Integer.BYTES + (long) bits.length * Long.BYTES;
    }

    /** A growing list of ints. */
    private static final class IntList {
        private int[] values = new int[1024];
        private int size;

        void add(final int value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            values[size++] = value;
        }

        int size() {
            return size;
        }

        int[] toArray() {
            return Arrays.copyOf(values, size);
        }
    }
}
