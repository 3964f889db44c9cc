package io.opportune.engine.bidding;

import io.opportune.engine.exchange.ExchangeProfile;
import io.opportune.engine.privacy.PrivacyReason;
import io.opportune.protocol.openrtb.request.BidRequest;

/** One bid request while its decisions are made. Reused; owned by one event loop. */
final class PendingBid {
    /** Most impressions of a request that are looked at. */
    static final int MAX_IMPS = 64;

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
    /** When the response must be written, monotonic clock. */
    long answerByNs;
    long rootHigh;
    long rootLow;
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
    final int[] offers = new int[MAX_IMPS];
    final int[] creatives = new int[MAX_IMPS];
    final int[] currencies = new int[MAX_IMPS];
    final double[] scores = new double[MAX_IMPS];
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
        rootHigh = 0;
        rootLow = 0;
        privacy = PrivacyReason.PERMITTED;
        left = false;
        pending = 1;
        count = 0;
        notAsked = null;
    }

    /** Adds an impression; its place among those asked for. */
    int add(final int imp, final int placement) {
        imps[count] = imp;
        placements[count] = placement;
        // Until an answer comes: time ran out.
        noBids[count] = NoBid.INSUFFICIENT_TIME;
        offers[count] = 0;
        return count++;
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
