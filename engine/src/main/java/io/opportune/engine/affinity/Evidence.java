package io.opportune.engine.affinity;

/**
 * What the cues of one request say of the items, or categories, of a table. What they add to popularity is added up,
 * {@code p(j | cues) = b p(j) + f sum over c of w(c) e(c, j)}, because what follows comes of one cue or another: where
 * each of them alone is the reason for a part, an average of what follows each would count that part away. Owned by one
 * thread; allocates nothing once made.
 */
final class Evidence {
    /** Cues say much the same: all of them together are believed half. */
    private static final float BELIEF = 0.5f;
    /** A tenth of what follows is left to popularity, whatever the cues say. */
    private static final float MOST_EVIDENCE = 0.9f;

    private final CueRows rows;
    private final int[] cues;
    private final float[] cueWeights;
    private final float[] sums;
    private final int[] found;
    private int cueCount;
    private int foundCount;
    private float evidence;
    private float factor;
    private float backOff;

    Evidence(final CueRows rows, final int maxCues) {
        this.rows = rows;
        cues = new int[maxCues];
        cueWeights = new float[maxCues];
        sums = new float[rows.targetCount()];
        found = new int[Math.min(rows.targetCount(), maxCues * rows.level().neighbours())];
        clear();
    }

    CueRows rows() {
        return rows;
    }

    void clear() {
        for (int i = 0; i < foundCount; i++) {
            sums[found[i]] = 0;
        }
        cueCount = 0;
        foundCount = 0;
        evidence = 0;
        factor = 0;
        backOff = 1;
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
        final int[] targets = rows.targets();
        final float[] scores = rows.scores();
        for (int i = 0; i < cueCount; i++) {
            final float cueWeight = cueWeights[i];
            evidence += cueWeight * (1 - rows.backOff(cues[i]));
            final int end = rows.end(cues[i]);
            for (int at = rows.start(cues[i]); at < end; at++) {
                final int target = targets[at];
                final float before = sums[target];
                if (before == 0) {
                    found[foundCount++] = target;
                }
                sums[target] = before + cueWeight * scores[at];
            }
        }
        factor = evidence * BELIEF > MOST_EVIDENCE ? MOST_EVIDENCE / evidence : BELIEF;
        backOff = 1 - factor * evidence;
    }

    int cueCount() {
        return cueCount;
    }

    /** How many targets were found as neighbours of some cue. */
    int foundCount() {
        return foundCount;
    }

    int found(final int place) {
        return found[place];
    }

    /** What the cues say of a target beyond its popularity: 0 where they say nothing. */
    float seen(final int target) {
        return sums[target] * factor;
    }

    /** The part of what follows that is left to popularity, 0..1. */
    float backOff() {
        return backOff;
    }

    /** The probability that what follows is this one. */
    float probability(final int target) {
        return seen(target) + backOff * rows.share(target);
    }
}
