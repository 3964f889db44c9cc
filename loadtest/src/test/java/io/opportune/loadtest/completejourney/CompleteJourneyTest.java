package io.opportune.loadtest.completejourney;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.opportune.loadtest.generator.LoadSettings;
import io.opportune.loadtest.generator.StubServer;
import io.opportune.loadtest.report.Objective;
import io.opportune.loadtest.report.RunCounter;
import io.opportune.loadtest.report.RunResult;
import io.opportune.protocol.codec.AckStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompleteJourneyTest {
    private static final int BASKETS = 47_243;
    private static final int REDEMPTIONS = 2_102;

    @TempDir
    private Path directory;

    @Test
    void shouldReadTheWholeDataSet() throws Exception {
        final JourneyData data = JourneyFiles.data();
        assertEquals(BASKETS, data.baskets().size());
        assertEquals(92_331, data.products().size());
        assertEquals(27, data.campaigns().size());
        assertEquals(1_197, data.coupons().size());
        assertEquals(REDEMPTIONS, data.redemptions().size());
        assertEquals(801, data.demographics().size());
        assertEquals(293, data.stores().size());
        assertEquals(6_589, data.campaigns().values().stream().mapToInt(each -> each.contacted().size()).sum());
        final Map<String, Long> problems = data.problems().counts();
        assertEquals(416, problems.get("till line with quantity 0 (voided), left out"));
        assertEquals(75_000 - 416, data.baskets().stream().mapToInt(basket -> basket.lines().size()).sum());
        assertEquals(222,
            problems.get("till line of a product that products.csv does not have, sent without category"));
        assertEquals(4_872, problems.get("coupon row listed twice, taken once"));
    }

    @Test
    void shouldScriptEveryBasketAndRedemptionInTimeOrder() throws Exception {
        final JourneyScript script = new JourneyScript(JourneyFiles.data());
        assertEquals(3 * BASKETS + REDEMPTIONS, script.length());
        assertEquals(485, script.redemptionsWithoutBasket());
        for (int i = 1; i < script.length(); i++) {
            assertTrue(script.timeNs(i) >= script.timeNs(i - 1));
        }
    }

    @Test
    void shouldOfferEveryRedeemedCouponAndWriteAConsistentCatalogue() throws Exception {
        final JourneyData data = JourneyFiles.data();
        final List<JourneyOffer> offers = JourneyOffers.choose(data);
        assertTrue(offers.size() >= 500 && offers.size() <= 1_100, "offers " + offers.size());
        assertEquals(REDEMPTIONS, offers.stream().mapToInt(JourneyOffer::redemptions).sum());
        new JourneyCatalogue(data, offers, 10).write(directory);
        final ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
        final JsonNode campaigns = yaml.readTree(directory.resolve("campaigns.yaml").toFile());
        assertEquals(27, campaigns.path("campaigns").size());
        final Set<String> advertisers = new HashSet<>();
        campaigns.path("advertisers").forEach(each -> advertisers.add(each.path("id").asText()));
        for (final JsonNode campaign : campaigns.path("campaigns")) {
            assertTrue(advertisers.contains(campaign.path("advertiser").asText()));
            assertEquals(10, campaign.path("flights").size());
        }
        final Set<String> names = new HashSet<>();
        for (final JsonNode offer : yaml.readTree(directory.resolve("offers.yaml").toFile()).path("offers")) {
            assertTrue(names.add(offer.path("id").asText()));
            assertTrue(offer.path("targeting").asText().contains("customer.segments"));
            assertTrue(offer.path("value").asDouble() > 0);
        }
        assertEquals(offers.size(), names.size());
        assertEquals(293, yaml.readTree(directory.resolve("places.yaml").toFile()).path("stores").size());
    }

    @Test
    void shouldHaveAFittingOfferForAtLeastThreeBasketsInTen() throws Exception {
        final JourneyData data = JourneyFiles.data();
        final EligibilityModel model = new EligibilityModel(data, JourneyOffers.choose(data));
        model.run();
        System.out.printf("baskets with a fitting offer: %.1f %%, by being contacted: %.1f %%, %d offers%n",
            100.0 * model.eligible / BASKETS, 100.0 * model.eligibleByContact / BASKETS,
            JourneyOffers.choose(data).size());
        assertTrue(model.eligible >= 0.3 * BASKETS);
        assertTrue(model.eligibleByContact >= 0.3 * BASKETS);
    }

    @Test
    void shouldReplayAgainstTheStubAndReconcileEveryMessage() throws Exception {
        final JourneyData data = JourneyFiles.data();
        final List<JourneyOffer> offers = JourneyOffers.choose(data);
        try (StubServer server = new StubServer(StubServer.Faults.none())) {
            final ReplayRun.Outcome outcome = new ReplayRun(
                data, offers, new ReplaySettings(2, ReplaySettings.AS_FAST_AS_POSSIBLE, 0, 1))
                .run(new LoadSettings().port(server.port()).connections(4, 32));
            final ReplayCounts counts = outcome.counts();
            assertEquals(data.households().size(), outcome.setup().count(RunCounter.UPDATES_ACCEPTED));
            assertEquals(BASKETS, counts.baskets());
            assertEquals(2L * BASKETS, outcome.replay().fullDecisions());
            assertEquals(2L * BASKETS, counts.sentByKind().get("tender"));
            assertEquals(2L * BASKETS, counts.eventsByKind(AckStatus.ACCEPTED).get("purchase"));
            assertEquals(2L * REDEMPTIONS, counts.eventsByKind(AckStatus.ACCEPTED).get("redemption"));
            assertEquals(2L * BASKETS, counts.eventsByKind(AckStatus.ACCEPTED).get("impression"));
            assertEquals(0, counts.eventsByKind(AckStatus.DUPLICATE).get("purchase"));
            assertEquals(server.messages(), data.households().size()
                + counts.sentByKind().values().stream().mapToLong(Long::longValue).sum());
            assertEquals(RunResult.EXIT_PASS, outcome.replay().exitCode(Objective.always()));
            assertTrue(ReplayReport.text(outcome, List.of()).contains("over all passes"));
            assertTrue(ReplayReport.tree(outcome, List.of()).has("events_all_passes"));
        }
    }

    @Test
    void shouldPointAtFileAndLineWhenARowIsWrong() throws Exception {
        final Path file = directory.resolve("campaigns.csv");
        Files.writeString(file, "campaign_id,household_id\n1,2\n\"3\",x\n4\n");
        try (CsvTable table = new CsvTable(directory, "campaigns.csv", "campaign_id", "household_id")) {
            assertTrue(table.next());
            assertTrue(table.next());
            assertEquals(3, table.integer(0));
            final String message = assertThrows(JourneyFormatException.class, () -> table.integer(1)).getMessage();
            assertTrue(message.contains("campaigns.csv:3: column 2: expected a whole number, found 'x'"), message);
            assertTrue(assertThrows(JourneyFormatException.class, table::next).getMessage().contains(":4:"));
            assertFalse(table.next());
        }
    }
}
