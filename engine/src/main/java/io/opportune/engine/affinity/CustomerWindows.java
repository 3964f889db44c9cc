package io.opportune.engine.affinity;

import io.opportune.engine.profile.ProfileFlyweight;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * The items that customers bought last, as their profiles keep them: twelve with their days; the one bought longest
 * ago gives way, among equal days the smaller one. Room for a bounded number of customers in sets of eight; in a full
 * set the customer gives way who bought longest ago. Owned by one thread.
 */
final class CustomerWindows {
    /** Customers that compete for the same places. */
    static final int WAYS = 8;
    /** As many as a profile holds. */
    static final int ITEMS = ProfileFlyweight.ITEM_SLOTS;
    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

    private final long[] high;
    private final long[] low;
    private final long[] lastUse;
    private final byte[] counts;
    private final int[] folds;
    private final short[] days;
    private final int setMask;
    private long uses;
    private long evicted;

    CustomerWindows(final int maxCustomers) {
        final int sets = Integer.highestOneBit(Math.max(1, maxCustomers / WAYS));
        final int slots = sets * WAYS;
        setMask = sets - 1;
        high = new long[slots];
        low = new long[slots];
        lastUse = new long[slots];
        counts = new byte[slots];
        folds = new int[slots * ITEMS];
        days = new short[slots * ITEMS];
    }

    /** Customers that were forgotten for others. */
    long evicted() {
        return evicted;
    }

    /** The place of a customer, or -1. */
    int find(final long keyHigh, final long keyLow) {
        final int first = firstOf(keyHigh, keyLow);
        for (int slot = first; slot < first + WAYS; slot++) {
            if (lastUse[slot] != 0 && high[slot] == keyHigh && low[slot] == keyLow) {
                return slot;
            }
        }
        return -1;
    }

    /** The place of a customer, who gets one where there is none yet. */
    int use(final long keyHigh, final long keyLow) {
        int slot = find(keyHigh, keyLow);
        if (slot < 0) {
            final int first = firstOf(keyHigh, keyLow);
            slot = first;
            for (int other = first + 1; other < first + WAYS; other++) {
                if (lastUse[other] < lastUse[slot]) {
                    slot = other;
                }
            }
            evicted += lastUse[slot] == 0 ? 0 : 1;
            high[slot] = keyHigh;
            low[slot] = keyLow;
            counts[slot] = 0;
        }
        lastUse[slot] = ++uses;
        return slot;
    }

    private int firstOf(final long keyHigh, final long keyLow) {
        final long mixed = (keyHigh ^ keyLow * GOLDEN) * GOLDEN;
        return ((int) (mixed >>> Integer.SIZE) & setMask) * WAYS;
    }

    void forget(final long keyHigh, final long keyLow) {
        final int slot = find(keyHigh, keyLow);
        if (slot >= 0) {
            lastUse[slot] = 0;
            counts[slot] = 0;
            high[slot] = 0;
            low[slot] = 0;
            // The items too: nothing of an erased customer is to be written.
            for (int i = slot * ITEMS; i < (slot + 1) * ITEMS; i++) {
                folds[i] = 0;
                days[i] = 0;
            }
        }
    }

    /** One customer turns out to be another one. */
    void merge(final long fromHigh, final long fromLow, final long intoHigh, final long intoLow) {
        final int from = find(fromHigh, fromLow);
        if (from < 0) {
            return;
        }
        final int count = counts[from];
        final int[] itemFolds = new int[count];
        final int[] itemDays = new int[count];
        for (int i = 0; i < count; i++) {
            itemFolds[i] = fold(from, i);
            itemDays[i] = day(from, i);
        }
        forget(fromHigh, fromLow);
        final int into = use(intoHigh, intoLow);
        for (int i = 0; i < count; i++) {
            record(into, itemFolds[i], itemDays[i]);
        }
    }

    int count(final int slot) {
        return counts[slot];
    }

    int fold(final int slot, final int item) {
        return folds[slot * ITEMS + item];
    }

    int day(final int slot, final int item) {
        return days[slot * ITEMS + item] & 0xffff;
    }

    /** As {@code ItemSlots} of the profile does. */
    void record(final int slot, final int fold, final int day) {
        final int base = slot * ITEMS;
        final int count = counts[slot];
        int victim = 0;
        for (int i = 0; i < count; i++) {
            if (folds[base + i] == fold) {
                days[base + i] = (short) Math.max(day, day(slot, i));
                return;
            }
            if (compare(day(slot, i), folds[base + i], day(slot, victim), folds[base + victim]) < 0) {
                victim = i;
            }
        }
        if (count < ITEMS) {
            victim = count;
            counts[slot]++;
        } else if (compare(day(slot, victim), folds[base + victim], day, fold) >= 0) {
            return;
        }
        folds[base + victim] = fold;
        days[base + victim] = (short) day;
    }

    private static int compare(final int aDay, final int aFold, final int bDay, final int bFold) {
        return aDay != bDay ? Integer.compare(aDay, bDay) : Integer.compareUnsigned(aFold, bFold);
    }

    void write(final DataOutputStream out) throws IOException {
        out.writeInt(lastUse.length);
        out.writeLong(uses);
        out.writeLong(evicted);
        for (int slot = 0; slot < lastUse.length; slot++) {
            out.writeLong(lastUse[slot]);
            if (lastUse[slot] != 0) {
                out.writeLong(high[slot]);
                out.writeLong(low[slot]);
                out.writeByte(counts[slot]);
                for (int i = 0; i < counts[slot]; i++) {
                    out.writeInt(fold(slot, i));
                    out.writeShort(day(slot, i));
                }
            }
        }
    }

    void read(final DataInputStream in) throws IOException {
        if (in.readInt() != lastUse.length) {
            throw new IOException("the customers remembered have another bound");
        }
        uses = in.readLong();
        evicted = in.readLong();
        for (int slot = 0; slot < lastUse.length; slot++) {
            lastUse[slot] = in.readLong();
            if (lastUse[slot] != 0) {
                high[slot] = in.readLong();
                low[slot] = in.readLong();
                counts[slot] = in.readByte();
                for (int i = 0; i < counts[slot]; i++) {
                    folds[slot * ITEMS + i] = in.readInt();
                    days[slot * ITEMS + i] = in.readShort();
                }
            }
        }
    }
}
