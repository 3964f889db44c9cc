package io.opportune.engine.affinity;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A made-up shop whose affinities are known: each item has three complements, and of what a customer buys a stated
 * share are complements of something bought lately, the rest comes by popularity (Zipf). Customers accept offers by
 * the same truth, so that what affinities bring can be measured. The same seed gives the same world and the same
 * purchases; one thread.
 */
public final class AffinityWorld {
    /** Complements of each item. */
    public static final int COMPLEMENTS = 3;
    /** Items of a category. */
    public static final int ITEMS_PER_CATEGORY = 20;

    private static final int RECENT = 4;
    private static final int MAX_LINES = 4;
    private static final long DAY_NS = 86_400_000_000_000L;
    private static final long START_NS = 1_700_000_000_000_000_000L;
    private static final long FIRST_ITEM = 5_000_000_000L;
    private static final double RELATED = 0.7;
    private static final double ZIPF = 0.8;
    private static final double ACCEPT_RELATED = 0.25;
    private static final double ACCEPT_OTHER = 0.02;

    private final SplittableRandom random;
    private final int[][] complements;
    private final double[] cumulative;
    private final int[][] recent;
    private final int[] recentCount;
    private final Basket basket = new Basket();
    private final int[] bought = new int[MAX_LINES];
    private int customer;
    private long linesDrawn;
    private long linesForetold;
    private long timeNs = START_NS;

    /**
     * Makes a world.
     *
     * @param items     a multiple of {@link #ITEMS_PER_CATEGORY}.
     * @param customers that come again and again.
     * @param seed      of everything.
     */
    public AffinityWorld(final int items, final int customers, final long seed) {
        random = new SplittableRandom(seed);
        complements = new int[items][COMPLEMENTS];
        cumulative = new double[items];
        double sum = 0;
        for (int item = 0; item < items; item++) {
            for (int i = 0; i < COMPLEMENTS; i++) {
                // Anywhere in the shop: an affinity is neither popularity nor category.
                complements[item][i] = random.nextInt(items);
            }
            sum += StrictMath.pow(item + 1, -ZIPF);
            cumulative[item] = sum;
        }
        recent = new int[customers][RECENT];
        recentCount = new int[customers];
    }

    /** {@return how many items there are} */
    public int items() {
        return complements.length;
    }

    /**
     * The number by which tills know an item.
     *
     * @param item 0..{@link #items()} - 1, in order of popularity.
     * @return larger than 32 bits.
     */
    public static long itemId(final int item) {
        return FIRST_ITEM + item;
    }

    /**
     * Category of an item.
     *
     * @param item 0..{@link #items()} - 1.
     * @return id from 1.
     */
    public static int categoryId(final int item) {
        return 1 + item / ITEMS_PER_CATEGORY;
    }

    /**
     * Lets some customer buy a basket.
     *
     * @return what was bought; the same object each time.
     */
    public Basket buy() {
        customer = random.nextInt(recentCount.length);
        timeNs += DAY_NS / (recentCount.length / 4 + 1);
        basket.clear();
        final int lines = 1 + random.nextInt(MAX_LINES);
        for (int line = 0; line < lines; line++) {
            final int item = recentCount[customer] > 0 && random.nextDouble() < RELATED
                ? related() : byPopularity();
            linesDrawn++;
            linesForetold += isAmongBest(item, 10) ? 1 : 0;
            if (basket.add(itemId(item), categoryId(item))) {
                bought[basket.count() - 1] = item;
                remember(item);
            }
        }
        return basket;
    }

    /**
     * What lies in the basket that was bought last.
     *
     * @param line 0 up to the basket's count.
     * @return the number by which tills know it.
     */
    public long lastItemId(final int line) {
        return itemId(bought[line]);
    }

