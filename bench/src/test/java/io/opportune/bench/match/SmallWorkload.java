package io.opportune.bench.match;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A workload in the form of MB1: each of its operators, few values, and attributes that are missing from every third
 * event. Negated are required attributes only. Seeded.
 */
final class SmallWorkload {
    private enum Type { TEXT, INTEGER, BOOLEAN, ELEMENTS }

    private record Attribute(String name, Type type, int values, boolean required) {
    }

    private static final List<Attribute> ATTRIBUTES = List.of(
        new Attribute("country", Type.TEXT, 8, true), new Attribute("age", Type.INTEGER, 80, true),
        new Attribute("member", Type.BOOLEAN, 2, true), new Attribute("segments", Type.ELEMENTS, 60, true),
        new Attribute("city", Type.TEXT, 30, false), new Attribute("balance", Type.INTEGER, 500, false),
        new Attribute("mailed", Type.BOOLEAN, 2, false), new Attribute("brands", Type.ELEMENTS, 20, false));
    private static final int REQUIRED = 4;

    private final SplittableRandom random;

    SmallWorkload(final long seed) {
        random = new SplittableRandom(seed);
    }

    void write(final Path directory, final int offers, final int events) throws IOException {
        Files.write(directory.resolve("schema.jsonl"), ATTRIBUTES.stream().map(SmallWorkload::schema).toList());
        Files.write(directory.resolve("exprs-" + offers + ".jsonl"), IntStream.range(0, offers)
            .mapToObj(id -> "{\"id\":" + id + ",\"e\":" + expression() + "}").toList());
        Files.write(directory.resolve("events-" + events + ".jsonl"), IntStream.range(0, events)
            .mapToObj(id -> "{\"id\":" + id + ",\"a\":{" + event() + "}}").toList());
    }

    private static String schema(final Attribute attribute) {
        final String type = switch (attribute.type()) {
            case TEXT -> "string";
            case INTEGER -> "int";
            case BOOLEAN -> "bool";
            case ELEMENTS -> "intlist";
        };
        return "{\"name\":\"" + attribute.name() + "\",\"type\":\"" + type + "\"}";
    }

    private String expression() {
        final List<String> parts = new ArrayList<>();
        final int leaves = 1 + random.nextInt(3);
        for (int i = 0; i < leaves; i++) {
            parts.add(leaf(ATTRIBUTES.get(random.nextInt(ATTRIBUTES.size()))));
        }
        if (random.nextInt(3) == 0) {
            parts.add(set("noneof", ATTRIBUTES.get(3), 1 + random.nextInt(5)));
        }
        if (random.nextInt(3) == 0) {
            final String and = joined("and", List.of(leaf(any()), leaf(any())));
            parts.add(joined("or", List.of(leaf(any()), random.nextBoolean() ? leaf(any()) : and)));
        }
        if (random.nextInt(4) == 0) {
            final String one = leaf(required());
            parts.add("[\"not\"," + (random.nextBoolean() ? one : joined("and", List.of(one, leaf(required())))) + "]");
        }
        return joined("and", parts);
    }

    private Attribute any() {
        return ATTRIBUTES.get(random.nextInt(ATTRIBUTES.size()));
    }

    private Attribute required() {
        return ATTRIBUTES.get(random.nextInt(REQUIRED));
    }

    private static String joined(final String operator, final List<String> parts) {
        return "[\"" + operator + "\"," + String.join(",", parts) + "]";
    }

    private String leaf(final Attribute attribute) {
        return switch (attribute.type()) {
            case TEXT -> set("in", attribute, 1 + random.nextInt(attribute.values() / 2));
            case INTEGER -> random.nextInt(5) == 0 ? set("in", attribute, 20) : range(attribute);
            case BOOLEAN -> "[\"eq\",\"" + attribute.name() + "\"," + random.nextBoolean() + "]";
            case ELEMENTS -> set("anyof", attribute, 1 + random.nextInt(6));
        };
    }

    private String range(final Attribute attribute) {
        final int low = random.nextInt(attribute.values());
        return "[\"range\",\"" + attribute.name() + "\"," + low + ","
            + (low + random.nextInt(attribute.values() - low)) + "]";
    }

    private String set(final String operator, final Attribute attribute, final int draws) {
        return "[\"" + operator + "\",\"" + attribute.name() + "\"," + values(attribute, draws) + "]";
    }

    private String values(final Attribute attribute, final int draws) {
        return random.ints(draws, 0, attribute.values()).boxed().collect(Collectors.toCollection(TreeSet::new))
            .stream().map(value -> value(attribute, value)).collect(Collectors.joining(",", "[", "]"));
    }

    private static String value(final Attribute attribute, final int value) {
        return switch (attribute.type()) {
            case TEXT -> "\"" + attribute.name() + value + "\"";
            case BOOLEAN -> Boolean.toString(value == 1);
            default -> Integer.toString(value);
        };
    }

    private String event() {
        return ATTRIBUTES.stream().filter(attribute -> attribute.required() || random.nextInt(3) > 0)
            .map(attribute -> "\"" + attribute.name() + "\":" + (attribute.type() == Type.ELEMENTS
                ? values(attribute, 1 + random.nextInt(9)) : value(attribute, random.nextInt(attribute.values()))))
            .collect(Collectors.joining(","));
    }
}
