package io.opportune.engine.shading;

import io.opportune.engine.notice.NoticeToken;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * The way of bids and of what becomes of them from event loops to the learner: a ring that takes no lock and allocates
 * nothing. What finds no room is dropped and counted, and its bid teaches nothing. Any number of threads write.
 *
 * <pre>
 *   0          8          16         24        28        30        32      33      34     36
 *  +----------+----------+----------+---------+---------+---------+-------+-------+------+
 *  | bid key  |bid micros|min to win|placement|exchange |currency | shade | floor | none |
 *  |   i64    |   i64    |   i64    |   i32   |   u16   |   u16   |  u8   |  u8   |      |
 *  +----------+----------+----------+---------+---------+---------+-------+-------+------+
 *  shade: 64ths, and 0x80 in a deal; min to win -1: not told
 * </pre>
 */
public final class ShadeFeed {
    static final int BID = 1;
    static final int WON = 2;
    static final int LOST = 3;
    /** Lost, but not by its price. */
    static final int VOID = 4;

    /** Bytes of an entry. */
    public static final int ENTRY_BYTES = 36;

    static final int KEY_AT = 0;
    static final int PRICE_AT = 8;
    static final int MIN_TO_WIN_AT = 16;
    static final int PLACEMENT_AT = 24;
    static final int EXCHANGE_AT = 28;
    static final int CURRENCY_AT = 30;
    static final int SHADE_AT = 32;
    static final int FLOOR_BAND_AT = 33;
    static final int IN_DEAL = 0x80;

    /** Some seconds of any traffic that one machine has. */
    private static final int RING_BYTES = 1 << 20;

    private final ManyToOneRingBuffer ring = new ManyToOneRingBuffer(
        new UnsafeBuffer(ByteBuffer.allocateDirect(RING_BYTES + RingBufferDescriptor.TRAILER_LENGTH)));
    private final AtomicCounter dropped;

    /**
     * An empty ring.
     *
     * @param dropped counts what found no room.
     */
    public ShadeFeed(final AtomicCounter dropped) {
        this.dropped = dropped;
    }

    ManyToOneRingBuffer ring() {
        return ring;
    }

    /**
     * Writes a bid into memory, so that it can be handed over once its response is complete.
     *
     * @param token  of the bid, with a shade.
     * @param into   takes {@link #ENTRY_BYTES}.
     * @param offset where.
     */
    public static void encode(final NoticeToken token, final MutableDirectBuffer into, final int offset) {
        encode(token, -1, into, offset);
    }

    private static void encode(
        final NoticeToken token, final long minToWinMicros, final MutableDirectBuffer into, final int offset) {
        into.putLong(offset + KEY_AT, keyOf(token));
        into.putLong(offset + PRICE_AT, token.bidPriceMicros());
        into.putLong(offset + MIN_TO_WIN_AT, minToWinMicros);
        into.putInt(offset + PLACEMENT_AT, token.placementId());
        into.putShort(offset + EXCHANGE_AT, (short) token.exchange());
        into.putShort(offset + CURRENCY_AT, (short) token.currency());
        into.putByte(offset + SHADE_AT, (byte) (token.shade() | (token.isInDeal() ? IN_DEAL : 0)));
        into.putByte(offset + FLOOR_BAND_AT, (byte) token.floorBand());
        into.putShort(offset + FLOOR_BAND_AT + 1, (short) 0);
    }

    /** What tells a bid from all others; never 0. */
    private static long keyOf(final NoticeToken token) {
        final long key = ShadeTable.chance(token.decisionHigh(), token.decisionLow(), token.offerId());
        return key == 0 ? 1 : key;
    }

    /**
     * Takes a bid that was sent.
     *
     * @param entry  as {@link #encode} wrote it.
     * @param offset of it.
     */
    public void onBid(final DirectBuffer entry, final int offset) {
        if (!ring.write(BID, entry, offset, ENTRY_BYTES)) {
            dropped.getAndAddRelease(1);
        }
    }

    /**
     * Takes the news that a bid has won.
     *
     * @param token          of its notice; one without a shade teaches nothing.
     * @param minToWinMicros least price that would have won, in the bid's currency, or -1.
     */
    public void onWon(final NoticeToken token, final long minToWinMicros) {
        write(WON, token, minToWinMicros);
    }

    /**
     * Takes the news that a bid was lost to a price.
     *
     * @param token          of its notice; one without a shade teaches nothing.
     * @param minToWinMicros least price that would have won, in the bid's currency, or -1.
     */
    public void onLost(final NoticeToken token, final long minToWinMicros) {
        write(LOST, token, minToWinMicros);
    }

    /**
     * Takes the news that a bid was lost for a reason that no price would have changed.
     *
     * @param token of its notice.
     */
    public void onVoid(final NoticeToken token) {
        write(VOID, token, -1);
    }

    private void write(final int type, final NoticeToken token, final long minToWinMicros) {
        if (token.shade() == NoticeToken.NO_SHADE) {
            return;
        }
        final int index = ring.tryClaim(type, ENTRY_BYTES);
        if (index < 0) {
            dropped.getAndAddRelease(1);
            return;
        }
        encode(token, minToWinMicros, ring.buffer(), index);
        ring.commit(index);
    }
}
