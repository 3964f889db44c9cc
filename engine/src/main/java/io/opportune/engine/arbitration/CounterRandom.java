package io.opportune.engine.arbitration;

/**
 * A counter-based generator: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011). A
 * draw is a function of a 128-bit key, such as the id of a decision, and the draw's number, so that it comes out the
 * same when the decision is made again, whatever was drawn before. Reused; owned by one thread.
 */
final class CounterRandom {
    private static final long MULTIPLIER_0 = 0xd2511f53L;
    private static final long MULTIPLIER_1 = 0xcd9e8d57L;
    /** Weyl constants of the key schedule: golden ratio and square root of 3, less 1. */
    private static final int BUMP_0 = 0x9e3779b9;
    private static final int BUMP_1 = 0xbb67ae85;
    private static final int ROUNDS = 10;
    private static final long LOW = 0xffffffffL;
    private static final double UNIT = 0x1p-53;

    private long first;
    private long second;

    /**
     * Draws 128 bits.
     *
     * @param high   upper half of the key.
     * @param low    lower half of the key.
     * @param number of the draw.
     */
    void draw(final long high, final long low, final long number) {
        block(number, low, high);
    }

    /** One block of the cipher: counter words 0 and 1, counter words 2 and 3, key words 0 and 1, each lower first. */
    void block(final long counterLow, final long counterHigh, final long key) {
        long c0 = counterLow & LOW;
        long c1 = counterLow >>> Integer.SIZE;
        long c2 = counterHigh & LOW;
        long c3 = counterHigh >>> Integer.SIZE;
        int k0 = (int) key;
        int k1 = (int) (key >>> Integer.SIZE);
        for (int round = 0; round < ROUNDS; round++) {
            final long product0 = MULTIPLIER_0 * c0;
            final long product1 = MULTIPLIER_1 * c2;
            c0 = product1 >>> Integer.SIZE ^ c1 ^ k0 & LOW;
            c1 = product1 & LOW;
            c2 = product0 >>> Integer.SIZE ^ c3 ^ k1 & LOW;
            c3 = product0 & LOW;
            k0 += BUMP_0;
            k1 += BUMP_1;
        }
        first = c1 << Integer.SIZE | c0;
        second = c3 << Integer.SIZE | c2;
    }

    /** The lower 64 bits of the draw. */
    long first() {
        return first;
    }

    /** The upper 64 bits of the draw. */
    long second() {
        return second;
    }

    /** Bits to a number: the upper 53 of them, 0 or more and below 1. */
    static double unit(final long bits) {
        return (bits >>> Double.SIZE - Double.PRECISION) * UNIT;
    }

    /** Bits to one of some numbers, 0 or more and below the bound; uneven by less than 2^-32 of its probability. */
    static int below(final int bound, final long bits) {
        return (int) Math.unsignedMultiplyHigh(bits, bound);
    }
}
