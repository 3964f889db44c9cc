package io.opportune.engine.catalogue;

import java.util.Locale;

/** What affinities are used for, so that what they bring can be measured by switching them off. */
public enum AffinityUse {
    /** Nothing: every value abstains and there are no candidates. */
    OFF(false, false),
    /** A feature of each candidate. */
    FEATURE(true, false),
    /** A source of candidates. */
    CANDIDATES(false, true),
    /** Both. */
    BOTH(true, true);

    private final boolean feature;
    private final boolean candidates;

    AffinityUse(final boolean feature, final boolean candidates) {
        this.feature = feature;
        this.candidates = candidates;
    }

    /** {@return whether candidates get affinities as features} */
    public boolean feature() {
        return feature;
    }

    /** {@return whether affinities bring candidates} */
    public boolean candidates() {
        return candidates;
    }

    /** {@return the word in configurations and catalogues: off, feature, candidates or both} */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Finds a use by its word.
     *
     * @param word as {@link #word} gives it.
     * @return the use.
     * @throws IllegalArgumentException when there is none of that word.
     */
    public static AffinityUse of(final String word) {
        for (final AffinityUse use : values()) {
            if (use.word().equals(word)) {
                return use;
            }
        }
        throw new IllegalArgumentException("found " + word + ", allowed are off, feature, candidates, both");
    }
}
