package io.opportune.loadtest.generator;

import io.opportune.loadtest.source.MessageSource;
import io.opportune.loadtest.source.NameTable;
import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.RejectReason;
import org.agrona.MutableDirectBuffer;

/** A source that takes its time over each message, as a generator on an overloaded machine would. */
final class SlowSource implements MessageSource {
    private final MessageSource source;
    private final long delayNs;

    SlowSource(final MessageSource source, final long delayNs) {
        this.source = source;
        this.delayNs = delayNs;
    }

    @Override
    public void declareNames(final NameTable names) {
        source.declareNames(names);
    }

    @Override
    public void onStart(final NameTable names, final int slotCount, final long nowNs) {
        source.onStart(names, slotCount, nowNs);
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
        return source.encodeNext(buffer, offset, slot, correlationId, nowNs, epochNs);
    }

    @Override
    public int timeBudgetUs() {
        return source.timeBudgetUs();
    }

    @Override
    public void onDecision(final int slot, final DecisionResponseDecoder response) {
        source.onDecision(slot, response);
    }

    @Override
    public void onEventAck(final int slot, final AckStatus status, final int reason) {
        source.onEventAck(slot, status, reason);
    }

    @Override
    public void onContextAck(final int slot, final AckStatus status, final int reason) {
        source.onContextAck(slot, status, reason);
    }

    @Override
    public void onReject(final int slot, final RejectReason reason) {
        source.onReject(slot, reason);
    }

    @Override
    public void onUnanswered(final int slot) {
        source.onUnanswered(slot);
    }
}
