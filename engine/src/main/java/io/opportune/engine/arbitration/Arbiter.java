package io.opportune.engine.arbitration;

import io.opportune.engine.numeric.Logistic;

/**
 * Arbitration of one decision: gives the places of a slate away one after the other and says of each with which
 * probability it went to who got it, given the places before. {@link #arbitrate} decides; {@link #begin},
 * {@link #advance}, {@link #probabilityOf} and {@link #take} walk along a slate that was decided on before, for what-if
 * questions. The contenders must not change in between. Reused; owned by one thread; allocates nothing.
 */
public final class Arbiter {
    /** Who weighs less than e to this of the best is not drawn. */
    private static final double LEAST_EXPONENT = -700;

    private final CounterRandom random = new CounterRandom();
    private final ThompsonSampler sampler;
    private final Standing[] standings = new Standing[Contenders.MAX_CONTENDERS];
    /** Who could still get a place, in the order of the contenders. */
    private final int[] open = new int[Contenders.MAX_CONTENDERS];
    /** Those of them who compete for the next place: the greatest tier. */
    private final int[] live = new int[Contenders.MAX_CONTENDERS];
    private final double[] logScores = new double[Contenders.MAX_CONTENDERS];
    /** Of those who compete, in their order: exp((ln score - ln best score) / temperature). */
    private final double[] weights = new double[Contenders.MAX_CONTENDERS];
    private final int[] chosen = new int[SlateRules.MAX_PLACES];
    private final double[] probabilities = new double[SlateRules.MAX_PLACES];
    private final boolean[] explored = new boolean[SlateRules.MAX_PLACES];
    private Contenders all;
    private ChoicePolicy policy;
    private SlateRules rules;
    private SlateGuard guard;
    private int wanted;
    private int openCount;
    private int liveCount;
    private int best;
    private double weightSum;
    private int count;

    /**
     * Makes an arbiter.
     *
     * @param noise of Thompson sampling.
     */
    public Arbiter(final NoiseTable noise) {
        sampler = new ThompsonSampler(noise);
    }

    /**
     * Fills a slate. The key decides what is drawn, so that the same decision comes out the same.
     *
     * @param contenders   in an order that is the same when the decision is made again.
     * @param choicePolicy how places are given away.
     * @param slateRules   what the slate may hold.
     * @param places       at most so many, 0..{@link SlateRules#MAX_PLACES}.
     * @param slateGuard   what else it may not hold; null: nothing.
     * @param keyHigh      upper half of the decision's id.
     * @param keyLow       lower half of the decision's id.
     * @return how many places were given away; fewer than wanted when nobody else clears the threshold and fits.
     */
    public int arbitrate(
        final Contenders contenders,
        final ChoicePolicy choicePolicy,
        final SlateRules slateRules,
        final int places,
        final SlateGuard slateGuard,
        final long keyHigh,
        final long keyLow) {
        begin(contenders, choicePolicy, slateRules, places, slateGuard);
        while (advance()) {
            random.draw(keyHigh, keyLow, count);
            take(draw());
        }
        return count;
    }

    /**
     * Starts an empty slate; the arguments are those of {@link #arbitrate}.
     *
     * @param contenders   the candidates.
     * @param choicePolicy how places are given away.
     * @param slateRules   what the slate may hold.
     * @param places       at most so many, 0..{@link SlateRules#MAX_PLACES}.
     * @param slateGuard   what else it may not hold; null: nothing.
     */
    public void begin(
        final Contenders contenders,
        final ChoicePolicy choicePolicy,
        final SlateRules slateRules,
        final int places,
        final SlateGuard slateGuard) {
        all = contenders;
        policy = choicePolicy;
        rules = slateRules;
        guard = slateGuard;
        wanted = Math.min(places, SlateRules.MAX_PLACES);
        count = 0;
        openCount = 0;
        liveCount = 0;
        for (int i = 0; i < contenders.count(); i++) {
            final double score = contenders.score(i);
            if (score >= slateRules.minScore() && contenders.propensity(i) >= slateRules.minPropensity()) {
                standings[i] = Standing.OUTRANKED;
                open[openCount++] = i;
            } else {
                standings[i] = score >= 0 ? Standing.BELOW_THRESHOLD : Standing.INVALID;
            }
        }
        if (policy.exploration() == Exploration.THOMPSON) {
            sampler.begin(all, policy.spread(), open, openCount);
        } else if (policy.exploration() == Exploration.SOFTMAX) {
            for (int k = 0; k < openCount; k++) {
                logScores[open[k]] = LogScores.log(all.score(open[k]));
            }
        }
    }

    /**
     * Goes on to the next place.
     *
     * @return false: the slate is full, or nobody is left for it.
     */
    public boolean advance() {
        liveCount = 0;
        if (count == wanted) {
            return false;
        }
        int kept = 0;
        for (int k = 0; k < openCount; k++) {
            final int i = open[k];
            if (guard == null || guard.admits(i)) {
                open[kept++] = i;
                compete(i);
            } else {
                standings[i] = Standing.NOT_ADMITTED;
            }
        }
        openCount = kept;
        if (liveCount > 0 && policy.exploration() == Exploration.SOFTMAX) {
            weigh();
        }
        return liveCount > 0;
    }

