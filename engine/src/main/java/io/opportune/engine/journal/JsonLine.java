package io.opportune.engine.journal;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.agrona.DirectBuffer;

/**
 * Builds one line of JSON, fields in the order they are given. Hashes, keys and ids of 128 bits are hexadecimal text,
 * because common JSON tools lose the low bits of large numbers. Owned by one thread, reused.
 */
final class JsonLine {
    private static final DateTimeFormatter TIME =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final long NS_PER_S = 1_000_000_000L;
    private static final String HEX = "0123456789abcdef";
    private static final int FIRST_PRINTABLE = 0x20;

    /** A damaged group may claim 65,535 entries of no bytes; a sound record has some kilobytes. */
    private static final int MAX_LENGTH = 4 << 20;

    private final StringBuilder text = new StringBuilder(1024);

    JsonLine clear() {
        text.setLength(0);
        return this;
    }

    /** Where the text ends now, for {@link #backTo}. */
    int mark() {
        return text.length();
    }

    /** Takes back what was written since a mark. */
    JsonLine backTo(final int mark) {
        text.setLength(mark);
        return this;
    }

    JsonLine beginObject() {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalStateException("longer than any sound record");
        }
        separate();
        text.append('{');
        return this;
    }

    JsonLine beginObject(final String name) {
        return name(name).beginObject();
    }

    JsonLine endObject() {
        text.append('}');
        return this;
    }

    JsonLine beginArray(final String name) {
        name(name);
        text.append('[');
        return this;
    }

    JsonLine endArray() {
        text.append(']');
        return this;
    }

    JsonLine number(final String name, final long value) {
        name(name);
        text.append(value);
        return this;
    }

    JsonLine unsigned(final String name, final long value) {
        name(name);
        text.append(Long.toUnsignedString(value));
        return this;
    }

    /** Leaves the field out when it has the null value. */
    JsonLine optional(final String name, final long value, final long nullValue) {
        return value == nullValue ? this : number(name, value);
    }

    JsonLine decimal(final String name, final double value) {
        name(name);
        if (Double.isFinite(value)) {
            text.append(value);
        } else {
            text.append('"').append(value).append('"');
        }
        return this;
    }

    JsonLine flag(final String name, final boolean value) {
        name(name);
        text.append(value);
        return this;
    }

    JsonLine string(final String name, final String value) {
        name(name);
        quote(value);
        return this;
    }

    /** The constant's name; the number of one that this version does not know; nothing for null. */
    JsonLine constant(final String name, final Enum<?> value, final int raw) {
        return switch (value.name()) {
            case "NULL_VAL" -> this;
            case "SBE_UNKNOWN" -> string(name, "unknown(" + raw + ")");
            default -> string(name, value.name());
        };
    }

    /** RFC 3339 with nanoseconds; nothing for the null value. */
    JsonLine time(final String name, final long epochNs) {
        if (epochNs == Long.MIN_VALUE) {
            return this;
        }
        final Instant instant = Instant.ofEpochSecond(
            Math.floorDiv(epochNs, NS_PER_S), Math.floorMod(epochNs, NS_PER_S));
        return string(name, TIME.format(instant));
    }

    JsonLine hex64(final String name, final long value) {
        name(name);
        text.append('"');
        hex(value);
        text.append('"');
        return this;
    }

    JsonLine hex128(final String name, final long high, final long low) {
        name(name);
        text.append('"');
        hex(high);
        hex(low);
        text.append('"');
        return this;
    }

    /** Leaves an id of all zeros out. */
    JsonLine optionalHex128(final String name, final long high, final long low) {
        return (high | low) == 0 ? this : hex128(name, high, low);
    }

    JsonLine hexBytes(final String name, final DirectBuffer buffer, final int offset, final int length) {
        name(name);
        text.append('"');
        for (int i = offset; i < offset + length; i++) {
            final int b = buffer.getByte(i);
            text.append(HEX.charAt(b >> 4 & 0xF)).append(HEX.charAt(b & 0xF));
        }
        text.append('"');
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private JsonLine name(final String name) {
        separate();
        quote(name);
        text.append(':');
        return this;
    }

    private void separate() {
        final int length = text.length();
        if (length > 0) {
            final char last = text.charAt(length - 1);
            if (last != '{' && last != '[' && last != ':') {
                text.append(',');
            }
        }
    }

    private void hex(final long value) {
        for (int shift = Long.SIZE - 4; shift >= 0; shift -= 4) {
            text.append(HEX.charAt((int) (value >>> shift) & 0xF));
        }
    }

    private void quote(final String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            final char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < FIRST_PRINTABLE) {
                text.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xF));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
