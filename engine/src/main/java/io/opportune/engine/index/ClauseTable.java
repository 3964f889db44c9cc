package io.opportune.engine.index;

import io.opportune.engine.targeting.Node;
import java.util.List;
import java.util.Map;

/**
 * Residues in clause form, flat, for those that do not fit into {@link PairTable}: testing one reads its record and
 * stops at the first clause that fails. Immutable.
 *
 * <pre>
 *   records        clause count, then for each clause: leaf count, then for each leaf
 *                    of a scalar:  2 x column, offset of its bits
 *                                  2 x column + 1, its bits when the column has at most 64 classes
 *                    of a list:    -1 - (2 x list + 1 when an element is wanted), element count, codes
 * </pre>
 */
final class ClauseTable {
    private final RecordStarts starts;
    private final int[] records;
    private final LeafBits bits;

    private ClauseTable(final RecordStarts starts, final int[] records, final LeafBits bits) {
        this.starts = starts;
        this.records = records;
        this.bits = bits;
    }

    /** One bit for each rule that has a record. */
    long[] bits() {
        return starts.bits();
    }

    /** Finds the records of rules, see {@link RecordStarts#fetch}. */
    long fetch(final int[] ranks, final int count, final int[] at) {
        return starts.fetch(records, ranks, count, at);
    }

    /** Whether the clauses of a rule hold for an event; its record begins here. */
    boolean hold(final int start, final IndexEvent event) {
        int at = start;
        final int clauseCount = records[at++];
        for (int clause = 0; clause < clauseCount; clause++) {
            final int leafCount = records[at++];
            boolean holds = false;
            for (int leaf = 0; leaf < leafCount; leaf++) {
                final int what = records[at];
                if (what >= 0) {
                    final int valueClass = event.classes()[what >>> 1];
                    if ((what & 1) == 0) {
                        holds |= bits.holds(records[at + 1], valueClass);
                        at += 2;
                    } else {
                        holds |= (records[at + 1 + (valueClass >>> 5)] >>> valueClass & 1) != 0;
                        at += 3;
                    }
                } else {
                    holds |= listLeafHolds(at, event);
                    at += 2 + records[at + 1];
                }
            }
            if (!holds) {
                return false;
            }
        }
        return true;
    }

    private boolean listLeafHolds(final int at, final IndexEvent event) {
        final int what = -1 - records[at];
        final int end = at + 2 + records[at + 1];
        boolean holdsOne = false;
        for (int i = at + 2; i < end; i++) {
            holdsOne |= event.holds(what >>> 1, records[i]);
        }
        return holdsOne == ((what & 1) != 0);
    }

    long bytes() {
        return starts.bytes() + (long) records.length * Integer.BYTES + bits.bytes();
    }

    /** Takes the clauses of rules in ascending order of their ranks. */
    static final class Builder {
        private final RecordStarts.Builder starts;
        private final IntList records = new IntList();
        private final ScalarColumn[] scalars;
        private final LeafBits.Builder bits;
        private final Columns columns;

        Builder(final int ruleCount, final ScalarColumn[] scalars, final Columns columns) {
            this.scalars = scalars;
            starts = new RecordStarts.Builder(ruleCount);
            bits = new LeafBits.Builder(scalars);
            this.columns = columns;
        }

        void add(final int rank, final List<ClauseForm.Clause> clauses) {
            starts.add(rank, records.size());
            records.add(clauses.size());
            for (final ClauseForm.Clause clause : clauses) {
                records.add(clause.leafCount());
                for (final Map.Entry<Node.Subject, ValueSet> leaf
                    : clause.scalars().entrySet()) {
                    final int column = columns.scalar(leaf.getKey());
                    final long[] classes = scalars[column].bitsOf(leaf.getValue());
                    if (classes.length == 1) {
                        records.add(2 * column + 1);
                        records.add((int) classes[0]);
                        records.add((int) (classes[0] >>> 32));
                    } else {
                        records.add(2 * column);
                        records.add(bits.offsetOf(column, leaf.getValue()));
                    }
                }
                for (final ClauseForm.ListLeaf leaf : clause.lists()) {
                    final int list = columns.list(leaf.slot());
                    records.add(-1 - (2 * list + (leaf.wanted() ? 1 : 0)));
                    records.add(leaf.elements().size());
                    leaf.elements().forEach(element -> records.add(columns.code(list, element)));
                }
            }
        }

        ClauseTable build() {
            return new ClauseTable(starts.build(), records.toArray(RecordStarts.CACHE_LINE), bits.build());
        }
    }
}
