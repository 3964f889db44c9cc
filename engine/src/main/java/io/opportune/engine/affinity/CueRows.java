package io.opportune.engine.affinity;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The rows of a table as requests read them: only the neighbours that are wanted, such as those that an offer promotes,
 * one row behind the other, and these targets numbered from 0 in order of popularity, so that sums stand in a small
 * array. Immutable; any thread.
 *
 * <pre>
 *   of each cue  0  start of its row   1  end of its row   2  back-off, bits of f32   3  index of its category or -1
 * </pre>
 */
final class CueRows {
    private static final int STRIDE = 4;
    private static final int NONE = AffinityLevel.NONE;

    private final AffinityLevel level;
    private final int[] cues;
    private final int[] targets;
    private final float[] scores;
    private final int[] targetByIndex;
    private final float[] shares;

    /** Rows of a level with the neighbours among some indexes; null for all. */
    CueRows(final AffinityLevel level, final int[] wanted) {
        this.level = level;
        final int[] indexes = wanted == null ? IntStream.range(0, level.count()).toArray()
            : Arrays.stream(wanted).sorted().distinct().toArray();
        targetByIndex = new int[level.count()];
        Arrays.fill(targetByIndex, NONE);
        shares = new float[indexes.length];
        for (int target = 0; target < indexes.length; target++) {
            targetByIndex[indexes[target]] = target;
            shares[target] = level.share(indexes[target]);
        }
        cues = new int[level.count() * STRIDE];
        int length = 0;
        for (int index = 0; index < level.count(); index++) {
            cues[index * STRIDE] = length;
            for (int place = 0; place < level.neighbours() && level.neighbour(index, place) >= 0; place++) {
                length += targetByIndex[level.neighbour(index, place)] < 0 ? 0 : 1;
            }
            cues[index * STRIDE + 1] = length;
            cues[index * STRIDE + 2] = Float.floatToRawIntBits(level.backOff(index));
            cues[index * STRIDE + 3] = level.category(index);
        }
        targets = new int[length];
        scores = new float[length];
        fill();
    }

    private void fill() {
        int at = 0;
        for (int index = 0; index < level.count(); index++) {
            for (int place = 0; place < level.neighbours() && level.neighbour(index, place) >= 0; place++) {
                final int target = targetByIndex[level.neighbour(index, place)];
                if (target >= 0) {
                    targets[at] = target;
                    scores[at++] = level.score(index, place);
                }
            }
        }
    }

    AffinityLevel level() {
        return level;
    }

    int targetCount() {
        return shares.length;
    }

    /** The number of an index among the targets, -1 where it is none. */
    int target(final int index) {
        return targetByIndex[index];
    }

    /** Popularity of a target. */
    float share(final int target) {
        return shares[target];
    }

    int start(final int cue) {
        return cues[cue * STRIDE];
    }

    int end(final int cue) {
        return cues[cue * STRIDE + 1];
    }

    float backOff(final int cue) {
        return Float.intBitsToFloat(cues[cue * STRIDE + 2]);
    }

    int category(final int cue) {
        return cues[cue * STRIDE + 3];
    }

    /** Targets of all rows; not to be written. */
    int[] targets() {
        return targets;
    }

    /** Scores of {@link #targets()}; not to be written. */
    float[] scores() {
        return scores;
    }
}
