package io.opportune.engine.gateway;

import java.util.concurrent.TimeUnit;

/**
 * What can be set about the connections of any transport. Immutable; a part of the transport's own settings.
 *
 * @param host                  to listen on.
 * @param inline                true when the engine runs on the event loop itself and answers from there; false when
 *                              other threads answer through a ring.
 * @param maxConnections        most connections at once, over all event loops.
 * @param inFlightLimit         most unanswered messages of one connection.
 * @param idleTimeoutNs         longest silence of a client.
 * @param writeBufferLowBytes   reading goes on when fewer bytes than this wait for a client.
 * @param writeBufferHighBytes  reading stops when more bytes than this wait for a client.
 * @param slowConsumerTimeoutNs longest time that reading may be stopped for a client that does not read, before the
 *                              connection is closed.
 * @param closeTimeoutNs        longest wait, after the last bytes were sent, for the client to close.
 * @param shutdownTimeoutNs     longest wait for answers in flight when the transport closes.
 * @param answerRingBytes       size of the way back per event loop in ring mode, a power of two; an answer may take an
 *                              eighth.
 */
public record ConnectionSettings(
    String host,
    boolean inline,
    int maxConnections,
    int inFlightLimit,
    long idleTimeoutNs,
    int writeBufferLowBytes,
    int writeBufferHighBytes,
    long slowConsumerTimeoutNs,
    long closeTimeoutNs,
    long shutdownTimeoutNs,
    int answerRingBytes) {

    /** Checks the ranges. */
    public ConnectionSettings {
        check(maxConnections >= 1, "maxConnections", maxConnections, "1 or more");
        check(inFlightLimit >= 1, "inFlightLimit", inFlightLimit, "1 or more");
        check(idleTimeoutNs > 0, "idleTimeoutNs", idleTimeoutNs, "more than 0");
        check(writeBufferLowBytes > 0 && writeBufferLowBytes <= writeBufferHighBytes,
            "writeBufferLowBytes", writeBufferLowBytes, "1..writeBufferHighBytes");
        check(Integer.bitCount(answerRingBytes) == 1 && answerRingBytes >= 1 << 12,
            "answerRingBytes", answerRingBytes, "a power of two of 4096 or more");
    }

    /**
     * Checks the range of one setting, of these or of those that they are a part of.
     *
     * @param good    whether it is in its range.
     * @param name    of the setting.
     * @param found   its value.
     * @param allowed its range, in words.
     * @throws IllegalArgumentException saying all that when it is not.
     */
    public static void check(final boolean good, final String name, final long found, final String allowed) {
        if (!good) {
            throw new IllegalArgumentException(name + " is " + found + "; allowed: " + allowed);
        }
    }

    /**
     * Collects these settings for the builder of a transport's own; each setter is named and documented like its
     * component of {@link ConnectionSettings}.
     *
     * @param <B> the transport's builder.
     */
    public abstract static class Builder<B extends Builder<B>> {
        private String host = "127.0.0.1";
        private boolean inline = true;
        private int maxConnections;
        private int inFlightLimit;
        private long idleTimeoutNs;
        private int writeBufferLowBytes = 64 * 1024;
        private int writeBufferHighBytes = 256 * 1024;
        private long slowConsumerTimeoutNs = TimeUnit.SECONDS.toNanos(5);
        private long closeTimeoutNs = TimeUnit.SECONDS.toNanos(1);
        private long shutdownTimeoutNs = TimeUnit.SECONDS.toNanos(5);
        private int answerRingBytes;

        /**
         * Starts from the defaults, as far as all transports have the same.
         *
         * @param maxConnections  the transport's default.
         * @param inFlightLimit   the transport's default.
         * @param idleTimeoutNs   the transport's default.
         * @param answerRingBytes the transport's default.
         */
        protected Builder(
            final int maxConnections, final int inFlightLimit, final long idleTimeoutNs, final int answerRingBytes) {
            this.maxConnections = maxConnections;
            this.inFlightLimit = inFlightLimit;
            this.idleTimeoutNs = idleTimeoutNs;
            this.answerRingBytes = answerRingBytes;
        }

        /**
         * The builder itself, which every setter gives back.
         *
         * @return this.
         */
        protected abstract B self();

        /**
         * Makes these settings.
         *
         * @return checked settings.
         * @throws IllegalArgumentException naming the first setting out of its range.
         */
        protected final ConnectionSettings connections() {
            return new ConnectionSettings(host, inline, maxConnections, inFlightLimit, idleTimeoutNs,
                writeBufferLowBytes, writeBufferHighBytes, slowConsumerTimeoutNs, closeTimeoutNs, shutdownTimeoutNs,
                answerRingBytes);
        }

        public final B host(final String value) {
            this.host = value;
            return self();
        }

        public final B inline(final boolean value) {
            this.inline = value;
            return self();
        }

        public final B maxConnections(final int value) {
            this.maxConnections = value;
            return self();
        }

        public final B inFlightLimit(final int value) {
            this.inFlightLimit = value;
            return self();
        }

        public final B idleTimeoutNs(final long value) {
            this.idleTimeoutNs = value;
            return self();
        }

        public final B writeBufferLowBytes(final int value) {
            this.writeBufferLowBytes = value;
            return self();
        }

        public final B writeBufferHighBytes(final int value) {
            this.writeBufferHighBytes = value;
            return self();
        }

        public final B slowConsumerTimeoutNs(final long value) {
            this.slowConsumerTimeoutNs = value;
            return self();
        }

        public final B closeTimeoutNs(final long value) {
            this.closeTimeoutNs = value;
            return self();
        }

        public final B shutdownTimeoutNs(final long value) {
            this.shutdownTimeoutNs = value;
            return self();
        }

        public final B answerRingBytes(final int value) {
            this.answerRingBytes = value;
            return self();
        }
    }
}
