package io.opportune.ops;

import io.opportune.engine.admin.JsonText;
import io.opportune.engine.evaluation.Caution;
import io.opportune.engine.evaluation.Estimate;
import io.opportune.engine.evaluation.EvaluationReport;
import io.opportune.engine.evaluation.Estimator;
import io.opportune.engine.evaluation.LogMistake;
import io.opportune.engine.evaluation.LoggedRows;
import io.opportune.engine.evaluation.TargetPolicy;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reports of {@code evaluate} as tables for people and as JSON. A figure never stands without its warnings. */
final class EvaluationText {
    private static final int MAX_NAMES = 10;
    private static final String MARK = "NOT RELIABLE";

    private EvaluationText() {
    }

    /** The first few of many names. */
    static String some(final List<String> names) {
        return names.size() <= MAX_NAMES ? String.join(", ", names)
            : String.join(", ", names.subList(0, MAX_NAMES)) + " and " + (names.size() - MAX_NAMES) + " more";
    }

    static void print(
        final LoggedRows log, final TargetPolicy policy, final EvaluationReport report, final PrintWriter out) {
        out.println(String.format(Locale.ROOT,
            "log            %s, %s: %,d rows used, %,d left out, %,d with a reward, %d actions", log.file(),
            log.form().name().toLowerCase(Locale.ROOT), report.rows(), log.skippedRows(), report.rewarded(),
            log.actions().size()));
        out.println("target policy  " + policy.description());
        if (!log.unusedColumns().isEmpty()) {
            out.println("not used       columns " + some(log.unusedColumns().stream()
                .map(name -> name.isEmpty() ? "(no name)" : name).toList()));
        }
        for (final LogMistake mistake : log.firstSkipped()) {
            out.println("left out       " + mistake);
        }
        out.println();
        print(report, "mean reward of a row", out);
    }

    /** The figures: cautions first. */
    static void print(final EvaluationReport report, final String unit, final PrintWriter out) {
        printCautions(report.cautions(), report.isReliable(), out);
        final String mark = report.isReliable() ? "" : MARK;
        final TextTable table = new TextTable("estimator", ">value", ">std error", ">95 % from", ">to",
            ">less logged", ">95 % from", ">to", "");
        report.estimates().forEach((estimator, estimate) -> {
            final Estimate difference = report.differences().get(estimator);
            table.row(estimator.label(), figure(estimate.value()), figure(estimate.standardError()),
                figure(estimate.low()), figure(estimate.high()),
                difference == null ? "" : signed(difference.value()),
                difference == null ? "" : signed(difference.low()),
                difference == null ? "" : signed(difference.high()), estimator == Estimator.LOGGED ? "" : mark);
        });
        table.print(out);
        out.println();
        out.println("Values are the " + unit + ".");
        report.estimates().keySet().forEach(estimator ->
            out.println("  " + estimator.label() + ": " + estimator.meaning()));
        if (!report.estimates().containsKey(Estimator.DOUBLY_ROBUST)) {
            out.println("  doubly robust: left out, because no model of the reward was asked, or none can be");
        }
        out.println();
        weights(report).print(out);
    }

    static void printCautions(final List<Caution> cautions, final boolean reliable, final PrintWriter out) {
        if (!reliable) {
            out.println(MARK + ": the figures below must not be used for a decision, because");
        }
        for (final Caution caution : cautions) {
            out.println((caution.kind().spoils() ? "  warning: " : "  note: ") + caution.text());
        }
        if (!cautions.isEmpty()) {
            out.println();
        }
    }

