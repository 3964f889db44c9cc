package io.opportune.engine.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.bidding.BidReport;
import io.opportune.engine.counters.CountersFile;
import io.opportune.engine.counters.MetricsReference;
import io.opportune.engine.decision.DeliveryCounts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The delivery report as JSON and as metrics. */
class DeliveryPagesTest {
    private static final List<DeliveryReport.BudgetLine> LINES = List.of(
        line(null, null, null, 7_000_000, true), line("milk-10", "2026-03-03", null, 7, false),
        line(null, "2026-03-03", "309", 1_000_000, true), line(null, "2026-03-03", "310", 2_000_000, true));

    private static DeliveryReport.BudgetLine line(
        final String offer, final String day, final String store, final long limit, final boolean money) {
        return new DeliveryReport.BudgetLine(offer, money, money ? "USD" : "", day, store, null, limit, limit / 2, 1, 2,
            3, 4, limit / 4, 5, store == null ? limit / 3 : null, store == null ? -0.25 : null, false, false);
    }

    @Test
    void shouldTellEverythingAsJson() throws IOException {
        final DeliveryReport.Row row = new DeliveryReport.Row("milk", 3, DeliveryReport.State.RUNNING, 2,
            new DeliveryReport.Pace(-0.25, 0.5, 0.75, "supply"), LINES,
            new DeliveryCounts(100, 90, 80, 70, Map.of("cap_reached", 8L), 60, 50, 0, 2.5, 1),
            DeliveryReport.Auction.NONE,
            new DeliveryReport.Verdict(DeliveryReport.Why.CAPS, "8 \"caps\"", DeliveryReport.Why.CAPS));
        final JsonNode report =
            new ObjectMapper().readTree(AdminPages.delivery(new DeliveryReport(12_345, List.of(row))));
        assertEquals(12_345, report.get("timeMs").asLong());
        final JsonNode milk = report.at("/campaigns/0");
        assertEquals("milk", milk.get("name").asText());
        assertEquals("running", milk.get("state").asText());
        assertEquals("caps", milk.get("why").asText());
        assertEquals("8 \"caps\"", milk.get("sentence").asText());
        assertTrue(milk.get("behind").asBoolean());
        assertEquals(-0.25, milk.at("/pace/error").asDouble());
        assertEquals("supply", milk.at("/pace/limitedBy").asText());
        assertEquals(68, milk.at("/funnel/candidates").asInt());
        assertEquals(8, milk.at("/funnel/heldBack/cap_reached").asInt());
        assertEquals(2.5, milk.at("/funnel/redemptionsExpected").asDouble());
        assertTrue(milk.at("/auction/winRate").isNull(), "it made no bid");
        assertEquals(4, milk.get("budgets").size());
        final JsonNode total = milk.at("/budgets/0");
        assertEquals("campaign", total.get("owner").asText());
        assertEquals("micros", total.get("unit").asText());
        assertEquals(7_000_000, total.get("limit").asLong());
        assertEquals(2_333_333, total.get("planned").asLong());
        assertTrue(total.get("day").isNull());
        final JsonNode ofOffer = milk.at("/budgets/1");
        assertEquals("milk-10", ofOffer.get("offer").asText());
        assertEquals("2026-03-03", ofOffer.get("day").asText());
        assertTrue(ofOffer.get("currency").isNull());
        assertEquals("309", milk.at("/budgets/2/store").asText());
        assertTrue(milk.at("/budgets/2/planned").isNull());
        assertEquals("day_store", milk.at("/budgets/2/period").asText());
    }

    @Test
    void shouldExportBudgetsOfABoundedNumberOfOwners(@TempDir final Path folder) throws IOException {
        final List<DeliveryReport.Budgets> budgets = new ArrayList<>();
        budgets.add(new DeliveryReport.Budgets("milk", 3, LINES));
        try (CountersFile counters = CountersFile.create(folder.resolve("counters.dat"))) {
            final MetricsExporter exporter = new MetricsExporter(
                counters, List.of(), "1", () -> new BidReport(List.of(), List.of()), () -> budgets);
            final String text = write(exporter);
            for (final String line : List.of(
                "limit{campaign=\"milk\",owner=\"campaign\",period=\"total\",unit=\"USD\"} 7.0",
                "spent{campaign=\"milk\",owner=\"campaign\",period=\"total\",unit=\"USD\"} 3.5",
                "late{campaign=\"milk\",owner=\"campaign\",period=\"total\",unit=\"USD\"} 6.0E-6",
                "reserved{campaign=\"milk\",owner=\"offer:milk-10\",period=\"day\",unit=\"count\"} 2.0",
                "outstanding{campaign=\"milk\",owner=\"offer:milk-10\",period=\"day\",unit=\"count\"} 3.0",
                "limit{campaign=\"milk\",owner=\"campaign\",period=\"day_store\",unit=\"USD\"} 3.0")) {
                assertTrue(text.contains("opportune_budget_" + line + "\n"), line + " is not in\n" + text);
            }
            final String page = MetricsReference.markdown();
            text.lines().filter(line -> line.startsWith("opportune_budget_"))
                .map(line -> line.substring(0, line.indexOf('{')))
                .forEach(name -> assertTrue(page.contains("`" + name + "`"), name + " is not in METRICS.md"));
            for (int i = 0; i < 2 * BudgetMetrics.MOST_OWNERS; i++) {
                budgets.add(new DeliveryReport.Budgets("c" + i, 10 + i, List.of(
                    line(null, null, null, 1_000_000, true))));
            }
            final List<String> limits =
                write(exporter).lines().filter(line -> line.startsWith("opportune_budget_limit{")).toList();
            // Two owners were there before, one of them with budgets of two kinds; those behind have one line together.
            assertEquals(BudgetMetrics.MOST_OWNERS + 1 + 1, limits.size());
            assertTrue(limits.contains("opportune_budget_limit{campaign=\"(others)\",owner=\"(others)\","
                + "period=\"total\",unit=\"USD\"} " + (BudgetMetrics.MOST_OWNERS + 2.0)), limits::toString);
        }
    }

    private static String write(final MetricsExporter exporter) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        exporter.write(out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
