package io.opportune.loadtest.generator;

/** Who decides when the next message is due. */
public sealed interface Schedule {
    /**
     * Open loop: message {@code i} is due at start + i / rate, whatever the server does.
     *
     * @param messagesPerSecond above 0.
     */
    record ConstantRate(double messagesPerSecond) implements Schedule {
        /** Refuses rates that are not positive. */
        public ConstantRate {
            if (!(messagesPerSecond > 0)) {
                throw new IllegalArgumentException("rate " + messagesPerSecond + ": must be above 0");
            }
        }
    }

    /** Closed loop: the next message is due as soon as a connection has room. A figure of capacity, not of latency. */
    record ClosedLoop() implements Schedule {
    }

    /** Open loop by the source's own times, e.g. recorded ones at a speed-up. */
    record SourcePaced() implements Schedule {
    }
}
