package io.opportune.engine.bidding;

import io.opportune.engine.counters.CountTable;
import io.opportune.engine.exchange.NoticeKind;
import io.opportune.engine.notice.NoticeRequest;

/**
 * What one event loop counts by exchange and by campaign. Exchanges stand under their numbers, campaigns under their
 * registry ids, so that a new catalogue changes no row. Only the event loop counts; nothing is allocated for it.
 */
public final class BidTally {
    private final CountTable exchanges = new CountTable(BidColumn.COUNT);
    private final CountTable campaigns = new CountTable(BidColumn.COUNT);

    /** A tally in which nothing is counted yet. */
    public BidTally() {
        // Rows come with exchanges and catalogues.
    }

    CountTable exchanges() {
        return exchanges;
    }

    CountTable campaigns() {
        return campaigns;
    }

    void request(final int exchange) {
        exchanges.increment(exchange, BidColumn.REQUESTS);
    }

    void noBid(final int exchange, final NoBid reason) {
        exchanges.increment(exchange, BidColumn.noBid(reason));
    }

    /**
     * Counts a response with bids, or one without: what became of each impression that an offer was found for.
     *
     * @param bids in the response, 0 when it has none.
     */
    void finished(final PendingBid bid, final int bids) {
        if (bids > 0) {
            exchanges.increment(bid.exchange.number(), BidColumn.RESPONSES);
            exchanges.add(bid.exchange.number(), BidColumn.BIDS, bids);
        }
        for (int place = 0; place < bid.count; place++) {
            final int best = bid.offerOf(place);
            if (best != PendingBid.NO_OFFER && !bid.bids[best]) {
                final NoBid reason = bid.noBids[place];
                // A response that became too long as a whole has no bid at all.
                campaigns.increment(bid.catalogue.campaign(bid.offers[best]),
                    BidColumn.noBid(reason == null ? NoBid.TOO_LONG : reason));
            }
        }
        for (int offer = 0; offer < bid.offerCount; offer++) {
            if (bid.bids[offer]) {
                final int campaign = bid.catalogue.campaign(bid.offers[offer]);
                campaigns.increment(campaign, BidColumn.BIDS);
                if (bid.shades[offer] != 0) {
                    shade(exchanges, bid.exchange.number(), bid.shades[offer]);
                    shade(campaigns, campaign, bid.shades[offer]);
                }
            }
        }
    }

    private static void shade(final CountTable table, final int row, final int shade) {
        table.increment(row, BidColumn.SHADED);
        table.add(row, BidColumn.SHADES, Math.abs(shade));
        if (shade < 0) {
            table.increment(row, BidColumn.EXPLORED);
        }
    }

    /** Counts an accepted notice; repeated ones, too. */
    void notice(final NoticeRequest notice, final BidCatalogue catalogue) {
        final int exchange = notice.token().exchange();
        final int campaign = catalogue.campaign(notice.token().offerId());
        final int kind = BidColumn.notice(notice.kind());
        exchanges.increment(exchange, kind);
        campaigns.increment(campaign, kind);
        if (notice.kind() == NoticeKind.ERROR) {
            final int error = BidColumn.error(notice.errorCode());
            exchanges.increment(exchange, error);
            campaigns.increment(campaign, error);
        } else if (notice.kind() == NoticeKind.LOSS) {
            final int loss = BidColumn.loss(notice.lossReason());
            exchanges.increment(exchange, loss);
            campaigns.increment(campaign, loss);
        }
    }
}
