package io.opportune.engine.index;

import io.opportune.engine.targeting.Node;
import java.util.ArrayList;
import java.util.Comparator;
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
    /** Scalars before values of maps, each by slot and key. */
    static final Comparator<Node.Subject> SUBJECT_ORDER = Comparator
        .comparing((Node.Subject subject) -> subject instanceof Node.MapValue)
        .thenComparingInt(subject -> subject instanceof Node.MapValue value ? value.slot() : slotOf(subject))
        .thenComparingLong(subject -> subject instanceof Node.MapValue value ? value.key() : 0);

    private final Map<Node.Subject, ValueSet> scalars = new TreeMap<>(SUBJECT_ORDER);
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

    /** What each constrained scalar, or value of a map under a fixed key, must be. */
    Map<Node.Subject, ValueSet> scalars() {
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
        final Node.Subject scalar = scalarOf(clause);
        if (scalar != null) {
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

    /**
     * What all leaves of a node look at.
     *
     * @return a scalar or the value of a map under a fixed key; null when they look at different things or at any
     *     other.
     */
    static Node.Subject scalarOf(final Node node) {
        return switch (node) {
            case Node.Not not -> scalarOf(not.part());
            case Node.And and -> scalarOf(and.parts());
            case Node.Or or -> scalarOf(or.parts());
            case Node.Present leaf -> new Node.Scalar(leaf.slot());
            case Node.InInterval leaf -> columnOf(leaf.subject());
            case Node.InSet leaf -> columnOf(leaf.subject());
            default -> null;
        };
    }

    private static Node.Subject scalarOf(final List<Node> parts) {
        Node.Subject common = null;
        for (final Node part : parts) {
            if (!(part instanceof Node.Constant)) {
                final Node.Subject subject = scalarOf(part);
                if (subject == null || common != null && !common.equals(subject)) {
                    return null;
                }
                common = subject;
            }
        }
        return common;
    }

    private static Node.Subject columnOf(final Node.Subject subject) {
        return subject instanceof Node.Scalar || subject instanceof Node.MapValue ? subject : null;
    }

    private static int slotOf(final Node.Subject subject) {
        return subject instanceof Node.Scalar scalar ? scalar.slot() : MIXED;
    }

    private static int same(final int soFar, final int slot) {
        return soFar == NO_SLOT || soFar == slot ? slot : MIXED;
    }

    /** The list of which a node wants any of some elements, which are gathered; negative when it says anything else. */
    static int listOf(final Node node, final TreeSet<Long> elements) {
        return listOf(node, NO_SLOT, elements);
    }

    /** The list of which a clause wants any of some elements, which are gathered; MIXED when it says anything else. */
    private static int listOf(final Node node, final int soFar, final TreeSet<Long> elements) {
        switch (node) {
            case Node.Contains leaf when leaf.subject() instanceof Node.Fixed fixed -> {
                elements.add(fixed.value());
                return same(soFar, leaf.slot());
            }
            case Node.Exists exists when new Node.Scalar(exists.elementSlot()).equals(scalarOf(exists.body())) -> {
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
