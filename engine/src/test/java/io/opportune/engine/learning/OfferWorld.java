package io.opportune.engine.learning;

import io.opportune.engine.feature.FeatureKeys;
import io.opportune.engine.feature.FeatureVector;
import java.util.SplittableRandom;

/**
 * A generated world: customers with some categories each, offers of campaigns of advertisers, and the true logit of
 * each pair, part of which lies in the advertiser, the offer, and in crosses of one field with the category.
 */
final class OfferWorld {
    static final int FIELDS = 10;
    static final int VALUES = 6;
    static final int OFFERS = 60;
    private static final int PAIR_FIELD = 100;
    private static final int PAIR_VALUES = 4;
    private static final int CATEGORIES = 5;

    final SplittableRandom random;
    final FeatureVector context = new FeatureVector();
    final FeatureVector pair = new FeatureVector();
    OfferKey offer;
    double logit;
    private final double base;
    private final double[][] contextEffect = new double[FIELDS][VALUES];
    private final double[] advertiserEffect = new double[OFFERS];
    private final double[] offerEffect = new double[OFFERS];
    private final double[][] crossEffect = new double[VALUES][CATEGORIES];
    private final double[] pairEffect = new double[PAIR_VALUES];

    OfferWorld(final long seed, final double base) {
        random = new SplittableRandom(seed);
        this.base = base;
        for (int field = 0; field < FIELDS; field++) {
            fill(contextEffect[field], 0.2);
        }
        fill(advertiserEffect, 0.4);
        fill(offerEffect, 0.2);
        for (final double[] effects : crossEffect) {
            fill(effects, 0.5);
        }
        fill(pairEffect, 0.3);
    }

    private void fill(final double[] effects, final double deviation) {
        for (int i = 0; i < effects.length; i++) {
            effects[i] = deviation * random.nextGaussian();
        }
    }

    static OfferKey offer(final int index) {
        return new OfferKey(1 + index / 12, 1 + index / 4, 1 + index % CATEGORIES, 1 + index);
    }

    /** Draws a customer, an offer, and their true logit. */
    OfferWorld next() {
        return next(random.nextInt(OFFERS));
    }

    OfferWorld next(final int index) {
        context.clear();
        pair.clear();
        offer = offer(index);
        logit = base + advertiserEffect[index / 12] + offerEffect[index];
        for (int field = 0; field < FIELDS; field++) {
            final int value = random.nextInt(VALUES);
            context.add(FeatureKeys.hash(field, value), 1);
            logit += contextEffect[field][value];
            if (field == 0) {
                logit += crossEffect[value][index % CATEGORIES];
            }
        }
        final int value = random.nextInt(PAIR_VALUES);
        pair.add(FeatureKeys.hash(PAIR_FIELD, value), 1);
        logit += pairEffect[value];
        return this;
    }

    boolean happens() {
        return random.nextDouble() < probability();
    }

    double probability() {
        return Logistic.sigmoid(logit);
    }

    /** A small model of it. */
    static ModelSpec.Builder spec(final LearnerKind kind) {
        return ModelSpec.of("world", 1, kind).linearBits(12).crossBits(16).levels(Level.folded(64, 6),
            Level.folded(64, 6), Level.folded(64, 6), Level.folded(64, 8));
    }

    static HeadSpec clicks() {
        return new HeadSpec(Head.CLICK, Feedback.IMMEDIATE);
    }

    /** Learns clicks of so many draws. */
    void teach(final Learner learner, final int examples) {
        for (int i = 0; i < examples; i++) {
            next();
            learner.learn(Head.CLICK, context, learner.spec().rows(offer), pair, happens() ? 1 : 0, 1);
        }
    }
}
