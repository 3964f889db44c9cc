package io.opportune.engine.index;

import io.opportune.engine.targeting.Node;
import io.opportune.engine.targeting.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * All rules of a catalogue, ready to be searched. A rule's place is its rank, by convention in descending order of the
 * upper bound of its offer's score, so that a search can stop early. Immutable, shared by all shards; a search is done
 * by an {@link IndexCursor}.
 */
public final class TargetingIndex {
    private final int ruleCount;
    private final ScalarColumn[] scalars;
    private final RowGroup[] groups;
    private final int[] sparse;
    private final ListColumn[] lists;
    private final long[] satisfiable;
    private final boolean allSatisfiable;
    private final long[] withResidue;
    private final Rule[] residues;
    private final ClauseTable clauses;

    private TargetingIndex(final Builder built) {
        ruleCount = built.ruleCount;
        satisfiable = built.satisfiable;
        allSatisfiable = Arrays.equals(satisfiable, BitRows.ones(ruleCount));
        withResidue = built.withResidue;
        residues = built.residues;
        built.leaves.keySet().forEach(slot -> built.scalars.computeIfAbsent(slot, key -> new TreeMap<>()));
        scalars = built.scalars.entrySet().stream()
            .map(column -> new ScalarColumn(column.getKey(), column.getValue(),
                built.leaves.getOrDefault(column.getKey(), Set.of()), ruleCount))
            .toArray(ScalarColumn[]::new);
        final Map<Integer, Integer> columnOf = new HashMap<>();
        for (int column = 0; column < scalars.length; column++) {
            columnOf.put(scalars[column].slot(), column);
        }
        clauses = new ClauseTable(built.clauses, scalars, columnOf);
        groups = RowGroup.of(scalars);
        sparse = IntStream.range(0, scalars.length)
            .filter(column -> scalars[column].isDemanded() && !scalars[column].isDense()).toArray();
        final Set<Integer> listSlots = new TreeSet<>(built.anyOf.keySet());
        listSlots.addAll(built.noneOf.keySet());
        lists = listSlots.stream()
            .map(slot -> new ListColumn(slot, built.anyOf.getOrDefault(slot, Map.of()),
                built.noneOf.getOrDefault(slot, Map.of()), ruleCount))
            .toArray(ListColumn[]::new);
    }

    /**
     * Builds an index. Takes about 10 us a rule; called aside, never by a thread that decides.
     *
     * @param rules by rank.
     * @return the index.
     */
    public static TargetingIndex of(final List<Rule> rules) {
        return of(rules.size(), rank -> rules.get(rank).root());
    }

    /**
     * Builds an index from the trees of rules.
     *
     * @param ruleCount 0 or more.
     * @param roots     gives the tree of each rank.
     * @return the index.
     */
    public static TargetingIndex of(final int ruleCount, final IntFunction<Node> roots) {
        final Builder builder = new Builder(ruleCount);
        for (int rank = 0; rank < ruleCount; rank++) {
            builder.add(rank, RuleShape.of(roots.apply(rank)));
        }
        return new TargetingIndex(builder);
    }

    /**
     * How many rules there are.
     *
     * @return ranks are 0 .. ruleCount - 1.
     */
    public int ruleCount() {
        return ruleCount;
    }

    /**
     * Whether the demands of a rule contradict each other, so that it can never match.
     *
     * @param rank of the rule.
     * @return true when it cannot match; false does not promise that it can.
     */
    public boolean isNever(final int rank) {
        return !BitRows.get(satisfiable, rank);
    }

    /**
     * Memory of the rows and lists.
     *
     * @return bytes, without the rules themselves.
     */
    public long bytes() {
        long bytes = 2L * satisfiable.length * Long.BYTES + clauses.bytes();
        for (final ScalarColumn column : scalars) {
            bytes += column.bytes();
        }
        for (final RowGroup group : groups) {
            bytes += group.bytes();
        }
        for (final ListColumn column : lists) {
            bytes += column.bytes();
        }
        return bytes;
    }

    int wordCount() {
        return satisfiable.length;
    }

    ScalarColumn[] scalars() {
        return scalars;
    }

    /** Columns that have a row for each class. */
    RowGroup[] groups() {
        return groups;
    }

    /** The other columns of which something is demanded, as places in {@link #scalars}. */
    int[] sparse() {
        return sparse;
    }

    ListColumn[] lists() {
        return lists;
    }

    boolean isAllSatisfiable() {
        return allSatisfiable;
    }

    long[] satisfiable() {
        return satisfiable;
    }

    long[] withResidue() {
        return withResidue;
    }

    /** What of a rule is tested as a program; null when nothing. */
    Rule residue(final int rank) {
        return residues[rank];
    }

    ClauseTable clauses() {
        return clauses;
    }

    /** Gathers the demands of all rules by attribute. */
    private static final class Builder {
        private final int ruleCount;
        private final Map<Integer, Map<Integer, ValueSet>> scalars = new TreeMap<>();
        private final Map<Integer, Map<Integer, long[]>> anyOf = new TreeMap<>();
        private final Map<Integer, Map<Integer, long[]>> noneOf = new TreeMap<>();
        private final long[] satisfiable;
        private final long[] withResidue;
        private final Rule[] residues;
        private final List<List<Map<Integer, ValueSet>>> clauses;
        private final Map<Integer, Set<ValueSet>> leaves = new HashMap<>();

        Builder(final int ruleCount) {
            this.ruleCount = ruleCount;
            satisfiable = BitRows.ones(ruleCount);
            withResidue = new long[satisfiable.length];
            residues = new Rule[ruleCount];
            clauses = new ArrayList<>(Collections.nCopies(ruleCount, null));
        }

        void add(final int rank, final RuleShape shape) {
            if (shape.isNever()) {
                BitRows.clear(satisfiable, rank);
                return;
            }
            shape.scalars().forEach((slot, values) -> of(scalars, slot).put(rank, values));
            shape.anyOf().forEach((slot, elements) -> of(anyOf, slot).put(rank, elements));
            shape.noneOf().forEach((slot, elements) -> of(noneOf, slot).put(rank,
                elements.stream().mapToLong(Long::longValue).toArray()));
            final Node residue = shape.residue();
            if (residue == null) {
                return;
            }
            BitRows.set(withResidue, rank);
            final List<Map<Integer, ValueSet>> form = ClauseForm.of(residue);
            if (form == null) {
                residues[rank] = Rule.of(residue);
                return;
            }
            clauses.set(rank, form);
            for (final Map<Integer, ValueSet> clause : form) {
                clause.forEach((slot, values) ->
                    leaves.computeIfAbsent(slot, key -> new HashSet<>()).add(values));
            }
        }

        private static <V> Map<Integer, V> of(final Map<Integer, Map<Integer, V>> columns, final int slot) {
            return columns.computeIfAbsent(slot, key -> new TreeMap<>());
        }
    }
}
