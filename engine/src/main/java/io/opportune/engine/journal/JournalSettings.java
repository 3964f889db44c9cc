package io.opportune.engine.journal;

import java.util.concurrent.TimeUnit;

/**
 * What a journal's writer needs to know.
 *
 * @param sync                 when records are forced to the disk.
 * @param syncIntervalNs       the interval of {@link SyncPolicy#INTERVAL}, 1 or more; unused otherwise.
 * @param roll                 how long one file is; an existing queue keeps its own.
 * @param minFreeBytes         usable bytes of the file system below which nothing more is written, 0 or more.
 * @param reserveBytes         how much disk is reserved ahead of the write position in one step, 1 MiB or more. A whole
 *                             step may lie unused in the file that is being written.
 * @param blockSizeBytes       how much of a file is mapped at once: a power of two, 1 MiB or more. Address space only;
 *                             crossing into the next block allocates about a kilobyte on the heap.
 * @param maxRecordLengthBytes longest record, 64 or more and at most an eighth of a block.
 */
public record JournalSettings(
    SyncPolicy sync,
    long syncIntervalNs,
    RollCadence roll,
    long minFreeBytes,
    long reserveBytes,
    long blockSizeBytes,
    int maxRecordLengthBytes) {

    private static final long MIB = 1L << 20;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming the field, what was found and what is allowed.
     */
    public JournalSettings {
        require(sync != null, "sync", null, "one of SyncPolicy");
        require(roll != null, "roll", null, "one of RollCadence");
        require(syncIntervalNs >= 1, "syncIntervalNs", syncIntervalNs, "1 or more");
        require(minFreeBytes >= 0, "minFreeBytes", minFreeBytes, "0 or more");
        require(reserveBytes >= MIB, "reserveBytes", reserveBytes, "1 MiB or more");
        require(blockSizeBytes >= MIB && Long.bitCount(blockSizeBytes) == 1 && blockSizeBytes <= 1024 * MIB,
            "blockSizeBytes", blockSizeBytes, "a power of two from 1 MiB to 1 GiB");
        require(maxRecordLengthBytes >= 64 && maxRecordLengthBytes <= blockSizeBytes / 8,
            "maxRecordLengthBytes", maxRecordLengthBytes, "64 to an eighth of blockSizeBytes");
    }

    /**
     * The settings of a server whose configuration says nothing: no sync, hourly files, 512 MiB kept free.
     *
     * @return valid settings.
     */
    public static JournalSettings defaults() {
        return new JournalSettings(SyncPolicy.NONE, TimeUnit.MILLISECONDS.toNanos(10), RollCadence.HOURLY,
            512 * MIB, 2 * MIB, 256 * MIB, (int) (2 * MIB));
    }

    /**
     * The same with another sync policy.
     *
     * @param policy     when records are forced to the disk.
     * @param intervalNs of {@link SyncPolicy#INTERVAL}.
     * @return new settings.
     */
    public JournalSettings withSync(final SyncPolicy policy, final long intervalNs) {
        return new JournalSettings(policy, intervalNs, roll, minFreeBytes, reserveBytes, blockSizeBytes,
            maxRecordLengthBytes);
    }

    /**
     * The same with another length of files.
     *
     * @param cadence of new queues.
     * @return new settings.
     */
    public JournalSettings withRoll(final RollCadence cadence) {
        return new JournalSettings(sync, syncIntervalNs, cadence, minFreeBytes, reserveBytes, blockSizeBytes,
            maxRecordLengthBytes);
    }

    /**
     * The same with another floor of free disk.
     *
     * @param bytes that stay usable, 0 or more.
     * @return new settings.
     */
    public JournalSettings withMinFreeBytes(final long bytes) {
        return new JournalSettings(sync, syncIntervalNs, roll, bytes, reserveBytes, blockSizeBytes,
            maxRecordLengthBytes);
    }

    /**
     * The same with another size of mapped blocks and of reserved steps.
     *
     * @param blockBytes      mapped at once.
     * @param stepBytes       reserved at once.
     * @param maxRecordLength longest record in bytes.
     * @return new settings.
     */
    public JournalSettings withSizes(final long blockBytes, final long stepBytes, final int maxRecordLength) {
        return new JournalSettings(sync, syncIntervalNs, roll, minFreeBytes, stepBytes, blockBytes, maxRecordLength);
    }

    private static void require(final boolean ok, final String field, final Object found, final String allowed) {
        if (!ok) {
            throw new IllegalArgumentException("journal settings: " + field + " is " + found + ", allowed: " + allowed);
        }
    }
}
