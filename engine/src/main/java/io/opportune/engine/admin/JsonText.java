package io.opportune.engine.admin;

import java.util.Locale;

/**
 * Builds one JSON text by hand (RFC 8259), for status pages and {@code --json} output: a few calls, no object mapping,
 * no library. The caller nests correctly; {@link #toString()} refuses an unfinished text. For one thread.
 */
public final class JsonText {
    private final StringBuilder text = new StringBuilder(512);
    private int depth;
    private boolean needsComma;

    /** Begins an object, as a value or as the whole text. */
    public JsonText beginObject() {
        return open('{');
    }

    /** Ends the object that was begun last. */
    public JsonText endObject() {
        return close('}');
    }

    /** Begins an array, as a value or as the whole text. */
    public JsonText beginArray() {
        return open('[');
    }

    /** Ends the array that was begun last. */
    public JsonText endArray() {
        return close(']');
    }

    /**
     * Writes the name of the next value.
     *
     * @param name any text.
     * @return this.
     */
    public JsonText name(final String name) {
        separate();
        quote(name);
        text.append(": ");
        needsComma = false;
        return this;
    }

    /**
     * Writes a text.
     *
     * @param value null is written as null.
     * @return this.
     */
    public JsonText value(final String value) {
        separate();
        if (value == null) {
            text.append("null");
        } else {
            quote(value);
        }
        return this;
    }

    /**
     * Writes a whole number.
     *
     * @param value as it is; beyond 2^53 some readers round it.
     * @return this.
     */
    public JsonText value(final long value) {
        separate();
        text.append(value);
        return this;
    }

    /**
     * Writes a number.
     *
     * @param value not a number and infinities, which JSON lacks, are written as null.
     * @return this.
     */
    public JsonText value(final double value) {
        separate();
        if (Double.isFinite(value)) {
            text.append(value);
        } else {
            text.append("null");
        }
        return this;
    }

    /**
     * Writes a truth value.
     *
     * @param value which.
     * @return this.
     */
    public JsonText value(final boolean value) {
        separate();
        text.append(value);
        return this;
    }

    /**
     * Name and text together.
     *
     * @param name  any text.
     * @param value null is written as null.
     * @return this.
     */
    public JsonText member(final String name, final String value) {
        return name(name).value(value);
    }

    /**
     * Name and whole number together.
     *
     * @param name  any text.
     * @param value as it is.
     * @return this.
     */
    public JsonText member(final String name, final long value) {
        return name(name).value(value);
    }

    /**
     * Name and share together.
     *
     * @param name  any text.
     * @param share 0..1; written with 6 decimals.
     * @return this.
     */
    public JsonText share(final String name, final double share) {
        name(name);
        separate();
        text.append(String.format(Locale.ROOT, "%.6f", share));
        return this;
    }

    /**
     * Name and truth value together.
     *
     * @param name  any text.
     * @param value which.
     * @return this.
     */
    public JsonText member(final String name, final boolean value) {
        return name(name).value(value);
    }

    /**
     * The finished text.
     *
     * @return one value without a new line at its end.
     * @throws IllegalStateException when an object or array is still open.
     */
    @Override
    public String toString() {
        if (depth != 0) {
            throw new IllegalStateException(depth + " objects or arrays are still open: " + text);
        }
        return text.toString();
    }

    private JsonText open(final char bracket) {
        separate();
        text.append(bracket);
        depth++;
        needsComma = false;
        return this;
    }

    private JsonText close(final char bracket) {
        text.append(bracket);
        depth--;
        needsComma = true;
        return this;
    }

    private void separate() {
        if (needsComma) {
            text.append(", ");
        }
        needsComma = true;
    }

    private void quote(final String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            final char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < ' ' || Character.isSurrogate(c) && !isPaired(value, i)) {
                        text.append(String.format("\\u%04x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }

    private static boolean isPaired(final String value, final int i) {
        return Character.isHighSurrogate(value.charAt(i))
            ? i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1))
            : i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
    }
}
