package io.opportune.engine.pacing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Some days of several campaigns under one pacer, with an outage of two hours. Everything follows from the seed. */
final class PacingSimulation {
    static final long NS_PER_SECOND = 1_000_000_000L;
    static final long NS_PER_HOUR = 3600 * NS_PER_SECOND;

    /** Whatever decides how often to take part. */
    interface Pacer {
        void doWork(long nowNs);

        PacingTable table();

        /** By campaign, in the order of the simulation. */
        List<PaceReport> reports();
    }

    /**
     * What came of one campaign.
     *
     * @param campaign    of the simulation.
     * @param limits      by day or for the week, as they were in the end.
     * @param plannedAt   by day and hour of that day, micros planned at the hour's begin, as far as reported.
     * @param limitedBy   by day, how often each reason was reported.
     * @param multipliers by day, at its end.
     * @param committedAtNoon by day, micros spent in the end of what was bid for before the limit changed.
     */
    record Outcome(
        SimulatedCampaign campaign, long[] limits, double[][] plannedAt, int[][] limitedBy, double[] multipliers,
        double[] committedAtNoon) {
        double error(final int period) {
            return campaign.finalSpend[period] / planned(period) - 1;
        }

        /** The limit, or what was spent already when it fell below that. */
        double planned(final int period) {
            return Math.max(limits[period], committedAtNoon[period]);
        }
    }

    final List<SimulatedCampaign> campaigns = new ArrayList<>();
    final int days;
    final long[] dayStarts;
    private final long[] dayEnds;
    final int outageDay;
    final long outageStartNs;
    final long outageEndNs;
    private final ZoneId zone;
    /** What is known of the traffic before, by campaign: an earlier week, with errors. */
    final Map<Integer, double[]> priors = new HashMap<>();
    private final SplittableRandom random;
    final boolean serverDown;
    private int today;

    PacingSimulation(
        final long seed, final LocalDate monday, final ZoneId zone, final int days,
        final List<SimulatedCampaign.Spec> specs) {
        this.days = days;
        this.zone = zone;
        random = new SplittableRandom(seed);
        dayStarts = new long[days + 1];
        for (int i = 0; i <= days; i++) {
            dayStarts[i] = monday.plusDays(i).atStartOfDay(zone).toEpochSecond() * NS_PER_SECOND;
        }
        dayEnds = Arrays.copyOfRange(dayStarts, 1, days + 1);
        for (int i = 0; i < specs.size(); i++) {
            campaigns.add(new SimulatedCampaign(specs.get(i), 100 + i, seed, zone, days));
            if (specs.get(i).known()) {
                priors.put(100 + i, campaigns.get(i).trueCurve());
            }
        }
        outageDay = random.nextInt(days);
        final long latest = dayStarts[outageDay + 1] - 4 * NS_PER_HOUR;
        outageEndNs = latest - random.nextLong(12 * NS_PER_HOUR);
        outageStartNs = outageEndNs - 2 * NS_PER_HOUR;
        serverDown = random.nextBoolean();
    }

    List<PacingTerms> terms() {
        final List<PacingTerms> terms = new ArrayList<>();
        for (int i = 0; i < campaigns.size(); i++) {
            final SimulatedCampaign campaign = campaigns.get(i);
            final SimulatedCampaign.Spec spec = campaign.spec;
            terms.add(new PacingTerms(campaign.id, i, spec.auction() ? Actuator.BID : Actuator.PARTICIPATION,
                spec.mode(), spec.strength(), spec.schedule(), zone, dayStarts[0], dayStarts[days], spec.daily(),
                SimulatedCampaign.PRICE, 0.1, campaign.id));
        }
        return terms;
    }

    SpendSource source() {
        return new SpendSource() {
            @Override
            public long limit(final int line) {
                return campaigns.get(line).limit;
            }

            @Override
            public long spent(final int line, final int period) {
                return campaigns.get(line).spent(campaigns.get(line).spec.daily() ? today : 0);
            }

            @Override
            public long reserved(final int line, final int period) {
                return campaigns.get(line).reserved(campaigns.get(line).spec.daily() ? today : 0);
            }

            @Override
            public long late(final int line, final int period) {
                return 0;
            }

            @Override
            public long opportunities(final int campaignId) {
                return campaigns.get(campaignId - 100).opportunities;
            }
        };
    }

