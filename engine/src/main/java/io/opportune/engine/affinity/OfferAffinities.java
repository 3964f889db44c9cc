package io.opportune.engine.affinity;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.profile.ProfileFlyweight;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What the offers of a catalogue promote, by the numbers of a table, and the offers by what they promote. Made by
 * control for each pair of a catalogue and a table; immutable; any thread.
 */
public final class OfferAffinities {
    /** Most promoted items of an offer that are looked at: the most popular ones. A coupon may name thousands. */
    public static final int MAX_ITEMS = 32;
    /** Most categories of an offer that are looked at. */
    public static final int MAX_CATEGORIES = 8;

    private final AffinityTable table;
    private final OfferLists items;
    private final OfferLists categories;
    private final OfferLists promotedCategories;
    private final int offerCount;

    /**
     * Numbers the offers.
     *
     * @param table     what was counted.
     * @param catalogue of the offers.
     */
    public OfferAffinities(final AffinityTable table, final Catalogue catalogue) {
        this(table, promotedItems(catalogue), promotedCategories(catalogue));
    }

    /** The same of promoted items and categories by offer. */
    OfferAffinities(final AffinityTable table, final long[][] itemIds, final int[][] categoryIds) {
        this.table = table;
        offerCount = itemIds.length;
        final int[][] itemIndexes = new int[offerCount][];
        final int[][] ownCategories = new int[offerCount][];
        final int[][] allCategories = new int[offerCount][];
        for (int offer = 0; offer < offerCount; offer++) {
            itemIndexes[offer] = known(Arrays.stream(itemIds[offer])
                .mapToInt(id -> table.items().find(ProfileFlyweight.foldItem(id))), MAX_ITEMS);
            ownCategories[offer] =
                known(Arrays.stream(categoryIds[offer]).map(table.categories()::find), MAX_CATEGORIES);
            allCategories[offer] = known(IntStream.concat(Arrays.stream(ownCategories[offer]),
                Arrays.stream(itemIndexes[offer]).map(table.items()::category)), MAX_CATEGORIES);
        }
        items = new OfferLists(itemIndexes, table.items());
        categories = new OfferLists(allCategories, table.categories());
        promotedCategories = new OfferLists(ownCategories, table.categories());
    }

    /** Indexes are in order of popularity, so that the smallest are the most popular. */
    private static int[] known(final IntStream indexes, final int most) {
        return indexes.filter(index -> index >= 0).sorted().distinct().limit(most).toArray();
    }

    private static long[][] promotedItems(final Catalogue catalogue) {
        final long[][] byOffer = new long[catalogue.offerCount()][];
        for (int i = 0; i < byOffer.length; i++) {
            final Offer offer = catalogue.offer(i);
            byOffer[i] = offer.promotedItems();
        }
        return byOffer;
    }

    private static int[][] promotedCategories(final Catalogue catalogue) {
        final int[][] byOffer = new int[catalogue.offerCount()][];
        for (int i = 0; i < byOffer.length; i++) {
            byOffer[i] = catalogue.offer(i).promotedCategories();
        }
        return byOffer;
    }

    /** {@return the table by whose numbers it goes} */
    public AffinityTable table() {
        return table;
    }

    /** {@return how many offers there are} */
    public int offerCount() {
        return offerCount;
    }

    /** Items that offers promote. */
    OfferLists items() {
        return items;
    }

    /** Categories that offers promote, and those of the items that they promote. */
    OfferLists categories() {
        return categories;
    }

    /** Categories that offers promote as such. */
    OfferLists promotedCategories() {
        return promotedCategories;
    }
}
