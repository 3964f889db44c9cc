package io.opportune.protocol.client;

import org.agrona.DirectBuffer;

/** The byte stream beneath a {@link ClientConductor}; all calls on the event loop. */
interface ClientTransport {
    /** Starts to connect; the outcome is told to the conductor with this number, never during the call. */
    void connect(long connectionId);

    /** Copies a frame to what {@link #flush()} writes. */
    void send(DirectBuffer buffer, int offset, int lengthBytes);

    /** Writes what was sent since the last flush. */
    void flush();

    /** Closes the connection, or the attempt to get one, after writing what was flushed. */
    void close();
}
