package io.opportune.bench.prequential.example;

import io.opportune.bench.prequential.example.Features.Field;
import io.opportune.engine.feature.FeatureKeys;
import java.util.SplittableRandom;

/**
 * Generated examples with a known law: the logit is a constant plus hidden effects of context values, of the offer and
 * what stands above it, of the offer's category crossed with one context field, and of pair values. Seeded.
 */
public final class LawExamples {
    /** Context features of an example. */
    public static final int CONTEXT_FIELDS = 24;
    /** Pair features of an example. */
    public static final int PAIR_FIELDS = 6;
    private static final int VALUES = 20;
    private static final int PAIR_VALUES = 6;
    private static final int OFFERS = 10_000;
    private static final int OFFERS_OF_CAMPAIGN = 10;
    private static final int OFFERS_OF_ADVERTISER = 50;
    private static final int CATEGORIES = 100;
    private static final double BASE_LOGIT = -2.5;
    private static final double CONTEXT_EFFECT = 0.25;
    private static final double ENTITY_EFFECT = 0.35;
    private static final double CROSS_EFFECT = 0.8;
    private static final double PAIR_EFFECT = 0.3;
    private static final int CROSS_SALT = 1_000;
    private static final int PAIR_SALT = 2_000;
    private static final int ENTITY_SALT = 3_000;

    private LawExamples() {
    }

    /**
     * Generates.
     *
     * @param count of examples, each learned right after it was tested.
     * @param seed  of the law and the draws.
     * @return the examples; their group is always 0.
     */
    public static Examples generate(final int count, final long seed) {
        return generate(new double[count], seed);
    }

    /**
     * Generates, and tells the truth.
     *
     * @param probabilities gets the probability of each example's label; its length is the count of examples.
     * @param seed          of the law and the draws.
     * @return the examples; their group is always 0.
     */
    public static Examples generate(final double[] probabilities, final long seed) {
        final int count = probabilities.length;
        final SplittableRandom random = new SplittableRandom(seed);
        final Examples.Builder builder = new Examples.Builder("generated");
        final Features features = new Features(builder);
        for (int i = 0; i < count; i++) {
            final int offer = random.nextInt(OFFERS);
            final int campaign = offer / OFFERS_OF_CAMPAIGN;
            final int advertiser = offer / OFFERS_OF_ADVERTISER;
            final int category = (int) Long.remainderUnsigned(FeatureKeys.mix(offer + seed), CATEGORIES);
            double logit = BASE_LOGIT + ENTITY_EFFECT * (effect(seed, ENTITY_SALT, offer)
                + effect(seed, ENTITY_SALT + 1, campaign) + effect(seed, ENTITY_SALT + 2, advertiser)
                + effect(seed, ENTITY_SALT + 3, category));
            for (int field = 0; field < CONTEXT_FIELDS; field++) {
                final int value = random.nextInt(VALUES);
                features.context(Field.GENERATED_CONTEXT, (long) field << Integer.SIZE | value);
                logit += CONTEXT_EFFECT * effect(seed, field, value);
                if (field == 0) {
                    logit += CROSS_EFFECT * effect(seed, CROSS_SALT + category, value);
                }
            }
            for (int field = 0; field < PAIR_FIELDS; field++) {
                final int value = random.nextInt(PAIR_VALUES);
                features.pair(Field.GENERATED_PAIR, (long) field << Integer.SIZE | value);
                logit += PAIR_EFFECT * effect(seed, PAIR_SALT + field, value);
            }
            probabilities[i] = 1 / (1 + StrictMath.exp(-logit));
            final boolean label = random.nextDouble() < probabilities[i];
            final int example = builder.add(label, 1, 0, advertiser + 1, campaign + 1, category + 1, offer + 1);
            builder.test(example);
            builder.learn(example);
        }
        return builder.build();
    }

    /** Uniform between -sqrt(3) and sqrt(3): of variance 1. */
    private static double effect(final long seed, final int field, final long value) {
        final long hash = FeatureKeys.mix(FeatureKeys.mix(seed + field) + value);
        return StrictMath.sqrt(3) * (2 * ((hash >>> 11) * 0x1p-53) - 1);
    }
}
