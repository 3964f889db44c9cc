package io.opportune.engine.pacing;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;

/** Prints what the simulation gives. */
final class PacingFigures {
    private PacingFigures() {
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
            SimulatedCampaign.Spec.even("supply 0.5x, 1000", 1000, 0.5),
            SimulatedCampaign.Spec.even("auction supply 0.5x, 1000", 1000, 0.5).lognormal(0.7).bidding(),
            SimulatedCampaign.Spec.even("changed at noon, 2000, 5x", 2000, 5)
                .changing(1, 1.5, 1, 0.75, 1, 0.3, 2),
            SimulatedCampaign.Spec.even("week 5000, 3x, lognormal", 5000, 3).lognormal(0.7).total());
    }

    static final String[][] WEEKS = {
        {"2026-03-23", "Europe/Berlin"}, {"2026-10-19", "Europe/Berlin"}, {"2026-03-02", "America/New_York"},
        {"2026-10-26", "America/New_York"}, {"2026-06-01", "Asia/Kolkata"}, {"2026-03-30", "Australia/Lord_Howe"}};

    static PacingSimulation simulation(final long seed, final List<SimulatedCampaign.Spec> specs) {
        final String[] week = WEEKS[(int) Math.floorMod(seed, (long) WEEKS.length)];
        return new PacingSimulation(seed, LocalDate.parse(week[0]), ZoneId.of(week[1]), 7, specs);
    }

    public static void main(final String[] args) {
        final int seeds = Integer.parseInt(args[0]);
        final List<SimulatedCampaign.Spec> specs = specs();
        final double[][] worst = new double[specs.size()][];
        for (int i = 0; i < specs.size(); i++) {
            worst[i] = new double[0];
        }
        final long start = System.nanoTime();
        for (long seed = 1; seed <= seeds; seed++) {
            final PacingSimulation simulation = simulation(seed, specs);
            final List<PacingSimulation.Outcome> outcomes = simulation.run(PacingSimulation::loop);
            for (int i = 0; i < specs.size(); i++) {
                final PacingSimulation.Outcome outcome = outcomes.get(i);
                for (int period = 0; period < outcome.limits().length; period++) {
                    if (!(specs.get(i).name().startsWith("parts") && period == 6)) {
                        worst[i] = Arrays.copyOf(worst[i], worst[i].length + 1);
                        worst[i][worst[i].length - 1] = outcome.error(period);
                        if (Math.abs(outcome.error(period)) > 0.02 && !specs.get(i).name().contains("0.5x")) {
                            System.out.printf("seed %d %s period %d (outage day %d, ends %s): %.4f b=%.3f%n", seed,
                                specs.get(i).name(), period, simulation.outageDay,
                                java.time.Instant.ofEpochSecond(simulation.outageEndNs / 1_000_000_000L)
                                    .atZone(ZoneId.of(WEEKS[(int) (seed % WEEKS.length)][1])).toLocalTime(),
                                outcome.error(period), outcome.multipliers()[period]);
                        }
                    }
                }
            }
        }
        System.out.printf("%d seeds in %.1f s%n", seeds, (System.nanoTime() - start) / 1e9);
        for (int i = 0; i < specs.size(); i++) {
            Arrays.sort(worst[i]);
            System.out.printf("%-36s min %.4f p5 %.4f median %.4f max %.4f%n", specs.get(i).name(), worst[i][0],
                worst[i][worst[i].length / 20], worst[i][worst[i].length / 2], worst[i][worst[i].length - 1]);
        }
    }
}
