package io.opportune.engine.bidding;

import io.opportune.engine.notice.NoticeToken;
import org.agrona.DirectBuffer;

/** Where accepted notices go: the customer is not in the message but, by root key, in the notice's token. */
@FunctionalInterface
public interface NoticeEvents {
    /**
     * Takes one event; the answer comes to the sink that the admission was made with.
     *
     * @param token       of the notice; valid during the call.
     * @param buffer      holding an {@code EventReport} with its SBE header.
     * @param offset      of the header.
     * @param lengthBytes of the message.
     * @param arrivalNs   monotonic clock when the notice was read.
     * @return false when it was refused.
     */
    boolean report(NoticeToken token, DirectBuffer buffer, int offset, int lengthBytes, long arrivalNs);
}
