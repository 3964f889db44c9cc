package io.opportune.engine.pacing;

import java.nio.ByteBuffer;

/**
 * Holds the spending of one budget at its plan. It predicts what taking part in everything would spend in the next
 * minute (opportunities a second times micros an opportunity, both learned while it runs) and takes part in the share
 * that the plan wants: the pacing rate of Lee, Jalali and Dasdan (ADKDD 2013) and of Xu et al. (KDD 2015). What is
 * behind or ahead is spread over the plan's next quarter of an hour. Bids are lowered slowly until participation stands
 * a little below 1, which keeps participation, whose effect is known, as the fast actuator: mid-ranging control. Owned
 * by one thread; {@link #update} allocates nothing and depends on nothing but what it was given since it was made.
 */
public final class PacingController {
    /** Length of a saved state. */
    public static final int STATE_BYTES = 6 * Double.BYTES;
    /** What an interval may be long; in a longer one the server was down or stood still, and nothing is learned. */
    static final long MAX_INTERVAL_NS = 60 * LocalHour.NS_PER_SECOND;
    /** In what time of the plan an error is made good. */
    static final long CATCH_UP_NS = 900 * LocalHour.NS_PER_SECOND;
    private static final double NS_PER_SECOND = LocalHour.NS_PER_SECOND;
    private static final long NONE = Long.MIN_VALUE;
    /** How far the plan's next step looks ahead. */
    private static final long STEP_NS = 60 * LocalHour.NS_PER_SECOND;
    /** A new campaign begins with this: with a hundred times the supply needed it is already enough. */
    private static final double SLOW_START = 0.01;
    /** Participation grows at most by a factor of e in this time: what it is based on may be wrong. */
    private static final double RISE_SECONDS = 60;
    /** What is remembered of traffic: this time, and this many opportunities at least. */
    private static final double TRAFFIC_SECONDS = 300;
    private static final double TRAFFIC_COUNT = 15;
    /** Traffic that leaves what is expected by this many standard deviations, and this many besides, has changed. */
    private static final double CHANGE_SIGMAS = 5;
    private static final double CHANGE_COUNT = 5;
    private static final double CHANGE_SECONDS = 20;
    /** What is remembered of the micros an opportunity spends: this time and this many at least. */
    private static final double YIELD_SECONDS = 1800;
    private static final double YIELD_COUNT = 50;
    /** As how many opportunities the highest price counts before anything was learned. */
    private static final double YIELD_PRIOR_COUNT = 5;
    /** Below this share of the highest price an opportunity is not believed to be: reserves come and go. */
    private static final double LEAST_YIELD = 1e-4;
    /** Where participation is held by the bid: enough below 1 to spend faster at once. */
    private static final double PARTICIPATION_GOAL = 0.95;
    private static final double BID_SECONDS = 900;
    private static final double BID_COUNT = 50;
    private static final double MOST_BID_ERROR = 1.5;
    /** By which power of the bid an opportunity's spend is expected to change: price times chance to win. */
    private static final double BID_ELASTICITY = 2;
    /** From when on it takes part in everything. */
    private static final double FULL = 0.999;

    private final Actuator actuator;
    private final double highestPriceMicros;
    private final double multiplierFloor;

    private PacingPlan plan;
    private long lastNs = NONE;
    private long lastCommittedMicros;
    private long lastOpportunities;
    private long spentMicros;
    private long reservedMicros;
    private double trafficCount;
    private double trafficSeconds;
    private double changeCount;
    private double changeSeconds;
    private double changeDuration;
    private double silentSeconds;
    private double yieldMicros;
    private double yieldCount;
    private double partsOpen;
    private double partsOpenSeconds;
    private double pace = SLOW_START;
    private double demand;
    private double participation;
    private double appliedParticipation;
    private double multiplier = 1;
    private LimitedBy limitedBy = LimitedBy.SCHEDULE;

    /**
     * A controller that has learned nothing yet.
     *
     * @param plan               of the current period.
     * @param actuator           what it acts through.
     * @param highestPriceMicros most that one opportunity spends, above 0; what is expected until it was learned.
     * @param multiplierFloor    least bid multiplier, above 0 and up to 1.
     * @throws IllegalArgumentException when a figure is out of range.
     */
    public PacingController(
        final PacingPlan plan, final Actuator actuator, final long highestPriceMicros, final double multiplierFloor) {
        if (highestPriceMicros <= 0) {
            throw new IllegalArgumentException("a highest price of " + highestPriceMicros);
        }
        if (!(multiplierFloor > 0 && multiplierFloor <= 1)) {
            throw new IllegalArgumentException("a floor is above 0 and up to 1: " + multiplierFloor);
        }
        this.plan = plan;
        this.actuator = actuator;
        this.highestPriceMicros = highestPriceMicros;
        this.multiplierFloor = multiplierFloor;
        yieldCount = YIELD_PRIOR_COUNT;
        yieldMicros = YIELD_PRIOR_COUNT * highestPriceMicros;
    }

