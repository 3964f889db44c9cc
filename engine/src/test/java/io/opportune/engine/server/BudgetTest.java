package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.Budget;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.ledger.LineTotals;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.client.Customer;
import io.opportune.protocol.client.Decision;
import io.opportune.protocol.client.DecisionCall;
import io.opportune.protocol.client.EventCall;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Money and counts of a running server: reserved, spent, given free, kept over restarts, never more than there is. */
@Timeout(120)
class BudgetTest extends ServerFixture {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long HALF = 500_000;
    private static final Customer SOMEBODY = new Customer(Namespaces.LOYALTY, "c-1");

    /** Milk costs 0.50, and spring may spend 5.00. */
    private static String limited(final String amount) {
        return TestServer.CATALOGUE
            .replaceFirst("budget: \\{currency: USD}", "budget: {amount: \"" + amount + "\", currency: USD}")
            .replace("benefit: \"10 % off milk\"", "cost: \"0.50\"\n    benefit: \"10 % off milk\"");
    }

    private void write(final String catalogue) throws Exception {
        Files.writeString(folder.resolve("catalogue/all.yaml"), catalogue);
    }

    private static Decision decide(final TillClient client) throws Exception {
        final int checkout = TestServer.id(client, NameKind.PLACEMENT, "checkout");
        return client.decide(DecisionCall.at(checkout, Channel.TILL, Moment.TENDER).build(), PATIENCE_NS,
            Decision::none).get();
    }

    private static boolean makes(final Decision decision, final int offerId) {
        return decision.offers().stream().anyMatch(offer -> offer.offerId() == offerId);
    }

    /** Decides until an offer was made so often; the ledger may need a moment to hand on what is left. */
    private static List<Decision> until(final TillClient client, final int offerId, final int count) throws Exception {
        final List<Decision> made = new ArrayList<>();
        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (made.size() < count && System.nanoTime() - deadlineNs < 0) {
            final Decision decision = decide(client);
            if (makes(decision, offerId)) {
                made.add(decision);
            }
        }
        assertEquals(count, made.size());
        return made;
    }

    private static void never(final TillClient client, final int offerId) throws Exception {
        for (int i = 0; i < 300; i++) {
            assertFalse(makes(decide(client), offerId), "there is nothing left");
        }
    }

    private static void report(final TillClient client, final EventType type, final int offerId, final Decision of)
        throws Exception {
        client.report(EventCall.of(type, SOMEBODY, Channel.TILL).about(of, of.offers().stream()
            .filter(offer -> offer.offerId() == offerId).findFirst().orElseThrow()).build(), PATIENCE_NS).get();
    }

    private LineTotals line(final boolean ofOffer, final int owner, final Budget.Unit unit, final boolean daily) {
        final int budgetId = Budget.id(ofOffer, owner, unit, daily, Budget.Scope.ALL);
        return test.server().ledger().totals().lines().stream()
            .filter(line -> line.budgetId() == budgetId).reduce((first, second) -> second).orElse(null);
    }

