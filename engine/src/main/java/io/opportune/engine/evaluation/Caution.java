package io.opportune.engine.evaluation;

/**
 * Something that must be known before a figure is used.
 *
 * @param kind what it is.
 * @param text with the numbers, one sentence.
 */
public record Caution(Kind kind, String text) {
    /** What there is to beware of: first what spoils a figure, then what is only to be known. */
    public enum Kind {
        /** Too few rows say something about the target policy. */
        SMALL_EFFECTIVE_SAMPLE(true),
        /** One row decides. */
        DOMINANT_ROW(true),
        /** Too few rewards for an interval from the normal distribution. */
        FEW_REWARDS(true),
        /** Too few customers for errors taken over customers. */
        FEW_CLUSTERS(true),
        /** The weights do not average 1, so the propensities are wrong or do not cover the target policy. */
        MEAN_WEIGHT(true),
        /** The target policy does things that were never, or could not have been, done. */
        NO_SUPPORT(true),
        /** Clipping took away so much weight that the figure is mostly that of another policy. */
        CLIPPED_MUCH(true),
        /** Decisions do not come out the same when made again as they were. */
        NOT_REPRODUCED(true),
        /** Amounts in other currencies than the first are not counted. */
        MIXED_CURRENCIES(true),
        /** Clipping biases, but little. */
        CLIPPED(false),
        /** Bad rows were left out as asked. */
        SKIPPED_ROWS(false),
        /** Decisions of the journal that cannot be used. */
        LEFT_OUT(false),
        /** Rules of the candidate ask for what was not recorded. */
        UNKNOWN_TEXTS(false),
        /** Which actions there were is taken from the log. */
        ACTIONS_FROM_LOG(false);

        private final boolean spoils;

        Kind(final boolean spoils) {
            this.spoils = spoils;
        }

        /**
         * Whether the figures are not to be relied on.
         *
         * @return false: it is only to be known.
         */
        public boolean spoils() {
            return spoils;
        }
    }
}
