package io.opportune.engine.pacing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PacingLoopTest {
    private static final long NS = 1_000_000_000L;
    private static final long HOUR = 3600 * NS;
    private static final long START = Instant.parse("2026-06-01T00:00:00Z").getEpochSecond() * NS;
    private static final int DAY = (int) LocalDate.parse("2026-06-01").toEpochDay();
    private static final long PRICE = 1_000_000;
    private static final int CAMPAIGN = 42;

    private final Ledger ledger = new Ledger();

    /** Spends what the loop lets it, in fractions, each line under its period. */
    private static final class Ledger implements SpendSource {
        private final Map<Integer, Long> limits = new HashMap<>();
        private final Map<List<Integer>, Double> spent = new HashMap<>();
        private final Map<Integer, Double> opportunities = new HashMap<>();

        @Override
        public long limit(final int line) {
            return limits.get(line);
        }

        @Override
        public long spent(final int line, final int period) {
            return spent.getOrDefault(List.of(line, period), 0.0).longValue() / 2;
        }

        @Override
        public long reserved(final int line, final int period) {
            return 0;
        }

        @Override
        public long late(final int line, final int period) {
            final long all = spent.getOrDefault(List.of(line, period), 0.0).longValue();
            return all - all / 2;
        }

        @Override
        public long opportunities(final int campaignId) {
            return opportunities.getOrDefault(campaignId, 0.0).longValue();
        }

        double all(final int line, final int period) {
            return spent.getOrDefault(List.of(line, period), 0.0);
        }
    }

    private static PacingTerms terms(final int campaignId, final int line, final boolean daily, final long endNs) {
        return new PacingTerms(campaignId, line, Actuator.PARTICIPATION, PacingMode.EVEN, 0, DayParts.always(),
            ZoneOffset.UTC, START, endNs, daily, PRICE, 0.1, campaignId);
    }

    private static double[] flat() {
        final double[] weights = new double[TrafficCurve.HOURS];
        Arrays.fill(weights, 1);
        return weights;
    }

    private static int day(final long nowNs) {
        return (int) (nowNs / (24 * HOUR));
    }

    /** One opportunity a second; lines 0 and above are daily, those below are totals. */
    private long run(final PacingLoop loop, final long fromNs, final long untilNs, final int... lines) {
        long now = fromNs;
        for (; now < untilNs; now += 5 * NS) {
            loop.doWork(now);
            final double part = 5 * loop.table().participation(loop.table().slotOf(CAMPAIGN));
            ledger.opportunities.merge(CAMPAIGN, 5.0, Double::sum);
            for (final int line : lines) {
                ledger.spent.merge(List.of(line, line < 0 ? SpendSource.TOTAL : day(now)), part * PRICE, Double::sum);
            }
        }
        return now;
    }

    @Test
    void shouldFollowEachDaysPlan() {
        ledger.limits.put(1, 2000 * PRICE);
        final PacingLoop loop =
            new PacingLoop(List.of(terms(CAMPAIGN, 1, true, Long.MAX_VALUE)), ledger);
        run(loop, START, START + 3 * 24 * HOUR, 1);
        for (int day = DAY; day < DAY + 3; day++) {
            assertEquals(2000 * PRICE, ledger.all(1, day), 5 * PRICE, "day " + (day - DAY));
        }
        final PaceReport report = loop.reports().getFirst();
        assertEquals(2000 * PRICE, report.limit());
        assertEquals(2000 * PRICE, report.planned(), PRICE);
        assertEquals(ledger.all(1, DAY + 2), report.spent(), 10 * PRICE);
        assertEquals(0, report.paceError(), 0.005);
    }

    @Test
    void shouldLetTheTighterOfTwoBudgetsDecide() {
        ledger.limits.put(1, 2000 * PRICE);
        ledger.limits.put(-2, 3000 * PRICE);
        final long end = START + 3 * 24 * HOUR;
        final PacingLoop loop =
            new PacingLoop(List.of(terms(CAMPAIGN, 1, true, end), terms(CAMPAIGN, -2, false, end)), ledger,
                Map.of(CAMPAIGN, flat()));
        run(loop, START, end, 1, -2);
        assertEquals(3000 * PRICE, ledger.all(-2, SpendSource.TOTAL), 10 * PRICE);
        assertEquals(1000 * PRICE, ledger.all(1, DAY + 1), 20 * PRICE);
        assertEquals(2, loop.reports().size());
    }

    @Test
    void shouldSpreadWhatIsLeftWhenACampaignComesInAtNoon() {
        ledger.limits.put(1, 2000 * PRICE);
        final PacingLoop loop = new PacingLoop(
            List.of(terms(CAMPAIGN, 1, true, Long.MAX_VALUE)), ledger, Map.of(CAMPAIGN, flat()));
        run(loop, START + 12 * HOUR, START + 18 * HOUR, 1);
        assertEquals(1000 * PRICE, ledger.all(1, DAY), 30 * PRICE);
    }

    @Test
    void shouldFollowAChangedLimit() {
        ledger.limits.put(1, 2000 * PRICE);
        final PacingLoop loop =
            new PacingLoop(List.of(terms(CAMPAIGN, 1, true, Long.MAX_VALUE)), ledger);
        run(loop, START, START + 12 * HOUR, 1);
        final double noon = ledger.all(1, DAY);
        ledger.limits.put(1, 3000 * PRICE);
        run(loop, START + 12 * HOUR, START + 24 * HOUR, 1);
        assertEquals(3000 * PRICE, ledger.all(1, DAY), 5 * PRICE);
        assertTrue(noon < 1400 * PRICE);
        ledger.limits.put(1, 2000 * PRICE);
        run(loop, START + 24 * HOUR, START + 36 * HOUR, 1);
        final double second = ledger.all(1, DAY + 1);
        ledger.limits.put(1, 100 * PRICE);
        run(loop, START + 36 * HOUR, START + 48 * HOUR, 1);
        assertEquals(second, ledger.all(1, DAY + 1), PRICE);
        assertEquals(LimitedBy.BUDGET, loop.reports().getFirst().limitedBy());
    }

    @Test
    void shouldStayOutBeforeAndAfterTheFlight() {
        ledger.limits.put(1, 2000 * PRICE);
        final PacingLoop loop = new PacingLoop(List.of(new PacingTerms(CAMPAIGN, 1, Actuator.PARTICIPATION,
            PacingMode.EVEN, 0, DayParts.always(), ZoneOffset.UTC, START + 6 * HOUR, START + 18 * HOUR, true, PRICE,
            0.1, CAMPAIGN)), ledger);
        run(loop, START, START + 6 * HOUR, 1);
        assertEquals(0, ledger.all(1, DAY));
        assertEquals(LimitedBy.SCHEDULE, loop.reports().getFirst().limitedBy());
        run(loop, START + 6 * HOUR, START + 18 * HOUR, 1);
        final double flight = ledger.all(1, DAY);
        assertEquals(2000 * PRICE, flight, 5 * PRICE);
        run(loop, START + 18 * HOUR, START + 19 * HOUR, 1);
        assertEquals(flight, ledger.all(1, DAY));
    }

    @Test
    void shouldGoOnFromASnapshotAfterHoursOfDowntime() throws IOException {
        ledger.limits.put(1, 2000 * PRICE);
        final List<PacingTerms> terms = List.of(terms(CAMPAIGN, 1, true, Long.MAX_VALUE));
        final PacingLoop loop = new PacingLoop(terms, ledger);
        run(loop, START, START + 34 * HOUR, 1);
        final long planned = loop.reports().getFirst().planned();
        final byte[] bytes = bytes(loop);

        final PacingLoop same = new PacingLoop(terms, ledger);
        same.read(new ByteArrayInputStream(bytes));
        assertArrayEquals(bytes(same), bytes(same));
        same.doWork(START + 34 * HOUR - 5 * NS);
        assertEquals(planned, same.reports().getFirst().planned(), 5 * PRICE);
        assertEquals(loop.table().participation(0), same.table().participation(0), 0.005);

        final PacingLoop later = new PacingLoop(terms, ledger);
        later.read(new ByteArrayInputStream(bytes));
        later.doWork(START + 36 * HOUR);
        // It was down and has its old plan: it is behind, and catches up.
        assertEquals(-2.0 / 24, later.reports().getFirst().paceError(), 0.01);
        run(later, START + 36 * HOUR, START + 48 * HOUR, 1);
        assertEquals(2000 * PRICE, ledger.all(1, DAY + 1), 5 * PRICE);
    }

    @Test
    void shouldKeepASnapshotThatWasNotUsedYet() throws IOException {
        ledger.limits.put(1, 2000 * PRICE);
        final List<PacingTerms> terms = List.of(terms(CAMPAIGN, 1, true, Long.MAX_VALUE));
        final PacingLoop loop = new PacingLoop(terms, ledger);
        run(loop, START, START + 10 * HOUR, 1);
        final byte[] bytes = bytes(loop);
        final PacingLoop idle = new PacingLoop(terms, ledger);
        idle.read(new ByteArrayInputStream(bytes));
        assertArrayEquals(bytes, bytes(idle));
    }

    @Test
    void shouldTakeOverWhatOtherTermsHaveInCommon() throws IOException {
        ledger.limits.put(1, 2000 * PRICE);
        ledger.limits.put(2, 2000 * PRICE);
        final PacingLoop loop = new PacingLoop(
            List.of(terms(CAMPAIGN, 1, true, Long.MAX_VALUE), terms(7, 2, true, Long.MAX_VALUE)), ledger);
        run(loop, START, START + 10 * HOUR, 1);
        final PacingLoop other = new PacingLoop(
            List.of(terms(9, 2, true, Long.MAX_VALUE), terms(CAMPAIGN, 1, true, Long.MAX_VALUE)), ledger);
        other.read(new ByteArrayInputStream(bytes(loop)));
        other.doWork(START + 10 * HOUR);
        assertEquals(loop.table().participation(0), other.table().participation(1), 0.005);
        assertEquals(CAMPAIGN, other.reports().get(1).campaignId());
    }

    @Test
    void shouldRefuseEveryDamagedSnapshot() throws IOException {
        ledger.limits.put(1, 2000 * PRICE);
        final List<PacingTerms> terms = List.of(terms(CAMPAIGN, 1, true, Long.MAX_VALUE));
        final PacingLoop loop = new PacingLoop(terms, ledger);
        run(loop, START, START + HOUR, 1);
        final byte[] bytes = bytes(loop);
        for (int i = 0; i < bytes.length; i += 7) {
            final byte[] damaged = bytes.clone();
            damaged[i] ^= 1;
            assertThrows(IOException.class,
                () -> new PacingLoop(terms, ledger).read(new ByteArrayInputStream(damaged)), "byte " + i);
            final byte[] torn = Arrays.copyOf(bytes, i);
            assertThrows(IOException.class,
                () -> new PacingLoop(terms, ledger).read(new ByteArrayInputStream(torn)), "length " + i);
        }
    }

    private static byte[] bytes(final PacingLoop loop) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        loop.write(out);
        return out.toByteArray();
    }

    @Test
    void shouldLearnOneCurveFromAllThatShareIt() {
        ledger.limits.put(1, 2000 * PRICE);
        ledger.limits.put(2, 2000 * PRICE);
        final PacingTerms one = terms(CAMPAIGN, 1, true, Long.MAX_VALUE);
        final PacingTerms other = new PacingTerms(43, 2, Actuator.BID, PacingMode.EVEN, 0, DayParts.always(),
            ZoneOffset.UTC, START, Long.MAX_VALUE, true, PRICE, 0.1, CAMPAIGN);
        final PacingLoop loop = new PacingLoop(List.of(one, other), ledger);
        for (long now = START; now < START + 36 * HOUR; now += 5 * NS) {
            // Only the other one sees traffic, and only in the afternoon.
            ledger.opportunities.merge(43, (now - START) / HOUR % 24 >= 12 ? 5.0 : 0.5, Double::sum);
            loop.doWork(now);
        }
        // At noon of the second day the first has planned little, although it never saw anything itself.
        assertTrue(loop.reports().getFirst().planned() < 600 * PRICE);
    }

    @Test
    void shouldNotLearnThatNothingComesWhileItWasNotAsked() {
        ledger.limits.put(1, 2000 * PRICE);
        final PacingLoop loop =
            new PacingLoop(List.of(terms(CAMPAIGN, 1, true, Long.MAX_VALUE)), ledger);
        run(loop, START, START + 10 * HOUR, 1);
        run(loop, START + 13 * HOUR, START + 37 * HOUR, 1);
        final long one = loop.reports().getFirst().planned();
        run(loop, START + 37 * HOUR, START + 38 * HOUR, 1);
        final long two = loop.reports().getFirst().planned();
        run(loop, START + 38 * HOUR, START + 39 * HOUR, 1);
        assertEquals(loop.reports().getFirst().planned() - two, two - one, 0.2 * (two - one));
    }

    @Test
    void shouldRefuseTermsThatDoNotGoTogether() {
        final PacingTerms one = terms(CAMPAIGN, 1, true, Long.MAX_VALUE);
        final PacingTerms bidding = new PacingTerms(CAMPAIGN, 2, Actuator.BID, PacingMode.EVEN, 0, DayParts.always(),
            ZoneOffset.UTC, START, Long.MAX_VALUE, true, PRICE, 0.1, CAMPAIGN);
        final PacingTerms elsewhere = new PacingTerms(43, 2, Actuator.BID, PacingMode.EVEN, 0, DayParts.always(),
            ZoneId.of("Asia/Kolkata"), START, Long.MAX_VALUE, true, PRICE, 0.1, CAMPAIGN);
        assertThrows(IllegalArgumentException.class, () -> new PacingLoop(List.of(one, bidding), ledger));
        assertThrows(IllegalArgumentException.class, () -> new PacingLoop(List.of(one, elsewhere), ledger));
        assertThrows(IllegalArgumentException.class, () -> terms(1, 1, false, Long.MAX_VALUE));
        assertThrows(IllegalArgumentException.class, () -> terms(1, 1, true, START));
    }

    @Test
    void shouldPublishNothingForThoseItDoesNotKnow() {
        final PacingLoop loop = new PacingLoop(List.of(), ledger);
        loop.doWork(START);
        assertEquals(PacingTable.UNPACED, loop.table().slotOf(CAMPAIGN));
        assertTrue(loop.table().participates(loop.table().slotOf(CAMPAIGN), 1));
        assertFalse(loop.reports().iterator().hasNext());
    }
}
