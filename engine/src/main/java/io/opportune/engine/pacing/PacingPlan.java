package io.opportune.engine.pacing;

import java.util.Arrays;

/**
 * What should have been spent of a budget at each moment of a period. With {@code u} the share of the period's expected
 * traffic that has passed in open hours, the planned share is {@code u} for even spending and {@code u + s u (1 - u)}
 * for front-loaded spending of strength {@code s}: with 1 the first part of the traffic gets twice its share, the last
 * hardly any. Where the course of the day is not known yet, even spending is a little front-loaded too. Spending is
 * planned to be done a little before the last open hour ends, so that what comes back from lost bids can still be
 * spent. Immutable; asking allocates nothing.
 */
public final class PacingPlan {
    /** Most time that is left to the end, and the share of the open time that it is of short periods. */
    private static final long MAX_FINISH_NS = 10 * 60 * LocalHour.NS_PER_SECOND;
    private static final int FINISH_SHARE = 100;
    /** Some six years: more hours than any flight has, so that a wrong end does not fill the memory. */
    private static final int MAX_HOURS = 6 * 366 * 24;
    /**
     * Strength of front-loading while nothing is known of the traffic: a flat curve expects as much late in the evening
     * as at noon, and what was left for an evening without traffic is lost.
     */
    private static final double UNKNOWN_STRENGTH = 0.3;
    /** An hour in which hardly anything came may see something one day; against the mean hour. */
    private static final double LEAST_TRAFFIC = 0.01;

    private final long limitMicros;
    private final PacingMode mode;
    private final double strength;
    /** Where hours of the zone begin; the finish and the end of the period. */
    private final long[] bounds;
    /** Share of the traffic in open hours before the finish that has passed at each bound. */
    private final double[] done;
    /** Expected between a bound and the next one, against the mean hour of the week. */
    private final double[] traffic;
    private final boolean[] open;
    private final long lastOpenNs;
    private final long anchorNs;
    private final double anchorMicros;
    private final double anchorShare;

    private PacingPlan(final PacingPlan other, final long limitMicros, final long anchorNs, final double anchorMicros) {
        this.limitMicros = limitMicros;
        mode = other.mode;
        strength = other.strength;
        bounds = other.bounds;
        done = other.done;
        traffic = other.traffic;
        open = other.open;
        lastOpenNs = other.lastOpenNs;
        this.anchorNs = anchorNs;
        this.anchorMicros = Math.max(0, Math.min(anchorMicros, limitMicros));
        anchorShare = share(anchorNs);
    }

    /**
     * A plan for a whole period.
     *
     * @param startNs     begin of the period.
     * @param endNs       its end, later.
     * @param limitMicros what may be spent in it, 0 or more.
     * @param mode        how.
     * @param strength    of front-loading, 0..1; without meaning for other modes.
     * @param curve       the traffic expected, and its zone; what it learns later does not change this plan.
     * @param schedule    the hours in which it may be spent.
     * @throws IllegalArgumentException when the period is empty or longer than six years, or a figure is out of range.
     */
    public PacingPlan(
        final long startNs, final long endNs, final long limitMicros, final PacingMode mode, final double strength,
        final TrafficCurve curve, final DayParts schedule) {
        if (endNs <= startNs) {
            throw new IllegalArgumentException("a period from " + startNs + " to " + endNs);
        }
        if (limitMicros < 0) {
            throw new IllegalArgumentException("a limit of " + limitMicros);
        }
        if (!(strength >= 0 && strength <= 1)) {
            throw new IllegalArgumentException("strength is 0 to 1: " + strength);
        }
        this.limitMicros = limitMicros;
        this.mode = mode;
        this.strength = Math.max(
            mode == PacingMode.FRONT_LOADED ? strength : 0, UNKNOWN_STRENGTH * (1 - curve.knownShare()));
        final LocalHour hour = new LocalHour(curve.zone());
        final long[] hours = hours(startNs, endNs, hour);
        long openNs = 0;
        long last = startNs;
        for (int i = 0; i + 1 < hours.length; i++) {
            if (schedule.isOpen(hour.at(hours[i]))) {
                openNs += hours[i + 1] - hours[i];
                last = hours[i + 1];
            }
        }
        lastOpenNs = last;
        final long finishNs = last - Math.min(MAX_FINISH_NS, openNs / FINISH_SHARE);
        bounds = withBound(hours, finishNs);
        traffic = new double[bounds.length - 1];
        open = new boolean[traffic.length];
        done = new double[bounds.length];
        fill(curve, schedule, hour, finishNs);
        anchorNs = startNs;
        anchorMicros = 0;
        anchorShare = 0;
    }

    private static long[] hours(final long startNs, final long endNs, final LocalHour hour) {
        long[] found = new long[32];
        int count = 0;
        long at = startNs;
        while (at < endNs) {
            if (count == MAX_HOURS) {
                throw new IllegalArgumentException("a period of more than " + MAX_HOURS + " hours");
            }
            if (count + 1 == found.length) {
                found = Arrays.copyOf(found, 2 * found.length);
            }
            found[count++] = at;
            hour.at(at);
            at = hour.endNs();
        }
        found[count] = endNs;
        return Arrays.copyOf(found, count + 1);
    }

