package io.opportune.engine.evaluation;

import java.util.Arrays;
import org.agrona.collections.Long2LongHashMap;

/**
 * Answers of a journal for the model of the reward: an answer has a weight for each of its offers and each of their
 * campaigns, so that a new offer is predicted by its campaign. What the catalogues believe is left out: a model must
 * predict the same answer alike, whoever makes it. For one thread.
 */
final class AnswerDesign {
    private static final long MISSING = -1;
    private static final long CAMPAIGN = 1L << Integer.SIZE;

    private final Long2LongHashMap weightOf = new Long2LongHashMap(MISSING);
    private final Features recorded = new Features();
    private final Features candidate = new Features();

    /** Weights of answers, one behind the other, and where each answer ends. */
    private static final class Features {
        private int[] ends = new int[1024];
        private int[] weights = new int[4096];
        private int count;

        void add(final int weight) {
            final int at = ends[count];
            if (at == weights.length) {
                weights = Arrays.copyOf(weights, 2 * at);
            }
            weights[at] = weight;
            ends[count]++;
        }

        void end() {
            count++;
            if (count == ends.length) {
                ends = Arrays.copyOf(ends, 2 * count);
            }
            ends[count] = ends[count - 1];
        }

        double dot(final int row, final double[] with) {
            double sum = with[0];
            for (int i = row == 0 ? 0 : ends[row - 1]; i < ends[row]; i++) {
                sum += with[weights[i]];
            }
            return sum;
        }

        void addTo(final int row, final double factor, final double[] to) {
            to[0] += factor;
            for (int i = row == 0 ? 0 : ends[row - 1]; i < ends[row]; i++) {
                to[weights[i]] += factor;
            }
        }
    }

    /** Takes a decision's two answers as the next row. */
    void add(final Answer recordedAnswer, final Answer candidateAnswer) {
        take(recordedAnswer, recorded);
        take(candidateAnswer, candidate);
    }

    private void take(final Answer answer, final Features to) {
        for (int place = 0; place < answer.count(); place++) {
            to.add(weight(answer.offerId(place) & 0xFFFF_FFFFL));
            to.add(weight(CAMPAIGN | answer.campaignId(place) & 0xFFFF_FFFFL));
        }
        to.end();
    }

    private int weight(final long of) {
        long weight = weightOf.get(of);
        if (weight == MISSING) {
            weight = weightOf.size() + 1;
            weightOf.put(of, weight);
        }
        return (int) weight;
    }

    /** Some of the rows, with what came of them. */
    Design of(final int[] rows, final double[] rewards, final double[] weights) {
        return new Design() {
            @Override
            public int rowCount() {
                return rows.length;
            }

            @Override
            public int weightCount() {
                return weightOf.size() + 1;
            }

            @Override
            public double reward(final int row) {
                return rewards[row];
            }

            @Override
            public double importance(final int row) {
                return weights[row];
            }

            @Override
            public double logged(final int row, final double[] with) {
                return recorded.dot(rows[row], with);
            }

            @Override
            public void addTo(final int row, final double factor, final double[] to) {
                recorded.addTo(rows[row], factor, to);
            }

            @Override
            public double target(final int row, final double[] with) {
                return candidate.dot(rows[row], with);
            }
        };
    }
}
