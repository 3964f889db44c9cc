package io.opportune.engine.screening;

import io.opportune.engine.compact.CompactReader;
import io.opportune.engine.compact.CompactWriter;
import java.util.Arrays;

/**
 * A set of keys ({@link io.opportune.engine.catalogue.BlockKey}) of a list in a request. Its size is fixed; emptying it
 * takes the same time whatever was in it. Reused; one thread; allocates nothing.
 */
public final class KeySet {
    /** What {@link #writeTo} needs for the number of keys. */
    static final int MAX_COUNT_BYTES = 5;

    private final long[] keys;
    private final int[] rounds;
    /** Slots in the order in which they were taken. */
    private final int[] order;
    private final int mask;
    private final int limit;
    private int round = 1;
    private int size;
    private boolean incomplete;

    /**
     * Makes room.
     *
     * @param maxKeys most keys, 1 or more.
     */
    public KeySet(final int maxKeys) {
        final int slots = Integer.highestOneBit(Math.max(8, maxKeys * 2) - 1) << 1;
        keys = new long[slots];
        rounds = new int[slots];
        order = new int[maxKeys];
        mask = slots - 1;
        limit = maxKeys;
    }

    /** Empties it. */
    public void clear() {
        round++;
        if (round == 0) {
            Arrays.fill(rounds, 0);
            round = 1;
        }
        size = 0;
        incomplete = false;
    }

    /**
     * Adds a key.
     *
     * @param key any.
     * @return false when there was no room for it: the set is incomplete from then on.
     */
    public boolean add(final long key) {
        int slot = (int) key & mask;
        while (rounds[slot] == round) {
            if (keys[slot] == key) {
                return true;
            }
            slot = slot + 1 & mask;
        }
        if (size == limit) {
            incomplete = true;
            return false;
        }
        keys[slot] = key;
        rounds[slot] = round;
        order[size++] = slot;
        return true;
    }

    /**
     * Whether a key is in it.
     *
     * @param key any.
     * @return true when it is.
     */
    public boolean contains(final long key) {
        int slot = (int) key & mask;
        while (rounds[slot] == round) {
            if (keys[slot] == key) {
                return true;
            }
            slot = slot + 1 & mask;
        }
        return false;
    }

    /**
     * Whether any of some keys is in it.
     *
     * @param some keys.
     * @return true when one is.
     */
    public boolean containsAny(final long[] some) {
        for (final long key : some) {
            if (contains(key)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether it has no key.
     *
     * @return true when it is empty.
     */
    public boolean isEmpty() {
        return size == 0;
    }

    /** How many keys there are and whether the list had more, then the keys in the order in which they came. */
    void writeTo(final CompactWriter out) {
        writeTo(out, size);
    }

    /** As many keys as there is room for, when some bytes are left to others: a longer list is then incomplete. */
    void writeWhatFits(final CompactWriter out, final int reservedBytes) {
        writeTo(out, Math.min(size, Math.max(0, out.remaining() - reservedBytes - MAX_COUNT_BYTES) / Long.BYTES));
    }

    private void writeTo(final CompactWriter out, final int count) {
        out.putInt(count << 1 | (incomplete || count < size ? 1 : 0));
        for (int i = 0; i < count; i++) {
            out.putLong(keys[order[i]]);
        }
    }

    void readFrom(final CompactReader in) {
        final int head = in.getCount(limit << 1 | 1, 0);
        final int count = head >>> 1;
        if ((long) count * Long.BYTES > in.remaining()) {
            in.truncate();
            return;
        }
        for (int i = 0; i < count; i++) {
            add(in.getLong());
        }
        incomplete |= (head & 1) != 0;
    }

    /**
     * Whether a key did not fit.
     *
     * @return true: what is not in it may have been in the list.
     */
    public boolean isIncomplete() {
        return incomplete;
    }
}
