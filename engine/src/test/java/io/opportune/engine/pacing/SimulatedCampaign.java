package io.opportune.engine.pacing;

import java.time.ZoneId;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * One campaign of a simulation: its hidden traffic, prices and chances to win, and a ledger for its one budget that
 * takes no reservation above the limit. What was bid is known at once as reserved, what came of it seconds to minutes
 * later.
 */
final class SimulatedCampaign {
    static final long PRICE = 1_000_000;
    private static final int RING_SECONDS = 1024;
    private static final int EXPIRY_SECONDS = 300;
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final double NOISE_STEP_SECONDS = 600;

    /**
     * What is to be simulated.
     *
     * @param name         in messages.
     * @param mode         of the budget.
     * @param strength     of front-loading.
     * @param budgetPrices limit of a day or of the week, in highest prices.
     * @param supply       what taking part in everything would spend in a mean day (or in the week), in limits.
     * @param priceSigma   of the lognormal prices, 0 for constant ones.
     * @param auction      whether it bids.
     * @param known        whether an earlier week was learned from.
     * @param daily        whether the limit is one of a day.
     * @param schedule     in which it may spend.
     * @param noonFactors  by day, what the limit is multiplied with at noon.
     */
    record Spec(
        String name, PacingMode mode, double strength, int budgetPrices, double supply, double priceSigma,
        boolean auction, boolean known, boolean daily, DayParts schedule, double[] noonFactors) {
        static Spec even(final String name, final int budgetPrices, final double supply) {
            return new Spec(name, PacingMode.EVEN, 0, budgetPrices, supply, 0, false, false, true, DayParts.always(),
                new double[0]);
        }

        Spec frontLoaded(final double by) {
            return new Spec(name, PacingMode.FRONT_LOADED, by, budgetPrices, supply, priceSigma, auction, known, daily,
                schedule, noonFactors);
        }

        Spec lognormal(final double sigma) {
            return new Spec(name, mode, strength, budgetPrices, supply, sigma, auction, known, daily, schedule,
                noonFactors);
        }

        Spec bidding() {
            return new Spec(name, mode, strength, budgetPrices, supply, priceSigma, true, known, daily, schedule,
                noonFactors);
        }

        Spec learned() {
            return new Spec(name, mode, strength, budgetPrices, supply, priceSigma, auction, true, daily, schedule,
                noonFactors);
        }

        Spec total() {
            return new Spec(name, mode, strength, budgetPrices, supply, priceSigma, auction, known, false, schedule,
                noonFactors);
        }

        Spec in(final DayParts hours) {
            return new Spec(name, mode, strength, budgetPrices, supply, priceSigma, auction, known, daily, hours,
                noonFactors);
        }

        Spec changing(final double... factors) {
            return new Spec(name, mode, strength, budgetPrices, supply, priceSigma, auction, known, daily, schedule,
                factors);
        }
    }

    final Spec spec;
    final int id;
    final long firstLimit;
    final double[] finalSpend;
    final long[][] hourSpend;
    final int[][] hourOpportunities;
    long limit;
    long opportunities;
    long refused;
    double valueWon;
    double totalSpend;
    private final SplittableRandom random;
    private final double amplitude;
    private final double peakHour;
    private final double second;
    private final double[] dayFactors = new double[7];
    private final double[] weekNoise;
    private final double rivalMedian;
    /** Mean spend of an opportunity when it takes part in everything with its highest bid. */
    final double spendOfOne;
    private final double opportunitiesPerSecond;
    private final LocalHour clock;
    private double noise;
    private double noiseSeconds;
    private final long[][] commits;
    private final long[][] frees;
    private final long[] spent;
    private final long[] reserved;
    private long second1970;

    SimulatedCampaign(final Spec spec, final int id, final long seed, final ZoneId zone, final int days) {
        this.spec = spec;
        this.id = id;
        random = new SplittableRandom(seed * 1_000_003 + id);
        clock = new LocalHour(zone);
        amplitude = 0.5 + 0.3 * random.nextDouble();
        peakHour = 12 + 9 * random.nextDouble();
        second = 0.15 * random.nextDouble();
        for (int i = 0; i < 7; i++) {
            dayFactors[i] = (i < 5 ? 1 : 0.8) * (0.9 + 0.2 * random.nextDouble());
        }
        weekNoise = new double[days];
        for (int i = 0; i < days; i++) {
            weekNoise[i] = Math.exp(0.1 * gaussian());
        }
        rivalMedian = 0.35 + 0.3 * random.nextDouble();
        firstLimit = spec.budgetPrices() * PRICE;
        limit = firstLimit;
        final int periods = spec.daily() ? days : 1;
        spent = new long[periods];
        reserved = new long[periods];
        commits = new long[periods][RING_SECONDS];
        frees = new long[periods][RING_SECONDS];
        finalSpend = new double[periods];
        hourSpend = new long[days][26];
        hourOpportunities = new int[days][26];
        spendOfOne = spendOfOne();
        opportunitiesPerSecond = firstLimit * spec.supply() / spendOfOne / (spec.daily() ? 1 : 7) / openSeconds();
    }

