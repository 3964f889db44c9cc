package io.opportune.engine.targeting;

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

    @Override
    public String toString() {
        return text;
    }
}
