package io.opportune.engine.shading;

/**
 * The auctions that share a curve: exchange, placement, and in which band the floor and the value lie. Bands of values
 * are narrow (a quarter of an octave), so that within one of them a price and its share of the value say the same,
 * whether others bid what we are worth or not. Stateless.
 *
 * <pre>
 *   bits 0..7 value band + 1, 0: all | 8..15 floor band + 1, 0: all | 16..39 placement | 40..55 exchange | 56 level
 * </pre>
 */
final class ShadeKey {
    private static final int NO_FLOOR = 0;
    private static final long LEAF = 1L << 56;

    private ShadeKey() {
    }

    /** All auctions of an exchange. */
    static long ofExchange(final int exchange) {
        return (long) (exchange & 0xffff) << 40;
    }

    /** Those of a placement whose floor is in a band. */
    static long ofPlacement(final int exchange, final int placementId, final int floorBand) {
        return ofExchange(exchange) | (long) (placementId & 0xffffff) << 16 | floorBand + 1L << 8;
    }

    /** Those whose value is in a band. */
    static long ofValue(final long placementKey, final int valueBand) {
        return LEAF | placementKey | valueBand + 1L;
    }

    /** Band of a floor, an octave each; 0 is none. */
    static int floorBand(final long floorMicros) {
        return floorMicros <= 0 ? NO_FLOOR : Long.SIZE - Long.numberOfLeadingZeros(floorMicros);
    }

    /** Band of a value above 0: four in an octave, equally wide. */
    static int valueBand(final long valueMicros) {
        final int octave = Long.SIZE - 1 - Long.numberOfLeadingZeros(valueMicros);
        final int quarter = (int) (octave >= 2 ? valueMicros >>> octave - 2 : valueMicros << 2 - octave) & 3;
        return octave << 2 | quarter;
    }
}
