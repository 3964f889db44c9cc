package io.opportune.engine.admin;

import io.opportune.engine.bidding.BidReport;
import io.opportune.engine.decision.DeliveryCounts;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The JSON bodies of the admin port. */
final class AdminPages {
    private AdminPages() {
    }

    static String error(final int status, final String message) {
        return new JsonText().beginObject().member("status", status).member("error", message).endObject().toString();
    }

    static String health(final String state, final List<String> reasons) {
        final JsonText json = new JsonText().beginObject().member("status", state).name("reasons").beginArray();
        reasons.forEach(json::value);
        return json.endArray().endObject().toString();
    }

    static String reload(final ReloadOutcome outcome) {
        final JsonText json = new JsonText().beginObject()
            .member("accepted", outcome.accepted())
            .member("catalogueVersion", outcome.catalogueVersion())
            .member("contentHash", outcome.contentHash())
            .member("offers", outcome.offerCount());
        if (!outcome.accepted()) {
            json.name("errors").beginArray();
            for (final CatalogueProblem problem : outcome.problems()) {
                json.beginObject()
                    .member("file", problem.file())
                    .member("line", problem.line())
                    .member("column", problem.column())
                    .member("field", problem.field())
                    .member("found", problem.found())
                    .member("allowed", problem.allowed())
                    .endObject();
            }
            json.endArray().member("moreErrors", outcome.moreProblems()).member("text", problemText(outcome));
        }
        json.name("warnings").beginArray();
        for (final ReloadOutcome.Warning warning : outcome.warnings()) {
            json.beginObject()
                .member("kind", warning.kind())
                .member("file", warning.file())
                .member("line", warning.line())
                .member("column", warning.column())
                .member("field", warning.field())
                .member("offer", warning.offer())
                .member("text", warning.text())
                .endObject();
        }
        return json.endArray().member("moreWarnings", outcome.moreWarnings()).endObject().toString();
    }

    static String problemText(final ReloadOutcome outcome) {
        return outcome.problems().stream().map(CatalogueProblem::sentence).collect(Collectors.joining("\n"))
            + (outcome.moreProblems() == 0 ? "" : "\nand " + outcome.moreProblems() + " more");
    }

    static String warningText(final ReloadOutcome outcome) {
        return outcome.warnings().stream().map(warning -> warning.file() + ":" + warning.line() + ":"
            + warning.column() + " " + warning.field() + ": " + warning.text() + "\n").collect(Collectors.joining())
            + (outcome.moreWarnings() == 0 ? "" : "and " + outcome.moreWarnings() + " more warnings\n");
    }

    static String pause(final String name, final boolean paused, final PauseOutcome outcome) {
        final JsonText json = new JsonText().beginObject()
            .member("name", name)
            .member("paused", paused)
            .member("changed", outcome.changed())
            .member("controlEpoch", outcome.controlEpoch());
        if (!outcome.remark().isEmpty()) {
            json.member("remark", outcome.remark());
        }
        return json.endObject().toString();
    }

    static String paused(final PausedNames paused) {
        final JsonText json = new JsonText().beginObject().member("controlEpoch", paused.controlEpoch());
        json.name("offers").beginArray();
        paused.offers().forEach(json::value);
        json.endArray().name("campaigns").beginArray();
        paused.campaigns().forEach(json::value);
        return json.endArray().endObject().toString();
    }

    static String bids(final BidReport report) {
        final JsonText json = new JsonText().beginObject().name("exchanges").beginArray();
        report.exchanges().forEach(row -> bidRow(json, row, true));
        json.endArray().name("campaigns").beginArray();
        report.campaigns().forEach(row -> bidRow(json, row, false));
        return json.endArray().endObject().toString();
    }

