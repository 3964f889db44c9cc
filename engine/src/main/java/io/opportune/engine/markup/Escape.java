package io.opportune.engine.markup;

import java.nio.charset.StandardCharsets;

/** Makes texts of the catalogue fit for where they stand in markup. Runs when templates are built, not per bid. */
enum Escape {
    /** As it is. */
    NONE,
    /** Text or a quoted attribute of HTML or XML. */
    XML,
    /** Within a CDATA section of XML. */
    CDATA,
    /** Within a JSON string. */
    JSON;

    private static final String HEX = "0123456789ABCDEF";

    String of(final String text) {
        return switch (this) {
            case NONE -> text;
            case XML -> xml(text);
            case CDATA -> legal(text).replace("]]>", "]]]]><![CDATA[>");
            case JSON -> json(text);
        };
    }

    /** Replaces what XML 1.0, section 2.2, does not allow at all. */
    private static String legal(final String text) {
        final StringBuilder legal = new StringBuilder(text.length());
        text.codePoints().forEach(c -> legal.appendCodePoint(c == '\t' || c == '\n' || c == '\r'
            || c >= 0x20 && c < 0xD800 || c >= 0xE000 && c <= 0xFFFD || c >= 0x10000 ? c : 0xFFFD));
        return legal.toString();
    }

    private static String xml(final String text) {
        return legal(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;")
            .replace("'", "&#39;");
    }

    /** RFC 8259, section 7, as the writer of responses does it for what comes from requests. */
    private static String json(final String text) {
        final StringBuilder json = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                case '\b' -> json.append("\\b");
                case '\f' -> json.append("\\f");
                default -> {
                    if (c < 0x20 || c == 0x7F) {
                        json.append("\\u00").append(HEX.charAt(c >>> 4)).append(HEX.charAt(c & 0xF));
                    } else {
                        json.appendCodePoint(c >= 0xD800 && c < 0xE000 ? 0xFFFD : c);
                    }
                }
            }
        });
        return json.toString();
    }

    /** Percent-encodes a text as the value of a query (RFC 3986, section 2.1). */
    static String percent(final String text) {
        final StringBuilder encoded = new StringBuilder();
        for (final byte b : text.getBytes(StandardCharsets.UTF_8)) {
            final char c = (char) (b & 0xFF);
            if (c < 0x80 && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0)) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HEX.charAt(c >>> 4)).append(HEX.charAt(c & 0xF));
            }
        }
        return encoded.toString();
    }
}
