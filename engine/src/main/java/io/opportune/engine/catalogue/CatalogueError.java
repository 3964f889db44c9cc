package io.opportune.engine.catalogue;

/**
 * One thing that is wrong with a catalogue.
 *
 * @param file    path within the catalogue's directory, with slashes.
 * @param line    from 1; 0 when the whole file is meant.
 * @param column  from 1; 0 when the whole file is meant.
 * @param field   path such as {@code offers[3].campaign}; may be empty.
 * @param found   what stands there and what is wrong with it.
 * @param allowed what may stand there; may be empty.
 */
public record CatalogueError(String file, int line, int column, String field, String found, String allowed)
    implements Comparable<CatalogueError> {

    @Override
    public int compareTo(final CatalogueError other) {
        final int byFile = file.compareTo(other.file);
        if (byFile != 0) {
            return byFile;
        }
        return line != other.line ? Integer.compare(line, other.line) : Integer.compare(column, other.column);
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder(file);
        if (line > 0) {
            text.append(':').append(line).append(':').append(column);
        }
        text.append(field.isEmpty() ? ":" : " " + field + ":").append(' ').append(found);
        return allowed.isEmpty() ? text.toString() : text.append("; ").append(allowed).toString();
    }
}
