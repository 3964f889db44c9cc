package io.opportune.engine.catalogue;

import java.time.ZoneId;
import java.util.List;

/**
 * A purpose with a budget and times.
 *
 * @param campaignId   registry id.
 * @param id           name in the catalogue.
 * @param advertiser   who pays.
 * @param objective    what it is for.
 * @param zone         in which its dates are meant.
 * @param flights      when it runs, sorted, not overlapping; never empty.
 * @param budgets      what it may spend or hand out at most; none: no limit.
 * @param pacing       how fast it may spend them.
 * @param currency     ISO 4217 numeric code of budget and offer values.
 * @param paused       true: none of its offers is made.
 * @param traits       what exchanges are told of it unless a creative says otherwise; the advertiser's included.
 */
public record Campaign(
    int campaignId, String id, Advertiser advertiser, Objective objective, ZoneId zone, List<Flight> flights,
    List<Budget> budgets, Pacing pacing, int currency, boolean paused, AdTraits traits) {

    /** What a campaign is for. */
    public enum Objective {
        /** As many conversions as possible. */
        CONVERSIONS,
        /** As much revenue as possible. */
        REVENUE,
        /** As much margin as possible. */
        MARGIN,
        /** As many different customers as possible. */
        AWARENESS
    }

    /**
     * One time span.
     *
     * @param startNs first nanosecond since 1970-01-01T00:00Z.
     * @param endNs   first nanosecond that is no longer in it.
     */
    public record Flight(long startNs, long endNs) { }
}
