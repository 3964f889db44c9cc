package io.opportune.engine.bidding;

import java.util.Objects;

/**
 * How this server bids.
 *
 * @param seat             told as {@code seatbid.seat}, and compared with {@code wseat} and {@code bseat}.
 * @param placement        where offers stand when neither {@code imp.tagid} nor the exchange's id names a placement of
 *                         the channel {@code ad_exchange}.
 * @param noticeBaseUrl    where exchanges and browsers reach the notices, such as {@code https://bid.example}; without
 *                         a slash at its end.
 * @param bidExpirySeconds longest time from the auction to the impression, {@code bid.exp}.
 * @param noticeLifetimeNs how long a notice is taken after the bid.
 * @param bidsInFlight     requests that wait for decisions on one event loop, 1 to {@link #MAX_BIDS_IN_FLIGHT}.
 * @param clientIndex      stands in records in place of a configured client's.
 */
public record BidSettings(
    String seat, String placement, String noticeBaseUrl, int bidExpirySeconds, long noticeLifetimeNs, int bidsInFlight,
    int clientIndex) {

    /** Most requests in flight on one event loop. */
    public static final int MAX_BIDS_IN_FLIGHT = 4_095;

    /** Refuses what cannot be. */
    public BidSettings {
        Objects.requireNonNull(seat, "seat");
        Objects.requireNonNull(placement, "placement");
        Objects.requireNonNull(noticeBaseUrl, "noticeBaseUrl");
        if (bidsInFlight < 1 || bidsInFlight > MAX_BIDS_IN_FLIGHT) {
            throw new IllegalArgumentException(
                "bidsInFlight is " + bidsInFlight + ", allowed: 1.." + MAX_BIDS_IN_FLIGHT);
        }
    }

    /**
     * The same for an endpoint that has one request at a time.
     *
     * @return settings of an explanation.
     */
    public BidSettings oneAtATime() {
        return new BidSettings(
            seat, placement, noticeBaseUrl, bidExpirySeconds, noticeLifetimeNs, 1, clientIndex);
    }
}
