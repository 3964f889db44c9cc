package io.opportune.engine.uplift;

import java.util.Arrays;

/** What customers bought and redeemed, in the order of the journal. One thread; 23 bytes an entry. */
final class OutcomeLog {
    /** A purchase, whose amount is revenue. */
    static final byte PURCHASE = 0;
    /** A return, which takes revenue away. */
    static final byte RETURN = 1;
    /** A redemption: a conversion, whose amount is what it cost. */
    static final byte REDEMPTION = 2;

    private static final int FIRST_CAPACITY = 1_024;

    private int count;
    private int[] customers = new int[FIRST_CAPACITY];
    private long[] timesNs = new long[FIRST_CAPACITY];
    private long[] amounts = new long[FIRST_CAPACITY];
    private short[] currencies = new short[FIRST_CAPACITY];
    private byte[] kinds = new byte[FIRST_CAPACITY];

    /** Entries of each customer as chains, once all are known. */
    private int[] first = new int[0];
    private int[] next = new int[0];

    void add(
        final int customer, final long timeNs, final byte kind, final long amountMicros, final int currency) {
        if (count == customers.length) {
            final int capacity = count * 2;
            customers = Arrays.copyOf(customers, capacity);
            timesNs = Arrays.copyOf(timesNs, capacity);
            amounts = Arrays.copyOf(amounts, capacity);
            currencies = Arrays.copyOf(currencies, capacity);
            kinds = Arrays.copyOf(kinds, capacity);
        }
        customers[count] = customer;
        timesNs[count] = timeNs;
        amounts[count] = amountMicros;
        currencies[count] = (short) currency;
        kinds[count++] = kind;
    }

    /** Chains the entries of each customer, merged ones together. */
    void chain(final CustomerTable table) {
        first = new int[table.count()];
        Arrays.fill(first, -1);
        next = new int[count];
        for (int entry = count - 1; entry >= 0; entry--) {
            final int owner = table.find(customers[entry]);
            next[entry] = first[owner];
            first[owner] = entry;
        }
    }

    /** First entry of a customer; -1: there is none. */
    int first(final int customer) {
        return first[customer];
    }

    /** The entry after another one of the same customer; -1: it was the last. */
    int next(final int entry) {
        return next[entry];
    }

    long timeNs(final int entry) {
        return timesNs[entry];
    }

    byte kind(final int entry) {
        return kinds[entry];
    }

    /** In micros; of returns below 0. */
    long amountMicros(final int entry) {
        return amounts[entry];
    }

    int currency(final int entry) {
        return currencies[entry] & 0xFFFF;
    }
}
