package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.admin.DeliveryReport;
import io.opportune.engine.admin.DeliveryReport.State;
import io.opportune.engine.admin.DeliveryReport.Why;
import io.opportune.engine.decision.DeliveryCounts;
import io.opportune.engine.decision.Hold;
import io.opportune.engine.decision.HoldReason;
import io.opportune.engine.pacing.LimitedBy;
import io.opportune.engine.pacing.PaceReport;
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
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server's delivery report against what its clients were answered: campaigns in every state, every word once. */
@Timeout(120)
class DeliveryReportTest extends ServerFixture {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);
    private static final ZoneId ZONE = ZoneId.of("America/New_York");
    private static final Customer SOMEBODY = new Customer(Namespaces.LOYALTY, "c-1");
    private static final String ALWAYS = "flights: [{start: 2017-01-01, end: 2037-01-01}]";
    private static final long MICROS = 1_000_000;

    private final StringBuilder campaigns = new StringBuilder();
    private final StringBuilder offers = new StringBuilder();

    private void campaign(final String name, final String budget, final String more) {
        campaigns.append("  - {id: ").append(name).append(", advertiser: acme, zone: America/New_York, budget: {")
            .append(budget).append("currency: USD}, ").append(more).append("}\n");
    }

    private void offer(final String campaign, final int number, final String category, final int value,
        final String more) {
        final String name = campaign + '-' + number;
        offers.append("  - {id: ").append(name).append(", campaign: ").append(campaign).append(", category: ")
            .append(category).append(", value: \"").append(value)
            .append(".00\", propensity: 0.5, channels: [till], placements: [checkout], cost: \"0.50\", ").append(more)
            .append("creatives: [{id: ").append(name).append("-c, title: T}]}\n");
    }

    private static String hours(final int from, final int hours) {
        final int end = (from + hours) % 24;
        return from < end ? "[{from: " + from + ", to: " + end + "}]"
            : "[{from: " + from + ", to: 24}" + (end == 0 ? "]" : ", {from: 0, to: " + end + "}]");
    }

    /** Five places: those of "filler" keep "unseen" out, whatever stands above them. */
    private String catalogue() {
        campaign("capped", "", ALWAYS);
        offer("capped", 1, "a", 100, "caps: [{event: decision, limit: 3, window: lifetime}], ");
        campaign("consent", "", ALWAYS);
        offer("consent", 1, "b", 90, "consent: [location], ");
        campaign("bought", "", ALWAYS);
        offer("bought", 1, "c", 85, "promotes: {items: [77]}, ");
        campaign("nomatch", "", ALWAYS);
        offer("nomatch", 1, "d", 80, "targeting: 'request.weather == \"snow\"', ");
        campaign("spent", "amount: \"1.20\", ", ALWAYS);
        offer("spent", 1, "e", 70, "");
        campaign("small", "amount: \"1.00\", ", ALWAYS);
        offer("small", 1, "f", 60, "");
        campaign("paced", "", ALWAYS + ", budgets: [{count: 1000000, per: [day]}], pacing: {mode: even}");
        offer("paced", 1, "p", 55, "");
        campaign("winner", "", ALWAYS + ", budgets: [{count: 5000}, {amount: \"900.00\", per: [day, store]}]");
        offer("winner", 1, "g", 50, "budgets: [{count: 4000}], ");
        offer("winner", 2, "gg", 49, "targeting: 'basket.line_count > 5', ");
        campaign("second", "", ALWAYS);
        offer("second", 1, "g", 40, "");
        campaign("filler", "", ALWAYS);
        for (int i = 0; i < 5; i++) {
            offer("filler", i, "filler-" + i, 30, "");
        }
        campaign("unseen", "", ALWAYS);
        offer("unseen", 1, "h", 1, "");
        campaign("paused", "", ALWAYS + ", paused: true");
        offer("paused", 1, "i", 99, "");
        campaign("ended", "", "flights: [{start: 2017-01-01, end: 2018-01-01}]");
        offer("ended", 1, "j", 99, "");
        campaign("future", "", "flights: [{start: 2035-01-01, end: 2036-01-01}]");
        offer("future", 1, "k", 99, "");
        final int hour = ZonedDateTime.now(ZONE).getHour();
        campaign("closed", "", ALWAYS + ", budgets: [{count: 100, per: [day]}], pacing: {mode: asap, hours: "
            + hours((hour + 8) % 24, 8) + "}");
        offer("closed", 1, "l", 99, "");
        campaign("elsewhere", "", ALWAYS);
        offers.append("  - {id: elsewhere-1, campaign: elsewhere, value: \"1.00\", propensity: 0.5, channels: [app], "
            + "placements: [home], creatives: [{id: elsewhere-c, title: T}]}\n");
        return "attributes: [{name: request.weather, type: string}]\nadvertisers: [{id: acme, name: Acme, "
            + "category: grocery}]\nstores: [{id: \"309\", zone: America/New_York}, {id: \"310\", zone: UTC}]\n"
            + "campaigns:\n" + campaigns + "offers:\n" + offers
            + "placements:\n  - {id: checkout, channels: [till], offers: 5, time_budget: 500ms}\n"
            + "  - {id: home, channels: [app], offers: 5, time_budget: 500ms}\n";
    }

    private DeliveryReport.Row row(final String name) {
        return test.server().deliveryReport().campaigns().stream().filter(row -> row.name().equals(name)).findFirst()
            .orElseThrow();
    }

    private DeliveryReport.Row await(final String name, final Predicate<DeliveryReport.Row> wanted)
        throws InterruptedException {
        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        DeliveryReport.Row row = row(name);
        while (!wanted.test(row) && System.nanoTime() - deadlineNs < 0) {
            Thread.sleep(50);
            row = row(name);
        }
        assertTrue(wanted.test(row), row::toString);
        return row;
    }

    private void assertWhy(final Why why, final String name, final String words) {
        final DeliveryReport.Verdict verdict = row(name).verdict();
        assertEquals(why, verdict.why(), name + ": " + verdict.sentence());
        assertTrue(verdict.sentence().contains(words), name + ": " + verdict.sentence());
    }

    /** What the client was answered, by campaign. */
    private static final class Answers {
        private final Map<String, Integer> made = new HashMap<>();
        private final Map<Integer, String> campaigns = new HashMap<>();
        private final List<Decision> ofSpent = new ArrayList<>();
        private int decisions;
        private int store;

        int of(final String campaign) {
            return made.getOrDefault(campaign, 0);
        }
    }

    private void decide(final TillClient client, final int checkout, final Answers answers) throws Exception {
        final Decision decision = client.decide(DecisionCall.at(checkout, Channel.TILL, Moment.TENDER)
            .customer(SOMEBODY.namespace(), SOMEBODY.id()).storeId(answers.store).line(77, 1, 1000, MICROS).build(),
            PATIENCE_NS, Decision::none).get();
        assertTrue(decision.fromServer());
        answers.decisions++;
        decision.offers().forEach(offer -> {
            final String name = answers.campaigns.computeIfAbsent(offer.offerId(), id ->
                test.server().control().registry().name(NameKind.OFFER, id));
            final String campaign = name.substring(0, name.indexOf('-'));
            answers.made.merge(campaign, 1, Integer::sum);
            if (campaign.equals("spent")) {
                answers.ofSpent.add(decision);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldSayOfEachCampaignWhyItDeliversNoMore(final String threading) throws Exception {
        Files.writeString(folder.resolve("catalogue/all.yaml"), catalogue());
        threading(threading, 2).start();
        final Answers answers = new Answers();
        try (TillClient client = test.client()) {
            final int checkout = TestServer.id(client, NameKind.PLACEMENT, "checkout");
            answers.store = TestServer.id(client, NameKind.STORE, "309");
            client.updateContext(ContextChange.of(
                SOMEBODY, new ContextChange.GrantConsent(Consent.PERSONALISATION)), PATIENCE_NS).get();
            final long deadlineNs = System.nanoTime() + PATIENCE_NS;
            // Leases come within milliseconds, not before the first decision.
            while (answers.decisions < 60 || answers.of("spent") < 2 || answers.of("small") < 2) {
                assertTrue(System.nanoTime() - deadlineNs < 0, answers.made::toString);
                decide(client, checkout, answers);
                Thread.sleep(1);
            }
            for (final Decision decision : answers.ofSpent) {
                client.report(EventCall.of(EventType.REDEMPTION, SOMEBODY, Channel.TILL).about(decision,
                    decision.offers().stream().filter(offer -> answers.campaigns.get(offer.offerId())
                        .startsWith("spent")).findFirst().orElseThrow()).build(), PATIENCE_NS).get();
            }
            assertCounts(answers);
            assertReasons(answers.decisions);
            assertBudgets(answers);
            final URI admin = URI.create("http://127.0.0.1:" + test.server().adminPort());
            assertPages(admin, answers);
        }
    }

    /** The counts are those of the answers, and nothing is lost between two steps. */
    private void assertCounts(final Answers answers) {
        for (final DeliveryReport.Row row : test.server().deliveryReport().campaigns()) {
            final DeliveryCounts counts = row.counts();
            assertEquals(answers.of(row.name()), counts.offered(), row.name());
            assertEquals(answers.of(row.name()) * 0.5, counts.expected(), 1e-6, row.name());
            assertEquals(row.name().equals("elsewhere") ? 0 : answers.decisions, counts.decisions(), row.name());
            assertEquals(0, counts.auctioned(), row.name());
            assertTrue(counts.eligible() >= counts.offered(), row::toString);
            assertTrue(counts.candidateDecisions() <= counts.candidates(), row::toString);
        }
        final int decisions = answers.decisions;
        assertEquals(decisions, answers.of("winner"), "the best of all that nothing stops");
        assertEquals(decisions, row("winner").counts().candidateDecisions());
        assertEquals(decisions, row("winner").counts().seen());
        final DeliveryCounts capped = row("capped").counts();
        assertEquals(3, capped.offered());
        assertEquals(Map.of("cap_reached", decisions - 3L), capped.heldBack());
        assertEquals(decisions, capped.candidates());
        assertEquals(Map.of("consent_missing", (long) decisions), row("consent").counts().heldBack());
        assertEquals(Map.of("just_bought", (long) decisions), row("bought").counts().heldBack());
        // While "capped" is made too, five better ones may fill the slate before it is looked at.
        final long second = row("second").counts().eligible();
        assertTrue(second >= decisions - 3 && second <= decisions, () -> second + " of " + decisions);
        final DeliveryCounts small = row("small").counts();
        assertEquals(decisions - 2L, small.heldBackBy("budget_exhausted"));
        assertEquals(2, small.offered());
        assertEquals(0, row("unseen").counts().seen());
        // One of the five lost its place whenever others took one.
        assertEquals(5L * decisions - answers.made.values().stream().mapToInt(Integer::intValue).sum(), 0);
    }

    private void assertReasons(final int decisions) throws InterruptedException {
        final String all = Integer.toString(decisions);
        await("spent", row -> row.verdict().why() == Why.SPENT);
        assertWhy(Why.SPENT, "spent", "1.00 USD of 1.20 USD (money in all) are spent, and the rest is too little");
        assertWhy(Why.CAPS, "capped", decisions - 3 + " of " + all + " times that an offer fitted a cap was reached");
        assertWhy(Why.CONSENT, "consent", all + " of " + all);
        assertWhy(Why.JUST_BOUGHT, "bought", all + " of " + all);
        assertWhy(Why.TARGETING, "nomatch", "held in none of " + all + " decisions");
        assertWhy(Why.BUDGET, "small", decisions - 2 + " of " + all);
        assertWhy(Why.OUTRANKED, "second",
            "0 of " + row("second").counts().eligible() + " offers that nothing held back were made");
        assertWhy(Why.OUTRANKED, "unseen", "in each of " + all + " decisions better offers filled the answer");
        assertWhy(Why.PAUSED, "paused", "file");
        assertWhy(Why.FLIGHT, "ended", "its last flight ended 2018-01-01 00:00 America/New_York");
        assertWhy(Why.FLIGHT, "future", "its next flight begins 2035-01-01 00:00 America/New_York");
        assertWhy(Why.HOURS, "closed", "its next hours begin ");
        assertWhy(Why.NO_REQUESTS, "elsewhere", "nobody has asked");
        assertWhy(Why.REDEMPTION, "winner", "0 of " + all + " offers were redeemed");
        assertEquals(State.OUTSIDE_HOURS, row("closed").state());
        assertEquals(Why.ON_PLAN, row("paced").verdict().why(), "a plan begins where the spend stands");
        assertNotNull(row("paced").pace());
        assertNull(row("winner").pace(), "nobody wants a pace of it");
        test.server().catalogues().hold(Hold.Target.CAMPAIGN, row("second").id(),
            HoldReason.PAUSED, true);
        assertWhy(Why.PAUSED, "second", "an operator has paused it");
    }

    private void assertBudgets(final Answers answers) throws InterruptedException {
        assertEquals(2, row("spent").counts().redeemed());
        final DeliveryReport.BudgetLine spent = await("spent",
            row -> row.budgets().getFirst().spent() == MICROS).budgets().getFirst();
        assertEquals(1_200_000, spent.limit());
        assertEquals(0, spent.reserved());
        assertEquals(200_000, spent.left());
        assertEquals("USD", spent.currency());
        assertTrue(spent.exhausted());
        assertNull(spent.planned());
        final DeliveryReport.BudgetLine small = await("small",
            row -> row.budgets().getFirst().reserved() == MICROS).budgets().getFirst();
        assertEquals(0, small.spent());
        assertEquals("total", small.period());
        assertTrue(!small.exhausted(), "what is reserved may come back");
        final List<DeliveryReport.BudgetLine> winner = await("winner",
            row -> row.budgets().getFirst().reserved() == answers.decisions).budgets();
        assertEquals(List.of("total", "day_store", "day_store", "total"),
            winner.stream().map(DeliveryReport.BudgetLine::period).toList());
        assertEquals("winner-1", winner.getLast().offer());
        assertEquals(answers.decisions, winner.getLast().reserved());
        assertEquals("309", winner.get(1).store());
        assertEquals(LocalDate.now(ZONE).toString(), winner.get(1).day());
        assertEquals(1_000_000, row("paced").budgets().getFirst().limit());
        assertNotNull(row("paced").budgets().getFirst().planned());
    }

    private void assertPages(final URI admin, final Answers answers) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            final JsonNode page = new ObjectMapper().readTree(get(http, admin.resolve("/delivery")));
            JsonNode capped = null;
            for (final JsonNode row : page.path("campaigns")) {
                capped = row.path("name").asText().equals("capped") ? row : capped;
            }
            assertEquals("caps", capped.path("why").asText());
            assertEquals("running", capped.path("state").asText());
            assertEquals(answers.decisions - 3, capped.at("/funnel/heldBack/cap_reached").asInt());
            assertTrue(capped.path("pace").isNull());
            assertTrue(capped.at("/auction/winRate").isNull());
            final String metrics = get(http, admin.resolve("/metrics"));
            for (final String line : List.of(
                "limit{campaign=\"spent\",owner=\"campaign\",period=\"total\",unit=\"USD\"} 1.2",
                "spent{campaign=\"spent\",owner=\"campaign\",period=\"total\",unit=\"USD\"} 1.0",
                "reserved{campaign=\"small\",owner=\"campaign\",period=\"total\",unit=\"USD\"} 1.0",
                "limit{campaign=\"winner\",owner=\"offer:winner-1\",period=\"total\",unit=\"count\"} 4000.0",
                "limit{campaign=\"winner\",owner=\"campaign\",period=\"day_store\",unit=\"USD\"} 1800.0",
                "late{campaign=\"small\",owner=\"campaign\",period=\"total\",unit=\"USD\"} 0.0")) {
                assertTrue(metrics.contains("opportune_budget_" + line + "\n"), line + " is not in\n" + metrics);
            }
        }
    }

    private static String get(final HttpClient http, final URI uri) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    /** Six hours into a day that was to be spent evenly, and nothing is. */
    @Test
    void shouldTellWhoIsBehindItsPlan() throws Exception {
        final AtomicLong nowNs = new AtomicLong(
            LocalDate.of(2026, 3, 3).atTime(0, 1).atZone(ZONE).toEpochSecond() * 1_000_000_000L);
        campaign("even", "", ALWAYS + ", budgets: [{count: 1000, per: [day]}], pacing: {mode: even}");
        offer("even", 1, "a", 10, "targeting: 'request.weather == \"snow\"', ");
        Files.writeString(folder.resolve("catalogue/all.yaml"), "attributes: [{name: request.weather, type: string}]\n"
            + "advertisers: [{id: acme, name: Acme}]\ncampaigns:\n" + campaigns + "offers:\n" + offers
            + "placements: [{id: checkout, channels: [till], offers: 5, time_budget: 500ms}]\n");
        test.set("server.threading", "inline").start(nowNs::get, SystemNanoClock.INSTANCE);
        await("even", row -> row.verdict().why() == Why.ON_PLAN);
        nowNs.addAndGet(TimeUnit.HOURS.toNanos(6));
        final DeliveryReport.Row row = await("even", DeliveryReport.Row::isBehind);
        assertTrue(row.pace().error() < -0.2 && row.pace().error() > -0.4, row::toString);
        assertEquals(-1000 * row.pace().error(), row.budgets().getFirst().planned(), 1.0);
        assertEquals("2026-03-03", row.budgets().getFirst().day());
        assertEquals(Why.NO_REQUESTS, row.verdict().why(), row::toString);
    }

    private static PacingService.Paced paced(final int campaignId, final long planned, final long spent,
        final long limit, final long price) {
        return new PacingService.Paced(new PaceReport(campaignId, 0, limit, planned, spent, 0,
            (double) (spent - planned) / limit, 1, 1, LimitedBy.SUPPLY), price);
    }

    /** Behind by 30 % of a day is little of a year's budget, and a day that is full lets the year's be behind. */
    @Test
    void shouldJudgeByTheBudgetThatHoldsBackMost() {
        final List<PacingService.Paced> slow = List.of(paced(1, 9_000, 8_900, 36_500, 1), paced(1, 60, 30, 100, 1),
            paced(2, 100, 0, 100, 1));
        assertEquals(-0.3, DeliveryReports.paceOf(1, slow).paceError(), 1e-9);
        final List<PacingService.Paced> full = List.of(paced(1, 9_000, 5_000, 36_500, 1), paced(1, 99, 99, 100, 1));
        assertEquals(0, DeliveryReports.paceOf(1, full).paceError(), 1e-9);
        final List<PacingService.Paced> units = List.of(
            paced(1, 10_000_000, 5_000_000, 20_000_000, 1_000_000), paced(1, 50, 30, 100, 1));
        assertEquals(-0.25, DeliveryReports.paceOf(1, units).paceError(), 1e-9, "5 of money, 20 of count");
        assertNull(DeliveryReports.paceOf(3, slow));
    }
}
