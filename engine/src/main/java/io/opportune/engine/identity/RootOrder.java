package io.opportune.engine.identity;

/**
 * The order of root keys: unsigned, high half first. When two customers turn out to be one, the smaller root takes
 * over; households' keys have the top bit clear and so win over persons'. One order for all keeps merges free of
 * circles.
 */
public final class RootOrder {
    private RootOrder() {
    }

    /**
     * Whether one root comes before another.
     *
     * @param highA high half of the one.
     * @param lowA  low half of the one.
     * @param highB high half of the other.
     * @param lowB  low half of the other.
     * @return true when the one is smaller.
     */
    public static boolean less(final long highA, final long lowA, final long highB, final long lowB) {
        final int byHigh = Long.compareUnsigned(highA, highB);
        return byHigh < 0 || byHigh == 0 && Long.compareUnsigned(lowA, lowB) < 0;
    }
}
