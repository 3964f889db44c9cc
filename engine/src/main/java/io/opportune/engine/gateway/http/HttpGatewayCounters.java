package io.opportune.engine.gateway.http;

import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersReader;

/**
 * The counters of one event loop; only that loop writes them (single-writer increments), anybody may read.
 *
 * @param connectionsOpen     connections open now.
 * @param connectionsAccepted connections taken.
 * @param connectionsRefused  connections refused because there were too many, or the gateway was closing.
 * @param http2Connections    connections that speak HTTP/2.
 * @param requests            whole requests handed to the handler.
 * @param bytesRead           bytes read, after TLS.
 * @param bytesWritten        bytes of HTTP/1 answers handed to the kernel's socket buffer or waiting before it.
 * @param answersWithBody     answers with a body.
 * @param answersWithoutBody  answers without one, refusals excluded.
 * @param answersExpired      204s sent because no answer had come by the deadline.
 * @param answersDropped      answers whose request had been answered already or whose connection had gone.
 * @param answersTooLong      answers replaced by a 204 because they were longer than the way back.
 * @param answersCompressed   answers compressed.
 * @param refused400          broken framing or compression.
 * @param refused404          unknown paths.
 * @param refused405          wrong methods.
 * @param refused413          bodies over the limit, as they came or decompressed.
 * @param refused415          content types or encodings not taken.
 * @param refused431          heads over the limit, 414 included.
 * @param refusedOther        other refusals: 408, 417, 501, 503, 505.
 * @param idleCloses          connections closed because nothing came for too long.
 * @param slowConsumerCloses  connections closed because the client did not read its answers.
 * @param handlerFailures     requests answered 204 because the handler failed.
 */
public record HttpGatewayCounters(
    AtomicCounter connectionsOpen,
    AtomicCounter connectionsAccepted,
    AtomicCounter connectionsRefused,
    AtomicCounter http2Connections,
    AtomicCounter requests,
    AtomicCounter bytesRead,
    AtomicCounter bytesWritten,
    AtomicCounter answersWithBody,
    AtomicCounter answersWithoutBody,
    AtomicCounter answersExpired,
    AtomicCounter answersDropped,
    AtomicCounter answersTooLong,
    AtomicCounter answersCompressed,
    AtomicCounter refused400,
    AtomicCounter refused404,
    AtomicCounter refused405,
    AtomicCounter refused413,
    AtomicCounter refused415,
    AtomicCounter refused431,
    AtomicCounter refusedOther,
    AtomicCounter idleCloses,
    AtomicCounter slowConsumerCloses,
    AtomicCounter handlerFailures) {

    private static final int COUNT = 23;

    /**
     * Counters in memory of their own, that nobody else sees: for tests and benches.
     *
     * @return fresh counters, all zero.
     */
    public static HttpGatewayCounters detached() {
        final UnsafeBuffer values = new UnsafeBuffer(ByteBuffer.allocateDirect(COUNT * CountersReader.COUNTER_LENGTH));
        final AtomicCounter[] c = new AtomicCounter[COUNT];
        for (int i = 0; i < COUNT; i++) {
            c[i] = new AtomicCounter(values, i);
        }
        return new HttpGatewayCounters(
            c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9], c[10], c[11], c[12], c[13], c[14], c[15],
            c[16], c[17], c[18], c[19], c[20], c[21], c[22]);
    }

    void refused(final int status) {
        final AtomicCounter counter = switch (status) {
            case 400 -> refused400;
            case 404 -> refused404;
            case 405 -> refused405;
            case 413 -> refused413;
            case 415 -> refused415;
            case 414, 431 -> refused431;
            default -> refusedOther;
        };
        counter.incrementRelease();
    }
}
