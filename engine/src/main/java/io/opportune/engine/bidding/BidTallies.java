package io.opportune.engine.bidding;

import io.opportune.engine.catalogue.Campaign;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.counters.CountTable;
import io.opportune.engine.exchange.ExchangeProfile;
import io.opportune.engine.exchange.ExchangeProfiles;
import io.opportune.engine.exchange.NoticeKind;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.shading.ShadeGrid;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.NameKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The tallies of all event loops, and what the shards held back in auctions: makes room in them for a catalogue's
 * campaigns before it is in service, and adds them up. Control and admin threads.
 */
public final class BidTallies {
    private static final ReasonCode[] REASONS = ReasonCode.values();
    private static final NoBid[] NO_BIDS = NoBid.values();
    private static final String OTHERS = "(others)";

    private final ExchangeProfiles exchanges;
    private final NameRegistry registry;
    private final List<CountTable> heldBack;
    private final List<BidTally> tallies = new ArrayList<>();

    /**
     * Starts without event loops.
     *
     * @param exchanges that send requests.
     * @param registry  for the names of campaigns.
     * @param heldBack  of each shard: a row for each campaign, a column for each {@link ReasonCode} by ordinal.
     */
    public BidTallies(
        final ExchangeProfiles exchanges, final NameRegistry registry, final List<CountTable> heldBack) {
        this.exchanges = exchanges;
        this.registry = registry;
        this.heldBack = List.copyOf(heldBack);
    }

    /**
     * A tally for one more event loop.
     *
     * @param inService the catalogue to make room for.
     * @return empty.
     */
    public synchronized BidTally add(final Catalogue inService) {
        final BidTally tally = new BidTally();
        exchanges.all().forEach(exchange -> tally.exchanges().reserve(exchange.number()));
        tallies.add(tally);
        reserve(inService);
        return tally;
    }

    /**
     * Makes room for a catalogue's campaigns; what was counted stays.
     *
     * @param next about to come into service.
     */
    public synchronized void reserve(final Catalogue next) {
        for (final Campaign campaign : next.campaigns()) {
            tallies.forEach(tally -> tally.campaigns().reserve(campaign.campaignId()));
            heldBack.forEach(table -> table.reserve(campaign.campaignId()));
        }
    }

    /**
     * Adds all up.
     *
     * @return as of now.
     */
    public synchronized BidReport report() {
        final List<BidReport.Row> byExchange = new ArrayList<>();
        final List<CountTable> ofExchanges = tallies.stream().map(BidTally::exchanges).toList();
        for (final ExchangeProfile exchange : exchanges.all()) {
            byExchange.add(row(exchange.id(), exchange.number(), ofExchanges, List.of()));
        }
        final List<CountTable> ofCampaigns = tallies.stream().map(BidTally::campaigns).toList();
        final List<BidReport.Row> byCampaign = new ArrayList<>();
        final int limit = tallies.stream().mapToInt(tally -> tally.campaigns().rowLimit()).max().orElse(0);
        for (int id = 0; id < limit; id++) {
            if (!has(ofCampaigns, id) && !has(heldBack, id)) {
                // The chunk that it stands in was never made.
                id += CountTable.CHUNK_ROWS - 1;
                continue;
            }
            final BidReport.Row row = row(nameOf(id), id, ofCampaigns, heldBack);
            if (!row.isEmpty()) {
                byCampaign.add(row);
            }
        }
        return new BidReport(byExchange, byCampaign);
    }

    private static boolean has(final List<CountTable> tables, final int row) {
        for (final CountTable table : tables) {
            if (table.has(row)) {
                return true;
            }
        }
        return false;
    }

    private String nameOf(final int campaignId) {
        final String name = campaignId == CountTable.OTHERS ? OTHERS : registry.name(NameKind.CAMPAIGN, campaignId);
        return name == null ? "#" + campaignId : name;
    }

    private static BidReport.Row row(
        final String name, final int row, final List<CountTable> tables, final List<CountTable> held) {
        final Map<String, Long> noBids = new LinkedHashMap<>();
        for (final NoBid reason : NO_BIDS) {
            put(noBids, reason.label(), sum(tables, row, BidColumn.noBid(reason)));
        }
        final Map<String, Long> spared = new LinkedHashMap<>();
        for (final ReasonCode reason : REASONS) {
            put(spared, reason.name().toLowerCase(Locale.ROOT), sum(held, row, reason.ordinal()));
        }
        final Map<String, Long> notices = new LinkedHashMap<>();
        for (final NoticeKind kind : NoticeKind.values()) {
            // Errors stand there by their hundred, and not once more together.
            if (kind != NoticeKind.ERROR) {
                put(notices, kind.word(), sum(tables, row, BidColumn.notice(kind)));
            }
        }
        for (int digit = 0; digit < BidColumn.ERROR_CLASSES; digit++) {
            put(notices, BidColumn.errorLabel(digit), sum(tables, row, BidColumn.errorClass(digit)));
        }
        final Map<String, Long> losses = new LinkedHashMap<>();
        for (int column = BidColumn.firstLoss(); column < BidColumn.endOfLosses(); column++) {
            put(losses, BidColumn.lossLabel(column), sum(tables, row, column));
        }
        return new BidReport.Row(name, row, sum(tables, row, BidColumn.REQUESTS),
            sum(tables, row, BidColumn.RESPONSES), sum(tables, row, BidColumn.BIDS),
            shading(tables, row), noBids, spared, notices, losses);
    }

    private static BidReport.Row.Shading shading(final List<CountTable> tables, final int row) {
        final long bids = sum(tables, row, BidColumn.SHADED);
        return bids == 0 ? BidReport.Row.Shading.NONE : new BidReport.Row.Shading(bids,
            sum(tables, row, BidColumn.SHADES) / (double) (bids * ShadeGrid.STEPS),
            sum(tables, row, BidColumn.EXPLORED));
    }

    private static void put(final Map<String, Long> into, final String name, final long value) {
        if (value != 0) {
            into.put(name, value);
        }
    }

    private static long sum(final List<CountTable> tables, final int row, final int column) {
        long sum = 0;
        for (final CountTable table : tables) {
            sum += table.get(row, column);
        }
        return sum;
    }
}
