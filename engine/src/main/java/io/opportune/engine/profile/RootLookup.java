package io.opportune.engine.profile;

/** What one thread needs for looking roots up in an {@link IdentityIndex}, and the last result. Never shared. */
public final class RootLookup {
    final MapKey key = new MapKey();
    final IdentityEntry entry = new IdentityEntry();
    private long high;
    private long low;
    private int person;

    /** Creates a lookup whose result is (0,0). */
    public RootLookup() {
        // The result is "no customer".
    }

    void result(final long newHigh, final long newLow, final int newPerson) {
        high = newHigh;
        low = newLow;
        person = newPerson;
    }

    /** {@return upper half of the root key found last} */
    public long rootHigh() {
        return high;
    }

    /** {@return tag of the person whose id it is, where the root is a household's; otherwise 0} */
    public int person() {
        return person;
    }

    /** {@return lower half of the root key found last} */
    public long rootLow() {
        return low;
    }
}
