package io.opportune.bench.match;

import com.fasterxml.jackson.databind.JsonNode;
import io.opportune.engine.targeting.AttributeSchema;
import io.opportune.protocol.codec.AttributeType;
import java.io.IOException;
import java.util.function.UnaryOperator;

/** Expressions of the workload as the CEL text of targeting rules. */
final class RuleText {
    private final UnaryOperator<String> names;
    private final AttributeSchema schema;

    /**
     * A writer.
     *
     * @param names  what the workload's attributes are called in rules.
     * @param schema with these names.
     */
    RuleText(final UnaryOperator<String> names, final AttributeSchema schema) {
        this.names = names;
        this.schema = schema;
    }

    /** The text of one expression. */
    String of(final JsonNode expression) throws IOException {
        final StringBuilder text = new StringBuilder();
        append(expression, text);
        return text.toString();
    }

    private void append(final JsonNode expression, final StringBuilder text) throws IOException {
        final String operator = expression.get(0).asText();
        switch (operator) {
            case "and" -> appendAll(expression, " && ", text);
            case "or" -> appendAll(expression, " || ", text);
            case "not" -> {
                text.append("!(");
                append(expression.get(1), text);
                text.append(')');
            }
            case "eq" -> text.append(nameOf(expression)).append(" == ")
                .append(literal(expression, expression.get(2)));
            case "in" -> {
                text.append(nameOf(expression)).append(" in ");
                appendSet(expression, text);
            }
            case "range" -> text.append('(').append(nameOf(expression)).append(" >= ")
                .append(expression.get(2).asText()).append(" && ").append(nameOf(expression)).append(" <= ")
                .append(expression.get(3).asText()).append(')');
            case "anyof", "noneof" -> {
                text.append("noneof".equals(operator) ? "!" : "").append(nameOf(expression)).append(".exists(x, x in ");
                appendSet(expression, text);
                text.append(')');
            }
            default -> throw new IOException("operator " + operator);
        }
    }

    private void appendAll(final JsonNode expression, final String between, final StringBuilder text)
        throws IOException {
        for (int i = 1; i < expression.size(); i++) {
            text.append(i == 1 ? "(" : between);
            append(expression.get(i), text);
        }
        text.append(')');
    }

    private String nameOf(final JsonNode expression) {
        return names.apply(expression.get(1).asText());
    }

    private void appendSet(final JsonNode expression, final StringBuilder text) {
        String between = "[";
        for (final JsonNode value : expression.get(2)) {
            text.append(between).append(literal(expression, value));
            between = ", ";
        }
        text.append(']');
    }

    private String literal(final JsonNode expression, final JsonNode value) {
        final boolean quoted = schema.attribute(nameOf(expression)).type() == AttributeType.TEXT;
        return quoted ? '"' + value.asText() + '"' : value.asText();
    }
}
