package io.opportune.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.LogonAckEncoder;
import io.opportune.protocol.codec.LogonDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import java.util.Objects;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Answers SOFH frames with a prepared one, all of a read batch in one buffer with one write and flush. Owned by one
 * event loop. Trusts its peer: nothing is checked, since it stands for the least that a server can do.
 */
final class EchoServerHandler extends ChannelInboundHandlerAdapter {
    private static final int CHUNK_LENGTH_BYTES = 16 * 1024;
    private static final int TEMPLATE_ID_OFFSET = Sofh.HEADER_LENGTH_BYTES + 2;
    private static final int CORRELATION_ID_OFFSET = Sofh.HEADER_LENGTH_BYTES + MessageHeaderEncoder.ENCODED_LENGTH;

    private final byte[] answer;
    private final long thinkNs;
    private ByteBuf tail;
    private ByteBuf batch;

    EchoServerHandler(final byte[] answer, final long thinkNs) {
        this.answer = answer.clone();
        this.thinkNs = thinkNs;
        Objects.checkFromIndexSize(CORRELATION_ID_OFFSET, Long.BYTES, answer.length);
    }

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object message) {
        final ByteBuf bytes = (ByteBuf) message;
        if (tail == null) {
            answerFrames(context, bytes);
            if (bytes.isReadable()) {
                tail = context.alloc().directBuffer(bytes.readableBytes()).writeBytes(bytes);
            }
        } else {
            tail.writeBytes(bytes);
            answerFrames(context, tail);
            if (tail.isReadable()) {
                tail.discardReadBytes();
            } else {
                tail.release();
                tail = null;
            }
        }
        bytes.release();
    }

    private void answerFrames(final ChannelHandlerContext context, final ByteBuf bytes) {
        while (bytes.readableBytes() >= Sofh.HEADER_LENGTH_BYTES) {
            final int start = bytes.readerIndex();
            final int frameLengthBytes = bytes.getInt(start);
            if (bytes.readableBytes() < frameLengthBytes) {
                return;
            }
            final int templateId = bytes.getUnsignedShortLE(start + TEMPLATE_ID_OFFSET);
            if (templateId >= DecisionRequestDecoder.TEMPLATE_ID) {
                answer(context, bytes.getLongLE(start + CORRELATION_ID_OFFSET));
            } else if (templateId == LogonDecoder.TEMPLATE_ID) {
                acknowledgeLogon(context);
            }
            bytes.readerIndex(start + frameLengthBytes);
        }
    }

    private void answer(final ChannelHandlerContext context, final long correlationId) {
        if (thinkNs > 0) {
            final long startNs = System.nanoTime();
            while (System.nanoTime() - startNs < thinkNs) {
                Thread.onSpinWait();
            }
        }
        ensureBatch(context, answer.length);
        final int start = batch.writerIndex();
        batch.writeBytes(answer);
        batch.setLongLE(start + CORRELATION_ID_OFFSET, correlationId);
    }

    private void ensureBatch(final ChannelHandlerContext context, final int lengthBytes) {
        if (batch != null && batch.writableBytes() < lengthBytes) {
            context.write(batch, context.voidPromise());
            batch = null;
        }
        if (batch == null) {
            batch = context.alloc().directBuffer(Math.max(CHUNK_LENGTH_BYTES, lengthBytes));
        }
    }

    private void acknowledgeLogon(final ChannelHandlerContext context) {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[128]);
        final LogonAckEncoder ack = new LogonAckEncoder()
            .wrapAndApplyHeader(frame, Sofh.HEADER_LENGTH_BYTES, new MessageHeaderEncoder())
            .protocolVersion(LogonAckEncoder.SCHEMA_VERSION)
            .heartbeatIntervalMs(60_000)
            .inFlightLimit(Integer.MAX_VALUE)
            .maxFrameLengthBytes(1 << 20)
            .maxTimeBudgetUs(1_000_000)
            .maxOffers(255);
        ack.catalogueVersion().counter(0).contentHash(0);
        ack.serverTimeNs(0).clientSendTimeNs(0).serverVersion("echo");
        Sofh.encode(frame, 0, ack.limit());
        ensureBatch(context, ack.limit());
        batch.writeBytes(frame.byteArray(), 0, ack.limit());
    }

    @Override
    public void channelReadComplete(final ChannelHandlerContext context) {
        if (batch != null) {
            final ByteBuf full = batch;
            batch = null;
            context.writeAndFlush(full, context.voidPromise());
        }
    }

    @Override
    public void channelInactive(final ChannelHandlerContext context) {
        if (tail != null) {
            tail.release();
            tail = null;
        }
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
        context.close();
    }
}
