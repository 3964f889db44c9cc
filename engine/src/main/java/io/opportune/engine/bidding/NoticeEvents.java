package io.opportune.engine.bidding;

import io.opportune.engine.notice.NoticeToken;
import io.opportune.engine.session.ClientSession;
import io.opportune.protocol.codec.RejectReason;
import org.agrona.DirectBuffer;

/** Where accepted notices go: the customer is not in the message but, by root key, in the notice's token. */
@FunctionalInterface
public interface NoticeEvents {
    /**
     * Takes one event; the answer comes to the sink that the admission was made with.
     *
     * @param session     of all exchanges.
     * @param buffer      holding an {@code EventReport} with its SBE header.
     * @param offset      of the header.
     * @param lengthBytes of the message.
     * @param token       of the notice: whose it is and when its bid was made; valid during the call.
     * @param arrivalNs   monotonic clock when the notice was read.
     * @return null when it was handed to its shard; {@link RejectReason#OVERLOADED} when it may be reported again, any
     *     other reason when it never will be taken.
     */
    RejectReason report(
        ClientSession session, DirectBuffer buffer, int offset, int lengthBytes, NoticeToken token, long arrivalNs);
}
