package io.opportune.engine.affinity;

import io.opportune.engine.catalogue.AffinityUse;
import io.opportune.engine.profile.ProfileFlyweight;

/**
 * What the basket and the last purchases of one customer say of offers. One a shard, over one table and the offers of
 * one catalogue: control makes another one when either changes. Allocates nothing once made, takes no lock, and the
 * same cues in the same order give the same bits.
 *
 * <p>Use: {@link #begin}, then {@link #basketLine} for each line, {@link #profile} where there is one, {@link #ready};
 * then any of the questions. With {@link AffinityUse#OFF} all answers are 0.
 */
public final class AffinityScorer {
    /** Most lines of a basket that serve as cues. */
    public static final int MAX_BASKET_CUES = 12;
    /** An affinity of 1 is a lift of two to the power of this; any larger one is worth as much. */
    public static final float LOG2_SCALE = 8;

    /** Lines of the basket, items and categories of the profile. */
    private static final int MAX_CUES = MAX_BASKET_CUES + CustomerWindows.ITEMS;
    private static final int MAX_CATEGORY_CUES = MAX_CUES + ProfileFlyweight.CATEGORY_SLOTS;

    private final AffinityTable table;
    private final OfferAffinities offers;
    private final AgeWeights ageWeights;
    private final Evidence items;
    private final Evidence categories;
    private AffinityUse use = AffinityUse.OFF;
    private int nowDay;
    private int basketCues;

    /**
     * Makes a scorer.
     *
     * @param table  what was counted.
     * @param offers of the catalogue, over the same table.
     */
    public AffinityScorer(final AffinityTable table, final OfferAffinities offers) {
        if (offers.table() != table) {
            throw new IllegalArgumentException("the offers were numbered for another table");
        }
        this.table = table;
        this.offers = offers;
        ageWeights = new AgeWeights(table.halfLifeDays());
        items = new Evidence(offers.itemRows(), MAX_CUES);
        categories = new Evidence(offers.categoryRows(), MAX_CATEGORY_CUES);
    }

    /**
     * Begins a request.
     *
     * @param wanted what affinities are used for here.
     * @param today  days since 1970, of the business time.
     */
    public void begin(final AffinityUse wanted, final int today) {
        use = wanted;
        nowDay = today;
        basketCues = 0;
        items.clear();
        categories.clear();
    }

    /**
     * Notes a line of the basket; those behind {@link #MAX_BASKET_CUES} are passed over, so that the latest are best
     * noted first.
     *
     * @param itemId     as on the wire; 0 for none.
     * @param categoryId registry id; 0 for none, then the category that the item was last bought in.
     */
    public void basketLine(final long itemId, final int categoryId) {
        basketIndexes(itemId == 0 ? AffinityLevel.NONE : table.items().find(ProfileFlyweight.foldItem(itemId)),
            categoryId == 0 ? AffinityLevel.NONE : table.categories().find(categoryId));
    }

    void basketIndexes(final int itemIndex, final int categoryIndex) {
        if (use == AffinityUse.OFF || basketCues == MAX_BASKET_CUES) {
            return;
        }
        basketCues++;
        items.cue(itemIndex, 1);
        categories.cue(
            categoryIndex < 0 && itemIndex >= 0 ? items.rows().category(itemIndex) : categoryIndex, 1);
    }

    /**
     * Notes what the customer bought last.
     *
     * @param profile of the customer.
     */
    public void profile(final ProfileFlyweight profile) {
        if (use == AffinityUse.OFF) {
            return;
        }
        for (int slot = 0; slot < profile.itemCount(); slot++) {
            recentFold(profile.itemFold(slot), profile.itemDay(slot));
        }
        for (int slot = 0; slot < profile.categoryCount(); slot++) {
            categories.cue(table.categories().find(profile.categoryId(slot)),
                ageWeights.of(nowDay - profile.lastPurchaseDay(slot)));
        }
    }

    void recentFold(final int fold, final int day) {
        final int index = table.items().find(fold);
        if (index >= 0) {
            final float weight = ageWeights.of(nowDay - day);
            items.cue(index, weight);
            categories.cue(items.rows().category(index), weight);
        }
    }

    /** Ends the cues of the request. */
    public void ready() {
        items.gather();
        categories.gather();
    }

    /** {@return how many items serve as cues} */
    public int itemCues() {
        return items.cueCount();
    }

    /** {@return how many categories serve as cues} */
    public int categoryCues() {
        return categories.cueCount();
    }

