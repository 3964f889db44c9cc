package io.opportune.engine.explain;

import org.agrona.MutableDirectBuffer;

/** Copies profiles from whoever owns them: of a running server the shard, which does nothing but copy 704 bytes. */
@FunctionalInterface
public interface ProfileCopies {
    /** Knows nobody. */
    ProfileCopies NOBODY = (partition, rootHigh, rootLow, into) -> false;

    /**
     * Copies one profile.
     *
     * @param partition of the root.
     * @param rootHigh  of the root key.
     * @param rootLow   of the root key.
     * @param into      gets {@link io.opportune.engine.profile.ProfileFlyweight#LENGTH_BYTES} from offset 0 on.
     * @return false when there is none.
     */
    boolean copy(int partition, long rootHigh, long rootLow, MutableDirectBuffer into);
}
