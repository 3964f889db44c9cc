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

    private FilePlace place() {
        return new FilePlace(file, line, column, field);
    }

    @Override
    public int compareTo(final CatalogueError other) {
        return place().compareTo(other.place());
    }

    @Override
    public String toString() {
        return place() + " " + found + (allowed.isEmpty() ? "" : "; " + allowed);
    }
}
