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
 * @param goal         what its advertiser pays for; null where each offer says what a conversion is worth.
 * @param zone         in which its dates are meant.
 * @param flights      when it runs, sorted, not overlapping; never empty.
 * @param budgets      what it may spend or hand out at most; none: no limit.
 * @param customerBudgets what each customer may receive of it at most, counted in profiles and not by the ledger.
 * @param pacing       how fast it may spend its budgets.
 * @param currency     ISO 4217 numeric code of budget and offer values.
 * @param paused       true: none of its offers is made.
 * @param traits       what exchanges are told of it unless a creative says otherwise; the advertiser's included.
 * @param control      customers to whom its offers are not made, to compare with; {@link ControlGroup#NONE}: nobody.
 * @param attributionWindowNs how long after one of its offers was made what the customer does is counted for it,
 *                     nanoseconds, 1 or more.
 */
public record Campaign(
    int campaignId, String id, Advertiser advertiser, Objective objective, Goal goal, ZoneId zone, List<Flight> flights,
    List<Budget> budgets, List<Budget> customerBudgets, Pacing pacing, int currency, boolean paused, AdTraits traits,
    ControlGroup control, long attributionWindowNs) {
    /** {@link #attributionWindowNs} where a campaign says nothing: 30 days. */
    public static final long DEFAULT_ATTRIBUTION_WINDOW_NS = 30L * 86_400 * 1_000_000_000L;

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
     * What an advertiser pays for, and how much: with it the worth of an impression is the expected value, amount times
     * the probability of what is paid for.
     *
     * @param type         what is paid for.
     * @param amountMicros for one of it, in the campaign's currency; {@link #NO_AMOUNT} where each offer says it.
     */
    public record Goal(Type type, long amountMicros) {
        /** {@link #amountMicros} of a goal that leaves the amount to its offers. */
        public static final long NO_AMOUNT = -1;

        /** What is paid for. */
        public enum Type {
            /** A thousand impressions. */
            CPM,
            /** A click. */
            CPC,
            /** A conversion. */
            CPA,
            /** Nothing: what counts is the margin that a conversion brings. */
            MARGIN
        }
    }

    /**
     * One time span.
     *
     * @param startNs first nanosecond since 1970-01-01T00:00Z.
     * @param endNs   first nanosecond that is no longer in it.
     */
    public record Flight(long startNs, long endNs) { }
}
