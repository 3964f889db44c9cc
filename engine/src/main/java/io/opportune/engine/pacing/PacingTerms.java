package io.opportune.engine.pacing;

import java.time.ZoneId;
import java.util.Objects;

/**
 * How one budget of a campaign is to be spent. A campaign may have several budgets, each with terms of its own: the one
 * that holds it back most decides.
 *
 * @param campaignId      of the registry.
 * @param line            by which the {@link SpendSource} knows the budget.
 * @param actuator        the same for all budgets of a campaign.
 * @param mode            how it is spread.
 * @param strength        of front-loading, 0..1.
 * @param schedule        the hours in which it may be spent, in the zone.
 * @param zone            of days and hours.
 * @param flightStartNs   when the campaign begins, nanoseconds since 1970.
 * @param flightEndNs     when it ends; {@link Long#MAX_VALUE} for never, which a total budget can be only when it is
 *                        spent as soon as possible.
 * @param daily           whether the limit is one of each local day; otherwise of the whole flight.
 * @param highestPrice    most that one opportunity spends, above 0, in the unit of the budget.
 * @param multiplierFloor least bid multiplier, above 0 and up to 1.
 * @param curve           number of the traffic curve: campaigns with the same one learn it together. The campaign's id
 *                        for one of its own.
 */
public record PacingTerms(
    int campaignId, int line, Actuator actuator, PacingMode mode, double strength, DayParts schedule, ZoneId zone,
    long flightStartNs, long flightEndNs, boolean daily, long highestPrice, double multiplierFloor, int curve) {
    /**
     * Checks the figures.
     *
     * @throws IllegalArgumentException when one is out of range.
     */
    public PacingTerms {
        Objects.requireNonNull(actuator);
        Objects.requireNonNull(schedule);
        Objects.requireNonNull(zone);
        if (flightEndNs <= flightStartNs) {
            throw new IllegalArgumentException("a flight from " + flightStartNs + " to " + flightEndNs);
        }
        if (!daily && flightEndNs == Long.MAX_VALUE && mode != PacingMode.ASAP) {
            throw new IllegalArgumentException("a total budget without an end cannot be spread");
        }
        if (!(strength >= 0 && strength <= 1)) {
            throw new IllegalArgumentException("strength is 0 to 1: " + strength);
        }
        if (highestPrice <= 0) {
            throw new IllegalArgumentException("a highest price of " + highestPrice);
        }
        if (!(multiplierFloor > 0 && multiplierFloor <= 1)) {
            throw new IllegalArgumentException("a floor is above 0 and up to 1: " + multiplierFloor);
        }
    }
}
