package io.opportune.engine.session;

import io.opportune.protocol.codec.RejectReason;
import org.agrona.DirectBuffer;

/** Takes the application messages of logged-on sessions. One instance per event loop, called only by it. */
public interface MessageHandler extends BatchHandler {
    /**
     * Takes one message. The buffer is valid only during the call.
     *
     * @param session      which sent it.
     * @param templateId   of the message; one of DecisionRequest, EventReport, ContextUpdate, IdentityLink,
     *                     ResolveRequest. Its block length and groups have not been checked.
     * @param buffer       holding the message.
     * @param offset       of the SBE message header, after the SOFH header.
     * @param lengthBytes  of the message, SBE message header included, SOFH header excluded.
     * @param arrivalNs    monotonic clock when the bytes were read.
     * @return null when the message was taken and exactly one answer follows through the loop's {@link ResponseSink};
     *     otherwise why it was refused, and the transport sends the reject.
     */
    RejectReason onMessage(
        ClientSession session, int templateId, DirectBuffer buffer, int offset, int lengthBytes, long arrivalNs);

    /**
     * What the last refusal was about: one of a few texts, by which refusals are told apart and counted.
     *
     * @return text of at most 200 characters; never null, valid until the next call.
     */
    String lastRefusal();

    /**
     * The last refusal in words for the client, with what was found and what is allowed.
     *
     * @return text of at most 200 characters; never null, valid until the next call.
     */
    default String lastRefusalInFull() {
        return lastRefusal();
    }
}
