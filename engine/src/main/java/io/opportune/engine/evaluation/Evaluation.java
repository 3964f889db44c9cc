package io.opportune.engine.evaluation;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Puts rows, weights and predictions together to a report, and says what spoils it. For one thread. */
final class Evaluation {
    private final double[] rewards;
    private final Weights weights;
    private final Clusters clusters;
    private final List<Caution> cautions = new ArrayList<>();
    private double[] predictedLogged;
    private double[] predictedTarget;

    Evaluation(final double[] rewards, final Weights weights, final Clusters clusters) {
        this.rewards = rewards;
        this.weights = weights;
        this.clusters = clusters;
    }

    /** With a model of the reward: predictions by row for what was done and for what the target policy does. */
    Evaluation predicted(final double[] ofLogged, final double[] ofTarget) {
        predictedLogged = ofLogged;
        predictedTarget = ofTarget;
        return this;
    }

    /** With something that the source of the rows knows. */
    Evaluation beware(final Caution.Kind kind, final String text, final Object... numbers) {
        cautions.add(new Caution(kind, String.format(Locale.ROOT, text, numbers)));
        return this;
    }

    EvaluationReport report() {
        final Map<Estimator, Estimators.Rows> figures = new EnumMap<>(Estimator.class);
        final Estimators.Rows logged = Estimators.logged(rewards);
        figures.put(Estimator.LOGGED, logged);
        figures.put(Estimator.IPS, Estimators.ips(weights.used(), rewards));
        figures.put(Estimator.SNIPS, Estimators.snips(weights.used(), rewards));
        if (predictedTarget != null) {
            figures.put(Estimator.DOUBLY_ROBUST,
                Estimators.doublyRobust(weights.used(), rewards, predictedLogged, predictedTarget));
        }
        final Map<Estimator, Estimate> estimates = new EnumMap<>(Estimator.class);
        final Map<Estimator, Estimate> differences = new EnumMap<>(Estimator.class);
        figures.forEach((estimator, figure) -> {
            estimates.put(estimator, figure.estimate(clusters));
            if (estimator != Estimator.LOGGED) {
                differences.put(estimator, figure.less(logged, clusters));
            }
        });
        final Estimate meanWeight = weights.mean(clusters);
        check(meanWeight);
        return new EvaluationReport(rewards.length, rewarded(), clusters.count(), weights, meanWeight, estimates,
            differences, cautions);
    }

    private long rewarded() {
        long rewarded = 0;
        for (final double reward : rewards) {
            rewarded += reward != 0 ? 1 : 0;
        }
        return rewarded;
    }

    private void check(final Estimate meanWeight) {
        final double needed = Math.max(EvaluationReport.MIN_EFFECTIVE_ROWS,
            EvaluationReport.MIN_EFFECTIVE_SHARE * rewards.length);
        final double effective = weights.effectiveSampleSize();
        if (!(effective >= needed)) {
            beware(Caution.Kind.SMALL_EFFECTIVE_SAMPLE, "the effective sample is %,.2f of %,d rows; %,.0f are needed",
                effective, rewards.length, needed);
        }
        if (weights.maxShare() > EvaluationReport.MAX_WEIGHT_SHARE) {
            beware(Caution.Kind.DOMINANT_ROW, "one row has %.1f %% of all weight; at most %.0f %% is allowed",
                100 * weights.maxShare(), 100 * EvaluationReport.MAX_WEIGHT_SHARE);
        }
        final double effectiveRewards = weights.effectiveRewards(rewards);
        if (!(effectiveRewards >= EvaluationReport.MIN_EFFECTIVE_REWARDS)) {
            beware(Caution.Kind.FEW_REWARDS,
                "the weighted rewards are worth %.1f rows of equal reward; intervals need %d",
                effectiveRewards, EvaluationReport.MIN_EFFECTIVE_REWARDS);
        }
        if (clusters.areGiven() && clusters.count() < EvaluationReport.MIN_CLUSTERS) {
            beware(Caution.Kind.FEW_CLUSTERS, "the rows come from %,d customers; errors over customers need %d",
                clusters.count(), EvaluationReport.MIN_CLUSTERS);
        }
        final double off = Math.abs(meanWeight.value() - 1);
        if (off > EvaluationReport.MAX_MEAN_WEIGHT_ERRORS * meanWeight.standardError()
            && off > EvaluationReport.RIGHT_MEAN_WEIGHT) {
            beware(Caution.Kind.MEAN_WEIGHT, "the mean weight is %.4f with standard error %.4f, where 1 is due: the "
                + "logged probabilities are wrong, or the target policy does what could not have been logged",
                meanWeight.value(), meanWeight.standardError());
        }
        if (weights.clippedShare() > EvaluationReport.MAX_CLIPPED_SHARE) {
            beware(Caution.Kind.CLIPPED_MUCH, "clipping %,d rows at %s took %.1f %% of all weight; above %.0f %% the "
                + "figures are those of another policy", weights.clippedRows(), weights.clip(),
                100 * weights.clippedShare(), 100 * EvaluationReport.MAX_CLIPPED_SHARE);
        } else if (weights.clippedRows() > 0) {
            beware(Caution.Kind.CLIPPED, "clipping %,d rows at %s took %.2f %% of all weight and biases as much",
                weights.clippedRows(), weights.clip(), 100 * weights.clippedShare());
        }
    }
}