    private static long[] withBound(final long[] hours, final long boundNs) {
        final int found = Arrays.binarySearch(hours, boundNs);
        if (found >= 0) {
            return hours;
        }
        final int place = -found - 1;
        final long[] more = new long[hours.length + 1];
        System.arraycopy(hours, 0, more, 0, place);
        more[place] = boundNs;
        System.arraycopy(hours, place, more, place + 1, hours.length - place);
        return more;
    }

    private void fill(
        final TrafficCurve curve, final DayParts schedule, final LocalHour hour, final long finishNs) {
        final double[] weights = new double[TrafficCurve.HOURS];
        curve.weights(weights);
        final double mean = Math.max(Arrays.stream(weights).average().orElse(1), Double.MIN_NORMAL);
        for (int i = 0; i < traffic.length; i++) {
            final int hourOfWeek = hour.at(bounds[i]);
            traffic[i] = Math.max(weights[hourOfWeek] / mean, LEAST_TRAFFIC);
            open[i] = schedule.isOpen(hourOfWeek);
            done[i + 1] = done[i] + (open[i] && bounds[i] < finishNs ? traffic[i] * (bounds[i + 1] - bounds[i]) : 0);
        }
        final double all = done[traffic.length];
        for (int i = 1; i < done.length; i++) {
            done[i] = all > 0 ? done[i] / all : 0;
        }
    }

    /**
     * The same plan with another limit: what was planned so far stays, what is left is spread over what is left of the
     * traffic, so that a higher budget at noon is not caught up with as if it had been there since midnight.
     *
     * @param nowNs    from when on.
     * @param newLimit 0 or more; at or below what was planned so far nothing more is planned.
     * @return a new plan.
     * @throws IllegalArgumentException when the limit is below 0.
     */
    public PacingPlan withLimit(final long nowNs, final long newLimit) {
        if (newLimit < 0) {
            throw new IllegalArgumentException("a limit of " + newLimit);
        }
        return new PacingPlan(this, newLimit, nowNs, mode == PacingMode.ASAP ? 0 : plannedMicros(nowNs));
    }

    /**
     * The same plan beginning at a point: for one that is made anew within its period, after a restart, with a curve
     * that has learned or with another schedule.
     *
     * @param nowNs         from when on.
     * @param plannedMicros what was planned until then.
     * @return a new plan.
     */
    public PacingPlan from(final long nowNs, final double plannedMicros) {
        return new PacingPlan(this, limitMicros, nowNs, plannedMicros);
    }

    /**
     * What should have been spent.
     *
     * @param timeNs any; what was planned before its beginning, and all of it after its end.
     * @return micros, 0 to the limit; nothing when no hour is open.
     */
    public double plannedMicros(final long timeNs) {
        if (mode == PacingMode.ASAP) {
            return limitMicros;
        }
        if (timeNs <= anchorNs) {
            return anchorMicros;
        }
        final double left = share(bounds[bounds.length - 1]) - anchorShare;
        return left > 0
            ? anchorMicros + (limitMicros - anchorMicros) * ((share(timeNs) - anchorShare) / left) : anchorMicros;
    }

    private double share(final long timeNs) {
        final double even = evenShare(timeNs);
        return even + strength * even * (1 - even);
    }

    private double evenShare(final long timeNs) {
        if (timeNs <= bounds[0]) {
            return 0;
        }
        final int last = bounds.length - 1;
        if (timeNs >= bounds[last]) {
            return done[last];
        }
        final int i = find(timeNs);
        return done[i] + (done[i + 1] - done[i]) * ((double) (timeNs - bounds[i]) / (bounds[i + 1] - bounds[i]));
    }

    /**
     * Whether anything may be spent: within the period, in an hour of the schedule.
     *
     * @param timeNs any.
     * @return false: closed.
     */
    public boolean isOpen(final long timeNs) {
        return timeNs >= bounds[0] && timeNs < lastOpenNs && open[find(timeNs)];
    }

    /**
     * When it closes next.
     *
     * @param timeNs at which it is open.
     * @return the end of the last open hour in a row; {@code timeNs} when it is closed.
     */
    public long closesNs(final long timeNs) {
        if (!isOpen(timeNs)) {
            return timeNs;
        }
        int i = find(timeNs) + 1;
        while (i < open.length && open[i]) {
            i++;
        }
        return bounds[i];
    }

    /**
     * Traffic expected at a moment.
     *
     * @param timeNs any; outside the period that of its nearest hour.
     * @return against the mean hour of the week, above 0.
     */
    public double traffic(final long timeNs) {
        return traffic[find(timeNs)];
    }

    private int find(final long timeNs) {
        int low = 0;
        int high = bounds.length - 2;
        while (low < high) {
            final int middle = (low + high + 1) >>> 1;
            if (bounds[middle] <= timeNs) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /**
     * Begin of the period.
     *
     * @return nanoseconds since 1970.
     */
    public long startNs() {
        return bounds[0];
    }

    /**
     * End of the period.
     *
     * @return nanoseconds since 1970.
     */
    public long endNs() {
        return bounds[bounds.length - 1];
    }

    /**
     * End of the last open hour.
     *
     * @return nanoseconds since 1970; the period's begin when no hour is open.
     */
    public long lastOpenNs() {
        return lastOpenNs;
    }

    /**
     * What may be spent in the period.
     *
     * @return micros.
     */
    public long limitMicros() {
        return limitMicros;
    }

    /**
     * How it is spread.
     *
     * @return as given.
     */
    public PacingMode mode() {
        return mode;
    }
}
