package io.opportune.engine.pacing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * How often each campaign takes part and by what its bids are multiplied, as shards and event loops read it: by slot,
 * without a lock, and without waiting for whoever writes. One control thread writes in place; another set of campaigns
 * is another table, published by whoever owns the reference. Reading costs a mixing of 64 bits and a compare, and
 * allocates nothing.
 *
 * <p>Whether a campaign takes part is no draw but a function of the request and the campaign, so that it comes out the
 * same when it is asked again: with {@code id} the campaign's id, {@code hash} what the caller made of the decision's
 * or request's id and {@code mix} the finaliser of SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014; Stafford's variant 13), it takes part when the upper 32 bits of
 * {@code mix((hash ^ SALT) + id * 0x9e3779b97f4a7c15)}, without sign, are below its participation times 2^32.
 */
public final class PacingTable {
    /** The slot of what is not paced: it always takes part, and bids its value. */
    public static final int UNPACED = -1;
    /** So that what else is drawn from the same id does not go with it: digits of pi. */
    private static final long SALT = 0x243f6a8885a308d3L;
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
    private static final int ALWAYS = -1;
    private static final double THRESHOLDS = 4294967296.0;
    private static final VarHandle THRESHOLD = MethodHandles.arrayElementVarHandle(int[].class);
    private static final VarHandle MULTIPLIER = MethodHandles.arrayElementVarHandle(double[].class);
    private static final VarHandle CLOSES = MethodHandles.arrayElementVarHandle(long[].class);

    private final int[] campaignIds;
    private final Map<Integer, Integer> slots = new HashMap<>();
    private final int[] thresholds;
    private final double[] multipliers;
    private final long[] closesNs;

    /**
     * A table in which nobody takes part yet.
     *
     * @param campaignIds by slot, each once.
     * @throws IllegalArgumentException when one stands twice.
     */
    public PacingTable(final int... campaignIds) {
        this.campaignIds = campaignIds.clone();
        for (int i = 0; i < campaignIds.length; i++) {
            if (slots.put(campaignIds[i], i) != null) {
                throw new IllegalArgumentException("campaign " + campaignIds[i] + " stands twice");
            }
        }
        thresholds = new int[campaignIds.length];
        multipliers = new double[campaignIds.length];
        closesNs = new long[campaignIds.length];
        Arrays.fill(multipliers, 1);
        Arrays.fill(closesNs, Long.MAX_VALUE);
    }

    /**
     * Where a campaign stands; off the hot path.
     *
     * @param campaignId of the registry.
     * @return {@link #UNPACED} when it is not paced.
     */
    public int slotOf(final int campaignId) {
        return slots.getOrDefault(campaignId, UNPACED);
    }

    /**
     * How many campaigns there are.
     *
     * @return 0 or more.
     */
    public int slotCount() {
        return campaignIds.length;
    }

    /**
     * Whether a campaign takes part; any thread.
     *
     * @param slot         of the campaign, or {@link #UNPACED}.
     * @param decisionHash of the decision or request, the same when it is asked again.
     * @return false: it does not.
     */
    public boolean participates(final int slot, final long decisionHash) {
        if (slot < 0) {
            return true;
        }
        final int threshold = (int) THRESHOLD.getOpaque(thresholds, slot);
        return threshold == ALWAYS
            || Integer.compareUnsigned(draw(decisionHash, campaignIds[slot]), threshold) < 0;
    }

    /**
     * The same for those that know the time: a campaign takes no part after its hours, even if its controller has
     * not been asked since.
     *
     * @param slot           of the campaign, or {@link #UNPACED}.
     * @param decisionHash   of the decision or request.
     * @param businessTimeNs of the decision.
     * @return false: it does not.
     */
    public boolean participates(final int slot, final long decisionHash, final long businessTimeNs) {
        return slot < 0
            || businessTimeNs < (long) CLOSES.getOpaque(closesNs, slot) && participates(slot, decisionHash);
    }

    /**
     * By what to multiply a bid; any thread.
     *
     * @param slot of the campaign, or {@link #UNPACED}.
     * @return above 0 and up to 1.
     */
    public double multiplier(final int slot) {
        return slot < 0 ? 1 : (double) MULTIPLIER.getOpaque(multipliers, slot);
    }

    /**
     * What is compared with the participation.
     *
     * @param decisionHash of the decision or request.
     * @param campaignId   of the registry.
     * @return 32 bits without sign, equally distributed.
     */
    static int draw(final long decisionHash, final int campaignId) {
        long mixed = (decisionHash ^ SALT) + campaignId * GOLDEN_GAMMA;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return (int) ((mixed ^ mixed >>> 31) >>> 32);
    }

    /**
     * Publishes; the one control thread.
     *
     * @param slot          of the campaign.
     * @param participation 0..1.
     * @param multiplier    above 0 and up to 1.
     * @param closes        from when on it takes no part whatever else stands here, nanoseconds since 1970.
     */
    void set(final int slot, final double participation, final double multiplier, final long closes) {
        final long threshold = (long) (participation * THRESHOLDS);
        MULTIPLIER.setOpaque(multipliers, slot, multiplier);
        CLOSES.setOpaque(closesNs, slot, closes);
        THRESHOLD.setOpaque(thresholds, slot, threshold >= 0xffffffffL ? ALWAYS : (int) Math.max(0, threshold));
    }

    /**
     * Share in which a campaign takes part.
     *
     * @param slot of the campaign, or {@link #UNPACED}.
     * @return 0..1.
     */
    public double participation(final int slot) {
        if (slot < 0) {
            return 1;
        }
        final int threshold = (int) THRESHOLD.getOpaque(thresholds, slot);
        return threshold == ALWAYS ? 1 : Integer.toUnsignedLong(threshold) / THRESHOLDS;
    }
}
