package io.opportune.engine.catalogue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Gathers what is wrong, up to a bound. */
final class Problems {
    private static final int MAX_WORDS = 300;

    private final int limit;
    private final List<CatalogueError> errors = new ArrayList<>();
    private int count;

    Problems(final int limit) {
        this.limit = limit;
    }

    void add(final String file, final int line, final int column, final String field, final String found,
        final String allowed) {
        count++;
        if (errors.size() < limit) {
            errors.add(new CatalogueError(file, line, column, field, clip(found), clip(allowed)));
        }
    }

    /** What is wrong with a value: a found text and an allowed one, which may be empty. */
    void add(final YamlValue at, final String found, final String allowed) {
        add(at.file().path(), at.line(), at.column(), at.path(), found, allowed);
    }

    /** One line of bounded length. */
    static String clip(final String words) {
        final String line = words.replace('\n', ' ').replace('\r', ' ');
        return line.length() <= MAX_WORDS ? line : line.substring(0, MAX_WORDS) + "...";
    }

    boolean isEmpty() {
        return count == 0;
    }

    int suppressed() {
        return count - errors.size();
    }

    List<CatalogueError> sorted() {
        final List<CatalogueError> sorted = new ArrayList<>(errors);
        Collections.sort(sorted);
        return Collections.unmodifiableList(sorted);
    }
}
