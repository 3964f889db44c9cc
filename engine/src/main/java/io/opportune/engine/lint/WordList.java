package io.opportune.engine.lint;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Words by what they say, read from a resource with lines {@code what: word word ...}. A word is one or more folded
 * words joined by {@code _}; {@code *} at the end (or beginning) of the last (or first) stands for anything;
 * {@code =} before it: it is the whole name. Immutable.
 */
final class WordList {
    private final Map<String, List<Term>> terms = new LinkedHashMap<>();

    /** One entry of the list. */
    private record Term(String[] words, boolean isWhole, boolean anyBeginning, boolean anyEnd) {
        static Term of(final String entry) {
            final boolean whole = entry.startsWith("=");
            final String rest = whole ? entry.substring(1) : entry;
            final boolean beginning = rest.startsWith("*");
            final boolean end = rest.endsWith("*");
            return new Term(rest.substring(beginning ? 1 : 0, rest.length() - (end ? 1 : 0)).split("_"), whole,
                beginning, end);
        }

        /** Whether it stands in a name, beginning at one of its words. */
        boolean stands(final List<String> name, final int at) {
            if (at + words.length > name.size() || isWhole && (at != 0 || words.length != name.size())) {
                return false;
            }
            for (int i = 0; i < words.length; i++) {
                final String word = name.get(at + i);
                final boolean begins = anyEnd && i == words.length - 1;
                final boolean ends = anyBeginning && i == 0;
                if (!(begins && word.startsWith(words[i]) || ends && word.endsWith(words[i])
                    || word.equals(words[i]))) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Something that was found in a name. */
    record Hit(String what, int at, int length) { }

    private WordList() {
    }

    static WordList read(final String resource) {
        final WordList list = new WordList();
        try (InputStream stream = WordList.class.getResourceAsStream(resource);
            BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                final int colon = line.indexOf(':');
                if (!line.startsWith("#") && colon > 0) {
                    final List<Term> entries =
                        list.terms.computeIfAbsent(line.substring(0, colon), key -> new ArrayList<>());
                    for (final String entry : line.substring(colon + 1).strip().split(" ")) {
                        entries.add(Term.of(entry));
                    }
                }
            }
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return list;
    }

    /** The words of one key, as they stand in the resource. */
    List<String> entries(final String what) {
        final List<String> entries = new ArrayList<>();
        for (final Term term : terms.getOrDefault(what, List.of())) {
            entries.add(String.join("_", term.words()));
        }
        return Collections.unmodifiableList(entries);
    }

    /** What stands in a name, at most once for each key, in the order of the resource. */
    List<Hit> find(final List<String> name) {
        final List<Hit> hits = new ArrayList<>();
        terms.forEach((what, entries) -> {
            final Hit hit = first(what, entries, name);
            if (hit != null) {
                hits.add(hit);
            }
        });
        return hits;
    }

    private static Hit first(final String what, final List<Term> entries, final List<String> name) {
        for (int at = 0; at < name.size(); at++) {
            for (final Term term : entries) {
                if (term.stands(name, at)) {
                    return new Hit(what, at, term.words().length);
                }
            }
        }
        return null;
    }
}
