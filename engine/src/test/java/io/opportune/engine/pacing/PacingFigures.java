package io.opportune.engine.pacing;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.LongStream;

/** What the simulated weeks are, and what came of them over many seeds. */
final class PacingFigures {
    /** Weeks in which clocks go forward by an hour, back by an hour, not at all, and back by half an hour. */
    private static final String[][] WEEKS = {
        {"2026-03-23", "Europe/Berlin"}, {"2026-10-19", "Europe/Berlin"}, {"2026-03-02", "America/New_York"},
        {"2026-10-26", "America/New_York"}, {"2026-06-01", "Asia/Kolkata"}, {"2026-03-30", "Australia/Lord_Howe"}};
    private static final double ENOUGH = 1.25;
    /** An hour with less of the plan than this is not looked at for smoothness. */
    private static final double LEAST_HOUR = 0.015;

    final List<SimulatedCampaign.Spec> specs;
    /** By campaign: errors at the end of all periods. */
    final List<List<Double>> errors = new ArrayList<>();
    /** By campaign: share of an hour's plan by which its spend differs, on days without an outage. */
    final List<List<Double>> hours = new ArrayList<>();
    /** By campaign: value won for money. */
    final List<List<Double>> value = new ArrayList<>();
    /** By campaign: how often a day the ledger had to refuse money. */
    final List<List<Double>> refused = new ArrayList<>();
    /** By campaign: errors at the end of those periods in which there was not enough of it. */
    final List<List<Double>> lacking = new ArrayList<>();

    PacingFigures(final List<SimulatedCampaign.Spec> specs) {
        this.specs = specs;
        for (int i = 0; i < specs.size(); i++) {
            errors.add(new ArrayList<>());
            hours.add(new ArrayList<>());
            value.add(new ArrayList<>());
            lacking.add(new ArrayList<>());
            refused.add(new ArrayList<>());
        }
    }

    static List<SimulatedCampaign.Spec> specs() {
        DayParts parts = DayParts.none();
        for (final DayOfWeek day : DayOfWeek.values()) {
            parts = day == DayOfWeek.SUNDAY ? parts : parts.with(day, 8, 11).with(day, 15, 24);
        }
        return List.of(
            SimulatedCampaign.Spec.even("even 500, 2x, known", 500, 2).learned(),
            SimulatedCampaign.Spec.even("even 500, 3x", 500, 3),
            SimulatedCampaign.Spec.even("even 500, 100x, lognormal", 500, 100).lognormal(0.7),
            SimulatedCampaign.Spec.even("even 5000, 5x, lognormal, known", 5000, 5).lognormal(0.7).learned(),
            SimulatedCampaign.Spec.even("even 5000, 2.5x", 5000, 2.5),
            SimulatedCampaign.Spec.even("front 0.7, 1000, 5x, known", 1000, 5).frontLoaded(0.7).learned(),
            SimulatedCampaign.Spec.even("front 1.0, 2000, 20x, lognormal", 2000, 20).frontLoaded(1).lognormal(0.7),
            SimulatedCampaign.Spec.even("parts of the day, 1000, 5x", 1000, 5).in(parts),
            SimulatedCampaign.Spec.even("auction 1000, 4x, known", 1000, 4).lognormal(0.7).bidding().learned(),
            SimulatedCampaign.Spec.even("auction 1000, 10x", 1000, 10).lognormal(0.7).bidding(),
            SimulatedCampaign.Spec.even("auction 1000, 40x, front 0.5", 1000, 40).lognormal(0.7).bidding()
                .frontLoaded(0.5),
            SimulatedCampaign.Spec.even("scarce 0.5x, 1000", 1000, 0.5),
            SimulatedCampaign.Spec.even("scarce auction 0.5x, 1000", 1000, 0.5).lognormal(0.7).bidding(),
            SimulatedCampaign.Spec.even("changed at noon, 2000, 5x", 2000, 5)
                .changing(1, 1.5, 1, 0.75, 1, 0.3, 2),
            SimulatedCampaign.Spec.even("week 5000, 3x, lognormal", 5000, 3).lognormal(0.7).total());
    }

    static PacingSimulation simulation(final long seed, final List<SimulatedCampaign.Spec> specs) {
        final String[] week = WEEKS[(int) Math.floorMod(seed, (long) WEEKS.length)];
        return new PacingSimulation(seed, LocalDate.parse(week[0]), ZoneId.of(week[1]), 7, specs);
    }

    static boolean isScarce(final SimulatedCampaign.Spec spec) {
        return spec.supply() < 1;
    }

