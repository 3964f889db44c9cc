package io.opportune.engine.notice;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Bytes that the calling thread allocates. */
final class AllocationProbe {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private AllocationProbe() {
    }

    /** Runs the work some times to warm up, then gives the fewest bytes one further run took of a few. */
    static long bytesOf(final Runnable work) {
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
