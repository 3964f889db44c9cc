package io.opportune.engine.gateway.http;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Undoes and does gzip (RFC 1952) and Zstandard (RFC 8878) for one event loop, one whole body at a time, into memory
 * made once. Whatever a body swells to, no more than the limit is ever written. Owned by that event loop.
 */
final class BodyCodec implements AutoCloseable {
    /** The body does not end where it should, or is not what it says. */
    static final int BROKEN = -1;
    /** More comes out than the limit. */
    static final int TOO_LONG = -2;

    /** Answers are compressed while somebody waits: the fastest level of each. */
    private static final int DEFLATE_LEVEL = 1;
    private static final int ZSTD_LEVEL = 1;
    private static final int GZIP_HEADER_LENGTH = 10;
    private static final int GZIP_TRAILER_LENGTH = 8;
    private static final int GZIP_MAGIC = 0x8B1F;
    private static final int GZIP_DEFLATE = 8;
    private static final int FLAG_HEADER_CRC = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;
    private static final int RESERVED_FLAGS = 0xE0;
    private static final int FIRST_CAPACITY = 64 * 1024;

    private final int maxInflatedBytes;
    private final UnsafeBuffer input = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer output = new UnsafeBuffer(0, 0);
    private final CRC32 crc = new CRC32();
    private ByteBuffer inputBytes = ByteBuffer.allocateDirect(0);
    private ByteBuffer outputBytes = ByteBuffer.allocateDirect(0);
    private Inflater inflater;
    private Deflater deflater;
    private ZstdDecompressCtx zstdReader;
    private ZstdCompressCtx zstdWriter;

    BodyCodec(final int maxInflatedBytes) {
        this.maxInflatedBytes = maxInflatedBytes;
    }

    /** Holds the result of the last call, from offset 0. */
    DirectBuffer output() {
        return output;
    }

    /** Undoes one of the codings of {@link HeadFields}; gives the length, {@link #BROKEN} or {@link #TOO_LONG}. */
    int decode(final int coding, final DirectBuffer buffer, final int offset, final int lengthBytes) {
        copyIn(buffer, offset, lengthBytes);
        ensureOutput(Math.min(maxInflatedBytes + 1, FIRST_CAPACITY));
        outputBytes.clear();
        return coding == HeadFields.CODING_GZIP ? gunzip(lengthBytes) : unzstd();
    }

    /** Compresses; gives the length, or {@link #TOO_LONG} when it would not get shorter. */
    int encode(final boolean zstd, final DirectBuffer buffer, final int offset, final int lengthBytes) {
        copyIn(buffer, offset, lengthBytes);
        ensureOutput(lengthBytes + GZIP_HEADER_LENGTH + GZIP_TRAILER_LENGTH);
        outputBytes.clear();
        final int length = zstd ? zstd() : gzip(lengthBytes);
        return length > 0 && length < lengthBytes ? length : TOO_LONG;
    }

    /** The libraries want NIO buffers with a position; copying a few kilobytes costs nothing beside what they do. */
    private void copyIn(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        if (inputBytes.capacity() < lengthBytes) {
            inputBytes = ByteBuffer.allocateDirect(Math.max(FIRST_CAPACITY, Integer.highestOneBit(lengthBytes) << 1))
                .order(ByteOrder.LITTLE_ENDIAN);
            input.wrap(inputBytes);
        }
        inputBytes.clear();
        input.putBytes(0, buffer, offset, lengthBytes);
        inputBytes.limit(lengthBytes);
    }

    private void ensureOutput(final int lengthBytes) {
        if (outputBytes.capacity() < lengthBytes) {
            outputBytes = ByteBuffer.allocateDirect(lengthBytes).order(ByteOrder.LITTLE_ENDIAN);
            output.wrap(outputBytes);
        }
    }

    /** Makes room for more of a body, up to one byte over the limit; false when that has been reached. */
    private boolean growOutput() {
        final ByteBuffer full = outputBytes;
        if (full.position() > maxInflatedBytes) {
            return false;
        }
        if (!full.hasRemaining()) {
            outputBytes = ByteBuffer.allocateDirect((int) Math.min(maxInflatedBytes + 1L, 2L * full.capacity()))
                .order(ByteOrder.LITTLE_ENDIAN);
            outputBytes.put(full.flip());
            output.wrap(outputBytes);
        }
        return true;
    }

    private int gunzip(final int lengthBytes) {
        if (inflater == null) {
            inflater = new Inflater(true);
        }
        // RFC 1952 section 2.2: one member or several, one after the other.
        do {
            final int memberStart = outputBytes.position();
            if (!skipGzipHeader(lengthBytes)) {
                return BROKEN;
            }
            final int result = inflate();
            if (result != 0) {
                return result;
            }
            if (inputBytes.remaining() < GZIP_TRAILER_LENGTH) {
                return BROKEN;
            }
            final int wantedCrc = inputBytes.getInt();
            final int wantedLength = inputBytes.getInt();
            final int length = outputBytes.position() - memberStart;
            if (wantedLength != length || wantedCrc != crcOf(outputBytes, memberStart, length)) {
                return BROKEN;
            }
        } while (inputBytes.hasRemaining());
        return outputBytes.position();
    }

