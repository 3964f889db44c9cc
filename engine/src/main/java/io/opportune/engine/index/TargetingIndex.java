package io.opportune.engine.index;

import io.opportune.engine.targeting.Node;
import io.opportune.engine.targeting.Rule;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * All rules of a catalogue, ready to be searched. A rule's place is its rank, by convention in descending order of the
 * upper bound of its offer's score, so that a search can stop early. Immutable, shared by all shards; a situation is
 * encoded by an {@link IndexEvent} and searched by an {@link IndexCursor}.
 */
public final class TargetingIndex {
    private final int ruleCount;
    private final ScalarColumn[] scalars;
    private final RowGroup[] groups;
    private final int[] sparse;
    private final ListColumn[] lists;
    private final long[] satisfiable;
    private final boolean allSatisfiable;
    private final long[] withProgram;
    private final ForbiddenTable forbidden;
    private final PairTable pairs;
    private final ClauseTable clauses;
    private final Int2ObjectHashMap<Rule> programs = new Int2ObjectHashMap<>();

    private TargetingIndex(final Builder built) {
        ruleCount = built.ruleCount;
        satisfiable = built.satisfiable;
        allSatisfiable = Arrays.equals(satisfiable, BitRows.ones(ruleCount));
        scalars = built.scalarColumns();
        lists = built.listColumns();
        groups = RowGroup.of(scalars);
        sparse = IntStream.range(0, scalars.length)
            .filter(column -> scalars[column].isDemanded() && !scalars[column].isDense()).toArray();
        withProgram = new long[satisfiable.length];
        programs.putAll(built.programs);
        programs.keySet().forEach(rank -> BitRows.set(withProgram, rank));
        final Columns columns = new Columns(scalars, lists);
        final PairTable.Builder pairBuilder = new PairTable.Builder(ruleCount, scalars, columns);
        final ClauseTable.Builder clauseBuilder = new ClauseTable.Builder(ruleCount, scalars, columns);
        built.clauses.forEach((rank, form) -> {
            if (!pairBuilder.add(rank, form)) {
                clauseBuilder.add(rank, form);
            }
        });
        forbidden = built.forbidden(columns);
        pairs = pairBuilder.build();
        clauses = clauseBuilder.build();
    }

