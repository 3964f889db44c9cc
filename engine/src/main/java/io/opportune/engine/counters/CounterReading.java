package io.opportune.engine.counters;

/**
 * One counter instance as read from a counters file.
 *
 * @param id       of the descriptor; may be unknown to this build.
 * @param label    as the writer named it.
 * @param instance number of the shard, event loop or queue.
 * @param value    when it was read.
 */
public record CounterReading(int id, String label, int instance, long value) {
}
