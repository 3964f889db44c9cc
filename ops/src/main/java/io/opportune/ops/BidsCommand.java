package io.opportune.ops;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bids}: what came of bid requests at a running server, by exchange and by campaign. */
@Command(
    name = "bids",
    mixinStandardHelpOptions = true,
    description = {
        "Shows what came of bid requests since the server started, by exchange and by campaign.",
        "Of an exchange: requests, responses, bids, requests without a bid by reason. Of a campaign: bids, impressions"
            + " whose offer was chosen and yet not bid, and what was held back by consent, caps, tact or creatives. Of"
            + " both: notices, and lost bids by the loss reason code of OpenRTB 3.0."},
    footerHeading = "%nExamples:%n",
    footer = {"  opportune bids", "  opportune bids --campaign milk-online", "  opportune bids --json | jq .exchanges"},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:shown", "3:no server answers"})
final class BidsCommand implements Callable<Integer> {
    @Mixin
    private AdminOptions admin;

    @Option(names = "--exchange", paramLabel = "NAME", description = "Only this exchange.")
    private String exchange;

    @Option(names = "--campaign", paramLabel = "NAME", description = "Only this campaign.")
    private String campaign;

    @Option(names = "--all", description = "Also exchanges without a request.")
    private boolean all;

    @Option(names = "--json", description = "As JSON, everything.")
    private boolean asJson;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        final JsonNode report = admin.ask("GET", "/bids", "");
        final PrintWriter out = spec.commandLine().getOut();
        if (asJson) {
            out.println(report);
            return ExitCode.OK;
        }
        if (campaign == null) {
            final TextTable table = new TextTable("exchange", ">requests", ">responses", ">bids", ">shade", ">win",
                ">bill", ">loss", ">imp", ">click", "no bid", "lost");
            report.path("exchanges").forEach(row -> {
                if (isWanted(row, exchange) && (all || row.path("requests").asLong() > 0)) {
                    table.row(cells(row, List.of("requests", "responses", "bids"), List.of("noBids", "losses")));
                }
            });
            table.print(out);
        }
        if (exchange == null) {
            if (campaign == null) {
                out.println();
            }
            final TextTable table = new TextTable("campaign", ">bids", ">shade", ">win", ">bill", ">loss", ">imp",
                ">click", "chosen, not bid", "held back", "lost");
            report.path("campaigns").forEach(row -> {
                if (isWanted(row, campaign)) {
                    table.row(cells(row, List.of("bids"), List.of("noBids", "heldBack", "losses")));
                }
            });
            table.print(out);
        }
        return ExitCode.OK;
    }

    private static boolean isWanted(final JsonNode row, final String name) {
        return name == null || name.equals(row.path("name").asText());
    }

    private static String[] cells(final JsonNode row, final List<String> numbers, final List<String> counts) {
        final List<String> cells = new ArrayList<>();
        cells.add(row.path("name").asText());
        numbers.forEach(name -> cells.add(number(row.path(name).asLong())));
        // The mean of bids in first-price auctions.
        cells.add(row.path("shading").path("bids").asLong() == 0 ? "-"
            : String.format(Locale.ROOT, "%.2f", row.path("shading").path("mean").asDouble()));
        for (final String kind : List.of("win", "bill", "loss", "imp", "click")) {
            cells.add(number(row.path("notices").path(kind).asLong()));
        }
        counts.forEach(name -> cells.add(counted(row.path(name))));
        return cells.toArray(String[]::new);
    }

    /** The most frequent first. */
    private static String counted(final JsonNode counts) {
        final List<Map.Entry<String, JsonNode>> sorted = new ArrayList<>(counts.properties());
        sorted.sort((a, b) -> Long.compare(b.getValue().asLong(), a.getValue().asLong()));
        final List<String> words = new ArrayList<>();
        sorted.forEach(each -> words.add(each.getKey() + " " + number(each.getValue().asLong())));
        return String.join(", ", words);
    }

    private static String number(final long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
