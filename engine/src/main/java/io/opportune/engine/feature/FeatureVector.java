package io.opportune.engine.feature;

/**
 * Active features: at most {@link #CAPACITY} pairs of key and value, in the order in which they were added. Reused;
 * one thread; allocates nothing. What is beyond its room is not added, and counted.
 */
public final class FeatureVector {
    /** Most features. A request has some 40; the rest is room for baskets. */
    public static final int CAPACITY = 96;

    private final int[] keys = new int[CAPACITY];
    private final float[] values = new float[CAPACITY];
    private int count;
    private int droppedCount;
    private float clickPrior;
    private float conversionPrior;
    private float worthMicros;

    /** Makes an empty one. */
    public FeatureVector() {
        // Filled later.
    }

    /**
     * Forgets all features.
     *
     * @return this.
     */
    public FeatureVector clear() {
        count = 0;
        droppedCount = 0;
        clickPrior = 0;
        conversionPrior = 0;
        worthMicros = 0;
        return this;
    }

    /**
     * Says what the catalogue thinks of an offer: a model starts from it and learns the difference.
     *
     * @param click      probability of a click, 0..1; 0: it says nothing of it.
     * @param conversion probability of a conversion, 0..1; 0: it says nothing of it.
     * @param micros     what a conversion is worth, 0 or more; 0: it says nothing of it.
     */
    public void priors(final float click, final float conversion, final float micros) {
        clickPrior = click;
        conversionPrior = conversion;
        worthMicros = micros;
    }

    /**
     * What the catalogue thinks of a click.
     *
     * @return probability; 0: nothing.
     */
    public float clickPrior() {
        return clickPrior;
    }

    /**
     * What the catalogue thinks of a conversion.
     *
     * @return probability; 0: nothing.
     */
    public float conversionPrior() {
        return conversionPrior;
    }

    /**
     * What the catalogue thinks that a conversion is worth.
     *
     * @return micros; 0: nothing.
     */
    public float worthMicros() {
        return worthMicros;
    }

    /**
     * Adds a feature.
     *
     * @param key   {@link FeatureKeys#hash}; one that is there already counts twice.
     * @param value finite; 1 for a category that holds.
     * @return whether it was added: false where there is no room.
     */
    public boolean add(final int key, final float value) {
        if (count == CAPACITY) {
            droppedCount++;
            return false;
        }
        keys[count] = key;
        values[count++] = value;
        return true;
    }

    /**
     * How many features it has.
     *
     * @return 0 to {@link #CAPACITY}.
     */
    public int count() {
        return count;
    }

    /**
     * How many did not fit since the last {@link #clear}.
     *
     * @return 0 or more.
     */
    public int droppedCount() {
        return droppedCount;
    }

    /**
     * A feature's key.
     *
     * @param index below {@link #count}.
     * @return any 32 bits.
     */
    public int key(final int index) {
        return keys[index];
    }

    /**
     * A feature's value.
     *
     * @param index below {@link #count}.
     * @return finite.
     */
    public float value(final int index) {
        return values[index];
    }

    /**
     * Takes over the features of another.
     *
     * @param other not changed.
     * @return this.
     */
    public FeatureVector copyFrom(final FeatureVector other) {
        System.arraycopy(other.keys, 0, keys, 0, other.count);
        System.arraycopy(other.values, 0, values, 0, other.count);
        count = other.count;
        droppedCount = other.droppedCount;
        return this;
    }
}
