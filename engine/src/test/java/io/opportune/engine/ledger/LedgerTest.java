package io.opportune.engine.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.journal.ReservationBlock;
import io.opportune.engine.journal.SettlementBlock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Records in, totals out: what each kind of record does to a line, in every order. */
class LedgerTest {
    private static final int BUDGET = 7;
    private static final int DAILY = 8;
    private static final int OFFER = 21;
    private static final long SECOND = 1_000_000_000L;
    private static final long HOUR = 3600 * SECOND;
    private static final long START = 1_700_000_000L * SECOND;
    private static final LedgerSettings SETTINGS =
        LedgerSettings.defaults().withBounds(4, 16, 1_000).withHorizons(HOUR, 24 * HOUR);

    private final List<String> heard = new ArrayList<>();
    private final LedgerListener listener = new LedgerListener() {
        @Override
        public void exhausted(final int budgetId, final int scopeId, final int campaignId, final boolean exhausted) {
            heard.add((exhausted ? "exhausted " : "open ") + budgetId);
        }

        @Override
        public void broken(final LineTotals line, final String what) {
            heard.add("broken " + line.budgetId() + ": " + what);
        }
    };
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[4096]);
    private final long[] indexes = new long[4];
    private Ledger ledger = newLedger();

    private Ledger newLedger() {
        final Ledger fresh = new Ledger(SETTINGS, listener);
        fresh.declare(List.of(terms(BUDGET, 1_000, BudgetPeriod.TOTAL), terms(DAILY, 100, BudgetPeriod.DAILY)));
        return fresh;
    }

    private static BudgetTerms terms(final int budgetId, final long limit, final BudgetPeriod period) {
        return new BudgetTerms(budgetId, 0, 3, BudgetUnit.MICROS, 978, limit, period, ZoneId.of("Europe/Berlin"), 10);
    }

    private void reserve(final int shard, final long timeNs, final long decision, final long amount) {
        final int length = ReservationBlock.put(buffer, 0, 0, OFFER, BUDGET, 0, 0, amount, 60);
        ledger.onReserved(shard, ++indexes[shard], timeNs, 1, decision, buffer, 0, length);
    }

    private void settle(
        final int shard, final long timeNs, final long event, final long decision, final int kind, final long amount) {

        SettlementBlock.begin(buffer, 0, kind);
        final int length = SettlementBlock.put(buffer, 0, 0, BUDGET, 0, 0, amount);
        ledger.onSettled(shard, ++indexes[shard], timeNs, 9, event, 1, decision, OFFER, buffer, 0, length);
    }

    private void tick(final long timeNs) {
        // The monotonic clock as if hours had passed: its speed limit is tested elsewhere.
        ledger.tick(timeNs, timeNs);
    }

    private LineTotals line() {
        return ledger.totals().line(BUDGET, 0, 0);
    }

    private void assertLine(final long spent, final long reserved, final long late, final long refunds) {
        final LineTotals line = line();
        assertEquals(List.of(spent, reserved, late, refunds),
            List.of(line.spent(), line.reserved(), line.lateSpend(), line.refunds()));
        assertEquals(line.granted() - line.returned(), line.spent() + line.reserved() + line.outstanding());
    }

    @Test
    void shouldSpendWhatIsCommittedAndFreeTheRest() {
        tick(START);
        reserve(0, START, 1, 100);
        assertLine(0, 100, 0, 0);
        settle(0, START + SECOND, 1, 1, SettlementBlock.COMMIT, 60);
        // Another stream might still bring an earlier event: the rest stays reserved until it cannot.
        assertLine(60, 40, 0, 0);
        tick(START + 2 * SECOND);
        assertLine(60, 0, 0, 0);
    }

    @Test
    void shouldFreeWhatIsReleased() {
        reserve(0, START, 1, 100);
        settle(0, START + SECOND, 1, 1, SettlementBlock.RELEASE, 0);
        tick(START + 2 * SECOND);
        assertLine(0, 0, 0, 0);
        assertEquals(1, line().releases());
        assertEquals(0, line().expiries());
    }

    @Test
    void shouldFreeWhatNothingIsHeardOf() {
        tick(START);
        reserve(0, START, 1, 100);
        tick(START + 59 * SECOND);
        assertLine(0, 100, 0, 0);
        tick(START + 60 * SECOND);
        assertLine(0, 0, 0, 0);
        assertEquals(1, line().expiries());
    }

    /** The offer has left the catalogue between bid and bill: nobody knows its budgets but the reservation. */
    @Test
    void shouldSpendAllThatWasReservedWhereACommitDoesNotSay() {
        reserve(0, START, 1, 100);
        SettlementBlock.begin(buffer, 0, SettlementBlock.COMMIT);
        ledger.onSettled(0, ++indexes[0], START + SECOND, 9, 1, 1, 1, OFFER, buffer, 0, 4);
        tick(START + 2 * SECOND);
        assertLine(100, 0, 0, 0);
    }

    @Test
    void shouldCountWhatIsCommittedBeyondTheReservationAsLate() {
        reserve(0, START, 1, 100);
        settle(0, START + SECOND, 1, 1, SettlementBlock.COMMIT, 130);
        tick(START + 2 * SECOND);
        assertLine(100, 0, 30, 0);
    }

    /** A notice does not say which deal it follows from, but the claim: what none tells of stands beside all deals. */
    @Test
    void shouldSpendInTheDealOfTheClaimAndInNoneWithoutOne() {
        final int perDeal = 77;
        final List<BudgetTerms> terms = new ArrayList<>();
        for (final int deal : new int[] {5, 6}) {
            terms.add(new BudgetTerms(perDeal, deal, 3, BudgetUnit.MICROS, 978, 1_000, BudgetPeriod.TOTAL,
                ZoneId.of("Europe/Berlin"), 10));
        }
        ledger.declare(terms);
        tick(START);
        final int reserved = ReservationBlock.put(buffer, 0, 0, OFFER, perDeal, 5, 0, 100, 60);
        ledger.onReserved(0, ++indexes[0], START, 1, 1, buffer, 0, reserved);
        for (int decision = 1; decision <= 2; decision++) {
            SettlementBlock.begin(buffer, 0, SettlementBlock.COMMIT);
            final int length = SettlementBlock.put(buffer, 0, 0, perDeal, 0, 0, 70);
            ledger.onSettled(0, ++indexes[0], START + SECOND, 9, decision, 1, decision, OFFER, buffer, 0, length);
        }
        // The second is of a decision that nobody knows; once its reservation cannot come any more it stays so.
        tick(START + 61 * SECOND);
        assertEquals(70, ledger.totals().line(perDeal, 5, 0).spent());
        assertEquals(0, ledger.totals().line(perDeal, 5, 0).lateSpend());
        assertEquals(930, ledger.totals().line(perDeal, 5, 0).left());
        assertEquals(70, ledger.totals().line(perDeal, 0, 0).lateSpend());
        assertEquals(null, ledger.totals().line(perDeal, 6, 0), "nothing has touched the other deal");
    }

    @Test
    void shouldHonourACommitAfterTheEndAsLate() {
        tick(START);
        reserve(0, START, 1, 100);
        reserve(0, START, 2, 100);
        settle(0, START + SECOND, 1, 2, SettlementBlock.RELEASE, 0);
        tick(START + 61 * SECOND);
        settle(0, START + 62 * SECOND, 2, 1, SettlementBlock.COMMIT, 70);
        settle(0, START + 62 * SECOND, 3, 2, SettlementBlock.COMMIT, 5);
        settle(0, START + 62 * SECOND, 4, 99, SettlementBlock.COMMIT, 3);
        assertLine(0, 0, 78, 0);
        assertEquals(1_000 - 78, line().left());
    }

    @Test
    void shouldCountASecondCommitAsLateAndNoReleaseAfterACommit() {
        reserve(0, START, 1, 100);
        settle(0, START + 1, 1, 1, SettlementBlock.COMMIT, 60);
        settle(0, START + 2, 2, 1, SettlementBlock.COMMIT, 50);
        settle(0, START + 3, 3, 1, SettlementBlock.RELEASE, 0);
        tick(START + SECOND);
        assertLine(60, 0, 50, 0);
    }

    @Test
    void shouldSkipDuplicatesAndWhatWasConsumed() {
        reserve(0, START, 1, 100);
        settle(0, START + 1, 1, 1, SettlementBlock.COMMIT, 60);
        settle(1, START + 2, 1, 1, SettlementBlock.COMMIT, 60);
        indexes[0]--;
        settle(0, START + 1, 2, 1, SettlementBlock.COMMIT, 60);
        assertLine(60, 40, 0, 0);
        assertEquals(1, ledger.totals().duplicates());
        assertEquals(1, line().duplicates());
        assertEquals(1, ledger.totals().replayed());
    }

    @Test
    void shouldRefundWhatWasSpentAndNoMore() {
        reserve(0, START, 1, 100);
        settle(0, START + 1, 1, 1, SettlementBlock.COMMIT, 120);
        tick(START + SECOND);
        settle(0, START + HOUR, 2, 1, SettlementBlock.REVERSE, 30);
        assertLine(70, 0, 20, 30);
        settle(0, START + 2 * HOUR, 3, 1, SettlementBlock.REVERSE, 80);
        assertLine(0, 0, 10, 110);
        settle(0, START + 3 * HOUR, 4, 1, SettlementBlock.REVERSE, 80);
        assertLine(0, 0, 0, 120);
        settle(0, START + 3 * HOUR, 5, 1, SettlementBlock.REVERSE, 80);
        settle(0, START + 3 * HOUR, 6, 77, SettlementBlock.REVERSE, 80);
        assertLine(0, 0, 0, 120);
        assertEquals(2, ledger.totals().refundsUnknown());
    }

    @Test
    void shouldKeepACommitUntilItsReservationComes() {
        settle(1, START + SECOND, 1, 1, SettlementBlock.COMMIT, 60);
        assertLine(0, 0, 60, 0);
        reserve(0, START, 1, 100);
        assertLine(60, 40, 0, 0);
        tick(START + 2 * SECOND);
        assertLine(60, 0, 0, 0);
    }

    @Test
    void shouldComeToTheSameInAnyInterleavingOfTheStreams() {
        for (int seed = 0; seed < 2_000; seed++) {
            final Random random = new Random(seed);
            final List<List<Runnable>> streams = new ArrayList<>();
            for (int shard = 0; shard < 3; shard++) {
                final List<Runnable> stream = new ArrayList<>();
                final int each = shard;
                long timeNs = START;
                for (int i = 0; i < 12; i++) {
                    timeNs += random.nextInt(20) * SECOND;
                    final long at = timeNs;
                    final int decision = 1 + random.nextInt(4);
                    final int event = random.nextInt(12);
                    final int kind = 1 + random.nextInt(3);
                    final long amount = event * 7 + kind;
                    if (i % 4 == 0) {
                        final long fresh = 1 + i / 4 + (shard == 0 ? 0 : 100 * shard);
                        stream.add(() -> reserve(each, at, fresh, 50));
                    } else {
                        stream.add(() -> settle(each, at, event * 3L + kind, decision, kind, amount));
                    }
                }
                streams.add(stream);
            }
            LineTotals expected = null;
            for (int order = 0; order < 6; order++) {
                ledger = new Ledger(SETTINGS, listener);
                Arrays.fill(indexes, 0);
                play(streams, order, random);
                tick(START + 20 * 60 * SECOND);
                final LineTotals found = ledger.totals().line(BUDGET, 0, 0);
                if (expected != null) {
                    assertEquals(List.of(expected.spent(), expected.reserved(), expected.lateSpend(),
                        expected.refunds()), List.of(found.spent(), found.reserved(), found.lateSpend(),
                        found.refunds()), "seed " + seed + " order " + order);
                }
                expected = found;
            }
        }
    }

    private static void play(final List<List<Runnable>> streams, final int order, final Random random) {
        final int[] at = new int[streams.size()];
        int left = streams.stream().mapToInt(List::size).sum();
        while (left > 0) {
            int next = order < 3 ? order : random.nextInt(streams.size());
            while (at[next] == streams.get(next).size()) {
                next = (next + 1) % streams.size();
            }
            streams.get(next).get(at[next]++).run();
            left--;
        }
    }

    @Test
    void shouldBeTheSameAfterASnapshot() throws IOException {
        for (int seed = 0; seed < 200; seed++) {
            final Random random = new Random(seed);
            final List<Runnable> records = new ArrayList<>();
            long timeNs = START;
            for (int i = 0; i < 40; i++) {
                timeNs += random.nextInt(20) * SECOND;
                final long at = timeNs;
                final int decision = 1 + random.nextInt(10);
                final int event = random.nextInt(30);
                final int kind = 1 + random.nextInt(3);
                final int shard = random.nextInt(3);
                records.add(i < 10 ? () -> reserve(shard, at, decision, 50 + event)
                    : () -> settle(shard, at, event, decision, kind, 10 + event));
                records.add(() -> tick(at));
            }
            ledger = newLedger();
            Arrays.fill(indexes, 0);
            records.forEach(Runnable::run);
            final LedgerTotals expected = ledger.totals();
            ledger = newLedger();
            Arrays.fill(indexes, 0);
            final int cut = random.nextInt(records.size());
            for (int i = 0; i < records.size(); i++) {
                if (i == cut) {
                    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    ledger.write(bytes);
                    ledger = new Ledger(SETTINGS, listener);
                    ledger.read(new ByteArrayInputStream(bytes.toByteArray()));
                    ledger.declare(List.of(terms(BUDGET, 1_000, BudgetPeriod.TOTAL)));
                    ledger.tick(START, cut == 0 ? START : ledger.totals().timeNs());
                }
                records.get(i).run();
            }
            assertEquals(expected.line(BUDGET, 0, 0), ledger.totals().line(BUDGET, 0, 0), "seed " + seed);
            assertEquals(expected.known(), ledger.totals().known());
        }
    }

    @Test
    void shouldRefuseATornOrDamagedSnapshot() throws IOException {
        for (int i = 0; i < 50; i++) {
            reserve(0, START + i, i, 5);
        }
        final ByteArrayOutputStream written = new ByteArrayOutputStream();
        ledger.write(written);
        final byte[] bytes = written.toByteArray();
        for (int length = 0; length < bytes.length; length++) {
            final byte[] torn = Arrays.copyOf(bytes, length);
            final Ledger fresh = new Ledger(SETTINGS, listener);
            assertThrows(IOException.class, () -> fresh.read(new ByteArrayInputStream(torn)), "length " + length);
            assertEquals(0, fresh.totals().known());
        }
        for (int at = 0; at < bytes.length; at++) {
            final byte[] damaged = bytes.clone();
            damaged[at] ^= 0x10;
            final Ledger fresh = new Ledger(SETTINGS, listener);
            assertThrows(IOException.class, () -> fresh.read(new ByteArrayInputStream(damaged)), "byte " + at);
            assertTrue(fresh.totals().lines().isEmpty());
        }
        final Ledger fresh = new Ledger(SETTINGS, listener);
        fresh.read(new ByteArrayInputStream(bytes));
        assertEquals(50, fresh.totals().known());
        assertEquals(50, fresh.position(0));
        assertEquals(Long.MIN_VALUE, fresh.position(1));
    }

    @Test
    void shouldNotFreeAllAtOnceWhenTheClockJumps() {
        ledger.tick(START, 0);
        for (int i = 0; i < 60; i++) {
            reserve(0, START + i * SECOND, i, 1);
            ledger.tick(START + i * SECOND, i * SECOND);
        }
        assertLine(0, 60, 0, 0);
        ledger.tick(START + 10 * HOUR, 60 * SECOND);
        assertLine(0, 44, 0, 0);
        ledger.tick(START + 10 * HOUR, 61 * SECOND);
        assertLine(0, 28, 0, 0);
        // Back again: nothing more is freed before the clock is where it was.
        ledger.tick(START + 62 * SECOND, 62 * SECOND);
        assertLine(0, 12, 0, 0);
    }

    @Test
    void shouldForgetWhatIsOlderThanTheHorizon() {
        reserve(0, START, 1, 100);
        settle(0, START + SECOND, 1, 1, SettlementBlock.RELEASE, 0);
        reserve(0, START, 2, 100);
        settle(0, START + SECOND, 2, 2, SettlementBlock.COMMIT, 10);
        tick(START);
        tick(START + SECOND + HOUR);
        assertEquals(1, ledger.totals().known());
        tick(START + SECOND + 24 * HOUR);
        assertEquals(0, ledger.totals().known());
        assertLine(10, 0, 0, 0);
    }

    @Test
    void shouldKeepWhatIsNotDeclaredAndSayWhatCannotBeDeclared() {
        ledger.startLeasing(2, 0);
        assertEquals(0, ledger.slotOf(BUDGET, 0));
        assertEquals(1, ledger.slotOf(DAILY, 0));
        assertEquals(-1, ledger.slotOf(DAILY, 5));
        ledger.declare(List.of(terms(DAILY, 100, BudgetPeriod.DAILY), terms(30, 1, BudgetPeriod.TOTAL)));
        assertEquals(0, ledger.slotOf(BUDGET, 0));
        assertEquals(2, ledger.slotOf(30, 0));
        final BudgetTerms count = new BudgetTerms(30, 0, 3, BudgetUnit.COUNT, 0, 1, BudgetPeriod.TOTAL,
            ZoneId.of("UTC"), 1);
        assertThrows(IllegalArgumentException.class, () -> ledger.declare(List.of(count)));
        assertThrows(IllegalArgumentException.class, () -> ledger.declare(List.of(count, count)));
        final List<BudgetTerms> many = new ArrayList<>();
        for (int i = 100; i < 114; i++) {
            many.add(terms(i, 1, BudgetPeriod.TOTAL));
        }
        assertThrows(IllegalArgumentException.class, () -> ledger.declare(many));
        ledger.declare(many.subList(0, 13));
        assertEquals(15, ledger.slotOf(112, 0));
    }

    @Test
    void shouldStopALineWhoseShardReservesWithoutALease() {
        ledger.startLeasing(1, 0);
        reserve(0, START, 1, 5);
        assertTrue(line().broken());
        assertEquals(1, ledger.totals().brokenLines());
        assertEquals("broken 7: shard 0 reserved 5 more than it was granted", heard.getLast());
    }

    @Test
    void shouldTellWhenNothingIsLeft() {
        settle(0, START, 1, 1, SettlementBlock.COMMIT, 999);
        ledger.startLeasing(1, 0);
        assertFalse(heard.contains("exhausted 7"));
        settle(0, START, 2, 1, SettlementBlock.COMMIT, 1);
        assertTrue(heard.contains("exhausted 7"));
        settle(0, START + 1, 3, 1, SettlementBlock.REVERSE, 2);
        assertEquals("open 7", heard.getLast());
    }
}