    /**
     * Takes another plan: the next period's, or this one's with another limit. What was learned of traffic and prices
     * stays.
     *
     * @param next from now on.
     */
    public void plan(final PacingPlan next) {
        if (next.startNs() != plan.startNs()) {
            // What is spent in another period begins at another figure.
            lastNs = NONE;
            spentMicros = 0;
            reservedMicros = 0;
        }
        plan = next;
    }

    /**
     * Decides anew. Called every 1 to 10 seconds of business time; intervals may differ, and gaps are made good.
     *
     * @param nowNs         business time; where it goes back nothing is learned.
     * @param spent         micros spent in the plan's period, late spend included.
     * @param reserved      micros reserved in it.
     * @param opportunities for which it was eligible, counted before any participation, since any moment; when less
     *                      than before, counting began anew.
     */
    public void update(final long nowNs, final long spent, final long reserved, final long opportunities) {
        final long durationNs = lastNs == NONE ? 0 : nowNs - lastNs;
        spentMicros = spent;
        reservedMicros = reserved;
        final long committed = spent + reserved;
        if (durationNs > 0 && durationNs <= MAX_INTERVAL_NS) {
            learn(nowNs, durationNs / NS_PER_SECOND, committed, Math.max(0, opportunities - lastOpportunities));
        }
        lastNs = nowNs;
        lastCommittedMicros = committed;
        lastOpportunities = opportunities;
        decide(nowNs, Math.max(0, Math.min(durationNs, MAX_INTERVAL_NS)) / NS_PER_SECOND, committed);
        appliedParticipation = participation;
    }

    /**
     * What was made of it, when the campaign has other budgets too that hold it back more.
     *
     * @param published participation, 0..1, until the next update.
     */
    public void applied(final double published) {
        appliedParticipation = published;
    }

    private void learn(final long nowNs, final double seconds, final long committed, final long opportunities) {
        learnTraffic(seconds, seconds * plan.traffic(nowNs), opportunities);
        final double part = opportunities * appliedParticipation;
        yieldMicros += committed - lastCommittedMicros;
        yieldCount += part;
        partsOpen += part;
        partsOpenSeconds += seconds;
        if (opportunities > 0) {
            final double keep = Math.exp(-Math.min(partsOpenSeconds / YIELD_SECONDS, partsOpen / YIELD_COUNT));
            yieldMicros *= keep;
            yieldCount *= keep;
            partsOpen = 0;
            partsOpenSeconds = 0;
        }
    }

    /** Time is measured in seconds of mean traffic, so that what the curve knows needs not be learned again. */
    private void learnTraffic(final double seconds, final double meanSeconds, final long opportunities) {
        changeCount += opportunities;
        changeSeconds += meanSeconds;
        changeDuration += seconds;
        final double rate = trafficSeconds > 0 ? trafficCount / trafficSeconds : 0;
        final double sudden = rate * meanSeconds;
        final double recent = rate * changeSeconds;
        if (trafficSeconds > 0 && opportunities > sudden + tolerance(sudden)) {
            trafficCount = opportunities;
            trafficSeconds = meanSeconds;
        } else if (trafficSeconds > 0 && changeDuration >= CHANGE_SECONDS && changeCount > 0
            && Math.abs(changeCount - recent) > tolerance(recent)) {
            trafficCount = changeCount;
            trafficSeconds = changeSeconds;
        } else {
            trafficCount += opportunities;
            trafficSeconds += meanSeconds;
        }
        silentSeconds += seconds;
        if (opportunities > 0) {
            // Of the time of silence before, too: where little comes, the count is what limits forgetting.
            final double keep = Math.exp(-Math.min(silentSeconds / TRAFFIC_SECONDS, opportunities / TRAFFIC_COUNT));
            trafficCount *= keep;
            trafficSeconds *= keep;
            silentSeconds = 0;
        }
        if (changeDuration >= CHANGE_SECONDS) {
            changeCount = 0;
            changeSeconds = 0;
            changeDuration = 0;
        }
    }

    private static double tolerance(final double expected) {
        return CHANGE_SIGMAS * Math.sqrt(expected) + CHANGE_COUNT;
    }

    private void decide(final long nowNs, final double seconds, final long committed) {
        if (!plan.isOpen(nowNs)) {
            participation = 0;
            limitedBy = LimitedBy.SCHEDULE;
            return;
        }
        if (committed >= plan.limitMicros()) {
            participation = 0;
            limitedBy = LimitedBy.BUDGET;
            return;
        }
        if (plan.mode() == PacingMode.ASAP) {
            pace = 1;
            demand = Double.POSITIVE_INFINITY;
            multiplier = 1;
        } else {
            follow(nowNs, seconds, committed);
        }
        participation = pace;
        if (trafficSeconds > 0 && trafficCount == 0 && pace < FULL) {
            limitedBy = LimitedBy.SUPPLY;
            return;
        }
        limitedBy = pace < FULL || actuator == Actuator.BID && multiplier < FULL ? LimitedBy.PACE
            : actuator == Actuator.BID && demand * yieldOfOne() < highestPriceMicros ? LimitedBy.BID : LimitedBy.SUPPLY;
    }

