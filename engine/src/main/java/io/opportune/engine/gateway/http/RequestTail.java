package io.opportune.engine.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.opportune.engine.gateway.ByteBufViews;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What was read of an HTTP/1 connection and not used: the beginning of a request, or requests that have to wait. Memory
 * is held only while there is something. Owned by the connection's event loop.
 */
final class RequestTail {
    /** What announces a long body may never send it: a tail begins small and doubles as bytes come. */
    private static final int FIRST_CAPACITY_BYTES = 4096;
    private static final int MIN_CAPACITY_BYTES = 1024;

    private final Http1Parser parser;
    private final PendingMemory memory;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private ByteBuf tail;

    /** The parser says how long the request will be, and what of its framing need not be kept. */
    RequestTail(final Http1Parser parser, final PendingMemory memory) {
        this.parser = parser;
        this.memory = memory;
    }

    boolean isEmpty() {
        return tail == null;
    }

    int length() {
        return tail.writerIndex();
    }

    /** Shows all of it, until it changes. */
    UnsafeBuffer view() {
        return view;
    }

    /** Takes the end of a read, with nothing before it; false, and nothing is kept, when there is no memory for it. */
    boolean keep(final ByteBufAllocator allocator, final UnsafeBuffer read, final int from, final int to) {
        final int length = to - from;
        final int expected = Math.min(parser.wholeLength(), Math.max(FIRST_CAPACITY_BYTES, 2 * length));
        final int capacity = Math.max(MIN_CAPACITY_BYTES, Math.max(length, expected));
        if (!memory.take(capacity)) {
            return false;
        }
        tail = allocator.directBuffer(capacity);
        ByteBufViews.wrap(view, tail, 0, tail.capacity());
        view.putBytes(0, read, from, length);
        tail.writerIndex(length);
        closeGap();
        return true;
    }

    /** Takes the next read behind what there is; false, and all is forgotten, when there is no memory for it. */
    boolean append(final ByteBufAllocator allocator, final ByteBuf bytes) {
        final int length = bytes.readableBytes();
        if (tail.writableBytes() < length) {
            final int doubled = 2 * tail.capacity();
            final int wholeLength = parser.wholeLength();
            final int capacity = Math.max(
                tail.readableBytes() + length, wholeLength == 0 ? doubled : Math.min(wholeLength, doubled));
            if (!memory.take(capacity)) {
                release();
                return false;
            }
            final ByteBuf grown = allocator.directBuffer(capacity);
            grown.writeBytes(tail);
            release();
            tail = grown;
            ByteBufViews.wrap(view, tail, 0, tail.capacity());
        }
        tail.writeBytes(bytes, bytes.readerIndex(), length);
        return true;
    }

    /** Forgets the requests that were whole, 0 bytes or more but not all. */
    void drop(final int used) {
        if (used > 0) {
            final int length = tail.writerIndex();
            view.putBytes(0, view, used, length - used);
            tail.writerIndex(length - used);
        }
        closeGap();
    }

    /** Drops the framing of chunks that have been put together, so that a tail is never longer than what it carries. */
    private void closeGap() {
        final int gapLength = parser.gapLength();
        if (gapLength > 0) {
            final int from = parser.gapStart() + gapLength;
            final int length = tail.writerIndex() - from;
            view.putBytes(parser.gapStart(), view, from, length);
            tail.writerIndex(parser.gapStart() + length);
            parser.gapClosed();
        }
    }

    /** Forgets all of it. */
    void release() {
        if (tail != null) {
            memory.giveBack(tail.capacity());
            tail.release();
            tail = null;
        }
    }
}
