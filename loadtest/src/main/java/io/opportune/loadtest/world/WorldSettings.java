package io.opportune.loadtest.world;

/**
 * Size and seed of a world. Equal settings make equal worlds.
 *
 * @param seed         of everything random.
 * @param customers    1 .. 99,999,999.
 * @param offers       1 .. 1,000,000.
 * @param stores       1 .. 999.
 * @param items        1 .. 1,000,000.
 * @param timeBudgetUs stated in requests; 0: the placement's own, and lateness is not judged.
 */
public record WorldSettings(long seed, int customers, int offers, int stores, int items, int timeBudgetUs) {
    /** Most customers of a world: their numbers have eight digits. */
    public static final int MAX_CUSTOMERS = 99_999_999;
    /** Most offers of a world. */
    public static final int MAX_OFFERS = 1_000_000;

    /** Refuses sizes out of range. */
    public WorldSettings {
        check("customers", customers, MAX_CUSTOMERS);
        check("offers", offers, MAX_OFFERS);
        check("stores", stores, 999);
        check("items", items, 1_000_000);
        if (timeBudgetUs < 0) {
            throw new IllegalArgumentException("time budget " + timeBudgetUs + " us: must not be negative");
        }
    }

    /**
     * The world of the demonstration: 100,000 customers, 500 offers, 40 stores, 8,000 items, 20 ms.
     *
     * @param seed of everything random.
     * @return settings.
     */
    public static WorldSettings ofSeed(final long seed) {
        return new WorldSettings(seed, 100_000, 500, 40, 8_000, 20_000);
    }

    /**
     * The same with other numbers of customers and offers.
     *
     * @param customerCount 1 .. 99,999,999.
     * @param offerCount    1 .. 1,000,000.
     * @return new settings.
     */
    public WorldSettings sized(final int customerCount, final int offerCount) {
        return new WorldSettings(seed, customerCount, offerCount, stores, items, timeBudgetUs);
    }

    /**
     * The same with another time budget.
     *
     * @param budgetUs microseconds, 0 or more.
     * @return new settings.
     */
    public WorldSettings withTimeBudgetUs(final int budgetUs) {
        return new WorldSettings(seed, customers, offers, stores, items, budgetUs);
    }

    private static void check(final String name, final int value, final int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(name + " " + value + ": allowed 1.." + max);
        }
    }
}
