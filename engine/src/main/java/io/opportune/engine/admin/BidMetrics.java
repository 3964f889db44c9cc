package io.opportune.engine.admin;

import io.opportune.engine.bidding.BidReport;
import io.opportune.engine.bidding.NoBid;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What came of bid requests as metrics with labels. Only what is not 0 has a line. The first campaigns that counted
 * anything have lines of their own as long as the server runs; those behind them are summed, so that a scrape stays
 * bounded and no line ever falls. Called by one admin thread at a time.
 */
final class BidMetrics {
    /** Some ten lines each: about a megabyte; {@code /bids} has all. */
    static final int MOST_CAMPAIGNS = 1_000;

    private static final String OTHERS = "(others)";
    private static final String EXCHANGE = "exchange";
    private static final String CAMPAIGN = "campaign";
    private static final String REASON = "reason";

    private final Set<Integer> shown = new HashSet<>();

    void addTo(final List<MetricSnapshot> snapshots, final BidReport report) {
        plain(snapshots, "opportune_exchange_requests", "Bid requests by exchange.", report.exchanges(),
            BidReport.Row::requests);
        plain(snapshots, "opportune_exchange_responses", "Responses with a bid by exchange.", report.exchanges(),
            BidReport.Row::responses);
        plain(snapshots, "opportune_exchange_bids", "Bids by exchange.", report.exchanges(), BidReport.Row::bids);
        noBids(snapshots, report.exchanges());
        mapped(snapshots, "opportune_exchange_notices", "Accepted notices by exchange and kind.", EXCHANGE, "kind",
            report.exchanges(), BidReport.Row::notices);
        mapped(snapshots, "opportune_exchange_losses",
            "Lost bids by exchange and loss reason code (OpenRTB 3.0, list Loss Reason Codes).", EXCHANGE, REASON,
            report.exchanges(), BidReport.Row::losses);
        campaigns(snapshots, report.campaigns());
    }

    private void campaigns(final List<MetricSnapshot> snapshots, final List<BidReport.Row> rows) {
        final Lines bids = new Lines("opportune_campaign_bids", "Bids by campaign.");
        final Lines noBids = new Lines("opportune_campaign_no_bids",
            "Impressions by campaign whose offer was chosen and yet not bid, by reason.");
        final Lines heldBack = new Lines("opportune_campaign_held_back",
            "Offers by campaign that matched an auctioned impression and were held back, by reason.");
        final Lines notices = new Lines("opportune_campaign_notices", "Accepted notices by campaign and kind.");
        final Lines losses = new Lines("opportune_campaign_losses",
            "Lost bids by campaign and loss reason code (OpenRTB 3.0, list Loss Reason Codes).");
        for (final BidReport.Row row : rows) {
            final String name = shownName(row);
            if (row.bids() != 0) {
                bids.add(Labels.of(CAMPAIGN, name), row.bids());
            }
            row.noBids().forEach((reason, count) -> noBids.add(Labels.of(CAMPAIGN, name, REASON, reason), count));
            row.heldBack().forEach((reason, count) -> heldBack.add(Labels.of(CAMPAIGN, name, REASON, reason), count));
            row.notices().forEach((kind, count) -> notices.add(Labels.of(CAMPAIGN, name, "kind", kind), count));
            row.losses().forEach((reason, count) -> losses.add(Labels.of(CAMPAIGN, name, REASON, reason), count));
        }
        for (final Lines lines : List.of(bids, noBids, heldBack, notices, losses)) {
            lines.addTo(snapshots);
        }
    }

    private String shownName(final BidReport.Row row) {
        if (shown.size() < MOST_CAMPAIGNS) {
            shown.add(row.id());
        }
        return shown.contains(row.id()) ? row.name() : OTHERS;
    }

    private static void plain(
        final List<MetricSnapshot> snapshots, final String name, final String help, final List<BidReport.Row> rows,
        final Function<BidReport.Row, Long> value) {
        final Lines lines = new Lines(name, help);
        for (final BidReport.Row row : rows) {
            if (row.requests() != 0) {
                lines.add(Labels.of(EXCHANGE, row.name()), value.apply(row));
            }
        }
        lines.addTo(snapshots);
    }

    private static void noBids(final List<MetricSnapshot> snapshots, final List<BidReport.Row> rows) {
        final Lines lines = new Lines("opportune_exchange_no_bids",
            "Requests without a bid by exchange and reason, with the nbr that exchanges are told.");
        for (final BidReport.Row row : rows) {
            row.noBids().forEach((reason, count) -> lines.add(Labels.of(EXCHANGE, row.name(), REASON, reason, "nbr",
                Integer.toString(NoBid.valueOf(reason.toUpperCase(Locale.ROOT)).nbr())), count));
        }
        lines.addTo(snapshots);
    }

    private static void mapped(
        final List<MetricSnapshot> snapshots, final String name, final String help, final String of,
        final String by, final List<BidReport.Row> rows, final Function<BidReport.Row, Map<String, Long>> counts) {
        final Lines lines = new Lines(name, help);
        for (final BidReport.Row row : rows) {
            counts.apply(row).forEach((label, count) -> lines.add(Labels.of(of, row.name(), by, label), count));
        }
        lines.addTo(snapshots);
    }

    /** The lines of one metric; those with the same labels are summed. */
    private static final class Lines {
        private final String name;
        private final String help;
        private final Map<Labels, Long> values = new HashMap<>();

        Lines(final String name, final String help) {
            this.name = name;
            this.help = help;
        }

        void add(final Labels labels, final long value) {
            values.merge(labels, value, Long::sum);
        }

        void addTo(final List<MetricSnapshot> snapshots) {
            if (values.isEmpty()) {
                return;
            }
            final CounterSnapshot.Builder builder = CounterSnapshot.builder().name(name).help(help);
            values.forEach((labels, value) -> builder.dataPoint(
                CounterSnapshot.CounterDataPointSnapshot.builder().labels(labels).value(value).build()));
            snapshots.add(builder.build());
        }
    }
}
