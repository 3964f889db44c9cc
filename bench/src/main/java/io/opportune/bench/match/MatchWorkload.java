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
import java.util.List;
import java.util.Map;

/**
 * The files {@code schema.jsonl}, {@code exprs-N.jsonl} and {@code events-M.jsonl} of one folder. Expressions become
 * CEL text and pass through the catalogue's compiler; events become situations. The workload's three lists take the
 * places of the three lists that the engine knows. Read once by one thread.
 */
final class MatchWorkload {
    /** Which of the engine's lists stands for a list of the workload. */
    private static final Map<String, String> LISTS = Map.of(
        "segments", "customer.segments", "categories", "basket.categories", "brands", "basket.items");

    private final NameRegistry registry = new NameRegistry((kind, id, name) -> { }, kind -> Integer.MAX_VALUE);
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
        for (final Map.Entry<String, String> attribute : files.types().entrySet()) {
            if (!LISTS.containsKey(attribute.getKey())) {
                declared.add(new AttributeSchema.Declared(
                    declared.size() + 1, nameOf(attribute.getKey()), typeOf(attribute.getValue())));
            }
        }
        schema = new AttributeSchema(declared);
        compiler = new RuleCompiler(schema);
        trees = new RuleTrees(new WorkloadNames());
        final RuleText text = new RuleText(MatchWorkload::nameOf, schema);
        files.readExpressions(asTrees ? expression -> rules.add(Rule.of(trees.tree(expression)))
            : expression -> addRule(text.of(expression)));
        files.readEvents(Integer.MAX_VALUE, this::addSituation);
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

    static AttributeType typeOf(final String type) throws IOException {
        return switch (type) {
            case "string" -> AttributeType.TEXT;
            case "int" -> AttributeType.INTEGER;
            case "bool" -> AttributeType.BOOLEAN;
            default -> throw new IOException("type " + type + ": allowed are string, int, bool, and intlist for "
                + LISTS.keySet());
        };
    }

    private void addRule(final String text) throws IOException {
        try {
            rules.add(compiler.compile(text, registry));
        } catch (final RuleCompiler.RuleException e) {
            throw new IOException(text + ": " + e.getMessage(), e);
        }
    }

    private static String nameOf(final String name) {
        return LISTS.getOrDefault(name, "request." + name);
    }

    private void addSituation(final JsonNode event) {
        final Situation situation = new Situation(schema, 64);
        event.properties().forEach(entry -> {
            final Attribute attribute = schema.attribute(nameOf(entry.getKey()));
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
            return schema.attribute(nameOf(name));
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
