package io.opportune.engine.targeting;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** Finds the known names that somebody who mistyped may have meant. For error messages only. */
public final class NearestNames {
    private static final int MOST_LISTED = 12;
    private static final int MOST_CONSIDERED = 20_000;

    private NearestNames() {
    }

    /**
     * Describes what is allowed: all names when they are few, otherwise the nearest.
     *
     * @param found what was written.
     * @param known all names that are allowed.
     * @return words such as {@code spring, summer} or {@code nearest of 120: milk-10}.
     */
    public static String describe(final String found, final Collection<String> known) {
        if (known.isEmpty()) {
            return "none is defined";
        }
        if (known.size() <= MOST_LISTED) {
            return String.join(", ", new TreeSet<>(known));
        }
        return "nearest of " + known.size() + ": " + String.join(", ", nearest(found, known, 3));
    }

    /**
     * The nearest names by edit distance, letter case ignored.
     *
     * @param found what was written.
     * @param known all names that are allowed.
     * @param count most names to return.
     * @return nearest first; ties in alphabetical order.
     */
    public static List<String> nearest(final String found, final Collection<String> known, final int count) {
        record Candidate(String name, int distance) { }

        final String wanted = clip(found);
        return known.stream()
            .limit(MOST_CONSIDERED)
            .map(name -> new Candidate(name, distance(wanted, clip(name))))
            .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
            .limit(count)
            .map(Candidate::name)
            .toList();
    }

    private static String clip(final String name) {
        return name.substring(0, Math.min(name.length(), 64)).toLowerCase(Locale.ROOT);
    }

    /** Edit distance with transpositions of neighbours (optimal string alignment). */
    static int distance(final String left, final String right) {
        int[] beforePrevious = new int[right.length() + 1];
        int[] previous = new int[right.length() + 1];
        int[] current = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                final int cost = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
                int best = Math.min(Math.min(current[j - 1], previous[j]) + 1, previous[j - 1] + cost);
                if (i > 1 && j > 1 && left.charAt(i - 1) == right.charAt(j - 2)
                    && left.charAt(i - 2) == right.charAt(j - 1)) {
                    best = Math.min(best, beforePrevious[j - 2] + 1);
                }
                current[j] = best;
            }
            final int[] freed = beforePrevious;
            beforePrevious = previous;
            previous = current;
            current = freed;
        }
        return previous[right.length()];
    }
}
