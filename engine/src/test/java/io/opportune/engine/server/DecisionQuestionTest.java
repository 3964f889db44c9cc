package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.opportune.engine.decision.OfferInquiry;
import io.opportune.engine.replay.DecisionQuestion;
import io.opportune.engine.replay.DecisionReplay;
import io.opportune.protocol.Consent;
import io.opportune.protocol.Namespaces;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.client.Attribute;
import io.opportune.protocol.client.ContextChange;
import io.opportune.protocol.client.Customer;
import io.opportune.protocol.client.Decision;
import io.opportune.protocol.client.DecisionCall;
import io.opportune.protocol.client.EventCall;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Why an offer was not made is told from the journal, with the customer as known at that time and not later. */
@Timeout(60)
class DecisionQuestionTest {
    private static final Customer CARD = new Customer(Namespaces.LOYALTY, "10023456");
    private static final long PATIENCE_NS = 10_000_000_000L;

    @TempDir
    Path folder;

    private DecisionCall.Builder call(final int checkout) {
        return DecisionCall.at(checkout, Channel.APP, Moment.BASKET_UPDATE)
            .customer(CARD.namespace(), CARD.id()).currency(840);
    }

    private static Decision decide(final TillClient client, final DecisionCall call) throws Exception {
        return client.decide(call, PATIENCE_NS, Decision::none).get(15, TimeUnit.SECONDS);
    }

    private DecisionQuestion ask(final Decision decision, final String... offers) throws IOException {
        final DecisionQuestion question = new DecisionQuestion(decision.decisionId().getMostSignificantBits(),
            decision.decisionId().getLeastSignificantBits(), List.of(offers));
        DecisionReplay.ask(folder.resolve("data"), folder.resolve("work"), question);
        return question;
    }

    private static String told(final DecisionQuestion question) {
        final StringBuilder text = new StringBuilder();
        for (final OfferInquiry.Finding finding : question.findings()) {
            text.append(finding.offer()).append(' ').append(finding.place()).append('\n');
            for (final OfferInquiry.Obstacle obstacle : finding.obstacles()) {
                text.append("  ").append(obstacle.reason()).append(' ').append(obstacle.lines()).append('\n');
            }
        }
        return text.toString();
    }

    @Test
    void shouldTellWhyFromTheProfileOfThatTime() throws Exception {
        final Decision stranger;
        final Decision silver;
        final Decision rain;
        try (TestServer test = new TestServer(folder)) {
            Files.writeString(folder.resolve("catalogue/all.yaml"),
                TestServer.CATALOGUE.replace("offers: 2", "offers: 1"));
            test.start();
            try (TillClient client = test.client()) {
                final int checkout = TestServer.id(client, NameKind.PLACEMENT, "checkout");
                final int tier = TestServer.id(client, NameKind.ATTRIBUTE, "customer.tier");
                final int weather = TestServer.id(client, NameKind.ATTRIBUTE, "request.weather");
                stranger = decide(client, call(checkout).build());
                client.updateContext(ContextChange.of(CARD, new ContextChange.GrantConsent(Consent.ALL),
                    new ContextChange.SetAttribute(Attribute.text(tier, "silver"))), PATIENCE_NS)
                    .get(15, TimeUnit.SECONDS);
                silver = decide(client, call(checkout).line(1029743, 0, 1000, 2_000_000)
                    .attribute(Attribute.text(weather, "sun")).build());
                client.updateContext(ContextChange.of(CARD,
                    new ContextChange.SetAttribute(Attribute.text(tier, "gold"))), PATIENCE_NS)
                    .get(15, TimeUnit.SECONDS);
                rain = decide(client, call(checkout).attribute(Attribute.text(weather, "rain")).build());
                client.report(EventCall.of(EventType.REDEMPTION, CARD, Channel.TILL)
                    .offerId(TestServer.id(client, NameKind.OFFER, "milk-10")).build(), PATIENCE_NS)
                    .get(15, TimeUnit.SECONDS);
            }
            // The catalogue of the decisions is found again beside a newer one.
            Files.writeString(folder.resolve("catalogue/all.yaml"), TestServer.CATALOGUE);
            test.server().reloadCatalogue();
            assertEquals(2, test.server().catalogue().version().counter());
        }
        assertEquals("""
            gold-beer 0
              TARGETING_MISMATCH [has(customer.tier): is missing, \
            customer.tier == "gold": customer.tier is missing]
              CONSENT_MISSING []
            milk-10 0
              TARGETING_MISMATCH [moment.channel == "till": is "app"]
            """, told(ask(stranger, "gold-beer", "milk-10")));
        assertEquals("""
            milk-10 0
              TARGETING_MISMATCH [moment.channel == "till": is "app"]
              JUST_BOUGHT []
            gold-beer 0
              TARGETING_MISMATCH [customer.tier == "gold": is "silver"]
            umbrella 0
              TARGETING_MISMATCH [request.weather == "rain": is a text that no catalogue or profile holds]
            """, told(ask(silver, "milk-10", "gold-beer", "umbrella")));
        final DecisionQuestion last = ask(rain, "umbrella", "gold-beer", "no-such-offer");
        assertEquals("""
            umbrella 0
              OUTRANKED [it counts 0.0400, place 1: gold-beer counts 0.4000]
            gold-beer 1
            """, told(last));
        assertEquals(List.of("no-such-offer"), last.unknownOffers());
        assertNull(last.decided().difference());
        assertEquals(ReasonCode.NONE, last.decided().reason());
        assertEquals(1, last.decided().catalogue().counter());
    }

