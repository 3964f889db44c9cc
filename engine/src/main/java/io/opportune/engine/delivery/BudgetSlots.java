package io.opportune.engine.delivery;

import java.util.Arrays;
import org.agrona.collections.Long2LongHashMap;

/**
 * Where the leases of each budget stand in every shard: budget and scope to the slot of the ledger. Immutable once it
 * is published to the shards; looking up does not allocate.
 */
public final class BudgetSlots {
    /** No budget of the catalogue is limited. */
    public static final BudgetSlots NONE = new Builder().build();

    /** Slot of a budget that is not known: nothing may be spent from it. */
    public static final int UNKNOWN = -1;

    /** Ids up to this one are looked up by index: registry ids are dense, so that 2^22 are those of 131,072 owners. */
    private static final int MAX_INDEXED = 1 << 22;

    /** By budget id, of budgets that are kept by neither store nor deal. */
    private final int[] whole;
    /** All others. */
    private final Long2LongHashMap others;

    private BudgetSlots(final int[] whole, final Long2LongHashMap others) {
        this.whole = whole;
        this.others = others;
    }

    /**
     * The slot of a budget.
     *
     * @param budgetId of the budget.
     * @param scopeId  registry id of the store or deal, 0 for a budget that is kept by neither.
     * @return 0 or more; {@link #UNKNOWN}.
     */
    public int slotOf(final int budgetId, final int scopeId) {
        return scopeId == 0 && budgetId >= 0 && budgetId < whole.length
            ? whole[budgetId] : (int) others.get(key(budgetId, scopeId));
    }

    private static long key(final int budgetId, final int scopeId) {
        return (long) budgetId << Integer.SIZE | scopeId & 0xFFFF_FFFFL;
    }

    /** Gathers slots. */
    public static final class Builder {
        private int[] whole = {};
        private final Long2LongHashMap others = new Long2LongHashMap(UNKNOWN);

        /**
         * Adds one.
         *
         * @param budgetId of the budget.
         * @param scopeId  registry id of the store or deal, or 0.
         * @param slot     0 or more.
         * @return this.
         */
        public Builder add(final int budgetId, final int scopeId, final int slot) {
            if (scopeId == 0 && budgetId >= 0 && budgetId < MAX_INDEXED) {
                if (budgetId >= whole.length) {
                    final int before = whole.length;
                    whole = Arrays.copyOf(whole, Math.min(MAX_INDEXED, Math.max(budgetId + 1, 2 * before)));
                    Arrays.fill(whole, before, whole.length, UNKNOWN);
                }
                whole[budgetId] = slot;
            } else {
                others.put(key(budgetId, scopeId), slot);
            }
            return this;
        }

        /**
         * Ends gathering.
         *
         * @return to be published.
         */
        public BudgetSlots build() {
            return new BudgetSlots(whole.clone(), new Long2LongHashMap(others));
        }
    }
}
