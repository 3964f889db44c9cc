package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.evaluation.Caution;
import io.opportune.engine.evaluation.Estimate;
import io.opportune.engine.evaluation.Estimator;
import io.opportune.engine.evaluation.RewardKind;
import io.opportune.engine.evaluation.WhatIf;
import io.opportune.engine.evaluation.WhatIfReport;
import io.opportune.engine.replay.CandidateRefusedException;
import io.opportune.protocol.Consent;
import io.opportune.protocol.Namespaces;
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
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server's journal made again with another catalogue: what changes, and what can be said of the effect. */
@Timeout(120)
class WhatIfTest extends ServerFixture {
    private static final long PATIENCE_NS = 10_000_000_000L;
    private static final long MINUTE_NS = TimeUnit.MINUTES.toNanos(1);
    private static final long HOUR_NS = TimeUnit.HOURS.toNanos(1);
    private static final int CUSTOMERS = 200;
    private static final int DECISIONS = 1_500;
    private static final int PURCHASE_EVERY = 10;
    private static final int REDEMPTION_EVERY = 25;
    private static final double EXPLORED = 0.3;
    private static final double DEAR_RATE = 0.2;
    private static final double CHEAP_RATE = 0.4;
    private static final Map<String, Double> WORLD = Map.of("dear", DEAR_RATE, "cheap", CHEAP_RATE);
    /** The dear offer is expected to bring more; in the evening there is only the cheap one. */
    private static final String CATALOGUE = """
        advertisers:
          - {id: acme, name: Acme Foods, category: grocery}
        campaigns:
          - {id: one, advertiser: acme, flights: [{start: 2017-01-01, end: 2037-01-01}], budget: {currency: USD}}
          - {id: two, advertiser: acme, flights: [{start: 2017-01-01, end: 2037-01-01}], budget: {currency: USD}}
        offers:
          - id: dear
            campaign: one
            category: a
            value: "4.00"
            propensity: 0.2
            benefit: "Dear"
            discount: {type: none}
            targeting: 'moment.hour < 18'
            channels: [till]
            placements: [checkout]
            creatives: [{id: dear-till, channels: [till], title: "Dear", body: "Dear"}]
          - id: cheap
            campaign: two
            category: b
            value: "1.00"
            propensity: 0.4
            benefit: "Cheap"
            discount: {type: none}
            targeting: 'moment.hour >= 0'
            channels: [till]
            placements: [checkout]
            creatives: [{id: cheap-till, channels: [till], title: "Cheap", body: "Cheap"}]
        placements:
          - {id: checkout, channels: [till], offers: 1, time_budget: 500ms}
        """;
    private static final String CANDIDATE = CATALOGUE.replace("value: \"1.00\"", "value: \"9.00\"");

    private int cheapBefore;

    /** Decisions a minute apart, each followed by a click half a minute later. */
    private void serve() throws Exception {
        Files.writeString(folder.resolve("catalogue/all.yaml"), CATALOGUE);
        Files.writeString(Files.createDirectories(folder.resolve("candidate")).resolve("all.yaml"), CANDIDATE);
        test.start();
        final SplittableRandom random = new SplittableRandom(seed);
        try (TillClient client = test.client()) {
            final int checkout = TestServer.id(client, NameKind.PLACEMENT, "checkout");
            final int cheap = TestServer.id(client, NameKind.OFFER, "cheap");
            long nowNs = TimeUnit.DAYS.toNanos(20_000);
            for (int i = 0; i < CUSTOMERS; i++) {
                client.updateContext(new ContextChange(customer(i), null, nowNs,
                    List.of(new ContextChange.GrantConsent(Consent.ALL))), PATIENCE_NS).get(15, TimeUnit.SECONDS);
            }
            final List<CompletableFuture<?>> acknowledged = new ArrayList<>();
            for (int i = 0; i < DECISIONS; i++) {
                nowNs += MINUTE_NS;
                // Everybody comes at least once.
                final Customer customer = customer(i < CUSTOMERS ? i : random.nextInt(CUSTOMERS));
                final Decision decision = client.decide(DecisionCall.at(checkout, Channel.TILL, Moment.TENDER)
                    .customer(customer.namespace(), customer.id()).currency(840).eventTimeNs(nowNs).build(),
                    PATIENCE_NS, Decision::none).get(15, TimeUnit.SECONDS);
                assertEquals(1, decision.offers().size(), decision::toString);
                cheapBefore += decision.offers().getFirst().offerId() == cheap ? 1 : 0;
                acknowledged.add(client.report(EventCall.of(EventType.CLICK, customer, Channel.TILL)
                    .about(decision, decision.offers().getFirst()).eventTimeNs(nowNs + MINUTE_NS / 2).build(),
                    PATIENCE_NS));
                if (i % PURCHASE_EVERY == 0) {
                    acknowledged.add(client.report(EventCall.of(EventType.PURCHASE, customer, Channel.TILL)
                        .amount(2_500_000, 840).eventTimeNs(nowNs + MINUTE_NS / 2).build(), PATIENCE_NS));
                }
                if (i % REDEMPTION_EVERY == 0) {
                    acknowledged.add(client.report(EventCall.of(EventType.REDEMPTION, customer, Channel.TILL)
                        .offerId(decision.offers().getFirst().offerId()).eventTimeNs(nowNs + MINUTE_NS / 2).build(),
                        PATIENCE_NS));
                }
            }
            for (final CompletableFuture<?> each : acknowledged) {
                each.get(15, TimeUnit.SECONDS);
            }
        }
        test.stop();
        assertTrue(cheapBefore > DECISIONS / 10 && cheapBefore < DECISIONS / 2, cheapBefore + " in the evening");
    }

