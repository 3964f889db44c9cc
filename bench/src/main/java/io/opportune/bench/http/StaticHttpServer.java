package io.opportune.bench.http;

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
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.opportune.engine.gateway.GatewayErrors;
import io.opportune.engine.gateway.GatewayEventLoops;
import io.opportune.engine.gateway.GatewayTransport;
import io.opportune.engine.gateway.http.HttpGateway;
import io.opportune.engine.gateway.http.HttpGatewayCounters;
import io.opportune.engine.gateway.http.HttpGatewayEnvironment;
import io.opportune.engine.gateway.http.HttpGatewaySettings;
import io.opportune.engine.session.HttpContentKind;
import io.opportune.engine.session.HttpExchangeHandler;
import io.opportune.engine.session.HttpRequest;
import io.opportune.engine.session.HttpResponseSink;
import io.opportune.engine.session.HttpRoutes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A server with one event loop that gives every POSTed request the same answer: our transport, or the least that can be
 * written with Netty's own codec. Prints its port, and ends when its standard input does.
 */
public final class StaticHttpServer {
    /** Netty's {@link HttpServerCodec} and a handler that writes one prepared answer, one flush per read batch. */
    public static final String NETTY = "netty";
    /** Our transport, answered from within the call. */
    public static final String OURS = "ours";

    private static final String PORT = "port=";

    private StaticHttpServer() {
    }

    /**
     * Starts a server.
     *
     * @param args {@link #NETTY} or {@link #OURS}, length of the answer's body in bytes.
     * @throws IOException when standard input cannot be read.
     */
    public static void main(final String[] args) throws IOException {
        final byte[] body = new byte[Integer.parseInt(args[1])];
        Arrays.fill(body, (byte) 'x');
        try (GatewayEventLoops loops = new GatewayEventLoops(GatewayTransport.AUTO, 1)) {
            if (args[0].equals(OURS)) {
                try (HttpGateway gateway = ours(loops, body)) {
                    gateway.start();
                    serve(gateway.port());
                }
            } else {
                final Channel server = netty(loops, body);
                serve(((InetSocketAddress) server.localAddress()).getPort());
                server.close().syncUninterruptibly();
            }
        }
    }

    private static void serve(final int port) throws IOException {
        System.out.println(PORT + port);
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
    }

    private static HttpGateway ours(final GatewayEventLoops loops, final byte[] body) {
        final HttpRoutes routes = HttpRoutes.builder().add(HttpRoutes.POST, "/openrtb2/bid/{}", 0).build();
        return new HttpGateway(
            new HttpGatewayEnvironment(HttpGatewaySettings.builder().port(0).build(), routes,
                loop -> HttpGatewayCounters.detached(), new Errors(), SystemNanoClock.INSTANCE,
                new OffsetEpochNanoClock()),
            (loop, sink) -> new StaticHandler(sink, body), loops);
    }

    /** The transport's way to one answer. */
    private static final class StaticHandler implements HttpExchangeHandler {
        private final HttpResponseSink sink;
        private final UnsafeBuffer body;

        StaticHandler(final HttpResponseSink sink, final byte[] body) {
            this.sink = sink;
            this.body = new UnsafeBuffer(body);
        }

        @Override
        public int onRequest(final HttpRequest request) {
            sink.send(request.exchangeKey(), 200, HttpContentKind.JSON, body, 0, body.capacity());
            return ANSWER_FOLLOWS;
        }

        @Override
        public void onReadBatchEnd() {
            // Everything is answered already.
        }

        @Override
        public void onIdle() {
            // Nothing is ever put aside.
        }
    }

    /** Tells what would spoil a measurement. */
    private static final class Errors implements GatewayErrors {
        @Override
        public void onPeerError(final String component, final String what) {
            System.err.println(component + ": " + what);
        }

        @Override
        public void onFailure(final Throwable failure) {
            System.err.println(failure);
        }
    }

    private static Channel netty(final GatewayEventLoops loops, final byte[] body) {
        return new ServerBootstrap().group(loops.group()).channel(loops.serverChannelClass())
            .option(ChannelOption.SO_BACKLOG, 4096)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childHandler(new ChannelInitializer<>() {
                @Override
                protected void initChannel(final Channel channel) {
                    channel.pipeline().addLast(new HttpServerCodec(), new BareHandler(body));
                }
            }).bind("127.0.0.1", 0).syncUninterruptibly().channel();
    }

    /** Reads, throws away, writes the prepared answer. */
    private static final class BareHandler extends ChannelInboundHandlerAdapter {
        private final FullHttpResponse answer;

        BareHandler(final byte[] body) {
            answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK,
                Unpooled.unreleasableBuffer(Unpooled.directBuffer(body.length).writeBytes(body)));
            answer.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
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
}
