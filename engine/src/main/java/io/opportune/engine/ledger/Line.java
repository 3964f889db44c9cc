package io.opportune.engine.ledger;

import java.util.Arrays;

/**
 * One budget line: a limit and what has become of it. Belongs to the ledger's thread. What a shard holds stands in
 * arrays by shard, which are there while leases are given.
 */
final class Line {
    private static final long[] NO_SHARDS = {};

    final Slot slot;
    final int period;
    /** Its place in the ledger's list; claims name it so. */
    final int index;

    long limit;
    /** What may be taken at most: the limit, or what was taken already when the limit was lowered below it. */
    long ceiling;
    long granted;
    long returned;
    long spent;
    long reserved;
    long outstanding;
    long lateSpend;
    long refunds;
    long reservations;
    long commits;
    long releases;
    long expiries;
    long duplicates;
    boolean broken;

    /** How many amounts of claims name this line: it stays while there are any. */
    int references;
    long[] outstandingOf = NO_SHARDS;
    /** What a shard asked for and has not got yet. */
    long[] wantOf = NO_SHARDS;
    /** What a shard was asked to give back and has not answered yet. */
    long[] recallOf = NO_SHARDS;
    /** When a shard last reserved or asked, by the monotonic clock. */
    long[] usedNsOf = NO_SHARDS;
    /** Whether a shard's lease is topped up without being asked for. */
    boolean[] activeOf = {};
    boolean dirty;
    /** Used when recovery ends. */
    boolean exceeds;
    long startNs;
    long endNs;

    Line(final Slot slot, final int period, final int index) {
        this.slot = slot;
        this.period = period;
        this.index = index;
    }

    void lease(final int shards, final long nowNs) {
        outstandingOf = new long[shards];
        wantOf = new long[shards];
        recallOf = new long[shards];
        usedNsOf = new long[shards];
        Arrays.fill(usedNsOf, nowNs);
        activeOf = new boolean[shards];
    }

    long used() {
        return spent + reserved + outstanding;
    }

    /** What may still be granted; below 0 when a lowered limit or late spend has taken more than there was. */
    long free() {
        return limit - lateSpend - used();
    }

    long left() {
        return limit - lateSpend - spent - reserved;
    }

    LineTotals totals() {
        return new LineTotals(slot.budgetId, slot.scopeId, period, slot.terms == null ? 0 : slot.terms.campaignId(),
            limit, granted, returned, spent, reserved, outstanding, lateSpend, refunds, reservations, commits, releases,
            expiries, duplicates, broken);
    }
}
