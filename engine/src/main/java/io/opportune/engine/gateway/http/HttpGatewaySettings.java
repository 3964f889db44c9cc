package io.opportune.engine.gateway.http;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * What can be set about an HTTP gateway. Immutable; {@link #builder()} starts from the defaults.
 *
 * @param host                      to listen on.
 * @param port                      without TLS; 0 for any free one, -1 for none.
 * @param tlsPort                   with TLS; 0 for any free one, -1 for none.
 * @param certificateFile           certificate chain in PEM form; needed with a TLS port.
 * @param keyFile                   its private key, PKCS#8 in PEM form without a password; needed with a TLS port.
 * @param inline                    true when the engine runs on the event loop itself and answers from there; false
 *                                  when other threads answer through a ring.
 * @param maxHeadBytes              longest request line and header fields together.
 * @param maxFields                 most header fields of one request.
 * @param maxBodyBytes              longest body, as it comes and decompressed.
 * @param maxPendingBytes           most bytes of memory, on one event loop, for requests that are not whole; two of the
 *                                  longest kind always have room.
 * @param maxConnections            most connections at once, over all event loops.
 * @param inFlightLimit             most unanswered requests of one connection; the rest waits in the sockets.
 * @param idleTimeoutNs             longest silence between two requests.
 * @param requestTimeoutNs          longest time from a request's first byte to its last.
 * @param answerTimeoutNs           when a request is answered 204 whose handler set no deadline.
 * @param writeBufferLowBytes       reading goes on when fewer bytes than this wait for a client.
 * @param writeBufferHighBytes      reading stops when more bytes than this wait for a client.
 * @param slowConsumerTimeoutNs     longest time that reading may be stopped for a client that does not read, before the
 *                                  connection is closed.
 * @param closeTimeoutNs            longest wait, after the last bytes were sent, for the client to close.
 * @param shutdownTimeoutNs         longest wait for answers in flight when the gateway closes.
 * @param answerRingBytes           size of the way back per event loop in ring mode, a power of two; a body may take
 *                                  an eighth.
 * @param compressionThresholdBytes shortest body that is compressed where the client accepts it: below, an answer
 *                                  fits one packet anyway.
 * @param openRtbVersion            told in {@code x-openrtb-version} to clients that send theirs.
 */
public record HttpGatewaySettings(
    String host,
    int port,
    int tlsPort,
    Path certificateFile,
    Path keyFile,
    boolean inline,
    int maxHeadBytes,
    int maxFields,
    int maxBodyBytes,
    long maxPendingBytes,
    int maxConnections,
    int inFlightLimit,
    long idleTimeoutNs,
    long requestTimeoutNs,
    long answerTimeoutNs,
    int writeBufferLowBytes,
    int writeBufferHighBytes,
    long slowConsumerTimeoutNs,
    long closeTimeoutNs,
    long shutdownTimeoutNs,
    int answerRingBytes,
    int compressionThresholdBytes,
    String openRtbVersion) {

    /** All connections may be on one event loop. */
    private static final long MAX_IN_FLIGHT = ExchangeTable.MAX_EXCHANGES;

    /** Checks the ranges. */
    public HttpGatewaySettings {
        check(port >= -1 && port <= 0xFFFF, "port", port, "-1..65535");
        check(tlsPort >= -1 && tlsPort <= 0xFFFF, "tlsPort", tlsPort, "-1..65535");
        if (tlsPort >= 0 && (certificateFile == null || keyFile == null)) {
            throw new IllegalArgumentException("a TLS port needs certificateFile and keyFile");
        }
        check(maxHeadBytes >= 256 && maxHeadBytes <= 1 << 20, "maxHeadBytes", maxHeadBytes, "256..1048576");
        check(maxFields >= 1, "maxFields", maxFields, "1 or more");
        check(maxBodyBytes >= 1 && maxBodyBytes <= 1 << 28, "maxBodyBytes", maxBodyBytes, "1..268435456");
        check(maxPendingBytes >= 1, "maxPendingBytes", maxPendingBytes, "1 or more");
        check(maxConnections >= 1, "maxConnections", maxConnections, "1 or more");
        check(inFlightLimit >= 1, "inFlightLimit", inFlightLimit, "1 or more");
        check((long) maxConnections * inFlightLimit <= MAX_IN_FLIGHT,
            "maxConnections times inFlightLimit", (long) maxConnections * inFlightLimit, "up to " + MAX_IN_FLIGHT);
        check(idleTimeoutNs > 0, "idleTimeoutNs", idleTimeoutNs, "more than 0");
        check(requestTimeoutNs > 0, "requestTimeoutNs", requestTimeoutNs, "more than 0");
        check(answerTimeoutNs > 0, "answerTimeoutNs", answerTimeoutNs, "more than 0");
        check(writeBufferLowBytes > 0 && writeBufferLowBytes <= writeBufferHighBytes,
            "writeBufferLowBytes", writeBufferLowBytes, "1..writeBufferHighBytes");
        check(Integer.bitCount(answerRingBytes) == 1 && answerRingBytes >= 1 << 12,
            "answerRingBytes", answerRingBytes, "a power of two of 4096 or more");
        check(compressionThresholdBytes >= 1, "compressionThresholdBytes", compressionThresholdBytes, "1 or more");
        if (openRtbVersion.isEmpty() || openRtbVersion.length() > 16
            || !openRtbVersion.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new IllegalArgumentException("openRtbVersion is '" + openRtbVersion + "'; allowed: like 2.6");
        }
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

    /** Collects settings; each setter is named and documented like its component of {@link HttpGatewaySettings}. */
    public static final class Builder {
        private String host = "127.0.0.1";
        private int port = 8080;
        private int tlsPort = -1;
        private Path certificateFile;
        private Path keyFile;
        private boolean inline = true;
        private int maxHeadBytes = 16 * 1024;
        private int maxFields = 100;
        private int maxBodyBytes = 1 << 20;
        private long maxPendingBytes = 128 << 20;
        private int maxConnections = 4096;
        private int inFlightLimit = 64;
        private long idleTimeoutNs = TimeUnit.SECONDS.toNanos(150);
        private long requestTimeoutNs = TimeUnit.SECONDS.toNanos(10);
        private long answerTimeoutNs = TimeUnit.SECONDS.toNanos(1);
        private int writeBufferLowBytes = 64 * 1024;
        private int writeBufferHighBytes = 256 * 1024;
        private long slowConsumerTimeoutNs = TimeUnit.SECONDS.toNanos(5);
        private long closeTimeoutNs = TimeUnit.SECONDS.toNanos(1);
        private long shutdownTimeoutNs = TimeUnit.SECONDS.toNanos(5);
        private int answerRingBytes = 1 << 22;
        private int compressionThresholdBytes = 1400;
        private String openRtbVersion = "2.6";

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

        public Builder tlsPort(final int value) {
            this.tlsPort = value;
            return this;
        }

        public Builder certificateFile(final Path value) {
            this.certificateFile = value;
            return this;
        }

        public Builder keyFile(final Path value) {
            this.keyFile = value;
            return this;
        }

        public Builder inline(final boolean value) {
            this.inline = value;
            return this;
        }

        public Builder maxHeadBytes(final int value) {
            this.maxHeadBytes = value;
            return this;
        }

        public Builder maxFields(final int value) {
            this.maxFields = value;
            return this;
        }

        public Builder maxBodyBytes(final int value) {
            this.maxBodyBytes = value;
            return this;
        }

        public Builder maxPendingBytes(final long value) {
            this.maxPendingBytes = value;
            return this;
        }

        public Builder maxConnections(final int value) {
            this.maxConnections = value;
            return this;
        }

        public Builder inFlightLimit(final int value) {
            this.inFlightLimit = value;
            return this;
        }

        public Builder idleTimeoutNs(final long value) {
            this.idleTimeoutNs = value;
            return this;
        }

        public Builder requestTimeoutNs(final long value) {
            this.requestTimeoutNs = value;
            return this;
        }

        public Builder answerTimeoutNs(final long value) {
            this.answerTimeoutNs = value;
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

        public Builder compressionThresholdBytes(final int value) {
            this.compressionThresholdBytes = value;
            return this;
        }

        public Builder openRtbVersion(final String value) {
            this.openRtbVersion = value;
            return this;
        }

        /**
         * Makes the settings.
         *
         * @return checked settings.
         * @throws IllegalArgumentException naming the first setting out of its range.
         */
        public HttpGatewaySettings build() {
            return new HttpGatewaySettings(host, port, tlsPort, certificateFile, keyFile, inline, maxHeadBytes,
                maxFields, maxBodyBytes, maxPendingBytes, maxConnections, inFlightLimit, idleTimeoutNs,
                requestTimeoutNs, answerTimeoutNs, writeBufferLowBytes, writeBufferHighBytes, slowConsumerTimeoutNs,
                closeTimeoutNs, shutdownTimeoutNs, answerRingBytes, compressionThresholdBytes, openRtbVersion);
        }
    }
}
