package io.opportune.engine.catalogue;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * An unchanging set of codes of an AdCOM list: those below 64 are bits, others (500 and more are vendors' own) stand in
 * a short sorted array.
 */
public final class CodeSet {
    /** No code. */
    public static final CodeSet EMPTY = of(List.of());

    private final int[] codes;
    private final long bits;
    private final int bitCount;

    private CodeSet(final int[] codes) {
        this.codes = codes;
        long low = 0;
        int count = 0;
        for (final int code : codes) {
            if (code < Long.SIZE) {
                low |= 1L << code;
                count++;
            }
        }
        bits = low;
        bitCount = count;
    }

    /**
     * Makes a set.
     *
     * @param codes 0 or more each.
     * @return the set.
     */
    public static CodeSet of(final Collection<Integer> codes) {
        return new CodeSet(codes.stream().mapToInt(Integer::intValue).sorted().distinct().toArray());
    }

    /**
     * The codes below 64.
     *
     * @return bit {@code 1L << code} of each.
     */
    public long bits() {
        return bits;
    }

    /**
     * All codes.
     *
     * @return ascending. Not to be written.
     */
    public int[] codes() {
        return codes;
    }

    /**
     * How many codes are 64 or more.
     *
     * @return 0 or more.
     */
    public int highCount() {
        return codes.length - bitCount;
    }

    /**
     * A code of 64 or more.
     *
     * @param index 0..{@link #highCount()}-1.
     * @return the code.
     */
    public int high(final int index) {
        return codes[bitCount + index];
    }

    /**
     * Whether a code is in the set.
     *
     * @param code any.
     * @return true when it is.
     */
    public boolean contains(final int code) {
        return code >= 0 && (code < Long.SIZE ? (bits >>> code & 1) != 0 : Arrays.binarySearch(codes, code) >= 0);
    }

    @Override
    public String toString() {
        return Arrays.toString(codes);
    }
}
