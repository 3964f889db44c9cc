package io.opportune.engine.ledger;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.opportune.engine.journal.ReservationBlock;
import io.opportune.engine.journal.SettlementBlock;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;

/**
 * What one shard may spend without asking: leases by budget slot, of two periods each. Belongs to the shard's thread,
 * allocates nothing and never waits: what is not covered is not offered. The order is {@link #hasRoom}, {@link #take}
 * for each line, append to the journal (or {@link #giveBack} when it refuses), {@link #reserved}.
 *
 * <p>Append times must come from {@link #stampNs}: they never go back, also when the wall clock does, and they are what
 * decides whether an event came in time. {@link #poll} promises the ledger that nothing earlier will follow, so a shard
 * that stops polling holds up the expiry of reservations (never their settlement).
 *
 * <p>When the ring is full, messages of records that were journalled already are kept back in a spill and go out with
 * the next {@link #poll}; until then {@link #hasRoom} says no. When that is full too, nobody has read for long: the
 * shard is {@link #isCutOff cut off}, takes nothing and tells nothing any more. Nothing is lost: what it told is a
 * whole beginning of its journal, and the next start reads the rest there.
 *
 * <pre>
 *  of each slot, longs:  start, end, left, period | start, end, left, period
 * </pre>
 */
public class ShardLeases {
    private static final int PLACE = 4;
    private static final int STRIDE = 2 * PLACE;
    private static final int END = 1;
    private static final int LEFT = 2;
    private static final int PERIOD = 3;
    /** Messages taken from the ledger in one poll. */
    private static final int POLL_LIMIT = 256;
    /** Kept free of reservations, so that requests for leases and returned ones find room. */
    private static final int MARGIN_BYTES = 1024;
    /** Of a message in the ring: its header, and at most so much to align it. */
    private static final int MESSAGE_OVERHEAD = 16;
    private static final int SPILL_HEADER = 8;
    private static final int NO_ROOM = Integer.MIN_VALUE;

    private final LedgerLink link;
    private final OneToOneRingBuffer toLedger;
    private final MessageHandler handler = this::onMessage;
    private final int slots;
    private final long wantIntervalNs;
    private final long[] leases;
    /** Which of a slot's two places was used last: the other one gives way to a third period. */
    private final byte[] used;
    private final long[] askedNs;
    private final UnsafeBuffer spill;
    private int spilledBytes;
    private boolean isCutOff;
    private long spilledMessages;
    private long stampNs;
    /** The wall clock at the last poll, which may go back. */
    private long polledNs;

    /**
     * Starts without a lease.
     *
     * @param link     to the ledger; no other shard's.
     * @param settings whose {@code maxSlots}, {@code spillBytes} and {@code wantIntervalNs} are used.
     * @param floorNs  the latest append time that any journal of the store holds ({@link Ledger#latestNs}): no record
     *                 gets that one or an earlier.
     */
    public ShardLeases(final LedgerLink link, final LedgerSettings settings, final long floorNs) {
        this.link = link;
        toLedger = link.toLedger();
        slots = settings.maxSlots();
        wantIntervalNs = settings.wantIntervalNs();
        leases = new long[slots * STRIDE];
        used = new byte[slots];
        askedNs = new long[slots];
        Arrays.fill(askedNs, Long.MIN_VALUE);
        spill = new UnsafeBuffer(new byte[settings.spillBytes()]);
        stampNs = floorNs == Long.MIN_VALUE ? floorNs : floorNs + 1;
    }

    /**
     * The append time of a record that is made now.
     *
     * @param clockNs the wall clock, nanoseconds since 1970.
     * @return the same; when the clock went back, what was given last, or a little more than other shards had.
     */
    public long stampNs(final long clockNs) {
        if (clockNs > stampNs) {
            stampNs = clockNs;
        }
        return stampNs;
    }

    /**
     * Takes what the ledger sent and tells it that nothing earlier will follow. To be called in each duty cycle, also
     * of an idle shard.
     *
     * @param clockNs the wall clock, nanoseconds since 1970.
     * @return how many messages were taken or sent.
     */
    public int poll(final long clockNs) {
        int work = 0;
        if (spilledBytes > 0) {
            work += unspill();
        }
        work += link.toShard().read(handler, POLL_LIMIT);
        final long floorNs = link.floor();
        if (floorNs >= stampNs) {
            // When the clock went back, the shards' times still have to pass each other's.
            stampNs = floorNs + 1;
        }
        final long nowNs = stampNs(clockNs);
        polledNs = clockNs;
        if (!hasSpilled()) {
            link.complete(nowNs);
        }
        return work;
    }

