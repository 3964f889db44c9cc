package io.opportune.engine.index;

import io.opportune.engine.targeting.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The residue of a rule as a conjunction of clauses, each a disjunction of demands on one scalar or one list each.
 * Stateless. Residues that say anything of maps, pairs or positions, or that would take too many clauses, have no such
 * form and are tested as programs.
 */
final class ClauseForm {
    private static final int MAX_CLAUSES = 8;
    private static final int MAX_LEAVES = 8;

    private ClauseForm() {
    }

    /**
     * One clause: it holds when one of its parts does.
     *
     * @param scalars what each scalar, or value of a map under a fixed key, must be.
     * @param lists   what lists must hold.
     */
    record Clause(Map<Node.Subject, ValueSet> scalars, List<ListLeaf> lists) {
        private static final Clause EMPTY = new Clause(Map.of(), List.of());

        int leafCount() {
            return scalars.size() + lists.size();
        }

        private Clause or(final Clause other) {
            final Map<Node.Subject, ValueSet> values = new TreeMap<>(RuleShape.SUBJECT_ORDER);
            values.putAll(scalars);
            other.scalars.forEach((subject, more) -> values.merge(subject, more, ValueSet::or));
            final List<ListLeaf> leaves = new ArrayList<>(lists);
            leaves.addAll(other.lists);
            return new Clause(values, leaves);
        }
    }

    /**
     * A demand on a list.
     *
     * @param slot     of the list.
     * @param elements sorted.
     * @param wanted   whether it must hold one of them; otherwise it must hold none.
     */
    record ListLeaf(int slot, List<Long> elements, boolean wanted) {
    }

    /** Clauses that must all hold; null when the residue has no such form. */
    static List<Clause> of(final Node residue) {
        return of(residue, true);
    }

    private static List<Clause> of(final Node node, final boolean wanted) {
        final TreeSet<Long> elements = new TreeSet<>();
        final int list = RuleShape.listOf(node, elements);
        if (list >= 0) {
            return List.of(new Clause(Map.of(), List.of(new ListLeaf(list, List.copyOf(elements), wanted))));
        }
        final Node.Subject scalar = RuleShape.scalarOf(node);
        if (scalar != null) {
            final ValueSet values = ValueSet.of(node);
            return List.of(new Clause(Map.of(scalar, wanted ? values : values.complement()), List.of()));
        }
        return switch (node) {
            case Node.Not not -> of(not.part(), !wanted);
            case Node.And and -> wanted ? all(and.parts(), true) : any(and.parts(), false);
            case Node.Or or -> wanted ? any(or.parts(), true) : all(or.parts(), false);
            default -> null;
        };
    }

    private static List<Clause> all(final List<Node> parts, final boolean wanted) {
        final List<Clause> clauses = new ArrayList<>();
        for (final Node part : parts) {
            final List<Clause> more = of(part, wanted);
            if (more == null || clauses.size() + more.size() > MAX_CLAUSES) {
                return null;
            }
            clauses.addAll(more);
        }
        return clauses;
    }

    /** Or over conjunctions: every choice of one clause of each. */
    private static List<Clause> any(final List<Node> parts, final boolean wanted) {
        List<Clause> clauses = List.of(Clause.EMPTY);
        for (final Node part : parts) {
            final List<Clause> more = of(part, wanted);
            if (more == null || clauses.size() * more.size() > MAX_CLAUSES) {
                return null;
            }
            final List<Clause> joined = new ArrayList<>();
            for (final Clause left : clauses) {
                for (final Clause right : more) {
                    final Clause clause = left.or(right);
                    if (clause.leafCount() > MAX_LEAVES) {
                        return null;
                    }
                    joined.add(clause);
                }
            }
            clauses = joined;
        }
        return clauses;
    }
}
