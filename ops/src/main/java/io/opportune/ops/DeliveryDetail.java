package io.opportune.ops;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One campaign of the delivery report: why, its budgets with those of its offers and stores, and its funnel. */
final class DeliveryDetail {
    private static final double PERCENT = 100;

    private final PrintWriter out;

    DeliveryDetail(final PrintWriter out) {
        this.out = out;
    }

    void print(final JsonNode row) {
        DeliveryText.wrapped(row.path("name").asText() + ": " + row.path("why").asText() + ". "
            + row.path("sentence").asText() + ".", "  ").forEach(out::println);
        final JsonNode pace = row.path("pace");
        if (pace.isObject()) {
            out.println(String.format("  takes part in %s of its opportunities, bids %s of its price, limited by %s",
                DeliveryText.share(pace.path("participation")), DeliveryText.share(pace.path("multiplier")),
                pace.path("limitedBy").asText()));
        }
        out.println();
        budgets(row.path("budgets"));
        out.println();
        funnel(row.path("funnel"), row.path("auction"));
    }

    private void budgets(final JsonNode budgets) {
        if (budgets.isEmpty()) {
            out.println("No budget limits it.");
            return;
        }
        final TextTable table = new TextTable("of", "budget", ">limit", ">spent", ">late", ">reserved", ">leased",
            ">left", ">plan", ">error", "");
        for (final JsonNode line : budgets) {
            final List<String> cells = new ArrayList<>();
            cells.add((line.path("offer").isNull() ? "campaign" : DeliveryText.cut(line.path("offer").asText()))
                + (line.path("store").isNull() ? "" : " in " + DeliveryText.cut(line.path("store").asText()))
                + (line.path("deal").isTextual() ? " for " + DeliveryText.cut(line.path("deal").asText()) : ""));
            cells.add(DeliveryText.kind(line));
            for (final String amount : List.of("limit", "spent", "late", "reserved", "outstanding", "left")) {
                cells.add(DeliveryText.amount(line, line.path(amount).asLong()));
            }
            cells.add(DeliveryText.planned(line));
            cells.add(DeliveryText.error(line));
            cells.add(line.path("broken").asBoolean() ? "BROKEN" : line.path("exhausted").asBoolean() ? "spent" : "");
            table.row(cells.toArray(String[]::new));
        }
        table.print(out);
    }

    private void funnel(final JsonNode funnel, final JsonNode auction) {
        final TextTable table = new TextTable("since the start", ">count", ">of above", "");
        final long decisions = funnel.path("decisions").asLong();
        final long searches = funnel.path("searches").asLong();
        step(table, "decisions in its placements", decisions, -1, "");
        if (searches != decisions) {
            step(table, "that looked for offers", searches, decisions, "");
        }
        step(table, "that looked as far as its best", funnel.path("seen").asLong(), searches, "");
        step(table, "in which an offer fitted", funnel.path("candidateDecisions").asLong(),
            funnel.path("seen").asLong(), "");
        final long candidates = funnel.path("candidates").asLong();
        step(table, "offers that fitted", candidates, -1, "");
        for (final Map.Entry<String, JsonNode> held : funnel.path("heldBack").properties()) {
            step(table, "  held back: " + held.getKey(), held.getValue().asLong(), candidates, "");
        }
        final long eligible = funnel.path("eligible").asLong();
        final long offered = funnel.path("offered").asLong();
        final long auctioned = funnel.path("auctioned").asLong();
        step(table, "eligible", eligible, candidates, "");
        if (offered > 0 || auctioned == 0) {
            step(table, "offered to customers", offered, eligible, "");
            step(table, "redeemed", funnel.path("redeemed").asLong(), offered,
                "expected " + DeliveryText.whole(Math.round(funnel.path("redemptionsExpected").asDouble())));
        }
        if (auctioned > 0) {
            step(table, "chosen for an impression", auctioned, eligible, "");
            step(table, "bids", auction.path("bids").asLong(), auctioned,
                "not bid: " + orNothing(DeliveryCommand.counted(auction.path("noBids")))
                    + (auction.path("meanShade").isNumber()
                        ? "; mean shade " + DeliveryText.decimal(auction.path("meanShade")) : ""));
            step(table, "wins", auction.path("wins").asLong(), auction.path("bids").asLong(),
                "lost: " + orNothing(DeliveryCommand.counted(auction.path("losses"))));
        }
        table.print(out);
    }

    private static String orNothing(final String text) {
        return text.isEmpty() ? "none" : text;
    }

    private static void step(
        final TextTable table, final String name, final long count, final long of, final String remark) {
        table.row(name, DeliveryText.whole(count),
            of <= 0 ? "" : String.format(Locale.ROOT, "%.1f%%", PERCENT * count / of), remark);
    }
}
