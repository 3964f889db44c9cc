package io.opportune.engine.counters;

import org.agrona.concurrent.status.CountersReader;

/**
 * Layout of the counters file; all numbers little-endian.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------------------------------+-------------------------------+
 *  |                     Magic "OPPTCNTR" (64)                     |
 *  +-------------------------------+-------------------------------+
 *  |      Layout version (32)      |   Counter capacity (32)       |
 *  +-------------------------------+-------------------------------+
 *  |                        Process id (64)                        |
 *  +-------------------------------+-------------------------------+
 *  |               Start time, ms since 1970 (64)                  |
 *  +-------------------------------+-------------------------------+
 *  |    Time of orderly stop, ms since 1970, 0 while running (64)  |
 *  +-------------------------------+-------------------------------+
 *  |   Error log length (32)       |   Note log length (32)        |
 *  +-------------------------------+-------------------------------+
 *  |                     reserved up to byte 256                  ...
 *  +---------------------------------------------------------------+
 *  |   Counter metadata, 512 bytes per counter (Agrona)           ...
 *  +---------------------------------------------------------------+
 *  |   Counter values, 128 bytes per counter (Agrona)             ...
 *  +---------------------------------------------------------------+
 *  |   Error log: unexpected errors (Agrona DistinctErrorLog)     ...
 *  +---------------------------------------------------------------+
 *  |   Note log: expected garbage, records of the same form       ...
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * A counter's type id is its descriptor's id, and its key begins with the instance number (32). The magic is written
 * last, so that a reader never sees half a header.
 */
final class CountersLayout {
    /** "OPPTCNTR" as bytes in file order. */
    static final long MAGIC = 0x5254_4E43_5450_504FL;
    /** Grows with every change that an older reader would misread. */
    static final int LAYOUT_VERSION = 1;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = 8;
    static final int CAPACITY_OFFSET = 12;
    static final int PID_OFFSET = 16;
    static final int START_TIME_OFFSET = 24;
    static final int STOP_TIME_OFFSET = 32;
    static final int ERROR_LENGTH_OFFSET = 40;
    static final int NOTE_LENGTH_OFFSET = 44;
    static final int HEADER_LENGTH = 256;

    /** 120 counters in 80 instances; the file is sparse, so unused counters cost no disk. */
    static final int COUNTER_CAPACITY = 12_288;
    /** Some 100 distinct stack traces. */
    static final int ERROR_LENGTH = 512 * 1024;
    /** {@link ErrorLog#MAX_NOTES} notes of the greatest length. */
    static final int NOTE_LENGTH = 128 * 1024;

    private CountersLayout() {
    }

    static int metadataOffset() {
        return HEADER_LENGTH;
    }

    static int metadataLength(final int capacity) {
        return capacity * CountersReader.METADATA_LENGTH;
    }

    static int valuesOffset(final int capacity) {
        return metadataOffset() + metadataLength(capacity);
    }

    static int valuesLength(final int capacity) {
        return capacity * CountersReader.COUNTER_LENGTH;
    }

    static int errorOffset(final int capacity) {
        return valuesOffset(capacity) + valuesLength(capacity);
    }

    static int noteOffset(final int capacity, final int errorLength) {
        return errorOffset(capacity) + errorLength;
    }

    static long fileLength(final int capacity, final int errorLength, final int noteLength) {
        return (long) noteOffset(capacity, errorLength) + noteLength;
    }
}
