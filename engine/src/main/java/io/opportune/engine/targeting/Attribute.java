package io.opportune.engine.targeting;

import io.opportune.engine.registry.NameRegistry;
import io.opportune.protocol.codec.AttributeType;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * One attribute that rules may speak of.
 *
 * @param name        as written in rules, e.g. {@code customer.visits_30d}.
 * @param slot        where it stands in a {@link Situation}.
 * @param shape       one value, a list, or a map.
 * @param type        of the value, or of the values of a list or map.
 * @param vocabulary  of text values, otherwise {@link Vocabulary#NONE}.
 * @param keys        of a map, otherwise {@link Vocabulary#NONE}.
 * @param domain      which values can occur, of a list or map its elements or values, and whether it is ever missing.
 * @param attributeId registry id of a declared attribute, 0 for the fixed ones.
 */
public record Attribute(
    String name,
    int slot,
    Shape shape,
    AttributeType type,
    Vocabulary vocabulary,
    Vocabulary keys,
    Domain domain,
    int attributeId) {

    private static final int MICRO_DIGITS = 6;
    private static final long NS_PER_S = 1_000_000_000L;
    /** What admission puts in the place of a text that has no id. */
    private static final long UNKNOWN_NAME = -1;

    /** How many values an attribute has. */
    public enum Shape {
        /** At most one value. */
        SCALAR,
        /** Any number of values, in order. */
        LIST,
        /** Values by key. */
        MAP
    }

    /**
     * The variable that the attribute is a field of.
     *
     * @return the part before the dot, e.g. {@code customer}.
     */
    public String variable() {
        return name.substring(0, name.indexOf('.'));
    }

    /**
     * The attribute's name within its variable.
     *
     * @return the part after the dot, e.g. {@code visits_30d}.
     */
    public String field() {
        return name.substring(name.indexOf('.') + 1);
    }

    /**
     * A value as people write it.
     *
     * @param value    of the attribute, or an element of its list or a value of its map.
     * @param registry for names; may be null.
     * @return {@code 5}, {@code 1.25}, {@code "till"}, {@code true}, {@code 2017-01-01T00:00:00Z} ...
     */
    public String text(final long value, final NameRegistry registry) {
        return text(type, vocabulary, value, registry);
    }

    /**
     * A key of a map as people write it.
     *
     * @param key      of the attribute's map.
     * @param registry for names; may be null.
     * @return a name in quotes.
     */
    public String keyText(final long key, final NameRegistry registry) {
        return text(AttributeType.TEXT, keys, key, registry);
    }

    private static String text(
        final AttributeType type, final Vocabulary vocabulary, final long value, final NameRegistry registry) {
        return switch (type) {
            case BOOLEAN -> Boolean.toString(value != 0);
            case DECIMAL_MICROS -> plain(BigDecimal.valueOf(value, MICRO_DIGITS));
            case TIME_EPOCH_NS -> Instant.ofEpochSecond(
                Math.floorDiv(value, NS_PER_S), Math.floorMod(value, NS_PER_S)).toString();
            case TEXT -> value == UNKNOWN_NAME ? "a text that no catalogue or profile holds"
                : Literals.quoted(vocabulary.text(value, registry));
            default -> Long.toString(value);
        };
    }

    private static String plain(final BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    /**
     * What values look like, in the words of the catalogue.
     *
     * @return {@code int}, {@code list of string}, {@code map of category to decimal} ...
     */
    public String typeWords() {
        final String value = switch (type) {
            case BOOLEAN -> "bool";
            case INTEGER -> "int";
            case DECIMAL_MICROS -> "decimal";
            case TEXT -> "string";
            case TIME_EPOCH_NS -> "time";
            default -> type.name();
        };
        return switch (shape) {
            case SCALAR -> value;
            case LIST -> "list of " + value;
            case MAP -> "map of string to " + value;
        };
    }
}
