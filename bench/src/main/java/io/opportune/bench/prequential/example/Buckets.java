package io.opportune.bench.prequential.example;

/** Coarse numbers for what is skewed. Stateless. */
final class Buckets {
    private Buckets() {
    }

    /**
     * Powers of two: 0 for nothing, 1 for 1, 2 for 2 and 3, 3 for 4 to 7, and so on.
     *
     * @param value negative counts as 0.
     * @return 0 to 63.
     */
    static int log2(final long value) {
        return value <= 0 ? 0 : Long.SIZE - Long.numberOfLeadingZeros(value);
    }
}
