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
 *   and 24 bytes for each claim on budgets per customer, and 8 for each of its budgets:
 *   0 tag i32 | 4 {@link Claim} u8 | 5 what u8 (2) | 6 whole cost u8 | 7 budgets u8
 *   | 8 micros, low u32 | 12 reserved(1) | 13 what u8 (3) | 14 micros, high u16
 *   | 16 end of a reservation s u32 | 20 reserved(1) | 21 what u8 (3) | 22 reserved(2)
 *   then: 0 budget i32 | 4 counts pieces u8 | 5 what u8 (3) | 6 local day u16 (0: in all)
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
    private static final byte CLAIM = 2;
    private static final byte CLAIM_PART = 3;
    private static final int WHOLE = 6;
    private static final int BUDGETS = 7;
    private static final int HIGH = 6;
    private static final int CLAIM_ENTRIES = 3;

    /** What becomes of a claim on budgets per customer. */
    public enum Claim {
        /** Reserved for an offer that was made. */
        RESERVE,
        /** Spent. */
        COMMIT,
        /** Free again. */
        RELEASE,
        /** Given back. */
        REVERSE,
        /** No claim: the budget is no longer in the catalogue. */
        FORGET;

        private static final Claim[] BY_CODE = values();
    }

    private final MutableDirectBuffer buffer;
    private int length;
    private int claimAt;

    /**
     * Makes a block.
     *
     * @param maxCounters most counters that a record touches.
     */
    public CountsBlock(final int maxCounters) {
        this(maxCounters, 0);
    }

    /**
     * Makes a block with room for claims.
     *
     * @param maxCounters most counters that a record touches.
     * @param maxClaims   most claims on budgets per customer that it touches.
     */
    public CountsBlock(final int maxCounters, final int maxClaims) {
        buffer = new UnsafeBuffer(new byte[HEADER_LENGTH
            + (maxCounters + maxClaims * (CLAIM_ENTRIES + CustomerSpend.MAX_LINES)) * ENTRY_LENGTH]);
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

    /**
     * What tells claims apart within a profile: two of one profile share a tag once in four thousand million times, and
     * then what the later one reserves counts as spent.
     *
     * @param decisionHigh upper half of the decision id; 0 with the lower: none.
     * @param decisionLow  lower half.
     * @param offerId      registry id.
     * @return 0 where there is no decision, otherwise anything else.
     */
    public static int claimTag(final long decisionHigh, final long decisionLow, final int offerId) {
        if ((decisionHigh | decisionLow) == 0) {
            return 0;
        }
        long hash = decisionHigh * 0x9e3779b97f4a7c15L + decisionLow;
        // The finaliser of SplitMix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014), twice: every bit depends on each.
        for (int round = 0; round < 2; round++) {
            hash = (hash ^ hash >>> 30) * 0xbf58476d1ce4e5b9L;
            hash = (hash ^ hash >>> 27) * 0x94d049bb133111ebL;
            hash = (hash ^ hash >>> 31) + offerId;
        }
        final int tag = (int) (hash ^ hash >>> Integer.SIZE);
        return tag == 0 ? 1 : tag;
    }

    /**
     * Tells what becomes of a claim; {@link #budget} follows for each budget.
     *
     * @param what      becomes of it.
     * @param tag       of {@link #claimTag}.
     * @param micros    reserved, spent or given back; 0 or more.
     * @param wholeCost of {@link Claim#REVERSE}: whether all of the cost comes back, so that a count does too; of
     *                  {@link Claim#COMMIT}: whether the amount is all of it, otherwise what was reserved is spent
     *                  where that is more.
     * @param endSecond of {@link Claim#RESERVE}: from when on nothing is reserved any more, seconds since 1970.
     */
    public void claim(
        final Claim what, final int tag, final long micros, final boolean wholeCost, final long endSecond) {
        final long amount = Math.min(micros, CustomerSpend.MAX_AMOUNT);
        claimAt = length;
        add(tag, what.ordinal(), CLAIM, wholeCost ? 1 : 0);
        add((int) amount, 0, CLAIM_PART, 0);
        buffer.putShort(length - ENTRY_LENGTH + HIGH, (short) (amount >>> Integer.SIZE), ByteOrder.LITTLE_ENDIAN);
        add((int) Math.min(endSecond, CapCounters.MAX_SECOND), 0, CLAIM_PART, 0);
    }

    /**
     * Names a budget of the claim begun last.
     *
     * @param budgetId of the budget.
     * @param day      local day in its campaign's zone, days since 1970; 0 for a budget in all.
     * @param pieces   whether it counts pieces, otherwise money.
     */
    public void budget(final int budgetId, final int day, final boolean pieces) {
        add(budgetId, pieces ? 1 : 0, CLAIM_PART, 0);
        buffer.putShort(length - ENTRY_LENGTH + HIGH, (short) day, ByteOrder.LITTLE_ENDIAN);
        buffer.putByte(claimAt + BUDGETS, (byte) (buffer.getByte(claimAt + BUDGETS) + 1));
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
     * @return how many counters, claims and budgets of a customer found no room, or pushed another out.
     */
    public static int apply(
        final DirectBuffer source, final int offset, final int lengthBytes, final ProfileFlyweight profile,
        final long timeNs) {
        final int gapSeconds = gap(source, offset, lengthBytes);
        if (gapSeconds > 0) {
            ProfileUpdates.recordActivity(profile, timeNs, gapSeconds);
        }
        final int person = person(source, offset, lengthBytes);
        int forgotten = 0;
        // Claims first: what was asked for them is the room that was there before anything was counted.
        for (int at = HEADER_LENGTH; at + ENTRY_LENGTH <= lengthBytes; at += ENTRY_LENGTH) {
            if (source.getByte(offset + at + WHAT) == CLAIM) {
                forgotten += applyClaim(source, offset + at, lengthBytes - at, profile, CapCounters.secondOf(timeNs));
            }
        }
        for (int at = HEADER_LENGTH; at + ENTRY_LENGTH <= lengthBytes; at += ENTRY_LENGTH) {
            final int key = source.getInt(offset + at, ByteOrder.LITTLE_ENDIAN);
            final byte what = source.getByte(offset + at + WHAT);
            final CapWindow window = CapWindow.of(source.getByte(offset + at + WINDOW));
            if (what == FORGET) {
                ProfileUpdates.dropCounter(profile, key);
            } else if (what == COUNT && window != null) {
                final int days = Math.clamp(source.getByte(offset + at + DAYS), 1, CapWindow.MAX_DAYS);
                forgotten += ProfileUpdates.count(profile, timeNs, key, window, days, person) ? 1 : 0;
            }
        }
        return forgotten;
    }

    private static int applyClaim(
        final DirectBuffer source, final int at, final int lengthBytes, final ProfileFlyweight profile,
        final long second) {
        final int budgets = source.getByte(at + BUDGETS) & ProfileLayout.UBYTE;
        final int length = (CLAIM_ENTRIES + budgets) * ENTRY_LENGTH;
        final int what = source.getByte(at + WINDOW);
        if (length > lengthBytes || what < 0 || what >= Claim.BY_CODE.length || budgets > Long.SIZE) {
            return 0;
        }
        int forgotten = 0;
        final int tag = source.getInt(at, ByteOrder.LITTLE_ENDIAN);
        final int part = at + ENTRY_LENGTH;
        final long micros = source.getInt(part, ByteOrder.LITTLE_ENDIAN) & 0xffff_ffffL
            | (long) (source.getShort(part + HIGH, ByteOrder.LITTLE_ENDIAN) & ProfileLayout.USHORT) << Integer.SIZE;
        final int first = at + CLAIM_ENTRIES * ENTRY_LENGTH;
        switch (Claim.BY_CODE[what]) {
            case RESERVE -> {
                final long endSecond = source.getInt(part + ENTRY_LENGTH, ByteOrder.LITTLE_ENDIAN) & 0xffff_ffffL;
                final boolean isFree = CustomerSpend.isFreeTag(profile, tag, second);
                for (int i = 0; i < budgets; i++) {
                    final int b = first + i * ENTRY_LENGTH;
                    forgotten += CustomerSpend.reserve(profile, tag, isFree, micros, endSecond, budgetId(source, b),
                        day(source, b), countsPieces(source, b), second) ? 0 : 1;
                }
            }
            case COMMIT -> forgotten += commit(
                source, first, budgets, profile, tag, micros, source.getByte(at + WHOLE) != 0, second);
            case RELEASE -> CustomerSpend.release(profile, tag, second);
            case REVERSE -> CustomerSpend.reverse(profile, tag, micros, source.getByte(at + WHOLE) != 0);
            case FORGET -> {
                for (int i = 0; i < budgets; i++) {
                    CustomerSpend.forget(profile, budgetId(source, first + i * ENTRY_LENGTH), second);
                }
            }
            default -> throw new IllegalStateException();
        }
        return forgotten;
    }

    /** What was reserved is spent in its own lines; what the event names beside them is spent there. */
    private static int commit(
        final DirectBuffer source, final int first, final int budgets, final ProfileFlyweight profile, final int tag,
        final long micros, final boolean isCostKnown, final long second) {
        final boolean isOfClaim = CustomerSpend.commit(profile, tag, micros, isCostKnown, second)
            || CustomerSpend.noteSpent(profile, tag, micros, second);
        // Asked of all before any, because a new line may push the claim out.
        long parts = 0;
        int forgotten = 0;
        for (int i = 0; i < budgets && isOfClaim; i++) {
            parts |= CustomerSpend.isPart(profile, tag, budgetId(source, first + i * ENTRY_LENGTH)) ? 1L << i : 0;
        }
        for (int i = 0; i < budgets; i++) {
            final int b = first + i * ENTRY_LENGTH;
            if ((parts >>> i & 1) == 0) {
                forgotten += CustomerSpend.commitLine(profile, tag, isOfClaim, micros, budgetId(source, b),
                    day(source, b), countsPieces(source, b), second) ? 0 : 1;
            }
        }
        return forgotten;
    }

    private static int budgetId(final DirectBuffer source, final int at) {
        return source.getInt(at, ByteOrder.LITTLE_ENDIAN);
    }

    private static int day(final DirectBuffer source, final int at) {
        return source.getShort(at + HIGH, ByteOrder.LITTLE_ENDIAN) & ProfileLayout.USHORT;
    }

    private static boolean countsPieces(final DirectBuffer source, final int at) {
        return source.getByte(at + WINDOW) != 0;
    }
}
