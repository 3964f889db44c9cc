package io.opportune.engine.index;

/**
 * Cells of the map on several levels: a cell of level {@code n} is a square of 2^n times 10^-7 degrees, counted from
 * the south pole and the antimeridian; the last column is narrower. Codes tell level, row and column. Stateless.
 *
 * <pre>
 *   63   54 53   48 47            24 23             0
 *  +-------+-------+----------------+----------------+
 *  | 0     | level | row, from -90  | column, from   |
 *  |       |       | degrees        | -180 degrees   |
 *  +-------+-------+----------------+----------------+
 * </pre>
 */
final class CellGrid {
    /** Cells of 11 m: smaller ones would not tell positions apart that people measure. */
    static final int FINEST = 10;
    /** Cells of 107 degrees. */
    static final int COARSEST = 30;

    static final long TURN_E7 = 3_600_000_000L;
    static final long HEIGHT_E7 = TURN_E7 / 2;

    private static final int LEVEL_SHIFT = 48;
    private static final int ROW_SHIFT = 24;

    private CellGrid() {
    }

    /** The cell of a position in WGS 84 degrees times 10^7. */
    static long cellAt(final int level, final int latitudeE7, final int longitudeE7) {
        final long east = longitudeE7 + TURN_E7 / 2;
        return cell(level, latitudeE7 + HEIGHT_E7 / 2 >> level, (east == TURN_E7 ? 0 : east) >> level);
    }

    /** The cell of a row and column. */
    static long cell(final int level, final long row, final long column) {
        return (long) level << LEVEL_SHIFT | row << ROW_SHIFT | column;
    }

    static int levelOf(final long cell) {
        return (int) (cell >>> LEVEL_SHIFT);
    }
}
