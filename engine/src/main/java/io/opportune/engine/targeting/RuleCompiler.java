package io.opportune.engine.targeting;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.compiler.CelCompiler;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.protocol.codec.NameKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compiles CEL text into rules of one schema and says all that is wrong with a text that is no rule. Takes some 0.5 ms
 * a rule. Not thread-safe, on control threads.
 */
public final class RuleCompiler {
    /**
     * A name that a rule speaks of and that no enumeration holds.
     *
     * @param vocabulary it belongs to.
     * @param text       itself.
     * @param line       in the rule's text, from 1.
     * @param column     in that line, from 1.
     */
    public record UsedName(Vocabulary vocabulary, String text, int line, int column) { }

    /** Gives the names that rules speak of their ids. */
    @FunctionalInterface
    public interface NameIds {
        /**
         * The id of a name.
         *
         * @param kind of the name.
         * @param name itself.
         * @return its registry id, or the one that it will get.
         */
        int idOf(NameKind kind, String name);
    }

    /** A rule's tree whose parts know where they stand in its text. */
    public static final class PlacedTree {
        private static final CelSourceLocation START = CelSourceLocation.of(1, 0);

        private final Node root;
        private final Map<Node, CelSourceLocation> places;

        PlacedTree(final Node root, final Map<Node, CelSourceLocation> places) {
            this.root = root;
            this.places = places;
        }

        /**
         * The tree.
         *
         * @return its root.
         */
        public Node root() {
            return root;
        }

        /**
         * The line in which a part begins.
         *
         * @param part of this tree, itself and not an equal one.
         * @return from 1.
         */
        public int line(final Node part) {
            return places.getOrDefault(part, START).getLine();
        }

        /**
         * The column in which a part begins.
         *
         * @param part of this tree, itself and not an equal one.
         * @return from 1.
         */
        public int column(final Node part) {
            return places.getOrDefault(part, START).getColumn() + 1;
        }
    }

    /**
     * What came of a rule: the rule, or errors.
     *
     * @param rule   null when there are errors.
     * @param names  the names the rule speaks of, in the order of the text; empty when there are errors.
     * @param errors in the order of the text.
     */
    public record Outcome(Rule rule, List<UsedName> names, List<RuleError> errors) { }

    /** A rule's text is not a rule. */
    public static final class RuleException extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient List<RuleError> errors;

        RuleException(final List<RuleError> errors) {
            super(errors.toString());
            this.errors = errors;
        }

