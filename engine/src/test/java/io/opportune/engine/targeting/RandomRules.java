package io.opportune.engine.targeting;

import io.opportune.protocol.codec.AttributeType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/** Random rules over every operator, and random situations in which anything may be missing; the same for a seed. */
public final class RandomRules {
    private static final String[] SEGMENTS = {"vip", "new", "family", "student", "senior"};
    private static final String[] CATEGORIES = {"dairy", "wine", "bread", "fish", "fruit"};
    private static final String[] VALUES = {"gold", "silver", "rain", "sun"};

    private final Rules rules = new Rules();
    private final List<Attribute> scalars = new ArrayList<>();
    private final List<Attribute> lists = new ArrayList<>();
    private final List<Attribute> maps = new ArrayList<>();
    /** Points where things happen, and some that are hard: both sides of the antimeridian, near and at the poles. */
    private static final double[][] PLACES = {{40.1, -74.2}, {40.4, -74.6}, {-17.5, 179.9}, {0, -180}, {89.95, 30},
        {90, 0}, {-90, 0}, {0, 0}};

    private final Random random;
    private boolean speaksOfPositions = true;

    public RandomRules(final long seed) {
        random = new Random(seed);
        final Map<String, Attribute> sorted = new TreeMap<>();
        rules.schema().attributes().forEach(attribute -> sorted.put(attribute.name(), attribute));
        for (final Attribute attribute : sorted.values()) {
            switch (attribute.shape()) {
                case SCALAR -> scalars.add(attribute);
                case LIST -> lists.add(attribute);
                default -> maps.add(attribute);
            }
        }
    }

    /** From now on no rule speaks of positions, for which CEL has no functions. */
    RandomRules withoutPositions() {
        speaksOfPositions = false;
        return this;
    }

    /** A compiled rule of at most so many levels. */
    public Rule rule(final int depth) {
        return rules.rule(condition(depth));
    }

    /** A situation in which each attribute is missing in so many of ten cases. */
    public Situation situation(final int missingOfTen) {
        return situation(missingOfTen, new HashMap<>());
    }

    AttributeSchema schema() {
        return rules.schema();
    }

    /** A rule that a test writes out. */
    public Rule compiled(final String text) {
        return rules.rule(text);
    }

    int nextInt(final int bound) {
        return random.nextInt(bound);
    }

