package io.opportune.engine.affinity;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Items, or categories, of a table: numbered from 0 in order of popularity. Immutable; any thread; look-ups neither
 * lock nor allocate.
 */
public final class AffinityLevel {
    /** In the place of an index where there is none. */
    public static final int NONE = -1;

    private final UnsafeBuffer buffer;
    private final int hashAt;
    private final int hashMask;
    private final int entriesAt;
    private final int stride;
    private final int count;
    private final int neighbours;

    AffinityLevel(final UnsafeBuffer buffer, final int at, final int count, final int neighbours) {
        this.buffer = buffer;
        this.count = count;
        this.neighbours = neighbours;
        hashAt = at;
        hashMask = TableLayout.hashCapacity(count) - 1;
        entriesAt = at + (hashMask + 1) * TableLayout.HASH_ENTRY_LENGTH;
        stride = TableLayout.stride(neighbours);
    }

    /** {@return how many there are} */
    public int count() {
        return count;
    }

    /** {@return most neighbours of one} */
    public int neighbours() {
        return neighbours;
    }

    /**
     * Looks one up.
     *
     * @param id folded id of an item, or registry id of a category.
     * @return 0..{@link #count()} - 1 in order of popularity, or {@link #NONE}.
     */
    public int find(final int id) {
        int slot = TableLayout.hash(id) & hashMask;
        while (true) {
            final int at = hashAt + slot * TableLayout.HASH_ENTRY_LENGTH;
            final int index = buffer.getInt(at + Integer.BYTES) - 1;
            if (index < 0 || buffer.getInt(at) == id) {
                return index;
            }
            slot = slot + 1 & hashMask;
        }
    }

    /**
     * Which one it is.
     *
     * @param index 0..{@link #count()} - 1.
     * @return folded id of an item, or registry id of a category.
     */
    public int id(final int index) {
        return buffer.getInt(at(index) + TableLayout.ID_OFFSET);
    }

    /**
     * Category of an item.
     *
     * @param index 0..{@link #count()} - 1.
     * @return index among the categories, or {@link #NONE}.
     */
    public int category(final int index) {
        return buffer.getInt(at(index) + TableLayout.CATEGORY_OFFSET);
    }

    /**
     * Popularity.
     *
     * @param index 0..{@link #count()} - 1.
     * @return share of all purchases, 0..1; all add up to 1.
     */
    public float share(final int index) {
        return buffer.getFloat(at(index) + TableLayout.SHARE_OFFSET);
    }

    /**
     * How much of what follows is left to popularity.
     *
     * @param index 0..{@link #count()} - 1.
     * @return 0..1; with the scores of all neighbours it adds up to 1.
     */
    public float backOff(final int index) {
        return buffer.getFloat(at(index) + TableLayout.BACK_OFF_OFFSET);
    }

    /**
     * A neighbour.
     *
     * @param index 0..{@link #count()} - 1.
     * @param place 0..{@link #neighbours()} - 1, best first.
     * @return its index; {@link #NONE} where there are no more.
     */
    public int neighbour(final int index, final int place) {
        return buffer.getInt(neighbourAt(index, place));
    }

    /**
     * How much of what follows is this neighbour.
     *
     * @param index 0..{@link #count()} - 1.
     * @param place of a neighbour.
     * @return above 0, at most 1.
     */
    public float score(final int index, final int place) {
        return buffer.getFloat(neighbourAt(index, place) + Integer.BYTES);
    }

    private int at(final int index) {
        return entriesAt + index * stride;
    }

    private int neighbourAt(final int index, final int place) {
        return at(index) + TableLayout.NEIGHBOURS_OFFSET + place * TableLayout.NEIGHBOUR_LENGTH;
    }
}
