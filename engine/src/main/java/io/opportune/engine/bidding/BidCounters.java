package io.opportune.engine.bidding;

import io.opportune.engine.notice.NoticeOutcome;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersReader;

/**
 * The counters of one event loop; only that loop writes them.
 *
 * @param requests        bid requests.
 * @param unknownExchange requests of no exchange that is configured, answered 404.
 * @param malformed       bodies that were neither JSON nor protobuf, answered 400.
 * @param refused         bodies that were too large, or in a format or coding that the exchange's profile does not
 *                        have.
 * @param responses       responses with a bid.
 * @param bids            bids in them.
 * @param contextual      requests that were decided without a profile because the customer's signals forbid it.
 * @param customers       requests that named a customer whose profile may be used.
 * @param noBids          requests without a bid, by {@link NoBid#ordinal()}.
 * @param notices         notices by {@link NoticeOutcome#ordinal()}.
 * @param noticesRefused  accepted notices that did not become events.
 * @param markupServed    win notices that were answered with the markup.
 * @param markupMissing   win notices that should have been and could not.
 * @param explained       requests that were explained.
 * @param explainRefused  requests for an explanation without the right to one, or while too many others wait.
 * @param shaded          bids below their value in first-price auctions.
 * @param explored        of these, bids that tried another shade than the best known.
 * @param firstPrice      bids in first-price auctions.
 * @param shades          what these bid of their value, in 64ths, added up.
 * @param otherVersions   requests of a version that the exchange's profile does not name.
 * @param tally           the same by exchange and campaign.
 */
public record BidCounters(
    AtomicCounter requests, AtomicCounter unknownExchange, AtomicCounter malformed, AtomicCounter refused,
    AtomicCounter responses, AtomicCounter bids, AtomicCounter contextual, AtomicCounter customers,
    AtomicCounter[] noBids, AtomicCounter[] notices, AtomicCounter noticesRefused, AtomicCounter markupServed,
    AtomicCounter markupMissing, AtomicCounter explained, AtomicCounter explainRefused, AtomicCounter shaded,
    AtomicCounter explored, AtomicCounter firstPrice, AtomicCounter shades, AtomicCounter otherVersions,
    BidTally tally) {

    private static final int SINGLE = 18;

    /**
     * Counters in memory of their own, for tests and benches.
     *
     * @return fresh counters, all zero.
     */
    public static BidCounters detached() {
        final int count = SINGLE + NoBid.count() + NoticeOutcome.values().length;
        final UnsafeBuffer values = new UnsafeBuffer(ByteBuffer.allocateDirect(count * CountersReader.COUNTER_LENGTH));
        final AtomicCounter[] c = new AtomicCounter[count];
        for (int i = 0; i < count; i++) {
            c[i] = new AtomicCounter(values, i);
        }
        final AtomicCounter[] noBids = new AtomicCounter[NoBid.count()];
        System.arraycopy(c, SINGLE, noBids, 0, noBids.length);
        final AtomicCounter[] notices = new AtomicCounter[NoticeOutcome.values().length];
        System.arraycopy(c, SINGLE + noBids.length, notices, 0, notices.length);
        return new BidCounters(c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], noBids, notices, c[8], c[9], c[10],
            c[11], c[12], c[13], c[14], c[15], c[16], c[17], new BidTally());
    }
}
