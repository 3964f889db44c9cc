package io.opportune.loadtest.pause;

import java.util.concurrent.locks.LockSupport;

/**
 * Sleeps for a millisecond again and again, and takes it for a pause when the core comes back much later. On a
 * core that others keep busy it says something about the machine only when its thread goes before all others, which
 * {@code chrt --fifo} sees to.
 */
public final class PauseRecorder {
    /** What later awakenings count as a pause; timers of a quiet machine are some 60 us late. */
    public static final long THRESHOLD_NS = 1_000_000;
    private static final long SLEEP_NS = 1_000_000;

    private final Pauses pauses = new Pauses();
    private final Thread thread;
    private volatile boolean stopped;

    /** Starts recording. */
    public PauseRecorder() {
        thread = Thread.ofPlatform().name("pause-recorder").daemon().start(this::record);
    }

    private void record() {
        long lastNs = System.nanoTime();
        while (!stopped) {
            LockSupport.parkNanos(SLEEP_NS);
            final long nowNs = System.nanoTime();
            if (nowNs - lastNs - SLEEP_NS >= THRESHOLD_NS) {
                pauses.add(lastNs, nowNs);
            }
            lastNs = nowNs;
        }
    }

    /**
     * Ends recording.
     *
     * @return what was recorded.
     * @throws InterruptedException when interrupted meanwhile.
     */
    public Pauses stop() throws InterruptedException {
        stopped = true;
        thread.join();
        return pauses;
    }
}
