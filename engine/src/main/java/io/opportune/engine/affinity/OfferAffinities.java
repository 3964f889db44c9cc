package io.opportune.engine.affinity;

import io.opportune.engine.catalogue.AffinityUse;
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
    private final CueRows itemRows;
    private final CueRows categoryRows;
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

    /**
     * Numbers the offers of a catalogue in which some placement uses affinities; nobody asks for those of others.
     *
     * @param table     what was counted; null where there is none.
     * @param catalogue of the offers.
     * @return null where nobody asks.
     */
    public static OfferAffinities wanted(final AffinityTable table, final Catalogue catalogue) {
        return table != null && catalogue.placements().stream()
            .anyMatch(place -> place.choice() != null && place.choice().affinity() != AffinityUse.OFF)
            ? new OfferAffinities(table, catalogue) : null;
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
        itemRows = new CueRows(table.items(), all(itemIndexes));
        categoryRows = new CueRows(table.categories(), all(allCategories));
        items = lists(itemIndexes, itemRows);
        categories = lists(allCategories, categoryRows);
        promotedCategories = lists(ownCategories, categoryRows);
    }

    /** No offers, and all items and categories as targets, by their indexes. */
    OfferAffinities(final AffinityTable table) {
        this.table = table;
        offerCount = 0;
        itemRows = new CueRows(table.items(), null);
        categoryRows = new CueRows(table.categories(), null);
        items = new OfferLists(new int[0][], itemRows);
        categories = new OfferLists(new int[0][], categoryRows);
        promotedCategories = categories;
    }

    private static int[] all(final int[][] indexes) {
        return Arrays.stream(indexes).flatMapToInt(Arrays::stream).toArray();
    }

    private static OfferLists lists(final int[][] indexes, final CueRows rows) {
        final int[][] targets = new int[indexes.length][];
        for (int offer = 0; offer < indexes.length; offer++) {
            targets[offer] = Arrays.stream(indexes[offer]).map(rows::target).toArray();
        }
        return new OfferLists(targets, rows);
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

    /** What is said of the items that offers promote. */
    CueRows itemRows() {
        return itemRows;
    }

    /** What is said of the categories that offers promote, and of those of the items that they promote. */
    CueRows categoryRows() {
        return categoryRows;
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
