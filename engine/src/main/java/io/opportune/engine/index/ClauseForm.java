package io.opportune.engine.index;

import io.opportune.engine.targeting.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The residue of a rule as a conjunction of clauses, each a disjunction of demands on one scalar each. Stateless.
 * Residues that say anything of lists, maps, pairs or positions, or that would take too many clauses, have no such
 * form and are tested as programs.
 */
final class ClauseForm {
    private static final int MAX_CLAUSES = 8;
    private static final int MAX_LEAVES = 8;

    private ClauseForm() {
    }

    /** Clauses, each with what it accepts by slot; null when the residue has no such form. */
    static List<Map<Integer, ValueSet>> of(final Node residue) {
        return of(residue, true);
    }

    private static List<Map<Integer, ValueSet>> of(final Node node, final boolean wanted) {
        return switch (node) {
            case Node.Not not -> of(not.part(), !wanted);
            case Node.And and -> wanted ? all(and.parts(), true) : any(and.parts(), false);
            case Node.Or or -> wanted ? any(or.parts(), true) : all(or.parts(), false);
            case Node.Present leaf -> leaf(node, leaf.slot(), wanted);
            case Node.InInterval leaf -> leaf(node, RuleShape.slotOf(leaf.subject()), wanted);
            case Node.InSet leaf -> leaf(node, RuleShape.slotOf(leaf.subject()), wanted);
            default -> null;
        };
    }

    private static List<Map<Integer, ValueSet>> leaf(final Node leaf, final int slot, final boolean wanted) {
        if (slot < 0) {
            return null;
        }
        final ValueSet values = ValueSet.of(leaf);
        return List.of(Map.of(slot, wanted ? values : values.complement()));
    }

    private static List<Map<Integer, ValueSet>> all(final List<Node> parts, final boolean wanted) {
        final List<Map<Integer, ValueSet>> clauses = new ArrayList<>();
        for (final Node part : parts) {
            final List<Map<Integer, ValueSet>> more = of(part, wanted);
            if (more == null || clauses.size() + more.size() > MAX_CLAUSES) {
                return null;
            }
            clauses.addAll(more);
        }
        return clauses;
    }

    /** Or over conjunctions: every choice of one clause of each. */
    private static List<Map<Integer, ValueSet>> any(final List<Node> parts, final boolean wanted) {
        List<Map<Integer, ValueSet>> clauses = List.of(Map.of());
        for (final Node part : parts) {
            final List<Map<Integer, ValueSet>> more = of(part, wanted);
            if (more == null || clauses.size() * more.size() > MAX_CLAUSES) {
                return null;
            }
            final List<Map<Integer, ValueSet>> joined = new ArrayList<>();
            for (final Map<Integer, ValueSet> left : clauses) {
                for (final Map<Integer, ValueSet> right : more) {
                    final Map<Integer, ValueSet> clause = new TreeMap<>(left);
                    right.forEach((slot, values) -> clause.merge(slot, values, ValueSet::or));
                    if (clause.size() > MAX_LEAVES) {
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