    /**
     * Whether an amount could be taken. Asks the ledger for a lease when not.
     *
     * @param slot           of the budget, {@link Ledger#slotOf}.
     * @param businessTimeNs of the decision.
     * @param amount         0 or more.
     * @return false also for a slot that does not exist.
     */
    public boolean covers(final int slot, final long businessTimeNs, final long amount) {
        final int place = place(slot, businessTimeNs);
        if (place >= 0 && leases[place + LEFT] >= amount) {
            return true;
        }
        ask(slot, businessTimeNs, amount);
        return false;
    }

    /**
     * Takes an amount out of a lease.
     *
     * @param slot           of the budget.
     * @param businessTimeNs of the decision.
     * @param amount         0 or more.
     * @return false, and nothing taken, when the lease does not cover it.
     */
    public boolean take(final int slot, final long businessTimeNs, final long amount) {
        final int place = place(slot, businessTimeNs);
        if (place >= 0 && leases[place + LEFT] >= amount) {
            leases[place + LEFT] -= amount;
            return true;
        }
        ask(slot, businessTimeNs, amount);
        return false;
    }

    /**
     * The period that an instant falls in.
     *
     * @param slot           of the budget.
     * @param businessTimeNs of a decision that something was just taken for.
     * @return 0, or the local epoch day.
     */
    public int period(final int slot, final long businessTimeNs) {
        final int place = place(slot, businessTimeNs);
        return place < 0 ? BudgetCalendar.TOTAL_PERIOD : (int) leases[place + PERIOD];
    }

    /**
     * Puts back what was taken and did not get into the journal.
     *
     * @param slot   of the budget.
     * @param period that it was taken from.
     * @param amount that was taken.
     */
    public void giveBack(final int slot, final int period, final long amount) {
        final int place = placeOf(slot, period);
        if (place >= 0) {
            leases[place + LEFT] += amount;
        } else {
            send(LedgerLink.RETURNED, slot, period, amount);
        }
    }

    /**
     * Whether what is about to be reserved can be told to the ledger. To be asked before anything is taken.
     *
     * @param messages how many decisions.
     * @param bytes    of all their blocks together.
     * @return false when nothing may be reserved now: the ring is full, or the ledger knows too many reservations.
     */
    public boolean hasRoom(final int messages, final int bytes) {
        // Twice: a message that does not fit before the ring's end leaves that place unused.
        final long needed = bytes + (long) messages * (LedgerLink.RESERVED_HEADER + MESSAGE_OVERHEAD);
        return !link.closed() && !hasSpilled()
            && 2 * needed + MARGIN_BYTES <= toLedger.capacity() - toLedger.size();
    }

    /**
     * Tells the ledger of a decision that is in the journal.
     *
     * @param journalIndex of its record, above that of every record told before.
     * @param appendTimeNs of its record, from {@link #stampNs}.
     * @param decisionHigh upper half of its id.
     * @param decisionLow  lower half of its id.
     * @param block        as journalled, {@link ReservationBlock}.
     * @param offset       of the block.
     * @param length       of the block in bytes.
     */
    public void reserved(
        final long journalIndex,
        final long appendTimeNs,
        final long decisionHigh,
        final long decisionLow,
        final DirectBuffer block,
        final int offset,
        final int length) {

        final int at = claim(LedgerLink.RESERVED, LedgerLink.RESERVED_HEADER + length);
        if (at == NO_ROOM) {
            return;
        }
        final MutableDirectBuffer buffer = at < 0 ? spill : toLedger.buffer();
        final int start = at < 0 ? ~at : at;
        buffer.putLong(start, journalIndex, LITTLE_ENDIAN);
        buffer.putLong(start + 8, appendTimeNs, LITTLE_ENDIAN);
        buffer.putLong(start + 16, decisionHigh, LITTLE_ENDIAN);
        buffer.putLong(start + 24, decisionLow, LITTLE_ENDIAN);
        buffer.putBytes(start + LedgerLink.RESERVED_HEADER, block, offset, length);
        if (at >= 0) {
            toLedger.commit(at);
        }
    }

