package io.opportune.engine.targeting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.compiler.CelCompiler;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.opportune.protocol.codec.AttributeType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/**
 * Random rules on random situations: the program against the tree, and both against CEL's own interpreter where the
 * meanings coincide, that is where nothing is missing.
 */
class RulePropertyTest {
    private static final String[] SEGMENTS = {"vip", "new", "family", "student", "senior"};
    private static final String[] CATEGORIES = {"dairy", "wine", "bread", "fish", "fruit"};
    private static final String[] VALUES = {"gold", "silver", "rain", "sun"};

    private final Rules rules = new Rules();
    private final List<Attribute> scalars = new ArrayList<>();
    private final List<Attribute> lists = new ArrayList<>();
    private final List<Attribute> maps = new ArrayList<>();
    private final CelCompiler language = CelLanguage.compiler(rules.schema());
    private Random random;

    RulePropertyTest() {
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

    @Test
    void shouldAgreeWithTheInterpreterOfCelWhenNothingIsMissing() throws Exception {
        final long seed = Long.getLong("seed", 20170102L);
        random = new Random(seed);
        final CelRuntime runtime = CelRuntimeFactory.standardCelRuntimeBuilder()
            .setOptions(CelOptions.current().enableHeterogeneousNumericComparisons(true).build())
            .build();
        int matches = 0;
        final int ruleCount = 200;
        for (int i = 0; i < ruleCount; i++) {
            final String text = condition(3);
            final Rule rule = rules.rule(text);
            final CelAbstractSyntaxTree tree = language.compile(text).getAst();
            final CelRuntime.Program oracle = runtime.createProgram(tree);
            for (int j = 0; j < 50; j++) {
                final Map<String, Object> values = new HashMap<>();
                final Situation situation = situation(0, values);
                final String context = "seed " + seed + ", rule " + i + ": " + text + " on " + values;
                final Object expected;
                try {
                    expected = oracle.eval(values);
                } catch (final CelEvaluationException failure) {
                    throw new AssertionError(context, failure);
                }
                assertEquals(expected, rule.root().holds(situation), context);
                assertEquals(expected, rule.matches(situation), context);
                matches += rule.matches(situation) ? 1 : 0;
            }
        }
        assertTrue(matches > 5 * ruleCount && matches < 45 * ruleCount, matches + " matches: the test tells something");
    }

    @Test
    void shouldAgreeWithTheTreeWhateverIsMissing() {
        final long seed = Long.getLong("seed", 20170103L);
        random = new Random(seed);
        int matches = 0;
        for (int i = 0; i < 400; i++) {
            final String text = condition(4);
            final Rule rule = rules.rule(text);
            for (int j = 0; j < 250; j++) {
                final Situation situation = situation(random.nextInt(10), new HashMap<>());
                final boolean expected = rule.root().holds(situation);
                assertEquals(expected, rule.matches(situation), "seed " + seed + ", rule " + i + ": " + text);
                assertEquals(expected, rule.explain(situation) == null, "explain, seed " + seed + ": " + text);
                matches += expected ? 1 : 0;
            }
        }
        assertTrue(matches > 10_000 && matches < 90_000, matches + " matches: the test tells something");
    }

    private <T> T any(final List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private String any(final String... values) {
        return values[random.nextInt(values.length)];
    }

    private String condition(final int depth) {
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
        return switch (random.nextInt(7)) {
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
            default -> "has(" + any(scalars).name() + ")";
        };
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
    private Situation situation(final int missingOfTen, final Map<String, Object> values) {
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
