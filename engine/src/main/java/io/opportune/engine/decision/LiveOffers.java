package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.targeting.Rule;

/**
 * The offers of one placement and channel whose flight holds a business time, best upper bound first. They are sorted
 * out anew only when the time leaves the span in which no flight begins or ends, so that a request reads neither
 * flights nor offers to find the rules to test. Owned by one shard; allocates nothing once it is made.
 */
final class LiveOffers {
    private final Offer[] made;
    private final Rule[] rules;
    private final int[] offerIndexes;
    private final int[] currencies;
    private int count;
    private long fromNs;
    private long untilNs;

    LiveOffers(final Offer[] made) {
        this.made = made;
        rules = new Rule[made.length];
        offerIndexes = new int[made.length];
        currencies = new int[made.length];
    }

    /** Sorts out what is live at a time; returns itself. */
    LiveOffers at(final long timeNs) {
        if (timeNs < fromNs || timeNs >= untilNs) {
            sortOut(timeNs);
        }
        return this;
    }

    int count() {
        return count;
    }

    Rule rule(final int i) {
        return rules[i];
    }

    int offerIndex(final int i) {
        return offerIndexes[i];
    }

    /** Whether an offer may be made where amounts are in a currency; 0 stands for any. */
    boolean isIn(final int i, final int currency) {
        return currency == 0 || currencies[i] == currency;
    }

    private void sortOut(final long timeNs) {
        count = 0;
        fromNs = Long.MIN_VALUE;
        untilNs = Long.MAX_VALUE;
        for (final Offer offer : made) {
            if (offer.isInFlight(timeNs)) {
                rules[count] = offer.rule();
                offerIndexes[count] = offer.offerIndex();
                currencies[count++] = offer.currency();
            }
            for (final long boundary : offer.flights()) {
                if (boundary <= timeNs) {
                    fromNs = Math.max(fromNs, boundary);
                } else {
                    untilNs = Math.min(untilNs, boundary);
                }
            }
        }
    }
}
