package io.opportune.engine.index;

import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.targeting.AttributeSchema;
import io.opportune.engine.targeting.Domain;
import io.opportune.engine.targeting.Node;
import io.opportune.engine.targeting.RuleExplanation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds what in a rule cannot be meant: rules that never match, because their conditions contradict each other or ask
 * for values that do not occur, alternatives that never hold, and rules that match everything. What it finds is
 * certain; it does not find everything. Reads no situation. Any control thread.
 */
public final class RuleAudit {
    /** What was found. */
    public enum Kind {
        /** The rule matches nothing. */
        NEVER,
        /** One of several alternatives never holds. */
        DEAD_ALTERNATIVE,
        /** One of several values never occurs. */
        DEAD_VALUE,
        /** The rule matches everything. */
        ALWAYS
    }

    /**
     * Something that cannot be meant.
     *
     * @param kind  of it.
     * @param at    the part of the rule's tree at which it shows.
     * @param words why, for people.
     */
    public record Finding(Kind kind, Node at, String words) {
    }

    /** A disjunction that is to be looked at one alternative at a time. */
    private record Clause(Node node, boolean wanted) {
        /** The alternatives, each of which would do. */
        List<Node> alternatives() {
            return switch (node) {
                case Node.Or or -> or.parts();
                case Node.And and -> and.parts();
                default -> List.of(node);
            };
        }
    }

    private static final double FARTHEST_CHORD_SQUARED = 4.0;

    private final AttributeSchema schema;
    private final NameRegistry registry;

    /**
     * Makes one for the rules of one schema.
     *
     * @param schema   of the rules.
     * @param registry for the names of values; may be null.
     */
    public RuleAudit(final AttributeSchema schema, final NameRegistry registry) {
        this.schema = schema;
        this.registry = registry;
    }

    /**
     * Looks through a rule.
     *
     * @param root    of its tree.
     * @param context what is known besides of some scalars, by slot, such as the channels of the rule's offer.
     * @return in the order of the rule; NEVER and ALWAYS stand alone.
     */
    public List<Finding> audit(final Node root, final Map<Integer, Domain> context) {
        final Demands demands = new Demands(schema, registry, context);
        final List<Finding> findings = new ArrayList<>();
        if (!isPossible(root, true, demands, findings)) {
            return List.of(new Finding(Kind.NEVER, demands.culprit(), demands.contradiction()));
        }
        if (!isPossible(root, false, new Demands(schema, registry, Map.of()), new ArrayList<>())) {
            return List.of(new Finding(Kind.ALWAYS, root, "the rule holds for everybody, always"));
        }
        return findings;
    }

    /**
     * Whether a rule may match.
     *
     * @param root    of its tree.
     * @param context as for {@link #audit}.
     * @return false when it certainly never does.
     */
    public boolean mayMatch(final Node root, final Map<Integer, Domain> context) {
        return isPossible(root, true, new Demands(schema, registry, context), new ArrayList<>());
    }

    /** Whether a part may come out as wanted under the demands around it; when not, its demands say why. */
    private boolean isPossible(
        final Node node, final boolean wanted, final Demands demands, final List<Finding> findings) {
        final List<Clause> open = new ArrayList<>();
        if (!demand(node, wanted, demands, open, findings)) {
            return false;
        }
        for (final Clause clause : open) {
            final List<Finding> dead = new ArrayList<>();
            int alive = 0;
            for (final Node alternative : clause.alternatives()) {
                final Demands inner = new Demands(demands);
                final List<Finding> below = new ArrayList<>();
                if (isPossible(alternative, clause.wanted(), inner, below)) {
                    alive++;
                    dead.addAll(below);
                } else {
                    dead.add(new Finding(Kind.DEAD_ALTERNATIVE, inner.culprit(),
                        "this alternative never holds: " + inner.contradiction()));
                }
            }
            if (alive == 0) {
                demands.contradict(clause.node(), "none of the alternatives of "
                    + RuleExplanation.words(clause.node(), clause.wanted()) + " can hold");
                return false;
            }
            findings.addAll(dead);
        }
        return true;
    }

    /** Adds what a part demands; false when that contradicts what is demanded already. */
    private boolean demand(
        final Node node, final boolean wanted, final Demands demands, final List<Clause> open,
        final List<Finding> findings) {
        switch (node) {
            case Node.Constant constant -> {
                return constant.value() == wanted || demands.contradict(node, "the rule itself says false");
            }
            case Node.Not not -> {
                return demand(not.part(), !wanted, demands, open, findings);
            }
            case Node.And and when wanted -> {
                return demandEach(and.parts(), true, demands, open, findings);
            }
            case Node.Or or when !wanted -> {
                return demandEach(or.parts(), false, demands, open, findings);
            }
            case Node.And and -> open.add(new Clause(node, false));
            case Node.Or or -> {
                if (!or.isOneCondition()) {
                    open.add(new Clause(node, true));
                }
            }
            case Node.Leaf leaf -> {
                return demandLeaf(leaf, wanted, demands, findings);
            }
        }
        final Node.Subject subject = SubjectSets.subjectOf(node);
        return subject == null || demands.add(subject, node, wanted, SubjectSets.of(node, wanted));
    }

    private boolean demandEach(
        final List<Node> parts, final boolean wanted, final Demands demands, final List<Clause> open,
        final List<Finding> findings) {
        for (final Node part : parts) {
            if (!demand(part, wanted, demands, open, findings)) {
                return false;
            }
        }
        return true;
    }

    private boolean demandLeaf(
        final Node.Leaf leaf, final boolean wanted, final Demands demands, final List<Finding> findings) {
        final Node.Subject subject = SubjectSets.subjectOf(leaf);
        if (subject != null && !demands.add(subject, leaf, wanted, SubjectSets.of(leaf, wanted))) {
            return false;
        }
        if (!wanted) {
            return true;
        }
        if (leaf instanceof Node.InSet set) {
            deadValues(set, demands, findings);
        }
        for (final Node.Subject needed : SubjectSets.neededBy(leaf)) {
            if (!demands.add(needed, leaf, true, SubjectSets.PRESENT)) {
                return false;
            }
        }
        return switch (leaf) {
            case Node.Exists exists -> isPossibleForAny(exists, demands);
            case Node.Near near -> near.relation().holds(Double.compare(0, near.chordSquared()))
                || near.relation().holds(Double.compare(FARTHEST_CHORD_SQUARED, near.chordSquared()))
                || demands.contradict(leaf, leaf.words() + " never holds: no two points are so far apart, or so near");
            default -> true;
        };
    }

    private boolean isPossibleForAny(final Node.Exists exists, final Demands demands) {
        final Demands inner = demands.ofElement(exists.elementSlot(), exists.slot());
        return isPossible(exists.body(), true, inner, new ArrayList<>())
            || demands.contradict(exists, exists.words() + " never holds: " + inner.contradiction());
    }

    private void deadValues(final Node.InSet set, final Demands demands, final List<Finding> findings) {
        final Domain domain = demands.domain(set.subject());
        for (final long value : set.sortedValues()) {
            if (domain != null && !domain.contains(value)) {
                findings.add(new Finding(Kind.DEAD_VALUE, set, demands.text(set.subject(), value)
                    + " in " + set.words() + " never occurs: " + demands.domainWords(set.subject())));
            }
        }
    }
}
