package io.opportune.loadtest.world;

import io.opportune.protocol.Consent;
import java.util.List;

/**
 * What exists: categories, items with prices and Zipf popularity, stores with places and zones, customers with hidden
 * tastes. Customers are functions of their index, so that a million of them take no memory. Immutable; any thread.
 */
public final class World {
    /** Categories in order of popularity. */
    static final List<String> CATEGORIES = List.of(
        "milk", "bread", "fruit", "vegetables", "soft drinks", "cheese", "yoghurt", "coffee", "snacks", "meat",
        "chocolate", "eggs", "cereals", "beer", "pasta", "frozen pizza", "wine", "detergent", "ice cream", "fish",
        "tea", "baby food", "dog food", "cat food", "shampoo", "toothpaste", "soup", "rice", "flowers", "toys",
        "batteries", "magazines", "cosmetics", "garden", "kitchenware", "stationery", "gifts", "vitamins",
        "razors", "sun cream");
    /** Segments that the retailer's own analysts assign; "likes ..." follow tastes, the others are independent. */
    static final List<String> SEGMENTS = List.of(
        "likes milk", "likes coffee", "likes cheese", "likes wine", "likes snacks", "likes chocolate",
        "family", "student", "senior", "vegetarian", "pet owner", "price sensitive", "premium", "lapsed",
        "new customer", "commuter", "weekend shopper", "gift buyer");
    static final List<String> TIERS = List.of("basic", "silver", "gold", "platinum");
    static final List<String> WEATHER = List.of("sunny", "hot", "rain", "snow");
    /** Category behind each of the first segments. */
    private static final int[] LIKED = {0, 7, 5, 16, 8, 10};
    private static final List<String> ZONES =
        List.of("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles");
    private static final double[] CITY_LATITUDE = {40.71, 41.88, 39.74, 34.05};
    private static final double[] CITY_LONGITUDE = {-74.01, -87.63, -104.99, -118.24};
    /** Exponent of item popularity; grocery sales are near 0.9-1.1. */
    private static final double ZIPF_EXPONENT = 1.0;
    private static final long ITEM_SALT = 0x17EA;
    private static final long STORE_SALT = 0x570E;
    private static final long CUSTOMER_SALT = 0xC057;

    private final WorldSettings settings;
    private final double[] itemCumulative;
    private final int[] itemCategory;
    private final long[] itemPriceMicros;
    private final double[] storeLatitude;
    private final double[] storeLongitude;

    /**
     * Creates a world.
     *
     * @param settings its size and seed.
     */
    public World(final WorldSettings settings) {
        this.settings = settings;
        itemCumulative = new double[settings.items()];
        itemCategory = new int[settings.items()];
        itemPriceMicros = new long[settings.items()];
        double sum = 0;
        for (int item = 0; item < settings.items(); item++) {
            sum += 1 / Math.pow(item + 1, ZIPF_EXPONENT);
            itemCumulative[item] = sum;
            final RandomStream random = new RandomStream(RandomStream.hash(settings.seed() ^ ITEM_SALT, item));
            final double rank = random.nextDouble();
            itemCategory[item] = (int) (rank * rank * CATEGORIES.size());
            itemPriceMicros[item] = (49 + random.nextInt(1_200)) * 10_000L;
        }
        storeLatitude = new double[settings.stores()];
        storeLongitude = new double[settings.stores()];
        for (int store = 0; store < settings.stores(); store++) {
            final RandomStream random = new RandomStream(RandomStream.hash(settings.seed() ^ STORE_SALT, store));
            storeLatitude[store] = CITY_LATITUDE[store % ZONES.size()] + (random.nextDouble() - 0.5) * 0.4;
            storeLongitude[store] = CITY_LONGITUDE[store % ZONES.size()] + (random.nextDouble() - 0.5) * 0.5;
        }
    }

