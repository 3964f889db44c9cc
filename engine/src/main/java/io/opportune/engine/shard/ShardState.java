package io.opportune.engine.shard;

import io.opportune.engine.delivery.HoldTimes;
import io.opportune.engine.identity.EventIdHorizon;
import io.opportune.engine.identity.Partitioner;
import io.opportune.engine.profile.IdentityIndex;
import io.opportune.engine.profile.ProfileStore;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.state.PartitionTable;

/**
 * What all shards work on, each on its own partitions.
 *
 * @param partitioner which partition a root belongs to.
 * @param profiles    of all partitions.
 * @param identities  which ids belong to one root.
 * @param eventIds    seen lately.
 * @param table       last sequence and business time of each partition.
 * @param registry    names.
 * @param tenant      on all records.
 * @param term        of this start of the server.
 * @param holdTimes   how long money stays reserved.
 */
public record ShardState(
    Partitioner partitioner,
    ProfileStore profiles,
    IdentityIndex identities,
    EventIdHorizon eventIds,
    PartitionTable table,
    NameRegistry registry,
    int tenant,
    long term,
    HoldTimes holdTimes) {
}
