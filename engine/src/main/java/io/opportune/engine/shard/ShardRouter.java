package io.opportune.engine.shard;

import io.opportune.engine.identity.Partitioner;
import io.opportune.engine.pipeline.RequestSlot;
import io.opportune.engine.pipeline.Shard;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.ProfileStore;

/**
 * Finds the profile a slot is about and sends the slot on where that root has been merged into another. Owned by the
 * shard's thread; allocates nothing.
 */
final class ShardRouter {
    /** What became of a slot. */
    enum Route {
        /** The root belongs to this shard; {@link #profile()} is its profile, or null. */
        HERE,
        /** The slot has been handed to the shard of the root it was merged into. */
        SENT_ON,
        /** It should go on, but the other shard is full. */
        STUCK
    }

    /** A person joins a household, a household another one: more than a few steps do not happen. */
    static final int MAX_HOPS = 8;

    private final int shardIndex;
    private final Shard[] shards;
    private final Partitioner partitioner;
    private final ProfileStore profiles;
    private final ProfileFlyweight flyweight = new ProfileFlyweight();
    private ProfileFlyweight profile;

    ShardRouter(
        final int shardIndex, final Shard[] shards, final Partitioner partitioner, final ProfileStore profiles) {
        this.shardIndex = shardIndex;
        this.shards = shards;
        this.partitioner = partitioner;
        this.profiles = profiles;
    }

    /** Touches every partition of this shard once. */
    void warmUp() {
        for (int partition = shardIndex; partition < partitioner.partitions(); partition += shards.length) {
            profiles.warmUp(partition);
        }
    }

    /** Finds the profile of the slot's root, following merges. */
    Route route(final RequestSlot slot) {
        profile = null;
        if ((slot.rootHigh() | slot.rootLow()) == 0) {
            return Route.HERE;
        }
        while (profiles.find(slot.partition(), slot.rootHigh(), slot.rootLow(), flyweight)) {
            if (!flyweight.isForwarded()) {
                profile = flyweight;
                return Route.HERE;
            }
            if (slot.hop() > MAX_HOPS) {
                return Route.STUCK;
            }
            move(slot, flyweight.forwardHigh(), flyweight.forwardLow());
            if (!owns(slot.partition())) {
                return shardOf(slot.partition()).tryForward(slot) ? Route.SENT_ON : Route.STUCK;
            }
        }
        return Route.HERE;
    }

    /** The profile found by {@link #route}; null when the root has none. */
    ProfileFlyweight profile() {
        return profile;
    }

    void move(final RequestSlot slot, final long rootHigh, final long rootLow) {
        slot.root(rootHigh, rootLow, partitioner.partitionOf(rootHigh, rootLow));
    }

    int partitionOf(final long rootHigh, final long rootLow) {
        return partitioner.partitionOf(rootHigh, rootLow);
    }

    boolean owns(final int partition) {
        return partition % shards.length == shardIndex;
    }

    Shard shardOf(final int partition) {
        return shards[partition % shards.length];
    }

    int shardIndex() {
        return shardIndex;
    }

    int shardCount() {
        return shards.length;
    }
}
