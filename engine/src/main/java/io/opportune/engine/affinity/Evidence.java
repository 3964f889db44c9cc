package io.opportune.engine.affinity;

import org.agrona.BitUtil;

/**
 * What the cues of one request say of the items, or categories, of a table. What they add to popularity is added up,
 * {@code p(j | cues) = b p(j) + f sum over c of w(c) e(c, j)}, because what follows comes of one cue or another: where
 * each of them alone is the reason for a part, an average of what follows each would count that part away. Owned by one
 * thread; allocates nothing once made.
 */
final class Evidence {
    private static final int GOLDEN = 0x9e37_79b9;
    /** Cues say much the same: all of them together are believed half. */
    private static final float BELIEF = 0.5f;
    /** A tenth of what follows is left to popularity, whatever the cues say. */
    private static final float MOST_EVIDENCE = 0.9f;

    private final AffinityLevel level;
    private final int[] cues;
    private final float[] cueWeights;
    private final int[] keys;
    private final int[] stamps;
    private final float[] sums;
    private final int[] found;
    private final int mask;
    private int cueCount;
    private int foundCount;
    private int stamp;
    private float evidence;
    private float factor;
    private float backOff;

    Evidence(final AffinityLevel level, final int maxCues) {
        this.level = level;
        cues = new int[maxCues];
        cueWeights = new float[maxCues];
        final int most = maxCues * level.neighbours();
        final int capacity = BitUtil.findNextPositivePowerOfTwo(Math.max(16, most * 2));
        keys = new int[capacity];
        stamps = new int[capacity];
        sums = new float[capacity];
        found = new int[most];
        mask = capacity - 1;
        clear();
    }

    AffinityLevel level() {
        return level;
    }

    void clear() {
        cueCount = 0;
        foundCount = 0;
        evidence = 0;
        factor = 0;
        backOff = 1;
        stamp++;
        if (stamp == 0) {
            // Once in 2^32 requests: what was stamped before must not come to life again.
            java.util.Arrays.fill(stamps, 0);
            stamp = 1;
        }
    }

    /** Notes a cue; of the same one twice the heavier counts, and those that find no room do not. */
    void cue(final int index, final float cueWeight) {
        if (index < 0 || !(cueWeight > 0)) {
            return;
        }
        for (int i = 0; i < cueCount; i++) {
            if (cues[i] == index) {
                cueWeights[i] = Math.max(cueWeights[i], cueWeight);
                return;
            }
        }
        if (cueCount < cues.length) {
            cues[cueCount] = index;
            cueWeights[cueCount++] = cueWeight;
        }
    }

    /** Adds the rows of all cues up. */
    void gather() {
        for (int i = 0; i < cueCount; i++) {
            final int cue = cues[i];
            final float cueWeight = cueWeights[i];
            evidence += cueWeight * (1 - level.backOff(cue));
            for (int place = 0; place < level.neighbours(); place++) {
                final int neighbour = level.neighbour(cue, place);
                if (neighbour < 0) {
                    break;
                }
                add(neighbour, cueWeight * level.score(cue, place));
            }
        }
        factor = evidence * BELIEF > MOST_EVIDENCE ? MOST_EVIDENCE / evidence : BELIEF;
        backOff = 1 - factor * evidence;
    }

    private void add(final int index, final float amount) {
        final int at = slot(index);
        if (stamps[at] != stamp) {
            stamps[at] = stamp;
            keys[at] = index;
            sums[at] = 0;
            found[foundCount++] = index;
        }
        sums[at] += amount;
    }

    private int slot(final int index) {
        final int mixed = index * GOLDEN;
        int at = (mixed ^ mixed >>> 16) & mask;
        while (stamps[at] == stamp && keys[at] != index) {
            at = at + 1 & mask;
        }
        return at;
    }

    int cueCount() {
        return cueCount;
    }

    /** How many were found as neighbours of some cue. */
    int foundCount() {
        return foundCount;
    }

    int found(final int place) {
        return found[place];
    }

    /** What the cues say of one beyond its popularity: 0 where they say nothing. */
    float seen(final int index) {
        final int at = slot(index);
        return stamps[at] == stamp ? sums[at] * factor : 0;
    }

    /** The part of what follows that is left to popularity, 0..1. */
    float backOff() {
        return backOff;
    }

    /** The probability that what follows is this one. */
    float probability(final int index) {
        return seen(index) + backOff * level.share(index);
    }
}
