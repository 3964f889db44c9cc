package io.opportune.engine.admin;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Budgets as gauges with labels: money in units of its currency, counts in pieces, those by stores summed over the
 * stores. The first owners that had a budget have lines of their own as long as the server runs, those behind them are
 * summed, so that a scrape stays bounded. Called by one admin thread at a time.
 */
final class BudgetMetrics {
    /** Campaigns and offers with lines of their own; {@code /delivery} has all. */
    static final int MOST_OWNERS = 1_000;

    private static final String OTHERS = "(others)";
    private static final String CAMPAIGN = "campaign";
    private static final double MICROS = 1e6;

    private final Set<Owner> shown = new HashSet<>();

    /** A campaign, or one of its offers. */
    private record Owner(int campaignId, String offer) {
    }

    void addTo(final List<MetricSnapshot> snapshots, final List<DeliveryReport.Budgets> budgets) {
        if (budgets.isEmpty()) {
            return;
        }
        gauge(snapshots, budgets, "limit", "What may be spent in the period.", DeliveryReport.BudgetLine::limit);
        gauge(snapshots, budgets, "spent", "Spent within what was reserved, refunds taken off.",
            DeliveryReport.BudgetLine::spent);
        gauge(snapshots, budgets, "reserved", "Reserved by offers and bids that are not settled.",
            DeliveryReport.BudgetLine::reserved);
        gauge(snapshots, budgets, "late",
            "Spent beyond a reservation or after it had ended, also of earlier days that are not yet forgotten.",
            line -> line.late() + line.lateBefore());
        gauge(snapshots, budgets, "outstanding", "Leased to shards and not reserved.",
            DeliveryReport.BudgetLine::outstanding);
    }

    private void gauge(
        final List<MetricSnapshot> snapshots, final List<DeliveryReport.Budgets> budgets, final String name,
        final String help, final ToLongFunction<DeliveryReport.BudgetLine> value) {
        final Map<Labels, Double> values = new LinkedHashMap<>();
        for (final DeliveryReport.Budgets campaign : budgets) {
            for (final DeliveryReport.BudgetLine line : campaign.lines()) {
                values.merge(labels(campaign, line),
                    line.money() ? value.applyAsLong(line) / MICROS : value.applyAsLong(line), Double::sum);
            }
        }
        final GaugeSnapshot.Builder builder = GaugeSnapshot.builder().name("opportune_budget_" + name).help(help);
        values.forEach((labels, sum) -> builder.dataPoint(
            GaugeSnapshot.GaugeDataPointSnapshot.builder().labels(labels).value(sum).build()));
        snapshots.add(builder.build());
    }

    private Labels labels(final DeliveryReport.Budgets campaign, final DeliveryReport.BudgetLine line) {
        final Owner owner = new Owner(campaign.id(), line.offer());
        if (shown.size() < MOST_OWNERS) {
            shown.add(owner);
        }
        final boolean own = shown.contains(owner);
        return Labels.of(CAMPAIGN, own ? campaign.campaign() : OTHERS,
            "owner", !own ? OTHERS : line.offer() == null ? CAMPAIGN : "offer:" + line.offer(),
            "unit", line.money() ? line.currency() : "count", "period", line.period());
    }
}
