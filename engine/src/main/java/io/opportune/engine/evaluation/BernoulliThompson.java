package io.opportune.engine.evaluation;

import java.util.SplittableRandom;

/**
 * Thompson sampling with a Beta distribution for each action (Chapelle and Li 2011): each draw takes a rate of each
 * action and fills the places by descending rates. The probability of an action in a place is its share of many draws,
 * which is off by about the square root of p (1 - p) / draws.
 */
public final class BernoulliThompson implements TargetPolicy {
    private final LoggedRows log;
    private final double[][] probabilityByPlace;
    private final int draws;
    private final long seed;

    /**
     * Draws.
     *
     * @param log    whose actions, in the order of the priors, and places.
     * @param priors as many as the log has actions.
     * @param draws  1 or more.
     * @param seed   of the draws; the same seed gives the same probabilities.
     */
    public BernoulliThompson(final LoggedRows log, final BetaPriors priors, final int draws, final long seed) {
        final int count = log.actions().size();
        if (priors.alpha().length != count) {
            throw new IllegalArgumentException("there are priors for " + priors.alpha().length + " actions, but "
                + count + " actions in the log");
        }
        this.log = log;
        this.draws = draws;
        this.seed = seed;
        probabilityByPlace = probabilities(priors, Math.min(log.positionCount(), count), draws, seed);
    }

    /**
     * Shares of draws by place and action.
     *
     * @param priors by action.
     * @param places how many to fill, at most the number of actions.
     * @param draws  1 or more.
     * @param seed   of the draws.
     * @return by place, then action; each place comes to 1.
     */
    static double[][] probabilities(final BetaPriors priors, final int places, final int draws, final long seed) {
        final int count = priors.alpha().length;
        final BetaSampler sampler = new BetaSampler(new SplittableRandom(seed));
        final long[][] wins = new long[places][count];
        final double[] bestRates = new double[places];
        final int[] best = new int[places];
        for (int draw = 0; draw < draws; draw++) {
            int filled = 0;
            for (int action = 0; action < count; action++) {
                final double rate = sampler.next(priors.alpha()[action], priors.beta()[action]);
                int place = filled;
                while (place > 0 && rate > bestRates[place - 1]) {
                    if (place < places) {
                        bestRates[place] = bestRates[place - 1];
                        best[place] = best[place - 1];
                    }
                    place--;
                }
                if (place < places) {
                    bestRates[place] = rate;
                    best[place] = action;
                    filled = Math.min(filled + 1, places);
                }
            }
            for (int place = 0; place < places; place++) {
                wins[place][best[place]]++;
            }
        }
        final double[][] shares = new double[places][count];
        for (int place = 0; place < places; place++) {
            for (int action = 0; action < count; action++) {
                shares[place][action] = (double) wins[place][action] / draws;
            }
        }
        return shares;
    }

    @Override
    public double probability(final int row, final int action) {
        final int place = log.position(row);
        return place < probabilityByPlace.length ? probabilityByPlace[place][action] : 0;
    }

    @Override
    public String description() {
        return String.format(java.util.Locale.ROOT, "Bernoulli Thompson sampling over %d actions, %,d draws, seed %d",
            log.actions().size(), draws, seed);
    }
}
