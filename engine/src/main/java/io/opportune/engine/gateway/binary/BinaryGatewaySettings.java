package io.opportune.engine.gateway.binary;

import static io.opportune.engine.gateway.ConnectionSettings.check;

import io.opportune.engine.gateway.ConnectionSettings;
import io.opportune.engine.gateway.GatewayTransport;
import io.opportune.engine.session.SessionKey;
import io.opportune.protocol.Sofh;
import java.util.concurrent.TimeUnit;

/**
 * What can be set about the binary protocol's gateway. Immutable; {@link #builder()} starts from the defaults.
 *
 * @param connections         what any transport has: the client and its configuration may ask for fewer messages in
 *                            flight, and whatever the client promised, it is not silent for longer than allowed here.
 * @param port                to listen on; 0 for any free one.
 * @param transport           how sockets are reached.
 * @param eventLoops          number of event loop threads, 1 or more.
 * @param maxFrameLengthBytes longest frame read, SOFH header included.
 * @param logonTimeoutNs      from connecting to a good logon.
 * @param heartbeatIntervalNs longest silence of the server.
 * @param maxTimeBudgetUs     told to clients at logon: cap on the time budget of a request.
 * @param maxOffers           told to clients at logon: most offers in one response.
 * @param serverVersion       told to clients at logon.
 */
public record BinaryGatewaySettings(
    ConnectionSettings connections,
    int port,
    GatewayTransport transport,
    int eventLoops,
    int maxFrameLengthBytes,
    long logonTimeoutNs,
    long heartbeatIntervalNs,
    long maxTimeBudgetUs,
    int maxOffers,
    String serverVersion) {

    /** Checks the ranges. */
    public BinaryGatewaySettings {
        check(port >= 0 && port <= 0xFFFF, "port", port, "0..65535");
        check(eventLoops >= 1 && eventLoops <= SessionKey.MAX_EVENT_LOOPS, "eventLoops", eventLoops, "1..1024");
        check(maxFrameLengthBytes >= 4 * Sofh.MIN_FRAME_LENGTH_BYTES && maxFrameLengthBytes <= 1 << 24,
            "maxFrameLengthBytes", maxFrameLengthBytes, "56..16777216");
        check(logonTimeoutNs > 0, "logonTimeoutNs", logonTimeoutNs, "more than 0");
        check(heartbeatIntervalNs >= 1_000_000, "heartbeatIntervalNs", heartbeatIntervalNs, "1000000 or more");
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

    /** Collects settings; each setter is named and documented like its component of {@link BinaryGatewaySettings}. */
    public static final class Builder extends ConnectionSettings.Builder<Builder> {
        private int port = 7700;
        private GatewayTransport transport = GatewayTransport.AUTO;
        private int eventLoops = 1;
        private int maxFrameLengthBytes = 16 * 1024;
        private long logonTimeoutNs = TimeUnit.SECONDS.toNanos(5);
        private long heartbeatIntervalNs = TimeUnit.SECONDS.toNanos(5);
        private long maxTimeBudgetUs = 100_000;
        private int maxOffers = 255;
        private String serverVersion = "opportune";

        private Builder() {
            super(1024, 256, TimeUnit.SECONDS.toNanos(30), 1 << 20);
        }

        @Override
        protected Builder self() {
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

        public Builder maxFrameLengthBytes(final int value) {
            this.maxFrameLengthBytes = value;
            return this;
        }

        public Builder logonTimeoutNs(final long value) {
            this.logonTimeoutNs = value;
            return this;
        }

        public Builder heartbeatIntervalNs(final long value) {
            this.heartbeatIntervalNs = value;
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
            return new BinaryGatewaySettings(connections(), port, transport, eventLoops, maxFrameLengthBytes,
                logonTimeoutNs, heartbeatIntervalNs, maxTimeBudgetUs, maxOffers, serverVersion);
        }
    }
}
