package io.opportune.engine.journal;

/** How long one file of a queue is, in UTC. Retention removes whole files. A queue keeps the cadence it began with. */
public enum RollCadence {
    /** A file a minute, up to 67 million records each; for tests and for very short retention. */
    MINUTELY(60_000L),
    /** A file an hour, up to 4.2 billion records each. */
    HOURLY(3_600_000L),
    /** A file a day, up to 137 billion records each. */
    DAILY(86_400_000L);

    private final long lengthMs;

    RollCadence(final long lengthMs) {
        this.lengthMs = lengthMs;
    }

    /**
     * The time that one file covers.
     *
     * @return milliseconds.
     */
    public long lengthMs() {
        return lengthMs;
    }
}