        /**
         * All that is wrong.
         *
         * @return in the order of the text.
         */
        public List<RuleError> errors() {
            return errors;
        }
    }

    private static final int MAX_ERRORS = 20;
    private static final Pattern NO_OVERLOAD =
        Pattern.compile("found no matching overload for '(.+?)' applied to '\\((.*?)\\)'.*", Pattern.DOTALL);

    private final AttributeSchema schema;
    private final CelCompiler compiler;
    private final LeafShapes shapes = new LeafShapes();

    /**
     * A compiler for one catalogue.
     *
     * @param schema its attributes.
     */
    public RuleCompiler(final AttributeSchema schema) {
        this.schema = schema;
        compiler = CelLanguage.compiler(schema);
    }

    /**
     * Compiles a rule, with ids from the registry.
     *
     * @param text     CEL, see engine/TARGETING.md.
     * @param registry adds the names it does not know.
     * @return the rule.
     * @throws RuleException when the text is no rule; nothing was added to the registry then.
     */
    public Rule compile(final String text, final NameRegistry registry) throws RuleException {
        // A wrong rule must add no names, so that they are added in a second look at a right one.
        final CelAbstractSyntaxTree[] tree = new CelAbstractSyntaxTree[1];
        final Outcome outcome = compile(text, (kind, name) -> 1, tree);
        if (outcome.rule() == null) {
            throw new RuleException(outcome.errors());
        }
        if (outcome.names().isEmpty()) {
            return outcome.rule();
        }
        final Node root =
            new Lowering(schema, text, tree[0].getSource(), registry::findOrAdd).lower(tree[0].getExpr());
        return new Rule(text, root, RuleProgram.of(root));
    }

    /**
     * Checks a rule.
     *
     * @param text CEL, see engine/TARGETING.md.
     * @return a rule without ids of its own, or what is wrong; never an exception for a bad text.
     */
    public Outcome check(final String text) {
        return compile(text, (kind, name) -> 1);
    }

    /**
     * The tree of a good rule once more, with the place of each part in the text. Some 0.1 ms: for remarks.
     *
     * @param text     of a rule that was found good.
     * @param registry adds the names it does not know.
     * @return a tree equal to that of the bound rule.
     */
    public PlacedTree place(final String text, final NameRegistry registry) {
        try {
            final CelAbstractSyntaxTree tree = compiler.parse(text).getAst();
            final Lowering lowering = new Lowering(schema, text, tree.getSource(), registry::findOrAdd);
            final Map<Node, CelSourceLocation> places = lowering.keepPlaces();
            return new PlacedTree(lowering.lower(tree.getExpr()), places);
        } catch (final CelValidationException failure) {
            throw new IllegalArgumentException("not a good rule: " + text, failure);
        }
    }

    /**
     * Compiles a rule.
     *
     * @param text CEL, see engine/TARGETING.md.
     * @param ids  asked for each name, also of a rule that turns out to be wrong.
     * @return a rule or what is wrong; never an exception for a bad text.
     */
    public Outcome compile(final String text, final NameIds ids) {
        return compile(text, ids, new CelAbstractSyntaxTree[1]);
    }

    private Outcome compile(final String text, final NameIds ids, final CelAbstractSyntaxTree[] tree) {
        if (text.codePointCount(0, text.length()) > CelLanguage.MAX_TEXT) {
            return failed(new RuleError(1, 1, "a rule of " + text.length() + " characters",
                CelLanguage.MAX_TEXT + " at most"));
        }
        final CelValidationResult parsed = compiler.parse(text);
        if (parsed.hasError()) {
            return failed(parsed);
        }
        try {
            final CelAbstractSyntaxTree parsedTree = parsed.getAst();
            final Lowering lowering = new Lowering(schema, text, parsedTree.getSource(), ids);
            final Node root = lowering.lower(parsedTree.getExpr());
            if (!lowering.errors().isEmpty()) {
                return new Outcome(null, List.of(), List.copyOf(
                    lowering.errors().subList(0, Math.min(MAX_ERRORS, lowering.errors().size()))));
            }
            final RuleProgram program = RuleProgram.of(root);
            if (program == null) {
                return failed(new RuleError(1, 1, "a rule of too many conditions", RuleProgram.MAX_STEPS + " at most"));
            }
            final List<String> leaves = LeafShapes.of(parsedTree.getExpr());
            if (!shapes.allPassed(leaves)) {
                final CelValidationResult typed = compiler.check(parsedTree);
                if (typed.hasError()) {
                    return failed(typed);
                }
                shapes.passed(leaves);
            }
            tree[0] = parsedTree;
            return new Outcome(new Rule(text, root, program), List.copyOf(lowering.names()), List.of());
        } catch (final CelValidationException failure) {
            return failed(new RuleError(1, 1, String.valueOf(failure.getMessage()), ""));
        }
    }

    private static Outcome failed(final RuleError error) {
        return new Outcome(null, List.of(), List.of(error));
    }

    private static Outcome failed(final CelValidationResult result) {
        final List<RuleError> errors = new ArrayList<>();
        for (final CelIssue issue : result.getErrors()) {
            if (errors.size() == MAX_ERRORS) {
                break;
            }
            errors.add(translated(issue));
        }
        return new Outcome(null, List.of(), List.copyOf(errors));
    }

    private static RuleError translated(final CelIssue issue) {
        final int line = Math.max(1, issue.getSourceLocation().getLine());
        final int column = Math.max(0, issue.getSourceLocation().getColumn()) + 1;
        final String message = issue.getMessage();
        final Matcher overload = NO_OVERLOAD.matcher(message);
        if (overload.matches()) {
            return new RuleError(line, column, Lowering.symbol(overload.group(1)) + " between "
                + overload.group(2).replace("double", "decimal").replace(", ", " and "), "values of one type");
        }
        return new RuleError(line, column, message.replace('\n', ' '), Lowering.ALLOWED);
    }
}
