package io.opportune.engine.profile;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a decision or event counts in its customer's profile, as bytes of its journal record: worked out once with the
 * catalogue in use, so that applying the record needs none. Owned by one thread; allocates only when made.
 *
 * <pre>
 *   0 version u8 (1) | 1 reserved(1) | 2 person u16 | 4 longest pause within a session, s, u32 (0: no sessions)
 *   then 8 bytes for each counter: 0 key i32 | 4 code of the window u8 | 5 what u8 (0 count one more, 1 forget)
 *   | 6 days of the longest window of calendar days u8 | 7 reserved(1)
 * </pre>
 */
public final class CountsBlock {
    private static final byte VERSION = 1;
    private static final int PERSON = 2;
    private static final int GAP = 4;
    private static final int HEADER_LENGTH = 8;
    private static final int WINDOW = 4;
    private static final int WHAT = 5;
    private static final int DAYS = 6;
    private static final int ENTRY_LENGTH = 8;
    private static final byte COUNT = 0;
    private static final byte FORGET = 1;

    private final MutableDirectBuffer buffer;
    private int length;

    /**
     * Makes a block.
     *
     * @param maxCounters most counters that a record touches.
     */
    public CountsBlock(final int maxCounters) {
        buffer = new UnsafeBuffer(new byte[HEADER_LENGTH + maxCounters * ENTRY_LENGTH]);
    }

    /** {@return the bytes, {@link #length()} of them} */
    public DirectBuffer buffer() {
        return buffer;
    }

    /** {@return bytes of the block; 0 when there is nothing to tell} */
    public int length() {
        return length;
    }

    /** Begins a block that tells nothing. */
    public void clear() {
        length = 0;
    }

    /**
     * Begins a block.
     *
     * @param person            tag of the person in a household, 0 when there is none.
     * @param sessionGapSeconds longest pause within a session; 0 when nobody counts sessions.
     */
    public void begin(final int person, final int sessionGapSeconds) {
        buffer.putByte(0, VERSION);
        buffer.putByte(1, (byte) 0);
        buffer.putShort(PERSON, (short) person, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(GAP, sessionGapSeconds, ByteOrder.LITTLE_ENDIAN);
        length = HEADER_LENGTH;
    }

    /**
     * Counts one more.
     *
     * @param key    of {@link CapKey#of}.
     * @param window that the key was made with.
     * @param days   of {@link CapWindow#DAYS}: of the longest window that asks the counter, 1..8; otherwise 0.
     */
    public void count(final int key, final CapWindow window, final int days) {
        add(key, window.ordinal(), COUNT, days);
    }

    /**
     * Forgets a counter that no cap asks for any more.
     *
     * @param key of the counter.
     */
    public void forget(final int key) {
        add(key, 0, FORGET, 0);
    }

    private void add(final int key, final int window, final byte what, final int days) {
        buffer.putInt(length, key, ByteOrder.LITTLE_ENDIAN);
        buffer.putByte(length + WINDOW, (byte) window);
        buffer.putByte(length + WHAT, what);
        buffer.putByte(length + DAYS, (byte) days);
        buffer.putByte(length + DAYS + 1, (byte) 0);
        length += ENTRY_LENGTH;
    }

    /** {@return whether the block would be the same as none} */
    public boolean isTrivial() {
        return length <= HEADER_LENGTH && person(buffer, 0, length) == 0 && gap(buffer, 0, length) == 0;
    }

    /**
     * The person that a record is about.
     *
     * @param source      of a block.
     * @param offset      of the block.
     * @param lengthBytes of the block; 0 when the record has none.
     * @return tag within the household; 0 when there is none or nobody asked.
     */
    public static int person(final DirectBuffer source, final int offset, final int lengthBytes) {
        return lengthBytes < HEADER_LENGTH
            ? 0 : source.getShort(offset + PERSON, ByteOrder.LITTLE_ENDIAN) & ProfileLayout.USHORT;
    }

    private static int gap(final DirectBuffer source, final int offset, final int lengthBytes) {
        return lengthBytes < HEADER_LENGTH ? 0 : source.getInt(offset + GAP, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Changes the counters of a profile. What a newer version wrote and this one does not know is passed over.
     *
     * @param source      of a block.
     * @param offset      of the block.
     * @param lengthBytes of the block; 0 changes nothing.
     * @param profile     to change.
     * @param timeNs      of the record.
     */
    public static void apply(
        final DirectBuffer source, final int offset, final int lengthBytes, final ProfileFlyweight profile,
        final long timeNs) {
        final int gapSeconds = gap(source, offset, lengthBytes);
        if (gapSeconds > 0) {
            ProfileUpdates.recordActivity(profile, timeNs, gapSeconds);
        }
        final int person = person(source, offset, lengthBytes);
        for (int at = HEADER_LENGTH; at + ENTRY_LENGTH <= lengthBytes; at += ENTRY_LENGTH) {
            final int key = source.getInt(offset + at, ByteOrder.LITTLE_ENDIAN);
            final byte what = source.getByte(offset + at + WHAT);
            final CapWindow window = CapWindow.of(source.getByte(offset + at + WINDOW));
            if (what == FORGET) {
                ProfileUpdates.dropCounter(profile, key);
            } else if (what == COUNT && window != null) {
                final int days = Math.clamp(source.getByte(offset + at + DAYS), 1, CapWindow.MAX_DAYS);
                ProfileUpdates.count(profile, timeNs, key, window, days, person);
            }
        }
    }
}
