package io.opportune.engine.profile;

/**
 * Names of counters, 31 bits: a hash of scope, id, event and window in the lower 29, and whether persons of a household
 * are counted apart. Two caps of one key would share a counter and so be reached too early, never too late. Stateless.
 */
public final class CapKey {
    /** Set in the key of a counter that tells the persons of a household apart. */
    public static final int PER_PERSON = 1 << 30;

    static final int HASH = (1 << 29) - 1;

    private CapKey() {
    }

    /**
     * The key of a counter.
     *
     * @param scope     what is counted together.
     * @param scopeId   registry id of the offer, campaign, advertiser or category; 0 for all.
     * @param event     what is counted.
     * @param window    over what time; the number of days is no part of the key.
     * @param perPerson whether persons of a household are counted apart.
     * @return 0 or more.
     */
    public static int of(
        final CapScope scope,
        final int scopeId,
        final ExposureKind event,
        final CapWindow window,
        final boolean perPerson) {
        long hash = (long) scopeId << 32 | scope.ordinal() << 16 | event.ordinal() << 8 | window.ordinal();
        // The finaliser of SplitMix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014): every bit depends on every bit.
        hash = (hash ^ hash >>> 30) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ hash >>> 27) * 0x94d049bb133111ebL;
        hash ^= hash >>> 31;
        return (int) hash & HASH | (perPerson ? PER_PERSON : 0);
    }

    /**
     * What tells a person from the others of a household: two persons of one household share a tag once in 65,534
     * times, and then count as one.
     *
     * @param low lower half of the root key that the person has, or had before joining the household.
     * @return 1..65534.
     */
    public static int personTag(final long low) {
        return 1 + ((int) low & ProfileLayout.USHORT) % (ProfileLayout.USHORT - 1);
    }
}