    private <T> T any(final List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private String any(final String... values) {
        return values[random.nextInt(values.length)];
    }

    String condition(final int depth) {
        if (depth == 0 || random.nextInt(4) == 0) {
            return leaf();
        }
        return switch (random.nextInt(5)) {
            case 0, 1 -> "(" + condition(depth - 1) + " && " + condition(depth - 1) + ")";
            case 2, 3 -> "(" + condition(depth - 1) + " || " + condition(depth - 1) + ")";
            default -> "!(" + condition(depth - 1) + ")";
        };
    }

    private String leaf() {
        return switch (random.nextInt(speaksOfPositions ? 8 : 7)) {
            case 0, 1, 2 -> {
                final Attribute attribute = any(scalars);
                yield about(attribute.name(), attribute.type(), attribute.vocabulary());
            }
            case 3 -> {
                final Attribute list = any(lists);
                yield random.nextBoolean() ? literal(list.type(), list.vocabulary()) + " in " + list.name()
                    : list.name() + any(".exists(x, ", ".all(x, ")
                        + about("x", list.type(), list.vocabulary()) + any("", " || customer.member") + ")";
            }
            case 4 -> {
                final Attribute map = any(maps);
                yield random.nextBoolean() ? quoted(CATEGORIES) + " in " + map.name()
                    : about(map.name() + "[" + quoted(CATEGORIES) + "]", map.type(), map.vocabulary());
            }
            case 5 -> any("customer.age " + relation() + " request.queue",
                "request.temperature " + relation() + " customer.score",
                "customer.last_channel == moment.channel",
                "basket.categories.exists(c, customer.purchases_30d[c] >= 2)",
                "basket.categories.all(c, c in customer.spend_30d)");
            case 7 -> random.nextBoolean() ? distance() : polygon();
            default -> "has(" + any(scalars).name() + ")";
        };
    }

    private String distance() {
        final double[] place = PLACES[random.nextInt(PLACES.length)];
        return "position.distance_km(" + place[0] + ", " + place[1] + ")" + any(" < ", " <= ", " > ", " >= ")
            + any("0", "0.5", "5", "30", "700", "9000", "30000");
    }

    /** A quadrangle around a place, or, when that is not possible, a triangle at a pole. */
    private String polygon() {
        final double[] place = PLACES[random.nextInt(PLACES.length)];
        final double size = new double[] {0.01, 0.3, 5, 60}[random.nextInt(4)];
        final double[] sides = random.doubles(4, size / 10, size).toArray();
        final double pole = Math.copySign(90, place[0]);
        return Math.abs(place[0]) + size >= 90
            ? String.format(Locale.ROOT, "position.within([%.0f, 0, %.5f, -80.5, %.5f, 80.25])",
                pole, pole * (1 - sides[0] / 100), pole * (1 - sides[1] / 100))
            : String.format(Locale.ROOT, "position.within([%.7f, %.7f, %.7f, %.7f, %.7f, %.7f, %.7f, %.7f])",
                place[0] - sides[0], place[1], place[0], wrapped(place[1] + sides[1]),
                place[0] + sides[2], place[1], place[0], wrapped(place[1] - sides[3]));
    }

    private static double wrapped(final double longitude) {
        return longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude;
    }

    private String about(final String subject, final AttributeType type, final Vocabulary vocabulary) {
        return switch (type) {
            case BOOLEAN -> any(subject, subject + " == " + random.nextBoolean());
            case TEXT -> any(subject + any(" == ", " != ") + literal(type, vocabulary),
                subject + " in [" + literal(type, vocabulary) + ", " + literal(type, vocabulary) + "]");
            case TIME_EPOCH_NS -> subject + relation() + literal(type, vocabulary);
            default -> any(subject + relation() + literal(type, vocabulary),
                literal(type, vocabulary) + relation() + subject,
                subject + " in [" + literal(type, vocabulary) + ", " + literal(type, vocabulary) + "]");
        };
    }

    private String relation() {
        return any(" == ", " != ", " < ", " <= ", " > ", " >= ");
    }

    private String literal(final AttributeType type, final Vocabulary vocabulary) {
        return switch (type) {
            case BOOLEAN -> any("true", "false");
            case TEXT -> quoted(texts(vocabulary));
            case INTEGER -> Integer.toString(random.nextInt(8) - 2);
            case DECIMAL_MICROS -> any("0.0", "0.1", "2.5", "-1.25", "3.0", "1e0");
            default -> "timestamp(\"2017-01-0" + (1 + random.nextInt(5)) + "T00:00:00Z\")";
        };
    }

    private String quoted(final String... values) {
        return '"' + any(values) + '"';
    }

    private static String[] texts(final Vocabulary vocabulary) {
        return switch (vocabulary) {
            case SEGMENT -> SEGMENTS;
            case CATEGORY -> CATEGORIES;
            case VALUE -> VALUES;
            case STORE -> new String[] {"309", "310"};
            case PLACEMENT -> new String[] {"checkout", "screen"};
            default -> vocabulary.texts().stream().limit(4).toArray(String[]::new);
        };
    }

    /** A random situation, and the same as CEL sees it; each attribute is missing in so many of ten cases. */
    Situation situation(final int missingOfTen, final Map<String, Object> values) {
        final Situation situation = new Situation(rules.schema());
        for (final Attribute attribute : scalars) {
            if (random.nextInt(10) >= missingOfTen) {
                put(values, attribute, value(attribute.type(), attribute.vocabulary(),
                    code -> situation.set(attribute.slot(), code)));
            }
        }
        for (final Attribute attribute : lists) {
            if (random.nextInt(10) >= missingOfTen) {
                situation.begin(attribute.slot());
                final List<Object> elements = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    elements.add(value(attribute.type(), attribute.vocabulary(),
                        code -> situation.addToList(attribute.slot(), code)));
                }
                put(values, attribute, elements);
            }
        }
        for (final Attribute attribute : maps) {
            if (random.nextInt(10) >= missingOfTen) {
                situation.begin(attribute.slot());
                final Map<String, Object> entries = new HashMap<>();
                for (final String key : CATEGORIES) {
                    // With nothing missing every key is there: CEL would fail on a missing one.
                    if (missingOfTen == 0 || random.nextBoolean()) {
                        final long keyId = rules.id(attribute.keys().kind(), key);
                        entries.put(key, value(attribute.type(), attribute.vocabulary(),
                            code -> situation.putInMap(attribute.slot(), keyId, code)));
                    }
                }
                put(values, attribute, entries);
            }
        }
        if (random.nextInt(10) >= missingOfTen) {
            final double[] place = PLACES[random.nextInt(PLACES.length)];
            final double size = new double[] {0, 0.003, 0.1, 3, 40}[random.nextInt(5)];
            situation.setPosition(
                (int) (1e7 * Math.clamp(place[0] + size * (random.nextDouble() - 0.5), -90, 90)),
                (int) (1e7 * wrapped(place[1] + size * (random.nextDouble() - 0.5))));
        }
        return situation;
    }

    @SuppressWarnings("unchecked")
    private static void put(final Map<String, Object> values, final Attribute attribute, final Object value) {
        ((Map<String, Object>) values.computeIfAbsent(attribute.variable(), name -> new HashMap<String, Object>()))
            .put(attribute.field(), value);
    }

    private Object value(
        final AttributeType type, final Vocabulary vocabulary, final LongConsumer code) {
        switch (type) {
            case BOOLEAN:
                final boolean flag = random.nextBoolean();
                code.accept(flag ? 1 : 0);
                return flag;
            case TEXT:
                final String text = any(texts(vocabulary));
                code.accept(vocabulary.kind() == null ? vocabulary.code(text) : rules.id(vocabulary.kind(), text));
                return text;
            case INTEGER:
                final long whole = random.nextInt(8) - 2;
                code.accept(whole);
                return whole;
            case DECIMAL_MICROS:
                final long micros = new long[] {0, 100_000, 2_500_000, -1_250_000, 3_000_000, 999_999}
                    [random.nextInt(6)];
                code.accept(micros);
                return micros / 1e6;
            default:
                final long seconds = 1_483_228_800L + 43_200L * random.nextInt(10);
                code.accept(seconds * 1_000_000_000L);
                return Instant.ofEpochSecond(seconds);
        }
    }
}