    @Test
    void shouldTellWhichCapWasReachedThen() throws Exception {
        final List<Decision> decisions = new ArrayList<>();
        try (TestServer test = new TestServer(folder)) {
            Files.writeString(folder.resolve("catalogue/all.yaml"), TestServer.CATALOGUE
                .replace("offers: 2", "offers: 3")
                .replaceFirst("advertiser: acme",
                    "advertiser: acme\n    caps: [{count: decision, limit: 1, window: week}]")
                + "contact_policy: {caps: [{count: decision, limit: 3, window: day}]}\n");
            test.start();
            try (TillClient client = test.client()) {
                final int checkout = TestServer.id(client, NameKind.PLACEMENT, "checkout");
                final int tier = TestServer.id(client, NameKind.ATTRIBUTE, "customer.tier");
                final int weather = TestServer.id(client, NameKind.ATTRIBUTE, "request.weather");
                client.updateContext(ContextChange.of(CARD, new ContextChange.GrantConsent(Consent.ALL),
                    new ContextChange.SetAttribute(Attribute.text(tier, "gold"))), PATIENCE_NS)
                    .get(15, TimeUnit.SECONDS);
                for (int i = 0; i < 3; i++) {
                    decisions.add(decide(client, DecisionCall.at(checkout, Channel.TILL, Moment.BASKET_UPDATE)
                        .customer(CARD.namespace(), CARD.id()).currency(840)
                        .attribute(Attribute.text(weather, "rain")).build()));
                }
            }
        }
        assertEquals("""
            gold-beer 1
            milk-10 2
            umbrella 0
              CAP_REACHED [it counts 0.0400, place 1: gold-beer counts 0.4000, place 2: milk-10 counts 0.0600, \
            cap on the campaign "spring": 1 decision per household within a week; this answer uses up what was left]
            """, told(ask(decisions.get(0), "gold-beer", "milk-10", "umbrella")));
        assertEquals("""
            gold-beer 1
            umbrella 0
              CAP_REACHED [cap on the campaign "spring": 1 decision per household within a week; 1 was counted]
            """, told(ask(decisions.get(1), "gold-beer", "umbrella")));
        final DecisionQuestion last = ask(decisions.get(2), "gold-beer", "milk-10");
        assertEquals("""
            gold-beer 0
              CAP_REACHED [cap on all offers together: 3 decisions per household within 24 hours; 3 were counted]
            milk-10 0
              CAP_REACHED [cap on the campaign "spring": 1 decision per household within a week; 1 was counted, \
            cap on all offers together: 3 decisions per household within 24 hours; 3 were counted]
            """, told(last));
        assertEquals(ReasonCode.ALL_CANDIDATES_REJECTED, last.decided().reason());
        assertNull(last.decided().difference());
    }

    @Test
    void shouldSayThatThereIsNoSuchDecision() throws IOException {
        try (TestServer test = new TestServer(folder)) {
            test.start();
        }
        final DecisionQuestion question = new DecisionQuestion(0x0011_0000_0000_0001L, 7, List.of("milk-10"));
        DecisionReplay.ask(folder.resolve("data"), folder.resolve("work"), question);
        assertFalse(question.isAnswered());
        assertNull(question.decided());
    }
}