    private void follow(final long nowNs, final double seconds, final long committed) {
        final double planned = plan.plannedMicros(nowNs);
        final double next = plan.plannedMicros(nowNs + STEP_NS) - planned;
        final double ahead = plan.plannedMicros(nowNs + CATCH_UP_NS) - planned;
        final long leftNs = plan.lastOpenNs() - nowNs;
        final double share = ahead > 0 ? next / ahead : Math.min(1, (double) STEP_NS / leftNs);
        final double wanted = Math.max(0, next + (planned - committed) * share);
        final double step = Math.min(STEP_NS, leftNs) / NS_PER_SECOND;
        final double expected =
            trafficSeconds > 0 ? trafficCount / trafficSeconds * plan.traffic(nowNs) * step : 0;
        demand = expected > 0 ? wanted / (expected * yieldOfOne()) : wanted > 0 ? Double.POSITIVE_INFINITY : 0;
        // Nothing came yet, so nothing is known: taking part stays where it is.
        final double goal = expected > 0 ? demand : pace;
        final double rise = pace * Math.exp(seconds / RISE_SECONDS) + SLOW_START * seconds / RISE_SECONDS;
        pace = Math.min(1, Math.min(goal, rise));
        if (actuator == Actuator.BID && expected > 0 && seconds > 0) {
            bid(seconds, expected / step);
        }
    }

    private void bid(final double seconds, final double opportunitiesPerSecond) {
        final double error = Math.max(-MOST_BID_ERROR,
            Math.min(MOST_BID_ERROR, Math.log(Math.max(demand, Double.MIN_NORMAL) / PARTICIPATION_GOAL)));
        final double learned = opportunitiesPerSecond * appliedParticipation * seconds / BID_COUNT;
        final double change = error * Math.min(seconds / BID_SECONDS, learned);
        final double before = multiplier;
        multiplier = Math.max(multiplierFloor, Math.min(1, before * Math.exp(change)));
        yieldMicros *= Math.pow(multiplier / before, BID_ELASTICITY);
    }

    private double yieldOfOne() {
        return Math.max(yieldCount > 0 ? yieldMicros / yieldCount : highestPriceMicros,
            LEAST_YIELD * highestPriceMicros);
    }

    /**
     * Share of the opportunities to take part in.
     *
     * @return 0..1.
     */
    public double participation() {
        return participation;
    }

    /**
     * By what to multiply bids.
     *
     * @return the floor to 1; always 1 for {@link Actuator#PARTICIPATION}.
     */
    public double multiplier() {
        return multiplier;
    }

    /**
     * What keeps it from spending faster.
     *
     * @return as of the last update.
     */
    public LimitedBy limitedBy() {
        return limitedBy;
    }

    /**
     * The plan it follows.
     *
     * @return of the current period.
     */
    public PacingPlan plan() {
        return plan;
    }

    /**
     * What was spent.
     *
     * @return micros, as of the last update.
     */
    public long spentMicros() {
        return spentMicros;
    }

    /**
     * What was reserved.
     *
     * @return micros, as of the last update.
     */
    public long reservedMicros() {
        return reservedMicros;
    }

    /**
     * How far spent and reserved money are ahead of plan.
     *
     * @param nowNs for when.
     * @return as a share of the limit, below 0 when behind; 0 for spending as soon as possible and without a limit.
     */
    public double paceError(final long nowNs) {
        return plan.mode() == PacingMode.ASAP || plan.limitMicros() == 0 ? 0
            : (spentMicros + reservedMicros - plan.plannedMicros(nowNs)) / plan.limitMicros();
    }

    /**
     * What it has learned; the plan is its owner's.
     *
     * @return {@link #STATE_BYTES} bytes.
     */
    public byte[] save() {
        return ByteBuffer.allocate(STATE_BYTES).putDouble(trafficCount).putDouble(trafficSeconds)
            .putDouble(yieldMicros).putDouble(yieldCount).putDouble(pace).putDouble(multiplier).array();
    }

    /**
     * Takes over what {@link #save} gave, before the first update.
     *
     * @param state of the same budget, under whatever plan.
     * @throws IllegalArgumentException when it has another length.
     */
    public void restore(final byte[] state) {
        if (state.length != STATE_BYTES) {
            throw new IllegalArgumentException("a state of " + state.length + " bytes, not " + STATE_BYTES);
        }
        final ByteBuffer in = ByteBuffer.wrap(state);
        trafficCount = in.getDouble();
        trafficSeconds = in.getDouble();
        yieldMicros = in.getDouble();
        yieldCount = in.getDouble();
        pace = in.getDouble();
        final double saved = in.getDouble();
        multiplier = actuator == Actuator.BID ? Math.max(multiplierFloor, saved) : 1;
        lastNs = NONE;
    }
}
