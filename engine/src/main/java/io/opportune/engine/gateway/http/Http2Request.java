package io.opportune.engine.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.opportune.engine.gateway.ByteBufViews;
import io.opportune.engine.session.HttpRoutes;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/** One request of HTTP/2 while it comes in. Owned by its connection's event loop. */
final class Http2Request {
    private static final int FIRST_BODY_CAPACITY_BYTES = 4096;
    private static final String GET = "GET";
    private static final String POST = "POST";

    final Http2FrameStream stream;
    final long arrivalNs;
    final HeadFields fields = new HeadFields();
    /** Why it is refused once it is whole, or null. */
    HttpRefusal refusal;
    /** It is refused before it is whole. */
    boolean cut;

    private final UnsafeBuffer head;
    private int methodBits;
    private int pathLength;
    private int queryStart;
    private int queryLength;
    private ByteBuf body;
    private PendingMemory memory;
    private final UnsafeBuffer bodyView = new UnsafeBuffer(0, 0);

    Http2Request(
        final Http2FrameStream stream, final Http2Headers headers, final long arrivalNs, final int maxFields) {
        this.stream = stream;
        this.arrivalNs = arrivalNs;
        final CharSequence path = headers.path();
        final CharSequence method = headers.method();
        int length = path == null ? 0 : path.length();
        int count = 0;
        for (final Map.Entry<CharSequence, CharSequence> field : headers) {
            length += field.getKey().length() + field.getValue().length();
            count++;
        }
        head = new UnsafeBuffer(new byte[length]);
        if (path == null || path.isEmpty() || method == null) {
            refusal = HttpRefusal.PSEUDO_HEADERS;
            return;
        }
        if (count > maxFields) {
            refusal = HttpRefusal.HEAD_TOO_LONG;
        }
        methodBits = GET.contentEquals(method) ? HttpRoutes.GET : POST.contentEquals(method) ? HttpRoutes.POST : 0;
        int position = put(0, path);
        splitPath(position);
        for (final Map.Entry<CharSequence, CharSequence> field : headers) {
            final CharSequence name = field.getKey();
            // Fields of the connection have no place here, RFC 9113 section 8.2.2, and the codec refuses them.
            if (name.charAt(0) != ':') {
                final int value = put(position, name);
                final int end = put(value, field.getValue());
                final HttpRefusal why = fields.onField(head, 0, position, name.length(), value, end - value);
                refusal = why == null ? refusal : HttpRefusal.PSEUDO_HEADERS;
                position = end;
            }
        }
    }

    private int put(final int offset, final CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            head.putByte(offset + i, (byte) text.charAt(i));
        }
        return offset + text.length();
    }

    private void splitPath(final int length) {
        pathLength = length;
        queryStart = length;
        for (int i = 0; i < length; i++) {
            if (head.getByte(i) == '?') {
                pathLength = i;
                queryStart = i + 1;
                queryLength = length - queryStart;
                return;
            }
        }
    }

    int bodyLength() {
        return body == null ? 0 : body.readableBytes();
    }

    /** Keeps a piece of the body; false when there is no memory for it. */
    boolean append(final ByteBufAllocator allocator, final PendingMemory pending, final ByteBuf bytes) {
        final int length = bodyLength() + bytes.readableBytes();
        final int before = body == null ? 0 : body.capacity();
        if (length > before) {
            final int capacity = allocator.calculateNewCapacity(
                Math.max(length, FIRST_BODY_CAPACITY_BYTES), Integer.MAX_VALUE);
            if (!pending.take(capacity - before)) {
                return false;
            }
            memory = pending;
            body = body == null ? allocator.directBuffer(capacity) : body.capacity(capacity);
        }
        if (length > 0) {
            body.writeBytes(bytes);
        }
        return true;
    }

    /** Lets the loop's view show this request. */
    void fill(final HttpLoop loop) {
        if (body != null) {
            ByteBufViews.wrap(bodyView, body, 0, body.readableBytes());
        }
        loop.requests().view()
            .wrapHead(head, 0, fields)
            .target(methodBits, 0, pathLength)
            .query(queryStart, queryLength)
            .wrapBody(bodyView, 0, bodyLength());
    }

    void release() {
        if (body != null) {
            memory.giveBack(body.capacity());
            body.release();
            body = null;
        }
    }
}
