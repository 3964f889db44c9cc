package io.opportune.engine.gateway.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.Http2Exception;
import io.opportune.engine.gateway.LoopConnection;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.agrona.DirectBuffer;

/**
 * What connections of all HTTP versions have in common: they stand in their loop's list, are flushed once per batch,
 * and never let an exception pass. Owned by one event loop.
 */
abstract class HttpConnection extends ChannelInboundHandlerAdapter implements LoopConnection {
    private static final String CONNECTION_BROKEN = "connection broken by the peer or the network";
    private static final String TLS_BROKEN = "TLS failed";
    static final String HTTP2_BROKEN = "HTTP/2 broken by the peer";
    private static final String SLOW_CONSUMER = "client does not read its answers";

    private final HttpLoop loop;
    private ChannelHandlerContext context;
    private int loopPosition;
    private boolean open;
    private boolean flushWanted;
    private boolean unwritable;
    private long unwritableNs;
    private long lastActivityNs;

    HttpConnection(final HttpLoop loop) {
        this.loop = loop;
    }

    /** Puts one answer on its way. The buffer holds a body of more than 0 bytes, or is null. */
    abstract void onAnswer(
        HttpExchange exchange,
        int status,
        int variant,
        int form,
        DirectBuffer buffer,
        int offset,
        int lengthBytes);

    /** Called by the loop at the end of a batch in which the connection wanted it. */
    abstract void onFlush();

    /** Goes on with requests that had to wait. */
    abstract void resume();

    /** Called by the loop several times per shortest time-out, except while the peer does not read. */
    abstract void onTimes(long nowNs);

    /** The connection begins. */
    abstract void onOpen();

    /** The connection has gone: forgets what is in flight. */
    abstract void onClosed();

    /** The peer will send nothing more. */
    abstract void onInputEnd();

    @Override
    public final void handlerAdded(final ChannelHandlerContext added) {
        context = added;
        if (added.channel().isActive()) {
            open();
        }
    }

    @Override
    public final void channelActive(final ChannelHandlerContext active) {
        open();
        active.fireChannelActive();
    }

    private void open() {
        if (!open) {
            open = true;
            lastActivityNs = loop.nowNs();
            loop.opened(this);
            onOpen();
        }
    }

    @Override
    public final void channelInactive(final ChannelHandlerContext inactive) {
        leave();
    }

    @Override
    public final void handlerRemoved(final ChannelHandlerContext removed) {
        leave();
    }

    private void leave() {
        if (open) {
            open = false;
            loop.remove(this);
            onClosed();
        }
    }

    @Override
    public final void channelReadComplete(final ChannelHandlerContext complete) {
        loop.onReadComplete();
    }

    @Override
    public final void channelWritabilityChanged(final ChannelHandlerContext changed) {
        unwritable = !changed.channel().isWritable();
        if (unwritable) {
            unwritableNs = loop.nowNs();
        }
        onWritabilityChanged();
    }

    /** Netty's write buffer crossed a watermark: a client that does not read is not read either. */
    abstract void onWritabilityChanged();

    @Override
    public void userEventTriggered(final ChannelHandlerContext triggered, final Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            onInputEnd();
        }
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext caught, final Throwable cause) {
        final Throwable reason = cause.getCause() instanceof SSLException ? cause.getCause() : cause;
        if (reason instanceof SSLException) {
            loop.errors().onPeerError(HttpLoop.COMPONENT, TLS_BROKEN);
        } else if (reason instanceof Http2Exception) {
            loop.errors().onPeerError(HttpLoop.COMPONENT, HTTP2_BROKEN);
        } else if (reason instanceof IOException) {
            loop.errors().onPeerError(HttpLoop.COMPONENT, CONNECTION_BROKEN);
        } else {
            loop.errors().onFailure(cause);
        }
        caught.close();
    }

    @Override
    public final void onFailure(final Throwable failure) {
        loop.errors().onFailure(failure);
        context.close();
    }

    final void wantsFlush() {
        if (!flushWanted) {
            flushWanted = true;
            loop.wantsFlush(this);
        }
    }

    @Override
    public final void flush() {
        flushWanted = false;
        if (open) {
            onFlush();
        }
    }

    @Override
    public final void checkTimes(final long nowNs) {
        if (unwritable && nowNs - unwritableNs >= loop.settings().connections().slowConsumerTimeoutNs()) {
            closeSlowConsumer();
        } else {
            onTimes(nowNs);
        }
    }

    final void closeSlowConsumer() {
        loop.counters().slowConsumerCloses().incrementRelease();
        loop.errors().onPeerError(HttpLoop.COMPONENT, SLOW_CONSUMER);
        closeNow();
    }

    final boolean isIdleTooLong(final long nowNs) {
        return nowNs - lastActivityNs >= loop.settings().connections().idleTimeoutNs();
    }

    final void onActivity(final long nowNs) {
        lastActivityNs = nowNs;
    }

    final long lastActivityNs() {
        return lastActivityNs;
    }

    final boolean isUnwritable() {
        return unwritable;
    }

    final boolean isOpen() {
        return open;
    }

    @Override
    public void closeNow() {
        context.close();
    }

    final HttpLoop loop() {
        return loop;
    }

    final ChannelHandlerContext context() {
        return context;
    }

    @Override
    public final int loopPosition() {
        return loopPosition;
    }

    @Override
    public final void loopPosition(final int position) {
        loopPosition = position;
    }
}