    /**
     * Tells the ledger of an event that is in the journal.
     *
     * @param journalIndex of its record, above that of every record told before.
     * @param appendTimeNs of its record, from {@link #stampNs}.
     * @param eventIdHigh  upper half of its id.
     * @param eventIdLow   lower half of its id.
     * @param decisionHigh upper half of the decision's id.
     * @param decisionLow  lower half of the decision's id.
     * @param offerId      which of the decision's offers it is about.
     * @param block        as journalled, {@link SettlementBlock}.
     * @param offset       of the block.
     * @param length       of the block in bytes.
     */
    public void settled(
        final long journalIndex,
        final long appendTimeNs,
        final long eventIdHigh,
        final long eventIdLow,
        final long decisionHigh,
        final long decisionLow,
        final int offerId,
        final DirectBuffer block,
        final int offset,
        final int length) {

        final int at = claim(LedgerLink.SETTLED, LedgerLink.SETTLED_HEADER + length);
        if (at == NO_ROOM) {
            return;
        }
        final MutableDirectBuffer buffer = at < 0 ? spill : toLedger.buffer();
        final int start = at < 0 ? ~at : at;
        buffer.putLong(start, journalIndex, LITTLE_ENDIAN);
        buffer.putLong(start + 8, appendTimeNs, LITTLE_ENDIAN);
        buffer.putLong(start + 16, eventIdHigh, LITTLE_ENDIAN);
        buffer.putLong(start + 24, eventIdLow, LITTLE_ENDIAN);
        buffer.putLong(start + 32, decisionHigh, LITTLE_ENDIAN);
        buffer.putLong(start + 40, decisionLow, LITTLE_ENDIAN);
        buffer.putInt(start + 48, offerId, LITTLE_ENDIAN);
        buffer.putBytes(start + LedgerLink.SETTLED_HEADER, block, offset, length);
        if (at >= 0) {
            toLedger.commit(at);
        }
    }

    /**
     * What is left of a lease, for tests and reports of the shard's own thread.
     *
     * @param slot   of the budget.
     * @param period of the lease.
     * @return 0 when there is no lease.
     */
    public long left(final int slot, final int period) {
        final int place = placeOf(slot, period);
        return place < 0 ? 0 : leases[place + LEFT];
    }

    /**
     * Messages that did not find room in the ring at once.
     *
     * @return since the start.
     */
    public long spilledMessages() {
        return spilledMessages;
    }

    /**
     * Whether so much waited for room in the ring that more could not be kept back.
     *
     * @return true until the next start; see the class.
     */
    public boolean isCutOff() {
        return isCutOff;
    }

    /**
     * Whether the ledger has not been told all that is journalled.
     *
     * @return false when {@link #poll} has got rid of what waited for room; true for ever once it is cut off.
     */
    public boolean hasSpilled() {
        return spilledBytes > 0 || isCutOff;
    }

    private int place(final int slot, final long timeNs) {
        if (slot < 0 || slot >= slots) {
            return -1;
        }
        final int first = slot * STRIDE;
        final long[] all = leases;
        if (timeNs >= all[first] && timeNs < all[first + END]) {
            used[slot] = 0;
            return first;
        }
        final int second = first + PLACE;
        if (timeNs >= all[second] && timeNs < all[second + END]) {
            used[slot] = 1;
            return second;
        }
        return -1;
    }

    /** A place that was never filled ends where it begins. */
    private int placeOf(final int slot, final int period) {
        if (slot < 0 || slot >= slots) {
            return -1;
        }
        final int first = slot * STRIDE;
        if (leases[first + PERIOD] == period && leases[first] < leases[first + END]) {
            return first;
        }
        final int second = first + PLACE;
        return leases[second + PERIOD] == period && leases[second] < leases[second + END] ? second : -1;
    }

