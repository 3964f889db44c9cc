package io.opportune.engine.config;

import java.util.Collection;

/** Finds what somebody meant who mistyped a word. */
public final class NearestWord {
    private NearestWord() {
    }

    /**
     * The nearest of some words by edit distance.
     *
     * @param word  as typed.
     * @param words that exist; at least one.
     * @return the nearest, whatever its distance; the first of equals.
     */
    public static String to(final String word, final Collection<String> words) {
        String nearest = null;
        int nearestDistance = Integer.MAX_VALUE;
        for (final String candidate : words) {
            final int distance = distance(word, candidate);
            if (distance < nearestDistance) {
                nearest = candidate;
                nearestDistance = distance;
            }
        }
        return nearest;
    }

    /** Levenshtein distance, row by row. */
    private static int distance(final String left, final String right) {
        int[] previous = new int[right.length() + 1];
        int[] current = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                final int replace = previous[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replace, Math.min(previous[j], current[j - 1]) + 1);
            }
            final int[] swap = previous;
            previous = current;
            current = swap;
        }
        return previous[right.length()];
    }
}
