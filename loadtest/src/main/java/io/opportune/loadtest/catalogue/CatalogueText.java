package io.opportune.loadtest.catalogue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * Builds one catalogue file: sections of entries of fields, every text quoted so that no name is taken for a number,
 * a date or a tag. Not thread-safe.
 */
public final class CatalogueText {
    private final StringBuilder out = new StringBuilder(1 << 16);

    /**
     * Starts a file.
     *
     * @param comment first line, for people.
     */
    public CatalogueText(final String comment) {
        out.append("# ").append(comment).append('\n');
    }

    /**
     * Starts a top-level list.
     *
     * @param name e.g. {@code offers}.
     * @return this.
     */
    public CatalogueText section(final String name) {
        out.append(name).append(":\n");
        return this;
    }

    /**
     * Starts an entry with its first field.
     *
     * @param name  of the field.
     * @param value text, quoted here.
     * @return this.
     */
    public CatalogueText entry(final String name, final String value) {
        out.append("  - ").append(name).append(": ").append(quote(value)).append('\n');
        return this;
    }

    /**
     * Adds a text field.
     *
     * @param name  of the field.
     * @param value text, quoted here.
     * @return this.
     */
    public CatalogueText field(final String name, final String value) {
        return literal(name, quote(value));
    }

    /**
     * Adds a field whose value is YAML already: a number, a date, an inline list or map.
     *
     * @param name of the field.
     * @param yaml on one line.
     * @return this.
     */
    public CatalogueText literal(final String name, final String yaml) {
        out.append("    ").append(name).append(": ").append(yaml).append('\n');
        return this;
    }

    /**
     * Adds a list of texts; nothing when it is empty.
     *
     * @param name   of the field.
     * @param values texts, quoted here.
     * @return this.
     */
    public CatalogueText list(final String name, final Collection<String> values) {
        return values.isEmpty() ? this : literal(name, inlineList(values));
    }

    /**
     * Adds the creatives of an offer.
     *
     * @param creatives inline maps.
     * @return this.
     */
    public CatalogueText creatives(final Collection<String> creatives) {
        out.append("    creatives:\n");
        for (final String creative : creatives) {
            out.append("      - ").append(creative).append('\n');
        }
        return this;
    }

    /**
     * Writes the file.
     *
     * @param file to create or replace; its directory is created.
     * @throws IOException when it cannot be written.
     */
    public void write(final Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, out, StandardCharsets.UTF_8);
    }

    /**
     * An inline list of texts.
     *
     * @param values texts, quoted here.
     * @return e.g. {@code ["till", "app"]}.
     */
    public static String inlineList(final Collection<String> values) {
        return values.stream().map(CatalogueText::quote).collect(Collectors.joining(", ", "[", "]"));
    }

    /**
     * A text as a YAML double-quoted scalar, which CEL reads as a string literal, too.
     *
     * @param text any text.
     * @return the quoted text.
     */
    public static String quote(final String text) {
        final StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c == '\n') {
                quoted.append("\\n");
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
