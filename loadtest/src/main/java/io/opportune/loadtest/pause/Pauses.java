package io.opportune.loadtest.pause;

import java.util.Arrays;

/**
 * Stretches of time, on the monotonic clock that all processes of a machine share, in the order of their beginnings.
 * Written by one thread; read by another only after that has ended.
 */
public final class Pauses {
    private static final int FIRST_CAPACITY = 256;

    private long[] beginsNs = new long[FIRST_CAPACITY];
    private long[] endsNs = new long[FIRST_CAPACITY];
    private int count;
    private long totalNs;
    private long longestNs;

    /**
     * Adds one.
     *
     * @param beginNs not before that of the one before.
     * @param endNs   after it.
     */
    public void add(final long beginNs, final long endNs) {
        if (count == beginsNs.length) {
            beginsNs = Arrays.copyOf(beginsNs, 2 * count);
            endsNs = Arrays.copyOf(endsNs, 2 * count);
        }
        beginsNs[count] = beginNs;
        endsNs[count] = endNs;
        count++;
        totalNs += endNs - beginNs;
        longestNs = Math.max(longestNs, endNs - beginNs);
    }

    /**
     * Whether anything stood still within a stretch of time.
     *
     * @param fromNs begin of the stretch.
     * @param toNs   its end.
     * @return whether any pause has a moment in common with it.
     */
    public boolean overlap(final long fromNs, final long toNs) {
        int low = 0;
        int high = count;
        // The first that begins at or after the end of the stretch: those before may reach into it.
        while (low < high) {
            final int middle = (low + high) >>> 1;
            if (beginsNs[middle] - toNs < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        // One thread's pauses do not overlap each other, so that the last to begin is the last to end.
        return low > 0 && endsNs[low - 1] - fromNs > 0;
    }

    /**
     * How long ago the last pause ended.
     *
     * @param atNs a moment.
     * @return nanoseconds from its end to the moment; 0 within a pause; {@link Long#MAX_VALUE} when there was none yet.
     */
    public long sinceLastNs(final long atNs) {
        long sinceNs = Long.MAX_VALUE;
        for (int i = 0; i < count && beginsNs[i] - atNs <= 0; i++) {
            sinceNs = Math.max(0, atNs - endsNs[i]);
        }
        return sinceNs;
    }

    /**
     * How many there were.
     *
     * @return 0 or more.
     */
    public int count() {
        return count;
    }

    /**
     * Begin of one.
     *
     * @param index 0 to {@link #count()} - 1.
     * @return monotonic clock.
     */
    public long beginNs(final int index) {
        return beginsNs[index];
    }

    /**
     * End of one.
     *
     * @param index 0 to {@link #count()} - 1.
     * @return monotonic clock.
     */
    public long endNs(final int index) {
        return endsNs[index];
    }

    /**
     * All of them together.
     *
     * @return nanoseconds.
     */
    public long totalNs() {
        return totalNs;
    }

    /**
     * The longest.
     *
     * @return nanoseconds; 0 when there was none.
     */
    public long longestNs() {
        return longestNs;
    }
}