    private static void bidRow(final JsonText json, final BidReport.Row row, final boolean exchange) {
        json.beginObject().member("name", row.name()).member("id", row.id());
        if (exchange) {
            json.member("requests", row.requests()).member("responses", row.responses());
        }
        json.member("bids", row.bids()).name("shading").beginObject().member("bids", row.shading().bids())
            .name("mean").value(row.shading().mean());
        json.member("explored", row.shading().explored()).endObject();
        counts(json, "noBids", row.noBids());
        if (!exchange) {
            counts(json, "heldBack", row.heldBack());
        }
        counts(json, "notices", row.notices());
        counts(json, "losses", row.losses());
        json.endObject();
    }

    private static void counts(final JsonText json, final String name, final Map<String, Long> counts) {
        json.name(name).beginObject();
        counts.forEach(json::member);
        json.endObject();
    }

    static String models(final ModelReport report) {
        final JsonText json = new JsonText().beginObject().member("publication", report.number())
            .member("examples", report.examples()).member("outcomes", report.outcomes())
            .member("unmatched", report.unmatched()).member("late", report.late())
            .member("pending", report.pending()).name("models").beginArray();
        for (final ModelReport.Model model : report.models()) {
            json.beginObject().member("name", model.name()).member("line", model.line()).member("role", model.role())
                .name("heads").beginArray();
            for (final ModelReport.HeadReport head : model.heads()) {
                json.beginObject().member("head", head.head().toLowerCase(Locale.ROOT))
                    .member("examples", head.examples()).share("logLoss", head.logLoss()).share("auc", head.auc())
                    .share("calibrationError", head.calibrationError()).endObject();
            }
            json.endArray().endObject();
        }
        json.endArray();
        final ModelReport.Imported imported = report.imported();
        if (imported != null) {
            json.name("imported").beginObject().member("version", imported.version())
                .member("contentHash", imported.contentHash())
                .member("predicts", imported.clicks() ? "clicks" : "conversions")
                .member("columns", imported.columns()).member("predicted", imported.predicted())
                .member("skipped", imported.skipped()).member("failed", imported.failed()).endObject();
        }
        return json.endObject().toString();
    }

    static String imported(final ImportOutcome outcome) {
        final JsonText json = new JsonText().beginObject().member("version", outcome.version())
            .member("contentHash", outcome.contentHash()).member("new", outcome.isNew());
        if (!outcome.mistakes().isEmpty()) {
            json.member("error", String.join("\n", outcome.mistakes()));
        }
        return json.endObject().toString();
    }

    static String delivery(final DeliveryReport report) {
        final JsonText json = new JsonText().beginObject().member("timeMs", report.timeMs()).name("campaigns")
            .beginArray();
        for (final DeliveryReport.Row row : report.campaigns()) {
            json.beginObject().member("name", row.name()).member("id", row.id())
                .member("state", row.state().name().toLowerCase(Locale.ROOT)).member("offers", row.offers())
                .member("why", row.verdict().why().word()).member("sentence", row.verdict().sentence())
                .member("narrowest", row.verdict().narrowest().word()).member("behind", row.isBehind());
            pace(json, row.pace());
            json.name("budgets").beginArray();
            row.budgets().forEach(line -> budget(json, line));
            json.endArray();
            funnel(json, row.counts());
            auction(json, row.auction());
            json.endObject();
        }
        return json.endArray().endObject().toString();
    }

    private static void pace(final JsonText json, final DeliveryReport.Pace pace) {
        json.name("pace");
        if (pace == null) {
            json.value((String) null);
        } else {
            json.beginObject().share("error", pace.error()).share("participation", pace.participation())
                .share("multiplier", pace.multiplier()).member("limitedBy", pace.limitedBy()).endObject();
        }
    }

