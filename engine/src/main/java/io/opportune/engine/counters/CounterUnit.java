package io.opportune.engine.counters;

/** What the number of a counter stands for. */
public enum CounterUnit {
    /** Things counted: frames, decisions, sessions. */
    COUNT(""),
    /** Bytes. */
    BYTES("bytes"),
    /** Nanoseconds. */
    NANOSECONDS("ns"),
    /** A version number that says which, not how many. */
    VERSION("version");

    private final String symbol;

    CounterUnit(final String symbol) {
        this.symbol = symbol;
    }

    /**
     * How the unit is written behind a number.
     *
     * @return the symbol; empty for {@link #COUNT}.
     */
    public String symbol() {
        return symbol;
    }
}
