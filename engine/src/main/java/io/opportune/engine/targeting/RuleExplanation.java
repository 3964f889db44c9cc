package io.opportune.engine.targeting;

import io.opportune.engine.registry.NameRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Why a rule does not match a situation: the conditions that failed, in the words of the rule, each with what was
 * found. It is whole and minimal: had just these come out the other way, the rule would match, and each of them is
 * needed for that. Immutable. Making one allocates; it is for questions asked afterwards, not for every request.
 */
public final class RuleExplanation {
    /** What stands in the way of a match. */
    public sealed interface Reason {
    }

    /**
     * One condition that failed.
     *
     * @param condition a leaf or constant of the rule's tree, or the leaves of one {@code exists}.
     * @param wanted    false when the rule wants the opposite, as below a {@code !}.
     * @param found     what the situation holds instead, e.g. {@code is 1}.
     */
    public record Failed(Node condition, boolean wanted, String found) implements Reason {
        /**
         * The condition as the rule wants it.
         *
         * @return CEL text.
         */
        public String words() {
            return RuleExplanation.words(condition, wanted);
        }
    }

    /**
     * Each of these alone keeps the rule from matching: parts joined by {@code &&}.
     *
     * @param parts two or more.
     */
    public record Each(List<Reason> parts) implements Reason {
    }

    /**
     * One of these would have been enough: alternatives joined by {@code ||}, of which every one failed.
     *
     * @param parts two or more.
     */
    public record Alternatives(List<Reason> parts) implements Reason {
    }

    private static final String INDENT = "  ";

    private final Reason reason;

    private RuleExplanation(final Reason reason) {
        this.reason = reason;
    }

    /**
     * Explains.
     *
     * @param rule      of the situation's schema.
     * @param situation to test it on; its loop variables are overwritten.
     * @param registry  for the names of values; may be null.
     * @return what failed; nothing when the rule matches.
     */
    public static RuleExplanation of(final Rule rule, final Situation situation, final NameRegistry registry) {
        return new RuleExplanation(new Walk(situation, new FoundValues(situation, registry)).why(rule.root(), true));
    }

    /**
     * A part of a rule, or its opposite, as a rule would write it.
     *
     * @param part   of any kind.
     * @param wanted false for the opposite.
     * @return CEL text.
     */
    public static String words(final Node part, final boolean wanted) {
        return switch (part) {
            case Node.Constant constant -> Boolean.toString(constant.value() == wanted);
            case Node.Not not -> words(not.part(), !wanted);
            case Node.Or or when or.isOneCondition() -> words(or.parts().getFirst(), wanted);
            case Node.And and -> negated("(" + joined(and.parts(), " && ") + ")", wanted);
            case Node.Or or -> negated("(" + joined(or.parts(), " || ") + ")", wanted);
            case Node.Leaf leaf when wanted -> leaf.words();
            case Node.Leaf leaf -> negated(isPlain(leaf.words()) ? leaf.words() : "(" + leaf.words() + ")", false);
        };
    }

    private static String joined(final List<Node> parts, final String operator) {
        return parts.stream().map(part -> words(part, true)).collect(Collectors.joining(operator));
    }

    private static String negated(final String words, final boolean wanted) {
        return wanted ? words : "!" + words;
    }

    /** Whether a text can stand behind a {@code !} as it is: a name or a call. */
    private static boolean isPlain(final String words) {
        return words.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_' || c == '.')
            || words.startsWith("has(") && words.indexOf(')') == words.length() - 1;
    }

    /**
     * Whether the rule matches.
     *
     * @return true when there is nothing to explain.
     */
    public boolean matches() {
        return reason == null;
    }

    /**
     * What stands in the way.
     *
     * @return null when the rule matches.
     */
    public Reason reason() {
        return reason;
    }

    /**
     * The reason for people.
     *
     * @return one line per condition, alternatives indented below the line that announces them; empty when the rule
     *         matches.
     */
    public List<String> lines() {
        final List<String> lines = new ArrayList<>();
        if (reason != null) {
            write(reason, "", lines);
        }
        return lines;
    }

    private static void write(final Reason reason, final String indent, final List<String> lines) {
        switch (reason) {
            case Failed failed -> lines.add(indent + sentence(failed));
            case Each each -> each.parts().forEach(part -> write(part, indent, lines));
            case Alternatives alternatives -> {
                lines.add(indent + "none of " + alternatives.parts().size() + " alternatives:");
                for (final Reason part : alternatives.parts()) {
                    if (part instanceof Each) {
                        lines.add(indent + INDENT + "all of:");
                        write(part, indent + INDENT + INDENT, lines);
                    } else {
                        write(part, indent + INDENT, lines);
                    }
                }
            }
        }
    }

    private static String sentence(final Failed failed) {
        return failed.words() + ": " + failed.found();
    }

    /** The reason on one line, e.g. {@code customer.visits_30d >= 2: is 1}; empty when the rule matches. */
    @Override
    public String toString() {
        return reason == null ? "" : text(reason, false);
    }

    private static String text(final Reason reason, final boolean inside) {
        return switch (reason) {
            case Failed failed -> sentence(failed);
            case Each each -> joined(each.parts(), " and ", inside);
            case Alternatives alternatives -> joined(alternatives.parts(), " or ", inside);
        };
    }

    private static String joined(final List<Reason> parts, final String between, final boolean inside) {
        final StringBuilder text = new StringBuilder(inside ? "(" : "");
        for (int i = 0; i < parts.size(); i++) {
            text.append(i == 0 ? "" : between).append(text(parts.get(i), true));
        }
        return text.append(inside ? ")" : "").toString();
    }

    /** Goes down the tree to the conditions that failed. */
    private record Walk(Situation situation, FoundValues found) {
        /** Why the node is not what it should be, or null when it is. */
        Reason why(final Node node, final boolean wanted) {
            if (node.holds(situation) == wanted) {
                return null;
            }
            return switch (node) {
                case Node.Not not -> why(not.part(), !wanted);
                case Node.And and -> group(and.parts(), wanted, wanted);
                case Node.Or or when !or.isOneCondition() -> group(or.parts(), wanted, !wanted);
                default -> new Failed(node, wanted, found.of(node, wanted));
            };
        }

        private Reason group(final List<Node> parts, final boolean wanted, final boolean each) {
            final List<Reason> reasons = new ArrayList<>();
            for (final Node part : parts) {
                final Reason why = why(part, wanted);
                if (why != null) {
                    reasons.add(why);
                }
            }
            return reasons.size() == 1 ? reasons.getFirst()
                : each ? new Each(List.copyOf(reasons)) : new Alternatives(List.copyOf(reasons));
        }
    }
}
