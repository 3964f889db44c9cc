package io.opportune.engine.journal;

import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * The counters of one writer, which alone writes them.
 *
 * @param records  appended.
 * @param bytes    of the records appended, without framing.
 * @param syncs    times the file was forced to the disk.
 * @param synced   records that stood before the last time that it was.
 * @param failures records refused (disk full, too long, closed) and syncs that failed.
 */
public record JournalCounters(
    AtomicCounter records, AtomicCounter bytes, AtomicCounter syncs, AtomicCounter synced, AtomicCounter failures) {
    private static final int COUNTER_LENGTH_BYTES = 128;

    /**
     * Counters that nobody else sees, for tools and tests.
     *
     * @return five counters at zero.
     */
    public static JournalCounters detached() {
        final AtomicBuffer values = new UnsafeBuffer(new byte[5 * COUNTER_LENGTH_BYTES]);
        return new JournalCounters(new AtomicCounter(values, 0), new AtomicCounter(values, 1),
            new AtomicCounter(values, 2), new AtomicCounter(values, 3), new AtomicCounter(values, 4));
    }
}
