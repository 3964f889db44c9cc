package io.opportune.engine.gateway.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Speaks HTTP/2 by prior knowledge, frame by frame where a test wants it. */
final class NettyHttp2Client implements AutoCloseable {
    /** One answer. */
    record Answer(Http2Headers headers, byte[] body) {
        int status() {
            return Integer.parseInt(headers.status().toString());
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    final CompletableFuture<Http2GoAwayFrame> goneAway = new CompletableFuture<>();
    final Channel channel;
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    NettyHttp2Client(final int port) {
        channel = new Bootstrap().group(group).channel(NioSocketChannel.class)
            .handler(new ChannelInitializer<>() {
                @Override
                protected void initChannel(final Channel made) {
                    made.pipeline().addLast(
                        Http2FrameCodecBuilder.forClient().validateHeaders(false).encoderIgnoreMaxHeaderListSize(true)
                            .build(),
                        new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()),
                        new Goodbyes());
                }
            }).connect("127.0.0.1", port).syncUninterruptibly().channel();
    }

    /** A request for a bid. */
    static Http2Headers post(final String path) {
        return new DefaultHttp2Headers(false).method("POST").scheme("http").authority("b.example").path(path);
    }

    /** Sends a request whose body comes in the given frames. */
    CompletableFuture<Answer> send(final Http2Headers headers, final byte[]... dataFrames) {
        return send(headers, true, dataFrames);
    }

    /** Sends a head, and perhaps a piece of the body, and never the rest. */
    CompletableFuture<Answer> sendUnfinished(final Http2Headers headers, final byte[]... dataFrames) {
        return send(headers, false, dataFrames);
    }

    private CompletableFuture<Answer> send(
        final Http2Headers headers, final boolean ends, final byte[]... dataFrames) {
        final CompletableFuture<Answer> answer = new CompletableFuture<>();
        final Http2StreamChannel stream = new Http2StreamChannelBootstrap(channel)
            .handler(new Receiver(answer)).open().syncUninterruptibly().getNow();
        stream.write(new DefaultHttp2HeadersFrame(headers, ends && dataFrames.length == 0));
        for (int i = 0; i < dataFrames.length; i++) {
            stream.write(new DefaultHttp2DataFrame(
                Unpooled.wrappedBuffer(dataFrames[i]), ends && i == dataFrames.length - 1));
        }
        stream.flush();
        return answer;
    }

    private final class Goodbyes extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(final ChannelHandlerContext context, final Object message) {
            if (message instanceof Http2GoAwayFrame goAway) {
                goneAway.complete(goAway);
            }
            ReferenceCountUtil.release(message);
        }
    }

    private static final class Receiver extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<Answer> answer;
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private Http2Headers head;

        Receiver(final CompletableFuture<Answer> answer) {
            this.answer = answer;
        }

        @Override
        public void channelRead(final ChannelHandlerContext context, final Object message) {
            if (message instanceof Http2HeadersFrame headers) {
                if (!headers.headers().status().toString().equals("100")) {
                    head = headers.headers();
                    endIf(headers.isEndStream());
                }
            } else if (message instanceof Http2DataFrame data) {
                final byte[] bytes = new byte[data.content().readableBytes()];
                data.content().readBytes(bytes);
                body.writeBytes(bytes);
                endIf(data.isEndStream());
            } else if (message instanceof Http2ResetFrame reset) {
                answer.completeExceptionally(new IllegalStateException("reset " + reset.errorCode()));
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelInactive(final ChannelHandlerContext context) {
            answer.completeExceptionally(new IllegalStateException("the stream ended"));
        }

        private void endIf(final boolean ended) {
            if (ended) {
                answer.complete(new Answer(head, body.toByteArray()));
            }
        }

        @Override
        public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
            answer.completeExceptionally(cause);
        }
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
