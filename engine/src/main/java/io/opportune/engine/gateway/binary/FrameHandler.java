package io.opportune.engine.gateway.binary;

import org.agrona.DirectBuffer;

/** Takes what a {@link FrameReader} finds. */
interface FrameHandler {
    /**
     * Takes one whole frame. The buffer is valid only during the call.
     *
     * @param buffer      holding the frame.
     * @param offset      of the SBE message header, after the SOFH header.
     * @param lengthBytes of the message, SOFH header excluded; at least that of an SBE message header.
     * @return false to read no further: the rest of the bytes, and all that come later, are ignored.
     */
    boolean onFrame(DirectBuffer buffer, int offset, int lengthBytes);

    /**
     * The bytes are no frames, or frames beyond the limit; where the next one begins is unknown. Called at most once.
     *
     * @param refusal why.
     */
    void onBrokenFraming(SessionRefusal refusal);
}
