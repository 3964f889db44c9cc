package io.opportune.bench.match;

import com.fasterxml.jackson.databind.JsonNode;
import io.opportune.engine.targeting.Attribute;
import io.opportune.engine.targeting.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Expressions of the workload as the checked trees that the catalogue's compiler makes of their CEL text, for sizes at
 * which compiling text would take longer than anybody waits. Both give the same matches.
 */
final class RuleTrees {
    /** What an attribute and a literal of the workload are in the engine. */
    interface Names {
        Attribute attribute(String name);

        long code(Attribute attribute, JsonNode value);
    }

    private final Names names;

    /**
     * A reader.
     *
     * @param names of attributes and values.
     */
    RuleTrees(final Names names) {
        this.names = names;
    }

    /** The tree of one expression. */
    Node tree(final JsonNode expression) throws IOException {
        final String operator = expression.get(0).asText();
        return switch (operator) {
            case "and" -> new Node.And(parts(expression));
            case "or" -> new Node.Or(parts(expression));
            case "not" -> new Node.Not(tree(expression.get(1)));
            case "eq" -> equal(expression);
            case "in" -> new Node.InSet(subject(expression), values(expression), words(expression));
            case "range" -> new Node.InInterval(subject(expression), expression.get(2).asLong(),
                expression.get(3).asLong(), false, words(expression));
            case "anyof" -> anyOf(expression);
            case "noneof" -> new Node.Not(anyOf(expression));
            default -> throw new IOException("operator " + operator);
        };
    }

    private List<Node> parts(final JsonNode expression) throws IOException {
        final List<Node> parts = new ArrayList<>(expression.size() - 1);
        for (int i = 1; i < expression.size(); i++) {
            parts.add(tree(expression.get(i)));
        }
        return List.copyOf(parts);
    }

    private Node equal(final JsonNode expression) {
        final long value = names.code(attribute(expression), expression.get(2));
        return new Node.InInterval(subject(expression), value, value, false, words(expression));
    }

    private Node anyOf(final JsonNode expression) {
        final int slot = attribute(expression).slot();
        final String words = words(expression);
        final List<Node> parts = values(expression).stream()
            .<Node>map(value -> new Node.Contains(slot, new Node.Fixed(value), words)).toList();
        return parts.size() == 1 ? parts.getFirst() : new Node.Or(parts);
    }

    private Attribute attribute(final JsonNode expression) {
        return names.attribute(expression.get(1).asText());
    }

    private Node.Subject subject(final JsonNode expression) {
        return new Node.Scalar(attribute(expression).slot());
    }

    private List<Long> values(final JsonNode expression) {
        final List<Long> values = new ArrayList<>(expression.get(2).size());
        for (final JsonNode value : expression.get(2)) {
            values.add(names.code(attribute(expression), value));
        }
        return values.stream().sorted().distinct().toList();
    }

    /** Trees without a text name the attribute only. */
    private String words(final JsonNode expression) {
        return attribute(expression).name();
    }
}
