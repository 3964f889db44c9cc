package io.opportune.engine.learning;

import io.opportune.engine.feature.FeatureKeys;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Which slot of a row each context feature has: the one that was used least when the feature was learned of first. So
 * the first features, which are those that come often, each have one of their own, and the others are spread evenly
 * over the less used ones. A hash would let two of 18 features share one of 120 slots three times in four, in all rows
 * alike, and no example could tell the two apart.
 *
 * <p>Features are only added, by the learner's thread. A reader says how many there were when its epoch was made, and
 * later ones are unknown to it, so that what it sees does not depend on when it looks.
 * <pre>
 * entry  63         32  31        30     29 .. 8   7 .. 0
 *        feature's key  present   sign   number    slot
 * </pre>
 */
final class FeatureSlots {
    /** Of a feature that is not known. */
    static final int UNKNOWN = -1;
    /** Features that get a slot so; those that come after them share the half of the slots that is used least. */
    static final int MOST = 1 << 10;
    private static final int ENTRIES = 4 * MOST;
    private static final int SLOT_BITS = 8;
    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;
    private static final int PRESENT = 1 << 31;
    private static final int SIGN_BIT = 30;
    /** Words of one large page: were it smaller, it would stand in many small ones. */
    private static final int PAGE_WORDS = 1 << 19;

    private final int width;
    /** Open addressing, next entry where one is taken; three quarters of it stay free. */
    private final WeightMemory table;
    /** By number: the low half of its entry, and its key. */
    private final int[] places = new int[MOST];
    private final int[] keys = new int[MOST];
    /** By slot: how often a feature in it was learned of, until there are as many features as may be. */
    private final long[] uses;
    /** The less used half, chosen when there are as many features as may be. */
    private final int[] spill;
    private int count;

    /** None yet, for rows of a width; 0: there are no rows. */
    FeatureSlots(final int width) {
        this.width = width;
        table = new WeightMemory(width == 0 ? 2 * ENTRIES : PAGE_WORDS);
        uses = new long[width];
        spill = new int[width == 0 ? 0 : (width - ModelSpec.ROW_HEAD) / 2];
    }

    /** How many features have a slot. */
    int count() {
        return count;
    }

    /**
     * A feature's slot and sign.
     *
     * @param key   the feature's.
     * @param known how many features the reader knows.
     * @return slot x 2 + 1 where the sign is negative; {@link #UNKNOWN}.
     */
    int find(final int key, final int known) {
        int at = start(key);
        while (true) {
            final long entry = table.getLong(at);
            final int place = (int) entry;
            if (place == 0) {
                return known == MOST ? spilled(key) : UNKNOWN;
            }
            if ((int) (entry >>> Integer.SIZE) == key) {
                return (place & ~PRESENT & ~(1 << SIGN_BIT)) >>> SLOT_BITS < known ? signed(place) : UNKNOWN;
            }
            at = at + 1 & ENTRIES - 1;
        }
    }

    /** Reads where a feature will be looked for, so that the machine fetches many of these at a time. */
    int touch(final int key) {
        return (int) table.getLong(start(key));
    }

    /** The same, of an example that is learned: who has none gets one. */
    int learn(final int key) {
        int at = start(key);
        long entry = table.getLong(at);
        while (entry != 0 && (int) (entry >>> Integer.SIZE) != key) {
            at = at + 1 & ENTRIES - 1;
            entry = table.getLong(at);
        }
        if (count == MOST) {
            return entry == 0 ? spilled(key) : signed((int) entry);
        }
        final int signed = signed(entry == 0 ? add(key, least()) : (int) entry);
        uses[signed >> 1]++;
        return signed;
    }

    private static int start(final int key) {
        return ModelSpec.foldHash(key) & ENTRIES - 1;
    }

    private static int signed(final int place) {
        return (place & SLOT_MASK) << 1 | place >>> SIGN_BIT & 1;
    }

    private int spilled(final int key) {
        final int hash = ModelSpec.foldHash(key);
        return spill[(int) ((hash >>> 1) * (long) spill.length >>> Integer.SIZE - 1)] << 1 | hash & 1;
    }

    private int least() {
        int least = ModelSpec.ROW_HEAD;
        for (int slot = ModelSpec.ROW_HEAD + 1; slot < width; slot++) {
            least = uses[slot] < uses[least] ? slot : least;
        }
        return least;
    }

    private int add(final int key, final int slot) {
        final int sign = ModelSpec.foldHash(key) >>> Integer.SIZE - 1;
        final int place = PRESENT | sign << SIGN_BIT | count << SLOT_BITS | slot;
        put(key, place);
        if (count == MOST) {
            chooseSpill();
        }
        return place;
    }

    private void put(final int key, final int place) {
        int at = start(key);
        while (table.getLong(at) != 0) {
            at = at + 1 & ENTRIES - 1;
        }
        keys[count] = key;
        places[count++] = place;
        table.putLong(at, (long) key << Integer.SIZE | place & 0xffff_ffffL);
    }

    private void chooseSpill() {
        final long[] order = new long[width - ModelSpec.ROW_HEAD];
        for (int i = 0; i < order.length; i++) {
            final int slot = ModelSpec.ROW_HEAD + i;
            order[i] = uses[slot] << SLOT_BITS | slot;
        }
        Arrays.sort(order);
        for (int i = 0; i < spill.length; i++) {
            spill[i] = (int) order[i] & SLOT_MASK;
        }
    }

    long contentHash(final long seed, final int known) {
        long hash = seed;
        for (int i = 0; i < known; i++) {
            hash = FeatureKeys.mix(hash + ((long) keys[i] << Integer.SIZE | places[i] & 0xffff_ffffL));
        }
        return hash;
    }

    void write(final DataOutput out) throws IOException {
        out.writeInt(count);
        for (int i = 0; i < count; i++) {
            out.writeInt(keys[i]);
            out.writeByte(places[i] & SLOT_MASK);
        }
        for (final long each : uses) {
            out.writeLong(each);
        }
    }

    /** Only of slots of which none is given yet. */
    void read(final DataInput in) throws IOException {
        final int features = in.readInt();
        if (features < 0 || features > MOST || features > 0 && width == 0) {
            throw new IOException("a model's snapshot has slots for " + features + " features");
        }
        for (int i = 0; i < features; i++) {
            final int key = in.readInt();
            final int slot = in.readUnsignedByte();
            if (slot < ModelSpec.ROW_HEAD || slot >= width || find(key, count) != UNKNOWN) {
                throw new IOException("a model's snapshot has a feature at slot " + slot + " of " + width);
            }
            add(key, slot);
        }
        for (int i = 0; i < width; i++) {
            uses[i] = in.readLong();
        }
        if (count == MOST) {
            chooseSpill();
        }
    }
}
