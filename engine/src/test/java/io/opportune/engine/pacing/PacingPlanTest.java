package io.opportune.engine.pacing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PacingPlanTest {
    private static final long NS = 1_000_000_000L;
    private static final long HOUR = 3600 * NS;
    private static final long LIMIT = 24_000_000;
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static long start(final String day) {
        return LocalDate.parse(day).atStartOfDay(BERLIN).toEpochSecond() * NS;
    }

    private static TrafficCurve guess(final double night) {
        final double[] weights = new double[TrafficCurve.HOURS];
        Arrays.setAll(weights, hour -> hour % 24 < 8 ? night : 1);
        return new TrafficCurve(BERLIN, weights, 0.7);
    }

    private static PacingPlan day(final String day, final String next, final PacingMode mode, final double strength,
        final TrafficCurve curve, final DayParts schedule) {
        return new PacingPlan(start(day), start(next), LIMIT, mode, strength, curve, schedule);
    }

    private static PacingPlan even(final TrafficCurve curve) {
        return day("2026-06-01", "2026-06-02", PacingMode.EVEN, 0, curve, DayParts.always());
    }

    @Test
    void shouldFollowTheTraffic() {
        final PacingPlan plan = even(guess(0.5));
        final long midnight = start("2026-06-01");
        assertEquals(0, plan.plannedMicros(midnight));
        // 8 hours of half and 16 of whole traffic, the last ten minutes of which are left out.
        final double whole = 8 * 0.5 + 16 - 1.0 / 6;
        assertEquals(LIMIT * 4 / whole, plan.plannedMicros(midnight + 8 * HOUR), 1);
        assertEquals(LIMIT * 9 / whole, plan.plannedMicros(midnight + 13 * HOUR), 1);
        assertEquals(LIMIT, plan.plannedMicros(midnight + 24 * HOUR - 600 * NS), 1);
        assertEquals(LIMIT, plan.plannedMicros(midnight + 24 * HOUR), 1);
        assertEquals(LIMIT, plan.plannedMicros(midnight + 30 * HOUR), 1);
        assertEquals(0, plan.plannedMicros(midnight - HOUR));
    }

    @Test
    void shouldKnowDaysOf23And25Hours() {
        for (final String[] days : new String[][] {
            {"2026-03-29", "2026-03-30", "23"}, {"2026-10-25", "2026-10-26", "25"}}) {
            final PacingPlan plan =
                day(days[0], days[1], PacingMode.EVEN, 0, guess(1), DayParts.always());
            final int hours = Integer.parseInt(days[2]);
            assertEquals(hours * HOUR, plan.endNs() - plan.startNs());
            assertEquals(LIMIT * 10 / (hours - 1.0 / 6), plan.plannedMicros(plan.startNs() + 10 * HOUR), 1);
            assertEquals(LIMIT, plan.plannedMicros(plan.endNs()), 1);
        }
    }

    @Test
    void shouldSpendMoreInTheBeginningWhenFrontLoaded() {
        final PacingPlan plan =
            day("2026-06-01", "2026-06-02", PacingMode.FRONT_LOADED, 1, guess(1), DayParts.always());
        final long midnight = start("2026-06-01");
        final double hour = plan.plannedMicros(midnight + HOUR);
        assertEquals(2 * LIMIT / 24.0, hour, 0.05 * hour);
        assertEquals(0.75 * LIMIT, plan.plannedMicros(midnight + 12 * HOUR), 0.01 * LIMIT);
        assertEquals(LIMIT, plan.plannedMicros(midnight + 24 * HOUR), 1);
    }

    @Test
    void shouldBeALittleFrontLoadedWhileNothingIsKnown() {
        final PacingPlan plan = even(new TrafficCurve(BERLIN));
        final double noon = plan.plannedMicros(start("2026-06-01") + 12 * HOUR);
        assertTrue(noon > 0.55 * LIMIT && noon < 0.65 * LIMIT, () -> "at noon " + noon);
    }

    @Test
    void shouldSpreadOverOpenHoursOnly() {
        final DayParts parts = DayParts.none().with(DayOfWeek.MONDAY, 9, 11).with(DayOfWeek.MONDAY, 20, 22);
        final PacingPlan plan = day("2026-06-01", "2026-06-02", PacingMode.EVEN, 0, guess(1), parts);
        final long midnight = start("2026-06-01");
        assertEquals(0, plan.plannedMicros(midnight + 9 * HOUR));
        assertEquals(plan.plannedMicros(midnight + 11 * HOUR), plan.plannedMicros(midnight + 20 * HOUR));
        assertEquals(LIMIT / 2.0, plan.plannedMicros(midnight + 15 * HOUR), 0.01 * LIMIT);
        assertEquals(LIMIT, plan.plannedMicros(midnight + 22 * HOUR), 1);
        assertFalse(plan.isOpen(midnight + 9 * HOUR - 1));
        assertTrue(plan.isOpen(midnight + 9 * HOUR));
        assertFalse(plan.isOpen(midnight + 11 * HOUR));
        assertTrue(plan.isOpen(midnight + 22 * HOUR - 1));
        assertFalse(plan.isOpen(midnight + 22 * HOUR));
        assertEquals(midnight + 11 * HOUR, plan.closesNs(midnight + 9 * HOUR + 1));
        assertEquals(midnight + 22 * HOUR, plan.closesNs(midnight + 21 * HOUR));
        assertEquals(midnight + 12 * HOUR, plan.closesNs(midnight + 12 * HOUR));
        assertEquals(midnight + 22 * HOUR, plan.lastOpenNs());
    }

    @Test
    void shouldPlanNothingOnADayWithoutOpenHours() {
        final PacingPlan plan = day("2026-06-01", "2026-06-02", PacingMode.EVEN, 0, guess(1), DayParts.none());
        assertEquals(0, plan.plannedMicros(plan.startNs() + 12 * HOUR));
        assertEquals(0, plan.plannedMicros(plan.endNs()));
        assertFalse(plan.isOpen(plan.startNs()));
        assertEquals(0, plan.withLimit(plan.startNs() + HOUR, 5).plannedMicros(plan.endNs()));
    }

    @Test
    void shouldSpreadATotalOverItsFlight() {
        final PacingPlan plan = new PacingPlan(start("2026-03-23"), start("2026-04-06"), LIMIT, PacingMode.EVEN, 0,
            guess(1), DayParts.always());
        assertEquals(LIMIT * 3 / 14.0, plan.plannedMicros(start("2026-03-26")), 0.001 * LIMIT);
        assertEquals(LIMIT, plan.plannedMicros(start("2026-04-06")), 1);
    }

    @Test
    void shouldGoOnFromWhereItWasWhenTheLimitChanges() {
        final PacingPlan plan = even(guess(1));
        final long noon = plan.startNs() + 12 * HOUR;
        final double before = plan.plannedMicros(noon);
        final PacingPlan higher = plan.withLimit(noon, 2 * LIMIT);
        assertEquals(before, higher.plannedMicros(noon), 1);
        assertEquals(before + (2 * LIMIT - before) / 2, higher.plannedMicros(noon + 6 * HOUR), 0.02 * LIMIT);
        assertEquals(2 * LIMIT, higher.plannedMicros(plan.endNs()), 1);
        final PacingPlan lower = plan.withLimit(noon, LIMIT / 4);
        assertEquals(LIMIT / 4, lower.plannedMicros(noon));
        assertEquals(LIMIT / 4, lower.plannedMicros(plan.endNs()));
        assertEquals(LIMIT, higher.withLimit(noon + HOUR, LIMIT).plannedMicros(plan.endNs()), 1);
    }

    @Test
    void shouldPlanEverythingAtOnceAsSoonAsPossible() {
        final PacingPlan plan = day("2026-06-01", "2026-06-02", PacingMode.ASAP, 0, guess(1), DayParts.always());
        assertEquals(LIMIT, plan.plannedMicros(plan.startNs()));
        assertEquals(7, plan.withLimit(plan.startNs() + HOUR, 7).plannedMicros(plan.startNs() + 2 * HOUR));
    }

    @Test
    void shouldNeverFallNorLeaveItsBounds() {
        final long seed = Long.getLong("pacing.seed", 20261122L);
        final SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 200; round++) {
            final double[] weights = new double[TrafficCurve.HOURS];
            Arrays.setAll(weights, hour -> random.nextInt(4) == 0 ? 0 : random.nextDouble());
            weights[0] = 1;
            final int[] masks = new int[7];
            Arrays.setAll(masks, day -> random.nextInt(1 << 24));
            final long from = start("2026-03-20") + random.nextLong(10 * 24 * HOUR);
            final long to = from + 1 + random.nextLong(20 * 24 * HOUR);
            PacingPlan plan = new PacingPlan(from, to, LIMIT, PacingMode.values()[random.nextInt(2)],
                random.nextDouble(), new TrafficCurve(BERLIN, weights, 0.5), DayParts.of(masks));
            double last = 0;
            for (int step = 0; step <= 300; step++) {
                final long at = from + (to - from) / 300 * step;
                final double planned = plan.plannedMicros(at);
                final String where = "seed " + seed + " round " + round + " step " + step;
                assertTrue(planned >= last - 1e-6 && planned <= plan.limitMicros() + 1e-6, where);
                assertTrue(plan.closesNs(at) >= at, where);
                assertEquals(plan.isOpen(at), plan.closesNs(at) > at, where);
                last = planned;
                if (step == 150) {
                    plan = plan.withLimit(at, LIMIT + random.nextLong(LIMIT));
                }
            }
            final double all = plan.plannedMicros(to);
            assertTrue(plan.lastOpenNs() == from || Math.abs(all - plan.limitMicros()) < 1
                || plan.lastOpenNs() <= from + (to - from) / 300 * 150 + HOUR / 6,
                "seed " + seed + " round " + round + ": " + all);
        }
    }

    @Test
    void shouldRefuseWhatIsNoPlan() {
        final TrafficCurve curve = guess(1);
        final DayParts always = DayParts.always();
        assertThrows(IllegalArgumentException.class,
            () -> new PacingPlan(5, 5, LIMIT, PacingMode.EVEN, 0, curve, always));
        assertThrows(IllegalArgumentException.class,
            () -> new PacingPlan(0, HOUR, -1, PacingMode.EVEN, 0, curve, always));
        assertThrows(IllegalArgumentException.class,
            () -> new PacingPlan(0, HOUR, 1, PacingMode.FRONT_LOADED, 1.1, curve, always));
        assertThrows(IllegalArgumentException.class,
            () -> new PacingPlan(0, Long.MAX_VALUE, 1, PacingMode.EVEN, 0, curve, always));
        assertThrows(IllegalArgumentException.class, () -> even(curve).withLimit(0, -1));
    }
}
