package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.protocol.Consent;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.client.Attribute;
import io.opportune.protocol.client.ContextChange;
import io.opportune.protocol.client.Customer;
import io.opportune.protocol.client.Decision;
import io.opportune.protocol.client.DecisionCall;
import io.opportune.protocol.client.EventCall;
import io.opportune.protocol.client.Outcome;
import io.opportune.protocol.client.Receipt;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One customer's way through the whole server, with the engine on the event loop and on four shard threads. */
class ServerSystemTest {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);
    private static final Customer CARD = new Customer(Namespaces.LOYALTY, "card-1");

    @TempDir
    Path folder;

    private TestServer server(final String threading) throws Exception {
        // A busy machine may stop a process for longer than an ordinary budget.
        final TestServer test = new TestServer(folder).set("server.threading", threading)
            .set("decision.max-time-budget", "1s");
        if (threading.equals("ring")) {
            test.set("server.shards", "4");
        }
        test.start();
        return test;
    }

    private static Receipt receipt(final CompletableFuture<Outcome<Receipt>> future) throws Exception {
        return switch (future.get(20, TimeUnit.SECONDS)) {
            case Outcome.Answered(var receipt) -> receipt;
            case Outcome.Failed(var failure) -> throw new AssertionError(failure.toString());
        };
    }

    private static Decision decide(final TillClient client, final DecisionCall call) throws Exception {
        final Decision decision = client.decide(call, TimeUnit.SECONDS.toNanos(5), Decision::none)
            .get(20, TimeUnit.SECONDS);
        assertTrue(decision.fromServer(), decision::toString);
        return decision;
    }

    private static DecisionCall.Builder atTill(final int placementId, final Customer customer) {
        return DecisionCall.at(placementId, Channel.TILL, Moment.BASKET_UPDATE)
            .customer(customer.namespace(), customer.id()).currency(840);
    }

    private static void makeGold(final TillClient client, final Customer customer) throws Exception {
        final int tier = TestServer.id(client, NameKind.ATTRIBUTE, "customer.tier");
        final Receipt receipt = receipt(client.updateContext(ContextChange.of(customer,
            new ContextChange.GrantConsent(Consent.ALL),
            new ContextChange.SetAttribute(Attribute.text(tier, "gold"))), PATIENCE_NS));
        assertEquals(AckStatus.ACCEPTED, receipt.status(), receipt::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldDecideByTargetingProfileAndCaps(final String threading) throws Exception {
        try (TestServer test = server(threading); TillClient client = test.client()) {
            final int checkout = TestServer.id(client, NameKind.PLACEMENT, "checkout");
            final Decision first = decide(client, atTill(checkout, CARD).withTexts().explain().build());
            assertEquals(DecisionStatus.OFFERS, first.status());
            assertEquals(1, first.offers().size());
            assertEquals(TestServer.id(client, NameKind.OFFER, "milk-10"), first.offers().get(0).offerId());
            assertEquals(2, first.explanations().size());

            makeGold(client, CARD);
            final Decision gold = decide(client, atTill(checkout, CARD).build());
            assertEquals(2, gold.offers().size());
            assertEquals(TestServer.id(client, NameKind.OFFER, "gold-beer"), gold.offers().get(0).offerId());

            final EventCall redeemed = EventCall.of(EventType.REDEMPTION, CARD, Channel.TILL)
                .eventId(new UUID(1, 2)).about(gold, gold.offers().get(1)).build();
            assertEquals(AckStatus.ACCEPTED, receipt(client.report(redeemed, PATIENCE_NS)).status());
            assertEquals(AckStatus.DUPLICATE, receipt(client.report(redeemed, PATIENCE_NS)).status());
            final Decision capped = decide(client, atTill(checkout, CARD).explain().build());
            assertEquals(1, capped.offers().size());
            assertTrue(capped.explanations().stream().anyMatch(e -> e.reason() == ReasonCode.CAP_REACHED),
                capped::toString);

            final int weather = TestServer.id(client, NameKind.ATTRIBUTE, "request.weather");
            final Decision rain = decide(client, atTill(checkout, new Customer(Namespaces.LOYALTY, "other"))
                .attribute(Attribute.text(weather, "rain")).build());
            assertEquals(2, rain.offers().size());
            final Decision bought = decide(client, atTill(checkout, new Customer(Namespaces.LOYALTY, "other"))
                .line(1029743, 0, 1000, 2_000_000).explain().build());
            assertTrue(bought.explanations().stream().anyMatch(e -> e.reason() == ReasonCode.JUST_BOUGHT));
            final Decision support = decide(client, atTill(checkout, CARD).intent(Intent.SUPPORT).build());
            assertEquals(ReasonCode.NOT_A_SELLING_MOMENT, support.reason());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldGiveARetriedRequestItsFirstAnswer(final String threading) throws Exception {
        final UUID requestId = new UUID(7, 8);
        try (TestServer test = server(threading)) {
            final int checkout;
            final Decision first;
            try (TillClient client = test.client()) {
                checkout = TestServer.id(client, NameKind.PLACEMENT, "checkout");
                first = decide(client, atTill(checkout, CARD).requestId(requestId).build());
                makeGold(client, CARD);
                final Decision again = decide(client, atTill(checkout, CARD).requestId(requestId).build());
                assertEquals(first.decisionId(), again.decisionId());
                assertEquals(first.offers(), again.offers());
                assertNotEquals(first.decisionId(), decide(client, atTill(checkout, CARD).build()).decisionId());
            }
            test.stop();
            test.start();
            try (TillClient later = test.client()) {
                final Decision restarted = decide(later, atTill(checkout, CARD).requestId(requestId).build());
                assertEquals(first.decisionId(), restarted.decisionId());
            }
        }
    }

    @Test
    void shouldGiveTheFirstAnswerAlsoAfterTheIdWasLinkedAndLeft() throws Exception {
        final int cards = 24;
        try (TestServer test = server("ring").set("server.shards", "3")) {
            final List<Decision> first = new ArrayList<>();
            final int checkout;
            try (TillClient client = test.client()) {
                checkout = TestServer.id(client, NameKind.PLACEMENT, "checkout");
                for (int i = 0; i < cards; i++) {
                    makeGold(client, card(i));
                    first.add(decide(client, retried(checkout, i)));
                }
                for (int i = 1; i < cards; i++) {
                    // Chains of three: profiles move up to twice, between three shards.
                    if (i % 3 != 0) {
                        assertEquals(AckStatus.ACCEPTED,
                            receipt(client.link(card(i - 1), card(i), PATIENCE_NS)).status());
                    }
                }
                assertSameAnswers(client, checkout, first, "linked");
            }
            test.stop();
            test.start();
            try (TillClient client = test.client()) {
                assertSameAnswers(client, checkout, first, "restarted");
                for (int i = 0; i < cards; i += 2) {
                    assertEquals(AckStatus.ACCEPTED, receipt(client.unlink(card(i), PATIENCE_NS)).status());
                }
                assertSameAnswers(client, checkout, first, "left");
            }
        }
    }

    /** Answers stand in the queues of as many shards as there were; the snapshot of a stop must not forget them. */
    @Test
    void shouldGiveTheFirstAnswerWhateverTheNumberOfShards() throws Exception {
        try (TestServer test = server("ring").set("server.shards", "3")) {
            final List<Decision> first = new ArrayList<>();
            int checkout = 0;
            for (final int shards : new int[] {3, 1, 2, 1, 3}) {
                if (!first.isEmpty()) {
                    test.stop();
                    test.set("server.shards", Integer.toString(shards)).start();
                }
                try (TillClient client = test.client()) {
                    checkout = TestServer.id(client, NameKind.PLACEMENT, "checkout");
                    assertSameAnswers(client, checkout, first, shards + " shards");
                    for (int i = 0; i < 12; i++) {
                        first.add(decide(client, retried(checkout, first.size())));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldGiveTheFirstAnswerToAnUnknownCustomer(final String threading) throws Exception {
        try (TestServer test = server(threading); TillClient client = test.client()) {
            final int checkout = TestServer.id(client, NameKind.PLACEMENT, "checkout");
            for (int i = 1; i <= 20; i++) {
                final DecisionCall call = DecisionCall.at(checkout, Channel.TILL, Moment.BASKET_UPDATE).currency(840)
                    .requestId(new UUID(21, i)).build();
                assertEquals(decide(client, call).decisionId(), decide(client, call).decisionId());
            }
        }
    }

    private static Customer card(final int index) {
        return new Customer(Namespaces.LOYALTY, "card-" + index);
    }

    private static DecisionCall retried(final int checkout, final int index) {
        return atTill(checkout, card(index)).requestId(new UUID(20, index + 1)).build();
    }

    private static void assertSameAnswers(
        final TillClient client, final int checkout, final List<Decision> first, final String when) throws Exception {
        for (int i = 0; i < first.size(); i++) {
            final Decision again = decide(client, retried(checkout, i));
            assertEquals(first.get(i).decisionId(), again.decisionId(), "card " + i + ", " + when);
            assertEquals(first.get(i).offers(), again.offers(), "card " + i + ", " + when);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldMergeLinkedProfilesAndKeepThemOverARestart(final String threading) throws Exception {
        final Customer app = new Customer(Namespaces.APP_ACCOUNT, "app-1");
        try (TestServer test = server(threading)) {
            final int checkout;
            try (TillClient client = test.client()) {
                checkout = TestServer.id(client, NameKind.PLACEMENT, "checkout");
                makeGold(client, CARD);
                assertEquals(1, decide(client, atTill(checkout, app).build()).offers().size());
                assertEquals(AckStatus.ACCEPTED, receipt(client.link(CARD, app, PATIENCE_NS)).status());
                assertEquals(2, decide(client, atTill(checkout, app).build()).offers().size());
                assertEquals(2, decide(client, atTill(checkout, CARD).build()).offers().size());
            }
            test.stop();
            test.start();
            try (TillClient client = test.client()) {
                assertEquals(2, decide(client, atTill(checkout, app).build()).offers().size());
                assertEquals(AckStatus.ACCEPTED, receipt(client.unlink(app, PATIENCE_NS)).status());
                assertEquals(1, decide(client, atTill(checkout, app).build()).offers().size());
                assertEquals(2, decide(client, atTill(checkout, CARD).build()).offers().size());
                final Receipt erased = receipt(client.updateContext(
                    ContextChange.of(CARD, new ContextChange.Erase()), PATIENCE_NS));
                assertEquals(AckStatus.ACCEPTED, erased.status());
                assertEquals(1, decide(client, atTill(checkout, CARD).build()).offers().size());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldSwapTheCatalogueOnlyForAGoodOne(final String threading) throws Exception {
        try (TestServer test = server(threading); TillClient client = test.client()) {
            final int checkout = TestServer.id(client, NameKind.PLACEMENT, "checkout");
            final Path file = folder.resolve("catalogue/all.yaml");
            Files.writeString(file, TestServer.CATALOGUE.replace("campaign: spring", "campaign: sprng"));
            test.server().reloadCatalogue();
            assertEquals(1, test.server().catalogue().version().counter());
            assertEquals(1, decide(client, atTill(checkout, CARD).build()).offers().size());

            Files.writeString(file, TestServer.CATALOGUE.replace("moment.channel == \"till\"",
                "moment.channel == \"app\""));
            test.server().reloadCatalogue();
            assertEquals(2, test.server().catalogue().version().counter());
            final Decision none = decide(client, atTill(checkout, CARD).build());
            assertEquals(DecisionStatus.NO_OFFER, none.status());
            assertEquals(2, none.catalogueCounter());
            assertFalse(none.offers().iterator().hasNext());
        }
    }

    @Test
    void shouldKeepWhatIsKnownWhenTheNumberOfShardsChanges() throws Exception {
        final Customer app = new Customer(Namespaces.APP_ACCOUNT, "app-1");
        try (TestServer test = server("ring")) {
            final int checkout;
            try (TillClient client = test.client()) {
                checkout = TestServer.id(client, NameKind.PLACEMENT, "checkout");
                makeGold(client, CARD);
                assertTrue(receipt(client.link(CARD, app, PATIENCE_NS)).recorded());
                assertTrue(receipt(client.unlink(app, PATIENCE_NS)).recorded());
            }
            for (final String shards : new String[] {"1", "3", "2"}) {
                test.stop();
                test.set("server.shards", shards).start();
                try (TillClient client = test.client()) {
                    assertEquals(1, decide(client, atTill(checkout, app).build()).offers().size());
                    assertEquals(2, decide(client, atTill(checkout, CARD).build()).offers().size());
                    assertTrue(receipt(client.link(CARD, app, PATIENCE_NS)).recorded());
                    assertEquals(2, decide(client, atTill(checkout, app).build()).offers().size());
                    assertTrue(receipt(client.unlink(app, PATIENCE_NS)).recorded());
                }
            }
        }
    }

    /** In so few partitions records of different ones often have the same sequence. */
    @Test
    void shouldStartAfreshEachTimeAnIdLeaves() throws Exception {
        final Customer app = new Customer(Namespaces.APP_ACCOUNT, "app-1");
        try (TestServer test = server("ring"); TillClient client = test.client()) {
            final int checkout = TestServer.id(client, NameKind.PLACEMENT, "checkout");
            makeGold(client, CARD);
            for (int i = 0; i < 60; i++) {
                assertTrue(receipt(client.link(CARD, app, PATIENCE_NS)).recorded());
                assertEquals(2, decide(client, atTill(checkout, app).build()).offers().size(), "linked, round " + i);
                assertTrue(receipt(client.unlink(app, PATIENCE_NS)).recorded());
                assertEquals(1, decide(client, atTill(checkout, app).build()).offers().size(), "left, round " + i);
            }
        }
    }
}
