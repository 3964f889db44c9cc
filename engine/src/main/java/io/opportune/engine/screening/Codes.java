package io.opportune.engine.screening;

import io.opportune.engine.catalogue.CodeSet;
import io.opportune.engine.compact.CompactReader;
import io.opportune.engine.compact.CompactWriter;

/**
 * The codes of a list in a request: those below 64 as bits, up to 32 others one by one. Reused; one thread; allocates
 * nothing.
 */
public final class Codes {
    private static final int MAX_HIGH = 32;

    private final int[] high = new int[MAX_HIGH];
    private int highCount;
    private long bits;
    private boolean incomplete;

    /** Empties it. */
    public void clear() {
        bits = 0;
        highCount = 0;
        incomplete = false;
    }

    /**
     * Adds a code; a negative one is no code and is passed over.
     *
     * @param code of an AdCOM list, or a vendor's own of 500 and more.
     */
    public void add(final int code) {
        if (code >= 0 && code < Long.SIZE) {
            bits |= 1L << code;
        } else if (code >= 0 && highCount < MAX_HIGH) {
            high[highCount++] = code;
        } else if (code >= 0) {
            incomplete = true;
        }
    }

    /**
     * The codes below 64.
     *
     * @return bit {@code 1L << code} of each.
     */
    public long bits() {
        return bits;
    }

    /** How many high codes there are, whether there are low ones and whether there were more; then all of them. */
    void writeTo(final CompactWriter out) {
        out.putInt(highCount << 2 | (incomplete ? 2 : 0) | (bits != 0 ? 1 : 0));
        if (bits != 0) {
            out.putLong(bits);
        }
        for (int i = 0; i < highCount; i++) {
            out.putInt(high[i]);
        }
    }

    void readFrom(final CompactReader in) {
        final int head = in.getCount(MAX_HIGH << 2 | 3, 0);
        bits = (head & 1) != 0 ? in.getLong() : 0;
        incomplete = (head & 2) != 0;
        highCount = head >>> 2;
        for (int i = 0; i < highCount; i++) {
            high[i] = in.getInt();
            if (in.isGood() && high[i] < Long.SIZE) {
                in.malform();
            }
        }
    }

    boolean isEmpty() {
        return bits == 0 && highCount == 0;
    }

    boolean isIncomplete() {
        return incomplete;
    }

    boolean contains(final int code) {
        if (code >= 0 && code < Long.SIZE) {
            return (bits >>> code & 1) != 0;
        }
        for (int i = 0; i < highCount; i++) {
            if (high[i] == code) {
                return true;
            }
        }
        return false;
    }

    boolean containsAny(final CodeSet codes) {
        if ((bits & codes.bits()) != 0) {
            return true;
        }
        for (int i = 0; i < codes.highCount(); i++) {
            if (contains(codes.high(i))) {
                return true;
            }
        }
        return false;
    }

    boolean containsAll(final CodeSet codes) {
        if ((codes.bits() & ~bits) != 0) {
            return false;
        }
        for (int i = 0; i < codes.highCount(); i++) {
            if (!contains(codes.high(i))) {
                return false;
            }
        }
        return true;
    }
}
