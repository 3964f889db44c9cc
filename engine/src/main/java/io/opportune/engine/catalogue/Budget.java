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
 * @param scope    what has a limit of its own.
 */
public record Budget(int budgetId, Unit unit, long limit, boolean daily, Scope scope) {
    /** What budgets count. */
    public enum Unit {
        /** Money: the price of an impression, the cost of a redemption; micros of the campaign's currency. */
        MONEY,
        /** Impressions won and redemptions. */
        COUNT
    }

    /** What has a limit of its own. */
    public enum Scope {
        /** Nothing smaller than the owner. */
        ALL(0, ""),
        /** Each store of the catalogue; a request without a store has none. */
        STORE(4, "store"),
        /** Each deal of the catalogue; a bid beside them has none. */
        DEAL(8, "deal"),
        /** Each customer, counted in the profile: the household where one is known. */
        CUSTOMER(12, "customer");

        private final int bits;
        private final String word;

        Scope(final int bits, final String word) {
            this.bits = bits;
            this.word = word;
        }
    }

    /** Highest registry id of an owner that fits. */
    public static final int MAX_OWNER_ID = (1 << 26) - 1;

    private static final int OWNER_SHIFT = 5;
    private static final int OF_OFFER = 16;
    private static final int OF_COUNT = 1;
    private static final int OF_DAY = 2;

    /**
     * The id of a budget.
     *
     * @param ofOffer  true: an offer's; false: a campaign's.
     * @param ownerId  registry id of the offer or campaign, 1..{@link #MAX_OWNER_ID}.
     * @param unit     what is counted.
     * @param daily    by local days.
     * @param scope    what has a limit of its own.
     * @return unique, positive.
     */
    public static int id(
        final boolean ofOffer, final int ownerId, final Unit unit, final boolean daily, final Scope scope) {
        return ownerId << OWNER_SHIFT | (ofOffer ? OF_OFFER : 0) | (unit == Unit.COUNT ? OF_COUNT : 0)
            | (daily ? OF_DAY : 0) | scope.bits;
    }

    /**
     * The part of it that a request spends from.
     *
     * @param storeId registry id of the request's store, or 0.
     * @param dealId  registry id of the deal that is bid for, or 0.
     * @return one of them; 0 where the scope is neither, or the request has none.
     */
    public int scopeId(final int storeId, final int dealId) {
        return scope == Scope.STORE ? storeId : scope == Scope.DEAL ? dealId : 0;
    }

    /**
     * Whether it limits parts, of which one may be spent while others go on.
     *
     * @return false for one of the owner as a whole.
     */
    public boolean hasScope() {
        return scope != Scope.ALL;
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
        return (unit == Unit.MONEY ? "money" : "count") + (daily && hasScope() ? " per day and " + scope.word
            : daily ? " per day" : hasScope() ? " per " + scope.word : " in all");
    }
}
