package io.opportune.engine.gateway.http;

import io.opportune.engine.session.HttpContentKind;
import io.opportune.engine.session.HttpExchangeHandler;
import io.opportune.engine.session.HttpRequest;
import io.opportune.engine.session.HttpResponseSink;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Answers by the exchange named in the path; what it was asked can be looked at by the test's thread. */
final class StubExchangeHandler implements HttpExchangeHandler {
    /** What one request looked like. */
    record Seen(
        long key,
        int routeId,
        String parameter,
        String query,
        String authorization,
        int contentKind,
        int openRtbVersion,
        boolean globalPrivacyControl,
        boolean acceptsGzip,
        boolean acceptsZstd,
        String body,
        long arrivalNs) { }

    final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
    /** Keys of requests whose clients did not wait. */
    final Queue<Long> left = new ConcurrentLinkedQueue<>();
    final AtomicInteger requests = new AtomicInteger();
    final AtomicLong batches = new AtomicLong();
    /** Run by the event loop when idle. */
    final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    /** What was asked at the end, whether it was the last time. */
    final Queue<Boolean> settlings = new ConcurrentLinkedQueue<>();
    /** How often something is left at the end. */
    volatile int unsettled;
    volatile boolean keepsSeen = true;
    final HttpResponseSink sink;
    private final ExpandableArrayBuffer scratch = new ExpandableArrayBuffer();

    StubExchangeHandler(final HttpResponseSink sink) {
        this.sink = sink;
    }

    @Override
    public int onRequest(final HttpRequest request) {
        requests.incrementAndGet();
        final String parameter = text(request.head(), request.parameterOffset(), request.parameterLength());
        final String query = text(request.head(), request.queryOffset(), request.queryLength());
        if (keepsSeen) {
            seen.add(new Seen(request.exchangeKey(), request.routeId(), parameter, query,
                text(request.head(), request.authorizationOffset(), request.authorizationLength()),
                request.contentKind(), request.openRtbVersion(), request.globalPrivacyControl(),
                request.acceptsGzip(), request.acceptsZstd(),
                text(request.body(), request.bodyOffset(), request.bodyLength()), request.arrivalNs()));
        }
        switch (parameter) {
            case "echo" -> sink.send(request.exchangeKey(), 200, HttpContentKind.JSON,
                request.body(), request.bodyOffset(), request.bodyLength());
            case "size" -> {
                final int length = Integer.parseInt(query);
                for (int i = 0; i < length; i++) {
                    scratch.putByte(i, (byte) ('a' + i % 26));
                }
                sink.send(request.exchangeKey(), 200, HttpContentKind.JSON, scratch, 0, length);
            }
            case "status" -> {
                return Integer.parseInt(query);
            }
            case "redirect" -> {
                final byte[] url = query.replace("%0A", "\n").getBytes(StandardCharsets.US_ASCII);
                sink.send(request.exchangeKey(), 302, HttpContentKind.LOCATION, new UnsafeBuffer(url), 0, url.length);
            }
            case "fail" -> throw new IllegalStateException("the stub was told to fail");
            case "codings" -> {
                // Two digits: of bodies, of answers.
                final int bodies = query.charAt(0) - '0';
                request.codings(bodies, query.charAt(1) - '0');
                if ((request.contentCoding() & ~bodies) != 0) {
                    return 415;
                }
                sink.send(request.exchangeKey(), 200, HttpContentKind.JSON,
                    request.body(), request.bodyOffset(), request.bodyLength());
            }
            case "hold" -> { }
            case "sleep" -> {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(Integer.parseInt(query)));
                return 204;
            }
            case "deadline" -> request.deadlineNs(
                request.arrivalNs() + TimeUnit.MILLISECONDS.toNanos(Integer.parseInt(query)));
            default -> {
                return 204;
            }
        }
        return ANSWER_FOLLOWS;
    }

    private static String text(final org.agrona.DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        if (length > 0) {
            buffer.getBytes(offset, bytes);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Answers a held request with a text, on the calling thread. */
    void answer(final long key, final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        while (sink.send(key, 200, HttpContentKind.TEXT, new UnsafeBuffer(bytes), 0, bytes.length)
            == HttpResponseSink.Delivery.FULL) {
            sink.wake();
            Thread.onSpinWait();
        }
        sink.wake();
    }

    @Override
    public void onClientLeft(final long exchangeKey) {
        left.add(exchangeKey);
    }

    @Override
    public boolean isSettled(final boolean last) {
        settlings.add(last);
        return --unsettled < 0;
    }

    @Override
    public void onReadBatchEnd() {
        batches.incrementAndGet();
    }

    @Override
    public void onIdle() {
        Runnable task = tasks.poll();
        while (task != null) {
            task.run();
            task = tasks.poll();
        }
    }
}
