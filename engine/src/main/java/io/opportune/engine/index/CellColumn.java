package io.opportune.engine.index;

import io.opportune.engine.targeting.Situation;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * In which cells of the map rules want the position to be. It stands as a list whose elements are the cells around the
 * position, one of each level that some rule uses; without a position the list is empty. Immutable.
 */
final class CellColumn extends ListColumn {
    /** The slot of no attribute. */
    private static final int NO_SLOT = -1;

    private final int[] levels;

    /**
     * Builds the column.
     *
     * @param cells     sorted, by rank, ascending, of which the position must be in one.
     * @param ruleCount of all rules.
     */
    CellColumn(final Map<Integer, long[]> cells, final int ruleCount) {
        super(NO_SLOT, cells, Set.of(), ruleCount);
        levels = cells.values().stream().flatMapToLong(Arrays::stream).mapToInt(CellGrid::levelOf)
            .distinct().sorted().toArray();
    }

    @Override
    int encode(final Situation situation, final int[] into) {
        if (!situation.hasPosition()) {
            return 0;
        }
        final int latitudeE7 = situation.latitudeE7();
        final int longitudeE7 = situation.longitudeE7();
        int count = 0;
        for (final int level : levels) {
            final int code = codeOf(CellGrid.cellAt(level, latitudeE7, longitudeE7));
            if (code != CodeTable.UNKNOWN) {
                into[count++] = code;
            }
        }
        return count;
    }

    @Override
    int mostElements(final int listCapacity) {
        return levels.length;
    }
}
