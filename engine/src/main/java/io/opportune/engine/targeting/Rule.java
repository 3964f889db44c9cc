package io.opportune.engine.targeting;

import java.util.List;

/**
 * One compiled targeting rule. Immutable, shared by all shards; evaluation allocates nothing and reads only the
 * situation, which the calling shard owns (a list macro uses a scratch slot of it).
 */
public final class Rule {
    /** The rule of an offer without targeting: it always matches. */
    public static final Rule ALWAYS =
        new Rule("true", new Node.Constant(true), RuleProgram.of(new Node.Constant(true)));

    private final String text;
    private final Node root;
    private final RuleProgram program;

    Rule(final String text, final Node root, final RuleProgram program) {
        this.text = text;
        this.root = root;
        this.program = program;
    }

    /**
     * A rule from its tree alone, for what is left of a rule that was taken apart. Its text is that of the tree.
     *
     * @param root of the tree.
     * @return the rule.
     * @throws IllegalArgumentException when the tree has more leaves than a rule may have.
     */
    public static Rule of(final Node root) {
        final RuleProgram program = RuleProgram.of(root);
        if (program == null) {
            throw new IllegalArgumentException("more than " + RuleProgram.MAX_STEPS + " leaves");
        }
        return new Rule(root.toString(), root, program);
    }

    /**
     * Tests the rule.
     *
     * @param situation of the catalogue's schema.
     * @return true when the rule holds.
     */
    public boolean matches(final Situation situation) {
        return program.matches(situation);
    }

    /**
     * The rule as it was written.
     *
     * @return CEL text.
     */
    public String text() {
        return text;
    }

    /**
     * The rule as a tree; its {@link Node#holds} is the definition of the rule's meaning.
     *
     * @return root of the tree.
     */
    public Node root() {
        return root;
    }

    /**
     * Why the rule does not match, in its own words. Allocates: for explanations asked for, not for every request.
     *
     * @param situation of the catalogue's schema.
     * @return the first part that fails, or null when the rule matches.
     */
    public String explain(final Situation situation) {
        return why(root, true, situation);
    }

    /** Why the node is not what it should be, or null when it is. */
    private static String why(final Node node, final boolean wanted, final Situation situation) {
        if (node.holds(situation) == wanted) {
            return null;
        }
        return switch (node) {
            case Node.Not not -> why(not.part(), !wanted, situation);
            case Node.And and -> wanted ? firstOf(and.parts(), true, situation) : join(and.parts(), situation, false);
            case Node.Or or -> wanted ? join(or.parts(), situation, true) : firstOf(or.parts(), false, situation);
            case Node.Constant constant -> "the rule says " + constant.value();
            case Node.Leaf leaf -> !wanted ? leaf.words() + " holds"
                : leaf.hasSubject(situation) ? leaf.words() + " does not hold"
                : leaf.words() + " does not hold: nothing is known about it";
        };
    }

    private static String firstOf(
        final List<Node> parts, final boolean wanted, final Situation situation) {
        for (final Node part : parts) {
            final String why = why(part, wanted, situation);
            if (why != null) {
                return why;
            }
        }
        return null;
    }

    private static String join(final List<Node> parts, final Situation situation, final boolean wanted) {
        final StringBuilder all = new StringBuilder();
        for (final Node part : parts) {
            all.append(all.isEmpty() ? "" : "; ").append(why(part, wanted, situation));
        }
        return all.toString();
    }

    @Override
    public String toString() {
        return text;
    }
}
