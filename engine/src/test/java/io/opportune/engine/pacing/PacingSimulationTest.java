package io.opportune.engine.pacing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Simulated weeks: traffic that swings by day and week and has noise, an outage of two hours, days of 23 and 25 hours,
 * money that is known to be spent minutes later. {@code -Dpacing.seeds=N} runs more weeks, {@code -Dpacing.seed=N} one,
 * {@code -Dpacing.rivals=true} prints what other controllers make of them.
 */
class PacingSimulationTest {
    private static final double MOST_MISSED = 0.02;
    private static final int SEEDS = Integer.getInteger("pacing.seeds", 20);

    private static LongStream seeds() {
        final Long one = Long.getLong("pacing.seed");
        return one == null ? LongStream.rangeClosed(1, SEEDS) : LongStream.of(one);
    }

    @Test
    void shouldSpendWhatWasPlanned() {
        final List<SimulatedCampaign.Spec> specs = PacingFigures.specs();
        final List<String> failures = Collections.synchronizedList(new ArrayList<>());
        final AtomicInteger restarts = new AtomicInteger();
        final AtomicInteger downs = new AtomicInteger();
        final PacingFigures figures = PacingFigures.of(specs, seeds(), simulation -> {
            downs.addAndGet(simulation.serverDown ? 1 : 0);
            return new PacingSimulation.LoopPacer(simulation) {
                @Override
                void restarted() {
                    restarts.incrementAndGet();
                }
            };
        }, (seed, simulation, outcomes) -> {
            for (int i = 0; i < outcomes.size(); i++) {
                check("seed " + seed + ", " + specs.get(i).name(), simulation, outcomes.get(i), failures);
            }
        });
        System.out.println(figures.table(SEEDS + " simulated weeks"));
        assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
        assertEquals(downs.get(), restarts.get());
        if (Long.getLong("pacing.seed") == null) {
            checkFigures(figures);
        }
    }

    private static void check(
        final String where, final PacingSimulation simulation, final PacingSimulation.Outcome outcome,
        final List<String> failures) {
        final SimulatedCampaign.Spec spec = outcome.campaign().spec;
        final int[] reasons = new int[LimitedBy.values().length];
        for (int period = 0; period < outcome.limits().length; period++) {
            final String place = where + ", period " + period + " (outage on day " + simulation.outageDay + "): ";
            final double spent = outcome.campaign().finalSpend[period];
            if (spent > outcome.planned(period)) {
                failures.add(place + spent + " of " + outcome.planned(period));
            }
            if (!PacingFigures.isOpen(spec, period)) {
                if (spent > 0) {
                    failures.add(place + "spent " + spent + " on a closed day");
                }
            } else if (PacingFigures.isScarce(spec)) {
                checkScarce(place, simulation, outcome, period, failures);
            } else if (PacingFigures.hadEnough(outcome, period)
                && spent < outcome.planned(period) * (1 - MOST_MISSED)) {
                failures.add(place + spent + " of " + outcome.planned(period));
            }
            for (int hour = 0; hour < 24; hour++) {
                if (spec.daily() && !spec.schedule().isOpen(24 * period + hour)
                    && simulation.hoursOf(period) == 24 && outcome.campaign().hourSpend[period][hour] > 0) {
                    failures.add(place + "spent in closed hour " + hour);
                }
            }
            for (int reason = 0; reason < reasons.length; reason++) {
                reasons[reason] += outcome.limitedBy()[period][reason];
            }
        }
    }

    /** Of too little it takes all, and says so. */
    private static void checkScarce(
        final String place, final PacingSimulation simulation, final PacingSimulation.Outcome outcome,
        final int period, final List<String> failures) {
        double supply = 0;
        for (final int opportunities : outcome.campaign().hourOpportunities[period]) {
            supply += opportunities * outcome.campaign().spendOfOne;
        }
        final double spent = outcome.campaign().finalSpend[period];
        final double limit = outcome.limits()[period];
        // What chance wins or loses, and on the first day what it takes until it believes how little there is.
        final double tolerance = 5 * Math.sqrt(supply * SimulatedCampaign.PRICE) + (period == 0 ? 0.05 * supply : 0);
        if (supply < 0.9 * limit && spent < supply * 0.97 - tolerance) {
            failures.add(place + spent + " of a supply of " + supply);
        }
        if (supply < 0.6 * limit) {
            final int[] reasons = outcome.limitedBy()[period];
            final int honest = reasons[LimitedBy.SUPPLY.ordinal()] + reasons[LimitedBy.BID.ordinal()];
            int all = 0;
            for (final int count : reasons) {
                all += count;
            }
            if (honest < 0.7 * all) {
                failures.add(place + "said in " + honest + " of " + all + " reports that there is too little");
            }
        }
    }

