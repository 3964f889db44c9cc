package io.opportune.engine.pacing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PacingControllerTest {
    private static final long NS = 1_000_000_000L;
    private static final long HOUR = 3600 * NS;
    private static final long START = Instant.parse("2026-06-01T00:00:00Z").getEpochSecond() * NS;
    private static final long PRICE = 1_000_000;

    private static PacingPlan plan(final long limit, final PacingMode mode, final DayParts schedule) {
        final double[] flat = new double[TrafficCurve.HOURS];
        Arrays.fill(flat, 1);
        return new PacingPlan(START, START + 24 * HOUR, limit, mode, 0.5,
            new TrafficCurve(ZoneOffset.UTC, flat, 0.7), schedule);
    }

    private static PacingController controller(final PacingPlan plan) {
        return new PacingController(plan, Actuator.PARTICIPATION, PRICE, 0.1);
    }

    /** A world without chance: in each interval what it takes part in is spent, in fractions. */
    private static final class World {
        private final PacingController controller;
        private final double perSecond;
        private long nowNs;
        private double spent;
        private double opportunities;

        World(final PacingController controller, final double perSecond, final long nowNs) {
            this.controller = controller;
            this.perSecond = perSecond;
            this.nowNs = nowNs;
        }

        void run(final long untilNs, final long stepNs) {
            while (nowNs < untilNs) {
                nowNs += stepNs;
                final double came = perSecond * stepNs / NS;
                opportunities += came;
                spent = Math.min(controller.plan().limitMicros(),
                    spent + came * controller.participation() * PRICE);
                controller.update(nowNs, (long) spent, 0, (long) opportunities);
            }
        }

        double plannedLess() {
            return controller.plan().plannedMicros(nowNs) - spent;
        }
    }

    @Test
    void shouldSpendEvenly() {
        final World world =
            new World(controller(plan(2000 * PRICE, PacingMode.EVEN, DayParts.always())), 1, START);
        for (int hour = 1; hour <= 23; hour++) {
            world.run(START + hour * HOUR, 5 * NS);
            assertEquals(0, world.plannedLess(), (hour == 1 ? 12 : 3) * PRICE, "hour " + hour);
        }
        world.run(START + 24 * HOUR - 5 * NS, 5 * NS);
        assertEquals(2000 * PRICE, world.spent, PRICE);
    }

    @Test
    void shouldCatchUpAfterTwoHoursWithoutBeingAsked() {
        final World world =
            new World(controller(plan(2000 * PRICE, PacingMode.EVEN, DayParts.always())), 1, START);
        world.run(START + 10 * HOUR, 5 * NS);
        world.nowNs += 2 * HOUR;
        world.run(START + 12 * HOUR + 5 * NS, 5 * NS);
        assertTrue(world.plannedLess() > 160 * PRICE);
        assertTrue(world.controller.participation() < 0.2, "it does not jump");
        world.run(START + 14 * HOUR, 5 * NS);
        assertEquals(0, world.plannedLess(), 15 * PRICE);
    }

    @Test
    void shouldSlowDownAtOnceWhenTrafficJumps() {
        final PacingController controller = controller(plan(2000 * PRICE, PacingMode.EVEN, DayParts.always()));
        final World before = new World(controller, 1, START);
        before.run(START + 5 * HOUR, 5 * NS);
        final double participation = controller.participation();
        final World after = new World(controller, 50, before.nowNs);
        after.spent = before.spent;
        after.opportunities = before.opportunities;
        after.run(before.nowNs + 5 * NS, 5 * NS);
        assertEquals(participation / 50, controller.participation(), 0.5 * participation / 50);
        after.run(before.nowNs + HOUR, 5 * NS);
        assertEquals(0, after.plannedLess(), 20 * PRICE);
    }

    @Test
    void shouldTakePartInEverythingAndSaySoWhenThereIsTooLittle() {
        final World world =
            new World(controller(plan(20_000 * PRICE, PacingMode.EVEN, DayParts.always())), 0.1, START);
        world.run(START + 2 * HOUR, 5 * NS);
        assertEquals(1, world.controller.participation());
        assertEquals(LimitedBy.SUPPLY, world.controller.limitedBy());
        assertEquals(-0.047, world.controller.paceError(world.nowNs), 0.003);
    }

    @Test
    void shouldSayThatNothingComesAtAll() {
        final World world =
            new World(controller(plan(2000 * PRICE, PacingMode.EVEN, DayParts.always())), 0, START);
        world.run(START + HOUR, 5 * NS);
        assertEquals(LimitedBy.SUPPLY, world.controller.limitedBy());
    }

    @Test
    void shouldNotStormInWhenTrafficComesBackAfterSilence() {
        final PacingController controller = controller(plan(2000 * PRICE, PacingMode.EVEN, DayParts.always()));
        final World before = new World(controller, 5, START);
        before.run(START + 10 * HOUR, 5 * NS);
        final World silent = new World(controller, 0, before.nowNs);
        silent.spent = before.spent;
        silent.opportunities = before.opportunities;
        silent.run(START + 12 * HOUR, 5 * NS);
        assertEquals(LimitedBy.SUPPLY, controller.limitedBy());
        final World after = new World(controller, 5, silent.nowNs);
        after.spent = silent.spent;
        after.opportunities = silent.opportunities;
        after.run(START + 12 * HOUR + 10 * NS, 5 * NS);
        assertTrue(after.spent - silent.spent < 60 * PRICE, () -> "spent " + (after.spent - silent.spent));
        after.run(START + 13 * HOUR, 5 * NS);
        assertEquals(0, after.plannedLess(), 20 * PRICE);
    }

    @Test
    void shouldSayThatTheBidIsTooLowWhenItWinsTooSeldom() {
        final PacingController controller = new PacingController(
            plan(2000 * PRICE, PacingMode.EVEN, DayParts.always()), Actuator.BID, PRICE, 0.1);
        long opportunities = 0;
        long spent = 0;
        for (long now = START; now < START + 4 * HOUR; now += 5 * NS) {
            controller.update(now, spent, 0, opportunities += 5);
            spent += now % (500 * NS) == 0 ? Math.round(5 * controller.participation() * PRICE) : 0;
        }
        assertEquals(1, controller.participation());
        assertEquals(1, controller.multiplier());
        assertEquals(LimitedBy.BID, controller.limitedBy());
    }

    @Test
    void shouldBidLessBeforeItTakesPartLess() {
        final PacingController controller = new PacingController(
            plan(2000 * PRICE, PacingMode.EVEN, DayParts.always()), Actuator.BID, PRICE, 0.25);
        // Twenty times what is needed at the full bid; the chance to win goes with the bid and so does the price.
        double opportunities = 0;
        double spent = 0;
        for (long now = START; now < START + 12 * HOUR; now += 5 * NS) {
            controller.update(now, (long) spent, 0, (long) opportunities);
            opportunities += 5 * 0.5;
            spent += 5 * 0.5 * controller.participation() * PRICE * controller.multiplier() * controller.multiplier();
        }
        // 2000 a day are 0.0233 a second with ten minutes left out, of 0.5: a bid of 0.25 takes part in 0.74.
        assertEquals(0.25, controller.multiplier());
        assertEquals(0.746, controller.participation(), 0.05);
        assertEquals(0, controller.paceError(START + 12 * HOUR), 0.01);
    }

    @Test
    void shouldTakePartInEverythingAsSoonAsPossible() {
        final World world =
            new World(controller(plan(100 * PRICE, PacingMode.ASAP, DayParts.always())), 1, START);
        world.run(START + 110 * NS, 5 * NS);
        assertEquals(100 * PRICE, world.spent, PRICE);
        assertEquals(LimitedBy.BUDGET, world.controller.limitedBy());
        assertEquals(0, world.controller.participation());
        assertEquals(0, world.controller.paceError(world.nowNs));
    }

    @Test
    void shouldStayOutOutsideItsHours() {
        final DayParts parts = DayParts.none().with(DayOfWeek.MONDAY, 8, 10).with(DayOfWeek.MONDAY, 20, 22);
        final World world = new World(controller(plan(2000 * PRICE, PacingMode.EVEN, parts)), 1, START);
        world.run(START + 8 * HOUR - 5 * NS, 5 * NS);
        assertEquals(0, world.spent);
        assertEquals(LimitedBy.SCHEDULE, world.controller.limitedBy());
        world.run(START + 10 * HOUR, 5 * NS);
        assertEquals(1000 * PRICE, world.spent, 15 * PRICE);
        assertEquals(0, world.controller.participation());
        final double morning = world.spent;
        world.run(START + 20 * HOUR - 5 * NS, 5 * NS);
        assertEquals(morning, world.spent);
        world.run(START + 22 * HOUR, 5 * NS);
        assertEquals(2000 * PRICE, world.spent, PRICE);
    }

    @Test
    void shouldCountReservedMoneyAsSpent() {
        final PacingController spending = controller(plan(2000 * PRICE, PacingMode.EVEN, DayParts.always()));
        final PacingController reserving = controller(plan(2000 * PRICE, PacingMode.EVEN, DayParts.always()));
        for (int i = 0; i < 1000; i++) {
            final long now = START + i * 5 * NS;
            spending.update(now, i * PRICE / 9, 0, i * 5);
            reserving.update(now, i * PRICE / 20, i * PRICE / 9 - i * PRICE / 20, i * 5);
            assertEquals(spending.participation(), reserving.participation());
        }
    }

    @Test
    void shouldGoOnWhereItWasAfterARestart() {
        final PacingPlan plan = plan(2000 * PRICE, PacingMode.EVEN, DayParts.always());
        final World world = new World(controller(plan), 3, START);
        world.run(START + 6 * HOUR, 5 * NS);
        final PacingController restored = controller(plan);
        restored.restore(world.controller.save());
        restored.update(world.nowNs, (long) world.spent, 0, 0);
        assertEquals(world.controller.participation(), restored.participation(), 1e-9);
        restored.update(world.nowNs + 5 * NS, (long) world.spent, 0, 15);
        assertEquals(world.controller.participation(), restored.participation(), 0.02);
        assertThrows(IllegalArgumentException.class, () -> restored.restore(new byte[7]));
    }

    @Test
    void shouldStandAClockThatGoesBackAndCountsThatBeginAnew() {
        final World world =
            new World(controller(plan(2000 * PRICE, PacingMode.EVEN, DayParts.always())), 1, START);
        world.run(START + 6 * HOUR, 5 * NS);
        final double before = world.controller.participation();
        world.nowNs -= 30 * NS;
        world.opportunities = 0;
        world.run(START + 6 * HOUR + 60 * NS, 5 * NS);
        assertEquals(before, world.controller.participation(), 0.5 * before);
        world.run(START + 8 * HOUR, 5 * NS);
        assertEquals(0, world.plannedLess(), 10 * PRICE);
    }

    @Test
    void shouldDecideTheSameFromTheSame() {
        final World one = new World(controller(plan(2000 * PRICE, PacingMode.EVEN, DayParts.always())), 2, START);
        final World other = new World(controller(plan(2000 * PRICE, PacingMode.EVEN, DayParts.always())), 2, START);
        for (int minute = 1; minute < 300; minute++) {
            one.run(START + minute * 60 * NS, 3 * NS);
            other.run(START + minute * 60 * NS, 3 * NS);
            assertEquals(one.controller.participation(), other.controller.participation());
        }
    }

    @Test
    void shouldAllocateNothing() {
        final PacingController controller = new PacingController(
            plan(2000 * PRICE, PacingMode.FRONT_LOADED, DayParts.always()), Actuator.BID, PRICE, 0.1);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long thread = Thread.currentThread().threadId();
        long bytes = 0;
        for (int round = 0; round < 3; round++) {
            final long before = threads.getThreadAllocatedBytes(thread);
            for (int i = 0; i < 5000; i++) {
                controller.update(START + i * 5 * NS, i * PRICE / 10, PRICE, i * 4);
            }
            bytes = threads.getThreadAllocatedBytes(thread) - before;
        }
        assertTrue(bytes < 1000, bytes + " bytes in 5000 updates");
    }

    @Test
    void shouldRefuseFiguresOutOfRange() {
        final PacingPlan plan = plan(1, PacingMode.EVEN, DayParts.always());
        assertThrows(IllegalArgumentException.class, () -> new PacingController(plan, Actuator.BID, 0, 0.1));
        assertThrows(IllegalArgumentException.class, () -> new PacingController(plan, Actuator.BID, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new PacingController(plan, Actuator.BID, 1, 1.1));
    }
}
