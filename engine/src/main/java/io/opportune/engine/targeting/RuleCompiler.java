package io.opportune.engine.targeting;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.compiler.CelCompiler;
import io.opportune.engine.registry.NameRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compiles CEL text into rules of one schema. Checking says all that is wrong and changes nothing; binding gives the
 * names of a checked rule their registry ids. Equal texts are checked once. Not thread-safe: one per load, on a control
 * thread.
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

    /** A rule known to be right, without registry ids yet. */
    public static final class CheckedRule {
        private final String text;
        private final CelAbstractSyntaxTree tree;
        private final List<UsedName> names;

        CheckedRule(final String text, final CelAbstractSyntaxTree tree, final List<UsedName> names) {
            this.text = text;
            this.tree = tree;
            this.names = names;
        }

        /**
         * The names the rule speaks of.
         *
         * @return in the order of the text.
         */
        public List<UsedName> names() {
            return names;
        }

        /**
         * Gives the rule's names their ids and makes it ready to run.
         *
         * @param schema   whose slots the rule reads; the same attributes as that of the compiler.
         * @param registry adds the names it does not know.
         * @return the rule.
         * @throws NameRegistry.LimitReachedException when the registry is full.
         */
        public Rule bind(final AttributeSchema schema, final NameRegistry registry) {
            final Node root = new Lowering(schema, text, tree.getSource(), registry::findOrAdd).lower(tree.getExpr());
            return new Rule(text, root, RuleProgram.of(root));
        }
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
     * What came of a rule: a checked rule, or errors.
     *
     * @param rule   null when there are errors.
     * @param errors in the order of the text.
     */
    public record Outcome(CheckedRule rule, List<RuleError> errors) { }

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
    private final Map<String, Outcome> checked = new HashMap<>();

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
     * Checks a rule and gives its names ids, in one step.
     *
     * @param text     CEL, see engine/TARGETING.md.
     * @param registry adds the names it does not know.
     * @return the rule.
     * @throws RuleException when the text is no rule; nothing was added to the registry then.
     */
    public Rule compile(final String text, final NameRegistry registry) throws RuleException {
        final Outcome outcome = check(text);
        if (outcome.rule() == null) {
            throw new RuleException(outcome.errors());
        }
        return outcome.rule().bind(schema, registry);
    }

    /**
     * Checks a rule.
     *
     * @param text CEL, see engine/TARGETING.md.
     * @return a checked rule or what is wrong; never an exception for a bad text.
     */
    public Outcome check(final String text) {
        return checked.computeIfAbsent(text, this::checkAnew);
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

    private Outcome checkAnew(final String text) {
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
            final Lowering trial = new Lowering(schema, text, parsedTree.getSource(), (kind, name) -> 1);
            final Node root = trial.lower(parsedTree.getExpr());
            if (!trial.errors().isEmpty()) {
                return new Outcome(null, List.copyOf(
                    trial.errors().subList(0, Math.min(MAX_ERRORS, trial.errors().size()))));
            }
            if (RuleProgram.of(root) == null) {
                return failed(new RuleError(1, 1, "a rule of too many conditions", RuleProgram.MAX_STEPS + " at most"));
            }
            final CelValidationResult typed = compiler.check(parsedTree);
            return typed.hasError() ? failed(typed)
                : new Outcome(new CheckedRule(text, typed.getAst(), List.copyOf(trial.names())), List.of());
        } catch (final CelValidationException failure) {
            return failed(new RuleError(1, 1, String.valueOf(failure.getMessage()), ""));
        }
    }

    private static Outcome failed(final RuleError error) {
        return new Outcome(null, List.of(error));
    }

    private static Outcome failed(final CelValidationResult result) {
        final List<RuleError> errors = new ArrayList<>();
        for (final CelIssue issue : result.getErrors()) {
            if (errors.size() == MAX_ERRORS) {
                break;
            }
            errors.add(translated(issue));
        }
        return new Outcome(null, List.copyOf(errors));
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