    /** Mean open seconds of a day, weighted with the traffic. */
    private double openSeconds() {
        double sum = 0;
        int days = 0;
        for (int day = 0; day < 7; day++) {
            double ofDay = 0;
            for (int hour = 0; hour < 24; hour++) {
                ofDay += spec.schedule().isOpen(24 * day + hour) ? 3600 * shape(24 * day + hour + 0.5) : 0;
            }
            sum += ofDay;
            days += ofDay > 0 ? 1 : 0;
        }
        return sum / days;
    }

    private double spendOfOne() {
        final SplittableRandom draws = new SplittableRandom(id);
        double sum = 0;
        for (int i = 0; i < 20_000; i++) {
            final long price = price(draws);
            sum += spec.auction() ? price > rival(draws) ? price : 0 : 0.95 * price;
        }
        return sum / 20_000;
    }

    private long price(final SplittableRandom draws) {
        return spec.priceSigma() == 0 ? PRICE
            : (long) Math.max(1, PRICE * Math.min(1, 0.3 * Math.exp(spec.priceSigma() * gaussian(draws))));
    }

    private long rival(final SplittableRandom draws) {
        final double scale = spec.priceSigma() == 0 ? PRICE : 0.3 * PRICE;
        return (long) (scale * rivalMedian * Math.exp(0.5 * gaussian(draws)));
    }

    private double shape(final double hourOfWeek) {
        final double phase = (hourOfWeek % 24 - peakHour) / 12 * Math.PI;
        return dayFactors[(int) (hourOfWeek / 24) % 7]
            * Math.max(0.05, 1 + amplitude * Math.cos(phase) + second * Math.cos(2 * phase));
    }

    double[] trueCurve() {
        final double[] curve = new double[TrafficCurve.HOURS];
        Arrays.setAll(curve, hour -> shape(hour + 0.5) * Math.exp(0.1 * gaussian()));
        return curve;
    }

    private double gaussian() {
        return gaussian(random);
    }

    private static double gaussian(final SplittableRandom draws) {
        return Math.sqrt(-2 * Math.log(1 - draws.nextDouble())) * Math.cos(2 * Math.PI * draws.nextDouble());
    }

    long spent(final int period) {
        return spent[period];
    }

    long reserved(final int period) {
        return reserved[period];
    }

    /** What the campaign takes part in from the last step to now. */
    void step(
        final long nowNs, final double seconds, final int day, final int hourOfDay, final boolean traffic,
        final PacingTable table, final int slot) {
        settle(nowNs / NS_PER_SECOND);
        noiseSeconds += seconds;
        while (noiseSeconds >= NOISE_STEP_SECONDS) {
            noiseSeconds -= NOISE_STEP_SECONDS;
            noise = 0.85 * noise + 0.1 * gaussian();
        }
        if (!traffic) {
            return;
        }
        final double hour = clock.at(nowNs) + (nowNs - clock.startNs()) / 3600e9;
        final double mean =
            opportunitiesPerSecond * shape(Math.min(hour, 167.99)) * weekNoise[day] * Math.exp(noise) * seconds;
        final int count = poisson(mean);
        opportunities += count;
        hourOpportunities[day][hourOfDay] += count;
        for (int i = 0; i < count; i++) {
            if (table.participates(slot, random.nextLong(), nowNs)) {
                take(spec.daily() ? day : 0, day, hourOfDay, table.multiplier(slot));
            }
        }
    }

    private void take(final int period, final int day, final int hourOfDay, final double multiplier) {
        final long price = price(random);
        final long amount = spec.auction() ? Math.max(1, (long) (price * multiplier)) : price;
        if (spent[period] + reserved[period] + amount > limit) {
            refused++;
            return;
        }
        final boolean commits1 = spec.auction() ? amount > rival(random) : random.nextDouble() < 0.95;
        final int delay = commits1 ? 1 + random.nextInt(180)
            : spec.auction() && random.nextDouble() < 0.7 ? 1 + random.nextInt(60) : EXPIRY_SECONDS;
        reserved[period] += amount;
        final int place = (int) ((second1970 + delay) % RING_SECONDS);
        if (commits1) {
            commits[period][place] += amount;
            finalSpend[period] += amount;
            totalSpend += amount;
            valueWon += price;
            hourSpend[day][hourOfDay] += amount;
        } else {
            frees[period][place] += amount;
        }
    }

    private void settle(final long untilSecond) {
        final long from = second1970 == 0 ? untilSecond : Math.max(second1970 + 1, untilSecond - RING_SECONDS + 1);
        for (int period = 0; period < spent.length; period++) {
            if (reserved[period] == 0) {
                continue;
            }
            for (long at = from; at <= untilSecond; at++) {
                final int place = (int) (at % RING_SECONDS);
                final long committed = commits[period][place];
                spent[period] += committed;
                reserved[period] -= committed + frees[period][place];
                commits[period][place] = 0;
                frees[period][place] = 0;
            }
        }
        second1970 = untilSecond;
    }

    private int poisson(final double mean) {
        if (mean > 30) {
            return (int) Math.max(0, Math.round(mean + Math.sqrt(mean) * gaussian()));
        }
        final double limit1 = Math.exp(-mean);
        double product = random.nextDouble();
        int count = 0;
        while (product > limit1) {
            product *= random.nextDouble();
            count++;
        }
        return count;
    }
}
