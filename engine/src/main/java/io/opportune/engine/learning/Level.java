package io.opportune.engine.learning;

import java.util.Objects;

/**
 * How one level of the hierarchy (advertiser, campaign, category, offer) crosses with context features.
 *
 * @param form    of its crosses.
 * @param width   slots of a row, a power of two of 16 to 256, the same in all folded levels; 8 of them are its
 *                head, the others hold crosses; only of {@link Form#FOLDED}, otherwise 0.
 * @param rowBits there are 2^rowBits rows, 1 to 20; ids that differ by a multiple of it share one; only of
 *                {@link Form#FOLDED}, otherwise 0.
 * @param interceptPrior variance of an intercept before anything is learned, 1e-9 to 1e6; 0: that of {@link Priors}.
 * @param crossPrior     the same of a cross.
 */
public record Level(Form form, int width, int rowBits, float interceptPrior, float crossPrior) {
    /** Forms of crosses. */
    public enum Form {
        /** This level takes no part. */
        OFF,
        /**
         * A row of few slots for each entity: its intercept, and its crosses hashed into the others with a sign
         * (Weinberger et al. 2009). A row lies side by side in memory.
         */
        FOLDED,
        /** Each cross has a weight in a hashed table, as quadratic features usually have: one line of memory each. */
        EXACT
    }

    /** Widest row. */
    public static final int MAX_WIDTH = 256;
    private static final int MIN_WIDTH = 16;
    private static final int MAX_ROW_BITS = 20;

    /** Checks. */
    public Level {
        Objects.requireNonNull(form, "form");
        if (form == Form.FOLDED) {
            if (width < MIN_WIDTH || width > MAX_WIDTH || Integer.bitCount(width) != 1) {
                throw new IllegalArgumentException(
                    "width of a row is " + width + ", allowed is a power of two of " + MIN_WIDTH + " to " + MAX_WIDTH);
            }
            if (rowBits < 1 || rowBits > MAX_ROW_BITS) {
                throw new IllegalArgumentException("rowBits is " + rowBits + ", allowed is 1 to " + MAX_ROW_BITS);
            }
        } else if (width != 0 || rowBits != 0) {
            throw new IllegalArgumentException("only folded levels have rows");
        }
        checkPrior("intercept", interceptPrior);
        checkPrior("cross", crossPrior);
    }

    private static void checkPrior(final String name, final float variance) {
        if (variance != 0) {
            Priors.check(name, variance);
        }
    }

    /**
     * The same with priors of its own: what is above many offers, such as a category, is often more certain to matter
     * than a single offer's crosses.
     *
     * @param intercept variance of an intercept, 1e-9 to 1e6; 0: that of {@link Priors}.
     * @param cross     variance of a cross, likewise.
     * @return it.
     */
    public Level withPriors(final float intercept, final float cross) {
        return new Level(form, width, rowBits, intercept, cross);
    }

    /**
     * A level with rows.
     *
     * @param width   slots of a row.
     * @param rowBits log2 of the number of rows.
     * @return it.
     */
    public static Level folded(final int width, final int rowBits) {
        return new Level(Form.FOLDED, width, rowBits, 0, 0);
    }

    /**
     * A level with a weight for each cross.
     *
     * @return it.
     */
    public static Level exact() {
        return new Level(Form.EXACT, 0, 0, 0, 0);
    }

    /**
     * A level that takes no part.
     *
     * @return it.
     */
    public static Level off() {
        return new Level(Form.OFF, 0, 0, 0, 0);
    }

    int slotCount() {
        return form == Form.FOLDED ? width << rowBits : 0;
    }
}
