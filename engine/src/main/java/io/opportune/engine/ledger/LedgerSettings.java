package io.opportune.engine.ledger;

import java.util.concurrent.TimeUnit;

/**
 * What the ledger and the shards' leases need to know.
 *
 * @param maxShards        shards there may ever be, 1..256: their numbers are below it.
 * @param maxSlots         budgets (budget and scope) a process may see, 1 or more; what is declared beyond is refused.
 * @param maxReservations  reservations known at a time, settled ones within their horizon counted, 64 or more. From
 *                         there on no shard may reserve.
 * @param ringBytes        of each of a shard's two rings: a power of two, 4 KiB or more.
 * @param spillBytes       what a shard keeps back when its ring is full, 4 KiB or more; see {@link ShardLeases}.
 * @param horizonNs        how long a reservation stays known after it ended, or its last event came: so long duplicates
 *                         are recognised. 1 or more.
 * @param refundHorizonNs  the same of what was spent: so long it can be refunded. At least {@code horizonNs}.
 * @param leaseFraction    which part of what is left a shard gets in one lease at most, over all shards: 0 to 1.
 * @param idleNs           without a reservation for so long a shard's lease of a past day is recalled, 1 or more.
 * @param wantIntervalNs   a shard asks for one budget's lease no more often, 0 or more.
 * @param nextPeriodLeadNs how long before midnight the next day's lease is given, 0 or more.
 * @param catchUp          how much faster than time passes the expiry of reservations may go on after the wall clock
 *                         jumped, 1 or more.
 * @param totalsIntervalNs how often the totals are published to other threads, 0 or more.
 */
public record LedgerSettings(
    int maxShards,
    int maxSlots,
    int maxReservations,
    int ringBytes,
    int spillBytes,
    long horizonNs,
    long refundHorizonNs,
    double leaseFraction,
    long idleNs,
    long wantIntervalNs,
    long nextPeriodLeadNs,
    int catchUp,
    long totalsIntervalNs) {

    private static final int MIN_RING_BYTES = 4 << 10;
    private static final int MAX_SHARDS = 256;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming the field, what was found and what is allowed.
     */
    public LedgerSettings {
        require(maxShards >= 1 && maxShards <= MAX_SHARDS, "maxShards", maxShards, "1 to " + MAX_SHARDS);
        require(maxSlots >= 1, "maxSlots", maxSlots, "1 or more");
        require(maxReservations >= 64, "maxReservations", maxReservations, "64 or more");
        require(ringBytes >= MIN_RING_BYTES && Integer.bitCount(ringBytes) == 1, "ringBytes", ringBytes,
            "a power of two from " + MIN_RING_BYTES);
        require(spillBytes >= MIN_RING_BYTES, "spillBytes", spillBytes, MIN_RING_BYTES + " or more");
        require(horizonNs >= 1, "horizonNs", horizonNs, "1 or more");
        require(refundHorizonNs >= horizonNs, "refundHorizonNs", refundHorizonNs, "horizonNs or more");
        require(leaseFraction > 0 && leaseFraction <= 1, "leaseFraction", leaseFraction, "above 0, up to 1");
        require(idleNs >= 1, "idleNs", idleNs, "1 or more");
        require(wantIntervalNs >= 0, "wantIntervalNs", wantIntervalNs, "0 or more");
        require(nextPeriodLeadNs >= 0, "nextPeriodLeadNs", nextPeriodLeadNs, "0 or more");
        require(catchUp >= 1, "catchUp", catchUp, "1 or more");
        require(totalsIntervalNs >= 0, "totalsIntervalNs", totalsIntervalNs, "0 or more");
    }

    /**
     * The settings of a server whose configuration says nothing.
     *
     * @return a million reservations, an hour's horizon, 30 days for refunds.
     */
    public static LedgerSettings defaults() {
        return new LedgerSettings(64, 65_536, 1_000_000, 1 << 20, 8 << 20, TimeUnit.HOURS.toNanos(1),
            TimeUnit.DAYS.toNanos(30), 0.25, TimeUnit.SECONDS.toNanos(10), TimeUnit.MILLISECONDS.toNanos(10),
            TimeUnit.SECONDS.toNanos(60), 16, TimeUnit.MILLISECONDS.toNanos(200));
    }

    /**
     * The same with other bounds.
     *
     * @param shards       as {@code maxShards}.
     * @param slots        as {@code maxSlots}.
     * @param reservations as {@code maxReservations}.
     * @return new settings.
     */
    public LedgerSettings withBounds(final int shards, final int slots, final int reservations) {
        return new LedgerSettings(shards, slots, reservations, ringBytes, spillBytes, horizonNs, refundHorizonNs,
            leaseFraction, idleNs, wantIntervalNs, nextPeriodLeadNs, catchUp, totalsIntervalNs);
    }

    /**
     * The same with other memories.
     *
     * @param horizon of duplicates, nanoseconds.
     * @param refunds of refunds, nanoseconds.
     * @return new settings.
     */
    public LedgerSettings withHorizons(final long horizon, final long refunds) {
        return new LedgerSettings(maxShards, maxSlots, maxReservations, ringBytes, spillBytes, horizon, refunds,
            leaseFraction, idleNs, wantIntervalNs, nextPeriodLeadNs, catchUp, totalsIntervalNs);
    }

    /**
     * The same with other rings.
     *
     * @param ring  as {@code ringBytes}.
     * @param spill as {@code spillBytes}.
     * @return new settings.
     */
    public LedgerSettings withRings(final int ring, final int spill) {
        return new LedgerSettings(maxShards, maxSlots, maxReservations, ring, spill, horizonNs, refundHorizonNs,
            leaseFraction, idleNs, wantIntervalNs, nextPeriodLeadNs, catchUp, totalsIntervalNs);
    }

    /**
     * The same with other leases.
     *
     * @param fraction    as {@code leaseFraction}.
     * @param idle        as {@code idleNs}.
     * @param want        as {@code wantIntervalNs}.
     * @param nextLead    as {@code nextPeriodLeadNs}.
     * @return new settings.
     */
    public LedgerSettings withLeases(final double fraction, final long idle, final long want, final long nextLead) {
        return new LedgerSettings(maxShards, maxSlots, maxReservations, ringBytes, spillBytes, horizonNs,
            refundHorizonNs, fraction, idle, want, nextLead, catchUp, totalsIntervalNs);
    }

    private static void require(final boolean ok, final String field, final Object found, final String allowed) {
        if (!ok) {
            throw new IllegalArgumentException("ledger settings: " + field + " is " + found + ", allowed: " + allowed);
        }
    }
}
