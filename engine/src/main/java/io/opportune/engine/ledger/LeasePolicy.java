package io.opportune.engine.ledger;

/**
 * How large leases are: a fraction of what is left, shared by the shards, so that they shrink as the budget runs out;
 * never smaller than the largest reservation known while there is that much. Stateless.
 */
final class LeasePolicy {
    private final double fraction;

    LeasePolicy(final double fraction) {
        this.fraction = fraction;
    }

    /**
     * What a shard that spends should hold.
     *
     * @param free         granted to nobody.
     * @param outstanding  in the leases of all shards.
     * @param shards       1 or more.
     * @param maxLiability the largest reservation known.
     * @return 1 or more.
     */
    long target(final long free, final long outstanding, final int shards, final long maxLiability) {
        final long share = (long) ((Math.max(0, free) + outstanding) * fraction / shards);
        return Math.max(Math.max(share, maxLiability), 1);
    }

    /** Below so much a lease is topped up to its target before the shard has to ask. */
    long refillBelow(final long target, final long maxLiability) {
        return Math.max(target / 2, Math.min(target, maxLiability));
    }
}
