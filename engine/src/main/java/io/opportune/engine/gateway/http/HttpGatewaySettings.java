package io.opportune.engine.gateway.http;

import static io.opportune.engine.gateway.ConnectionSettings.check;

import io.opportune.engine.gateway.ConnectionSettings;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * What can be set about an HTTP gateway. Immutable; {@link #builder()} starts from the defaults.
 *
 * @param connections               what any transport has: silence counts between two requests, and requests over the
 *                                  limit in flight wait in the sockets.
 * @param port                      without TLS; 0 for any free one, -1 for none.
 * @param tlsPort                   with TLS; 0 for any free one, -1 for none.
 * @param certificateFile           certificate chain in PEM form; needed with a TLS port.
 * @param keyFile                   its private key, PKCS#8 in PEM form without a password; needed with a TLS port.
 * @param maxHeadBytes              longest request line and header fields together.
 * @param maxFields                 most header fields of one request.
 * @param maxBodyBytes              longest body, as it comes and decompressed.
 * @param maxPendingBytes           most bytes of memory, on one event loop, for requests that are not whole; two of the
 *                                  longest kind always have room.
 * @param requestTimeoutNs          longest time from a request's first byte to its last.
 * @param answerTimeoutNs           when a request is answered 204 whose handler set no deadline.
 * @param compressionThresholdBytes shortest body that is compressed where the client accepts it: below, an answer
 *                                  fits one packet anyway.
 * @param openRtbVersion            told in {@code x-openrtb-version} to clients that send theirs.
 */
public record HttpGatewaySettings(
    ConnectionSettings connections,
    int port,
    int tlsPort,
    Path certificateFile,
    Path keyFile,
    int maxHeadBytes,
    int maxFields,
    int maxBodyBytes,
    long maxPendingBytes,
    long requestTimeoutNs,
    long answerTimeoutNs,
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
        final long mostInFlight = (long) connections.maxConnections() * connections.inFlightLimit();
        check(mostInFlight <= MAX_IN_FLIGHT,
            "maxConnections times inFlightLimit", mostInFlight, "up to " + MAX_IN_FLIGHT);
        check(requestTimeoutNs > 0, "requestTimeoutNs", requestTimeoutNs, "more than 0");
        check(answerTimeoutNs > 0, "answerTimeoutNs", answerTimeoutNs, "more than 0");
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

    /** Collects settings; each setter is named and documented like its component of {@link HttpGatewaySettings}. */
    public static final class Builder extends ConnectionSettings.Builder<Builder> {
        private int port = 8080;
        private int tlsPort = -1;
        private Path certificateFile;
        private Path keyFile;
        private int maxHeadBytes = 16 * 1024;
        private int maxFields = 100;
        private int maxBodyBytes = 1 << 20;
        private long maxPendingBytes = 128 << 20;
        private long requestTimeoutNs = TimeUnit.SECONDS.toNanos(10);
        private long answerTimeoutNs = TimeUnit.SECONDS.toNanos(1);
        private int compressionThresholdBytes = 1400;
        private String openRtbVersion = "2.6";

        private Builder() {
            super(4096, 64, TimeUnit.SECONDS.toNanos(150), 1 << 22);
        }

        @Override
        protected Builder self() {
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

        public Builder requestTimeoutNs(final long value) {
            this.requestTimeoutNs = value;
            return this;
        }

        public Builder answerTimeoutNs(final long value) {
            this.answerTimeoutNs = value;
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
            return new HttpGatewaySettings(connections(), port, tlsPort, certificateFile, keyFile, maxHeadBytes,
                maxFields, maxBodyBytes, maxPendingBytes, requestTimeoutNs, answerTimeoutNs,
                compressionThresholdBytes, openRtbVersion);
        }
    }
}
