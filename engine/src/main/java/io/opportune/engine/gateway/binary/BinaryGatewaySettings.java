package io.opportune.engine.gateway.binary;

import io.opportune.engine.gateway.GatewayTransport;
import io.opportune.engine.session.SessionKey;
import io.opportune.protocol.Sofh;
import java.util.concurrent.TimeUnit;

/**
 * What can be set about a gateway. Immutable; {@link #builder()} starts from the defaults.
 *
 * @param host                  to listen on.
 * @param port                  to listen on; 0 for any free one.
 * @param transport             how sockets are reached.
 * @param eventLoops            number of event loop threads, 1 or more.
 * @param inline                true when the engine runs on the event loop itself and answers from there; false when
 *                              other threads answer through a ring.
 * @param maxFrameLengthBytes   longest frame read, SOFH header included.
 * @param maxSessions           most connections at once, over all event loops.
 * @param inFlightLimit         most unanswered messages of one connection; the client and its configuration may ask
 *                              for fewer.
 * @param logonTimeoutNs        from connecting to a good logon.
 * @param idleTimeoutNs         longest silence of a client, whatever it promised.
 * @param heartbeatIntervalNs   longest silence of the server.
 * @param writeBufferLowBytes   reading goes on when fewer bytes than this wait for a client.
 * @param writeBufferHighBytes  reading stops when more bytes than this wait for a client.
 * @param slowConsumerTimeoutNs longest time that reading may be stopped before the connection is closed.
 * @param closeTimeoutNs        longest wait, after the last bytes were sent, for the client to close.
 * @param shutdownTimeoutNs     longest wait for answers in flight when the gateway closes.
 * @param answerRingBytes       size of the way back per event loop in ring mode, a power of two.
 * @param maxTimeBudgetUs       told to clients at logon: cap on the time budget of a request.
 * @param maxOffers             told to clients at logon: most offers in one response.
 * @param serverVersion         told to clients at logon.
 */
