package io.opportune.engine.evaluation;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Predicts the reward of an action in a row: ridge regression over the action, its place, the row's features, the
 * action's own number, and crosses of the action with all of these. Cross-fitted (Chernozhukov et al. 2018): the rows
 * are cut into folds by customer, and each row is predicted by a model that has not seen its fold, so that the doubly
 * robust estimate stays unbiased however much a model fits noise. Rewards of 0 and 1 are regressed as they are (a
 * linear probability model): what it misses costs variance, not truth. Deterministic; for one thread.
 */
public final class RewardModel {
    /** Folds when nothing else is asked for. */
    public static final int DEFAULT_FOLDS = 5;
    /** Strengths of the ridge to choose from: so many rows without effect beside each column's own. */
    private static final double[] RIDGES = {10, 100, 1_000, 10_000, 100_000};
    /** Rows on which a strength is tried are enough to tell tenfold steps apart. */
    private static final int MAX_TRIAL_ROWS = 30_000;
    /** More weights than this are not fitted; crosses are left out then. */
    private static final int MAX_WEIGHTS = 1 << 23;
    private static final int MAX_STEPS = 100;
    private static final double SMALL_ENOUGH = 1e-14;
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final LoggedRows log;
    private double ridge;
    private final int actionCount;
    private final int contextCount;
    private final boolean crossed;
    /** Of a row: which columns of the context it has, and their values. */
    private final int[] columns;
    private final double[] values;
    private final int categoryBase;
    private final int numberBase;
    private final double[] numberMeans;
    private final double[] numberScales;
    private double pairMean;
    private double pairScale;

    /**
     * Predictions for each row of a log.
     *
     * @param logged q(x, a) of what was done.
     * @param target mean of q(x, .) under the target policy.
     */
    public record Predictions(double[] logged, double[] target) {
    }

    private RewardModel(final LoggedRows log) {
        this.log = log;
        actionCount = log.actions.size();
        final int features = log.categories.length;
        categoryBase = log.positionCount;
        int count = categoryBase;
        for (final int codes : log.categoryCounts) {
            count += codes;
        }
        numberBase = count;
        contextCount = numberBase + log.numbers.length;
        crossed = (long) actionCount * (contextCount + 2) <= MAX_WEIGHTS;
        columns = new int[1 + features + log.numbers.length];
        values = new double[columns.length];
        numberMeans = new double[log.numbers.length];
        numberScales = new double[log.numbers.length];
        for (int i = 0; i < log.numbers.length; i++) {
            numberMeans[i] = Sum.of(log.numbers[i]) / log.rowCount;
            numberScales[i] = scale(log.numbers[i], numberMeans[i]);
        }
        standardisePairs();
    }

    private static double scale(final double[] numbers, final double mean) {
        final Sum squares = new Sum();
        for (final double number : numbers) {
            squares.add((number - mean) * (number - mean));
        }
        final double deviation = StrictMath.sqrt(squares.value() / numbers.length);
        return deviation > 0 ? 1 / deviation : 0;
    }

    private void standardisePairs() {
        if (log.pairs != null) {
            final double[] chosen = new double[log.rowCount];
            Arrays.setAll(chosen, row -> log.pairs[row * actionCount + log.action[row]]);
            pairMean = Sum.of(chosen) / chosen.length;
            pairScale = scale(chosen, pairMean);
        }
    }

    /**
     * Fits a model without each fold and predicts the fold. The strength of the ridge is chosen for each fold among the
     * other ones: the one under which a model predicts best what it has not seen, rows counted by their weight.
     *
     * @param log    with the rewards.
     * @param target a complete policy.
     * @param folds  2 or more.
     * @return predictions of every row.
     */
    public static Predictions crossFit(final LoggedRows log, final TargetPolicy target, final int folds) {
        return crossFit(log, target, folds, Double.NaN);
    }

    /** The same with a ridge of the strength given; of a strength that is chosen where it is not a number. */
    static Predictions crossFit(
        final LoggedRows log, final TargetPolicy target, final int folds, final double ridge) {
        if (folds < 2 || ridge <= 0) {
            throw new IllegalArgumentException(folds + " folds and ridge " + ridge + ": 2 folds and ridge above 0");
        }
        final RewardModel model = new RewardModel(log);
        final int[] foldOfRow = new int[log.rowCount];
        Arrays.setAll(foldOfRow, row -> foldOf(log.clusters.of(row), folds));
        final Predictions predictions =
            new Predictions(new double[log.rowCount], new double[log.rowCount]);
        for (int fold = 0; fold < folds; fold++) {
            final int predicted = fold;
            final int[] train =
                IntStream.range(0, log.rowCount).filter(row -> foldOfRow[row] != predicted).toArray();
            model.ridge = Double.isNaN(ridge) ? model.bestRidge(train, target) : ridge;
            final double[] weights = model.fit(train);
            for (int row = 0; row < log.rowCount; row++) {
                if (foldOfRow[row] == fold) {
                    model.predict(row, weights, target, predictions);
                }
            }
        }
        return predictions;
    }