    private static Customer customer(final int index) {
        return new Customer(Namespaces.LOYALTY, "c-" + index);
    }

    private WhatIfReport whatIf(final WhatIf settings, final String data, final String candidate)
        throws IOException {
        return settings.of(folder.resolve(data), folder.resolve("work"),
            candidate == null ? null : folder.resolve(candidate));
    }

    private static WhatIf clicks() {
        return new WhatIf(RewardKind.CLICK, HOUR_NS);
    }

    private static List<Caution.Kind> kinds(final WhatIfReport report) {
        return report.estimate().cautions().stream().map(Caution::kind).toList();
    }

    private void rewrite(final String into, final ExploredJournal journal) throws IOException {
        journal.rewrite(folder.resolve("data"), folder.resolve("work"), folder.resolve("candidate"),
            Files.createDirectories(folder.resolve(into)).resolve("journal"));
        final Path archive = DataDirectory.catalogues(folder.resolve("data"));
        final Path copy = DataDirectory.catalogues(folder.resolve(into));
        try (var files = Files.walk(archive)) {
            for (final Path file : files.toList()) {
                Files.copy(file, copy.resolve(archive.relativize(file).toString()));
            }
        }
    }

    @Test
    void shouldShowWhatChangesAndThatAJournalWithoutExploringCannotTellMore() throws Exception {
        serve();
        final WhatIfReport report = whatIf(clicks(), "data", "candidate");
        assertEquals(DECISIONS, report.decisions());
        assertEquals(DECISIONS, report.compared());
        assertEquals(DECISIONS - cheapBefore, report.changed());
        assertEquals(DECISIONS - cheapBefore, report.changedForever());
        assertEquals(0, report.emptied() + report.filled());
        assertEquals(DECISIONS, report.events().counted());
        assertEquals(0, report.events().late() + report.events().stray() + report.redacted());
        assertEquals(List.of(
            new WhatIfReport.CampaignChange("one", DECISIONS - cheapBefore, 0, 0, 0),
            new WhatIfReport.CampaignChange("two", cheapBefore, DECISIONS, 0, 0)),
            report.campaigns().stream().map(change -> new WhatIfReport.CampaignChange(
                change.name(), change.offersBefore(), change.offersAfter(), 0, 0)).toList());
        assertEquals(0.8 * (DECISIONS - cheapBefore), report.campaigns().get(0).valueBefore(), 1e-6);
        assertEquals(3.6 * DECISIONS, report.campaigns().get(1).valueAfter(), 1e-6);
        // The last hour's rewards may still come.
        assertEquals(Map.of(WhatIfReport.LeftOut.WINDOW_OPEN, 60L), report.leftOut());
        assertFalse(report.estimate().isReliable());
        assertTrue(kinds(report).contains(Caution.Kind.NO_SUPPORT), report.estimate().cautions()::toString);
        assertEquals(1, report.unchangedReward().value());

        final WhatIfReport same = whatIf(clicks(), "data", "catalogue");
        assertEquals(0, same.changed());
        assertTrue(same.estimate().isReliable(), same.estimate().cautions()::toString);
        assertEquals(1, same.estimate().weights().max());
        assertNull(same.changedReward());
        assertEquals(same.estimate().estimates().get(Estimator.LOGGED).value(),
            same.estimate().estimates().get(Estimator.DOUBLY_ROBUST).value(), 1e-12);

        // Events that name no decision belong to the last one of the customer, or the last one with the offer.
        final WhatIfReport amount = whatIf(new WhatIf(RewardKind.AMOUNT, HOUR_NS), "data", "catalogue");
        assertEquals(new WhatIfReport.EventCounts(0, 0, DECISIONS / PURCHASE_EVERY, 0, 0), amount.events());
        final int used = amount.estimate().rows();
        assertEquals(DECISIONS - 60, used);
        assertEquals(2.5 * used / PURCHASE_EVERY / used,
            amount.estimate().estimates().get(Estimator.LOGGED).value(), 1e-9);
        final WhatIfReport redeemed = whatIf(new WhatIf(RewardKind.CONVERSION, HOUR_NS), "data", "catalogue");
        assertEquals(new WhatIfReport.EventCounts(0, DECISIONS / REDEMPTION_EVERY, DECISIONS / PURCHASE_EVERY, 0, 0),
            redeemed.events());

        final long fromNs = TimeUnit.DAYS.toNanos(20_000) + 1_000 * MINUTE_NS;
        assertEquals(400, whatIf(clicks().between(fromNs, fromNs + 400 * MINUTE_NS), "data", "catalogue").decisions());
        final WhatIfReport brief = whatIf(new WhatIf(RewardKind.CLICK, MINUTE_NS / 4), "data", "catalogue");
        assertEquals(DECISIONS, brief.events().late());
        assertEquals(0, brief.events().counted());
        final WhatIfReport young = whatIf(new WhatIf(RewardKind.CLICK, 100 * 24 * HOUR_NS), "data", "catalogue");
        assertNull(young.estimate());
        assertEquals(DECISIONS, young.leftOut().get(WhatIfReport.LeftOut.WINDOW_OPEN));

        Files.writeString(folder.resolve("candidate/all.yaml"), CANDIDATE.replace("campaign: two", "campaign: tow"));
        final CandidateRefusedException refused = assertThrows(CandidateRefusedException.class,
            () -> whatIf(clicks(), "data", "candidate"));
        assertTrue(refused.getMessage().contains("tow"), refused.getMessage());
    }

