package io.opportune.engine.catalogue;

import java.util.Comparator;

/**
 * A place in the files of a catalogue, as errors and warnings tell and order it.
 *
 * @param file   path within the catalogue's directory, with slashes.
 * @param line   from 1; 0 when the whole file is meant.
 * @param column from 1; 0 when the whole file is meant.
 * @param field  path such as {@code offers[3].campaign}; may be empty.
 */
record FilePlace(String file, int line, int column, String field) implements Comparable<FilePlace> {
    private static final Comparator<FilePlace> BY_FILE = Comparator.comparing(FilePlace::file)
        .thenComparingInt(FilePlace::line).thenComparingInt(FilePlace::column);

    @Override
    public int compareTo(final FilePlace other) {
        return BY_FILE.compare(this, other);
    }

    @Override
    public String toString() {
        return file + (line > 0 ? ":" + line + ":" + column : "") + (field.isEmpty() ? "" : " " + field) + ":";
    }
}
