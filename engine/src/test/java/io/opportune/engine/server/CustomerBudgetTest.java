package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.decision.OfferInquiry;
import io.opportune.engine.replay.DecisionQuestion;
import io.opportune.engine.replay.DecisionReplay;
import io.opportune.protocol.Consent;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.client.ContextChange;
import io.opportune.protocol.client.Customer;
import io.opportune.protocol.client.Decision;
import io.opportune.protocol.client.DecisionCall;
import io.opportune.protocol.client.EventCall;
import io.opportune.protocol.client.Outcome;
import io.opportune.protocol.client.Receipt;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each customer may receive, over sockets: reserved, spent, given free, merged, forgotten, decided again. */
@Timeout(120)
class CustomerBudgetTest extends ServerFixture {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);
    private static final Customer ANN = new Customer(Namespaces.LOYALTY, "ann");
    private static final Customer CARD = new Customer(Namespaces.LOYALTY, "anns-card");
    private static final Customer BOB = new Customer(Namespaces.LOYALTY, "bob");
    private static final Customer NOBODY = new Customer(Namespaces.LOYALTY, "never-seen");

    /** Milk costs 0.50, and spring gives each customer 1.00. */
    private static String limited(final String budgets) {
        return TestServer.CATALOGUE
            .replaceFirst("budget: \\{currency: USD}", "budget: {currency: USD}\n    budgets: [" + budgets + "]")
            .replace("benefit: \"10 % off milk\"", "cost: \"0.50\"\n    benefit: \"10 % off milk\"")
            .replace("{event: redemption, limit: 1, window: lifetime}", "{count: accept, limit: 9, window: lifetime}");
    }

    private void write(final String catalogue) throws Exception {
        Files.writeString(folder.resolve("catalogue/all.yaml"), catalogue);
    }

    private static void consent(final TillClient client, final Customer... customers) throws Exception {
        for (final Customer customer : customers) {
            change(client, customer, new ContextChange.GrantConsent(Consent.ALL));
        }
    }

    private static void change(
        final TillClient client, final Customer customer, final ContextChange.Operation operation) throws Exception {
        recorded(client.updateContext(ContextChange.of(customer, operation), PATIENCE_NS).get());
    }

    private static void recorded(final Outcome<Receipt> outcome) {
        assertTrue(outcome instanceof Outcome.Answered<Receipt> answer && answer.answer().recorded(),
            outcome::toString);
    }

    private static Decision decide(final TillClient client, final Customer customer) throws Exception {
        return decide(client, customer, false);
    }

    private static Decision decide(final TillClient client, final Customer customer, final boolean explain)
        throws Exception {
        final DecisionCall.Builder call = DecisionCall.at(
            TestServer.id(client, NameKind.PLACEMENT, "checkout"), Channel.TILL, Moment.TENDER);
        if (customer != null) {
            call.customer(customer.namespace(), customer.id());
        }
        if (explain) {
            call.explain();
        }
        return client.decide(call.build(), PATIENCE_NS, Decision::none).get();
    }

    private static boolean makesMilk(final TillClient client, final Decision decision) throws Exception {
        final int milk = TestServer.id(client, NameKind.OFFER, "milk-10");
        return decision.offers().stream().anyMatch(offer -> offer.offerId() == milk);
    }

    private static Decision made(final TillClient client, final Customer customer) throws Exception {
        final Decision decision = decide(client, customer);
        assertTrue(makesMilk(client, decision), () -> customer + ": " + decision);
        return decision;
    }

    /** Nothing is made, whether it is explained or not. */
    private static void never(final TillClient client, final Customer customer, final ReasonCode why)
        throws Exception {
        final int milk = TestServer.id(client, NameKind.OFFER, "milk-10");
        for (int i = 0; i < 5; i++) {
            final Decision decision = decide(client, customer, i % 2 == 0);
            assertEquals(List.of(), decision.offers());
            if (i % 2 == 0) {
                assertTrue(decision.explanations().stream().anyMatch(
                    line -> line.offerId() == milk && line.reason() == why), decision::toString);
            }
        }
    }

    private static void report(
        final TillClient client, final EventType type, final Customer customer, final Decision of) throws Exception {
        final int milk = TestServer.id(client, NameKind.OFFER, "milk-10");
        recorded(client.report(EventCall.of(type, customer, Channel.TILL).about(of, of.offers().stream()
            .filter(offer -> offer.offerId() == milk).findFirst().orElseThrow()).build(), PATIENCE_NS).get());
    }

    private void assertAllDecidedAgain(final int atLeast) throws Exception {
        test.stop();
        final DecisionReplay.Report report = verify();
        assertEquals(List.of(), report.firstDifferences());
        assertTrue(report.decisions() >= atLeast && report.allEqual(), report::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldGiveACustomerAllOfTheBudgetAndNoMore(final String threading) throws Exception {
        write(limited("{amount: \"1.00\", per: [customer]}"));
        threading(threading, 3).start();
        final Decision first;
        final Decision second;
        final Decision last;
        try (TillClient client = test.client()) {
            consent(client, ANN, BOB);
            first = made(client, ANN);
            second = made(client, ANN);
            never(client, ANN, ReasonCode.CUSTOMER_BUDGET_USED);
            made(client, BOB);
            never(client, NOBODY, ReasonCode.CUSTOMER_BUDGET_UNCOUNTED);
            never(client, null, ReasonCode.CUSTOMER_BUDGET_UNCOUNTED);
            report(client, EventType.DECLINE, ANN, first);
            // A "no" holds the offer itself back for a week; the other customer shows that the money is free.
            report(client, EventType.REDEMPTION, BOB, made(client, BOB));
            never(client, BOB, ReasonCode.CUSTOMER_BUDGET_USED);
        }
        test.stop();
        test.start();
        try (TillClient client = test.client()) {
            never(client, BOB, ReasonCode.CUSTOMER_BUDGET_USED);
            report(client, EventType.REDEMPTION, ANN, second);
            useCatalogue(limited("{amount: \"1.50\", per: [customer]}"));
            report(client, EventType.REDEMPTION, BOB, made(client, BOB));
            last = decide(client, BOB);
            never(client, BOB, ReasonCode.CUSTOMER_BUDGET_USED);
        }
        assertAllDecidedAgain(20);
        final DecisionQuestion question = new DecisionQuestion(last.decisionId().getMostSignificantBits(),
            last.decisionId().getLeastSignificantBits(), List.of("milk-10"));
        DecisionReplay.ask(folder.resolve("data"), folder.resolve("work"), question);
        final OfferInquiry.Obstacle obstacle = question.findings().getFirst().obstacles().getFirst();
        assertEquals(ReasonCode.CUSTOMER_BUDGET_USED, obstacle.reason());
        assertEquals(List.of("budget of the campaign \"spring\": money per customer, limit 1.5 USD; "
            + "received 1 USD, reserved 0.5 USD, needed 0.5 USD"), obstacle.lines());
    }

    @Test
    void shouldGiveBackWhatIsReturnedAndKeepItOverARestart() throws Exception {
        write(limited("{count: 1, per: [customer]}, {amount: \"9.00\", per: [customer, day]}"));
        test.set("server.threading", "inline").start();
        final Decision made;
        try (TillClient client = test.client()) {
            consent(client, ANN);
            made = made(client, ANN);
            report(client, EventType.REDEMPTION, ANN, made);
            never(client, ANN, ReasonCode.CUSTOMER_BUDGET_USED);
        }
        test.stop();
        test.start();
        try (TillClient client = test.client()) {
            never(client, ANN, ReasonCode.CUSTOMER_BUDGET_USED);
            report(client, EventType.RETURN, ANN, made);
            // Once only, though it is another event.
            report(client, EventType.RETURN, ANN, made);
            report(client, EventType.REDEMPTION, ANN, made(client, ANN));
            never(client, ANN, ReasonCode.CUSTOMER_BUDGET_USED);
        }
        assertAllDecidedAgain(8);
    }

    /** What an offer cost that is not in the catalogue any more is at least what was reserved for it. */
    @ParameterizedTest
    @ValueSource(longs = {0, 200_000, 700_000})
    void shouldSpendWhatWasReservedWhereTheOfferIsGone(final long saidMicros) throws Exception {
        write(limited("{amount: \"1.50\", per: [customer]}"));
        test.set("server.threading", "inline").start();
        try (TillClient client = test.client()) {
            consent(client, ANN, BOB);
            final Decision redeemed = made(client, ANN);
            final Decision returned = made(client, BOB);
            report(client, EventType.REDEMPTION, BOB, returned);
            final int milk = TestServer.id(client, NameKind.OFFER, "milk-10");
            useCatalogue(limited("{amount: \"1.50\", per: [customer]}").replace("id: milk-10", "id: oats-10"));
            final EventCall.Builder event = EventCall.of(EventType.REDEMPTION, ANN, Channel.TILL)
                .about(redeemed, redeemed.offers().getFirst());
            assertEquals(milk, redeemed.offers().getFirst().offerId());
            if (saidMicros > 0) {
                event.amount(saidMicros, 0);
            }
            recorded(client.report(event.build(), PATIENCE_NS).get());
            // Nobody knows any more how much of it that is.
            recorded(client.report(EventCall.of(EventType.RETURN, BOB, Channel.TILL)
                .about(returned, returned.offers().getFirst()).amount(100_000, 0).build(), PATIENCE_NS).get());
            useCatalogue(limited("{amount: \"1.50\", per: [customer]}"));
            made(client, ANN);
            if (saidMicros <= 500_000) {
                made(client, ANN);
            }
            never(client, ANN, ReasonCode.CUSTOMER_BUDGET_USED);
            made(client, BOB);
            made(client, BOB);
            never(client, BOB, ReasonCode.CUSTOMER_BUDGET_USED);
        }
        assertAllDecidedAgain(15);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldAddUpWhatMergedCustomersHaveReceived(final String threading) throws Exception {
        write(limited("{amount: \"1.00\", per: [customer]}"));
        threading(threading, 4).start();
        try (TillClient client = test.client()) {
            consent(client, ANN, CARD);
            report(client, EventType.REDEMPTION, ANN, made(client, ANN));
            final Decision open = made(client, CARD);
            recorded(client.link(ANN, CARD, PATIENCE_NS).get());
            never(client, ANN, ReasonCode.CUSTOMER_BUDGET_USED);
            // What the card had reserved is spent under the name of either.
            report(client, EventType.REDEMPTION, ANN, open);
            never(client, CARD, ReasonCode.CUSTOMER_BUDGET_USED);
            change(client, CARD, new ContextChange.Erase());
            never(client, ANN, ReasonCode.CUSTOMER_BUDGET_UNCOUNTED);
            consent(client, ANN);
            made(client, ANN);
        }
        assertAllDecidedAgain(10);
    }

    /** Where a placement says how it chooses, the places of an answer and their probabilities know the budgets too. */
    @ParameterizedTest
    @ValueSource(strings = {"policy: greedy", "policy: thompson, learned: true", "policy: softmax"})
    void shouldDecideTheSameAgainWherePlacementsChoose(final String policy) throws Exception {
        write(limited("{amount: \"1.00\", per: [customer]}, {count: 2, per: [customer, day]}")
            .replaceFirst("  - id: checkout\n", "  - id: checkout\n    choice: {" + policy + "}\n"));
        threading("ring", 3).set("learning.model", "house:1 bayes offer-rows=10 campaign-rows=6 linear-bits=14")
            .set("learning.publish-interval", "20ms").set("learning.pending", "256k").start();
        try (TillClient client = test.client()) {
            consent(client, ANN);
            made(client, ANN);
            made(client, ANN);
            never(client, ANN, ReasonCode.CUSTOMER_BUDGET_USED);
            final MixedTraffic traffic = new MixedTraffic(client, seed, 60);
            traffic.introduce();
            traffic.run(3_000);
        }
        test.stop();
        assertDecidedTheSameAgain();
    }

    /** Customers' budgets run out, customers merge, are erased and refuse, while all is journalled. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldDecideTheSameAgainWhileCustomersBudgetsRunOut(final String threading) throws Exception {
        write(limited("{amount: \"2.00\", per: [customer]}, {count: 3, per: [customer, day]}"));
        threading(threading, 4).start();
        for (int term = 0; term < 2; term++) {
            try (TillClient client = test.client()) {
                final MixedTraffic traffic = new MixedTraffic(client, seed + term, 100);
                traffic.introduce();
                traffic.run(3_000);
            }
            test.stop();
            if (term == 0) {
                test.start();
            }
        }
        assertDecidedTheSameAgain();
    }
}
