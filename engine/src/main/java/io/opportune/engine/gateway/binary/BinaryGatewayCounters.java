package io.opportune.engine.gateway.binary;

import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersReader;

/**
 * The counters of one event loop; only that loop writes them (single-writer increments), anybody may read.
 *
 * @param sessionsOpen        connections open now, logged on or not.
 * @param sessionsAccepted    connections taken.
 * @param sessionsRefused     connections refused because there were too many.
 * @param logons              accepted logons.
 * @param logonFailures       refused logons: wrong credentials, version or fields, or too late.
 * @param framesRead          whole frames read, good or not.
 * @param bytesRead           bytes read.
 * @param bytesWritten        bytes handed to the kernel's socket buffer or waiting before it.
 * @param rejects             Reject messages sent.
 * @param malformedFrames     frames that were no message, or messages that were cut, unknown or out of place.
 * @param idleCloses          sessions ended because the client was silent for too long.
 * @param slowConsumerCloses  sessions ended because the client did not read its answers.
 * @param answersDropped      answers whose session had gone.
 */
public record BinaryGatewayCounters(
    AtomicCounter sessionsOpen,
    AtomicCounter sessionsAccepted,
    AtomicCounter sessionsRefused,
    AtomicCounter logons,
    AtomicCounter logonFailures,
    AtomicCounter framesRead,
    AtomicCounter bytesRead,
    AtomicCounter bytesWritten,
    AtomicCounter rejects,
    AtomicCounter malformedFrames,
    AtomicCounter idleCloses,
    AtomicCounter slowConsumerCloses,
    AtomicCounter answersDropped) {

    private static final int COUNT = 13;

    /**
     * Counters in memory of their own, that nobody else sees: for tests and benches.
     *
     * @return fresh counters, all zero.
     */
    public static BinaryGatewayCounters detached() {
        final UnsafeBuffer values = new UnsafeBuffer(ByteBuffer.allocateDirect(COUNT * CountersReader.COUNTER_LENGTH));
        final AtomicCounter[] c = new AtomicCounter[COUNT];
        for (int i = 0; i < COUNT; i++) {
            c[i] = new AtomicCounter(values, i);
        }
        return new BinaryGatewayCounters(
            c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9], c[10], c[11], c[12]);
    }
}