    /** Whether the campaign may spend in a period at all. */
    static boolean isOpen(final SimulatedCampaign.Spec spec, final int period) {
        return !spec.daily() || spec.schedule().isOpen(24 * period + 23);
    }

    /**
     * Whether there was enough of it: at the begin of each hour, what came until the end of the period, outages left
     * out, would have spent a quarter more than what was planned from then on.
     */
    static boolean hadEnough(final PacingSimulation.Outcome outcome, final int period) {
        final SimulatedCampaign campaign = outcome.campaign();
        if (!campaign.spec.daily()) {
            return true;
        }
        double supply = 0;
        for (int hour = 25; hour >= 0; hour--) {
            supply += campaign.hourOpportunities[period][hour] * campaign.spendOfOne;
            if (supply < ENOUGH * (outcome.limits()[period] - outcome.plannedAt()[period][hour])) {
                return false;
            }
        }
        return true;
    }

    synchronized void add(final PacingSimulation simulation, final List<PacingSimulation.Outcome> outcomes) {
        for (int i = 0; i < specs.size(); i++) {
            final PacingSimulation.Outcome outcome = outcomes.get(i);
            for (int period = 0; period < outcome.limits().length; period++) {
                if (isOpen(specs.get(i), period)) {
                    final boolean judged = isScarce(specs.get(i)) || hadEnough(outcome, period);
                    (judged ? errors : lacking).get(i).add(outcome.error(period));
                }
            }
            addHours(i, simulation, outcome);
            value.get(i).add(outcome.campaign().valueWon / outcome.campaign().totalSpend);
            refused.get(i).add((double) outcome.campaign().refused / simulation.days);
        }
    }

    private void addHours(final int i, final PacingSimulation simulation, final PacingSimulation.Outcome outcome) {
        final SimulatedCampaign.Spec spec = specs.get(i);
        if (!spec.daily() || spec.noonFactors().length > 0) {
            return;
        }
        for (int day = 0; day < simulation.days; day++) {
            for (int hour = 0; hour < simulation.hoursOf(day) && day != simulation.outageDay; hour++) {
                final double planned = outcome.plannedAt()[day][hour + 1] - outcome.plannedAt()[day][hour];
                if (planned >= LEAST_HOUR * outcome.limits()[day]) {
                    hours.get(i).add(Math.abs(outcome.campaign().hourSpend[day][hour] / planned - 1));
                }
            }
        }
    }

    /** What comes of one simulation. */
    interface Check {
        void accept(long seed, PacingSimulation simulation, List<PacingSimulation.Outcome> outcomes);
    }

    static PacingFigures of(
        final List<SimulatedCampaign.Spec> specs, final LongStream seeds,
        final Function<PacingSimulation, PacingSimulation.Pacer> pacer, final Check check) {
        final PacingFigures figures = new PacingFigures(specs);
        seeds.parallel().forEach(seed -> {
            final PacingSimulation simulation = simulation(seed, specs);
            final List<PacingSimulation.Outcome> outcomes = simulation.run(pacer);
            figures.add(simulation, outcomes);
            check.accept(seed, simulation, outcomes);
        });
        return figures;
    }

    static double quantile(final List<Double> values, final double share) {
        if (values.isEmpty()) {
            return Double.NaN;
        }
        final List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(share * sorted.size())));
    }

    String table(final String title) {
        final StringBuilder text = new StringBuilder(String.format(Locale.ROOT,
            "%-34s %9s %9s %9s %9s | %8s %8s | %6s %7s | too little%n", title, "end worst", "p5", "median", "most",
            "hour p50", "p95", "value", "refused"));
        for (int i = 0; i < specs.size(); i++) {
            final List<Double> end = errors.get(i);
            final List<Double> little = lacking.get(i);
            text.append(String.format(Locale.ROOT,
                "%-34s %8.2f%% %8.2f%% %8.2f%% %8.2f%% | %7.1f%% %7.1f%% | %6.3f %7.1f | %d of %d, worst %.2f%%%n",
                specs.get(i).name(), 100 * quantile(end, 0), 100 * quantile(end, 0.05), 100 * quantile(end, 0.5),
                100 * quantile(end, 1), 100 * quantile(hours.get(i), 0.5), 100 * quantile(hours.get(i), 0.95),
                quantile(value.get(i), 0.5), quantile(refused.get(i), 0.5), little.size(), little.size() + end.size(),
                little.isEmpty() ? 0 : 100 * quantile(little, 0)));
        }
        return text.toString();
    }
}
