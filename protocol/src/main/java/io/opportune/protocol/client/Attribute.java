package io.opportune.protocol.client;

import io.opportune.protocol.MessageBounds;
import io.opportune.protocol.codec.AttributeType;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A typed attribute of a moment or a customer.
 *
 * @param attributeId registry id of kind ATTRIBUTE, 1 or more.
 * @param type        how the value is read.
 * @param value       0/1, integer, micros or epoch nanoseconds; for TEXT a registry id of kind ATTRIBUTE_VALUE, or 0
 *                    when {@code text} holds the value.
 * @param text        value of a TEXT attribute that is not known by id, at most 256 bytes of UTF-8; otherwise empty.
 */
public record Attribute(int attributeId, AttributeType type, long value, String text) {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException when a part is out of its range.
     */
    public Attribute {
        Objects.requireNonNull(type, "type");
        if (attributeId < 1) {
            throw new IllegalArgumentException("attributeId must be 1 or more: " + attributeId);
        }
        if (!text.isEmpty() && type != AttributeType.TEXT) {
            throw new IllegalArgumentException("only TEXT attributes have a text: " + type);
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > MessageBounds.MAX_NAME_BYTES) {
            throw new IllegalArgumentException("a text has at most " + MessageBounds.MAX_NAME_BYTES + " bytes");
        }
    }

    /**
     * A text that the server looks up.
     *
     * @param attributeId registry id of the attribute.
     * @param text        the value, not empty.
     * @return the attribute.
     */
    public static Attribute text(final int attributeId, final String text) {
        return new Attribute(attributeId, AttributeType.TEXT, 0, text);
    }

    /**
     * An integer.
     *
     * @param attributeId registry id of the attribute.
     * @param value       any integer.
     * @return the attribute.
     */
    public static Attribute integer(final int attributeId, final long value) {
        return new Attribute(attributeId, AttributeType.INTEGER, value, "");
    }

    /**
     * A truth value.
     *
     * @param attributeId registry id of the attribute.
     * @param value       the truth.
     * @return the attribute.
     */
    public static Attribute bool(final int attributeId, final boolean value) {
        return new Attribute(attributeId, AttributeType.BOOLEAN, value ? 1 : 0, "");
    }

    /**
     * A decimal number.
     *
     * @param attributeId registry id of the attribute.
     * @param micros      the number times 1,000,000.
     * @return the attribute.
     */
    public static Attribute decimalMicros(final int attributeId, final long micros) {
        return new Attribute(attributeId, AttributeType.DECIMAL_MICROS, micros, "");
    }
}