    /** Both ways of choosing are evaluated from one explored journal; what they are worth is known. */
    @Test
    void shouldEstimateFromAJournalThatExplored() throws Exception {
        serve();
        rewrite("explored", new ExploredJournal(seed, EXPLORED, WORLD));
        final WhatIfReport candidate = whatIf(clicks(), "explored", "candidate");
        final double evening = (double) cheapBefore / DECISIONS;
        check(candidate, CHEAP_RATE);
        assertEquals(0, candidate.changedForever());
        assertEquals((1 - EXPLORED) * (1 - evening), (double) candidate.changed() / DECISIONS, 0.04, "seed " + seed);
        // Without exploring the dear offer is made whenever it may be.
        final WhatIfReport greedy = whatIf(clicks(), "explored", null);
        check(greedy, evening * CHEAP_RATE + (1 - evening) * DEAR_RATE);
        assertEquals(EXPLORED * (1 - evening), (double) greedy.changed() / DECISIONS, 0.04, "seed " + seed);
        final Estimate logged = greedy.estimate().estimates().get(Estimator.LOGGED);
        final double share = (1 - EXPLORED) * (1 - evening);
        assertEquals(share * DEAR_RATE + (1 - share) * CHEAP_RATE, logged.value(), 4 * logged.standardError(),
            "seed " + seed);
        assertEquals(CUSTOMERS, greedy.estimate().clusters());

        rewrite("controlled", new ExploredJournal(seed, EXPLORED, WORLD).withControl(10));
        final WhatIfReport controlled = whatIf(clicks(), "controlled", "candidate");
        assertEquals(DECISIONS / 10, controlled.leftOut().get(WhatIfReport.LeftOut.CONTROL));
        assertEquals(DECISIONS - DECISIONS / 10, controlled.compared());
        assertTrue(controlled.events().stray() > 0, "clicks on what is not used");
        check(controlled, CHEAP_RATE);
    }

    private void check(final WhatIfReport report, final double truth) {
        assertTrue(report.estimate().isReliable(), () -> "seed " + seed + report.estimate().cautions());
        for (final Estimator estimator
            : List.of(Estimator.IPS, Estimator.SNIPS, Estimator.DOUBLY_ROBUST)) {
            final Estimate estimate = report.estimate().estimates().get(estimator);
            assertEquals(truth, estimate.value(), 4 * estimate.standardError(), estimator + ", seed " + seed);
            assertTrue(estimate.standardError() < 0.05, () -> estimator + " " + estimate);
        }
    }
}