    private static void checkFigures(final PacingFigures figures) {
        for (int i = 0; i < figures.specs.size(); i++) {
            final SimulatedCampaign.Spec spec = figures.specs.get(i);
            final int lacking = figures.lacking.get(i).size();
            final int all = lacking + figures.errors.get(i).size();
            assertTrue(lacking <= all * (spec.supply() < 2.5 ? 0.25 : 0.1), spec.name() + ": too little on " + lacking
                + " of " + all + " days");
            if (!PacingFigures.isScarce(spec) && !figures.hours.get(i).isEmpty()) {
                // Taking part is a matter of chance: of n impressions an hour some 1 / sqrt(n) more or less are fair.
                final double perHour = spec.budgetPrices() / 24.0;
                final double fair = 1 / Math.sqrt(perHour);
                assertTrue(PacingFigures.quantile(figures.hours.get(i), 0.5) < 0.03 + 0.5 * fair,
                    () -> spec.name() + ": half of the hours were off by more");
                assertTrue(PacingFigures.quantile(figures.hours.get(i), 0.95) < 0.1 + 1.5 * fair,
                    () -> spec.name() + ": one of twenty hours was off by more");
            }
        }
    }

    @Test
    void shouldFindAWorseControllerWorse() {
        final List<SimulatedCampaign.Spec> specs = PacingFigures.specs().subList(2, 4);
        final PacingFigures ours = figures(specs, PacingSimulation.LoopPacer::new);
        final PacingFigures steps = figures(specs, rival(campaign -> new RivalPacer.Agarwal()));
        for (int i = 0; i < specs.size(); i++) {
            assertTrue(PacingFigures.quantile(steps.hours.get(i), 0.95)
                > 2 * PacingFigures.quantile(ours.hours.get(i), 0.95), specs.get(i)::name);
        }
        assertTrue(PacingFigures.quantile(steps.errors.get(0), 0) < PacingFigures.quantile(ours.errors.get(0), 0));
    }

    private static PacingFigures figures(
        final List<SimulatedCampaign.Spec> specs,
        final Function<PacingSimulation, PacingSimulation.Pacer> pacer) {
        return PacingFigures.of(specs, LongStream.rangeClosed(1, 4), pacer, (seed, simulation, outcomes) -> {
        });
    }

    private static Function<PacingSimulation, PacingSimulation.Pacer> rival(
        final Function<SimulatedCampaign, RivalPacer.Rule> rule) {
        return simulation -> new RivalPacer(
            simulation, simulation.campaigns.stream().map(rule).toArray(RivalPacer.Rule[]::new));
    }

    @Test
    @EnabledIfSystemProperty(named = "pacing.rivals", matches = "true")
    void shouldPrintWhatOtherControllersMakeOfIt() {
        final List<SimulatedCampaign.Spec> specs = PacingFigures.specs();
        final PacingFigures.Check unchecked = (seed, simulation, outcomes) -> {
        };
        System.out.println(PacingFigures.of(specs, seeds(), rival(campaign -> new RivalPacer.Agarwal()), unchecked)
            .table("Agarwal et al."));
        System.out.println(PacingFigures.of(specs, seeds(),
            rival(campaign -> new RivalPacer.ProportionalIntegral(campaign.spec.auction())), unchecked)
            .table("proportional, integral"));
        System.out.println(PacingFigures.of(specs.subList(8, 13), seeds(),
            rival(campaign -> new RivalPacer.AdaptivePacing()), unchecked).table("Balseiro and Gur"));
    }
}
