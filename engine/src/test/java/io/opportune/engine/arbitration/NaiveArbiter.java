package io.opportune.engine.arbitration;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/** Arbitration as it is defined, without any thought of time: all candidates, all rows, at every place. */
final class NaiveArbiter {
    /** A candidate. */
    record Contender(int offerId, int advertiser, int category, int tier, double mean, double sd, double factor) {
        double propensity() {
            return 1 / (1 + StrictMath.exp(-mean));
        }

        double score() {
            return propensity() * factor;
        }
    }

    private final NoiseTable noise;
    private final List<Contender> all;
    private final ChoicePolicy policy;
    private final SlateRules rules;
    private final BiPredicate<List<Contender>, Contender> admits;

    NaiveArbiter(
        final NoiseTable noise,
        final List<Contender> all,
        final ChoicePolicy policy,
        final SlateRules rules,
        final BiPredicate<List<Contender>, Contender> admits) {
        this.noise = noise;
        this.all = all;
        this.policy = policy;
        this.rules = rules;
        this.admits = admits;
    }

    /** Who competes for the place behind these. */
    List<Contender> eligible(final List<Contender> slate) {
        final List<Contender> fitting = new ArrayList<>();
        for (final Contender one : all) {
            final long ofCategory = slate.stream().filter(taken -> taken.category() == one.category()).count();
            final long ofAdvertiser = slate.stream().filter(taken -> taken.advertiser() == one.advertiser()).count();
            if (!slate.contains(one) && one.score() >= rules.minScore() && one.propensity() >= rules.minPropensity()
                && ofCategory < rules.perCategory() && ofAdvertiser < rules.perAdvertiser()
                && admits.test(slate, one)) {
                fitting.add(one);
            }
        }
        final int tier = fitting.stream().mapToInt(Contender::tier).max().orElse(0);
        return fitting.stream().filter(one -> one.tier() == tier).toList();
    }

    /** Probabilities of the eligible, in their order. */
    double[] probabilities(final List<Contender> eligible) {
        final int m = eligible.size();
        final double[] own = new double[m];
        switch (policy.exploration()) {
            case GREEDY -> own[best(eligible)] = 1;
            case EPSILON -> {
                java.util.Arrays.fill(own, policy.epsilon() / m);
                own[best(eligible)] += 1 - policy.epsilon();
            }
            case THOMPSON -> {
                for (int row = 0; row < noise.rows(); row++) {
                    own[winner(eligible, row)] += 1.0 / noise.rows();
                }
            }
            case SOFTMAX -> {
                double sum = 0;
                final double most = eligible.get(best(eligible)).score();
                for (int k = 0; k < m; k++) {
                    own[k] = most == 0
                        ? 1 : StrictMath.pow(eligible.get(k).score() / most, 1 / policy.temperature());
                    sum += own[k];
                }
                for (int k = 0; k < m; k++) {
                    own[k] /= sum;
                }
            }
        }
        for (int k = 0; k < m; k++) {
            own[k] = policy.floor() / m + (1 - policy.floor()) * own[k];
        }
        return own;
    }

    int best(final List<Contender> eligible) {
        int best = 0;
        for (int k = 1; k < eligible.size(); k++) {
            final int byScore = Double.compare(eligible.get(k).score(), eligible.get(best).score());
            if (byScore > 0 || byScore == 0 && eligible.get(k).offerId() < eligible.get(best).offerId()) {
                best = k;
            }
        }
        return best;
    }

    /** Who has the best sampled score in a row; the propensity's logarithm as the noise table defines it. */
    int winner(final List<Contender> eligible, final int row) {
        int winner = -1;
        double most = 0;
        for (int k = 0; k < eligible.size(); k++) {
            final Contender one = eligible.get(k);
            final double logit = one.mean() + one.sd() * noise.noise(row, one.offerId());
            final double utility = LogScores.log(one.factor()) + LogScores.logLogistic(logit);
            if (winner < 0 || utility > most
                || utility == most && one.offerId() < eligible.get(winner).offerId()) {
                winner = k;
                most = utility;
            }
        }
        return winner;
    }

    /** The same with the library's functions. */
    int winnerByTheLibrary(final List<Contender> eligible, final int row) {
        int winner = 0;
        double most = -1;
        for (int k = 0; k < eligible.size(); k++) {
            final Contender one = eligible.get(k);
            final double logit = one.mean() + one.sd() * noise.noise(row, one.offerId());
            final double score = one.factor() / (1 + StrictMath.exp(-logit));
            if (score > most) {
                winner = k;
                most = score;
            }
        }
        return winner;
    }
}
