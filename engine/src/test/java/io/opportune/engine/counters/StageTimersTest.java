package io.opportune.engine.counters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.opportune.engine.AllocationProbe;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class StageTimersTest {
    @Test
    void shouldSumAllThreadsSinceTheStart() {
        final StageTimers first = new StageTimers(0);
        final StageTimers second = new StageTimers(1);
        final StageHistograms histograms = new StageHistograms(List.of(first, second));
        first.record(Stage.TOTAL, 1_000);
        second.record(Stage.TOTAL, 2_000);
        assertEquals(2, histograms.cumulative(Stage.TOTAL).getTotalCount());
        second.record(Stage.TOTAL, 1_000_000);
        final Histogram all = histograms.cumulative(Stage.TOTAL);
        assertEquals(3, all.getTotalCount());
        assertEquals(1_000_000, all.getMaxValue(), 10_000);
        assertEquals(0, histograms.cumulative(Stage.SCORING).getTotalCount());
    }

    @Test
    void shouldGiveEachReaderItsOwnInterval() {
        final StageTimers timers = new StageTimers(0);
        final StageHistograms one = new StageHistograms(List.of(timers));
        final StageHistograms other = new StageHistograms(List.of(timers));
        timers.record(Stage.JOURNAL, 700);
        assertEquals(1, one.intervalSinceLast(Stage.JOURNAL).getTotalCount());
        timers.record(Stage.JOURNAL, 800);
        timers.record(Stage.JOURNAL, 900);
        assertEquals(2, one.intervalSinceLast(Stage.JOURNAL).getTotalCount());
        assertEquals(0, one.intervalSinceLast(Stage.JOURNAL).getTotalCount());
        assertEquals(3, other.intervalSinceLast(Stage.JOURNAL).getTotalCount());
    }

    @Test
    void shouldClampWhatIsOutsideTheRange() {
        final StageTimers timers = new StageTimers(0);
        timers.record(Stage.QUEUE, -5);
        timers.record(Stage.QUEUE, Long.MAX_VALUE);
        final Histogram histogram = new StageHistograms(List.of(timers)).cumulative(Stage.QUEUE);
        assertEquals(2, histogram.getTotalCount());
        assertEquals(0, histogram.getMinValue());
        assertEquals(StageTimers.MAX_INTERVAL_NS, histogram.getMaxValue(), StageTimers.MAX_INTERVAL_NS / 100.0);
    }

    @Test
    void shouldAllocateNothingWhenRecording() {
        final StageTimers timers = new StageTimers(0);
        assertEquals(0, AllocationProbe.bytesOf(() -> {
            for (int i = 0; i < 100_000; i++) {
                timers.record(Stage.TOTAL, i * 37L);
            }
        }));
    }
}