    /** Waits until the totals say what they must. */
    private LineTotals await(final int campaign, final Predicate<LineTotals> wanted) throws InterruptedException {
        LineTotals line = line(false, campaign, Budget.Unit.MONEY, false);
        for (int i = 0; i < 100 && (line == null || !wanted.test(line)); i++) {
            Thread.sleep(50);
            line = line(false, campaign, Budget.Unit.MONEY, false);
        }
        assertNotNull(line);
        assertTrue(wanted.test(line), line::toString);
        return line;
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldSpendToTheLastPieceAndNotBeyond(final String threading) throws Exception {
        write(limited("5.00"));
        threading(threading, 3).start();
        final int milk;
        final int spring;
        final List<Decision> made;
        try (TillClient client = test.client()) {
            milk = TestServer.id(client, NameKind.OFFER, "milk-10");
            spring = TestServer.id(client, NameKind.CAMPAIGN, "spring");
            made = until(client, milk, 10);
            never(client, milk);
            await(spring, line -> line.reserved() == 10 * HALF && line.spent() == 0);
            report(client, EventType.DECLINE, milk, made.get(0));
            await(spring, line -> line.reserved() == 9 * HALF);
            made.addAll(until(client, milk, 1));
            never(client, milk);
            for (int i = 1; i < 4; i++) {
                report(client, EventType.REDEMPTION, milk, made.get(i));
            }
            final LineTotals line = await(spring, totals -> totals.spent() == 3 * HALF);
            assertEquals(7 * HALF, line.reserved());
            assertEquals(0, line.lateSpend());
        }
        test.stop();
        test.start();
        try (TillClient client = test.client()) {
            await(spring, totals -> totals.spent() == 3 * HALF && totals.reserved() == 7 * HALF);
            never(client, milk);
            report(client, EventType.RETURN, milk, made.get(1));
            await(spring, totals -> totals.spent() == 2 * HALF && totals.refunds() == HALF);
            until(client, milk, 1);
            never(client, milk);
        }
    }

    /** Once all is spent, no search meets the offers any more; a larger budget lets them go on. */
    @Test
    void shouldHoldBackWhatIsSpentUntilTheBudgetIsRaised() throws Exception {
        write(limited("1.00"));
        test.set("server.threading", "inline").start();
        try (TillClient client = test.client()) {
            final int milk = TestServer.id(client, NameKind.OFFER, "milk-10");
            for (final Decision decision : until(client, milk, 2)) {
                report(client, EventType.REDEMPTION, milk, decision);
            }
            final long deadlineNs = System.nanoTime() + PATIENCE_NS;
            while (test.server().catalogues().holds().epoch() == 0) {
                assertTrue(System.nanoTime() - deadlineNs < 0, "nothing is held");
                Thread.sleep(20);
            }
            never(client, milk);
            useCatalogue(limited("2.00"));
            until(client, milk, 2);
            never(client, milk);
        }
    }

    /** Numbers in one currency mean nothing in another: what was spent stays what it was, and nothing more is. */
    @Test
    void shouldSpendNothingOnceACampaignHasChangedItsCurrency() throws Exception {
        write(limited("5.00"));
        test.set("server.threading", "inline").start();
        final int milk;
        final int spring;
        try (TillClient client = test.client()) {
            milk = TestServer.id(client, NameKind.OFFER, "milk-10");
            spring = TestServer.id(client, NameKind.CAMPAIGN, "spring");
            report(client, EventType.REDEMPTION, milk, until(client, milk, 1).getFirst());
            await(spring, line -> line.spent() == HALF);
            useCatalogue(limited("500.00").replaceFirst("currency: USD", "currency: JPY"));
            never(client, milk);
            assertEquals(1, test.server().counters().total(CounterDescriptor.ERROR_NOTES));
        }
        test.stop();
        test.start();
        try (TillClient client = test.client()) {
            never(client, milk);
            assertEquals(1, test.server().counters().total(CounterDescriptor.ERROR_NOTES));
            assertEquals(HALF, line(false, spring, Budget.Unit.MONEY, false).spent());
            useCatalogue(limited("5.00"));
            until(client, milk, 9);
            never(client, milk);
            await(spring, line -> line.spent() == HALF && line.reserved() == 9 * HALF);
        }
    }

    /** A snapshot without its ledger would let every budget be spent once more. */
    @Test
    void shouldNotStartFromASnapshotThatHasLostItsLedger() throws Exception {
        write(limited("5.00"));
        test.set("server.threading", "inline").start();
        final int milk;
        final int spring;
        try (TillClient client = test.client()) {
            milk = TestServer.id(client, NameKind.OFFER, "milk-10");
            spring = TestServer.id(client, NameKind.CAMPAIGN, "spring");
            report(client, EventType.REDEMPTION, milk, until(client, milk, 1).getFirst());
            await(spring, line -> line.spent() == HALF);
        }
        test.stop();
        try (Stream<Path> files = Files.walk(folder.resolve("data/snapshots"))) {
            final List<Path> ledgers = files.filter(file -> file.endsWith("ledger")).toList();
            assertFalse(ledgers.isEmpty(), "closing takes a snapshot");
            for (final Path ledger : ledgers) {
                Files.delete(ledger);
            }
        }
        test.start();
        assertTrue(test.server().recovery().remarks().stream().anyMatch(remark -> remark.contains("is missing")),
            () -> test.server().recovery().remarks().toString());
        await(spring, line -> line.spent() == HALF);
    }

    /** What exceeds the cost that was reserved is late, and counted. */
    @Test
    void shouldHonourWhatARedemptionCostsBeyondItsReservation() throws Exception {
        write(limited("5.00"));
        test.set("server.threading", "inline").start();
        try (TillClient client = test.client()) {
            final int milk = TestServer.id(client, NameKind.OFFER, "milk-10");
            final int spring = TestServer.id(client, NameKind.CAMPAIGN, "spring");
            final Decision made = until(client, milk, 1).getFirst();
            client.report(EventCall.of(EventType.REDEMPTION, SOMEBODY, Channel.TILL).about(made, made.offers().stream()
                .filter(offer -> offer.offerId() == milk).findFirst().orElseThrow())
                .amount(3 * HALF, 840).build(), PATIENCE_NS).get();
            await(spring, line -> line.spent() == HALF && line.lateSpend() == 2 * HALF);
            assertEquals(1, test.server().counters().total(CounterDescriptor.REDEMPTIONS_OVER_COST));
            until(client, milk, 7);
            never(client, milk);
        }
    }

    /** What was held back for a budget is journalled, so that every decision can be made again. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldDecideTheSameAgainWhileBudgetsRunOut(final String threading) throws Exception {
        write(limited("40.00"));
        threading(threading, 4).start();
        for (int term = 0; term < 2; term++) {
            try (TillClient client = test.client()) {
                final MixedTraffic traffic = new MixedTraffic(client, seed + term, 100);
                traffic.introduce();
                final FutureTask<Void> operator = meanwhile(() -> {
                    for (int i = 1; i < 12; i++) {
                        useCatalogue(limited(40 + 3 * i + ".00"));
                        Thread.sleep(50);
                    }
                    return null;
                });
                traffic.run(3_000);
                operator.get();
            }
            test.stop();
            if (term == 0) {
                test.start();
            }
        }
        assertDecidedTheSameAgain();
    }
}
