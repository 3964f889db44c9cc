package io.opportune.engine.index;

import io.opportune.engine.targeting.Node;
import java.util.List;
import java.util.Map;

/**
 * Residues in clause form, flat, for those that do not fit into {@link PairTable}: testing one reads its record and
 * stops at the first clause that fails. Immutable.
 *
 * <pre>
 *   starts[place]  where the record of a rule begins
 *   records        clause count, then for each clause: leaf count, then for each leaf
 *                    of a scalar:  column, offset of its bits
 *                    of a list:    -1 - (2 x list + 1 when an element is wanted), element count, codes
 * </pre>
 */
final class ClauseTable {
    private final BitRank places;
    private final int[] starts;
    private final int[] records;
    private final LeafBits bits;

    private ClauseTable(final BitRank places, final int[] starts, final int[] records, final LeafBits bits) {
        this.places = places;
        this.starts = starts;
        this.records = records;
        this.bits = bits;
    }

    boolean has(final int rank) {
        return places.get(rank);
    }

    /** Whether the clauses of a rule hold for an event. */
    boolean hold(final int rank, final IndexEvent event) {
        int at = starts[places.place(rank)];
        final int clauseCount = records[at++];
        for (int clause = 0; clause < clauseCount; clause++) {
            final int leafCount = records[at++];
            boolean holds = false;
            for (int leaf = 0; leaf < leafCount; leaf++) {
                final int what = records[at];
                if (what >= 0) {
                    holds |= bits.holds(records[at + 1], event.classes()[what]);
                    at += 2;
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
        return places.bytes() + (long) (starts.length + records.length) * Integer.BYTES + bits.bytes();
    }

    /** Takes the clauses of rules in ascending order of their ranks. */
    static final class Builder {
        private final long[] rules;
        private final IntList starts = new IntList();
        private final IntList records = new IntList();
        private final LeafBits.Builder bits;
        private final Columns columns;

        Builder(final int ruleCount, final ScalarColumn[] scalars, final Columns columns) {
            rules = new long[BitRows.wordCount(ruleCount)];
            bits = new LeafBits.Builder(scalars);
            this.columns = columns;
        }

        void add(final int rank, final List<ClauseForm.Clause> clauses) {
            BitRows.set(rules, rank);
            starts.add(records.size());
            records.add(clauses.size());
            for (final ClauseForm.Clause clause : clauses) {
                records.add(clause.leafCount());
                for (final Map.Entry<Node.Subject, ValueSet> leaf
                    : clause.scalars().entrySet()) {
                    final int column = columns.scalar(leaf.getKey());
                    records.add(column);
                    records.add(bits.offsetOf(column, leaf.getValue()));
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
            return new ClauseTable(new BitRank(rules), starts.toArray(), records.toArray(), bits.build());
        }
    }
}
