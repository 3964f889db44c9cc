package io.opportune.engine.index;

import io.opportune.engine.targeting.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A rule taken apart: what it demands of each scalar, which elements it wants and which it forbids in each list, and
 * the residue that none of these can say. The rule holds exactly when all of them do. Immutable once made.
 */
final class RuleShape {
    /** Larger sets of list elements stay in the residue. */
    private static final int MAX_ELEMENTS = 4_096;
    private static final int NO_SLOT = -1;
    private static final int MIXED = -2;

    private final Map<Integer, ValueSet> scalars = new TreeMap<>();
    private final Map<Integer, long[]> anyOf = new TreeMap<>();
    private final Map<Integer, TreeSet<Long>> noneOf = new TreeMap<>();
    private final List<Node> residue = new ArrayList<>();
    private boolean never;

    private RuleShape() {
    }

    /** Takes a rule apart. */
    static RuleShape of(final Node root) {
        final RuleShape shape = new RuleShape();
        shape.demand(root, true);
        for (final ValueSet values : shape.scalars.values()) {
            shape.never |= values.isNever();
        }
        shape.scalars.values().removeIf(ValueSet::isAlways);
        return shape;
    }

    /** What each constrained scalar must be, by slot. */
    Map<Integer, ValueSet> scalars() {
        return scalars;
    }

    /** Of which sorted elements each list must hold one, by slot. */
    Map<Integer, long[]> anyOf() {
        return anyOf;
    }

    /** Which elements each list must not hold, by slot. */
    Map<Integer, TreeSet<Long>> noneOf() {
        return noneOf;
    }

    /** What must hold besides; null when nothing. */
    Node residue() {
        return residue.isEmpty() ? null : residue.size() == 1 ? residue.getFirst() : new Node.And(residue);
    }

    /** Whether the demands on one attribute contradict each other, so that the rule holds for nobody. */
    boolean isNever() {
        return never;
    }

    private void demand(final Node node, final boolean wanted) {
        switch (node) {
            case Node.Constant constant -> never |= constant.value() != wanted;
            case Node.Not not -> demand(not.part(), !wanted);
            case Node.And and when wanted -> and.parts().forEach(part -> demand(part, true));
            case Node.Or or when !wanted -> or.parts().forEach(part -> demand(part, false));
            default -> demandClause(node, wanted);
        }
    }

    private void demandClause(final Node clause, final boolean wanted) {
        final int scalar = scalarOf(clause, NO_SLOT);
        if (scalar >= 0) {
            final ValueSet values = ValueSet.of(clause);
            scalars.merge(scalar, wanted ? values : values.complement(), ValueSet::and);
            return;
        }
        final TreeSet<Long> elements = new TreeSet<>();
        final int list = listOf(clause, NO_SLOT, elements);
        if (list >= 0 && !wanted) {
            noneOf.computeIfAbsent(list, slot -> new TreeSet<>()).addAll(elements);
        } else if (list >= 0 && !anyOf.containsKey(list)) {
            anyOf.put(list, elements.stream().mapToLong(Long::longValue).toArray());
        } else {
            residue.add(wanted ? clause : new Node.Not(clause));
        }
    }

    /** The scalar that all leaves look at, MIXED when they look at anything else, or what was found so far. */
    private static int scalarOf(final Node node, final int soFar) {
        return switch (node) {
            case Node.Constant constant -> soFar;
            case Node.Not not -> scalarOf(not.part(), soFar);
            case Node.And and -> scalarOf(and.parts(), soFar);
            case Node.Or or -> scalarOf(or.parts(), soFar);
            case Node.Present leaf -> same(soFar, leaf.slot());
            case Node.InInterval leaf -> same(soFar, slotOf(leaf.subject()));
            case Node.InSet leaf -> same(soFar, slotOf(leaf.subject()));
            default -> MIXED;
        };
    }

    private static int scalarOf(final List<Node> parts, final int soFar) {
        int slot = soFar;
        for (final Node part : parts) {
            slot = slot == MIXED ? MIXED : scalarOf(part, slot);
        }
        return slot;
    }

    /** The slot of a scalar; negative for anything else. */
    static int slotOf(final Node.Subject subject) {
        return subject instanceof Node.Scalar scalar ? scalar.slot() : MIXED;
    }

    private static int same(final int soFar, final int slot) {
        return soFar == NO_SLOT || soFar == slot ? slot : MIXED;
    }

    /** The list of which a clause wants any of some elements, which are gathered; MIXED when it says anything else. */
    private static int listOf(final Node node, final int soFar, final TreeSet<Long> elements) {
        switch (node) {
            case Node.Contains leaf when leaf.subject() instanceof Node.Fixed fixed -> {
                elements.add(fixed.value());
                return same(soFar, leaf.slot());
            }
            case Node.Exists exists when scalarOf(exists.body(), NO_SLOT) == exists.elementSlot() -> {
                final ValueSet values = ValueSet.of(exists.body());
                if (values.sizeUpTo(MAX_ELEMENTS) == MAX_ELEMENTS) {
                    return MIXED;
                }
                elements.addAll(values.values());
                return same(soFar, exists.slot());
            }
            case Node.Or or -> {
                int slot = soFar;
                for (final Node part : or.parts()) {
                    slot = slot == MIXED ? MIXED : listOf(part, slot, elements);
                }
                return slot;
            }
            default -> {
                return MIXED;
            }
        }
    }
}
