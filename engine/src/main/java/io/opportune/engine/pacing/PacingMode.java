package io.opportune.engine.pacing;

/** How a budget is spread over the time in which it may be spent. */
public enum PacingMode {
    /** In proportion to the traffic expected: taking part equally often all the time. */
    EVEN,
    /** More in the beginning and less in the end; how much more says a strength of 0 to 1. */
    FRONT_LOADED,
    /** As soon as possible. */
    ASAP
}
