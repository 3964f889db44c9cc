package io.opportune.engine.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.opportune.engine.targeting.NearestNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Checks the shape of files against the published JSON Schema and puts its findings into our words and places. */
final class StructureCheck {
    /** Where the published schema stands on the class path. */
    static final String RESOURCE = "/schema/catalogue.schema.json";

    private final JsonNode schemaTree;
    private final JsonSchema schema;

    StructureCheck() {
        this(RESOURCE);
    }

    /** Checks files of another kind, against the schema at a place on the class path. */
    StructureCheck(final String resource) {
        try (InputStream stream = StructureCheck.class.getResourceAsStream(resource)) {
            schemaTree = new ObjectMapper().readTree(stream);
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        }
        schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schemaTree,
            SchemaValidatorsConfig.builder().pathType(PathType.JSON_POINTER).build());
    }

    /** Reports everything that does not have the shape of the schema. */
    void check(final YamlValue root, final Problems problems) {
        for (final ValidationMessage message : schema.validate(toJson(root))) {
            report(root, message, problems);
        }
    }

    private void report(final YamlValue root, final ValidationMessage message, final Problems problems) {
        YamlValue at = root;
        final JsonNodePath path = message.getInstanceLocation();
        for (int i = 0; i < path.getNameCount(); i++) {
            final YamlValue child = at.child(path.getElement(i));
            if (child == null) {
                break;
            }
            at = child;
        }
        final JsonNode rule = message.getSchemaNode();
        switch (message.getType()) {
            case "required" -> problems.add(at, "\"" + message.getProperty() + "\" is missing", "");
            case "additionalProperties" -> {
                final YamlValue unknown = at.child(String.valueOf(message.getProperty()));
                problems.add(unknown == null ? at : unknown,
                    "\"" + message.getProperty() + "\" is not known here",
                    "known: " + NearestNames.describe(message.getProperty(), siblings(message)));
            }
            case "enum" -> problems.add(at, at.words() + " is not known here",
                "known: " + NearestNames.describe(at.text(), texts(rule)));
            case "type" -> problems.add(at, at.words(), "allowed: " + typeWords(rule, at));
            case "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "minLength", "maxLength", "minItems",
                "maxItems", "pattern", "minProperties" -> problems.add(at, at.words(),
                    "allowed: " + limitWords(message.getType(), rule));
            default -> problems.add(at, at.words(), message.getMessage());
        }
    }

    /** The keys that are known where an unknown one stands. */
    private List<String> siblings(final ValidationMessage message) {
        final String fragment = String.valueOf(message.getSchemaLocation().getFragment());
        final int last = fragment.lastIndexOf('/');
        final JsonNode properties = last < 0 ? null
            : schemaTree.at(fragment.substring(0, last) + "/properties");
        final List<String> keys = new ArrayList<>();
        if (properties != null) {
            properties.fieldNames().forEachRemaining(keys::add);
        }
        return keys;
    }

    private static List<String> texts(final JsonNode values) {
        final List<String> texts = new ArrayList<>();
        values.forEach(value -> texts.add(value.asText()));
        return texts;
    }

    private static String typeWords(final JsonNode rule, final YamlValue at) {
        final List<String> types = rule.isArray() ? texts(rule) : List.of(rule.asText());
        final List<String> words = new ArrayList<>();
        for (final String type : types) {
            words.add(switch (type) {
                case "string" -> "text";
                case "integer" -> "a whole number";
                case "number" -> "a number";
                case "boolean" -> "true, false";
                case "array" -> "a list";
                case "object" -> "a map";
                default -> type;
            });
        }
        final boolean needsQuotes = types.contains("string") && (at.kind() == YamlValue.Kind.INTEGER
            || at.kind() == YamlValue.Kind.NUMBER || at.kind() == YamlValue.Kind.BOOLEAN);
        return String.join(" or ", words) + (needsQuotes ? " (put it in quotes)" : "");
    }

    private static String limitWords(final String keyword, final JsonNode rule) {
        final String limit = rule.asText();
        return switch (keyword) {
            case "minimum" -> limit + " or more";
            case "exclusiveMinimum" -> "more than " + limit;
            case "maximum" -> limit + " or less";
            case "exclusiveMaximum" -> "less than " + limit;
            case "minLength" -> limit + " or more characters";
            case "maxLength" -> limit + " characters at most";
            case "minItems" -> limit + " or more values";
            case "maxItems" -> limit + " values at most";
            case "pattern" -> "text that matches " + limit;
            default -> keyword + " " + limit;
        };
    }

    /** The same value for the validator, which knows no places. */
    static JsonNode toJson(final YamlValue value) {
        return switch (value.kind()) {
            case MAP -> {
                final ObjectNode map = JsonNodeFactory.instance.objectNode();
                value.entries().forEach((key, entry) -> map.set(key, toJson(entry)));
                yield map;
            }
            case LIST -> {
                final ArrayNode list = JsonNodeFactory.instance.arrayNode(value.elements().size());
                value.elements().forEach(element -> list.add(toJson(element)));
                yield list;
            }
            case TEXT -> TextNode.valueOf(value.text());
            case INTEGER -> BigIntegerNode.valueOf(new BigInteger(value.text()));
            case NUMBER -> DecimalNode.valueOf(new BigDecimal(value.text()));
            case BOOLEAN -> BooleanNode.valueOf(Boolean.parseBoolean(value.text()));
            case NULL -> NullNode.getInstance();
        };
    }
}
