package io.opportune.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code delivery}: how the campaigns of a running server spend their budgets, and why they do not spend more. */
@Command(
    name = "delivery",
    mixinStandardHelpOptions = true,
    description = {
        "Shows how the campaigns of a running server spend their budgets, and why they do not spend more.",
        "A line for each budget of a campaign, those by stores and of offers left out, in its current period: what is"
            + " spent (late spend included), the limit, what is planned by now, and spent and reserved less that, in"
            + " per cent of the limit. Of the campaign, since the server started: offers made, times that a cap held"
            + " one back, bids won, mean share of the value that was bid in first-price auctions.",
        "The words of \"why\" are explained in engine/DELIVERY.md."},
    footerHeading = "%nExamples:%n",
    footer = {
        "  opportune delivery",
        "  opportune delivery --under              those behind their plan, and why",
        "  opportune delivery --campaign spring    its budgets and its funnel",
        "  opportune delivery --json | jq '.campaigns[] | {name, why, pace}'"},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:shown", "1:the catalogue has no such campaign", "3:no server answers"})
final class DeliveryCommand implements Callable<Integer> {
    @Mixin
    private AdminOptions admin;

    @Option(names = "--campaign", paramLabel = "NAME", description = "Only this campaign, with all there is of it.")
    private String campaign;

    @Option(names = "--under", description = "Only campaigns that are behind their plan by more than 2 %%.")
    private boolean under;

    @Option(names = "--json", description = "As JSON, everything.")
    private boolean asJson;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        final JsonNode report = admin.ask("GET", "/delivery", "");
        final List<JsonNode> rows = new ArrayList<>();
        boolean known = false;
        for (final JsonNode row : report.path("campaigns")) {
            final boolean named = campaign == null || campaign.equals(row.path("name").asText());
            known |= named;
            if (named && (!under || row.path("behind").asBoolean())) {
                rows.add(row);
            }
        }
        if (campaign != null && !known) {
            throw new CommandFailure(ExitCode.NOT_IN_ORDER, "the catalogue in service has no campaign " + campaign);
        }
        final PrintWriter out = spec.commandLine().getOut();
        if (asJson) {
            out.println(json(report, rows));
        } else if (campaign != null && !rows.isEmpty()) {
            new DeliveryDetail(out).print(rows.getFirst());
        } else {
            print(rows, out);
        }
        return ExitCode.OK;
    }

    private static ObjectNode json(final JsonNode report, final List<JsonNode> rows) {
        final ObjectNode shown = new ObjectMapper().createObjectNode();
        shown.set("timeMs", report.path("timeMs"));
        final ArrayNode campaigns = shown.putArray("campaigns");
        rows.forEach(campaigns::add);
        return shown;
    }

    private void print(final List<JsonNode> rows, final PrintWriter out) {
        final TextTable table = new TextTable("campaign", "budget", ">spent", ">limit", ">plan", ">error", ">made",
            ">caps", ">won", ">shade", "why");
        for (final JsonNode row : rows) {
            final List<JsonNode> budgets = new ArrayList<>();
            row.path("budgets").forEach(line -> {
                if (line.path("owner").asText().equals("campaign") && line.path("store").isNull()
                    && !line.path("deal").isTextual()) {
                    budgets.add(line);
                }
            });
            for (int i = 0; i < Math.max(1, budgets.size()); i++) {
                table.row(cells(row, budgets.isEmpty() ? null : budgets.get(i), i == 0));
            }
        }
        table.print(out);
        for (final JsonNode row : rows) {
            if (row.path("behind").asBoolean()) {
                out.println();
                for (final String line : DeliveryText.wrapped(
                    row.path("name").asText() + " is behind: " + row.path("sentence").asText() + ".", "  ")) {
                    out.println(line);
                }
            }
        }
        if (rows.isEmpty()) {
            out.println(under ? "No campaign is behind its plan by more than 2 %." : "The catalogue has no campaigns.");
        }
    }

    private static String[] cells(final JsonNode row, final JsonNode budget, final boolean first) {
        final List<String> cells = new ArrayList<>();
        cells.add(first ? DeliveryText.cut(row.path("name").asText()) : "");
        if (budget == null) {
            cells.addAll(List.of("no limit", "", "", "", ""));
        } else {
            cells.add(DeliveryText.kind(budget));
            cells.add(DeliveryText.amount(budget, budget.path("spent").asLong() + budget.path("late").asLong()));
            cells.add(DeliveryText.amount(budget, budget.path("limit").asLong()));
            cells.add(DeliveryText.planned(budget));
            cells.add(DeliveryText.error(budget));
        }
        if (first) {
            final JsonNode funnel = row.path("funnel");
            final JsonNode auction = row.path("auction");
            cells.add(DeliveryText.compact(funnel.path("offered").asLong() + auction.path("bids").asLong()));
            cells.add(DeliveryText.compact(funnel.path("heldBack").path("cap_reached").asLong()));
            cells.add(DeliveryText.share(auction.path("winRate")));
            cells.add(DeliveryText.decimal(auction.path("meanShade")));
            cells.add(row.path("why").asText());
        } else {
            cells.addAll(List.of("", "", "", "", ""));
        }
        return cells.toArray(String[]::new);
    }

    /** Reasons, the most frequent first. */
    static String counted(final JsonNode counts) {
        final List<Map.Entry<String, JsonNode>> sorted = new ArrayList<>(counts.properties());
        sorted.sort((a, b) -> Long.compare(b.getValue().asLong(), a.getValue().asLong()));
        final List<String> words = new ArrayList<>();
        sorted.forEach(each -> words.add(each.getKey() + " " + DeliveryText.whole(each.getValue().asLong())));
        return String.join(", ", words);
    }
}
