package io.opportune.engine.gateway.binary;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;

/**
 * The only handler in a connection's pipeline: turns Netty's calls into those of the connection's
 * {@link GatewaySession}. Owned by the connection's event loop; never lets an exception pass.
 */
final class SessionChannelHandler extends ChannelInboundHandlerAdapter {
    private static final String CONNECTION_BROKEN = "connection broken by the peer or the network";

    private final BinaryLoop loop;
    private GatewaySession session;

    SessionChannelHandler(final BinaryLoop loop) {
        this.loop = loop;
    }

    @Override
    public void channelActive(final ChannelHandlerContext context) {
        session = loop.openSession(context);
    }

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object message) {
        final ByteBuf bytes = (ByteBuf) message;
        try {
            session.onBytes(loop.viewOf(bytes), bytes.readableBytes());
        } catch (final RuntimeException | LinkageError | AssertionError e) {
            session.onFailure(e);
        } finally {
            bytes.release();
        }
    }

    @Override
    public void channelReadComplete(final ChannelHandlerContext context) {
        loop.onReadComplete();
    }

    @Override
    public void channelWritabilityChanged(final ChannelHandlerContext context) {
        session.connection().onWritabilityChanged(context.channel().isWritable());
    }

    @Override
    public void userEventTriggered(final ChannelHandlerContext context, final Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            session.onPeerFinished();
            loop.flush();
        }
    }

    @Override
    public void channelInactive(final ChannelHandlerContext context) {
        loop.closed(session);
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
        if (cause instanceof IOException) {
            loop.errors().onPeerError(BinaryLoop.COMPONENT, CONNECTION_BROKEN);
        } else {
            loop.errors().onFailure(cause);
        }
        context.close();
    }
}
