package io.opportune.engine.bidding;

import io.opportune.engine.exchange.ExchangeProfile;
import io.opportune.engine.privacy.PrivacyReason;
import io.opportune.protocol.openrtb.request.BidRequest;
import java.util.Arrays;

/** One bid request while its decisions are made. Reused; owned by one event loop. */
final class PendingBid {
    /** Most impressions of a request that are looked at. */
    static final int MAX_IMPS = 64;
    /** Most offers of all impressions together; further ones are passed over. */
    static final int MAX_OFFERS = 256;
    /** Of an impression that is in no pod. */
    static final int NO_POD = -1;
    /** Of an impression without a deal that budgets are kept by. */
    static final int NO_DEAL = -1;
    /** Where nothing was found for an impression. */
    static final int NO_OFFER = -1;

    final int index;
    final BidRequest request;
    private long sizeBytes;
    /** Changes with each request, so that a late answer is told from one that is waited for. */
    long sequence;
    long exchangeKey;
    ExchangeProfile exchange;
    BidCatalogue catalogue;
    boolean protobuf;
    long arrivalNs;
    /** From the arrival to the end of the exchange's patience. */
    long wholeNs;
    /** When the response must be written, monotonic clock. */
    long answerByNs;
    long keyHigh;
    long keyLow;
    PrivacyReason privacy;
    /** The exchange has gone away without waiting for the response. */
    boolean left;
    /** Answers that are waited for, and one more while questions are still being asked. */
    int pending;
    /** Impressions that were asked for. */
    int count;
    final int[] imps = new int[MAX_IMPS];
    final NoBid[] noBids = new NoBid[MAX_IMPS];
    final int[] placements = new int[MAX_IMPS];
    /** The first impression of its pod among those asked for, or {@link #NO_POD}. */
    final int[] pods = new int[MAX_IMPS];
    final long[] podids = new long[MAX_IMPS];
    /** How long all bids for an impression may be together; 0 unless it is the dynamic part of a pod. */
    final int[] podSeconds = new int[MAX_IMPS];
    /** The deal, of those of an impression, that its decision is made for, or {@link #NO_DEAL}. */
    final int[] deals = new int[MAX_IMPS];
    /** Most bids for an impression. */
    final int[] seats = new int[MAX_IMPS];
    /** Offers that are asked for. */
    final int[] wanted = new int[MAX_IMPS];
    /** Where an impression's offers begin among all, the best first. */
    final int[] firstOffers = new int[MAX_IMPS];
    final int[] offerCounts = new int[MAX_IMPS];
    /** Offers of all impressions. */
    int offerCount;
    final int[] offers = new int[MAX_OFFERS];
    final int[] creatives = new int[MAX_OFFERS];
    final int[] currencies = new int[MAX_OFFERS];
    final double[] scores = new double[MAX_OFFERS];
    /** Whether an offer is in the response. */
    final boolean[] bids = new boolean[MAX_OFFERS];
    /** 64ths of the value that an offer in the response bids, below 0 when it explores; 0 where nothing was shaded. */
    final int[] shades = new int[MAX_OFFERS];
    final long[] decisionsHigh = new long[MAX_IMPS];
    final long[] decisionsLow = new long[MAX_IMPS];
    /** Why there is no bid for an impression that was not asked for; the first of them. */
    NoBid notAsked;

    PendingBid(final int index, final int maxBodyBytes, final int maxWords) {
        this.index = index;
        request = new BidRequest(maxBodyBytes, maxWords);
        sizeBytes = request.sizeBytes();
    }

    /** By how many bytes the request has grown since this was asked last. */
    long grownBytes() {
        final long grown = request.sizeBytes() - sizeBytes;
        sizeBytes += grown;
        return grown;
    }

    void begin(final long newSequence, final long key, final ExchangeProfile profile, final long arrival) {
        sequence = newSequence;
        exchangeKey = key;
        exchange = profile;
        arrivalNs = arrival;
        wholeNs = profile.time().defaultTmaxNs();
        keyHigh = 0;
        keyLow = 0;
        privacy = PrivacyReason.PERMITTED;
        left = false;
        pending = 1;
        count = 0;
        offerCount = 0;
        notAsked = null;
    }

    /** Adds an impression; its place among those asked for. */
    int add(final int imp, final int placement) {
        imps[count] = imp;
        placements[count] = placement;
        // Until an answer comes: time ran out.
        noBids[count] = NoBid.INSUFFICIENT_TIME;
        offerCounts[count] = 0;
        deals[count] = NO_DEAL;
        return count++;
    }

    /** The offer that is bid for an impression, the best where none is, or {@link #NO_OFFER}. */
    int offerOf(final int place) {
        final int first = firstOffers[place];
        for (int offer = first; offer < first + offerCounts[place]; offer++) {
            if (bids[offer]) {
                return offer;
            }
        }
        return offerCounts[place] == 0 ? NO_OFFER : first;
    }

    /** Nothing was bid after all: the response did not go out. */
    void dropBids() {
        Arrays.fill(bids, 0, offerCount, false);
    }

    /** Whether the customer is unknown to the decision because the signals forbid it; {@link #privacy} says which. */
    boolean contextual() {
        return privacy != PrivacyReason.PERMITTED;
    }

    void skip(final NoBid reason) {
        if (notAsked == null) {
            notAsked = reason;
        }
    }

    /** The one reason for the whole request. */
    NoBid reason() {
        return count > 0 ? noBids[0] : notAsked == null ? NoBid.INVALID_REQUEST : notAsked;
    }
}
