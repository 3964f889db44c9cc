package io.opportune.engine.journal;

/** When appended records are forced to the disk. What each policy can lose stands in {@code engine/JOURNAL.md}. */
public enum SyncPolicy {
    /** Never forced: the operating system writes back when it likes. Survives a killed process, not a lost machine. */
    NONE,
    /** Forced when the last time is an interval ago: a lost machine loses that interval and the time of one sync. */
    INTERVAL,
    /** Forced at the end of every batch, before anything in it is acknowledged: nothing promised is ever lost. */
    BATCH
}
