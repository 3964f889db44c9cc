package io.opportune.engine.catalogue;

/**
 * A limit on what a campaign or one offer may spend or hand out. An owner has at most one budget of each {@link Unit},
 * period and scope, so that these and the owner's registry id make the budget's own id: it means the same under every
 * catalogue.
 *
 * @param budgetId as made by {@link #id}.
 * @param unit     what is counted.
 * @param limit    most of it in a period, micros or a count, 0 or more.
 * @param daily    true: each local day in the campaign's zone has the limit; false: the campaign as a whole.
 * @param perStore true: each store of the catalogue has the limit; a request without a store has none.
 */
public record Budget(int budgetId, Unit unit, long limit, boolean daily, boolean perStore) {
    /** What budgets count. */
    public enum Unit {
        /** Money: the price of an impression, the cost of a redemption; micros of the campaign's currency. */
        MONEY,
        /** Impressions won and redemptions. */
        COUNT
    }

    /** Highest registry id of an owner that fits. */
    public static final int MAX_OWNER_ID = (1 << 26) - 1;

    private static final int OWNER_SHIFT = 5;
    private static final int OF_OFFER = 16;
    private static final int OF_COUNT = 1;
    private static final int OF_DAY = 2;
    private static final int OF_STORE = 4;

    /**
     * The id of a budget.
     *
     * @param ofOffer  true: an offer's; false: a campaign's.
     * @param ownerId  registry id of the offer or campaign, 1..{@link #MAX_OWNER_ID}.
     * @param unit     what is counted.
     * @param daily    by local days.
     * @param perStore by stores.
     * @return unique, positive.
     */
    public static int id(
        final boolean ofOffer, final int ownerId, final Unit unit, final boolean daily, final boolean perStore) {
        return ownerId << OWNER_SHIFT | (ofOffer ? OF_OFFER : 0) | (unit == Unit.COUNT ? OF_COUNT : 0)
            | (daily ? OF_DAY : 0) | (perStore ? OF_STORE : 0);
    }

    /**
     * Whose budget it is.
     *
     * @param budgetId as made by {@link #id}.
     * @return true: an offer's; false: a campaign's.
     */
    public static boolean isOfOffer(final int budgetId) {
        return (budgetId & OF_OFFER) != 0;
    }

    /**
     * Whose budget it is.
     *
     * @param budgetId as made by {@link #id}.
     * @return registry id of the offer or campaign.
     */
    public static int ownerId(final int budgetId) {
        return budgetId >>> OWNER_SHIFT;
    }

    /**
     * What is limited, in words.
     *
     * @return such as "money per day and store".
     */
    public String words() {
        return (unit == Unit.MONEY ? "money" : "count") + (daily && perStore ? " per day and store"
            : daily ? " per day" : perStore ? " per store" : " in all");
    }
}
