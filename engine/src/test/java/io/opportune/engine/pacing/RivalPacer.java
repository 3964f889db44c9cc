package io.opportune.engine.pacing;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Other ways to follow the same plans, learned from the same traffic: what the controller is compared with. */
final class RivalPacer implements PacingSimulation.Pacer {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    /** Decides for one campaign. */
    interface Rule {
        /**
         * Decides.
         *
         * @param seconds   since it was last asked.
         * @param planned   by now.
         * @param nextHour  planned for the next hour.
         * @param committed spent and reserved.
         */
        void decide(double seconds, double planned, double nextHour, double committed);

        double participation();

        double multiplier();
    }

    /** Agarwal et al., KDD 2014: each minute ten per cent more when behind, ten per cent less when ahead. */
    static final class Agarwal implements Rule {
        private double rate = 0.1;
        private double waited;

        @Override
        public void decide(final double seconds, final double planned, final double nextHour, final double committed) {
            waited += seconds;
            if (waited >= 60) {
                waited = 0;
                rate = Math.min(1, Math.max(1e-4, rate * (committed <= planned ? 1.1 : 0.9)));
            }
        }

        @Override
        public double participation() {
            return rate;
        }

        @Override
        public double multiplier() {
            return 1;
        }
    }

    /** Proportional and integral control of the logarithm, as Sang, Karlsson and Guo (2018) control events. */
    static final class ProportionalIntegral implements Rule {
        private final boolean auction;
        private double integral = Math.log(0.1);
        private double output = 0.1;

        ProportionalIntegral(final boolean auction) {
            this.auction = auction;
        }

        @Override
        public void decide(final double seconds, final double planned, final double nextHour, final double committed) {
            final double error =
                Math.max(-2, Math.min(2, (planned - committed) / Math.max(nextHour, 1)));
            final double raw = integral + 2 * error;
            if (raw < 0 || error < 0) {
                integral = Math.max(Math.log(1e-4), Math.min(0, integral + error * seconds / 1800));
            }
            output = Math.min(1, Math.exp(raw));
        }

        @Override
        public double participation() {
            return auction ? Math.min(1, output / 0.1) : output;
        }

        @Override
        public double multiplier() {
            return auction ? Math.max(0.1, output) : 1;
        }
    }

    /** Balseiro and Gur, Management Science 2019: bids are value / (1 + mu), mu follows spend less target. */
    static final class AdaptivePacing implements Rule {
        private double mu = 1;
        private double before;

        @Override
        public void decide(final double seconds, final double planned, final double nextHour, final double committed) {
            final double spent = before <= 0 || committed < before / 2 ? 0 : committed - before;
            before = committed;
            final double target = nextHour * seconds / 3600;
            mu = Math.max(0, Math.min(9, mu + 2 * (spent - target) / Math.max(nextHour, 1)));
        }

        @Override
        public double participation() {
            return 1;
        }

        @Override
        public double multiplier() {
            return 1 / (1 + mu);
        }
    }

    private final SpendSource source;
    private final List<PacingTerms> terms;
    private final PacingTable table;
    private final TrafficCurve[] curves;
    private final PacingPlan[] plans;
    private final Rule[] rules;
    private final long[] opportunities;
    private long lastNs;

    RivalPacer(final PacingSimulation simulation, final Rule... rules) {
        this.rules = rules;
        source = simulation.source();
        terms = simulation.terms();
        table = new PacingTable(terms.stream().mapToInt(PacingTerms::campaignId).toArray());
        final Map<Integer, double[]> priors = simulation.priors;
        final List<TrafficCurve> made = new ArrayList<>();
        for (final PacingTerms one : terms) {
            final double[] prior = priors.get(one.curve());
            made.add(prior == null ? new TrafficCurve(one.zone())
                : new TrafficCurve(one.zone(), prior, TrafficCurve.DEFAULT_KEEP));
        }
        curves = made.toArray(TrafficCurve[]::new);
        plans = new PacingPlan[curves.length];
        opportunities = new long[curves.length];
    }

    @Override
    public void doWork(final long nowNs) {
        final long durationNs = lastNs == 0 ? 0 : nowNs - lastNs;
        lastNs = nowNs;
        for (int i = 0; i < rules.length; i++) {
            final PacingTerms one = terms.get(i);
            final long count = source.opportunities(one.campaignId());
            if (durationNs > 0 && durationNs <= PacingController.MAX_INTERVAL_NS) {
                curves[i].observe(nowNs, durationNs, count - opportunities[i]);
            }
            opportunities[i] = count;
            plan(i, one, nowNs);
            final long committed = source.spent(i, 0) + source.reserved(i, 0);
            final double planned = plans[i].plannedMicros(nowNs);
            if (plans[i].isOpen(nowNs)) {
                rules[i].decide(durationNs / 1e9, planned,
                    plans[i].plannedMicros(nowNs + 3600 * NS_PER_SECOND) - planned, committed);
                table.set(i, committed < plans[i].limitMicros() ? rules[i].participation() : 0,
                    rules[i].multiplier(), plans[i].closesNs(nowNs));
            } else {
                table.set(i, 0, rules[i].multiplier(), Long.MAX_VALUE);
            }
        }
    }

    private void plan(final int i, final PacingTerms one, final long nowNs) {
        final long limit = source.limit(i);
        final LocalDate day =
            LocalDate.ofInstant(Instant.ofEpochSecond(nowNs / NS_PER_SECOND), one.zone());
        final long start =
            one.daily() ? day.atStartOfDay(one.zone()).toEpochSecond() * NS_PER_SECOND : one.flightStartNs();
        if (plans[i] == null || plans[i].startNs() != start) {
            plans[i] = new PacingPlan(start,
                one.daily() ? day.plusDays(1).atStartOfDay(one.zone()).toEpochSecond() * NS_PER_SECOND
                    : one.flightEndNs(), limit, one.mode(), one.strength(), curves[i], one.schedule());
        } else if (plans[i].limitMicros() != limit) {
            plans[i] = plans[i].withLimit(nowNs, limit);
        }
    }

    @Override
    public PacingTable table() {
        return table;
    }

    @Override
    public List<PaceReport> reports() {
        final List<PaceReport> reports = new ArrayList<>();
        for (int i = 0; i < plans.length; i++) {
            reports.add(new PaceReport(terms.get(i).campaignId(), i, plans[i].limitMicros(),
                (long) plans[i].plannedMicros(lastNs), source.spent(i, 0), source.reserved(i, 0), 0,
                table.participation(i), table.multiplier(i), LimitedBy.PACE));
        }
        return reports;
    }
}
