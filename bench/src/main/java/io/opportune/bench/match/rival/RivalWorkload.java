package io.opportune.bench.match.rival;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The lines of a workload with attributes as numbers and texts as codes. Filled in the order of the files. */
public final class RivalWorkload {
    private static final long[] MISSING = {};

    /** What the workload says of an attribute. */
    record Column(int number, String name, boolean list) {
    }

    private final Map<String, Column> columns = new LinkedHashMap<>();
    private final Map<String, Long> texts = new HashMap<>();
    private final List<Condition> expressions = new ArrayList<>();
    private final List<long[][]> events = new ArrayList<>();

    /**
     * Takes an attribute.
     *
     * @param name of it.
     * @param type string, int, bool or intlist.
     */
    public void addAttribute(final String name, final String type) {
        columns.put(name, new Column(columns.size(), name, "intlist".equals(type)));
    }

    /**
     * Takes an expression.
     *
     * @param expression array that begins with its operator.
     * @throws IOException naming an unknown operator or attribute.
     */
    public void addExpression(final JsonNode expression) throws IOException {
        expressions.add(condition(expression));
    }

    /**
     * Takes an event.
     *
     * @param attributes object of values and arrays.
     * @throws IOException naming an unknown attribute.
     */
    public void addEvent(final JsonNode attributes) throws IOException {
        final long[][] event = new long[columns.size()][];
        Arrays.fill(event, MISSING);
        for (final Map.Entry<String, JsonNode> entry : attributes.properties()) {
            final JsonNode value = entry.getValue();
            event[column(entry.getKey()).number()] = value.isArray() ? codes(value) : new long[] {code(value)};
        }
        events.add(event);
    }

    /**
     * How many expressions were taken.
     *
     * @return number.
     */
    public int offerCount() {
        return expressions.size();
    }

    /**
     * How many events were taken.
     *
     * @return number.
     */
    public int eventCount() {
        return events.size();
    }

    List<Column> columns() {
        return List.copyOf(columns.values());
    }

    List<Condition> expressions() {
        return expressions;
    }

    List<long[][]> events() {
        return events;
    }

    private Condition condition(final JsonNode expression) throws IOException {
        final String operator = expression.get(0).asText();
        return switch (operator) {
            case "and" -> new Condition.All(parts(expression));
            case "or" -> new Condition.Some(parts(expression));
            case "not" -> new Condition.Not(condition(expression.get(1)));
            case "eq" -> new Condition.OneOf(attribute(expression), new long[] {code(expression.get(2))});
            case "in", "anyof" -> new Condition.OneOf(attribute(expression), codes(expression.get(2)));
            case "noneof" -> new Condition.Not(new Condition.OneOf(attribute(expression), codes(expression.get(2))));
            case "range" -> new Condition.Range(
                attribute(expression), expression.get(2).asLong(), expression.get(3).asLong());
            default -> throw new IOException("operator " + operator);
        };
    }

    private List<Condition> parts(final JsonNode expression) throws IOException {
        final List<Condition> parts = new ArrayList<>(expression.size() - 1);
        for (int i = 1; i < expression.size(); i++) {
            parts.add(condition(expression.get(i)));
        }
        return List.copyOf(parts);
    }

    private int attribute(final JsonNode expression) throws IOException {
        return column(expression.get(1).asText()).number();
    }

    private Column column(final String name) throws IOException {
        final Column column = columns.get(name);
        if (column == null) {
            throw new IOException("attribute " + name + " is not in the schema");
        }
        return column;
    }

    /** Ascending. */
    private long[] codes(final JsonNode values) {
        final long[] codes = new long[values.size()];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = code(values.get(i));
        }
        Arrays.sort(codes);
        return codes;
    }

    private long code(final JsonNode value) {
        if (value.isTextual()) {
            return texts.computeIfAbsent(value.asText(), text -> (long) texts.size());
        }
        return value.isBoolean() ? (value.asBoolean() ? 1 : 0) : value.asLong();
    }
}