public record BinaryGatewaySettings(
    String host,
    int port,
    GatewayTransport transport,
    int eventLoops,
    boolean inline,
    int maxFrameLengthBytes,
    int maxSessions,
    int inFlightLimit,
    long logonTimeoutNs,
    long idleTimeoutNs,
    long heartbeatIntervalNs,
    int writeBufferLowBytes,
    int writeBufferHighBytes,
    long slowConsumerTimeoutNs,
    long closeTimeoutNs,
    long shutdownTimeoutNs,
    int answerRingBytes,
    long maxTimeBudgetUs,
    int maxOffers,
    String serverVersion) {

    /** Checks the ranges. */
    public BinaryGatewaySettings {
        check(port >= 0 && port <= 0xFFFF, "port", port, "0..65535");
        check(eventLoops >= 1 && eventLoops <= SessionKey.MAX_EVENT_LOOPS, "eventLoops", eventLoops, "1..1024");
        check(maxFrameLengthBytes >= 4 * Sofh.MIN_FRAME_LENGTH_BYTES && maxFrameLengthBytes <= 1 << 24,
            "maxFrameLengthBytes", maxFrameLengthBytes, "56..16777216");
        check(maxSessions >= 1, "maxSessions", maxSessions, "1 or more");
        check(inFlightLimit >= 1, "inFlightLimit", inFlightLimit, "1 or more");
        check(logonTimeoutNs > 0, "logonTimeoutNs", logonTimeoutNs, "more than 0");
        check(idleTimeoutNs > 0, "idleTimeoutNs", idleTimeoutNs, "more than 0");
        check(heartbeatIntervalNs >= 1_000_000, "heartbeatIntervalNs", heartbeatIntervalNs, "1000000 or more");
        check(writeBufferLowBytes > 0 && writeBufferLowBytes <= writeBufferHighBytes,
            "writeBufferLowBytes", writeBufferLowBytes, "1..writeBufferHighBytes");
        check(Integer.bitCount(answerRingBytes) == 1 && answerRingBytes >= 1 << 12,
            "answerRingBytes", answerRingBytes, "a power of two of 4096 or more");
        check(maxOffers >= 0 && maxOffers <= 0xFFFE, "maxOffers", maxOffers, "0..65534");
    }

    /**
     * Starts from the defaults.
     *
     * @return a new builder.
     */
    public static Builder builder() {
        return new Builder();
    }

    private static void check(final boolean good, final String name, final long found, final String allowed) {
        if (!good) {
            throw new IllegalArgumentException(name + " is " + found + "; allowed: " + allowed);
        }
    }

    /** Collects settings; each setter is named and documented like its component of {@link BinaryGatewaySettings}. */
    public static final class Builder {
        private String host = "127.0.0.1";
        private int port = 7700;
        private GatewayTransport transport = GatewayTransport.AUTO;
        private int eventLoops = 1;
        private boolean inline = true;
        private int maxFrameLengthBytes = 16 * 1024;
        private int maxSessions = 1024;
        private int inFlightLimit = 256;
        private long logonTimeoutNs = TimeUnit.SECONDS.toNanos(5);
        private long idleTimeoutNs = TimeUnit.SECONDS.toNanos(30);
        private long heartbeatIntervalNs = TimeUnit.SECONDS.toNanos(5);
        private int writeBufferLowBytes = 64 * 1024;
        private int writeBufferHighBytes = 256 * 1024;
        private long slowConsumerTimeoutNs = TimeUnit.SECONDS.toNanos(5);
        private long closeTimeoutNs = TimeUnit.SECONDS.toNanos(1);
        private long shutdownTimeoutNs = TimeUnit.SECONDS.toNanos(5);
        private int answerRingBytes = 1 << 20;
        private long maxTimeBudgetUs = 100_000;
        private int maxOffers = 255;
        private String serverVersion = "opportune";

        private Builder() {
        }

        public Builder host(final String value) {
            this.host = value;
            return this;
        }

        public Builder port(final int value) {
            this.port = value;
            return this;
        }

        public Builder transport(final GatewayTransport value) {
            this.transport = value;
            return this;
        }

        public Builder eventLoops(final int value) {
            this.eventLoops = value;
            return this;
        }

        public Builder inline(final boolean value) {
            this.inline = value;
            return this;
        }

        public Builder maxFrameLengthBytes(final int value) {
            this.maxFrameLengthBytes = value;
            return this;
        }

        public Builder maxSessions(final int value) {
            this.maxSessions = value;
            return this;
        }

        public Builder inFlightLimit(final int value) {
            this.inFlightLimit = value;
            return this;
        }

        public Builder logonTimeoutNs(final long value) {
            this.logonTimeoutNs = value;
            return this;
        }

        public Builder idleTimeoutNs(final long value) {
            this.idleTimeoutNs = value;
            return this;
        }

        public Builder heartbeatIntervalNs(final long value) {
            this.heartbeatIntervalNs = value;
            return this;
        }

        public Builder writeBufferLowBytes(final int value) {
            this.writeBufferLowBytes = value;
            return this;
        }

        public Builder writeBufferHighBytes(final int value) {
            this.writeBufferHighBytes = value;
            return this;
        }

        public Builder slowConsumerTimeoutNs(final long value) {
            this.slowConsumerTimeoutNs = value;
            return this;
        }

        public Builder closeTimeoutNs(final long value) {
            this.closeTimeoutNs = value;
            return this;
        }

        public Builder shutdownTimeoutNs(final long value) {
            this.shutdownTimeoutNs = value;
            return this;
        }

        public Builder answerRingBytes(final int value) {
            this.answerRingBytes = value;
            return this;
        }

        public Builder maxTimeBudgetUs(final long value) {
            this.maxTimeBudgetUs = value;
            return this;
        }

        public Builder maxOffers(final int value) {
            this.maxOffers = value;
            return this;
        }

        public Builder serverVersion(final String value) {
            this.serverVersion = value;
            return this;
        }

        /**
         * Makes the settings.
         *
         * @return checked settings.
         * @throws IllegalArgumentException naming the first setting out of its range.
         */
        public BinaryGatewaySettings build() {
            return new BinaryGatewaySettings(host, port, transport, eventLoops, inline, maxFrameLengthBytes,
                maxSessions,
                inFlightLimit, logonTimeoutNs, idleTimeoutNs, heartbeatIntervalNs, writeBufferLowBytes,
                writeBufferHighBytes, slowConsumerTimeoutNs, closeTimeoutNs, shutdownTimeoutNs, answerRingBytes,
                maxTimeBudgetUs, maxOffers, serverVersion);
        }
    }
}
