package io.opportune.engine.gateway.http;

import io.opportune.engine.gateway.RingSink;
import io.opportune.engine.session.HttpResponseSink;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The way back from other threads: answers, each behind the key of its request.
 *
 * <pre>
 *   0          8            12           16          16 + body length
 *  +----------+------------+------------+-----------+
 *  | exchange | status i32 | content    | body      |
 *  | key i64  |            | kind i32   |           |
 *  +----------+------------+------------+-----------+
 * </pre>
 */
final class RingHttpSink extends RingSink implements HttpResponseSink {
    private static final int ANSWER = 1;
    private static final int TOO_LONG = 2;
    private static final int STATUS_OFFSET = Long.BYTES;
    private static final int KIND_OFFSET = STATUS_OFFSET + Integer.BYTES;
    private static final int BODY_OFFSET = KIND_OFFSET + Integer.BYTES;

    private final HttpLoop loop;

    RingHttpSink(final HttpLoop loop, final int capacityBytes) {
        super(loop, capacityBytes);
        this.loop = loop;
    }

    @Override
    public Delivery send(
        final long exchangeKey,
        final int status,
        final int contentKind,
        final DirectBuffer buffer,
        final int offset,
        final int lengthBytes) {
        if (inEventLoop()) {
            // The loop's own answers need no way back and must not fail on a full one.
            return loop.requests().deliver(exchangeKey, status, contentKind, buffer, offset, lengthBytes);
        }
        final boolean fits = lengthBytes <= maxBodyBytes();
        final int bodyLength = fits ? lengthBytes : 0;
        final int index = tryClaim(fits ? ANSWER : TOO_LONG, BODY_OFFSET + bodyLength);
        if (index < 0) {
            return Delivery.FULL;
        }
        ringBuffer().putLong(index, exchangeKey);
        ringBuffer().putInt(index + STATUS_OFFSET, status);
        ringBuffer().putInt(index + KIND_OFFSET, contentKind);
        if (bodyLength > 0) {
            ringBuffer().putBytes(index + BODY_OFFSET, buffer, offset, bodyLength);
        }
        commit(index);
        return Delivery.PUT_ASIDE;
    }

    @Override
    public int maxBodyBytes() {
        return maxAnswerBytes() - BODY_OFFSET;
    }

    @Override
    public void onMessage(
        final int typeId, final MutableDirectBuffer buffer, final int index, final int lengthBytes) {
        if (typeId == TOO_LONG) {
            loop.requests().deliverTooLong(buffer.getLong(index));
        } else {
            loop.requests().deliver(buffer.getLong(index), buffer.getInt(index + STATUS_OFFSET),
                buffer.getInt(index + KIND_OFFSET), buffer, index + BODY_OFFSET, lengthBytes - BODY_OFFSET);
        }
    }
}
