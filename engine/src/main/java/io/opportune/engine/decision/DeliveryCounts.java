package io.opportune.engine.decision;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What became of a campaign's offers in all decisions since the start of the server, tests left out. {@code candidates
 * = eligible + sum of heldBack}; what is eligible and neither offered nor auctioned was outranked.
 *
 * @param decisions          in the placements in which one of its offers may be made.
 * @param searches           of these, those that looked for offers at all: fewer where a customer gets none whatever
 *                           they are.
 * @param seen               of these, those that looked as far as its best offer: the search ends when better offers
 *                           fill the answer. Told from the order of scores to a fifth, so a little too few.
 * @param candidateDecisions in which one of its offers fitted, held back ones included; at most one a decision.
 * @param heldBack           of its offers that fitted, those that were held back, by reason in small letters; only what
 *                           is not 0.
 * @param eligible           of its offers that fitted, those that nothing held back.
 * @param offered            of these, those in answers to customers.
 * @param auctioned          of these, those chosen for an impression of an exchange.
 * @param expected           conversions expected of what was offered, by the propensities of the catalogue.
 * @param redeemed           redemptions of its offers, whenever they were made.
 */
public record DeliveryCounts(
    long decisions, long searches, long seen, long candidateDecisions, Map<String, Long> heldBack, long eligible,
    long offered, long auctioned, double expected, long redeemed) {

    /** Copies the map, keeping its order. */
    public DeliveryCounts {
        heldBack = Collections.unmodifiableMap(new LinkedHashMap<>(heldBack));
    }

    /**
     * How often an offer of the campaign fitted.
     *
     * @return offers, held back ones included.
     */
    public long candidates() {
        return eligible + heldBack.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * How often a reason held an offer back.
     *
     * @param reason in small letters.
     * @return 0 for none.
     */
    public long heldBackBy(final String reason) {
        return heldBack.getOrDefault(reason, 0L);
    }
}
