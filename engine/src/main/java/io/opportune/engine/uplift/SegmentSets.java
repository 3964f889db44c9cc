package io.opportune.engine.uplift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Sets of segments, each kept once under a number; 0 is the empty set. One thread. */
final class SegmentSets {
    private final List<int[]> sets = new ArrayList<>(List.of(new int[0]));
    private final Map<List<Integer>, Integer> numbers = new HashMap<>(Map.of(List.of(), 0));

    /** Ids of a set's segments, ascending; not to be changed. */
    int[] of(final int set) {
        return sets.get(set);
    }

    int with(final int set, final int segmentId) {
        return Arrays.binarySearch(of(set), segmentId) >= 0 ? set : changed(set, segmentId, true);
    }

    int without(final int set, final int segmentId) {
        return Arrays.binarySearch(of(set), segmentId) < 0 ? set : changed(set, segmentId, false);
    }

    int union(final int set, final int other) {
        int all = set;
        for (final int segmentId : of(other)) {
            all = with(all, segmentId);
        }
        return all;
    }

    private int changed(final int set, final int segmentId, final boolean in) {
        final TreeSet<Integer> ids = new TreeSet<>();
        for (final int id : of(set)) {
            ids.add(id);
        }
        if (in) {
            ids.add(segmentId);
        } else {
            ids.remove(segmentId);
        }
        return numbers.computeIfAbsent(List.copyOf(ids), key -> {
            sets.add(key.stream().mapToInt(Integer::intValue).toArray());
            return sets.size() - 1;
        });
    }
}
