package io.opportune.engine.shading;

/**
 * The auctions that share a curve: exchange, open auction or deals, placement, and in which band the floor and the
 * value lie. Stateless.
 *
 * <pre>
 *   bits 0..7 value band + 1, 0: all | 8..14 floor band + 1, 0: all | 15..38 placement | 39..54 exchange | 55 deals |
 *        56..62 currency
 * </pre>
 *
 * <p>Placements and currencies are cut to their bits; those that fall together share a curve.
 */
final class ShadeKey {
    /** Bands of values in an octave. */
    private static final int PER_OCTAVE = 4;
    private static final double LOG_2 = Math.log(2);
    private static final int VALUE_MASK = 0xff;
    private static final int FLOOR_SHIFT = 8;
    private static final int PLACEMENT_SHIFT = 15;
    private static final int PLACEMENT_MASK = 0xff_ffff;
    private static final int EXCHANGE_SHIFT = 39;
    private static final long EXCHANGE_MASK = 0xffff;
    private static final int DEALS_SHIFT = 55;
    private static final int CURRENCY_SHIFT = 56;
    /** The largest prime of seven bits. */
    private static final int CURRENCIES = 127;
    private static final long OF_EXCHANGE = EXCHANGE_MASK << EXCHANGE_SHIFT | 1L << DEALS_SHIFT;

    private ShadeKey() {
    }

    /** All open auctions of an exchange, or all its deals. */
    static long ofExchange(final int exchange, final boolean inDeal) {
        return (exchange & EXCHANGE_MASK) << EXCHANGE_SHIFT | (inDeal ? 1L << DEALS_SHIFT : 0);
    }

    /** Those of a placement whose floor is in a band. */
    static long ofPlacement(
        final int exchange, final boolean inDeal, final int placementId, final int currency, final int floorBand) {
        return ofExchange(exchange, inDeal) | (long) (placementId & PLACEMENT_MASK) << PLACEMENT_SHIFT
            | floorBand + 1L << FLOOR_SHIFT | (long) (currency % CURRENCIES) << CURRENCY_SHIFT;
    }

    /** Those whose value is in a band. */
    static long ofValue(final long placementKey, final int valueBand) {
        return placementKey | valueBand + 1L;
    }

    static long exchangeOf(final long key) {
        return key & OF_EXCHANGE;
    }

    static long placementOf(final long key) {
        return key & ~VALUE_MASK;
    }

    static int valueBandOf(final long key) {
        return (int) (key & VALUE_MASK) - 1;
    }

    /** Band of a floor, an octave each, 1..63; 0 is none. */
    static int floorBand(final long floorMicros) {
        return floorMicros <= 0 ? 0 : Long.SIZE - Long.numberOfLeadingZeros(floorMicros);
    }

    /** Band of a value of 1..2^48 micros. */
    static int valueBand(final long valueMicros) {
        return (int) (Math.log(valueMicros) / LOG_2 * PER_OCTAVE);
    }

    /** The value in the middle of a band. */
    static double valueOf(final int valueBand) {
        return Math.pow(2, (valueBand + 0.5) / PER_OCTAVE);
    }
}
