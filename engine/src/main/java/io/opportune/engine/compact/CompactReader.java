package io.opportune.engine.compact;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * Reads what {@link CompactWriter} wrote. Bytes that break off, and numbers that are none, read as 0 from there on, and
 * {@link #truncated()} or {@link #malformed()} says so: check once at the end. Reused; one thread.
 */
public final class CompactReader {
    private static final int LAST_SHIFT = 28;

    private DirectBuffer buffer;
    private int position;
    private int limit;
    private boolean truncated;
    private boolean malformed;

    /** Makes one that reads nothing yet. */
    public CompactReader() {
        // Wrapped later.
    }

    /**
     * Starts.
     *
     * @param from        to read from.
     * @param offset      of the first byte.
     * @param lengthBytes how many there are.
     * @return this.
     */
    public CompactReader wrap(final DirectBuffer from, final int offset, final int lengthBytes) {
        buffer = from;
        position = offset;
        limit = offset + lengthBytes;
        truncated = false;
        malformed = false;
        return this;
    }

    /** Forgets the buffer. */
    public void end() {
        buffer = null;
    }

    /**
     * Whether the bytes broke off.
     *
     * @return true: what was read is of no use.
     */
    public boolean truncated() {
        return truncated;
    }

    /**
     * Whether the bytes are not what a writer writes.
     *
     * @return true: what was read is of no use.
     */
    public boolean malformed() {
        return malformed;
    }

    /**
     * Whether what was read so far is good.
     *
     * @return neither {@link #truncated()} nor {@link #malformed()}.
     */
    public boolean isGood() {
        return !truncated && !malformed;
    }

    /** Says that more was announced than there is. */
    public void truncate() {
        truncated = true;
    }

    /** Says that what was read makes no sense. */
    public void malform() {
        malformed = true;
    }

    /**
     * Bytes that are left.
     *
     * @return 0 or more.
     */
    public int remaining() {
        return limit - position;
    }

    private boolean has(final int bytes) {
        truncated |= limit - position < bytes;
        return isGood();
    }

    /**
     * Reads a byte.
     *
     * @return 0..255.
     */
    public int getByte() {
        return has(1) ? buffer.getByte(position++) & 0xFF : 0;
    }

    /**
     * Reads a number.
     *
     * @return any.
     */
    public int getInt() {
        int bits = 0;
        for (int shift = 0; shift <= LAST_SHIFT; shift += 7) {
            final int next = getByte();
            bits |= (next & 0x7F) << shift;
            if (next < 0x80) {
                // The fifth byte has room for four bits only.
                malformed |= shift == LAST_SHIFT && next > 0x0F;
                return isGood() ? bits >>> 1 ^ -(bits & 1) : 0;
            }
        }
        malformed = true;
        return 0;
    }

    /**
     * Reads how many of something follow.
     *
     * @param most       that are possible.
     * @param leastBytes that each takes.
     * @return 0..most.
     */
    public int getCount(final int most, final int leastBytes) {
        final int count = getInt();
        malformed |= count < 0 || count > most;
        truncated |= !malformed && (long) count * leastBytes > remaining();
        return isGood() ? count : 0;
    }

    /**
     * Reads eight bytes.
     *
     * @return any.
     */
    public long getLong() {
        if (!has(Long.BYTES)) {
            return 0;
        }
        position += Long.BYTES;
        return buffer.getLong(position - Long.BYTES, ByteOrder.LITTLE_ENDIAN);
    }
}
