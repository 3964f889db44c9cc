package io.opportune.engine;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Bytes that the calling thread allocates. */
public final class AllocationProbe {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private AllocationProbe() {
    }

    /**
     * Runs the work some times to warm up, then measures a few further runs.
     *
     * @param work to be measured.
     * @return the fewest bytes that one of them took.
     */
    public static long bytesOf(final Runnable work) {
        for (int run = 0; run < 5; run++) {
            work.run();
        }
        long fewest = Long.MAX_VALUE;
        for (int run = 0; run < 5; run++) {
            final long before = THREADS.getCurrentThreadAllocatedBytes();
            work.run();
            fewest = Math.min(fewest, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return fewest;
    }
}