    /** How likely the customer's next line is an item, by the truth. */
    private double truth(final int item) {
        final double popular = (cumulative[item] - (item == 0 ? 0 : cumulative[item - 1])) / cumulative[items() - 1];
        final int known = Math.min(RECENT, recentCount[customer]);
        int ways = 0;
        for (int i = 0; i < known; i++) {
            for (final int complement : complements[recent[customer][i]]) {
                ways += complement == item ? 1 : 0;
            }
        }
        return known == 0 ? popular : (1 - RELATED) * popular + RELATED * ways / (known * COMPLEMENTS);
    }

    /** Whether fewer than {@code k} items are more likely; those are complements or among the k most popular. */
    private boolean isAmongBest(final int item, final int k) {
        final double mine = truth(item);
        final int known = Math.min(RECENT, recentCount[customer]);
        final int[] others = new int[known * COMPLEMENTS + k];
        int count = 0;
        for (int i = 0; i < known; i++) {
            for (final int complement : complements[recent[customer][i]]) {
                others[count++] = complement;
            }
        }
        for (int popular = 0; popular < k; popular++) {
            others[count++] = popular;
        }
        return Arrays.stream(others).distinct().filter(other -> truth(other) > mine).count() < k;
    }

    /**
     * Recall at 10 of somebody who knows the truth, but not what else is yet to come in the same basket.
     *
     * @return share of all lines so far, 0..1.
     */
    public double bestRecall() {
        return (double) linesForetold / linesDrawn;
    }

    private int related() {
        final int known = Math.min(RECENT, recentCount[customer]);
        return complements[recent[customer][random.nextInt(known)]][random.nextInt(COMPLEMENTS)];
    }

    private int byPopularity() {
        final double wanted = random.nextDouble() * cumulative[cumulative.length - 1];
        final int at = Arrays.binarySearch(cumulative, wanted);
        return Math.min(cumulative.length - 1, at < 0 ? -at - 1 : at);
    }

    private void remember(final int item) {
        recent[customer][recentCount[customer]++ % RECENT] = item;
    }

    /** {@return who bought last, as lower half of a root key from 1} */
    public long customer() {
        return customer + 1;
    }

    /** {@return when, ns since 1970} */
    public long timeNs() {
        return timeNs;
    }

    /**
     * How likely the customer who bought last accepts an offer of an item: much more likely when it is a complement of
     * something that the customer bought lately.
     *
     * @param item that is offered.
     * @return 0..1.
     */
    public double acceptance(final int item) {
        for (int i = 0; i < Math.min(RECENT, recentCount[customer]); i++) {
            for (final int complement : complements[recent[customer][i]]) {
                if (complement == item) {
                    return ACCEPT_RELATED;
                }
            }
        }
        return ACCEPT_OTHER;
    }

    /**
     * Lets the customer who bought last answer an offer.
     *
     * @param item that is offered.
     * @return whether it is accepted.
     */
    public boolean accepts(final int item) {
        return random.nextDouble() < acceptance(item);
    }

    /**
     * A catalogue for this world: one offer for each item, named {@code item-N}, each worth the same.
     *
     * @param channel  in which they are made.
     * @param catalogueOffers how many items have an offer, the most popular ones.
     * @return YAML of one file.
     */
    public String catalogue(final String channel, final int catalogueOffers) {
        final StringBuilder yaml = new StringBuilder("""
            advertisers: [{id: shop, name: Shop, category: shop}]
            campaigns:
              - {id: all, advertiser: shop, flights: [{start: 2000-01-01, end: 2100-01-01}], budget: {currency: USD}}
            """);
        yaml.append("placements: [{id: place, channels: [").append(channel).append("], offers: 1}]\noffers:\n");
        for (int item = 0; item < catalogueOffers; item++) {
            yaml.append("  - {id: item-").append(item).append(", campaign: all, category: c").append(categoryId(item))
                .append(", value: \"1.00\", propensity: 0.05, channels: [").append(channel)
                .append("], promotes: {items: [").append(itemId(item)).append("]}, creatives: [{id: t").append(item)
                .append(", title: T}]}\n");
        }
        return yaml.toString();
    }
}
