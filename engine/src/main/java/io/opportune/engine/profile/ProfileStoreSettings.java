package io.opportune.engine.profile;

import io.opportune.engine.identity.Partitioner;

/**
 * How a profile store is laid out; partitions, tenant and key are fixed when it is created.
 *
 * @param partitions  logical partitions, 1..32768.
 * @param maxProfiles profiles that the whole store is planned for, 1..100,000,000.
 * @param tenant      0..65535.
 * @param keyId       id of the pseudonym key, as in {@link io.opportune.engine.identity.PseudonymKey#id()}.
 */
public record ProfileStoreSettings(int partitions, long maxProfiles, int tenant, String keyId) {
    /** Bound that keeps a partition's map below 2 GiB whatever the number of partitions. */
    private static final long MAX_PER_PARTITION = 2_000_000;
    private static final long MAX_PROFILES = 100_000_000;
    private static final int MAX_TENANT = 65_535;
    private static final double DEVIATIONS = 4.5;
    private static final int FLOOR_SLOTS = 8;

    /** Checks the ranges. */
    public ProfileStoreSettings {
        if (partitions < 1 || partitions > Partitioner.MAX_PARTITIONS) {
            throw new IllegalArgumentException("partitions must be 1..32768, not " + partitions);
        }
        if (maxProfiles < 1 || maxProfiles > MAX_PROFILES || maxProfiles / partitions > MAX_PER_PARTITION) {
            throw new IllegalArgumentException(
                "maxProfiles must be 1..100000000 and at most 2000000 per partition, not " + maxProfiles);
        }
        if (tenant < 0 || tenant > MAX_TENANT) {
            throw new IllegalArgumentException("tenant must be 0..65535, not " + tenant);
        }
        if (keyId.isBlank()) {
            throw new IllegalArgumentException("the store needs a pseudonym key id");
        }
    }

    /**
     * Slots of each partition's map. Root keys fall into partitions at random, so partitions differ by a few times the
     * square root of their mean; with 4.5 of these deviations to spare, a store of a million profiles in 256 partitions
     * has one partition full before the million is reached in about one of a thousand stores.
     *
     * @return slots, 9 or more.
     */
    public int slotsPerPartition() {
        final double mean = (double) maxProfiles / partitions;
        return (int) Math.ceil(mean + DEVIATIONS * Math.sqrt(mean)) + FLOOR_SLOTS;
    }
}
