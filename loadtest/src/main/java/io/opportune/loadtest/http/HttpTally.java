package io.opportune.loadtest.http;

import io.opportune.loadtest.pause.Pauses;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What a run has counted and timed, all in all and by the time that requests had. Written by the generator's thread;
 * read after that has ended.
 */
public final class HttpTally {
    /** Late answers of which everything is kept. */
    public static final int MAX_LATE_KEPT = 200_000;
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final long HIGHEST_NS = 60_000_000_000L;
    private static final int DIGITS = 3;

    private final Map<Long, ByTime> classes = new TreeMap<>();
    private final Histogram fromSend = new Histogram(HIGHEST_NS, DIGITS);
    private final Histogram fromIntended = new Histogram(HIGHEST_NS, DIGITS);
    private final Histogram sendDelay = new Histogram(HIGHEST_NS, DIGITS);
    private final List<Late> late = new ArrayList<>();
    private final Pauses pauses = new Pauses();
    private long sent;
    private long other;
    private long unanswered;
    private long heldBack;
    private long unsent;
    private long bodyBytes;
    private long firstSendNs;
    private long lastSendNs;
    private long lastAnswerNs;

    /** Requests that had the same time. */
    public static final class ByTime {
        private final long timeNs;
        private long answeredOk;
        private long answeredNone;
        private long lateOk;
        private long lateNone;
        private final Histogram fromSend = new Histogram(HIGHEST_NS, DIGITS);

        ByTime(final long timeNs) {
            this.timeNs = timeNs;
        }

        /**
         * The time that they had.
         *
         * @return nanoseconds.
         */
        public long timeNs() {
            return timeNs;
        }

        /**
         * Answers 200, late ones included.
         *
         * @return 0 or more.
         */
        public long ok() {
            return answeredOk;
        }

        /**
         * Answers 204, late ones included.
         *
         * @return 0 or more.
         */
        public long none() {
            return answeredNone;
        }

        /**
         * Answers 200 that came too late.
         *
         * @return 0 or more.
         */
        public long lateOk() {
            return lateOk;
        }

        /**
         * Answers 204 that came too late.
         *
         * @return 0 or more.
         */
        public long lateNone() {
            return lateNone;
        }

        /**
         * From the actual send to the answer.
         *
         * @return nanoseconds.
         */
        public Histogram fromSend() {
            return fromSend;
        }
    }

    /**
     * One answer that came too late.
     *
     * @param sentNs     when its request was sent, monotonic clock.
     * @param answeredNs when it came.
     * @param timeNs     that it should have taken at most.
     * @param status     of the answer.
     */
    public record Late(long sentNs, long answeredNs, long timeNs, int status) {
    }

    HttpTally() {
    }

    void onSend(final long intendedNs, final long roomNs, final long sentNs, final boolean openLoop) {
        if (sent == 0) {
            firstSendNs = sentNs;
        }
        lastSendNs = sentNs;
        sent++;
        if (openLoop) {
            heldBack += intendedNs - roomNs < 0 ? 1 : 0;
            record(sendDelay, sentNs - Math.max(intendedNs, roomNs));
        }
    }

    void onAnswer(
        final int status, final int bytes, final long intendedNs, final long sentNs, final long nowNs,
        final ByTime ofTime) {
        lastAnswerNs = nowNs;
        bodyBytes += bytes;
        final long tookNs = nowNs - sentNs;
        record(fromSend, tookNs);
        record(fromIntended, nowNs - intendedNs);
        record(ofTime.fromSend, tookNs);
        final boolean tooLate = tookNs > ofTime.timeNs;
        if (status == OK) {
            ofTime.answeredOk++;
            ofTime.lateOk += tooLate ? 1 : 0;
        } else if (status == NO_CONTENT) {
            ofTime.answeredNone++;
            ofTime.lateNone += tooLate ? 1 : 0;
        } else {
            other++;
        }
        if (tooLate && late.size() < MAX_LATE_KEPT) {
            late.add(new Late(sentNs, nowNs, ofTime.timeNs, status));
        }
    }

    private static void record(final Histogram histogram, final long ns) {
        histogram.recordValue(Math.min(HIGHEST_NS, Math.max(0, ns)));
    }

    ByTime ofTime(final long timeNs) {
        return classes.computeIfAbsent(timeNs, ByTime::new);
    }

    void onUnanswered(final long count) {
        unanswered += count;
    }

    void onUnsent(final long count) {
        unsent += count;
    }

    /**
     * By the time that requests had, the shortest first.
     *
     * @return not to be changed.
     */
    public List<ByTime> classes() {
        return List.copyOf(classes.values());
    }

    /**
     * From the actual send to the answer.
     *
     * @return nanoseconds.
     */
    public Histogram fromSend() {
        return fromSend;
    }

    /**
     * From the time at which the schedule wanted it sent to the answer; in a closed loop from the actual send.
     *
     * @return nanoseconds.
     */
    public Histogram fromIntended() {
        return fromIntended;
    }

    /**
     * How much later than the schedule wanted the generator sent, waiting for room excluded.
     *
     * @return nanoseconds.
     */
    public Histogram sendDelay() {
        return sendDelay;
    }

    /**
     * Late answers, of which at most {@link #MAX_LATE_KEPT} are kept.
     *
     * @return in the order in which they came.
     */
    public List<Late> late() {
        return late;
    }

    /**
     * Stretches in which the generator's thread did not get round, see {@link HttpLoad#PAUSE_NS}.
     *
     * @return growing while the run lasts.
     */
    public Pauses pauses() {
        return pauses;
    }

    /**
     * Requests sent, those of the warm-up excluded like everywhere here.
     *
     * @return 0 or more.
     */
    public long sent() {
        return sent;
    }

    /**
     * Answers with a status other than 200 and 204.
     *
     * @return 0 or more.
     */
    public long other() {
        return other;
    }

    /**
     * Requests without an answer at the end of the run.
     *
     * @return 0 or more.
     */
    public long unanswered() {
        return unanswered;
    }

    /**
     * Requests that were sent later than the schedule wanted because no connection had room.
     *
     * @return 0 or more.
     */
    public long heldBack() {
        return heldBack;
    }

    /**
     * Requests that the schedule wanted sent and that were not.
     *
     * @return 0 or more.
     */
    public long unsent() {
        return unsent;
    }

    /**
     * Bytes of all bodies.
     *
     * @return 0 or more.
     */
    public long bodyBytes() {
        return bodyBytes;
    }

    /**
     * Answers 200, late ones included.
     *
     * @return 0 or more.
     */
    public long ok() {
        return classes.values().stream().mapToLong(ByTime::ok).sum();
    }

    /**
     * Answers 204, late ones included.
     *
     * @return 0 or more.
     */
    public long none() {
        return classes.values().stream().mapToLong(ByTime::none).sum();
    }

    /**
     * Late answers 200.
     *
     * @return 0 or more.
     */
    public long lateOk() {
        return classes.values().stream().mapToLong(ByTime::lateOk).sum();
    }

    /**
     * From the first send to the last one.
     *
     * @return nanoseconds; 0 when fewer than two were sent.
     */
    public long sendingNs() {
        return lastSendNs - firstSendNs;
    }

    /**
     * From the first send to the last answer.
     *
     * @return nanoseconds; 0 when nothing was answered.
     */
    public long elapsedNs() {
        return lastAnswerNs == 0 ? 0 : lastAnswerNs - firstSendNs;
    }
}
