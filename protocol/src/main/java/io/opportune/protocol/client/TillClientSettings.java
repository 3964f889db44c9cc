package io.opportune.protocol.client;

import io.opportune.protocol.MessageBounds;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * How a {@link TillClient} behaves. Durations are nanoseconds; all but address and logon have defaults.
 *
 * @param host                   name or address of the server.
 * @param port                   1..65535.
 * @param clientId               configured name of this client at the server, 1..64 bytes of UTF-8.
 * @param clientKey              shared secret, 0..256 bytes of UTF-8.
 * @param decisionsInFlightLimit most decisions that await answers; default 64.
 * @param reportsInFlightLimit   most reports (events, updates, links, name lookups) that await answers; default 32.
 * @param reportsPendingLimit    most reports held, sent or waiting for a connection; default 1024.
 * @param connectTimeoutNs       for the TCP connection; default 2 s.
 * @param logonTimeoutNs         from connection to the logon's acknowledgement; default 2 s.
 * @param heartbeatIntervalNs    longest silence this client promises, 100 ms..60 s; default 5 s.
 * @param answerTimeoutNs        a message unanswered for so long means that the connection is stuck: it is closed and
 *                               made anew; default 5 s.
 * @param backoffMinNs           upper bound of the first delay before reconnecting; default 100 ms.
 * @param backoffMaxNs           upper bound of any delay before reconnecting; default 10 s.
 * @param stableAfterNs          a connection that lasted so long resets the delay; default 5 s.
 * @param closeTimeoutNs         how long {@link TillClient#close()} waits for what is pending; default 1 s.
 * @param maxFrameLengthBytes    longest frame this client reads; default 1 MiB.
 * @param nativeTransport        epoll where it is available; default true.
 * @param nanoClock              monotonic clock of time-outs.
 * @param epochClock             wall clock of the times on the wire.
 * @param random                 jitter of the delays before reconnecting; used by one thread.
 * @param eventIdPrefix          upper half of event ids this client makes; default from a secure generator.
 * @param onError                takes what callbacks throw; called on the event loop; default: only counted.
 */
public record TillClientSettings(
    String host,
    int port,
    String clientId,
    String clientKey,
    int decisionsInFlightLimit,
    int reportsInFlightLimit,
    int reportsPendingLimit,
    long connectTimeoutNs,
    long logonTimeoutNs,
    long heartbeatIntervalNs,
    long answerTimeoutNs,
    long backoffMinNs,
    long backoffMaxNs,
    long stableAfterNs,
    long closeTimeoutNs,
    int maxFrameLengthBytes,
    boolean nativeTransport,
    NanoClock nanoClock,
    EpochNanoClock epochClock,
    RandomGenerator random,
    long eventIdPrefix,
    Consumer<Throwable> onError) {
    /** Slots are numbered with 16 bits of the correlation id. */
    private static final int MOST_SLOTS = 60_000;
    private static final long NS_PER_MS = 1_000_000L;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming the setting, what was found and what is allowed.
     */
    public TillClientSettings {
        Objects.requireNonNull(host, "host");
        requireRange("port", port, 1, 65_535);
        requireRange("clientId bytes", utf8Length(clientId), 1, MessageBounds.MAX_CLIENT_ID_BYTES);
        requireRange("clientKey bytes", utf8Length(clientKey), 0, MessageBounds.MAX_CLIENT_KEY_BYTES);
        requireRange("decisionsInFlightLimit", decisionsInFlightLimit, 1, MOST_SLOTS / 2);
        requireRange("reportsPendingLimit", reportsPendingLimit, 1, MOST_SLOTS / 2);
        requireRange("reportsInFlightLimit", reportsInFlightLimit, 1, reportsPendingLimit);
        requireRange("connectTimeoutNs", connectTimeoutNs, NS_PER_MS, Integer.MAX_VALUE * NS_PER_MS);
        requireRange("logonTimeoutNs", logonTimeoutNs, NS_PER_MS, Long.MAX_VALUE / 4);
        requireRange("heartbeatIntervalNs", heartbeatIntervalNs, 100 * NS_PER_MS, 60_000 * NS_PER_MS);
        requireRange("answerTimeoutNs", answerTimeoutNs, NS_PER_MS, Long.MAX_VALUE / 4);
        requireRange("backoffMinNs", backoffMinNs, NS_PER_MS, backoffMaxNs);
        requireRange("backoffMaxNs", backoffMaxNs, NS_PER_MS, Long.MAX_VALUE / 4);
        requireRange("stableAfterNs", stableAfterNs, 0, Long.MAX_VALUE / 4);
        requireRange("closeTimeoutNs", closeTimeoutNs, 0, Long.MAX_VALUE / 4);
        requireRange("maxFrameLengthBytes", maxFrameLengthBytes, 1_024, 1 << 26);
        Objects.requireNonNull(nanoClock, "nanoClock");
        Objects.requireNonNull(epochClock, "epochClock");
        Objects.requireNonNull(random, "random");
        Objects.requireNonNull(onError, "onError");
    }

    /** Leaves the key out: settings are printed and logged, keys are not. */
    @Override
    public String toString() {
        return "TillClientSettings[" + clientId + " at " + host + ":" + port + ", in flight " + decisionsInFlightLimit
            + "+" + reportsInFlightLimit + ", pending reports " + reportsPendingLimit + "]";
    }

    /**
     * Starts from the defaults.
     *
     * @param host      name or address of the server.
     * @param port      1..65535.
     * @param clientId  configured name of this client at the server.
     * @param clientKey shared secret.
     * @return a builder; not thread-safe.
     */
    public static Builder builder(
        final String host, final int port, final String clientId, final String clientKey) {
        return new Builder(host, port, clientId, clientKey);
    }

    private static void requireRange(final String name, final long found, final long least, final long most) {
        if (found < least || found > most) {
            throw new IllegalArgumentException(name + " must be " + least + ".." + most + ": " + found);
        }
    }

    private static int utf8Length(final String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Collects settings; each setter replaces one default. */
    public static final class Builder {
        private final String host;
        private final int port;
        private final String clientId;
        private final String clientKey;
        private int decisionsInFlightLimit = 64;
        private int reportsInFlightLimit = 32;
        private int reportsPendingLimit = 1_024;
        private Duration connectTimeout = Duration.ofSeconds(2);
        private Duration logonTimeout = Duration.ofSeconds(2);
        private Duration heartbeatInterval = Duration.ofSeconds(5);
        private Duration answerTimeout = Duration.ofSeconds(5);
        private Duration backoffMin = Duration.ofMillis(100);
        private Duration backoffMax = Duration.ofSeconds(10);
        private Duration stableAfter = Duration.ofSeconds(5);
        private Duration closeTimeout = Duration.ofSeconds(1);
        private int maxFrameLengthBytes = 1 << 20;
        private boolean nativeTransport = true;
        private NanoClock nanoClock = SystemNanoClock.INSTANCE;
        private EpochNanoClock epochClock = SystemEpochNanoClock.INSTANCE;
        private RandomGenerator random;
        private Long eventIdPrefix;
        private Consumer<Throwable> onError = error -> { };

        private Builder(final String host, final int port, final String clientId, final String clientKey) {
            this.host = host;
            this.port = port;
            this.clientId = clientId;
            this.clientKey = clientKey;
        }

        /**
         * Sets the limits on what awaits answers; both together are told to the server.
         *
         * @param decisions most decisions.
         * @param reports   most reports.
         * @return this.
         */
        public Builder inFlightLimits(final int decisions, final int reports) {
            decisionsInFlightLimit = decisions;
            reportsInFlightLimit = reports;
            return this;
        }

        /**
         * Sets how many reports are held.
         *
         * @param limit sent or waiting for a connection.
         * @return this.
         */
        public Builder reportsPendingLimit(final int limit) {
            reportsPendingLimit = limit;
            return this;
        }

        /**
         * Sets how long a connection may take to become useful.
         *
         * @param connect for the TCP connection.
         * @param logon   from then to the logon's acknowledgement.
         * @return this.
         */
        public Builder connectTimeouts(final Duration connect, final Duration logon) {
            connectTimeout = connect;
            logonTimeout = logon;
            return this;
        }

        /**
         * Sets the longest silence of this client.
         *
         * @param interval 100 ms..60 s.
         * @return this.
         */
        public Builder heartbeatInterval(final Duration interval) {
            heartbeatInterval = interval;
            return this;
        }

        /**
         * Sets after which time an unanswered message condemns its connection.
         *
         * @param timeout from sending.
         * @return this.
         */
        public Builder answerTimeout(final Duration timeout) {
            answerTimeout = timeout;
            return this;
        }

        /**
         * Sets the delays before reconnecting: doubled from attempt to attempt, the upper half of each random.
         *
         * @param least       upper bound of the first delay.
         * @param most        upper bound of any delay.
         * @param resetsAfter a connection that lasted so long starts over with the first delay.
         * @return this.
         */
        public Builder backoff(final Duration least, final Duration most, final Duration resetsAfter) {
            backoffMin = least;
            backoffMax = most;
            stableAfter = resetsAfter;
            return this;
        }

        /**
         * Sets how long closing waits for what is pending.
         *
         * @param timeout 0 for not at all.
         * @return this.
         */
        public Builder closeTimeout(final Duration timeout) {
            closeTimeout = timeout;
            return this;
        }

        /**
         * Sets the longest frame this client reads.
         *
         * @param lengthBytes SOFH header included.
         * @return this.
         */
        public Builder maxFrameLengthBytes(final int lengthBytes) {
            maxFrameLengthBytes = lengthBytes;
            return this;
        }

        /**
         * Chooses between epoll and NIO.
         *
         * @param wanted epoll where it is available.
         * @return this.
         */
        public Builder nativeTransport(final boolean wanted) {
            nativeTransport = wanted;
            return this;
        }

        /**
         * Injects clocks.
         *
         * @param monotonic for time-outs.
         * @param wall      for times on the wire.
         * @return this.
         */
        public Builder clocks(final NanoClock monotonic, final EpochNanoClock wall) {
            nanoClock = monotonic;
            epochClock = wall;
            return this;
        }

        /**
         * Injects randomness.
         *
         * @param jitter of the delays before reconnecting; used by one thread.
         * @return this.
         */
        public Builder random(final RandomGenerator jitter) {
            random = jitter;
            return this;
        }

        /**
         * Sets the upper half of the event ids that this client makes.
         *
         * @param prefix must differ between any two clients that ever report to the same store.
         * @return this.
         */
        public Builder eventIdPrefix(final long prefix) {
            eventIdPrefix = prefix;
            return this;
        }

        /**
         * Takes what callbacks throw.
         *
         * @param handler called on the event loop.
         * @return this.
         */
        public Builder onError(final Consumer<Throwable> handler) {
            onError = handler;
            return this;
        }

        /**
         * Checks and freezes the settings.
         *
         * @return the settings.
         * @throws IllegalArgumentException naming the setting, what was found and what is allowed.
         */
        public TillClientSettings build() {
            final SecureRandom secure = new SecureRandom();
            return new TillClientSettings(host, port, clientId, clientKey, decisionsInFlightLimit,
                reportsInFlightLimit, reportsPendingLimit, connectTimeout.toNanos(), logonTimeout.toNanos(),
                heartbeatInterval.toNanos(), answerTimeout.toNanos(), backoffMin.toNanos(), backoffMax.toNanos(),
                stableAfter.toNanos(), closeTimeout.toNanos(), maxFrameLengthBytes, nativeTransport, nanoClock,
                epochClock, random != null ? random : new SplittableRandom(secure.nextLong()),
                eventIdPrefix != null ? eventIdPrefix : secure.nextLong(), onError);
        }
    }
}
