package io.opportune.protocol.openrtb.request;

/** A piece of a request's text in one long: offset in the upper, length in bytes in the lower 32 bits. */
public final class Slice {
    /** No text was given; an empty text has an offset. */
    public static final long NONE = 0;

    private Slice() {
    }

    /**
     * Makes a slice.
     *
     * @param offset      in {@link BidRequest#buffer()}; 1 or more.
     * @param lengthBytes 0 or more.
     * @return never {@link #NONE}.
     */
    public static long of(final int offset, final int lengthBytes) {
        return (long) offset << Integer.SIZE | lengthBytes;
    }

    /**
     * Where it begins.
     *
     * @param slice as a getter gave it.
     * @return offset in {@link BidRequest#buffer()}.
     */
    public static int offset(final long slice) {
        return (int) (slice >>> Integer.SIZE);
    }

    /**
     * How long it is.
     *
     * @param slice as a getter gave it.
     * @return length in bytes; 0 also where no text was given.
     */
    public static int lengthBytes(final long slice) {
        return (int) slice;
    }
}
