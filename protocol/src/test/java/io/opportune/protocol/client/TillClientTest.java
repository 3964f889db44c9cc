package io.opportune.protocol.client;

import static io.opportune.protocol.client.ClientFixture.CUSTOMER;
import static io.opportune.protocol.client.ClientFixture.SECOND_NS;
import static io.opportune.protocol.client.ClientFixture.awaitUntil;
import static io.opportune.protocol.client.ClientFixture.call;
import static io.opportune.protocol.client.ClientFixture.event;
import static io.opportune.protocol.client.ClientFixture.failure;
import static io.opportune.protocol.client.ClientFixture.get;
import static io.opportune.protocol.client.ClientFixture.settings;
import static io.opportune.protocol.client.ClientFixture.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.protocol.Namespaces;
import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import io.opportune.protocol.codec.RejectReason;
import io.opportune.protocol.codec.TextKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The client against a server that behaves. */
class TillClientTest {
    /** The example of the package's documentation, word for word but for the types' modifiers. */
    @Test
    void shouldRunTheExampleOfThePackage() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.good())) {
            final int port = server.port();
            final TillClientSettings settings =
                TillClientSettings.builder("127.0.0.1", port, "till-7", "sesame").build();
            try (TillClient client = TillClient.start(settings)) {
                client.firstLogon().get(5, TimeUnit.SECONDS);
                final List<Name> names = List.of(new Name(NameKind.PLACEMENT, "checkout"));
                final int placementId = switch (client.resolve(names, TimeUnit.SECONDS.toNanos(1)).get()) {
                    case Outcome.Answered(ResolvedNames resolved) -> resolved.ids().getFirst();
                    case Outcome.Failed(Failure failure) -> throw new IOException(failure.toString());
                };
                final Customer customer = new Customer(Namespaces.LOYALTY, "card-1042");
                final DecisionCall call = DecisionCall.at(placementId, Channel.TILL, Moment.TENDER)
                    .customer(customer.namespace(), customer.id())
                    .currency(840)
                    .line(1_029_743, 0, 2_000, 3_980_000)
                    .withTexts()
                    .build();
                final Decision decision =
                    client.decide(call, TimeUnit.MILLISECONDS.toNanos(500), Decision::none).get();
                for (final Offer offer : decision.offers()) {
                    final EventCall shown =
                        EventCall.of(EventType.IMPRESSION, customer, Channel.TILL).about(decision, offer).build();
                    assertInstanceOf(Outcome.Answered.class,
                        client.report(shown, TimeUnit.SECONDS.toNanos(30)).get());
                }
                assertEquals(1, decision.offers().size());
            }
        }
    }

    @Test
    void shouldReadEveryFieldOfADecision() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.good());
            TillClient client = start(settings(server.port()))) {
            final Decision decision = get(client.decide(call(77), SECOND_NS, Decision::none));
            assertTrue(decision.fromServer());
            assertNull(decision.failure());
            assertEquals(DecisionStatus.OFFERS, decision.status());
            assertEquals(5, decision.catalogueCounter());
            assertEquals(List.of(new Explanation(14, 408)), decision.explanations());
            final Offer offer = decision.offers().getFirst();
            assertEquals(77, offer.valueMicros());
            assertEquals(11, offer.offerId());
            assertEquals(Long.MIN_VALUE, offer.expiryNs());
            assertEquals(Map.of(TextKind.TITLE, "Milk"), offer.texts());
        }
    }

    @Test
    void shouldAnswerEveryKindOfReportOverNio() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.good());
            TillClient client = start(settings(server.port()).nativeTransport(false))) {
            final UUID eventId = new UUID(7, 8);
            final EventCall event =
                EventCall.of(EventType.PURCHASE, CUSTOMER, Channel.TILL).eventId(eventId).amount(5, 840)
                    .line(new BasketLine(1, 0, 1_000, 5, 0)).build();
            assertEquals(new Outcome.Answered<>(new Receipt(eventId, AckStatus.ACCEPTED, 0)),
                get(client.report(event, SECOND_NS)));
            final ContextChange change = ContextChange.of(CUSTOMER, new ContextChange.GrantConsent(3),
                new ContextChange.SetAttribute(Attribute.text(4, "gold")), new ContextChange.AddSegment(9));
            assertTrue(receipt(client.updateContext(change, SECOND_NS)).recorded());
            assertTrue(receipt(client.link(CUSTOMER, new Customer(2, "hh-1"), SECOND_NS)).recorded());
            assertTrue(receipt(client.unlink(CUSTOMER, SECOND_NS)).recorded());
            final List<Name> names = List.of(new Name(NameKind.OFFER, "a"), new Name(NameKind.OFFER, "b"));
            assertEquals(new Outcome.Answered<>(new ResolvedNames(5, List.of(31, 32))),
                get(client.resolve(names, SECOND_NS)));
        }
    }

    @Test
    void shouldMakeEventIdsOfItsPrefixAndNeverTwice() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.good());
            TillClient client = start(settings(server.port()).eventIdPrefix(42))) {
            final UUID first = receipt(client.report(event(), SECOND_NS)).eventId();
            final UUID second = receipt(client.report(event(), SECOND_NS)).eventId();
            assertEquals(42, first.getMostSignificantBits());
            assertEquals(first.getLeastSignificantBits() + 1, second.getLeastSignificantBits());
        }
    }

    @Test
    void shouldTakeCallbacksThatThrowAndCallbacksThatCallAgain() throws Exception {
        final List<Throwable> errors = new ArrayList<>();
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.good());
            TillClient client = start(settings(server.port()).onError(errors::add))) {
            final CompletableFuture<Integer> again = new CompletableFuture<>();
            client.decide(request -> RequestWriter.write(call(1), request), SECOND_NS, new DecisionHandler() {
                @Override
                public void onDecision(final DecisionResponseDecoder response) {
                    client.decide(call(2), SECOND_NS, Decision::none)
                        .thenAccept(decision -> again.complete((int) decision.offers().getFirst().valueMicros()));
                    throw new IllegalStateException("careless");
                }

                @Override
                public void onFallback(final FailureKind kind, final RejectReason rejectReason) {
                    again.completeExceptionally(new AssertionError(kind.toString()));
                }
            });
            assertEquals(2, get(again));
            assertEquals(1, client.statistics().callbackErrors());
            assertEquals("careless", errors.getFirst().getMessage());
        }
    }

    @Test
    void shouldRefuseWhatCannotBeEncoded() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.good());
            TillClient client = start(settings(server.port()))) {
            final CompletableFuture<FailureKind> outcome = new CompletableFuture<>();
            // A group without what must follow it.
            client.decide(request -> request.basketLinesCount(0), SECOND_NS, handler(outcome));
            assertEquals(FailureKind.INVALID_REQUEST, get(outcome));
            final CompletableFuture<FailureKind> thrown = new CompletableFuture<>();
            client.decide(request -> {
                throw new IllegalStateException("careless");
            }, SECOND_NS, handler(thrown));
            assertEquals(FailureKind.INVALID_REQUEST, get(thrown));
            assertThrows(IllegalArgumentException.class, () -> new Customer(1, "x".repeat(129)));
            final List<Name> tooMany = new ArrayList<>();
            for (int i = 0; i < 257; i++) {
                tooMany.add(new Name(NameKind.OFFER, "o"));
            }
            final Outcome<ResolvedNames> names = get(client.resolve(tooMany, SECOND_NS));
            assertEquals(new Outcome.Failed<>(Failure.of(FailureKind.INVALID_REQUEST)), names);
            // None of these has cost a slot.
            assertTrue(get(client.decide(call(1), SECOND_NS, Decision::none)).fromServer());
        }
    }

    @Test
    void shouldFailDecisionsAtOnceWithoutAConnectionButHoldEvents() throws Exception {
        final int port;
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.good())) {
            port = server.port();
        }
        try (TillClient client = TillClient.start(settings(port).build())) {
            final CompletableFuture<Decision> decision = client.decide(call(1), SECOND_NS, Decision::none);
            assertTrue(decision.isDone(), "on the caller's thread, at once");
            assertEquals(FailureKind.DISCONNECTED, failure(decision.join()));
            final CompletableFuture<Outcome<Receipt>> report = client.report(event(), 50_000_000L);
            assertEquals(new Outcome.Failed<>(Failure.of(FailureKind.TIMEOUT)), get(report));
            awaitUntil("a refused connection", () -> client.statistics().logonFailures() > 0);
            assertFalse(client.lastProblem().isEmpty());
        }
    }

    @Test
    void shouldFailEverythingWithClosedAfterTheEnd() throws Exception {
        final CompletableFuture<Decision> pending;
        final TillClient client;
        try (ScriptedServer server = new ScriptedServer((connection, number) -> {
            connection.acceptLogon(8);
            connection.stall();
        })) {
            client = start(settings(server.port()));
            pending = client.decide(call(1), 60 * SECOND_NS, Decision::none);
            client.close();
            assertEquals(FailureKind.CLOSED, failure(pending.get(0, TimeUnit.SECONDS)));
        }
        assertEquals(FailureKind.CLOSED, failure(client.decide(call(1), SECOND_NS, Decision::none).join()));
        assertEquals(new Outcome.Failed<>(Failure.of(FailureKind.CLOSED)), client.report(event(), SECOND_NS).join());
        client.close();
    }

    @Test
    void shouldWaitForPendingAnswersWhenItCloses() throws Exception {
        final AtomicInteger logoffs = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer((connection, number) -> {
            connection.acceptLogon(8);
            connection.send(Answers.to(connection.readRequest()));
            if (Answers.templateId(connection.readFrame()) == 4) {
                logoffs.incrementAndGet();
            }
        })) {
            final TillClient client = start(settings(server.port()));
            final CompletableFuture<Outcome<Receipt>> report = client.report(event(), SECOND_NS);
            client.close();
            assertTrue(receipt(report).recorded());
            awaitUntil("logoff", () -> logoffs.get() == 1);
        }
    }

    @Test
    void shouldSendTheServerWhatTheNetworkLeavesOfTheBudget() {
        assertEquals(900, RequestFactory.wireBudgetUs(1_000_000, 100_000));
        assertEquals(500, RequestFactory.wireBudgetUs(1_000_000, 100_000_000));
        assertEquals(1, RequestFactory.wireBudgetUs(10, 0));
        assertEquals(0xFFFF_FFFEL, RequestFactory.wireBudgetUs(Long.MAX_VALUE, 0));
    }

    @Test
    void shouldKeepTheKeyOutOfPrintedSettings() {
        assertFalse(settings(1).build().toString().contains("sesame"));
        assertThrows(IllegalArgumentException.class, () -> settings(0).build());
        assertThrows(IllegalArgumentException.class, () -> settings(1).inFlightLimits(0, 1).build());
    }

    private static Receipt receipt(final CompletableFuture<Outcome<Receipt>> future) {
        return switch (get(future)) {
            case Outcome.Answered(Receipt receipt) -> receipt;
            case Outcome.Failed(Failure failure) -> throw new AssertionError(failure.toString());
        };
    }

    private static DecisionHandler handler(final CompletableFuture<FailureKind> outcome) {
        return new DecisionHandler() {
            @Override
            public void onDecision(final DecisionResponseDecoder response) {
                outcome.complete(null);
            }

            @Override
            public void onFallback(final FailureKind kind, final RejectReason rejectReason) {
                outcome.complete(kind);
            }
        };
    }
}
