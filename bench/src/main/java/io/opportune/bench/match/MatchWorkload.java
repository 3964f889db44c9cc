package io.opportune.bench.match;

import com.fasterxml.jackson.databind.JsonNode;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.targeting.Attribute;
import io.opportune.engine.targeting.AttributeSchema;
import io.opportune.engine.targeting.Rule;
import io.opportune.engine.targeting.RuleCompiler;
import io.opportune.engine.targeting.Situation;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One workload in the engine's terms. Expressions become CEL text and pass through the catalogue's compiler; events
 * become situations. The workload's three lists take the
 * places of the three lists that the engine knows. Read once by one thread.
 */
final class MatchWorkload {
    /** Which of the engine's lists stands for a list of the workload. */
    private static final Map<String, String> LISTS = Map.of(
        "segments", "customer.segments", "categories", "basket.categories", "brands", "basket.items");

    private final NameRegistry registry = new NameRegistry((kind, id, name) -> { }, kind -> Integer.MAX_VALUE);
    private final Map<String, String> types = new HashMap<>();
    private final AttributeSchema schema;
    private final RuleCompiler compiler;
    private final RuleTrees trees;
    private final List<Rule> rules = new ArrayList<>();
    private final List<Situation> situations = new ArrayList<>();

    /**
     * Reads a folder.
     *
     * @param files   of the folder.
     * @param asTrees whether rules are made from checked trees instead of CEL text.
     * @throws IOException when a file is missing, cannot be read or says what is not understood.
     */
    MatchWorkload(final WorkloadFiles files, final boolean asTrees) throws IOException {
        final List<AttributeSchema.Declared> declared = new ArrayList<>();
        files.readSchema(attribute -> {
            final String name = attribute.get("name").asText();
            types.put(name, attribute.get("type").asText());
            if (!LISTS.containsKey(name)) {
                declared.add(new AttributeSchema.Declared(
                    declared.size() + 1, "request." + name, typeOf(types.get(name))));
            }
        });
        schema = new AttributeSchema(declared);
        compiler = new RuleCompiler(schema);
        trees = new RuleTrees(new WorkloadNames());
        files.readExpressions(asTrees
            ? line -> rules.add(Rule.of(trees.tree(line.get("e")))) : this::addRule);
        files.readEvents(this::addSituation);
    }

    /**
     * The rules in the order of the file.
     *
     * @return compiled.
     */
    public List<Rule> rules() {
        return rules;
    }

    /**
     * The events in the order of the file.
     *
     * @return filled.
     */
    public List<Situation> situations() {
        return situations;
    }

    private static AttributeType typeOf(final String type) throws IOException {
        return switch (type) {
            case "string" -> AttributeType.TEXT;
            case "int" -> AttributeType.INTEGER;
            case "bool" -> AttributeType.BOOLEAN;
            default -> throw new IOException("type " + type + ": allowed are string, int, bool, and intlist for "
                + LISTS.keySet());
        };
    }

    private void addRule(final JsonNode line) throws IOException {
        final StringBuilder text = new StringBuilder();
        append(line.get("e"), text);
        try {
            rules.add(compiler.compile(text.toString(), registry));
        } catch (final RuleCompiler.RuleException e) {
            throw new IOException(text + ": " + e.getMessage(), e);
        }
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
            case "eq" -> text.append(nameOf(expression)).append(" == ").append(expression.get(2).asText());
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
        final String name = expression.get(1).asText();
        return LISTS.getOrDefault(name, "request." + name);
    }

    private void appendSet(final JsonNode expression, final StringBuilder text) {
        final boolean quoted = isText(nameOf(expression));
        String between = "[";
        for (final JsonNode value : expression.get(2)) {
            text.append(between).append(quoted ? "\"" : "").append(value.asText()).append(quoted ? "\"" : "");
            between = ", ";
        }
        text.append(']');
    }

    private boolean isText(final String name) {
        return schema.attribute(name).type() == AttributeType.TEXT;
    }

    private void addSituation(final JsonNode line) {
        final Situation situation = new Situation(schema, 64);
        line.get("a").properties().forEach(entry -> {
            final Attribute attribute = schema.attribute(
                LISTS.getOrDefault(entry.getKey(), "request." + entry.getKey()));
            if (LISTS.containsKey(entry.getKey())) {
                situation.begin(attribute.slot());
                entry.getValue().forEach(value -> situation.addToList(attribute.slot(), codeOf(attribute, value)));
            } else {
                situation.set(attribute.slot(), codeOf(attribute, entry.getValue()));
            }
        });
        situations.add(situation);
    }

    /** Names as rules use them: a text that a rule names is known from then on. */
    private final class WorkloadNames implements RuleTrees.Names {
        @Override
        public Attribute attribute(final String name) {
            return schema.attribute(LISTS.getOrDefault(name, "request." + name));
        }

        @Override
        public long code(final Attribute attribute, final JsonNode value) {
            return attribute.type() == AttributeType.TEXT
                ? registry.findOrAdd(attribute.vocabulary().kind(), value.asText()) : codeOf(attribute, value);
        }
    }

    /** What the engine would put into the situation; a text that no rule and no profile has named is -1. */
    private long codeOf(final Attribute attribute, final JsonNode value) {
        return switch (attribute.type()) {
            case BOOLEAN -> value.asBoolean() ? 1 : 0;
            case TEXT -> {
                final NameKind kind = attribute.vocabulary().kind();
                final int id = registry.find(kind, value.asText());
                yield id == 0 ? -1 : id;
            }
            default -> value.asLong();
        };
    }
}
