package io.opportune.ops;

import io.opportune.engine.admin.JsonText;
import io.opportune.engine.evaluation.Estimate;
import io.opportune.engine.evaluation.RewardKind;
import io.opportune.engine.evaluation.WhatIfReport;
import io.opportune.loadtest.report.Durations;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;

/** What a candidate would change, as text for people and as JSON. */
final class WhatIfText {
    private static final int MAX_CAMPAIGNS = 20;
    private static final long HOUR_NS = 3_600_000_000_000L;

    private final WhatIfReport report;
    private final PrintWriter out;

    WhatIfText(final WhatIfReport report, final PrintWriter out) {
        this.report = report;
        this.out = out;
    }

    void print(
        final Path journal, final Path catalogue, final String model, final RewardKind reward, final long windowNs) {
        final WhatIfReport.EventCounts events = report.events();
        out.println("journal    " + journal + ": " + count(report.decisions()) + " decisions, "
            + count(report.compared()) + " made again with the candidate");
        out.println("candidate  " + candidate(catalogue));
        if (model != null) {
            out.println("model      " + model + ", which predicted in " + count(report.predicted()) + " of these");
        }
        out.println("reward     " + reward.meaning() + ", within " + time(windowNs) + ": " + count(events.counted())
            + " events counted (" + count(events.named()) + " name their decision, " + count(events.byOffer())
            + " only its offer, " + count(events.byCustomer()) + " only the customer), " + count(events.late())
            + " came later, " + count(events.stray()) + " follow from none of these decisions");
        report.leftOut().forEach((reason, decisions) ->
            out.println("left out   " + count(decisions) + " decisions that " + reason.text()));
        report.firstLeftOut().forEach(line -> out.println("             " + line));
        if (report.redacted() > 0) {
            out.println("erased     " + count(report.redacted()) + " records of customers who have been erased");
        }
        out.println("           Profiles, caps and budgets are followed as they were, not as the candidate would have"
            + " changed them.");
        out.println();
        changes();
        if (report.estimate() == null) {
            out.println("No estimate: no decisions are left whose rewards are complete. A shorter --window may help.");
            return;
        }
        stake();
        EvaluationText.print(report.estimate(), "mean reward of a decision: " + reward.meaning(), out);
    }

    private static String time(final long timeNs) {
        return timeNs % HOUR_NS == 0 ? timeNs / HOUR_NS + " h" : Durations.format(timeNs);
    }

    private static String candidate(final Path catalogue) {
        return catalogue == null ? "each decision's own catalogue, the best offers without exploring"
            : "catalogue " + catalogue;
    }

    private static String count(final long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private void changes() {
        out.println(String.format(Locale.ROOT,
            "changed    %,d of %,d decisions (%.2f %%): %,d lose all offers, %,d get offers where there were none",
            report.changed(), report.compared(), 100.0 * report.changed() / Math.max(1, report.compared()),
            report.emptied(), report.filled()));
        out.println(String.format(Locale.ROOT, "           of the changed, %,d were made without exploring: of these"
            + " the journal cannot tell what would have come", report.changedForever()));
        out.println();
        final TextTable table = new TextTable("campaign", ">offers before", ">after", ">change",
            ">expected value before", ">after", ">change");
        report.campaigns().stream().limit(MAX_CAMPAIGNS).forEach(change -> table.row(change.name(),
            count(change.offersBefore()), count(change.offersAfter()),
            String.format(Locale.ROOT, "%+,d", change.offersAfter() - change.offersBefore()),
            EvaluationText.figure(change.valueBefore()), EvaluationText.figure(change.valueAfter()),
            EvaluationText.signed(change.valueAfter() - change.valueBefore())));
        final double before = report.campaigns().stream().mapToDouble(WhatIfReport.CampaignChange::valueBefore).sum();
        final double after = report.campaigns().stream().mapToDouble(WhatIfReport.CampaignChange::valueAfter).sum();
        final long offersBefore =
            report.campaigns().stream().mapToLong(WhatIfReport.CampaignChange::offersBefore).sum();
        final long offersAfter = report.campaigns().stream().mapToLong(WhatIfReport.CampaignChange::offersAfter).sum();
        table.row("all", count(offersBefore), count(offersAfter),
            String.format(Locale.ROOT, "%+,d", offersAfter - offersBefore), EvaluationText.figure(before),
            EvaluationText.figure(after), EvaluationText.signed(after - before));
        table.print(out);
        if (report.campaigns().size() > MAX_CAMPAIGNS) {
            out.println("and " + (report.campaigns().size() - MAX_CAMPAIGNS) + " campaigns more");
        }
        out.println("Expected value is propensity x value as the catalogues say it: what is believed, not what came.");
        out.println();
    }

    private void stake() {
        out.println("unchanged decisions brought " + told(report.unchangedReward())
            + " each; those that change brought " + told(report.changedReward()) + ", which is what is at stake");
        out.println();
    }

    private static String told(final Estimate estimate) {
        return estimate == null ? "nothing (there are none)"
            : EvaluationText.figure(estimate.value()) + " +- " + EvaluationText.figure(estimate.standardError());
    }

    static String json(
        final Path journal, final Path catalogue, final String model, final RewardKind reward, final long windowNs,
        final WhatIfReport report) {
        final JsonText json = new JsonText().beginObject()
            .member("journal", journal.toString())
            .member("catalogue", catalogue == null ? null : catalogue.toString())
            .member("model", model)
            .member("reward", reward.name().toLowerCase(Locale.ROOT))
            .member("windowNs", windowNs)
            .member("decisions", report.decisions())
            .member("compared", report.compared())
            .member("predicted", report.predicted())
            .member("changed", report.changed())
            .member("changedWithoutSupport", report.changedForever())
            .member("emptied", report.emptied())
            .member("filled", report.filled())
            .member("countedEvents", report.events().counted())
            .member("eventsByOffer", report.events().byOffer())
            .member("eventsByCustomer", report.events().byCustomer())
            .member("lateEvents", report.events().late())
            .member("strayEvents", report.events().stray())
            .member("redactedRecords", report.redacted());
        json.name("leftOut").beginObject();
        report.leftOut().forEach((reason, decisions) -> json.member(reason.name(), decisions));
        json.endObject().name("campaigns").beginArray();
        for (final WhatIfReport.CampaignChange change : report.campaigns()) {
            json.beginObject().member("campaign", change.name())
                .member("offersBefore", change.offersBefore()).member("offersAfter", change.offersAfter())
                .name("valueBefore").value(change.valueBefore()).name("valueAfter").value(change.valueAfter())
                .endObject();
        }
        json.endArray();
        reward("unchangedReward", report.unchangedReward(), json);
        reward("changedReward", report.changedReward(), json);
        if (report.estimate() == null) {
            json.member("reliable", false).name("warnings").beginArray().beginObject()
                .member("kind", "NO_DECISIONS").member("spoils", true)
                .member("text", "no decisions are left whose rewards are complete").endObject().endArray();
        } else {
            EvaluationText.members(report.estimate(), json);
        }
        return json.endObject().toString();
    }

    private static void reward(final String name, final Estimate estimate, final JsonText json) {
        json.name(name);
        if (estimate == null) {
            json.value((String) null);
        } else {
            json.beginObject().name("value").value(estimate.value()).name("standardError")
                .value(estimate.standardError()).endObject();
        }
    }
}
