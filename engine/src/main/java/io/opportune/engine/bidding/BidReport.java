package io.opportune.engine.bidding;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What came of bid requests since the start of the server, by exchange and by campaign.
 *
 * @param exchanges all, by id.
 * @param campaigns those of which anything was counted, also ones that no catalogue has any more, by registry id.
 */
public record BidReport(List<Row> exchanges, List<Row> campaigns) {
    /** Copies the lists. */
    public BidReport {
        exchanges = List.copyOf(exchanges);
        campaigns = List.copyOf(campaigns);
    }

    /**
     * One exchange or campaign; the maps hold only what is not 0.
     *
     * @param name      exchange id, or the campaign's; {@code (others)} is all campaigns that have no row of their own.
     * @param id        number of the exchange, registry id of the campaign.
     * @param requests  bid requests; 0 for campaigns.
     * @param responses with a bid; 0 for campaigns.
     * @param bids      made.
     * @param shading   of the bids in first-price auctions.
     * @param noBids    by {@link NoBid#label()}: of an exchange requests without a bid, of a campaign impressions for
     *                  which its offer was chosen and yet not bid.
     * @param heldBack  by reason, in small letters: how often an offer of the campaign whose targeting held was not
     *                  chosen because of consent, a cap, tact or its creatives; empty for exchanges.
     * @param notices   accepted, by kind, VAST errors by the first digit of their code ({@code error_4xx});
     *                  repeated ones included.
     * @param losses    lost bids by loss reason code (OpenRTB 3.0, list Loss Reason Codes); {@code other} for all that
     *                  are not in the list, {@code unsaid} where none was given.
     */
    public record Row(
        String name, int id, long requests, long responses, long bids, Shading shading,
        Map<String, Long> noBids, Map<String, Long> heldBack, Map<String, Long> notices, Map<String, Long> losses) {

        /**
         * What of their value bids have bid.
         *
         * @param bids     in first-price auctions.
         * @param mean     share of the value that they bid, 0..1; 0 without bids.
         * @param explored of these, bids that tried another shade than the best known.
         */
        public record Shading(long bids, double mean, long explored) {
            /** Of who never bid in a first-price auction. */
            public static final Shading NONE = new Shading(0, 0, 0);
        }

        /** Copies the maps, keeping their order. */
        public Row {
            noBids = Collections.unmodifiableMap(new LinkedHashMap<>(noBids));
            heldBack = Collections.unmodifiableMap(new LinkedHashMap<>(heldBack));
            notices = Collections.unmodifiableMap(new LinkedHashMap<>(notices));
            losses = Collections.unmodifiableMap(new LinkedHashMap<>(losses));
        }

        /**
         * Whether nothing was counted.
         *
         * @return true when all is 0.
         */
        public boolean isEmpty() {
            return requests == 0 && responses == 0 && bids == 0 && noBids.isEmpty() && heldBack.isEmpty()
                && notices.isEmpty() && losses.isEmpty();
        }
    }
}
