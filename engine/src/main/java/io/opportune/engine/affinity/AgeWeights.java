package io.opportune.engine.affinity;

/** What a purchase some days ago is worth beside one of now: half after each half-life. Immutable. */
final class AgeWeights {
    /** Older ones are worth nothing. */
    private static final int DAYS = 1_096;

    private final float[] byDay = new float[DAYS];

    AgeWeights(final int halfLifeDays) {
        for (int day = 0; day < DAYS; day++) {
            // StrictMath, so that every machine gets the same bits.
            byDay[day] = (float) StrictMath.pow(2, -(double) day / halfLifeDays);
        }
    }

    /** Weight at an age; what lies ahead counts as of today. */
    float of(final int ageDays) {
        return ageDays >= DAYS ? 0 : byDay[Math.max(0, ageDays)];
    }
}
