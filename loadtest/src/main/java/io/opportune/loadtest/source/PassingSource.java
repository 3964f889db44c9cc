package io.opportune.loadtest.source;

import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.RejectReason;
import org.agrona.MutableDirectBuffer;

/** Lets the messages and answers of another source pass, for subclasses that do something besides. */
public abstract class PassingSource implements MessageSource {
    private final MessageSource source;

    /**
     * Stands before a source.
     *
     * @param source whose messages pass.
     */
    protected PassingSource(final MessageSource source) {
        this.source = source;
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
        return source.encodeNext(buffer, offset, slot, correlationId, nowNs, epochNs);
    }

    @Override
    public long intendedNs() {
        return source.intendedNs();
    }

    @Override
    public int timeBudgetUs() {
        return source.timeBudgetUs();
    }

    @Override
    public boolean warmup() {
        return source.warmup();
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
