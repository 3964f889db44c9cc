package io.opportune.engine.gateway.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
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
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

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

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Map<Integer, ByteArrayOutputStream> bodies = new ConcurrentHashMap<>();
    private final Map<Integer, Http2Headers> heads = new ConcurrentHashMap<>();
    private final Map<Http2FrameStream, CompletableFuture<Answer>> waiting = new ConcurrentHashMap<>();
    final CompletableFuture<Http2GoAwayFrame> goneAway = new CompletableFuture<>();
    private final Http2FrameCodec codec = Http2FrameCodecBuilder.forClient().validateHeaders(false).build();
    final Channel channel;

    NettyHttp2Client(final int port) {
        channel = new Bootstrap().group(group).channel(NioSocketChannel.class)
            .handler(new ChannelInitializer<>() {
                @Override
                protected void initChannel(final Channel made) {
                    made.pipeline().addLast(codec, new Receiver());
                }
            }).connect("127.0.0.1", port).syncUninterruptibly().channel();
    }

    /** A request for a bid. */
    static Http2Headers post(final String path) {
        return new DefaultHttp2Headers(false).method("POST").scheme("http").authority("b.example").path(path);
    }

    CompletableFuture<Answer> send(final Http2Headers headers, final byte[]... dataFrames) {
        final CompletableFuture<Answer> answer = new CompletableFuture<>();
        channel.eventLoop().execute(() -> {
            final Http2FrameStream stream = codec.newStream();
            waiting.put(stream, answer);
            final ChannelHandlerContext context = channel.pipeline().context(Receiver.class);
            context.write(new DefaultHttp2HeadersFrame(headers, dataFrames.length == 0).stream(stream));
            for (int i = 0; i < dataFrames.length; i++) {
                final ByteBuf data = Unpooled.wrappedBuffer(dataFrames[i]);
                context.write(new DefaultHttp2DataFrame(data, i == dataFrames.length - 1).stream(stream));
            }
            context.flush();
        });
        return answer;
    }

    /** Sends a head and never the body. */
    CompletableFuture<Answer> sendUnfinished(final Http2Headers headers) {
        final CompletableFuture<Answer> answer = new CompletableFuture<>();
        channel.eventLoop().execute(() -> {
            final Http2FrameStream stream = codec.newStream();
            waiting.put(stream, answer);
            channel.pipeline().context(Receiver.class)
                .writeAndFlush(new DefaultHttp2HeadersFrame(headers, false).stream(stream));
        });
        return answer;
    }

    private final class Receiver extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(final ChannelHandlerContext context, final Object message) {
            if (message instanceof Http2HeadersFrame headers) {
                if (!headers.headers().status().toString().equals("100")) {
                    heads.put(headers.stream().id(), headers.headers());
                    endIf(headers.isEndStream(), headers.stream());
                }
            } else if (message instanceof Http2DataFrame data) {
                final byte[] bytes = new byte[data.content().readableBytes()];
                data.content().readBytes(bytes);
                bodies.computeIfAbsent(data.stream().id(), id -> new ByteArrayOutputStream()).writeBytes(bytes);
                context.writeAndFlush(
                    new DefaultHttp2WindowUpdateFrame(data.initialFlowControlledBytes()).stream(data.stream()));
                endIf(data.isEndStream(), data.stream());
            } else if (message instanceof Http2ResetFrame reset) {
                final CompletableFuture<Answer> answer = waiting.remove(reset.stream());
                if (answer != null) {
                    answer.completeExceptionally(new IllegalStateException("reset " + reset.errorCode()));
                }
            } else if (message instanceof Http2GoAwayFrame goAway) {
                goneAway.complete(goAway);
            }
            ReferenceCountUtil.release(message);
        }

        private void endIf(final boolean ended, final Http2FrameStream stream) {
            if (ended) {
                final ByteArrayOutputStream body = bodies.remove(stream.id());
                waiting.remove(stream).complete(
                    new Answer(heads.remove(stream.id()), body == null ? new byte[0] : body.toByteArray()));
            }
        }

        @Override
        public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
            waiting.values().forEach(answer -> answer.completeExceptionally(cause));
        }
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        group.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
    }
}