    private int inflate() {
        inflater.reset();
        inflater.setInput(inputBytes);
        try {
            while (!inflater.finished()) {
                final int written = inflater.inflate(outputBytes);
                if (outputBytes.position() > maxInflatedBytes) {
                    return TOO_LONG;
                }
                if (!outputBytes.hasRemaining()) {
                    growOutput();
                } else if (written == 0 && !inflater.finished()) {
                    return BROKEN;
                }
            }
        } catch (final DataFormatException e) {
            return BROKEN;
        }
        return 0;
    }

    private boolean skipGzipHeader(final int lengthBytes) {
        if (inputBytes.remaining() < GZIP_HEADER_LENGTH) {
            return false;
        }
        final int start = inputBytes.position();
        final int flags = inputBytes.get(start + 3);
        if ((inputBytes.getShort(start) & 0xFFFF) != GZIP_MAGIC || inputBytes.get(start + 2) != GZIP_DEFLATE
            || (flags & RESERVED_FLAGS) != 0) {
            return false;
        }
        int position = start + GZIP_HEADER_LENGTH;
        if ((flags & FLAG_EXTRA) != 0) {
            if (lengthBytes - position < Short.BYTES) {
                return false;
            }
            position += Short.BYTES + (inputBytes.getShort(position) & 0xFFFF);
        }
        if ((flags & FLAG_NAME) != 0) {
            position = afterZero(position, lengthBytes);
        }
        if ((flags & FLAG_COMMENT) != 0) {
            position = afterZero(position, lengthBytes);
        }
        if ((flags & FLAG_HEADER_CRC) != 0) {
            position += Short.BYTES;
        }
        if (position > lengthBytes) {
            return false;
        }
        inputBytes.position(position);
        return true;
    }

    private int afterZero(final int start, final int end) {
        int i = start;
        while (i < end && inputBytes.get(i) != 0) {
            i++;
        }
        return i + 1;
    }

    private int crcOf(final ByteBuffer bytes, final int offset, final int length) {
        final int position = bytes.position();
        final int limit = bytes.limit();
        bytes.limit(offset + length).position(offset);
        crc.reset();
        crc.update(bytes);
        bytes.limit(limit).position(position);
        return (int) crc.getValue();
    }

    /**
     * In one go instead of as a stream, because a stream takes memory for the window that a frame merely claims to
     * need, up to 128 MiB.
     */
    private int unzstd() {
        if (zstdReader == null) {
            zstdReader = new ZstdDecompressCtx();
        }
        final long declaredLength = Zstd.getDirectByteBufferFrameContentSize(inputBytes, 0, inputBytes.limit());
        if (declaredLength > maxInflatedBytes) {
            return TOO_LONG;
        }
        // Shorter than what it swells to where that is not declared, or where frame follows frame.
        ensureOutput((int) Math.max(declaredLength, 1));
        while (true) {
            try {
                zstdReader.reset();
                final int length = zstdReader.decompressDirectByteBuffer(
                    outputBytes, 0, outputBytes.capacity(), inputBytes, 0, inputBytes.limit());
                return length > maxInflatedBytes ? TOO_LONG : length;
            } catch (final ZstdException e) {
                if (e.getErrorCode() != Zstd.errDstSizeTooSmall()) {
                    return BROKEN;
                }
                if (outputBytes.capacity() > maxInflatedBytes) {
                    return TOO_LONG;
                }
                ensureOutput((int) Math.min(maxInflatedBytes + 1L, 4L * outputBytes.capacity()));
            }
        }
    }

    private int gzip(final int lengthBytes) {
        if (deflater == null) {
            deflater = new Deflater(DEFLATE_LEVEL, true);
        }
        outputBytes.putShort((short) GZIP_MAGIC).put((byte) GZIP_DEFLATE).put((byte) 0).putInt(0)
            .put((byte) 4).put((byte) 0xFF);
        outputBytes.limit(outputBytes.capacity() - GZIP_TRAILER_LENGTH);
        deflater.reset();
        deflater.setInput(inputBytes);
        deflater.finish();
        deflater.deflate(outputBytes);
        if (!deflater.finished()) {
            return TOO_LONG;
        }
        outputBytes.limit(outputBytes.capacity());
        return outputBytes.putInt(crcOf(inputBytes, 0, lengthBytes)).putInt(lengthBytes).position();
    }

    private int zstd() {
        if (zstdWriter == null) {
            zstdWriter = new ZstdCompressCtx().setLevel(ZSTD_LEVEL);
        }
        try {
            zstdWriter.reset();
            zstdWriter.setLevel(ZSTD_LEVEL);
            final boolean finished =
                zstdWriter.compressDirectByteBufferStream(outputBytes, inputBytes, EndDirective.END);
            return finished ? outputBytes.position() : TOO_LONG;
        } catch (final ZstdException e) {
            return TOO_LONG;
        }
    }

    /** Gives the libraries' memory back. */
    @Override
    public void close() {
        if (inflater != null) {
            inflater.end();
        }
        if (deflater != null) {
            deflater.end();
        }
        if (zstdReader != null) {
            zstdReader.close();
        }
        if (zstdWriter != null) {
            zstdWriter.close();
        }
    }
}
