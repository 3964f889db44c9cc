package io.opportune.loadtest.generator;

import io.opportune.loadtest.source.MessageSource;
import io.opportune.loadtest.source.PassingSource;
import org.agrona.MutableDirectBuffer;

/** A source that takes its time over each message, as a generator on an overloaded machine would. */
final class SlowSource extends PassingSource {
    private final long delayNs;

    SlowSource(final MessageSource source, final long delayNs) {
        super(source);
        this.delayNs = delayNs;
    }

    @Override
    public int encodeNext(
        final MutableDirectBuffer buffer,
        final int offset,
        final int slot,
        final long correlationId,
        final long nowNs,
        final long epochNs) {
        while (System.nanoTime() - nowNs < delayNs) {
            Thread.onSpinWait();
        }
        return super.encodeNext(buffer, offset, slot, correlationId, nowNs, epochNs);
    }
}
