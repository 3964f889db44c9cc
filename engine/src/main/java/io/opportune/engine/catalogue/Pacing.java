package io.opportune.engine.catalogue;

import java.util.Collections;
import java.util.List;

/**
 * How fast a campaign may spend its budgets.
 *
 * @param mode     how a budget is spread over its time.
 * @param strength of front-loading, 0 (even) to 1 (twice the even rate at first, none at last).
 * @param hours    seven masks, Monday first, in the campaign's zone: bit n stands for the hour from n:00 on.
 */
public record Pacing(Mode mode, double strength, List<Integer> hours) {
    /** How a budget is spread. */
    public enum Mode {
        /** In proportion to the traffic that is expected. */
        EVEN,
        /** More at first. */
        FRONT_LOADED,
        /** As soon as possible. */
        ASAP
    }

    /** Days of a week. */
    public static final int DAYS = 7;
    /** Every hour of a day. */
    public static final int ALL_HOURS = (1 << 24) - 1;
    /** As fast as offers are made, at any hour. */
    public static final Pacing UNPACED = new Pacing(Mode.ASAP, 0, Collections.nCopies(DAYS, ALL_HOURS));

    /**
     * Copies the hours.
     *
     * @throws IllegalArgumentException when there are not seven.
     */
    public Pacing {
        hours = List.copyOf(hours);
        if (hours.size() != DAYS) {
            throw new IllegalArgumentException("hours of " + hours.size() + " days");
        }
    }
}
