package io.opportune.engine.profile;

import org.agrona.DirectBuffer;

/** Takes profile records during a copy. */
@FunctionalInterface
public interface ProfileSink {
    /**
     * Takes one record. The buffer is valid only during the call.
     *
     * @param rootHigh    upper half of the root key.
     * @param rootLow     lower half of the root key.
     * @param buffer      holding the record.
     * @param offset      of the record.
     * @param lengthBytes of the record.
     */
    void onProfile(long rootHigh, long rootLow, DirectBuffer buffer, int offset, int lengthBytes);
}
