package io.opportune.engine.learning;

import io.opportune.engine.feature.FeatureKeys;

/**
 * One head as an epoch serves it: its table and what turns its raw logit into what is served. Immutable while it is
 * served.
 *
 * @param weights      a word a slot.
 * @param combined     rows of offers with those above them added: {@link CombinedRow}; null where none are.
 * @param uncertain    whether a word is a {@link Posterior}; otherwise it is a float.
 * @param slope        of the correction.
 * @param shift        of the correction.
 * @param feedback     what a raw probability means.
 * @param offset       of amounts: log amount of which the logit is the difference.
 * @param halfResidual of amounts: half the variance of what is not explained.
 * @param factor       of amounts: what corrects them.
 */
record ServedHead(WeightMemory weights, WeightMemory combined, boolean uncertain, double slope, double shift,
    Feedback feedback, double offset, double halfResidual, double factor) {
    /** Largest raw logit with fake negatives: p = e^logit stays below 1. */
    static final double MOST_FAKE_NEGATIVE = -0.001;

    double logit(final double raw) {
        final double corrected = slope * raw + shift;
        if (feedback == Feedback.IMMEDIATE) {
            return corrected;
        }
        // p = b / (1 - b) = e^logit(b).
        final double bounded = Math.min(MOST_FAKE_NEGATIVE, corrected);
        return bounded - Logistic.log(1 - Logistic.exp(bounded));
    }

    /** By how much the variance of the served logit is larger than that of the raw one. */
    double varianceFactor(final double raw) {
        final double corrected = slope * raw + shift;
        if (feedback == Feedback.IMMEDIATE) {
            return slope * slope;
        }
        final double steepness = slope / (1 - Logistic.exp(Math.min(MOST_FAKE_NEGATIVE, corrected)));
        return steepness * steepness;
    }

    double amountMicros(final double raw) {
        return factor * Logistic.exp(offset + raw + halfResidual);
    }

    long contentHash(final long seed) {
        long hash = seed;
        for (int i = 0; i < weights.length(); i++) {
            hash = FeatureKeys.mix(hash + weights.getInt(i));
        }
        for (final double each : new double[] {slope, shift, offset, halfResidual, factor}) {
            hash = FeatureKeys.mix(hash + Double.doubleToLongBits(each));
        }
        return hash;
    }
}
