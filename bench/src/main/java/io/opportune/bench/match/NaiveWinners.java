package io.opportune.bench.match;

import io.opportune.engine.targeting.Rule;
import io.opportune.engine.targeting.Situation;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The winners by the documents alone: every rule's tree is asked, without compiled rules and index, and what holds is
 * sorted by value times propensity; equal scores go to the offer that stands first in the catalogue.
 */
final class NaiveWinners {
    private final List<Rule> rules;
    private final double[] scores;
    private final int wanted;
    private long matches;

    NaiveWinners(final List<Rule> rules, final OfferPrices prices, final int wanted) {
        this.rules = rules;
        this.wanted = wanted;
        scores = IntStream.range(0, rules.size()).mapToDouble(prices::score).toArray();
    }

    /** Numbers of the best offers of one event, best first. */
    int[] of(final Situation situation) {
        final int[] holding = IntStream.range(0, rules.size())
            .filter(rule -> rules.get(rule).root().holds(situation)).toArray();
        matches += holding.length;
        return Arrays.stream(holding).boxed().sorted((a, b) -> {
            final int byScore = Double.compare(scores[b], scores[a]);
            return byScore != 0 ? byScore : Integer.compare(a, b);
        }).limit(wanted).mapToInt(Integer::intValue).toArray();
    }

    double score(final int offer) {
        return scores[offer];
    }

    /** How many offers matched in all events asked for so far. */
    long matches() {
        return matches;
    }
}
