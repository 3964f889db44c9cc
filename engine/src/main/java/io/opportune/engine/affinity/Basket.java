package io.opportune.engine.affinity;

import io.opportune.engine.profile.ProfileFlyweight;

/**
 * What one customer bought at once: different items, each with its category. Reused by one thread; allocates nothing
 * once made.
 */
public final class Basket {
    /** Most different items that are looked at: pairs grow by the square. */
    public static final int MAX_ITEMS = 64;

    private final int[] folds = new int[MAX_ITEMS];
    private final int[] categories = new int[MAX_ITEMS];
    private int count;
    private int leftOut;

    /** Creates an empty basket. */
    public Basket() {
        // Empty until something is added.
    }

    /**
     * Empties it.
     *
     * @return this.
     */
    public Basket clear() {
        count = 0;
        leftOut = 0;
        return this;
    }

    /**
     * Adds a line. Lines without an item, of an item that is in it already, and those behind {@link #MAX_ITEMS} are
     * passed over.
     *
     * @param itemId     the retailer's number; 0 for none.
     * @param categoryId registry id; 0 for none.
     * @return whether it was added.
     */
    public boolean add(final long itemId, final int categoryId) {
        return itemId != 0 && addFold(ProfileFlyweight.foldItem(itemId), categoryId);
    }

    /** Like {@link #add} with an item as profiles keep it. */
    boolean addFold(final int fold, final int categoryId) {
        for (int i = 0; i < count; i++) {
            if (folds[i] == fold) {
                return false;
            }
        }
        if (count == MAX_ITEMS) {
            leftOut++;
            return false;
        }
        folds[count] = fold;
        categories[count] = categoryId;
        count++;
        return true;
    }

    /** {@return different items: 0..{@link #MAX_ITEMS}} */
    public int count() {
        return count;
    }

    /** {@return lines that found no room: 0 or more} */
    public int leftOut() {
        return leftOut;
    }

    /**
     * An item.
     *
     * @param line 0..{@link #count()} - 1.
     * @return its id folded as {@link ProfileFlyweight#foldItem} does.
     */
    public int fold(final int line) {
        return folds[line];
    }

    /**
     * Category of an item.
     *
     * @param line 0..{@link #count()} - 1.
     * @return registry id; 0 for none.
     */
    public int categoryId(final int line) {
        return categories[line];
    }
}
