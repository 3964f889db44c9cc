package io.opportune.engine.evaluation;

import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What an evaluation came to. Whoever shows a figure of it shows the cautions with it.
 *
 * @param rows        used.
 * @param rewarded    rows whose reward is not 0.
 * @param clusters    groups of rows over which errors are taken; equal to rows where each stands for itself.
 * @param weights     of the rows.
 * @param meanWeight  before clipping, with its error.
 * @param estimates   the figures; the doubly robust one is left out where no model can be asked.
 * @param differences the same less the logged policy, without {@link Estimator#LOGGED}.
 * @param cautions    what must be known, in the order of their kinds.
 */
public record EvaluationReport(
    int rows,
    long rewarded,
    int clusters,
    Weights weights,
    Estimate meanWeight,
    Map<Estimator, Estimate> estimates,
    Map<Estimator, Estimate> differences,
    List<Caution> cautions) {
    /** Below so many effective rows a figure is not relied on, whatever the size of the log. */
    public static final int MIN_EFFECTIVE_ROWS = 100;
    /** Below this share of the rows it is not either: the target policy is hardly that of the log. */
    public static final double MIN_EFFECTIVE_SHARE = 0.01;
    /** One row with more than this share of all weight decides alone. */
    public static final double MAX_WEIGHT_SHARE = 0.10;
    /** An interval from the normal distribution needs about so many rewards. */
    public static final int MIN_EFFECTIVE_REWARDS = 10;
    /** Errors over clusters are too small below about so many of them. */
    public static final int MIN_CLUSTERS = 30;
    /** The mean weight may be so many standard errors from 1; a right log exceeds it once in 16,000 times. */
    public static final double MAX_MEAN_WEIGHT_ERRORS = 4;
    /** A mean weight so near to 1 is right, however small its error: logged probabilities are rounded. */
    public static final double RIGHT_MEAN_WEIGHT = 0.01;
    /** Clipping more than this share of the weight evaluates another policy. */
    public static final double MAX_CLIPPED_SHARE = 0.05;

    /** Keeps copies, in the order of {@link Estimator}. */
    public EvaluationReport {
        estimates = Collections.unmodifiableMap(new EnumMap<>(estimates));
        differences = differences.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(differences));
        cautions = cautions.stream().sorted(Comparator.comparing(Caution::kind)).toList();
    }

    /**
     * Whether the figures may be relied on.
     *
     * @return false when some caution spoils them.
     */
    public boolean isReliable() {
        return cautions.stream().noneMatch(caution -> caution.kind().spoils());
    }
}