    List<Outcome> run(final Function<PacingSimulation, Pacer> pacers) {
        final Pacer pacer = pacers.apply(this);
        final List<Outcome> outcomes = new ArrayList<>();
        for (final SimulatedCampaign campaign : campaigns) {
            outcomes.add(new Outcome(campaign, new long[campaign.finalSpend.length], new double[days][27],
                new int[days][LimitedBy.values().length], new double[days], new double[days]));
        }
        final LocalHour hours = new LocalHour(zone);
        long nowNs = dayStarts[0];
        int reportedHour = -1;
        while (true) {
            final long stepNs = NS_PER_SECOND + random.nextLong(9 * NS_PER_SECOND);
            nowNs += stepNs;
            if (nowNs >= dayStarts[days]) {
                break;
            }
            while (nowNs >= dayStarts[today + 1]) {
                endDay(outcomes, pacer.table());
            }
            final boolean out = nowNs >= outageStartNs && nowNs < outageEndNs;
            final int hourOfDay = (int) ((nowNs - dayStarts[today]) / NS_PER_HOUR);
            final boolean afternoon = hours.at(nowNs) % 24 >= 12;
            for (int i = 0; i < campaigns.size(); i++) {
                noon(outcomes.get(i), afternoon);
                campaigns.get(i).step(nowNs, stepNs / 1e9, today, hourOfDay, !out, pacer.table(), i);
            }
            if (!out || !serverDown) {
                pacer.doWork(nowNs);
                if (hourOfDay != reportedHour || stepNs % 64 == 0) {
                    report(pacer.reports(), outcomes, hourOfDay, hourOfDay != reportedHour);
                    reportedHour = hourOfDay;
                }
            }
        }
        endDay(outcomes, pacer.table());
        return outcomes;
    }

    private void noon(final Outcome outcome, final boolean afternoon) {
        final SimulatedCampaign campaign = outcome.campaign;
        final double[] factors = campaign.spec.noonFactors();
        if (factors.length > 0) {
            final long limit = (long) (campaign.firstLimit * (afternoon ? factors[today] : 1));
            if (limit != campaign.limit) {
                campaign.limit = limit;
                outcome.committedAtNoon[today] = afternoon ? campaign.finalSpend[today] : 0;
            }
        }
    }

    private void report(
        final List<PaceReport> reports, final List<Outcome> outcomes, final int hourOfDay, final boolean begins) {
        for (int i = 0; i < reports.size(); i++) {
            outcomes.get(i).limitedBy[today][reports.get(i).limitedBy().ordinal()]++;
            if (begins) {
                outcomes.get(i).plannedAt[today][hourOfDay] = reports.get(i).planned();
            }
        }
    }

    int hoursOf(final int day) {
        return (int) ((dayEnds[day] - dayStarts[day] + NS_PER_HOUR - 1) / NS_PER_HOUR);
    }

    private void endDay(final List<Outcome> outcomes, final PacingTable table) {
        for (int i = 0; i < outcomes.size(); i++) {
            final Outcome outcome = outcomes.get(i);
            outcome.limits[outcome.campaign.spec.daily() ? today : 0] = outcome.campaign.limit;
            // What was spent before a limit fell below it cannot be taken back: the plan is what was spent.
            for (int hour = hoursOf(today); hour < 27 && outcome.campaign.spec.daily(); hour++) {
                outcome.plannedAt[today][hour] = outcome.campaign.limit;
            }
            outcome.multipliers[today] = table.multiplier(i);
        }
        if (today + 1 < days) {
            today++;
        } else {
            today = days - 1;
        }
    }

    /**
     * The real loop. It is saved every hour; when the server was down it begins anew from what was saved last, and
     * counts begin anew with it.
     */
    static class LoopPacer implements Pacer {
        private final PacingSimulation simulation;
        private PacingLoop loop;
        private byte[] saved;
        private long savedNs;
        private long lastNs;

        LoopPacer(final PacingSimulation simulation) {
            this.simulation = simulation;
            loop = start();
        }

        private PacingLoop start() {
            return new PacingLoop(simulation.terms(), simulation.source(), simulation.priors);
        }

        @Override
        public void doWork(final long nowNs) {
            try {
                if (saved != null && nowNs - lastNs > NS_PER_HOUR) {
                    loop = start();
                    loop.read(new ByteArrayInputStream(saved));
                    restarted();
                }
                loop.doWork(nowNs);
                if (nowNs - savedNs >= NS_PER_HOUR) {
                    final ByteArrayOutputStream out = new ByteArrayOutputStream();
                    loop.write(out);
                    saved = out.toByteArray();
                    savedNs = nowNs;
                }
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
            lastNs = nowNs;
        }

        @Override
        public PacingTable table() {
            return loop.table();
        }

        @Override
        public List<PaceReport> reports() {
            return loop.reports();
        }

        void restarted() {
            // Of interest to who counts them.
        }
    }
}
