package io.opportune.bench.match;

import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Value and propensity of each offer as a catalogue writes them: values lognormal in steps of a tenth, propensities
 * 0.01 to 0.20, so coarse that scores are often equal. Seeded; immutable.
 */
final class OfferPrices {
    private static final long SEED = 20_261_122L;
    private static final int MICROS_PER_TENTH = 100_000;
    private static final int MOST_PERCENT = 20;

    private final int[] tenths;
    private final int[] percents;

    OfferPrices(final int offerCount) {
        final SplittableRandom random = new SplittableRandom(SEED);
        tenths = new int[offerCount];
        percents = new int[offerCount];
        for (int i = 0; i < offerCount; i++) {
            tenths[i] = Math.max(1, (int) Math.round(10 * Math.exp(random.nextGaussian())));
            percents[i] = random.nextInt(1, MOST_PERCENT + 1);
        }
    }

    /** Worth of one conversion in units of the currency. */
    String value(final int offer) {
        return tenths[offer] / 10 + "." + tenths[offer] % 10;
    }

    /** Probability of a conversion, 0.01 .. 0.20. */
    String propensity(final int offer) {
        return String.format(Locale.ROOT, "0.%02d", percents[offer]);
    }

    /** Value times propensity in micros, in the arithmetic of the documents: one product of doubles. */
    double score(final int offer) {
        return (double) ((long) tenths[offer] * MICROS_PER_TENTH) * Double.parseDouble(propensity(offer));
    }
}
