package io.opportune.engine.affinity;

/**
 * How affinities are counted, and how much room counting may take.
 *
 * @param neighbours        most neighbours kept of an item or category, 1..254; 30 make an entry of four cache lines.
 * @param itemShrinkage     of how many purchases that popularity explains what was seen with an item is made out,
 *                          above 0: an item of which as many were seen is believed half.
 * @param categoryShrinkage the same for categories.
 * @param halfLifeDays      after how many days an earlier purchase says half as much about the next, 1..3650.
 * @param memoryDays        after how many days a count itself is worth half, 1..36500; 0 forgets nothing.
 * @param maxItems          most items that are counted, from 256; the least bought give way.
 * @param maxCategories     most categories, from 256.
 * @param maxPairs          most pairs of each, from 1024; the rarest give way.
 * @param maxCustomers      most customers whose last items are remembered between their baskets, from 8.
 */
public record AffinitySettings(
    int neighbours, double itemShrinkage, double categoryShrinkage, int halfLifeDays, int memoryDays, int maxItems,
    int maxCategories, int maxPairs, int maxCustomers) {
    private static final int MOST_NEIGHBOURS = 254;
    private static final int LEAST_IDS = 256;
    private static final int LEAST_PAIRS = 1024;

    /** Checks the ranges. */
    public AffinitySettings {
        require("neighbours", neighbours, 1, MOST_NEIGHBOURS);
        require("halfLifeDays", halfLifeDays, 1, 3_650);
        require("memoryDays", memoryDays, 0, 36_500);
        require("maxItems", maxItems, LEAST_IDS, 1 << 24);
        require("maxCategories", maxCategories, LEAST_IDS, 1 << 20);
        require("maxPairs", maxPairs, LEAST_PAIRS, 1 << 28);
        require("maxCustomers", maxCustomers, CustomerWindows.WAYS, 1 << 24);
        if (!(itemShrinkage > 0 && categoryShrinkage > 0)) {
            throw new IllegalArgumentException(
                "shrinkage: found " + itemShrinkage + " and " + categoryShrinkage + ", allowed are numbers above 0");
        }
    }

    private static void require(final String name, final int value, final int min, final int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                name + ": found " + value + ", allowed are " + min + " to " + max);
        }
    }

    /** {@return what was found best on the Complete Journey baskets, for a shop of up to 131,072 items} */
    public static AffinitySettings defaults() {
        return new AffinitySettings(30, 300, 100, 120, 0, 131_072, 8_192, 1 << 22, 262_144);
    }

    /**
     * The same with other shrinkage.
     *
     * @param ofItems      above 0.
     * @param ofCategories above 0.
     * @return new settings.
     */
    public AffinitySettings withShrinkage(final double ofItems, final double ofCategories) {
        return new AffinitySettings(neighbours, ofItems, ofCategories, halfLifeDays, memoryDays, maxItems,
            maxCategories, maxPairs, maxCustomers);
    }

    /**
     * The same with other times.
     *
     * @param halfLife 1..3650 days.
     * @param memory   0..36500 days.
     * @return new settings.
     */
    public AffinitySettings withDays(final int halfLife, final int memory) {
        return new AffinitySettings(neighbours, itemShrinkage, categoryShrinkage, halfLife, memory, maxItems,
            maxCategories, maxPairs, maxCustomers);
    }

    /**
     * The same with other bounds.
     *
     * @param items     most items.
     * @param pairs     most pairs.
     * @param customers most customers remembered.
     * @return new settings.
     */
    public AffinitySettings withRoom(final int items, final int pairs, final int customers) {
        return new AffinitySettings(neighbours, itemShrinkage, categoryShrinkage, halfLifeDays, memoryDays, items,
            maxCategories, pairs, customers);
    }

    /**
     * The same with another number of neighbours.
     *
     * @param most 1..254.
     * @return new settings.
     */
    public AffinitySettings withNeighbours(final int most) {
        return new AffinitySettings(most, itemShrinkage, categoryShrinkage, halfLifeDays, memoryDays, maxItems,
            maxCategories, maxPairs, maxCustomers);
    }
}