    private void ask(final int slot, final long timeNs, final long amount) {
        if (slot < 0 || slot >= slots || hasSpilled()
            || askedNs[slot] != Long.MIN_VALUE && Math.abs(polledNs - askedNs[slot]) < wantIntervalNs) {
            return;
        }
        final int at = toLedger.tryClaim(LedgerLink.WANT, LedgerLink.WANT_LENGTH);
        if (at < 0) {
            return;
        }
        askedNs[slot] = polledNs;
        final MutableDirectBuffer buffer = toLedger.buffer();
        buffer.putInt(at, slot, LITTLE_ENDIAN);
        buffer.putInt(at + 4, 0, LITTLE_ENDIAN);
        buffer.putLong(at + 8, amount, LITTLE_ENDIAN);
        buffer.putLong(at + 16, timeNs, LITTLE_ENDIAN);
        toLedger.commit(at);
    }

    private void onMessage(final int type, final MutableDirectBuffer buffer, final int index, final int length) {
        final int slot = buffer.getInt(index, LITTLE_ENDIAN);
        final int period = buffer.getInt(index + 4, LITTLE_ENDIAN);
        if (type == LedgerLink.GRANT) {
            onGrant(slot, period, buffer.getLong(index + 8, LITTLE_ENDIAN), buffer.getLong(index + 16, LITTLE_ENDIAN),
                buffer.getLong(index + 24, LITTLE_ENDIAN));
        } else if (type == LedgerLink.RECALL) {
            onRecall(slot, period, buffer.getLong(index + 8, LITTLE_ENDIAN));
        }
    }

    private void onGrant(final int slot, final int period, final long startNs, final long endNs, final long amount) {
        int place = placeOf(slot, period);
        if (place < 0) {
            place = slot * STRIDE;
            final boolean firstIsFree = leases[place] >= leases[place + END];
            if (!firstIsFree && (leases[place + PLACE] >= leases[place + PLACE + END] || used[slot] == 0)) {
                place += PLACE;
            }
            if (leases[place + LEFT] > 0) {
                send(LedgerLink.RETURNED, slot, (int) leases[place + PERIOD], leases[place + LEFT]);
            }
            leases[place + LEFT] = 0;
        }
        leases[place] = startNs;
        leases[place + END] = endNs;
        leases[place + PERIOD] = period;
        leases[place + LEFT] += amount;
    }

    /** Always answered, with 0 when nothing is left: the ledger waits for the answer before it asks again. */
    void onRecall(final int slot, final int period, final long upTo) {
        final int place = placeOf(slot, period);
        long amount = 0;
        if (place >= 0) {
            amount = Math.min(upTo, leases[place + LEFT]);
            leases[place + LEFT] -= amount;
        }
        send(LedgerLink.RETURNED, slot, period, amount);
    }

    private void send(final int type, final int slot, final int period, final long amount) {
        final int at = claim(type, LedgerLink.RETURNED_LENGTH);
        if (at == NO_ROOM) {
            return;
        }
        final MutableDirectBuffer buffer = at < 0 ? spill : toLedger.buffer();
        final int start = at < 0 ? ~at : at;
        buffer.putInt(start, slot, LITTLE_ENDIAN);
        buffer.putInt(start + 4, period, LITTLE_ENDIAN);
        buffer.putLong(start + 8, amount, LITTLE_ENDIAN);
        if (at >= 0) {
            toLedger.commit(at);
        }
    }

    /** Room in the ring, or the complement of a place in the spill, or {@link #NO_ROOM}. */
    private int claim(final int type, final int length) {
        if (spilledBytes == 0 && !isCutOff) {
            final int at = toLedger.tryClaim(type, length);
            if (at >= 0) {
                return at;
            }
        }
        if (isCutOff || spilledBytes + SPILL_HEADER + length > spill.capacity()) {
            isCutOff = true;
            link.cutOff();
            return NO_ROOM;
        }
        final int at = spilledBytes + SPILL_HEADER;
        spill.putInt(spilledBytes, type);
        spill.putInt(spilledBytes + 4, length);
        spilledBytes = at + length;
        spilledMessages++;
        return ~at;
    }

    private int unspill() {
        int from = 0;
        int count = 0;
        while (from < spilledBytes) {
            final int length = spill.getInt(from + 4);
            if (!toLedger.write(spill.getInt(from), spill, from + SPILL_HEADER, length)) {
                break;
            }
            from += SPILL_HEADER + length;
            count++;
        }
        if (from > 0) {
            spill.putBytes(0, spill, from, spilledBytes - from);
            spilledBytes -= from;
        }
        return count;
    }
}
