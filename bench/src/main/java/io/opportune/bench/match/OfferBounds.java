package io.opportune.bench.match;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Values and propensities for the offers of a workload: values lognormal, propensities from a logistic model with a
 * few factors of offer and event, clipped to a cap per offer as a model epoch publishes it. Offers are ranked by the
 * upper bound of their score, value x cap. Seeded; immutable.
 */
final class OfferBounds {
    private static final long SEED = 20_261_122L;
    private static final int FACTORS = 8;
    private static final double MEAN_LOGIT = -3.0;
    private static final double OFFER_SPREAD = 0.5;
    private static final double FACTOR_SPREAD = 0.25;
    /** The cap stands where one event in a hundred lies above: 2.326 standard deviations. */
    private static final double CAP_DEVIATIONS = 2.326;

    private final int[] offers;
    private final double[] bounds;
    private final double[] values;
    private final double[] caps;
    private final float[] offerLogits;
    private final float[] offerFactors;
    private final float[] eventFactors;

    /**
     * Draws everything.
     *
     * @param offerCount of the workload.
     * @param eventCount of the workload.
     * @param sigma      standard deviation of the logarithm of the values.
     */
    OfferBounds(final int offerCount, final int eventCount, final double sigma) {
        final SplittableRandom random = new SplittableRandom(SEED);
        values = new double[offerCount];
        caps = new double[offerCount];
        offerLogits = new float[offerCount];
        offerFactors = new float[offerCount * FACTORS];
        eventFactors = new float[eventCount * FACTORS];
        for (int i = 0; i < eventFactors.length; i++) {
            eventFactors[i] = (float) random.nextGaussian();
        }
        final double[] upper = new double[offerCount];
        for (int offer = 0; offer < offerCount; offer++) {
            values[offer] = Math.exp(sigma * random.nextGaussian());
            offerLogits[offer] = (float) (MEAN_LOGIT + OFFER_SPREAD * random.nextGaussian());
            double squares = 0;
            for (int factor = 0; factor < FACTORS; factor++) {
                final double weight = FACTOR_SPREAD * random.nextGaussian();
                offerFactors[offer * FACTORS + factor] = (float) weight;
                squares += weight * weight;
            }
            caps[offer] = logistic(offerLogits[offer] + CAP_DEVIATIONS * Math.sqrt(squares));
            upper[offer] = values[offer] * caps[offer];
        }
        offers = IntStream.range(0, offerCount).boxed()
            .sorted(Comparator.comparingDouble((Integer offer) -> -upper[offer]).thenComparing(offer -> offer))
            .mapToInt(Integer::intValue).toArray();
        bounds = Arrays.stream(offers).mapToDouble(offer -> upper[offer]).toArray();
    }

    private static double logistic(final double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    /** The offer of a rank. */
    int offer(final int rank) {
        return offers[rank];
    }

    /** What no event's score of a rank exceeds; descending. */
    double bound(final int rank) {
        return bounds[rank];
    }

    /** Probability by the model, before it is clipped. */
    double propensity(final int rank, final int event) {
        final int offer = offers[rank];
        float logit = offerLogits[offer];
        for (int factor = 0; factor < FACTORS; factor++) {
            logit += offerFactors[offer * FACTORS + factor] * eventFactors[event * FACTORS + factor];
        }
        return logistic(logit);
    }

    /** What a propensity of a rank is clipped to. */
    double cap(final int rank) {
        return caps[offers[rank]];
    }

    /** What one conversion of a rank is worth. */
    double value(final int rank) {
        return values[offers[rank]];
    }
}