    private static TextTable weights(final EvaluationReport report) {
        final TextTable table = new TextTable("weight", ">figure", "meaning");
        final double effective = report.weights().effectiveSampleSize();
        table.row("effective sample size", String.format(Locale.ROOT, "%,.2f", effective), String.format(Locale.ROOT,
            "of %,d rows: rows of equal weight that would say as much; at least %,.0f", report.rows(),
            Math.max(EvaluationReport.MIN_EFFECTIVE_ROWS,
                EvaluationReport.MIN_EFFECTIVE_SHARE * report.rows())));
        table.row("matched rows", String.format(Locale.ROOT, "%,d", report.weights().matchedRows()),
            "the target policy may do what was done");
        table.row("greatest weight", figure(report.weights().max()), String.format(Locale.ROOT,
            "%.1f %% of all weight; at most %.0f %%", 100 * report.weights().maxShare(),
            100 * EvaluationReport.MAX_WEIGHT_SHARE));
        table.row("mean weight", figure(report.meanWeight().value()), String.format(Locale.ROOT,
            "standard error %s; 1 when the logged probabilities are right and cover the target",
            figure(report.meanWeight().standardError())));
        if (report.clusters() != report.rows()) {
            table.row("customers", String.format(Locale.ROOT, "%,d", report.clusters()),
                "rows of one are not independent; errors are taken over these");
        }
        if (!Double.isInfinite(report.weights().clip())) {
            table.row("clipped at", figure(report.weights().clip()), String.format(Locale.ROOT,
                "%,d rows, %.2f %% of all weight; the greatest was %s", report.weights().clippedRows(),
                100 * report.weights().clippedShare(), figure(report.weights().maxUnclipped())));
        }
        return table;
    }

    /** Six significant digits. */
    static String figure(final double value) {
        if (!Double.isFinite(value)) {
            return "-";
        }
        final double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 1e5 ? "%,.0f" : size >= 100 ? "%,.2f" : size >= 1 ? "%.4f" : "%.6f",
            value);
    }

    static String signed(final double value) {
        return value > 0 ? "+" + figure(value) : figure(value);
    }

    static String json(final LoggedRows log, final TargetPolicy policy, final EvaluationReport report) {
        final JsonText json = new JsonText().beginObject()
            .member("log", log.file().toString())
            .member("form", log.form().name().toLowerCase(Locale.ROOT))
            .member("target", policy.description())
            .member("actions", log.actions().size())
            .member("skippedRows", log.skippedRows());
        json.name("firstSkipped").beginArray();
        log.firstSkipped().forEach(mistake -> json.value(mistake.toString()));
        json.endArray().name("unusedColumns").beginArray();
        log.unusedColumns().forEach(json::value);
        json.endArray();
        members(report, json);
        return json.endObject().toString();
    }

    /** Warnings, then figures. */
    static void members(final EvaluationReport report, final JsonText json) {
        json.member("reliable", report.isReliable());
        cautions(report.cautions(), json);
        json.member("rows", report.rows())
            .member("rewardedRows", report.rewarded())
            .member("clusters", report.clusters());
        estimates("estimates", report.estimates(), json);
        estimates("differences", report.differences(), json);
        json.name("weights").beginObject()
            .name("effectiveSampleSize").value(report.weights().effectiveSampleSize())
            .member("matchedRows", report.weights().matchedRows())
            .name("max").value(report.weights().max())
            .name("maxShare").value(report.weights().maxShare())
            .name("mean").value(report.meanWeight().value())
            .name("meanStandardError").value(report.meanWeight().standardError())
            .name("clip").value(report.weights().clip())
            .member("clippedRows", report.weights().clippedRows())
            .name("clippedShare").value(report.weights().clippedShare())
            .name("maxUnclipped").value(report.weights().maxUnclipped())
            .endObject();
    }

    static void cautions(final List<Caution> cautions, final JsonText json) {
        json.name("warnings").beginArray();
        for (final Caution caution : cautions) {
            json.beginObject().member("kind", caution.kind().name()).member("spoils", caution.kind().spoils())
                .member("text", caution.text()).endObject();
        }
        json.endArray();
    }

    private static void estimates(
        final String name, final Map<Estimator, Estimate> estimates, final JsonText json) {
        json.name(name).beginObject();
        estimates.forEach((estimator, estimate) -> json.name(estimator.name().toLowerCase(Locale.ROOT)).beginObject()
            .name("value").value(estimate.value())
            .name("standardError").value(estimate.standardError())
            .name("low").value(estimate.low())
            .name("high").value(estimate.high())
            .endObject());
        json.endObject();
    }
}
