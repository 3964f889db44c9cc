package io.opportune.engine.journal;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/** What several tests of the journal need: a clock that is set by hand and records that say who they are. */
final class JournalFixture {
    static final long START_NS = TimeUnit.SECONDS.toNanos(1_500_000_000L);
    static final long MINUTE_NS = TimeUnit.MINUTES.toNanos(1);

    private JournalFixture() {
    }

    /** Small blocks, no floor of free disk. */
    static JournalSettings settings() {
        return JournalSettings.defaults().withMinFreeBytes(0).withSizes(16 << 20, 1 << 20, 256 << 10);
    }

    static JournalWriter writer(final Path queue, final EpochNanoClock clock) {
        return writer(queue, settings(), clock);
    }

    static JournalWriter writer(final Path queue, final JournalSettings settings, final EpochNanoClock clock) {
        return new JournalWriter(queue, settings, clock, JournalCounters.detached(), null, JournalFixture::unexpected);
    }

    static void unexpected(final Throwable error) {
        throw new AssertionError(error);
    }

    /** A record whose bytes all follow from its sequence, so that a torn or swapped one shows. */
    static int encode(final UnsafeBuffer buffer, final long sequence, final int length) {
        for (int i = RecordHeaderFlyweight.MIN_RECORD_LENGTH_BYTES; i < length; i++) {
            buffer.putByte(i, (byte) (sequence * 31 + i));
        }
        buffer.putLong(0, 0x0001_0002_0002_0030L);
        RecordHeaderFlyweight.encode(buffer, 0, 1, 7, 1, sequence, START_NS + sequence, START_NS, 5, 6);
        return length;
    }

    static boolean isIntact(final JournalReader reader, final long sequence) {
        if (new RecordHeaderFlyweight().wrap(reader.buffer(), reader.offset()).sequence() != sequence) {
            return false;
        }
        for (int i = RecordHeaderFlyweight.MIN_RECORD_LENGTH_BYTES; i < reader.length(); i++) {
            if (reader.buffer().getByte(reader.offset() + i) != (byte) (sequence * 31 + i)) {
                return false;
            }
        }
        return true;
    }

    /** Lengths vary, so that records do not fall on the same places of a page again and again. */
    static int lengthOf(final long sequence) {
        return RecordHeaderFlyweight.MIN_RECORD_LENGTH_BYTES + (int) (sequence * 7919 % 700);
    }

    /** A wall clock that stands until it is set. */
    static final class SettableClock implements EpochNanoClock {
        private long nowNs = START_NS;

        @Override
        public long nanoTime() {
            return nowNs;
        }

        void advance(final long ns) {
            nowNs += ns;
        }
    }
}