    /**
     * Its size and seed.
     *
     * @return settings.
     */
    public WorldSettings settings() {
        return settings;
    }

    /** Draws an item by popularity. */
    int drawItem(final RandomStream random) {
        final double target = random.nextDouble() * itemCumulative[itemCumulative.length - 1];
        int low = 0;
        int high = itemCumulative.length - 1;
        while (low < high) {
            final int middle = (low + high) >>> 1;
            if (itemCumulative[middle] < target) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    int itemCategory(final int item) {
        return itemCategory[item];
    }

    long itemPriceMicros(final int item) {
        return itemPriceMicros[item];
    }

    static long itemId(final int item) {
        return 1_000_000L + item;
    }

    static String storeName(final int store) {
        return String.format("S%03d", store + 1);
    }

    static String zone(final int store) {
        return ZONES.get(store % ZONES.size());
    }

    double storeLatitude(final int store) {
        return storeLatitude[store];
    }

    double storeLongitude(final int store) {
        return storeLongitude[store];
    }

    /** Draws a customer; some come far more often than others. */
    int drawCustomer(final RandomStream random) {
        final double u = random.nextDouble();
        return (int) (u * u * settings.customers());
    }

    long traits(final int customer) {
        return RandomStream.hash(settings.seed() ^ CUSTOMER_SALT, customer);
    }

    int homeStore(final int customer) {
        return (int) ((traits(customer) >>> 1) % settings.stores());
    }

    /** Index into {@link #TIERS}: half basic, a quarter silver ... */
    int tier(final int customer) {
        return Math.min(TIERS.size() - 1, Long.numberOfTrailingZeros(traits(customer) | 1L << 62));
    }

    /** One of three categories that the customer likes; the hidden preference behind accepts and redemptions. */
    int favourite(final int customer, final int rank) {
        final double u = (RandomStream.hash(traits(customer), rank) >>> 11) * 0x1p-53;
        return (int) (u * u * CATEGORIES.size());
    }

    boolean likes(final int customer, final int category) {
        return favourite(customer, 0) == category || favourite(customer, 1) == category
            || favourite(customer, 2) == category;
    }

    boolean inSegment(final int customer, final int segment) {
        if (segment < LIKED.length) {
            return likes(customer, LIKED[segment]);
        }
        return Math.floorMod(RandomStream.hash(traits(customer), 100 + segment), 8) == 0;
    }

    /** Nine in ten customers agree to personal offers; each of the other consents is rarer. */
    int consentMask(final int customer) {
        final long dice = RandomStream.hash(traits(customer), 7);
        if (percent(dice, 0) >= 90) {
            return 0;
        }
        return Consent.PERSONALISATION
            | (percent(dice, 1) < 90 ? Consent.PURCHASE_HISTORY : 0)
            | (percent(dice, 2) < 60 ? Consent.LOCATION : 0)
            | (percent(dice, 3) < 50 ? Consent.CONTACT : 0)
            | (percent(dice, 4) < 70 ? Consent.THIRD_PARTY_ADVERTISING : 0)
            | (percent(dice, 5) < 80 ? Consent.CROSS_CHANNEL_LINKING : 0);
    }

    /** One of several independent numbers in 0..99 from one hash. */
    private static int percent(final long dice, final int which) {
        return (int) ((dice >>> 10 * which & 0x3FF) * 100 >>> 10);
    }

    boolean appUser(final int customer) {
        return Math.floorMod(RandomStream.hash(traits(customer), 8), 5) < 2;
    }

    /** Half of the app's users have told the app their card number. */
    boolean linked(final int customer) {
        return appUser(customer) && (RandomStream.hash(traits(customer), 9) & 1) == 0
            && (consentMask(customer) & Consent.CROSS_CHANNEL_LINKING) != 0;
    }

    int birthMonth(final int customer) {
        return 1 + Math.floorMod(RandomStream.hash(traits(customer), 10), 12);
    }
}
