package io.opportune.protocol.openrtb.request;

import io.opportune.protocol.openrtb.schema.Field;
import io.opportune.protocol.openrtb.schema.ObjectType;
import java.util.Arrays;

/**
 * The records of a request: an array of words that is filled from the front and used again for the next request. Only
 * the readers write to it.
 *
 * <pre>
 *  record (its index is that of its first word)        items of an array
 *  +--------------------------------------------+      +-----------------------------+
 *  | word 0: bit n set: slot n has a value      |      | integer, slice or record    |
 *  | word 1: bit n set: it came from a moved    |      |   ... one word for each     |
 *  |         place, a declared one replaces it  |      +-----------------------------+
 *  | word 2: bit n set: what was given for slot |
 *  |         n is not clear                     |
 *  | word 3 + n: value of slot n, see Kind      |
 *  +--------------------------------------------+
 *  slice and span: offset or first item in the upper 32 bits, length or count in the lower
 * </pre>
 */
public final class RequestArena {
    /** No record: the object is not there. The first record is the request itself, which nothing refers to. */
    public static final int NO_RECORD = 0;
    /** What {@link #allocate} and {@link #reserve} give when the limit is reached. */
    public static final int FULL = -1;
    private static final int HEADER_WORDS = 3;
    private static final int UNCLEAR = 2;
    private static final int INITIAL_WORDS = 1024;

    private final int maxWords;
    private long[] words;
    private int top;

    RequestArena(final int maxWords) {
        this.maxWords = maxWords;
        words = new long[Math.min(maxWords, INITIAL_WORDS)];
    }

    /** Forgets all records. */
    public void clear() {
        top = 0;
    }

    /**
     * Makes an empty record.
     *
     * @param type of the object.
     * @return its index, or {@link #FULL}.
     */
    public int allocate(final ObjectType type) {
        final int record = reserve(HEADER_WORDS + type.slotCount());
        if (record != FULL) {
            words[record] = 0;
            words[record + 1] = 0;
            words[record + UNCLEAR] = 0;
        }
        return record;
    }

    /**
     * Makes room for items.
     *
     * @param count of words.
     * @return index of the first, or {@link #FULL}.
     */
    public int reserve(final int count) {
        final int index = top;
        if (count > words.length - index && !grow(index + count)) {
            return FULL;
        }
        top = index + count;
        return index;
    }

    private boolean grow(final int needed) {
        if (needed > maxWords) {
            return false;
        }
        words = Arrays.copyOf(words, Math.min(maxWords, Math.max(needed, 2 * words.length)));
        return true;
    }

    /**
     * The limit.
     *
     * @return how many words all records and items may take.
     */
    public int maxWords() {
        return maxWords;
    }

    /**
     * Where the next record or item will stand.
     *
     * @return index of a word.
     */
    public int top() {
        return top;
    }

    /**
     * Adds an item behind all others.
     *
     * @param value of the item.
     * @return false when the limit is reached.
     */
    public boolean push(final long value) {
        final int index = reserve(1);
        if (index == FULL) {
            return false;
        }
        words[index] = value;
        return true;
    }

    /**
     * Sets an item.
     *
     * @param index as reserved.
     * @param value of the item.
     */
    public void item(final int index, final long value) {
        words[index] = value;
    }

    /**
     * An item.
     *
     * @param index of its word.
     * @return see {@link io.opportune.protocol.openrtb.schema.Kind}.
     */
    public long item(final int index) {
        return words[index];
    }

    /**
     * Sets a value. The last one wins, but one from a moved place never replaces one from the declared place.
     *
     * @param record of the object.
     * @param field  that holds it.
     * @param value  see {@link io.opportune.protocol.openrtb.schema.Kind}.
     */
    public void put(final int record, final Field field, final long value) {
        final long[] all = words;
        final long bit = 1L << field.slot();
        if (field.moved()) {
            if ((all[record] & bit) != 0 && (all[record + 1] & bit) == 0) {
                return;
            }
            all[record + 1] |= bit;
        } else {
            all[record + 1] &= ~bit;
        }
        all[record] |= bit;
        all[record + HEADER_WORDS + field.slot()] = value;
    }

    /**
     * Notes that what was given for a field is not clear: it could not be used, or was given twice with different
     * values. This stays, whatever is put or removed later.
     *
     * @param record of the object.
     * @param field  that has a slot.
     */
    public void blur(final int record, final Field field) {
        words[record + UNCLEAR] |= 1L << field.slot();
    }

    /**
     * Whether what was given for a slot is not clear, see {@link #blur}.
     *
     * @param record of the object.
     * @param slot   of the field.
     * @return true also where the slot has a value: one of several that were given.
     */
    public boolean isUnclear(final int record, final int slot) {
        return (words[record + UNCLEAR] >>> slot & 1) != 0;
    }

    /**
     * Takes a value away that came from the same kind of place, declared or moved: its key has come again with null.
     * Then it is not clear what was meant.
     *
     * @param record of the object.
     * @param field  that holds it.
     */
    public void remove(final int record, final Field field) {
        final long bit = 1L << field.slot();
        if ((words[record] & bit) != 0 && (words[record + 1] & bit) != 0 == field.moved()) {
            words[record] &= ~bit;
            words[record + 1] &= ~bit;
            words[record + UNCLEAR] |= bit;
        }
    }

    /**
     * Whether a slot has a value.
     *
     * @param record of the object.
     * @param slot   of the field.
     * @return false where it was not given or could not be used.
     */
    public boolean has(final int record, final int slot) {
        return (words[record] >>> slot & 1) != 0;
    }

    /**
     * Whether the value of a slot came from a moved place.
     *
     * @param record of the object.
     * @param slot   of the field; it has a value.
     * @return true for an old place.
     */
    public boolean isFromMovedPlace(final int record, final int slot) {
        return (words[record + 1] >>> slot & 1) != 0;
    }

    /**
     * The value of a slot.
     *
     * @param record of the object.
     * @param slot   of the field; it has a value, else what is given means nothing.
     * @return see {@link io.opportune.protocol.openrtb.schema.Kind}.
     */
    public long value(final int record, final int slot) {
        return words[record + HEADER_WORDS + slot];
    }

    /**
     * Sets a value that was found out, not read.
     *
     * @param record of the object.
     * @param slot   of the value.
     * @param value  see {@link io.opportune.protocol.openrtb.schema.Kind}.
     */
    public void derive(final int record, final int slot, final long value) {
        words[record] |= 1L << slot;
        words[record + HEADER_WORDS + slot] = value;
    }

    /**
     * Takes away a value that was found out.
     *
     * @param record of the object.
     * @param slot   of the value.
     */
    public void underive(final int record, final int slot) {
        words[record] &= ~(1L << slot);
    }

    long sizeBytes() {
        return (long) Long.BYTES * words.length;
    }

    /** Goes back to the size of a new one; all records are gone. */
    void shrink() {
        words = new long[Math.min(maxWords, INITIAL_WORDS)];
        top = 0;
    }

    void copyFrom(final RequestArena other) {
        if (words.length < other.top) {
            words = new long[other.words.length];
        }
        System.arraycopy(other.words, 0, words, 0, other.top);
        top = other.top;
    }
}
