package io.opportune.engine.arbitration;

/**
 * What a slate may hold. Immutable.
 *
 * @param perCategory   most candidates of one advertiser category, 1..{@link #MAX_PLACES}.
 * @param perAdvertiser most candidates of one advertiser, 1..{@link #MAX_PLACES}.
 * @param minPropensity who is less likely gets no place, 0..1.
 * @param minScore      who scores less gets no place, 0 or more, in the unit of the score: micros where the value
 *                      counts.
 */
public record SlateRules(int perCategory, int perAdvertiser, double minPropensity, double minScore) {
    /** Most places of a slate. */
    public static final int MAX_PLACES = 32;
    /** At most one of a category, nothing else. */
    public static final SlateRules ONE_PER_CATEGORY = new SlateRules(1, MAX_PLACES, 0, 0);

    /**
     * Checks the rules.
     *
     * @throws IllegalArgumentException when one is out of its range.
     */
    public SlateRules {
        checkLimit("perCategory", perCategory);
        checkLimit("perAdvertiser", perAdvertiser);
        if (!(minPropensity >= 0 && minPropensity <= 1)) {
            throw new IllegalArgumentException("minPropensity is " + minPropensity + ", allowed are 0..1");
        }
        if (!(minScore >= 0 && minScore < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("minScore is " + minScore + ", allowed is 0 or more");
        }
    }

    private static void checkLimit(final String name, final int limit) {
        if (limit < 1 || limit > MAX_PLACES) {
            throw new IllegalArgumentException(name + " is " + limit + ", allowed are 1.." + MAX_PLACES);
        }
    }
}
