package io.opportune.engine;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Bytes that the calling thread allocates. */
public final class AllocationProbe {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** On a busy machine code is compiled late, and allocates until then what the compiler would leave out. */
    private static final int MOST_RUNS = 20;

    private AllocationProbe() {
    }

    /**
     * Does the same work again and again until it allocates nothing, at most 20 times: what it really allocates shows
     * each time, and what classes, pools and the JVM's own bookkeeping allocate does not.
     *
     * @param work done at least once.
     * @return the fewest bytes that one run took.
     */
    public static long bytesOf(final Runnable work) {
        long fewest = Long.MAX_VALUE;
        for (int run = 0; run < MOST_RUNS && fewest > 0; run++) {
            final long before = THREADS.getCurrentThreadAllocatedBytes();
            work.run();
            fewest = Math.min(fewest, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return fewest;
    }
}
