package io.opportune.engine.index;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Columns of few classes whose rows are ANDed beforehand, one row for each combination of classes, so that an event
 * reads one row instead of several. A group of one column has that column's rows. Immutable.
 */
final class RowGroup {
    /** A group costs this many bits a rule at most. */
    private static final int MAX_COMBINATIONS = 256;

    private final int[] columns;
    private final int[] strides;
    private final long[][] rows;

    private RowGroup(final List<Integer> members, final ScalarColumn[] all) {
        columns = members.stream().mapToInt(Integer::intValue).toArray();
        strides = new int[columns.length];
        int combinations = 1;
        for (int i = 0; i < columns.length; i++) {
            strides[i] = combinations;
            combinations *= all[columns[i]].classCount();
        }
        rows = new long[combinations][];
        for (int combination = 0; combination < combinations; combination++) {
            rows[combination] = combined(combination, all);
        }
    }

    private long[] combined(final int combination, final ScalarColumn[] all) {
        if (columns.length == 1) {
            return all[columns[0]].row(combination);
        }
        final int last = columns.length - 1;
        final int lastClass = combination / strides[last];
        final long[] row = all[columns[last]].row(lastClass).clone();
        int rest = combination % strides[last];
        for (int i = last - 1; i >= 0; i--) {
            final long[] other = all[columns[i]].row(rest / strides[i]);
            rest %= strides[i];
            for (int word = 0; word < row.length; word++) {
                row[word] &= other[word];
            }
        }
        return row;
    }

    /** Packs all columns that have a row for each class: the smallest together, as long as a group is not too large. */
    static RowGroup[] of(final ScalarColumn[] all) {
        final List<Integer> dense = IntStream.range(0, all.length).filter(i -> all[i].isDense()).boxed()
            .sorted(Comparator.comparingInt(i -> all[i].classCount())).toList();
        final List<RowGroup> groups = new ArrayList<>();
        List<Integer> members = new ArrayList<>();
        int combinations = 1;
        for (final int column : dense) {
            if (!members.isEmpty() && combinations * all[column].classCount() > MAX_COMBINATIONS) {
                groups.add(new RowGroup(members, all));
                members = new ArrayList<>();
                combinations = 1;
            }
            members.add(column);
            combinations *= all[column].classCount();
        }
        if (!members.isEmpty()) {
            groups.add(new RowGroup(members, all));
        }
        return groups.toArray(RowGroup[]::new);
    }

    /** The row of an event whose values fall into these classes. */
    long[] row(final int[] classes) {
        int combination = 0;
        for (int i = 0; i < columns.length; i++) {
            combination += strides[i] * classes[columns[i]];
        }
        return rows[combination];
    }

    long bytes() {
        return columns.length == 1 ? 0 : (long) rows.length * rows[0].length * Long.BYTES;
    }
}
