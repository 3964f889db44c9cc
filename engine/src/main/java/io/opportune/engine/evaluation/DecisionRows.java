package io.opportune.engine.evaluation;

import java.util.Arrays;

/** Compared decisions by column, in the order of the journal. For one thread. */
final class DecisionRows {
    private long[] timeNs = new long[1024];
    private boolean[] same = new boolean[1024];
    private double[] probability = new double[1024];
    private int[] cluster = new int[1024];
    private final AnswerDesign answers = new AnswerDesign();
    private double[] reward = new double[1024];
    private int count;

    void add(
        final long decidedNs, final boolean isSame, final double chosenWith, final int ofCluster,
        final Answer recorded, final Answer candidate) {
        if (count == timeNs.length) {
            timeNs = Arrays.copyOf(timeNs, 2 * count);
            same = Arrays.copyOf(same, 2 * count);
            probability = Arrays.copyOf(probability, 2 * count);
            cluster = Arrays.copyOf(cluster, 2 * count);
            reward = Arrays.copyOf(reward, 2 * count);
        }
        timeNs[count] = decidedNs;
        same[count] = isSame;
        probability[count] = chosenWith;
        cluster[count++] = ofCluster;
        answers.add(recorded, candidate);
    }

    int count() {
        return count;
    }

    long timeNs(final int row) {
        return timeNs[row];
    }

    double reward(final int row) {
        return reward[row];
    }

    void reward(final int row, final double value) {
        reward[row] = value;
    }

    /** The rows whose reward is complete: those decided until the time given. */
    Used used(final long lastNs) {
        final int[] rows = new int[count];
        int used = 0;
        for (int row = 0; row < count; row++) {
            if (timeNs[row] <= lastNs) {
                rows[used++] = row;
            }
        }
        return new Used(Arrays.copyOf(rows, used));
    }

    /** Some of the rows. */
    final class Used {
        private final int[] rows;
        private final Clusters clusters;

        private Used(final int[] rows) {
            this.rows = rows;
            clusters = dense();
        }

        /** Clusters of these rows alone, numbered anew. */
        private Clusters dense() {
            int last = 0;
            for (int row = 0; row < count; row++) {
                last = Math.max(last, cluster[row] + 1);
            }
            final int[] numbers = new int[last];
            final int[] ofRow = new int[rows.length];
            int found = 0;
            for (int i = 0; i < rows.length; i++) {
                final int old = cluster[rows[i]];
                if (numbers[old] == 0) {
                    numbers[old] = ++found;
                }
                ofRow[i] = numbers[old] - 1;
            }
            return found == rows.length ? Clusters.none(found) : Clusters.of(ofRow, found);
        }

        int count() {
            return rows.length;
        }

        Clusters clusters() {
            return clusters;
        }

        double[] rewards() {
            return Arrays.stream(rows).mapToDouble(row -> reward[row]).toArray();
        }

        double[] weights() {
            return Arrays.stream(rows).mapToDouble(row -> same[row] ? 1 / probability[row] : 0).toArray();
        }

        long changed() {
            return Arrays.stream(rows).filter(row -> !same[row]).count();
        }

        long changedForever() {
            return Arrays.stream(rows).filter(row -> !same[row] && probability[row] >= 1).count();
        }

        /** Mean reward of the decisions that stay as they are, or of the others; null without any. */
        Estimate meanReward(final boolean ofSame) {
            final double[] chosen =
                Arrays.stream(rows).filter(row -> same[row] == ofSame).mapToDouble(row -> reward[row]).toArray();
            return chosen.length == 0 ? null : Estimators.logged(chosen).estimate(Clusters.none(chosen.length));
        }

        /** Predicts rewards from the offers and campaigns of the answers. */
        void predict(final Evaluation evaluation, final int folds) {
            final RewardModel.Predictions predictions =
                RewardModel.crossFit(answers.of(rows, rewards(), weights()), clusters, folds, Double.NaN);
            evaluation.predicted(predictions.logged(), predictions.target());
        }
    }
}
