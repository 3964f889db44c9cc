package io.opportune.engine.counters;

/** How the value of a counter moves, and so how a reader may use it. */
public enum CounterKind {
    /** Only ever grows while the server runs: rates are meaningful, and Prometheus sees a counter. */
    TOTAL,
    /** Goes up and down, or is a size or a version: a rate means nothing, and Prometheus sees a gauge. */
    GAUGE
}
