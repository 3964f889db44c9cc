package io.opportune.engine.profile;

/** What became of a change to the identity index. */
public enum LinkOutcome {
    /** The index changed. */
    DONE,
    /** It was so already; nothing changed. Repeating a change, as replay does, gives this. */
    UNCHANGED,
    /** The id belongs to a cluster under another root: its root must be absorbed instead. Nothing changed. */
    OTHER_ROOT,
    /** The cluster would have more than {@link IdentityIndex#MAX_CLUSTER_SIZE} members. Nothing changed. */
    CLUSTER_FULL,
    /** The index holds as many ids as it was planned for. Nothing changed. */
    INDEX_FULL
}