    /**
     * How much of what is known of items is evidence of the cues and not popularity.
     *
     * @return 0..1.
     */
    public float itemConfidence() {
        return 1 - items.backOff();
    }

    /**
     * How much of what is known of categories is evidence of the cues and not popularity.
     *
     * @return 0..1.
     */
    public float categoryConfidence() {
        return 1 - categories.backOff();
    }

    /**
     * How much more likely than for anybody it is that the customer buys an item which the offer promotes.
     *
     * @param offerIndex in the catalogue of the offers.
     * @return log2 of the lift by 8, -1..1; 0 also where the cues say nothing of it, so that it abstains.
     */
    public float itemAffinity(final int offerIndex) {
        return use.feature() ? affinity(items, offers.items(), offerIndex) : 0;
    }

    /**
     * The same for categories: those that the offer promotes, and those of the items that it promotes.
     *
     * @param offerIndex in the catalogue of the offers.
     * @return log2 of the lift by 8, -1..1; 0 also where the cues say nothing of it, so that it abstains.
     */
    public float categoryAffinity(final int offerIndex) {
        return use.feature() ? affinity(categories, offers.categories(), offerIndex) : 0;
    }

    private static float affinity(final Evidence evidence, final OfferLists lists, final int offerIndex) {
        final float seen = seen(evidence, lists, offerIndex);
        if (seen == 0) {
            return 0;
        }
        final float lift = seen / lists.share(offerIndex) + evidence.backOff();
        return Math.clamp(log2(lift) / LOG2_SCALE, -1f, 1f);
    }

    private static float seen(final Evidence evidence, final OfferLists lists, final int offerIndex) {
        float seen = 0;
        for (int at = lists.start(offerIndex); at < lists.start(offerIndex + 1); at++) {
            seen += evidence.seen(lists.entry(at));
        }
        return seen;
    }

    /**
     * Logarithm by exponent and a straight line between powers of two, off by at most 0.087 (Mitchell, "Computer
     * Multiplication and Division Using Binary Logarithms", 1962): the same bits on every machine.
     */
    static float log2(final float value) {
        final int bits = Float.floatToRawIntBits(value);
        return (bits >> 23) - 127 + (bits & 0x7f_ffff) * (1f / (1 << 23));
    }

    /**
     * The probability that what the customer buys next is something that an offer promotes.
     *
     * @param offerIndex in the catalogue of the offers.
     * @return 0..1, the larger of what items and what categories say.
     */
    float probability(final int offerIndex) {
        return Math.max(probability(items, offers.items(), offerIndex),
            probability(categories, offers.promotedCategories(), offerIndex));
    }

    private static float probability(final Evidence evidence, final OfferLists lists, final int offerIndex) {
        return seen(evidence, lists, offerIndex) + evidence.backOff() * lists.share(offerIndex);
    }

    AffinityUse use() {
        return use;
    }

    OfferAffinities offers() {
        return offers;
    }

    Evidence items() {
        return items;
    }

    Evidence categories() {
        return categories;
    }

    /**
     * The items, among those that the offers promote, that are bought next most probably, popularity included.
     *
     * @param most     as many at most.
     * @param excluded targets that are left out, such as those in the basket.
     * @param count    how many these are.
     * @param out      gets the targets, best first.
     */
    void bestItems(final int most, final int[] excluded, final int count, final Ranking out) {
        best(items, most, excluded, count, out);
    }

    /** The same of categories. */
    void bestCategories(final int most, final int[] excluded, final int count, final Ranking out) {
        best(categories, most, excluded, count, out);
    }

    private static void best(
        final Evidence evidence, final int most, final int[] excluded, final int excludedCount, final Ranking out) {
        out.clear();
        for (int i = 0; i < evidence.foundCount(); i++) {
            final int target = evidence.found(i);
            if (!contains(excluded, excludedCount, target)) {
                out.offer(target, evidence.probability(target), most);
            }
        }
        // The rest is in order of popularity: behind the first that is too rare there is nothing better.
        for (int target = 0; target < evidence.rows().targetCount(); target++) {
            final float byPopularity = evidence.backOff() * evidence.rows().share(target);
            if (byPopularity < out.bar(most)) {
                return;
            }
            if (evidence.seen(target) == 0 && !contains(excluded, excludedCount, target)) {
                out.offer(target, byPopularity, most);
            }
        }
    }

    private static boolean contains(final int[] indexes, final int count, final int wanted) {
        for (int i = 0; i < count; i++) {
            if (indexes[i] == wanted) {
                return true;
            }
        }
        return false;
    }
}