    /** Takes somebody into the tier that competes, or begins a greater one with it. */
    private void compete(final int i) {
        if (liveCount > 0 && all.tier(i) < all.tier(best)) {
            return;
        }
        if (liveCount == 0 || all.tier(i) > all.tier(best)) {
            liveCount = 0;
            best = i;
        } else if (all.score(i) > all.score(best) || all.score(i) == all.score(best) && all.winsTie(i, best)) {
            best = i;
        }
        live[liveCount++] = i;
    }

    /** Weights anew for each place, so that they do not vanish once the best has its place. */
    private void weigh() {
        final double most = logScores[best];
        weightSum = 0;
        for (int k = 0; k < liveCount; k++) {
            // Where the best scores nothing all score alike.
            final double exponent = most == Double.NEGATIVE_INFINITY
                ? 0 : (logScores[live[k]] - most) / policy.temperature();
            weights[k] = exponent < LEAST_EXPONENT ? 0 : Logistic.exp(exponent);
            weightSum += weights[k];
        }
    }

    /** Who gets the next place by what was drawn: the lower bits say how, the upper ones who. */
    private int draw() {
        if (CounterRandom.unit(random.first()) < policy.evenShare()) {
            return live[CounterRandom.below(liveCount, random.second())];
        }
        return switch (policy.exploration()) {
            case GREEDY, EPSILON -> best;
            case THOMPSON -> sampler.winner(
                CounterRandom.below(sampler.rows(), random.second()), live, liveCount, best);
            case SOFTMAX -> drawByWeight(CounterRandom.unit(random.second()) * weightSum);
        };
    }

    private int drawByWeight(final double at) {
        double sum = 0;
        int last = 0;
        for (int k = 0; k < liveCount; k++) {
            if (weights[k] > 0) {
                last = k;
                sum += weights[k];
                if (at < sum) {
                    break;
                }
            }
        }
        return live[last];
    }

    /**
     * With which probability a contender gets the next place, given who has one.
     *
     * @param i index into the contenders.
     * @return 0..1; 0 for who cannot get it. The sum over all contenders is 1.
     */
    public double probabilityOf(final int i) {
        int k = 0;
        while (k < liveCount && live[k] != i) {
            k++;
        }
        if (k == liveCount) {
            return 0;
        }
        final double even = policy.evenShare();
        final double own = even == 1 ? 0 : switch (policy.exploration()) {
            case GREEDY, EPSILON -> i == best ? 1 : 0;
            case THOMPSON -> (double) sampler.wins(i, live, liveCount, best) / sampler.rows();
            case SOFTMAX -> weights[k] / weightSum;
        };
        return even == 0 ? own : even / liveCount + (1 - even) * own;
    }

    /**
     * Gives the next place away.
     *
     * @param i index into the contenders, of one that {@link #advance} left.
     */
    public void take(final int i) {
        probabilities[count] = probabilityOf(i);
        explored[count] = i != best;
        chosen[count++] = i;
        standings[i] = Standing.CHOSEN;
        liveCount = 0;
        if (guard != null) {
            guard.taken(i);
        }
        if (count < wanted) {
            close(i);
        }
    }

    /** Takes those out who cannot get a place any more. */
    private void close(final int taken) {
        int ofCategory = 0;
        int ofAdvertiser = 0;
        for (int place = 0; place < count; place++) {
            ofCategory += all.categoryId(chosen[place]) == all.categoryId(taken) ? 1 : 0;
            ofAdvertiser += all.advertiserId(chosen[place]) == all.advertiserId(taken) ? 1 : 0;
        }
        final boolean categoryFull = ofCategory >= rules.perCategory();
        final boolean advertiserFull = ofAdvertiser >= rules.perAdvertiser();
        int kept = 0;
        for (int k = 0; k < openCount; k++) {
            final int i = open[k];
            if (categoryFull && all.categoryId(i) == all.categoryId(taken) && i != taken) {
                standings[i] = Standing.CATEGORY_TAKEN;
            } else if (advertiserFull && all.advertiserId(i) == all.advertiserId(taken) && i != taken) {
                standings[i] = Standing.ADVERTISER_TAKEN;
            } else if (i != taken) {
                open[kept++] = i;
            }
        }
        openCount = kept;
    }

    /**
     * How many places were given away.
     *
     * @return 0..{@link SlateRules#MAX_PLACES}.
     */
    public int count() {
        return count;
    }

    /**
     * Who has a place.
     *
     * @param place 0..{@link #count()} - 1.
     * @return index into the contenders.
     */
    public int contender(final int place) {
        return chosen[place];
    }

    /**
     * With which probability it got the place, given the places before.
     *
     * @param place 0..{@link #count()} - 1.
     * @return above 0 and up to 1.
     */
    public double probability(final int place) {
        return probabilities[place];
    }

    /**
     * Whether the place went to another than the best score.
     *
     * @param place 0..{@link #count()} - 1.
     * @return true when something was tried out.
     */
    public boolean isExplored(final int place) {
        return explored[place];
    }

    /**
     * What became of a contender.
     *
     * @param i index into the contenders.
     * @return after {@link #arbitrate} final.
     */
    public Standing standing(final int i) {
        return standings[i];
    }
}
