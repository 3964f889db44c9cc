package io.opportune.loadtest.completejourney;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.opportune.loadtest.report.JsonReport;
import io.opportune.loadtest.report.Objective;
import io.opportune.loadtest.report.RunCounter;
import io.opportune.loadtest.report.RunResult;
import io.opportune.loadtest.report.TextReport;
import io.opportune.protocol.codec.AckStatus;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tells a replay's outcome to people and machines. Stateless. */
public final class ReplayReport {
    private ReplayReport() {
    }

    /**
     * The report as text.
     *
     * @param outcome    of the replay.
     * @param objectives that were set.
     * @return several lines, each ended.
     */
    public static String text(final ReplayRun.Outcome outcome, final List<Objective> objectives) {
        final RunResult replay = outcome.replay();
        final ReplayCounts counts = outcome.counts();
        final StringBuilder out = new StringBuilder(4096);
        out.append(String.format(Locale.ROOT, "Complete Journey: %d passes%s, %,d offers, %,d households introduced%n",
            outcome.settings().passes(), outcome.settings().passes() > 1 ? ", the first not measured" : "",
            outcome.offers(), outcome.setup().count(RunCounter.UPDATES_ACCEPTED)));
        out.append(TextReport.of(replay, objectives));
        final double decisions = Math.max(1, replay.decisionsAnswered());
        out.append(String.format(Locale.ROOT, "full decisions %.4f%% (with offers %.2f%%, without %.2f%%), fallback"
            + " %.4f%%, shed %.4f%%%n", 100 * replay.fullDecisions() / decisions,
            100 * replay.count(RunCounter.OFFERS) / decisions, 100 * replay.count(RunCounter.NO_OFFER) / decisions,
            100 * replay.count(RunCounter.FALLBACK) / decisions, 100 * replay.count(RunCounter.SHED) / decisions));
        out.append(String.format(Locale.ROOT, "with a campaign offer: %.2f%% of decisions, %.2f%% of %,d baskets%n",
            100 * counts.decisionShareWithOffer(), 100 * counts.basketShareWithOffer(), counts.baskets()));
        out.append("offers by campaign:\n");
        int column = 0;
        for (final Map.Entry<Integer, Long> campaign : counts.offersByCampaign().entrySet()) {
            out.append(String.format(Locale.ROOT, "  %-12s %,10d%s", campaign.getKey() == 0 ? "other"
                : JourneyOffer.campaignName(campaign.getKey()), campaign.getValue(), ++column % 3 == 0 ? "\n" : ""));
        }
        out.append(column % 3 == 0 ? "" : "\n");
        out.append("over all passes, for the journal:\n");
        appendMap(out, "sent", counts.sentByKind());
        for (final AckStatus status : List.of(
            AckStatus.ACCEPTED, AckStatus.DUPLICATE, AckStatus.UNKNOWN, AckStatus.REJECTED)) {
            appendMap(out, "events " + status.name().toLowerCase(Locale.ROOT), counts.eventsByKind(status));
        }
        if (!counts.rejects().isEmpty()) {
            out.append("  rejects ").append(counts.rejects()).append('\n');
        }
        out.append("oddities of the data:\n");
        outcome.problems().counts().forEach((what, count) ->
            out.append(String.format(Locale.ROOT, "  %,8d %s%n", count, what)));
        return out.toString();
    }

    /**
     * The report as a tree.
     *
     * @param outcome    of the replay.
     * @param objectives that were set.
     * @return tree of the run with what is special to the replay added.
     */
    public static ObjectNode tree(final ReplayRun.Outcome outcome, final List<Objective> objectives) {
        final ObjectNode root = JsonReport.tree(outcome.replay(), objectives);
        final ReplayCounts counts = outcome.counts();
        root.put("passes", outcome.settings().passes());
        root.put("speed_up", outcome.settings().speedUp());
        root.put("offers", outcome.offers());
        root.put("households_introduced", outcome.setup().count(RunCounter.UPDATES_ACCEPTED));
        root.put("full_decision_share",
            (double) outcome.replay().fullDecisions() / Math.max(1, outcome.replay().decisionsAnswered()));
        root.put("decision_share_with_campaign_offer", counts.decisionShareWithOffer());
        root.put("basket_share_with_campaign_offer", counts.basketShareWithOffer());
        final ObjectNode campaigns = root.putObject("offers_by_campaign");
        counts.offersByCampaign().forEach((campaign, count) -> campaigns.put(Integer.toString(campaign), count));
        put(root.putObject("sent_all_passes"), counts.sentByKind());
        final ObjectNode events = root.putObject("events_all_passes");
        for (final AckStatus status : List.of(
            AckStatus.ACCEPTED, AckStatus.DUPLICATE, AckStatus.UNKNOWN, AckStatus.REJECTED)) {
            put(events.putObject(status.name().toLowerCase(Locale.ROOT)), counts.eventsByKind(status));
        }
        final ObjectNode rejects = root.putObject("rejects_all_passes");
        counts.rejects().forEach((reason, count) -> rejects.put(reason.name(), count));
        put(root.putObject("data_oddities"), outcome.problems().counts());
        return root;
    }

    private static void put(final ObjectNode node, final Map<String, Long> values) {
        values.forEach(node::put);
    }

    private static void appendMap(final StringBuilder out, final String name, final Map<String, Long> values) {
        out.append("  ").append(name).append(':');
        values.forEach((key, count) -> out.append(String.format(Locale.ROOT, " %s %,d", key, count)));
        out.append('\n');
    }
}
