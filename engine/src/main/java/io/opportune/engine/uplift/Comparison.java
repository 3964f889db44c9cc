package io.opportune.engine.uplift;

import java.util.List;

/**
 * What one campaign, or all offers together, brought.
 *
 * @param campaign       name of the campaign; empty for all offers together.
 * @param ownGroup       true: against the campaign's own control group; false: against the global one, whose customers
 *                       are offered nothing at all.
 * @param basisPoints    share of the control group, 1..10,000.
 * @param sinceNs        business time since when this group has been in force, nanoseconds since 1970.
 * @param running        whether the newest catalogue still asks for it.
 * @param windowNs       how long after the first offer outcomes count, nanoseconds.
 * @param currency       ISO 4217 numeric code of the revenue; 0: nobody bought anything.
 * @param whole          all customers.
 * @param slices         parts, by name; empty unless asked for.
 * @param severalRoots   customers left out because their offers stand under several keys that were merged since.
 * @param bothArms       of these and others left out, those who were in both arms.
 * @param erased         customers left out because they were erased.
 * @param overlapping    decisions left out because control groups of other campaigns may have changed the offers.
 * @param otherCurrency  purchases within windows that are not counted because of their currency.
 * @param impressions    seen by anybody since then. They prove nothing and stand beside the figures only.
 * @param redemptions    of customers of the treated arm within their windows.
 * @param redeemedMicros what was said of their amounts.
 */
public record Comparison(
    String campaign, boolean ownGroup, int basisPoints, long sinceNs, boolean running, long windowNs, int currency,
    Slice whole, List<Slice> slices, long severalRoots, long bothArms, long erased, long overlapping,
    long otherCurrency, long impressions, long redemptions, long redeemedMicros) {
    /** Copies the list. */
    public Comparison {
        slices = List.copyOf(slices);
    }
}
