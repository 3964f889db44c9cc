package io.opportune.engine.index;

import io.opportune.engine.targeting.Node;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * Cells of the map outside of which a rule cannot hold. A cover may be too large, never too small: the conditions on
 * the position themselves are tested on what it lets pass. Stateless, used while an index is built.
 */
final class CellCover {
    /** Most cells of one shape: then a circle's cells have about 1.7 times its area. */
    static final int MOST_CELLS = 48;
    /** Most cells of a rule, for rules with many shapes as alternatives. */
    private static final int MOST_CELLS_OF_RULE = 4_096;

    private CellCover() {
    }

    /**
     * Covers what a condition demands of the position.
     *
     * @param condition that must hold.
     * @return sorted cells, in one of which the position must be; null when the condition tells none.
     */
    static long[] of(final Node condition) {
        return switch (condition) {
            case Node.And and -> smallest(and);
            case Node.Or or -> all(or);
            default -> {
                final Outline outline = Outline.of(condition);
                yield outline == null ? null : cells(outline);
            }
        };
    }

    /** Each part must hold, so that the cover of one of them is enough. */
    private static long[] smallest(final Node.And and) {
        long[] best = null;
        for (final Node part : and.parts()) {
            final long[] cells = of(part);
            if (cells != null && (best == null || area(cells) < area(best))) {
                best = cells;
            }
        }
        return best;
    }

    /** Any part may hold, so that all of them need a cover. */
    private static long[] all(final Node.Or or) {
        long[] cells = {};
        for (final Node part : or.parts()) {
            final long[] more = of(part);
            if (more == null || cells.length + more.length > MOST_CELLS_OF_RULE) {
                return null;
            }
            cells = LongStream.concat(Arrays.stream(cells), Arrays.stream(more)).sorted().distinct().toArray();
        }
        return cells.length == 0 ? null : cells;
    }

    private static double area(final long[] cells) {
        double area = 0;
        for (final long cell : cells) {
            area += Math.scalb(1.0, 2 * CellGrid.levelOf(cell));
        }
        return area;
    }

    /** The finest cells that are few enough. */
    private static long[] cells(final Outline outline) {
        int level = CellGrid.FINEST;
        while (rows(outline, level) > MOST_CELLS) {
            level++;
        }
        while (true) { // ends: on the coarsest level there are eight cells
            final long[] cells = cells(outline, level);
            if (cells != null) {
                return cells;
            }
            level++;
        }
    }

    private static long rows(final Outline outline, final int level) {
        return row(outline.north(), level) - row(outline.south(), level) + 1;
    }

    private static long row(final double north, final int level) {
        return (long) Math.clamp(north, 0.0, CellGrid.HEIGHT_E7) >> level;
    }

    /** All cells of one level, row by row; null when there are too many. */
    private static long[] cells(final Outline outline, final int level) {
        final long[] cells = new long[2 * MOST_CELLS];
        final long lastRow = row(outline.north(), level);
        final double side = 1L << level;
        int count = 0;
        for (long row = row(outline.south(), level); row <= lastRow; row++) {
            final double west = outline.west(row * side, (row + 1) * side);
            final double east = outline.east(row * side, (row + 1) * side);
            final boolean isEverywhere = east - west >= CellGrid.TURN_E7;
            final long first = isEverywhere ? 0 : Math.floorMod((long) Math.floor(west), CellGrid.TURN_E7);
            final long last = isEverywhere ? CellGrid.TURN_E7 - 1 : first + (long) Math.ceil(east - west) + 1;
            final int beforeSeam = add(cells, count, level, row, first, Math.min(last, CellGrid.TURN_E7 - 1));
            final int behindSeam = beforeSeam < 0 || last < CellGrid.TURN_E7 ? beforeSeam
                : add(cells, beforeSeam, level, row, 0, last - CellGrid.TURN_E7);
            if (behindSeam < 0) {
                return null;
            }
            count = behindSeam;
        }
        final long[] distinct = Arrays.stream(cells, 0, count).sorted().distinct().toArray();
        return distinct.length > MOST_CELLS ? null : distinct;
    }

    /** Adds the cells of a row between two longitudes; gives the new count, negative when there are too many. */
    private static int add(
        final long[] cells, final int count, final int level, final long row, final long west, final long east) {
        final long first = west >> level;
        final long last = east >> level;
        if (count + last - first + 1 > cells.length) {
            return -1;
        }
        int end = count;
        for (long column = first; column <= last; column++) {
            cells[end++] = CellGrid.cell(level, row, column);
        }
        return end;
    }
}
