package io.opportune.loadtest.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * One keep-alive connection: requests that wait to be written, what is known of those in flight in their order, and
 * answers as far as they have come. Owned by the generator's thread; allocates at start only.
 */
final class HttpConnection {
    private static final int OUT_BYTES = 256 * 1024;
    private static final int IN_BYTES = 256 * 1024;
    private static final int STATUS_AT = 9;
    private static final int SHORTEST_HEAD = 19;
    private static final byte[] CONTENT_LENGTH = {'\n', 'c', 'o', 'n', 't', 'e', 'n', 't', '-', 'l', 'e', 'n', 'g',
        't', 'h', ':'};
    private static final int LOWER_CASE = 0x20;

    private final SocketChannel channel;
    private final ByteBuffer out = ByteBuffer.allocateDirect(OUT_BYTES);
    private final ByteBuffer in = ByteBuffer.allocate(IN_BYTES);
    private final int[] requests;
    private final long[] intendedNs;
    private final long[] sentNs;
    private final boolean[] measured;
    private final int depth;
    private int first;
    private int inFlight;
    private int unwritten;

    /** Takes answers. */
    interface Answers {
        void onAnswer(HttpConnection connection, int slot, int status, int bodyBytes, long nowNs);
    }

    HttpConnection(final int port, final int depth, final Selector selector) throws IOException {
        this.depth = depth;
        requests = new int[depth];
        intendedNs = new long[depth];
        sentNs = new long[depth];
        measured = new boolean[depth];
        channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, this);
    }

    boolean hasRoom(final int nextBytes) {
        return inFlight < depth && out.remaining() >= nextBytes;
    }

    int inFlight() {
        return inFlight;
    }

    /** Whether something waits to be written. */
    boolean wantsWrite() {
        return out.position() > 0;
    }

    void append(final int request, final byte[] bytes, final long intended, final boolean isMeasured) {
        final int slot = slot(inFlight++);
        requests[slot] = request;
        intendedNs[slot] = intended;
        measured[slot] = isMeasured;
        unwritten++;
        out.put(bytes);
    }

    private int slot(final int place) {
        final int at = first + place;
        return at >= depth ? at - depth : at;
    }

    /** Writes what waits; those requests were sent at the given time of which the socket now takes the beginning. */
    void flush(final long nowNs) throws IOException {
        for (int place = inFlight - unwritten; place < inFlight; place++) {
            sentNs[slot(place)] = nowNs;
        }
        unwritten = 0;
        out.flip();
        channel.write(out);
        out.compact();
    }

    int request(final int slot) {
        return requests[slot];
    }

    long intendedNs(final int slot) {
        return intendedNs[slot];
    }

    long sentNs(final int slot) {
        return sentNs[slot];
    }

    boolean measured(final int slot) {
        return measured[slot];
    }

    /** Reads what has come and hands over each whole answer with the time at which it had come. */
    void read(final Answers answers) throws IOException {
        final int count = channel.read(in);
        if (count < 0) {
            throw new IOException("the server closed a connection with " + inFlight + " requests in flight");
        }
        final long nowNs = System.nanoTime();
        final byte[] bytes = in.array();
        final int limit = in.position();
        int at = 0;
        while (limit - at >= SHORTEST_HEAD) {
            final int bodyAt = endOfHead(bytes, at, limit);
            if (bodyAt < 0) {
                break;
            }
            final int length = contentLength(bytes, at, bodyAt);
            if (limit - bodyAt < length) {
                break;
            }
            if (inFlight == 0) {
                throw new IOException("an answer without a request");
            }
            final int status = (bytes[at + STATUS_AT] - '0') * 100 + (bytes[at + STATUS_AT + 1] - '0') * 10
                + bytes[at + STATUS_AT + 2] - '0';
            answers.onAnswer(this, first, status, length, nowNs);
            first = slot(1);
            inFlight--;
            at = bodyAt + length;
        }
        if (at > 0) {
            System.arraycopy(bytes, at, bytes, 0, limit - at);
            in.position(limit - at);
        } else if (!in.hasRemaining()) {
            throw new IOException("an answer is longer than " + IN_BYTES + " bytes");
        }
    }

    private static int endOfHead(final byte[] bytes, final int from, final int limit) {
        for (int i = from + SHORTEST_HEAD - 1; i < limit; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') {
                return i + 1;
            }
        }
        return -1;
    }

    private static int contentLength(final byte[] bytes, final int from, final int end) {
        final int last = end - CONTENT_LENGTH.length;
        for (int i = from + SHORTEST_HEAD - 4; i < last; i++) {
            if (bytes[i] != '\n') {
                continue;
            }
            int matched = 1;
            while (matched < CONTENT_LENGTH.length && same(bytes[i + matched], CONTENT_LENGTH[matched])) {
                matched++;
            }
            if (matched == CONTENT_LENGTH.length) {
                return number(bytes, i + matched);
            }
        }
        return 0;
    }

    private static boolean same(final byte found, final byte wanted) {
        return found == wanted || (found | LOWER_CASE) == wanted && wanted >= 'a';
    }

    private static int number(final byte[] bytes, final int from) {
        int at = from;
        while (bytes[at] == ' ') {
            at++;
        }
        int number = 0;
        while (bytes[at] >= '0' && bytes[at] <= '9') {
            number = 10 * number + bytes[at++] - '0';
        }
        return number;
    }

    void close() throws IOException {
        channel.close();
    }
}
