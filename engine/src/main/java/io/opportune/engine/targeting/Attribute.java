package io.opportune.engine.targeting;

import io.opportune.protocol.codec.AttributeType;

/**
 * One attribute that rules may speak of.
 *
 * @param name        as written in rules, e.g. {@code customer.visits_30d}.
 * @param slot        where it stands in a {@link Situation}.
 * @param shape       one value, a list, or a map.
 * @param type        of the value, or of the values of a list or map.
 * @param vocabulary  of text values, otherwise {@link Vocabulary#NONE}.
 * @param keys        of a map, otherwise {@link Vocabulary#NONE}.
 * @param attributeId registry id of a declared attribute, 0 for the fixed ones.
 */
public record Attribute(
    String name,
    int slot,
    Shape shape,
    AttributeType type,
    Vocabulary vocabulary,
    Vocabulary keys,
    int attributeId) {

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