    private static void budget(final JsonText json, final DeliveryReport.BudgetLine line) {
        json.beginObject().member("owner", line.offer() == null ? "campaign" : "offer").member("offer", line.offer())
            .member("unit", line.money() ? "micros" : "count").member("currency", line.money() ? line.currency() : null)
            .member("period", line.period()).member("day", line.day()).member("store", line.store())
            .member("deal", line.deal())
            .member("limit", line.limit()).member("spent", line.spent()).member("late", line.late())
            .member("reserved", line.reserved()).member("outstanding", line.outstanding())
            .member("refunds", line.refunds()).member("left", line.left()).member("lateBefore", line.lateBefore());
        if (line.planned() == null) {
            json.name("planned").value((String) null).name("paceError").value((String) null);
        } else {
            json.member("planned", line.planned()).share("paceError", line.paceError());
        }
        json.member("exhausted", line.exhausted()).member("broken", line.broken()).endObject();
    }

    private static void funnel(final JsonText json, final DeliveryCounts counts) {
        json.name("funnel").beginObject().member("decisions", counts.decisions()).member("searches", counts.searches())
            .member("seen", counts.seen()).member("candidateDecisions", counts.candidateDecisions())
            .member("candidates", counts.candidates());
        counts(json, "heldBack", counts.heldBack());
        json.member("eligible", counts.eligible()).member("offered", counts.offered())
            .member("auctioned", counts.auctioned()).member("redeemed", counts.redeemed())
            .name("redemptionsExpected").value(counts.expected());
        json.endObject();
    }

    private static void auction(final JsonText json, final DeliveryReport.Auction auction) {
        json.name("auction").beginObject().member("bids", auction.bids()).member("wins", auction.wins())
            .name("winRate").value(auction.winRate());
        json.name("meanShade").value(auction.shade());
        counts(json, "noBids", auction.noBids());
        counts(json, "losses", auction.losses());
        json.endObject();
    }

    static String snapshot(final SnapshotOutcome outcome) {
        final JsonText json = new JsonText().beginObject().member("completed", outcome.completed());
        if (outcome.completed()) {
            json.member("profiles", outcome.profileCount())
                .member("bytes", outcome.lengthBytes())
                .member("durationMs", outcome.durationNs() / 1_000_000);
        } else {
            json.member("error", outcome.failure());
        }
        return json.endObject().toString();
    }

    static String status(final ServerStatus status, final List<String> notReadyReasons) {
        final JsonText json = new JsonText().beginObject()
            .member("version", status.version())
            .member("ready", notReadyReasons.isEmpty())
            .member("pid", ProcessHandle.current().pid())
            .member("startTimeMs", status.startTimeMs())
            .member("uptimeMs", status.uptimeMs())
            .member("threading", status.threading())
            .member("transport", status.transport())
            .member("gatewayPort", status.gatewayPort())
            .member("sessions", status.sessions());
        json.name("catalogue").beginObject()
            .member("version", status.catalogue().version())
            .member("contentHash", status.catalogue().contentHash())
            .member("offers", status.catalogue().offerCount())
            .member("loadedTimeMs", status.catalogue().loadedTimeMs())
            .endObject();
        json.name("shards").beginArray();
        for (final ServerStatus.ShardStatus shard : status.shards()) {
            json.beginObject()
                .member("shard", shard.shard())
                .member("partitions", shard.partitionCount())
                .member("waiting", shard.waiting())
                .member("ringSize", shard.ringSize())
                .member("decisions", shard.decisionCount())
                .endObject();
        }
        json.endArray();
        json.name("profiles").beginObject()
            .member("count", status.profiles().count())
            .member("capacity", status.profiles().capacity())
            .member("fileBytes", status.profiles().fileBytes())
            .endObject();
        json.name("journal").beginObject()
            .member("healthy", status.journal().healthy())
            .member("sync", status.journal().syncPolicy())
            .member("records", status.journal().recordCount())
            .member("bytes", status.journal().lengthBytes())
            .member("freeBytes", status.journal().freeBytes())
            .endObject();
        final MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        json.name("memory").beginObject()
            .member("heapUsedBytes", heap.getUsed())
            .member("heapCommittedBytes", heap.getCommitted())
            .member("heapMaxBytes", heap.getMax())
            .member("nonHeapUsedBytes", ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage().getUsed())
            .endObject();
        return json.endObject().toString();
    }
}
