package io.opportune.engine.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.opportune.engine.gateway.GatewayErrors;
import io.opportune.engine.gateway.GatewayEventLoops;
import io.opportune.engine.gateway.GatewayTransport;
import io.opportune.engine.gateway.WithoutLeakDetection;
import io.opportune.engine.session.HttpContentKind;
import io.opportune.engine.session.HttpExchangeHandler;
import io.opportune.engine.session.HttpRequest;
import io.opportune.engine.session.HttpResponseSink;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an event loop allocates per request, beside what a bare Netty server with a static answer does. */
@Timeout(120)
@ExtendWith(WithoutLeakDetection.class)
class HttpAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int CONNECTIONS = 8;
    private static final int WARM_UP = 40_000;
    private static final int MEASURED = 20_000;
    /** On a busy machine code is compiled late, and allocates until then; what each request costs shows in all. */
    private static final int MOST_WINDOWS = 20;
    /** The JVM's own bookkeeping may show up. */
    private static final double TOLERATED_BYTES = 0.5;
    private static final byte[] BODY = "{\"id\":\"1\",\"seatbid\":[{\"bid\":[{\"id\":\"1\",\"price\":1.5}]}]}"
        .repeat(10).getBytes(StandardCharsets.US_ASCII);
    private static final byte[] REQUEST = RawClient.post("a", "{\"id\":\"" + "x".repeat(1200) + "\"}",
        "Content-Type: application/json", "Accept-Encoding: identity", "x-openrtb-version: 2.6",
        "User-Agent: exchange/1.0", "Connection: keep-alive").getBytes(StandardCharsets.US_ASCII);

    @Test
    void shouldAllocateNoMoreThanABareServerWithAStaticAnswer() throws Exception {
        final double bare = bareNetty();
        final double atOnce = ours(true, 1);
        final double later = ours(false, 1);
        final double pipelined = ours(false, 8);
        final String figures = ("bytes allocated by the event loop per request: bare Netty %.2f; ours answering at "
            + "once %.3f, at the end of the batch %.3f, 8 pipelined %.3f").formatted(bare, atOnce, later, pipelined);
        System.out.println(figures);
        assertTrue(bare > 100, figures);
        assertTrue(atOnce <= TOLERATED_BYTES && later <= TOLERATED_BYTES && pipelined <= TOLERATED_BYTES, figures);
    }

    /** Answers at once, or as an inline engine does when the batch has been read. */
    private static final class StaticHandler implements HttpExchangeHandler {
        private final UnsafeBuffer body = new UnsafeBuffer(BODY);
        private final HttpResponseSink sink;
        private final boolean atOnce;
        private final long[] waiting = new long[1024];
        private int waitingCount;

        StaticHandler(final HttpResponseSink sink, final boolean atOnce) {
            this.sink = sink;
            this.atOnce = atOnce;
        }

        @Override
        public int onRequest(final HttpRequest request) {
            if (atOnce) {
                answer(request.exchangeKey());
            } else {
                request.deadlineNs(request.arrivalNs() + 100_000_000);
                waiting[waitingCount++] = request.exchangeKey();
            }
            return ANSWER_FOLLOWS;
        }

        private void answer(final long key) {
            sink.send(key, 200, HttpContentKind.JSON, body, 0, BODY.length);
        }

        @Override
        public void onReadBatchEnd() {
            // Backwards: pipelined answers have to wait for each other.
            while (waitingCount > 0) {
                answer(waiting[--waitingCount]);
            }
        }

        @Override
        public void onIdle() {
            onReadBatchEnd();
        }
    }

    private static double ours(final boolean atOnce, final int pipelined) throws Exception {
        try (GatewayEventLoops loops = new GatewayEventLoops(GatewayTransport.AUTO, 1)) {
            final HttpGatewayEnvironment environment = new HttpGatewayEnvironment(
                HttpGatewaySettings.builder().port(0).build(), HttpHarness.routes(),
                loop -> HttpGatewayCounters.detached(), new NoErrors(), SystemNanoClock.INSTANCE,
                new OffsetEpochNanoClock());
            try (HttpGateway gateway =
                new HttpGateway(environment, (loop, sink) -> new StaticHandler(sink, atOnce), loops)) {
                gateway.start();
                return bytesPerRequest(gateway.port(), loops, pipelined, TOLERATED_BYTES);
            }
        }
    }

    private static final class NoErrors implements GatewayErrors {
        @Override
        public void onPeerError(final String component, final String what) {
            throw new AssertionError(what);
        }

        @Override
        public void onFailure(final Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    private static double bareNetty() throws Exception {
        try (GatewayEventLoops loops = new GatewayEventLoops(GatewayTransport.AUTO, 1)) {
            final Channel server = new ServerBootstrap().group(loops.group()).channel(loops.serverChannelClass())
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(final Channel channel) {
                        channel.pipeline().addLast(new HttpServerCodec(), new BareHandler());
                    }
                }).bind("127.0.0.1", 0).syncUninterruptibly().channel();
            try {
                final int port = ((InetSocketAddress) server.localAddress()).getPort();
                return bytesPerRequest(port, loops, 1, Double.MAX_VALUE);
            } finally {
                server.close().syncUninterruptibly();
            }
        }
    }

    /** The least that a Netty server can do: reads, throws away, answers with the one prepared answer. */
    private static final class BareHandler extends ChannelInboundHandlerAdapter {
        private final FullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
            HttpResponseStatus.OK, Unpooled.unreleasableBuffer(Unpooled.directBuffer().writeBytes(BODY)));

        BareHandler() {
            answer.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .setInt(HttpHeaderNames.CONTENT_LENGTH, BODY.length);
        }

        @Override
        public void channelRead(final ChannelHandlerContext context, final Object message) {
            if (message instanceof LastHttpContent) {
                context.write(answer.retainedDuplicate(), context.voidPromise());
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelReadComplete(final ChannelHandlerContext context) {
            context.flush();
        }
    }

    /** The least of several windows; no more are looked at when one is good enough. */
    private static double bytesPerRequest(
        final int port, final GatewayEventLoops loops, final int pipelined, final double enough) throws Exception {
        final long thread = loops.eventLoops().get(0).submit(() -> Thread.currentThread().threadId()).get();
        final byte[] requests = new byte[pipelined * REQUEST.length];
        for (int i = 0; i < pipelined; i++) {
            System.arraycopy(REQUEST, 0, requests, i * REQUEST.length, REQUEST.length);
        }
        final List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                final Socket socket = new Socket("127.0.0.1", port);
                socket.setTcpNoDelay(true);
                sockets.add(socket);
            }
            // The length of one answer is that of all: only the date changes.
            final int answerLength = answerLength(sockets.get(0));
            run(sockets, requests, pipelined * answerLength, WARM_UP / pipelined);
            double least = Double.MAX_VALUE;
            for (int window = 0; window < MOST_WINDOWS && least > enough || window == 0; window++) {
                final long before = THREADS.getThreadAllocatedBytes(thread);
                final int count = run(sockets, requests, pipelined * answerLength, MEASURED / pipelined) * pipelined;
                least = Math.min(least, (double) (THREADS.getThreadAllocatedBytes(thread) - before) / count);
            }
            return least;
        } finally {
            for (final Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static int answerLength(final Socket socket) throws IOException {
        socket.getOutputStream().write(REQUEST);
        final InputStream in = socket.getInputStream();
        final StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        assertTrue(head.toString().startsWith("HTTP/1.1 200 OK"), head.toString());
        assertEquals(BODY.length, in.readNBytes(BODY.length).length);
        return head.length() + BODY.length;
    }

    private static int run(final List<Socket> sockets, final byte[] requests, final int answersLength, final int count)
        throws IOException {
        int sent = 0;
        while (sent < count) {
            for (final Socket socket : sockets) {
                socket.getOutputStream().write(requests);
                sent++;
            }
            for (final Socket socket : sockets) {
                assertEquals(answersLength, socket.getInputStream().readNBytes(answersLength).length);
            }
        }
        return sent;
    }
}
