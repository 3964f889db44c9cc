package io.opportune.engine.feature;

/**
 * Keys of features: a field and its value in 32 bits, by the finalizer of MurmurHash3 (fmix64, Appleby 2011) applied
 * to the field, then to its sum with the value. Keys stand in journals and decide which weight a feature has, so
 * that this function never changes (golden test). Stateless.
 */
public final class FeatureKeys {
    private static final long FIRST = 0xff51afd7ed558ccdL;
    private static final long SECOND = 0xc4ceb9fe1a85ec53L;
    private static final int SHIFT = 33;
    /** Keeps the pair of field 0 and value 0 away from fmix64's fixed point at 0: 2^64 by the golden ratio. */
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private FeatureKeys() {
    }

    /**
     * Key of a field's value.
     *
     * @param fieldId of the feature's definition, any.
     * @param value   registry id, bucket, code or the bits of whatever tells values of this field apart.
     * @return all 32 bits count. Two values of one field share a key once in 2^32 pairs.
     */
    public static int hash(final int fieldId, final long value) {
        return ofSeed(seed(fieldId), value);
    }

    /**
     * What {@link #hash(int, long)} makes of a field before it sees a value, for those who keep it.
     *
     * @param fieldId any.
     * @return for {@link #ofSeed}.
     */
    public static long seed(final int fieldId) {
        return mix(fieldId + GOLDEN);
    }

    /**
     * Key of a field's value.
     *
     * @param seed  of the field.
     * @param value as for {@link #hash(int, long)}.
     * @return the same as that.
     */
    public static int ofSeed(final long seed, final long value) {
        return (int) (mix(seed + value) >>> Integer.SIZE);
    }

    /**
     * Key of a cross of two features.
     *
     * @param key   of one.
     * @param other of the other; the order matters.
     * @return key of both together.
     */
    public static int cross(final int key, final int other) {
        return (int) (mix((long) key << Integer.SIZE ^ other & 0xffff_ffffL ^ GOLDEN) >>> Integer.SIZE);
    }

    /**
     * fmix64 of MurmurHash3, a bijection.
     *
     * @param value any.
     * @return each bit depends on each bit.
     */
    public static long mix(final long value) {
        long mixed = value;
        mixed ^= mixed >>> SHIFT;
        mixed *= FIRST;
        mixed ^= mixed >>> SHIFT;
        mixed *= SECOND;
        return mixed ^ mixed >>> SHIFT;
    }
}
