package io.opportune.loadtest.report;

import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Counters and latency recorders of a run. Written by the generator's thread without locks or allocation; the
 * reporting thread reads counters and swaps interval histograms at any time.
 */
public final class RunTally {
    /** Longest latency kept: one minute, longer than any drain. */
    private static final long HIGHEST_NS = 60_000_000_000L;
    /** Three digits: 0.1 % error, and about 200 kB a histogram. */
    private static final int DIGITS = 3;

    private final AtomicLongArray counts = new AtomicLongArray(RunCounter.values().length);
    private final SingleWriterRecorder[] recorders = new SingleWriterRecorder[Series.values().length];
    private final Histogram[] intervals = new Histogram[recorders.length];
    private final Histogram[] totals = new Histogram[recorders.length];
    private volatile long firstSendNs;
    private volatile long lastAnswerNs;

    /** What latencies are told apart. */
    public enum Series {
        /** Decision answers, from the intended send time (closed loop: the actual one). */
        DECISION("decision"),
        /** Acknowledgements of events, likewise. */
        EVENT("event"),
        /** Acknowledgements of context updates and links, likewise. */
        UPDATE("update"),
        /** Decision answers from the actual send time. */
        SERVICE("service"),
        /** What the server says a decision took, from reading to encoding. */
        SERVER("server"),
        /** How much later than intended the generator itself sent, apart from waiting for the server. */
        SEND_DELAY("send-delay");

        private final String key;

        Series(final String key) {
            this.key = key;
        }

        /**
         * Tag in the interval log and name in JSON.
         *
         * @return lower-case word.
         */
        public String key() {
            return key;
        }
    }

    /** Creates an empty tally. */
    public RunTally() {
        for (int i = 0; i < recorders.length; i++) {
            recorders[i] = new SingleWriterRecorder(HIGHEST_NS, DIGITS);
            totals[i] = new Histogram(HIGHEST_NS, DIGITS);
        }
    }

    /**
     * Adds one. Generator's thread only.
     *
     * @param counter to add to.
     */
    public void increment(final RunCounter counter) {
        add(counter, 1);
    }

    /**
     * Adds to a counter. Generator's thread only.
     *
     * @param counter to add to.
     * @param amount  0 or more.
     */
    public void add(final RunCounter counter, final long amount) {
        final int index = counter.ordinal();
        counts.lazySet(index, counts.getPlain(index) + amount);
    }

    /**
     * Records a latency. Generator's thread only.
     *
     * @param series    to record to.
     * @param latencyNs clamped to 0 .. one minute.
     */
    public void record(final Series series, final long latencyNs) {
        recorders[series.ordinal()].recordValue(Math.min(HIGHEST_NS, Math.max(0, latencyNs)));
    }

    /**
     * Notes the time of the first measured send. Generator's thread only.
     *
     * @param nowNs monotonic time; later calls change nothing.
     */
    public void noteSend(final long nowNs) {
        if (firstSendNs == 0) {
            firstSendNs = nowNs;
        }
    }

    /**
     * Notes the time of a measured answer. Generator's thread only.
     *
     * @param nowNs monotonic time.
     */
    public void noteAnswer(final long nowNs) {
        lastAnswerNs = nowNs;
    }

    /**
     * Reads a counter. Any thread.
     *
     * @param counter to read.
     * @return its value.
     */
    public long count(final RunCounter counter) {
        return counts.get(counter.ordinal());
    }

    /**
     * All counters. Any thread.
     *
     * @return values by ordinal of {@link RunCounter}.
     */
    public long[] counts() {
        final long[] copy = new long[counts.length()];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = counts.get(i);
        }
        return copy;
    }

    /**
     * Time from the first measured send to the last measured answer. Any thread.
     *
     * @return nanoseconds; 0 when nothing was answered.
     */
    public long elapsedNs() {
        return firstSendNs == 0 || lastAnswerNs == 0 ? 0 : Math.max(0, lastAnswerNs - firstSendNs);
    }

    /**
     * What was recorded since the last call, added to the total as well. Reporting thread only.
     *
     * @param series to take.
     * @return histogram that is overwritten by the next call for the series.
     */
    public Histogram takeInterval(final Series series) {
        final int index = series.ordinal();
        intervals[index] = recorders[index].getIntervalHistogram(intervals[index]);
        totals[index].add(intervals[index]);
        return intervals[index];
    }

    /**
     * Everything taken by {@link #takeInterval} so far. Reporting thread only.
     *
     * @param series to read.
     * @return the growing total, not a copy.
     */
    public Histogram total(final Series series) {
        return totals[series.ordinal()];
    }
}