    /** Tries each strength on a quarter of the rows, fitted on the others. */
    private double bestRidge(final int[] rows, final TargetPolicy target) {
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
                context(row);
                final double residual = log.reward[row] - dot(row, log.action[row], weights);
                error.add(target.probability(row, log.action[row]) / log.propensity[row] * residual * residual);
            }
            if (error.value() <= leastError) {
                leastError = error.value();
                best = strength;
            }
        }
        return best;
    }

    private boolean isHeldOut(final int row) {
        return foldOf(~log.clusters.of(row), 4) == 0;
    }

    /** Which fold predicts a cluster; folds are of about the same size. */
    static int foldOf(final int cluster, final int folds) {
        final long mixed = (cluster + 1) * MIX;
        return (int) Long.remainderUnsigned(mixed ^ mixed >>> 32, folds);
    }

    /** Weights: intercept, context, then for each action its own, that of its number, and its crosses. */
    private int weightCount() {
        return 1 + contextCount + 1 + actionCount * perAction();
    }

    private int perAction() {
        return crossed ? 2 + contextCount : 1;
    }

    private int actionBase(final int action) {
        return 2 + contextCount + action * perAction();
    }

    private void context(final int row) {
        columns[0] = log.position[row];
        values[0] = 1;
        int at = 1;
        int base = categoryBase;
        for (int i = 0; i < log.categories.length; i++) {
            columns[at] = base + log.categories[i][row];
            values[at++] = 1;
            base += log.categoryCounts[i];
        }
        for (int i = 0; i < log.numbers.length; i++) {
            columns[at] = numberBase + i;
            values[at++] = (log.numbers[i][row] - numberMeans[i]) * numberScales[i];
        }
    }

    private double pair(final int row, final int action) {
        return log.pairs == null ? 0 : (log.pairs[row * actionCount + action] - pairMean) * pairScale;
    }

    /** x . weights, with the context of the row taken before. */
    private double dot(final int row, final int action, final double[] weights) {
        final double pair = pair(row, action);
        final int base = actionBase(action);
        double sum = weights[0] + weights[1 + contextCount] * pair + weights[base];
        for (int i = 0; i < columns.length; i++) {
            sum += weights[1 + columns[i]] * values[i];
        }
        if (crossed) {
            sum += weights[base + 1] * pair;
            for (int i = 0; i < columns.length; i++) {
                sum += weights[base + 2 + columns[i]] * values[i];
            }
        }
        return sum;
    }

    /** to += factor x, with the context of the row taken before. */
    private void addTo(final int row, final int action, final double factor, final double[] to) {
        final double pair = factor * pair(row, action);
        final int base = actionBase(action);
        to[0] += factor;
        to[1 + contextCount] += pair;
        to[base] += factor;
        for (int i = 0; i < columns.length; i++) {
            to[1 + columns[i]] += factor * values[i];
        }
        if (crossed) {
            to[base + 1] += pair;
            for (int i = 0; i < columns.length; i++) {
                to[base + 2 + columns[i]] += factor * values[i];
            }
        }
    }

    /**
     * Conjugate gradients on the normal equations (Hestenes and Stiefel 1952, as CGLS): the intercept alone goes
     * without a ridge. Stopping early only shrinks more.
     */
    private double[] fit(final int[] rows) {
        final double[] weights = new double[weightCount()];
        final double[] residuals = new double[rows.length];
        double mean = 0;
        for (final int row : rows) {
            mean += log.reward[row] / rows.length;
        }
        weights[0] = mean;
        final double[] gradient = new double[weights.length];
        for (int i = 0; i < rows.length; i++) {
            residuals[i] = log.reward[rows[i]] - mean;
            context(rows[i]);
            addTo(rows[i], log.action[rows[i]], residuals[i], gradient);
        }
        final double[] direction = gradient.clone();
        final double[] moved = new double[rows.length];
        double square = Sum.ofSquares(gradient);
        final double enough = square * SMALL_ENOUGH;
        for (int step = 0; step < MAX_STEPS && square > enough; step++) {
            double curvature = 0;
            for (int i = 0; i < rows.length; i++) {
                context(rows[i]);
                moved[i] = dot(rows[i], log.action[rows[i]], direction);
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
                context(rows[i]);
                addTo(rows[i], log.action[rows[i]], residuals[i], gradient);
            }
            final double next = Sum.ofSquares(gradient);
            for (int j = 0; j < direction.length; j++) {
                direction[j] = gradient[j] + next / square * direction[j];
            }
            square = next;
        }
        return weights;
    }

    private void predict(
        final int row, final double[] weights, final TargetPolicy target, final Predictions predictions) {
        context(row);
        predictions.logged[row] = dot(row, log.action[row], weights);
        double mean = 0;
        for (int action = 0; action < actionCount; action++) {
            final double probability = target.probability(row, action);
            if (probability > 0) {
                mean += probability * dot(row, action, weights);
            }
        }
        predictions.target[row] = mean;
    }
}
