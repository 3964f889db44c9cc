package io.opportune.engine.shading;

/**
 * The shades that are told apart: a shade is a bid's share of the value, and there are {@link #STEPS} of them, evenly
 * from 1/64 to 1. Stateless.
 */
public final class ShadeGrid {
    /** How many shades there are; step {@code STEPS - 1} bids the whole value. */
    public static final int STEPS = 64;

    private ShadeGrid() {
    }

    /**
     * The share of the value that a step bids.
     *
     * @param step 0..{@link #STEPS} - 1.
     * @return above 0, up to 1.
     */
    public static double shade(final int step) {
        return (step + 1) / (double) STEPS;
    }

    /**
     * What a step bids, never more than the value.
     *
     * @param step        0..{@link #STEPS} - 1.
     * @param valueMicros 0 or more, up to 2^56.
     * @return micros, rounded down.
     */
    public static long bidMicros(final int step, final long valueMicros) {
        return valueMicros * (step + 1) / STEPS;
    }

    /**
     * The lowest step that bids at least a price.
     *
     * @param priceMicros 0 or more, up to 2^56.
     * @param valueMicros above 0.
     * @return 0..{@link #STEPS} - 1, or {@link #STEPS} when the price is above the value.
     */
    public static int stepFor(final long priceMicros, final long valueMicros) {
        if (priceMicros > valueMicros) {
            return STEPS;
        }
        final int step = (int) Math.max(0, Math.ceilDiv(priceMicros * STEPS, valueMicros) - 1);
        return bidMicros(step, valueMicros) < priceMicros ? step + 1 : step;
    }
}
