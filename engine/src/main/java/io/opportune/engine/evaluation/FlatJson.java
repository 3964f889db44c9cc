package io.opportune.engine.evaluation;

import java.io.Serial;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads one JSON object of texts, numbers, truth values and nulls, and of objects of these one level deep, into texts
 * by name. Strict (RFC 8259): what follows the object, names that come twice, lists and deeper objects are refused.
 */
final class FlatJson {
    private static final int UNICODE_DIGITS = 4;
    private static final int HEXADECIMAL = 16;

    private final String text;
    private int at;

    private FlatJson(final String text) {
        this.text = text;
    }

    /** Says what was found in the place of what. */
    static final class SyntaxException extends Exception {
        @Serial
        private static final long serialVersionUID = 1L;

        SyntaxException(final String message) {
            super(message);
        }
    }

    /** Members by name; those of inner objects as {@code outer:inner}; a null is an empty text. */
    static Map<String, String> read(final String text) throws SyntaxException {
        final Map<String, String> members = new LinkedHashMap<>();
        if (text.isBlank()) {
            return members;
        }
        final FlatJson json = new FlatJson(text);
        json.blanks();
        json.object("", members);
        json.blanks();
        if (json.at < text.length()) {
            throw json.wrong("the end of the line");
        }
        return members;
    }

    private void object(final String prefix, final Map<String, String> members) throws SyntaxException {
        expect('{');
        blanks();
        if (peek() == '}') {
            at++;
            return;
        }
        while (true) {
            blanks();
            final String name = prefix + string();
            blanks();
            expect(':');
            blanks();
            if (peek() == '{' && prefix.isEmpty()) {
                object(name + ":", members);
            } else if (members.put(name, scalar()) != null) {
                throw new SyntaxException("member " + name + " twice");
            }
            blanks();
            if (peek() != ',') {
                expect('}');
                return;
            }
            at++;
        }
    }

    private String scalar() throws SyntaxException {
        return switch (peek()) {
            case '"' -> string();
            case 't' -> word("true", "true");
            case 'f' -> word("false", "false");
            case 'n' -> word("null", "");
            default -> number();
        };
    }

    private String word(final String word, final String value) throws SyntaxException {
        if (!text.startsWith(word, at)) {
            throw wrong("a value");
        }
        at += word.length();
        return value;
    }

    private String number() throws SyntaxException {
        final int from = at;
        if (peek() == '-') {
            at++;
        }
        if (peek() == '0') {
            at++;
        } else {
            digits();
        }
        if (peek() == '.') {
            at++;
            digits();
        }
        if (peek() == 'e' || peek() == 'E') {
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            digits();
        }
        return text.substring(from, at);
    }

    private void digits() throws SyntaxException {
        if (!isDigit(peek())) {
            throw wrong("a value that is a text, a number, true, false or null");
        }
        while (isDigit(peek())) {
            at++;
        }
    }

    private static boolean isDigit(final char c) {
        return c >= '0' && c <= '9';
    }

    private String string() throws SyntaxException {
        expect('"');
        final StringBuilder value = new StringBuilder();
        while (true) {
            if (at >= text.length() || text.charAt(at) < ' ') {
                throw wrong("a closing quote");
            }
            final char c = text.charAt(at++);
            if (c == '"') {
                return value.toString();
            }
            value.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() throws SyntaxException {
        final char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> {
                at--;
                throw wrong("an escape of JSON");
            }
        };
    }

    private char unicode() throws SyntaxException {
        int code = 0;
        for (int i = 0; i < UNICODE_DIGITS; i++) {
            final int digit = Character.digit(peek(), HEXADECIMAL);
            if (digit < 0) {
                throw wrong("4 hexadecimal digits");
            }
            code = code * HEXADECIMAL + digit;
            at++;
        }
        return (char) code;
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    /** The next character, or 0 at the end, which no JSON text holds. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private void expect(final char c) throws SyntaxException {
        if (peek() != c) {
            throw wrong("'" + c + "'");
        }
        at++;
    }

    private SyntaxException wrong(final String expected) {
        return new SyntaxException((at < text.length() ? "'" + text.charAt(at) + "'" : "the end") + " at character "
            + (at + 1) + " in the place of " + expected);
    }
}
