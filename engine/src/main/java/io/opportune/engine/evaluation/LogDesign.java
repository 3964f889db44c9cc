package io.opportune.engine.evaluation;

import java.util.Arrays;

/**
 * Rows of a log for the model of the reward: an action has its own weight, its place, the row's features, the action's
 * own number, and crosses of the action with all of these. For one thread.
 */
final class LogDesign implements Design {
    /** More weights than this are not fitted; crosses are left out then. */
    private static final int MAX_WEIGHTS = 1 << 23;

    private final LoggedRows log;
    private final TargetPolicy target;
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

    LogDesign(final LoggedRows log, final TargetPolicy target) {
        this.log = log;
        this.target = target;
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

    @Override
    public int rowCount() {
        return log.rowCount;
    }

    @Override
    public double reward(final int row) {
        return log.reward[row];
    }

    @Override
    public double importance(final int row) {
        return target.probability(row, log.action[row]) / log.propensity[row];
    }

    @Override
    public double logged(final int row, final double[] weights) {
        context(row);
        return dot(row, log.action[row], weights);
    }

    @Override
    public void addTo(final int row, final double factor, final double[] to) {
        context(row);
        addTo(row, log.action[row], factor, to);
    }

    @Override
    public double target(final int row, final double[] weights) {
        context(row);
        double mean = 0;
        for (int action = 0; action < actionCount; action++) {
            final double probability = target.probability(row, action);
            if (probability > 0) {
                mean += probability * dot(row, action, weights);
            }
        }
        return mean;
    }

    /** Weights: intercept, context, then for each action its own, that of its number, and its crosses. */
    @Override
    public int weightCount() {
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
}
