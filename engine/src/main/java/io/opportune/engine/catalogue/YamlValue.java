package io.opportune.engine.catalogue;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A value of a YAML file that knows where it stands. Numbers keep their text, so that money stays exact. */
final class YamlValue {
    /** What a value is. */
    enum Kind {
        /** Keys and values. */
        MAP("a map"),
        /** Values in order. */
        LIST("a list"),
        /** A text. */
        TEXT("text"),
        /** A whole number. */
        INTEGER("a whole number"),
        /** A number with a fraction or exponent. */
        NUMBER("a number"),
        /** true or false. */
        BOOLEAN("true or false"),
        /** Nothing. */
        NULL("nothing");

        private final String words;

        Kind(final String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /** How a text is written, as far as it matters for places in it. */
    enum Style { PLAIN, SINGLE_QUOTED, DOUBLE_QUOTED, LITERAL, FOLDED }

    private final SourceFile file;
    private final YamlValue parent;
    private final Object step;
    private final Kind kind;
    private final int line;
    private final int column;
    private final String text;
    private final Style style;
    private final Map<String, YamlValue> entries;
    private final List<YamlValue> elements;

    YamlValue(
        final SourceFile file, final YamlValue parent, final Object step, final Kind kind, final int line,
        final int column, final String text, final Style style) {
        this.file = file;
        this.parent = parent;
        this.step = step;
        this.kind = kind;
        this.line = line;
        this.column = column;
        this.text = text;
        this.style = style;
        entries = kind == Kind.MAP ? new LinkedHashMap<>() : Collections.emptyMap();
        elements = kind == Kind.LIST ? new ArrayList<>() : Collections.emptyList();
    }

    SourceFile file() {
        return file;
    }

    /** The map or list that it stands in, or null. */
    YamlValue parent() {
        return parent;
    }

    Kind kind() {
        return kind;
    }

    int line() {
        return line;
    }

    int column() {
        return column;
    }

    /** The characters of a scalar. */
    String text() {
        return text;
    }

    Style style() {
        return style;
    }

    Map<String, YamlValue> entries() {
        return entries;
    }

    List<YamlValue> elements() {
        return elements;
    }

    /** The value of a key, or null; also null when this is no map. */
    YamlValue get(final String key) {
        return entries.get(key);
    }

    /** A child by key or index, or null. */
    YamlValue child(final Object key) {
        if (key instanceof Integer index) {
            return index < elements.size() ? elements.get(index) : null;
        }
        return entries.get(key.toString());
    }

    /** Where it stands among the others, e.g. {@code offers[3].campaign}. */
    String path() {
        if (parent == null) {
            return "";
        }
        final String before = parent.path();
        if (step instanceof Integer) {
            return before + "[" + step + "]";
        }
        return before.isEmpty() ? step.toString() : before + "." + step;
    }

    /** The value in words, for errors. */
    String words() {
        return switch (kind) {
            case TEXT -> '"' + (text.length() > 80 ? text.substring(0, 77) + "..." : text) + '"';
            case INTEGER, NUMBER, BOOLEAN -> text + " (" + kind.words() + ")";
            default -> kind.words();
        };
    }
}
