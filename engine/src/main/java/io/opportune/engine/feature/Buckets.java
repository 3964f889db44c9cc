package io.opportune.engine.feature;

/**
 * Numbers to few classes, finer where they are small: half octaves, i.e. about 1.4 times between one and the next. A
 * bucket's meaning never changes, because weights are kept by it (golden test). Stateless.
 */
public final class Buckets {
    /** Number of quarters of an interval that are told apart in {@link #due}. */
    public static final int MOST_DUE = 8;
    /** Whole numbers up to this are told apart by {@link #integer}: enumerations of OpenRTB are shorter. */
    static final int EXACT = 64;
    /** Highest half octave of a long. */
    static final int MOST_HALF_OCTAVES = 126;
    private static final long MICROS_PER_QUARTER = 250_000L;
    private static final long MICROS_PER_THOUSANDTH = 1_000L;

    private Buckets() {
    }

    /**
     * Half octave of a count.
     *
     * @param value any; what is negative counts as 0.
     * @return 0 for 0, 1 for 1, 3 for 2, 4 for 3, 5 for 4 and 5, 6 for 6 and 7, 7 for 8 to 11 ... 126.
     */
    public static int half(final long value) {
        if (value <= 0) {
            return 0;
        }
        final int octave = Long.SIZE - 1 - Long.numberOfLeadingZeros(value);
        return octave == 0 ? 1 : 1 + 2 * octave + (int) (value >>> octave - 1 & 1);
    }

    /**
     * The least value of a half octave.
     *
     * @param bucket of {@link #half}.
     * @return 0 or more; of a bucket that no value has (2) that of the next.
     */
    public static long least(final int bucket) {
        if (bucket <= 1) {
            return Math.max(0, bucket);
        }
        final int octave = bucket - 1 >>> 1;
        return octave == 0 ? 2 : (2L | bucket - 1 & 1) << octave - 1;
    }

    /**
     * Half octave with the sign of the value.
     *
     * @param value any.
     * @return {@link #half} of its size, negative for negative ones.
     */
    public static int signed(final long value) {
        return value >= 0 ? half(value) : value == Long.MIN_VALUE ? -MOST_HALF_OCTAVES : -half(-value);
    }

    /**
     * A whole number that may be a code.
     *
     * @param value any.
     * @return itself from -64 to 64, beyond that 64 + {@link #half} with its sign.
     */
    public static int integer(final long value) {
        return value >= -EXACT && value <= EXACT ? (int) value
            : value > 0 ? EXACT + signed(value) : signed(value) - EXACT;
    }

    /**
     * A decimal number.
     *
     * @param micros the number times 10^6.
     * @return signed half octave of thousandths.
     */
    public static int decimal(final long micros) {
        return signed(micros / MICROS_PER_THOUSANDTH);
    }

    /**
     * An amount of money.
     *
     * @param micros of any currency.
     * @return signed half octave of quarters of a unit.
     */
    public static int amount(final long micros) {
        return signed(micros / MICROS_PER_QUARTER);
    }

    /**
     * How much of an interval is over.
     *
     * @param days                since it began, 0 or more.
     * @param intervalSixteenths its typical length in sixteenths of a day, 1 or more.
     * @return quarters of it, 0 to {@link #MOST_DUE}: 4 from when it is just over.
     */
    public static int due(final int days, final int intervalSixteenths) {
        return (int) Math.min(MOST_DUE, days * 64L / intervalSixteenths);
    }
}
