package io.opportune.loadtest.generator;

/** How a run is driven. Fluent setters return the object itself; not changed once the run has begun. */
public final class LoadSettings {
    /** Most messages in flight in all: slots are 16 bits of the correlation id. */
    public static final int MAX_SLOTS = 1 << 16;

    private String host = "127.0.0.1";
    private int port = 7700;
    private String clientId = "load";
    private String clientKey = "";
    private int connections = 8;
    private int inFlightPerConnection = 32;
    private Schedule schedule = new Schedule.ClosedLoop();
    private long warmupNs;
    private long durationNs = Long.MAX_VALUE;
    private long drainNs = 5_000_000_000L;
    private long connectTimeoutNs = 10_000_000_000L;

    /**
     * Sets where the server listens.
     *
     * @param value host name or address.
     * @return this.
     */
    public LoadSettings host(final String value) {
        host = value;
        return this;
    }

    /**
     * Sets the server's port.
     *
     * @param value 1..65535.
     * @return this.
     */
    public LoadSettings port(final int value) {
        port = value;
        return this;
    }

    /**
     * Sets who logs on.
     *
     * @param id  as the server's configuration names the client.
     * @param key its shared secret; may be empty.
     * @return this.
     */
    public LoadSettings client(final String id, final String key) {
        clientId = id;
        clientKey = key;
        return this;
    }

    /**
     * Sets how wide the run is.
     *
     * @param count    of connections, 1 or more.
     * @param inFlight most unanswered messages on each, 1 or more; the server's own limit holds as well.
     * @return this.
     * @throws IllegalArgumentException when more than 65,536 messages could be in flight.
     */
    public LoadSettings connections(final int count, final int inFlight) {
        if (count < 1 || inFlight < 1 || (long) count * inFlight > MAX_SLOTS) {
            throw new IllegalArgumentException(
                count + " connections x " + inFlight + " in flight: both from 1, product up to " + MAX_SLOTS);
        }
        connections = count;
        inFlightPerConnection = inFlight;
        return this;
    }

    /**
     * Sets who decides when messages are due.
     *
     * @param value the schedule.
     * @return this.
     */
    public LoadSettings schedule(final Schedule value) {
        schedule = value;
        return this;
    }

    /**
     * Sets how long the run lasts.
     *
     * @param warmup   nanoseconds that are driven but not measured.
     * @param duration nanoseconds that are measured; {@link Long#MAX_VALUE}: until the source is exhausted.
     * @return this.
     */
    public LoadSettings duration(final long warmup, final long duration) {
        warmupNs = warmup;
        durationNs = duration;
        return this;
    }

    /**
     * Sets how long answers are waited for at the end.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public LoadSettings drainNs(final long value) {
        drainNs = value;
        return this;
    }

    /**
     * Sets how long connecting, logging on and resolving names may take in all.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public LoadSettings connectTimeoutNs(final long value) {
        connectTimeoutNs = value;
        return this;
    }

    /**
     * Where the server listens.
     *
     * @return host name or address.
     */
    public String host() {
        return host;
    }

    /**
     * The server's port.
     *
     * @return 1..65535.
     */
    public int port() {
        return port;
    }

    String clientId() {
        return clientId;
    }

    String clientKey() {
        return clientKey;
    }

    /**
     * How many connections are opened.
     *
     * @return 1 or more.
     */
    public int connections() {
        return connections;
    }

    /**
     * Most unanswered messages on each connection.
     *
     * @return 1 or more.
     */
    public int inFlightPerConnection() {
        return inFlightPerConnection;
    }

    /**
     * Who decides when messages are due.
     *
     * @return the schedule.
     */
    public Schedule schedule() {
        return schedule;
    }

    long warmupNs() {
        return warmupNs;
    }

    long durationNs() {
        return durationNs;
    }

    long drainNs() {
        return drainNs;
    }

    long connectTimeoutNs() {
        return connectTimeoutNs;
    }

    int slotCount() {
        return connections * inFlightPerConnection;
    }
}
