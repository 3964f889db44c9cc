package io.opportune.engine.compact;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/**
 * Writes numbers one behind the other: small ones, of either sign, in one byte (zigzag, then seven bits a byte, low
 * ones first, as in protobuf's {@code sint32}). What does not fit is not written, and {@link #overflowed()} says so.
 * Reused; one thread.
 */
public final class CompactWriter {
    private static final int MAX_VARINT_BYTES = 5;

    private MutableDirectBuffer buffer;
    private int position;
    private int limit;
    private boolean overflowed;

    /** Makes one that writes nowhere yet. */
    public CompactWriter() {
        // Wrapped later.
    }

    /**
     * Starts.
     *
     * @param into        to write into.
     * @param offset      of the first byte.
     * @param lengthBytes most bytes.
     * @return this.
     */
    public CompactWriter wrap(final MutableDirectBuffer into, final int offset, final int lengthBytes) {
        buffer = into;
        position = offset;
        limit = offset + lengthBytes;
        overflowed = false;
        return this;
    }

    /**
     * Forgets the buffer.
     *
     * @return where writing ended.
     */
    public int end() {
        buffer = null;
        return position;
    }

    /**
     * Whether something did not fit.
     *
     * @return true: what was written is of no use.
     */
    public boolean overflowed() {
        return overflowed;
    }

    /**
     * Bytes that are left.
     *
     * @return 0 or more.
     */
    public int remaining() {
        return limit - position;
    }

    private boolean fits(final int bytes) {
        overflowed |= limit - position < bytes;
        return !overflowed;
    }

    /**
     * Writes a byte.
     *
     * @param value of which the low eight bits count.
     */
    public void putByte(final int value) {
        if (fits(1)) {
            buffer.putByte(position++, (byte) value);
        }
    }

    /**
     * Writes a number, small ones shorter.
     *
     * @param value any.
     */
    public void putInt(final int value) {
        int bits = value << 1 ^ value >> 31;
        if (fits(lengthOf(bits))) {
            while ((bits & ~0x7F) != 0) {
                buffer.putByte(position++, (byte) (bits | 0x80));
                bits >>>= 7;
            }
            buffer.putByte(position++, (byte) bits);
        }
    }

    private static int lengthOf(final int bits) {
        int length = 1;
        for (int rest = bits >>> 7; rest != 0 && length < MAX_VARINT_BYTES; rest >>>= 7) {
            length++;
        }
        return length;
    }

    /**
     * Writes eight bytes, low ones first.
     *
     * @param value any.
     */
    public void putLong(final long value) {
        if (fits(Long.BYTES)) {
            buffer.putLong(position, value, ByteOrder.LITTLE_ENDIAN);
            position += Long.BYTES;
        }
    }
}
