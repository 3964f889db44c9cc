package io.opportune.engine.delivery;

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

    private final Long2LongHashMap slots;

    private BudgetSlots(final Long2LongHashMap slots) {
        this.slots = slots;
    }

    /**
     * The slot of a budget.
     *
     * @param budgetId of the budget.
     * @param scopeId  registry id of the store or deal, 0 for a budget that is kept by neither.
     * @return 0 or more; {@link #UNKNOWN}.
     */
    public int slotOf(final int budgetId, final int scopeId) {
        return (int) slots.get(key(budgetId, scopeId));
    }

    private static long key(final int budgetId, final int scopeId) {
        return (long) budgetId << Integer.SIZE | scopeId & 0xFFFF_FFFFL;
    }

    /** Gathers slots. */
    public static final class Builder {
        private final Long2LongHashMap slots = new Long2LongHashMap(UNKNOWN);

        /**
         * Adds one.
         *
         * @param budgetId of the budget.
         * @param scopeId  registry id of the store or deal, or 0.
         * @param slot     0 or more.
         * @return this.
         */
        public Builder add(final int budgetId, final int scopeId, final int slot) {
            slots.put(key(budgetId, scopeId), slot);
            return this;
        }

        /**
         * Ends gathering.
         *
         * @return to be published.
         */
        public BudgetSlots build() {
            return new BudgetSlots(new Long2LongHashMap(slots));
        }
    }
}
