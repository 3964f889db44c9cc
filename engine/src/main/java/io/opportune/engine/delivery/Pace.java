package io.opportune.engine.delivery;

import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.pacing.PacingTable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.agrona.collections.Int2IntHashMap;

/**
 * How one shard follows the pace of one set of campaigns: which take part in a request, and how many requests each
 * could have taken part in, which is what pace is learned from. Asked by the shard's thread; counts are read by any.
 */
public final class Pace {
    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);

    private final PacingTable table;
    private final Int2IntHashMap slots;
    private final long[] opportunities;
    /** The request in which a campaign was counted last, so that its second offer is not a second opportunity. */
    private final long[] countedIn;

    /**
     * Follows a table.
     *
     * @param table       written by the control thread.
     * @param campaignIds of the table, by slot.
     */
    public Pace(final PacingTable table, final int... campaignIds) {
        this.table = table;
        slots = new Int2IntHashMap(PacingTable.UNPACED);
        for (int slot = 0; slot < campaignIds.length; slot++) {
            slots.put(campaignIds[slot], slot);
        }
        opportunities = new long[campaignIds.length];
        countedIn = new long[campaignIds.length];
    }

    /** Nobody is paced. */
    static Pace none() {
        return new Pace(new PacingTable());
    }

    /** Whether an offer's campaign takes part in a request; counts the request. */
    boolean takesPart(final Offer offer, final long request, final long decisionHash, final long businessTimeNs) {
        final int slot = slots.get(offer.campaignId());
        if (slot == PacingTable.UNPACED) {
            return true;
        }
        if (countedIn[slot] != request) {
            countedIn[slot] = request;
            COUNT.setOpaque(opportunities, slot, opportunities[slot] + 1);
        }
        return table.participates(slot, decisionHash, businessTimeNs);
    }

    /**
     * In how many requests a campaign was a candidate that nothing but its pace could hold back.
     *
     * @param slot of the table.
     * @return since this was made.
     */
    public long opportunities(final int slot) {
        return (long) COUNT.getOpaque(opportunities, slot);
    }
}
