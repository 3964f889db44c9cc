package io.opportune.engine.admin;

/**
 * How a snapshot ended.
 *
 * @param failure      null when it is complete; otherwise one sentence that says why not.
 * @param profileCount profiles copied.
 * @param lengthBytes  bytes written.
 * @param durationNs   time it took.
 */
public record SnapshotOutcome(String failure, long profileCount, long lengthBytes, long durationNs) {
    /**
     * Whether the snapshot is complete on disk.
     *
     * @return false when nothing usable was written.
     */
    public boolean completed() {
        return failure == null;
    }
}
