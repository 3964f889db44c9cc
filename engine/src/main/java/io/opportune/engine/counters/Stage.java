package io.opportune.engine.counters;

import java.util.Locale;

/** The intervals into which the time of one request is divided, in the order in which they pass. */
public enum Stage {
    /** From the bytes being read to the shard taking the request from its ring. */
    QUEUE("waiting in the ring"),
    /** Profile lookup and filling the situation that rules are tested on. */
    CONTEXT("profile lookup and features"),
    /** Finding the offers whose rules match. */
    TARGETING("testing the targeting rules"),
    /** Value times propensity for each candidate. */
    SCORING("scoring the candidates"),
    /** Choosing the slate. */
    ARBITRATION("choosing the slate"),
    /** Encoding the record and appending it to the journal. */
    JOURNAL("appending to the journal"),
    /** Applying the record to the profile and the counters. */
    APPLY("applying the outcome"),
    /** From the bytes being read to the answer being handed to the transport. */
    TOTAL("whole request inside the server");

    private final String help;

    Stage(final String help) {
        this.help = help;
    }

    /**
     * Name in metrics and tables.
     *
     * @return lower case.
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * What the interval is spent on.
     *
     * @return a few words.
     */
    public String help() {
        return help;
    }
}
