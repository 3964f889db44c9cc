package io.opportune.engine.evaluation;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Predicts rewards by ridge regression, cross-fitted (Chernozhukov et al. 2018): the rows are cut into folds by
 * customer, and each row is predicted by a model that has not seen its fold, so that the doubly robust estimate stays
 * unbiased however much a model fits noise. The strength of the ridge is chosen for each fold among the other ones: the
 * one under which a model predicts best what it has not seen, rows counted by their importance. Rewards of 0 and 1 are
 * regressed as they are (a linear probability model): what it misses costs variance, not truth. Deterministic; for one
 * thread.
 */
public final class RewardModel {
    /** Folds when nothing else is asked for. */
    public static final int DEFAULT_FOLDS = 5;
    /** Strengths of the ridge to choose from: so many rows without effect beside each column's own. */
    private static final double[] RIDGES = {10, 100, 1_000, 10_000, 100_000};
    /** Rows on which a strength is tried are enough to tell tenfold steps apart. */
    private static final int MAX_TRIAL_ROWS = 30_000;
    private static final int MAX_STEPS = 100;
    private static final double SMALL_ENOUGH = 1e-14;
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final Design design;
    private final Clusters clusters;
    private double ridge;

    /**
     * Predictions for each row.
     *
     * @param logged q(x, a) of what was done.
     * @param target mean of q(x, .) under the target policy.
     */
    public record Predictions(double[] logged, double[] target) {
    }

    private RewardModel(final Design design, final Clusters clusters) {
        this.design = design;
        this.clusters = clusters;
    }

    /**
     * Fits a model without each fold and predicts the fold.
     *
     * @param design   rows and rewards.
     * @param clusters rows that belong together.
     * @param folds    2 or more.
     * @param ridge    strength above 0; chosen where it is not a number.
     * @return predictions of every row.
     */
    static Predictions crossFit(
        final Design design, final Clusters clusters, final int folds, final double ridge) {
        if (folds < 2 || ridge <= 0) {
            throw new IllegalArgumentException(folds + " folds and ridge " + ridge + ": 2 folds and ridge above 0");
        }
        final RewardModel model = new RewardModel(design, clusters);
        final int count = design.rowCount();
        final int[] foldOfRow = new int[count];
        Arrays.setAll(foldOfRow, row -> foldOf(clusters.of(row), folds));
        final Predictions predictions = new Predictions(new double[count], new double[count]);
        for (int fold = 0; fold < folds; fold++) {
            final int predicted = fold;
            final int[] train = IntStream.range(0, count).filter(row -> foldOfRow[row] != predicted).toArray();
            model.ridge = Double.isNaN(ridge) ? model.bestRidge(train) : ridge;
            final double[] weights = model.fit(train);
            for (int row = 0; row < count; row++) {
                if (foldOfRow[row] == fold) {
                    predictions.logged[row] = design.logged(row, weights);
                    predictions.target[row] = design.target(row, weights);
                }
            }
        }
        return predictions;
    }

    /** Tries each strength on a quarter of the rows, fitted on the others. */
    private double bestRidge(final int[] rows) {
        final int stride = (rows.length + MAX_TRIAL_ROWS - 1) / MAX_TRIAL_ROWS;
        final int[] trial = IntStream.range(0, rows.length).filter(i -> i % stride == 0).map(i -> rows[i]).toArray();
        final int[] seen = Arrays.stream(trial).filter(row -> !isHeldOut(row)).toArray();
        final int[] unseen = Arrays.stream(trial).filter(this::isHeldOut).toArray();
        if (seen.length == 0 || unseen.length == 0) {
            return RIDGES[RIDGES.length - 1];
        }
        double best = 0;
        double leastError = Double.POSITIVE_INFINITY;
        for (final double strength : RIDGES) {
            ridge = strength;
            final double[] weights = fit(seen);
            final Sum error = new Sum();
            for (final int row : unseen) {
                final double residual = design.reward(row) - design.logged(row, weights);
                error.add(design.importance(row) * residual * residual);
            }
            if (error.value() <= leastError) {
                leastError = error.value();
                best = strength;
            }
        }
        return best;
    }

    private boolean isHeldOut(final int row) {
        return foldOf(~clusters.of(row), 4) == 0;
    }

    /** Which fold predicts a cluster; folds are of about the same size. */
    static int foldOf(final int cluster, final int folds) {
        final long mixed = (cluster + 1) * MIX;
        return (int) Long.remainderUnsigned(mixed ^ mixed >>> 32, folds);
    }

    /**
     * Conjugate gradients on the normal equations (Hestenes and Stiefel 1952, as CGLS): the intercept alone goes
     * without a ridge. Stopping early only shrinks more.
     */
    private double[] fit(final int[] rows) {
        final double[] weights = new double[design.weightCount()];
        final double[] residuals = new double[rows.length];
        double mean = 0;
        for (final int row : rows) {
            mean += design.reward(row) / rows.length;
        }
        weights[0] = mean;
        final double[] gradient = new double[weights.length];
        for (int i = 0; i < rows.length; i++) {
            residuals[i] = design.reward(rows[i]) - mean;
            design.addTo(rows[i], residuals[i], gradient);
        }
        final double[] direction = gradient.clone();
        final double[] moved = new double[rows.length];
        double square = Sum.ofSquares(gradient);
        final double enough = square * SMALL_ENOUGH;
        for (int step = 0; step < MAX_STEPS && square > enough; step++) {
            double curvature = 0;
            for (int i = 0; i < rows.length; i++) {
                moved[i] = design.logged(rows[i], direction);
                curvature += moved[i] * moved[i];
            }
            for (int j = 1; j < direction.length; j++) {
                curvature += ridge * direction[j] * direction[j];
            }
            final double length = square / curvature;
            for (int j = 0; j < weights.length; j++) {
                weights[j] += length * direction[j];
                gradient[j] = j == 0 ? 0 : -ridge * weights[j];
            }
            for (int i = 0; i < rows.length; i++) {
                residuals[i] -= length * moved[i];
                design.addTo(rows[i], residuals[i], gradient);
            }
            final double next = Sum.ofSquares(gradient);
            for (int j = 0; j < direction.length; j++) {
                direction[j] = gradient[j] + next / square * direction[j];
            }
            square = next;
        }
        return weights;
    }
}
