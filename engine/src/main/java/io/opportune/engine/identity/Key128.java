package io.opportune.engine.identity;

/** A reusable 128-bit key: a pseudonym, a root key or an event id. Owned by one thread; never shared. */
public final class Key128 {
    private long high;
    private long low;

    /** Creates the key (0,0), which means "no customer". */
    public Key128() {
        // Both halves start at zero.
    }

    /**
     * Sets both halves.
     *
     * @param newHigh upper 64 bits.
     * @param newLow  lower 64 bits.
     * @return this.
     */
    public Key128 set(final long newHigh, final long newLow) {
        high = newHigh;
        low = newLow;
        return this;
    }

    /**
     * Upper half.
     *
     * @return 64 bits.
     */
    public long high() {
        return high;
    }

    /**
     * Lower half.
     *
     * @return 64 bits.
     */
    public long low() {
        return low;
    }

    /**
     * Compares with another key.
     *
     * @param otherHigh upper half.
     * @param otherLow  lower half.
     * @return true when both halves are equal.
     */
    public boolean is(final long otherHigh, final long otherLow) {
        return high == otherHigh && low == otherLow;
    }

    /**
     * Whether this means "no customer".
     *
     * @return true for (0,0).
     */
    public boolean isNone() {
        return (high | low) == 0;
    }

    /**
     * Orders two keys as unsigned 128-bit numbers; when two ids are linked, the smaller root wins.
     *
     * @param aHigh upper half of a.
     * @param aLow  lower half of a.
     * @param bHigh upper half of b.
     * @param bLow  lower half of b.
     * @return negative, 0 or positive as a is smaller than, equal to or larger than b.
     */
    public static int compareUnsigned(final long aHigh, final long aLow, final long bHigh, final long bLow) {
        final int byHigh = Long.compareUnsigned(aHigh, bHigh);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(aLow, bLow);
    }

    @Override
    public String toString() {
        return String.format("%016x%016x", high, low);
    }
}
