package io.opportune.engine.bidding;

import io.opportune.engine.notice.NoticeToken;
import io.opportune.engine.session.ClientSession;
import io.opportune.protocol.codec.RejectReason;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Notices of browsers that found the pipeline full, until there is room: a browser does not ask again. A ring of fixed
 * size; owned by one event loop, allocates nothing.
 */
final class NoticeRetries {
    /** Of one event loop, after which further ones are given up. */
    static final int CAPACITY = 1_024;
    /** Longest event of a notice, which has no basket and no text. */
    static final int MAX_EVENT_BYTES = 256;

    private final NoticeEvents events;
    private final ClientSession session;
    private final UnsafeBuffer messages = new UnsafeBuffer(new byte[CAPACITY * MAX_EVENT_BYTES]);
    private final int[] lengths = new int[CAPACITY];
    private final long[] rootsHigh = new long[CAPACITY];
    private final long[] rootsLow = new long[CAPACITY];
    private final long[] bidTimesNs = new long[CAPACITY];
    private final long[] arrivalsNs = new long[CAPACITY];
    private final NoticeToken token = new NoticeToken();
    private int head;
    private int count;

    NoticeRetries(final NoticeEvents events, final ClientSession session) {
        this.events = events;
        this.session = session;
    }

    /** Keeps an event; false when there is no room. */
    boolean keep(final DirectBuffer message, final int lengthBytes, final NoticeToken of, final long arrivalNs) {
        if (count == CAPACITY || lengthBytes > MAX_EVENT_BYTES) {
            return false;
        }
        final int at = (head + count++) % CAPACITY;
        messages.putBytes(at * MAX_EVENT_BYTES, message, 0, lengthBytes);
        lengths[at] = lengthBytes;
        rootsHigh[at] = of.rootHigh();
        rootsLow[at] = of.rootLow();
        bidTimesNs[at] = of.businessTimeNs();
        arrivalsNs[at] = arrivalNs;
        return true;
    }

    /** Whether none is left. */
    boolean isEmpty() {
        return count == 0;
    }

    /** Gives up what is left; how many. */
    int giveUp() {
        final int left = count;
        count = 0;
        return left;
    }

    /** Reports again, in order, until one finds no room; how many will never be taken. */
    int drain() {
        int givenUp = 0;
        while (count > 0) {
            token.rootKey(rootsHigh[head], rootsLow[head]).businessTimeNs(bidTimesNs[head]);
            final RejectReason refused =
                events.report(session, messages, head * MAX_EVENT_BYTES, lengths[head], token, arrivalsNs[head]);
            if (refused == RejectReason.OVERLOADED) {
                return givenUp;
            }
            givenUp += refused == null ? 0 : 1;
            head = (head + 1) % CAPACITY;
            count--;
        }
        return givenUp;
    }
}
