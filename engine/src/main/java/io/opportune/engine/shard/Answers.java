package io.opportune.engine.shard;

import io.opportune.engine.journal.JournalWriter;
import io.opportune.engine.session.ResponseSink;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.ContextAckDecoder;
import io.opportune.protocol.codec.ContextAckEncoder;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.DecisionResponseEncoder;
import io.opportune.protocol.codec.EventAckDecoder;
import io.opportune.protocol.codec.EventAckEncoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Sends a shard's answers. Where the journal is synced with every batch, answers are held back until the sync, so that
 * whatever was acknowledged is on the disk. Owned by the shard's thread; allocates nothing.
 */
public final class Answers {
    private static final int HELD_BYTES = 1 << 20;
    private static final int HELD_MESSAGES = 256;
    private static final int TEMPLATE_OFFSET = 2;
    /** A full way back empties within microseconds unless the loop is gone; then the client is gone as well. */
    private static final int MAX_SEND_ATTEMPTS = 100_000;

    private final boolean hold;
    private final boolean wakes;
    private final JournalWriter journal;
    private final UnsafeBuffer ack = new UnsafeBuffer(new byte[128]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final EventAckEncoder eventAck = new EventAckEncoder();
    private final ContextAckEncoder contextAck = new ContextAckEncoder();

    private final UnsafeBuffer held;
    private final ResponseSink[] heldSinks = new ResponseSink[HELD_MESSAGES];
    private final long[] heldSessions = new long[HELD_MESSAGES];
    private final int[] heldOffsets = new int[HELD_MESSAGES + 1];
    private int heldCount;
    private ResponseSink[] touched = new ResponseSink[4];
    private int touchedCount;
    private long dropped;

    /**
     * Makes the answers of one shard.
     *
     * @param holdUntilSync whether answers wait for the end of the batch.
     * @param wakeLoops     whether event loops must be woken; not in inline mode, where the loop itself is at work.
     * @param journal       of the shard, synced before held answers go.
     */
    public Answers(final boolean holdUntilSync, final boolean wakeLoops, final JournalWriter journal) {
        hold = holdUntilSync;
        wakes = wakeLoops;
        this.journal = journal;
        held = new UnsafeBuffer(ByteBuffer.allocateDirect(holdUntilSync ? HELD_BYTES : 8));
    }

    /** Sends a frame now or after the sync. */
    void send(
        final ResponseSink sink, final long sessionKey, final DirectBuffer frame, final int offset, final int length) {
        if (sink == null) {
            return;
        }
        if (!hold) {
            deliver(sink, sessionKey, frame, offset, length);
            return;
        }
        if (heldCount == HELD_MESSAGES || heldOffsets[heldCount] + length > HELD_BYTES) {
            release();
        }
        final int at = heldOffsets[heldCount];
        held.putBytes(at, frame, offset, length);
        heldSinks[heldCount] = sink;
        heldSessions[heldCount] = sessionKey;
        heldOffsets[++heldCount] = at + length;
    }

    void event(
        final ResponseSink sink,
        final long sessionKey,
        final long correlationId,
        final long eventHigh,
        final long eventLow,
        final AckStatus status,
        final ReasonCode reason) {
        eventAck.wrapAndApplyHeader(ack, Sofh.HEADER_LENGTH_BYTES, header);
        eventAck.correlationId(correlationId).eventId().high(eventHigh).low(eventLow);
        eventAck.status(status).reason(reason.code());
        sendAck(sink, sessionKey, eventAck.encodedLength());
    }

    void context(
        final ResponseSink sink,
        final long sessionKey,
        final long correlationId,
        final long eventHigh,
        final long eventLow,
        final AckStatus status,
        final ReasonCode reason) {
        contextAck.wrapAndApplyHeader(ack, Sofh.HEADER_LENGTH_BYTES, header);
        contextAck.correlationId(correlationId).eventId().high(eventHigh).low(eventLow);
        contextAck.status(status).reason(reason.code());
        sendAck(sink, sessionKey, contextAck.encodedLength());
    }

    private void sendAck(final ResponseSink sink, final long sessionKey, final int encodedLength) {
        final int length = Sofh.HEADER_LENGTH_BYTES + MessageHeaderEncoder.ENCODED_LENGTH + encodedLength;
        Sofh.encode(ack, 0, length);
        send(sink, sessionKey, ack, 0, length);
    }

    /** The batch is over: sync where the policy says so, let the answers go, wake the event loops. */
    void endOfBatch() {
        if (hold) {
            release();
        } else {
            journal.endOfBatch();
        }
        for (int i = 0; i < touchedCount; i++) {
            if (wakes) {
                touched[i].wake();
            }
            touched[i] = null;
        }
        touchedCount = 0;
    }

    private void release() {
        final boolean synced = journal.endOfBatch();
        for (int i = 0; i < heldCount; i++) {
            if (!synced) {
                takeBack(heldOffsets[i]);
            }
            deliver(heldSinks[i], heldSessions[i], held, heldOffsets[i], heldOffsets[i + 1] - heldOffsets[i]);
            heldSinks[i] = null;
        }
        heldCount = 0;
    }

    /**
     * Turns a held answer into one that promises nothing: what is not on the disk has no decision id and is not
     * acknowledged. Whoever sends an event again later is told that it was applied before.
     */
    private void takeBack(final int offset) {
        final int body = offset + Sofh.HEADER_LENGTH_BYTES + MessageHeaderEncoder.ENCODED_LENGTH;
        final int templateId =
            held.getShort(offset + Sofh.HEADER_LENGTH_BYTES + TEMPLATE_OFFSET, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
        switch (templateId) {
            case DecisionResponseEncoder.TEMPLATE_ID -> {
                final int id = body + DecisionResponseDecoder.decisionIdEncodingOffset();
                held.putLong(id, 0);
                held.putLong(id + Long.BYTES, 0);
            }
            case EventAckEncoder.TEMPLATE_ID -> refuse(
                body + EventAckDecoder.statusEncodingOffset(), body + EventAckDecoder.reasonEncodingOffset());
            case ContextAckEncoder.TEMPLATE_ID -> refuse(
                body + ContextAckDecoder.statusEncodingOffset(), body + ContextAckDecoder.reasonEncodingOffset());
            default -> {
                // Shards send nothing else.
            }
        }
    }

    private void refuse(final int statusAt, final int reasonAt) {
        held.putByte(statusAt, (byte) AckStatus.REJECTED.value());
        held.putShort(reasonAt, (short) ReasonCode.JOURNAL_UNAVAILABLE.code(), ByteOrder.LITTLE_ENDIAN);
    }

    private void deliver(
        final ResponseSink sink, final long sessionKey, final DirectBuffer frame, final int offset, final int length) {
        int attempts = 0;
        while (!sink.send(sessionKey, frame, offset, length)) {
            sink.wake();
            Thread.yield();
            if (++attempts == MAX_SEND_ATTEMPTS) {
                dropped++;
                return;
            }
        }
        touch(sink);
    }

    private void touch(final ResponseSink sink) {
        for (int i = 0; i < touchedCount; i++) {
            if (touched[i] == sink) {
                return;
            }
        }
        if (touchedCount == touched.length) {
            // Once per event loop that ever answers: not on the steady path.
            touched = java.util.Arrays.copyOf(touched, 2 * touchedCount);
        }
        touched[touchedCount++] = sink;
    }

    /** Answers given up because the way back stayed full. */
    long dropped() {
        return dropped;
    }
}