    /**
     * Builds an index. Takes about 20 us a rule; called aside, never by a thread that decides.
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
        builder.limitCuts(roots);
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
     * Memory of rows, lists and clauses.
     *
     * @return bytes, without the rules themselves.
     */
    public long bytes() {
        return 2L * satisfiable.length * Long.BYTES + forbidden.bytes() + pairs.bytes() + clauses.bytes()
            + Arrays.stream(scalars).mapToLong(ScalarColumn::bytes).sum()
            + Arrays.stream(groups).mapToLong(RowGroup::bytes).sum()
            + Arrays.stream(lists).mapToLong(ListColumn::bytes).sum();
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

    /** What rules forbid in lists. */
    ForbiddenTable forbidden() {
        return forbidden;
    }

    /** Residues that are tested for all survivors of a block at once. */
    PairTable pairs() {
        return pairs;
    }

    /** Longer residues, which are tested likewise. */
    ClauseTable clauses() {
        return clauses;
    }

    /** Rules of which something must be tested as a program. */
    long[] withProgram() {
        return withProgram;
    }

    /** Whether the program of a rule that has one holds. */
    boolean programHolds(final int rank, final IndexEvent event) {
        return programs.get(rank).matches(event.situation());
    }

    /** Gathers the demands of all rules by attribute. */
    private static final class Builder {
        private final int ruleCount;
        private final Map<Node.Subject, Map<Integer, ValueSet>> scalars = new TreeMap<>(RuleShape.SUBJECT_ORDER);
        private final Map<Integer, Map<Integer, long[]>> anyOf = new TreeMap<>();
        private final Map<Integer, TreeMap<Integer, Set<Long>>> noneOf = new TreeMap<>();
        private final Map<Integer, long[]> cells = new TreeMap<>();
        private final Map<Node.Subject, Set<ValueSet>> leaves = new HashMap<>();
        private final Map<Integer, Set<Long>> asked = new TreeMap<>();
        private final Map<Integer, List<ClauseForm.Clause>> clauses = new TreeMap<>();
        private final Map<Integer, Rule> programs = new HashMap<>();
        private final long[] satisfiable;

        Builder(final int ruleCount) {
            this.ruleCount = ruleCount;
            satisfiable = BitRows.ones(ruleCount);
        }

        void add(final int rank, final RuleShape shape) {
            if (shape.isNever()) {
                BitRows.clear(satisfiable, rank);
                return;
            }
            shape.scalars().forEach((subject, values) ->
                scalars.computeIfAbsent(subject, key -> new TreeMap<>()).put(rank, values));
            shape.anyOf().forEach((slot, elements) ->
                anyOf.computeIfAbsent(slot, key -> new TreeMap<>()).put(rank, elements));
            shape.noneOf().forEach((slot, elements) -> {
                noneOf.computeIfAbsent(rank, key -> new TreeMap<>()).put(slot, elements);
                asked.computeIfAbsent(slot, key -> new TreeSet<>()).addAll(elements);
            });
            final Node residue = shape.residue();
            if (residue == null) {
                return;
            }
            final long[] cover = CellCover.of(residue);
            if (cover != null) {
                cells.put(rank, cover);
            }
            final List<ClauseForm.Clause> form = ClauseForm.of(residue);
            if (form == null || form.isEmpty()) {
                programs.put(rank, Rule.of(residue));
                return;
            }
            clauses.put(rank, form);
            for (final ClauseForm.Clause clause : form) {
                clause.scalars().forEach((subject, values) -> {
                    leaves.computeIfAbsent(subject, key -> new HashSet<>()).add(values);
                    scalars.computeIfAbsent(subject, key -> new TreeMap<>());
                });
                clause.lists().forEach(leaf ->
                    asked.computeIfAbsent(leaf.slot(), key -> new TreeSet<>()).addAll(leaf.elements()));
            }
        }

        /** Widens demands where rules cut a scalar into too many pieces, and tests those rules whole. */
        void limitCuts(final IntFunction<Node> roots) {
            for (final Map.Entry<Node.Subject, Map<Integer, ValueSet>> column : scalars.entrySet()) {
                final Set<ValueSet> columnLeaves = leaves.computeIfAbsent(column.getKey(), key -> new HashSet<>());
                final CutLimit limit = CutLimit.of(column.getValue().values(), columnLeaves);
                if (!limit.keepsAll()) {
                    final Set<Integer> inexact = new HashSet<>();
                    column.getValue().forEach((rank, values) -> {
                        if (!limit.fits(values)) {
                            inexact.add(rank);
                        }
                    });
                    column.getValue().replaceAll((rank, values) -> limit.widened(values));
                    column.getValue().values().removeIf(ValueSet::isAlways);
                    clauses.forEach((rank, form) -> {
                        if (form.stream().map(clause -> clause.scalars().get(column.getKey()))
                            .anyMatch(values -> values != null && !limit.fits(values))) {
                            inexact.add(rank);
                        }
                    });
                    columnLeaves.removeIf(values -> !limit.fits(values));
                    for (final int rank : inexact) {
                        clauses.remove(rank);
                        programs.put(rank, Rule.of(roots.apply(rank)));
                    }
                }
            }
        }

        ForbiddenTable forbidden(final Columns columns) {
            final ForbiddenTable.Builder builder = new ForbiddenTable.Builder(ruleCount);
            noneOf.forEach((rank, bySlot) -> {
                builder.begin(rank);
                bySlot.forEach((slot, elements) -> {
                    final int list = columns.list(slot);
                    builder.addList(list, elements.stream().mapToInt(element -> columns.code(list, element)).toArray(),
                        slot.equals(bySlot.lastKey()));
                });
            });
            return builder.build();
        }

        ScalarColumn[] scalarColumns() {
            return scalars.entrySet().stream()
                .map(column -> new ScalarColumn(column.getKey(), column.getValue(),
                    leaves.getOrDefault(column.getKey(), Set.of()), ruleCount))
                .toArray(ScalarColumn[]::new);
        }

        ListColumn[] listColumns() {
            final Set<Integer> slots = new TreeSet<>(anyOf.keySet());
            slots.addAll(asked.keySet());
            final Stream<ListColumn> columns = slots.stream().map(slot -> new ListColumn(
                slot, anyOf.getOrDefault(slot, Map.of()), asked.getOrDefault(slot, Set.of()), ruleCount));
            return (cells.isEmpty() ? columns : Stream.concat(columns, Stream.of(new CellColumn(cells, ruleCount))))
                .toArray(ListColumn[]::new);
        }
    }
}
