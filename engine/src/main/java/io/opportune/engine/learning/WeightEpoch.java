package io.opportune.engine.learning;

/**
 * A model's weights as published at one time. Whoever has a reference may score against it until the learner is told
 * that it was released ({@link Learner#release}); until then not a bit of it changes.
 */
public final class WeightEpoch {
    private final ModelSpec spec;
    private final long number;
    private final ServedHead[] heads;
    private final FeatureSlots features;
    private final int known;

    WeightEpoch(final ModelSpec spec, final long number, final ServedHead[] heads,
        final FeatureSlots features) {
        this.spec = spec;
        this.number = number;
        this.heads = heads;
        this.features = features;
        known = features.count();
    }

    /**
     * The model's shape.
     *
     * @return never null.
     */
    public ModelSpec spec() {
        return spec;
    }

    /**
     * Number of this epoch.
     *
     * @return 0 for the one in which nothing is learned, then one more each time.
     */
    public long number() {
        return number;
    }

    FeatureSlots features() {
        return features;
    }

    /** How many of the features with a slot this epoch knows. */
    int known() {
        return known;
    }

    ServedHead head(final Head head) {
        return heads[head.ordinal()];
    }

    /**
     * Tells contents apart: for tests, and to compare replays.
     *
     * @return 64 bits of all weights, corrections and slots of features.
     */
    public long contentHash() {
        long hash = features.contentHash(spec.hash() + number, known);
        for (final ServedHead head : heads) {
            if (head != null) {
                hash = head.contentHash(hash);
            }
        }
        return hash;
    }
}
