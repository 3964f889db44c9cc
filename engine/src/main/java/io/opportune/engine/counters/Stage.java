package io.opportune.engine.counters;

import java.util.Locale;

/** The intervals into which the time of one request is divided, in the order in which they pass. */
public enum Stage {
    /** From the bytes being read to the shard taking the request from its ring. */
    QUEUE("waiting in the ring"),
    /** Profile lookup and filling the situation that rules are tested on. */
    CONTEXT("profile lookup and features"),
    /** Encoding the situation for the index and beginning its search; with an explanation also testing every rule. */
    TARGETING("encoding the situation and beginning the search of the index; with `explain` testing every rule"),
    /** Searching offers in order of their upper bounds: rules, policy, value times propensity. */
    SCORING("the search itself: testing targeting rules and scoring what matches, until the slate is proven"),
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
