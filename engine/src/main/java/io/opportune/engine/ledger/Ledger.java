package io.opportune.engine.ledger;

import io.opportune.engine.journal.ReservationBlock;
import io.opportune.engine.journal.SettlementBlock;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * The money of all budgets: what was granted to shards, reserved by decisions, spent by events. A state machine that
 * only its records and {@link #tick} change; belongs to one thread ({@link LedgerAgent}'s, recovery's before). Recovery
 * feeds it the journal through the same methods as the rings do: before {@link #startLeasing} a reservation is taken
 * for granted, afterwards it comes out of its shard's lease.
 *
 * <p>What a decision's reservation and its events come to is a function of their append times and not of the order in
 * which the streams of the shards are read ({@link Outcome}). Money is freed only when all streams are complete up to
 * the event that frees it, so that what is taken of a line never grows without a grant:
 * {@code granted - returned = spent + reserved + outstanding <= limit}, checked after every change.
 *
 * <p>Streams may be replayed in any order when what is replayed spans less than the horizon; else in the order of
 * append times, because what is older than the horizon is forgotten.
 */
public class Ledger {
    /** Claims freed or forgotten in one tick, so that no tick takes long. */
    private static final int MAX_DUE_PER_TICK = 8_192;
    private static final long NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long UNKNOWN = Long.MIN_VALUE;

    final LedgerSettings settings;
    final BudgetCalendar calendar;
    private final LedgerListener listener;

    private final Long2ObjectHashMap<Slot> slots = new Long2ObjectHashMap<>();
    private final List<Slot> numbered = new ArrayList<>();
    private final ConcurrentHashMap<Long, Integer> numbers = new ConcurrentHashMap<>();
    private final List<Line> lines = new ArrayList<>();
    private final ArrayDeque<Integer> freeIndexes = new ArrayDeque<>();
    /** Lines whose leases must be looked at. */
    private final ArrayDeque<Line> dirty = new ArrayDeque<>();
    /** Budgets that were declared since the agent last looked. */
    private final ArrayDeque<Slot> declared = new ArrayDeque<>();

    private final ClaimTable claims;
    private final ClaimQueue settling = new ClaimQueue();
    private final Outcome before;
    private final Outcome after;

    private final long[] positions;
    private final long[] streamNs;
    private long completeNs = UNKNOWN;
    private long expiryNs = UNKNOWN;
    private long lastMonotonicNs = UNKNOWN;
    private int shards;

    private long duplicates;
    private long skipped;
    private long unmatched;
    private long refundsUnknown;
    private long disordered;
    private int brokenLines;

    /**
     * An empty ledger in recovery: nothing is leased before {@link #startLeasing}.
     *
     * @param settings bounds and horizons.
     * @param listener hears of exhausted and broken lines.
     */
    public Ledger(final LedgerSettings settings, final LedgerListener listener) {
        this(settings, listener, new BudgetCalendar(), new Outcome(), new Outcome());
    }

    Ledger(
        final LedgerSettings settings,
        final LedgerListener listener,
        final BudgetCalendar calendar,
        final Outcome before,
        final Outcome after) {

        this.settings = settings;
        this.listener = listener;
        this.calendar = calendar;
        this.before = before;
        this.after = after;
        claims = new ClaimTable(settings.maxReservations());
        positions = new long[settings.maxShards()];
        streamNs = new long[settings.maxShards()];
        Arrays.fill(positions, UNKNOWN);
        Arrays.fill(streamNs, UNKNOWN);
    }

    /**
     * The budgets of a new catalogue. A changed limit holds at once: below what is taken already nothing is granted any
     * more and leases are called back. What is no longer declared grants nothing, and still settles.
     *
     * @param terms all of them, each budget and scope once.
     * @throws IllegalArgumentException when one stands twice, changed its unit or currency, or when there would be more
     *     than {@code maxSlots}; nothing is changed then.
     */
    public void declare(final Collection<BudgetTerms> terms) {
        final Set<Long> keys = new HashSet<>();
        int fresh = 0;
        for (final BudgetTerms each : terms) {
            final long key = Slot.key(each.budgetId(), each.scopeId());
            if (!keys.add(key)) {
                throw new IllegalArgumentException(
                    "budget " + each.budgetId() + " scope " + each.scopeId() + " is declared twice");
            }
            final Slot slot = slots.get(key);
            if (slot == null || slot.number == Slot.UNDECLARED) {
                fresh++;
            } else if (slot.terms != null
                && (slot.terms.unit() != each.unit() || slot.terms.currency() != each.currency())) {
                throw new IllegalArgumentException("budget " + each.budgetId() + " scope " + each.scopeId()
                    + " changes from " + slot.terms.unit() + " of currency " + slot.terms.currency() + " to "
                    + each.unit() + " of currency " + each.currency() + ": give it a new name");
            }
        }
        if (numbered.size() + fresh > settings.maxSlots()) {
            throw new IllegalArgumentException((numbered.size() + fresh) + " budgets and scopes since the start, "
                + "allowed: " + settings.maxSlots());
        }
        for (final Slot slot : numbered) {
            if (!keys.contains(Slot.key(slot.budgetId, slot.scopeId)) && slot.terms != null) {
                slot.terms = null;
                slot.lines().forEach(this::touch);
            }
        }
        for (final BudgetTerms each : terms) {
            final Slot slot = slot(each.budgetId(), each.scopeId());
            if (slot.number == Slot.UNDECLARED) {
                slot.number = numbered.size();
                numbered.add(slot);
                numbers.put(Slot.key(slot.budgetId, slot.scopeId), slot.number);
            }
            slot.terms = each;
            declared.add(slot);
            for (final Line line : slot.lines()) {
                limit(line, each.limit());
                touch(line);
            }
        }
    }

    private void limit(final Line line, final long limit) {
        line.limit = line.period <= line.slot.closedPeriod ? 0 : limit;
        line.ceiling = Math.max(line.limit, line.used());
        if (line.slot.terms != null) {
            line.startNs = calendar.startNs(line.slot.terms, line.period);
            line.endNs = calendar.endNs(line.slot.terms, line.period);
        }
    }

    /**
     * The dense number of a budget, stable for the life of the process. Any thread may ask.
     *
     * @param budgetId registry id.
     * @param scopeId  0, a store or a deal.
     * @return -1 when it was never declared.
     */
    public int slotOf(final int budgetId, final int scopeId) {
        return numbers.getOrDefault(Slot.key(budgetId, scopeId), Slot.UNDECLARED);
    }

    /**
     * A decision that is in the journal, live or replayed.
     *
     * @param shard        whose stream, below {@code maxShards}.
     * @param journalIndex ascending in the stream; skipped when it was consumed before.
     * @param appendTimeNs of the record; an earlier one than the stream's last counts as that.
     * @param decisionHigh upper half of its id.
     * @param decisionLow  lower half of its id.
     * @param block        {@link ReservationBlock}.
     * @param offset       of the block.
     * @param length       of the block in bytes.
     */
    public void onReserved(
        final int shard,
        final long journalIndex,
        final long appendTimeNs,
        final long decisionHigh,
        final long decisionLow,
        final DirectBuffer block,
        final int offset,
        final int length) {

        final int count = ReservationBlock.count(length);
        if (!advance(shard, journalIndex, appendTimeNs)) {
            return;
        }
        for (int i = 0; i < count; i++) {
            final int offerId = ReservationBlock.offerId(block, offset, i);
            boolean isFirst = true;
            for (int j = 0; j < i && isFirst; j++) {
                isFirst = ReservationBlock.offerId(block, offset, j) != offerId;
            }
            if (isFirst) {
                reserve(shard, streamNs[shard], decisionHigh, decisionLow, offerId, block, offset, i, count);
            }
        }
    }

    /** Whether a record is new; then it becomes the stream's last one. */
    private boolean advance(final int shard, final long journalIndex, final long appendTimeNs) {
        if (isConsumed(shard, journalIndex, appendTimeNs)) {
            skipped++;
            return false;
        }
        positions[shard] = journalIndex;
        streamNs[shard] = Math.max(streamNs[shard], appendTimeNs);
        if (expiryNs == UNKNOWN) {
            expiryNs = streamNs[shard];
        }
        if (streamNs[shard] < completeNs) {
            disordered++;
        }
        return true;
    }

    /** After a lost machine a record may stand where a lost one stood, which a snapshot had seen: it is younger. */
    boolean isConsumed(final int shard, final long journalIndex, final long appendTimeNs) {
        return journalIndex <= positions[shard] && appendTimeNs <= streamNs[shard];
    }

    private void reserve(
        final int shard,
        final long timeNs,
        final long decisionHigh,
        final long decisionLow,
        final int offerId,
        final DirectBuffer block,
        final int offset,
        final int first,
        final int count) {

        int claim = known(decisionHigh, decisionLow, offerId, timeNs);
        final boolean isTwice = claim != ClaimTable.NONE && claims.is(claim, ClaimTable.RESERVED);
        if (claim == ClaimTable.NONE) {
            claim = claims.add(decisionHigh, decisionLow, offerId, timeNs);
        }
        before.of(claims, claim, lines);
        for (int i = first; i < count; i++) {
            if (ReservationBlock.offerId(block, offset, i) == offerId) {
                final long amount = Math.max(0, ReservationBlock.amount(block, offset, i));
                final Line line = line(ReservationBlock.budgetId(block, offset, i),
                    ReservationBlock.scopeId(block, offset, i), ReservationBlock.period(block, offset, i));
                takeOut(line, shard, amount);
                if (isTwice) {
                    // The same offer of the same decision again: what was taken for it comes back.
                    line.returned += amount;
                    line.duplicates++;
                    changed(line);
                } else {
                    claims.amounts(claim, addAmount(line, amount, claims.amounts(claim)));
                    line.reservations++;
                }
            }
        }
        if (isTwice) {
            duplicates++;
            return;
        }
        final long holdNs = Math.max(0, ReservationBlock.holdSeconds(block, offset, first)) * NANOS;
        claims.expiresNs(claim, timeNs + Math.min(holdNs, Long.MAX_VALUE / 2 - timeNs));
        claims.flag(claim, ClaimTable.RESERVED);
        claims.touch(claim, timeNs);
        book(claim);
        final int event = firstSettling(claim);
        if (event != ClaimTable.NONE) {
            settling.add(claim, claims.round(claim), Math.max(timeNs, claims.timeNs(event)));
        }
        schedule(claim);
    }

    private int addAmount(final Line line, final long amount, final int next) {
        line.references++;
        return claims.addAmount(line.index, amount, next);
    }

    /** What a shard reserved was in its lease; what is replayed never was in one that still counts. */
    private void takeOut(final Line line, final int shard, final long amount) {
        if (shards == 0) {
            line.granted += amount;
        } else if (shard < shards) {
            line.outstandingOf[shard] -= amount;
            line.outstanding -= amount;
            line.usedNsOf[shard] = lastMonotonicNs;
            line.activeOf[shard] = true;
            if (line.outstandingOf[shard] < 0) {
                stop(line, "shard " + shard + " reserved " + -line.outstandingOf[shard] + " more than it was granted");
            }
        } else {
            line.granted += amount;
            stop(line, "shard " + shard + " reserved without ever being granted anything");
        }
    }

    private int known(final long decisionHigh, final long decisionLow, final int offerId, final long timeNs) {
        final int claim = claims.find(decisionHigh, decisionLow, offerId);
        if (claim != ClaimTable.NONE && timeNs >= forgetNs(claim)) {
            forget(claim);
            return ClaimTable.NONE;
        }
        return claim;
    }

    private long forgetNs(final int claim) {
        final boolean isUnsettled = claims.is(claim, ClaimTable.RESERVED)
            && before.decisiveOf(claims, claim) == ClaimTable.NONE;
        final long fromNs = isUnsettled
            ? Math.max(claims.expiresNs(claim), claims.touchedNs(claim))
            : claims.touchedNs(claim);
        return fromNs + (claims.is(claim, ClaimTable.COMMITTED) ? settings.refundHorizonNs() : settings.horizonNs());
    }

    private void schedule(final int claim) {
        claims.dueNs(claim, isOpen(claim)
            ? claims.expiresNs(claim)
            : forgetNs(claim));
    }

    /** The first event that might settle a claim. */
    private int firstSettling(final int claim) {
        int event = claims.events(claim);
        while (event != ClaimTable.NONE && claims.kind(event) == SettlementBlock.REVERSE) {
            event = claims.nextEvent(event);
        }
        return event;
    }

    /**
     * An event that is in the journal, live or replayed.
     *
     * @param shard        whose stream, below {@code maxShards}.
     * @param journalIndex ascending in the stream; skipped when it was consumed before.
     * @param appendTimeNs of the record; an earlier one than the stream's last counts as that.
     * @param eventIdHigh  upper half of its id.
     * @param eventIdLow   lower half of its id.
     * @param decisionHigh upper half of the decision's id.
     * @param decisionLow  lower half of the decision's id.
     * @param offerId      which of the decision's offers.
     * @param block        {@link SettlementBlock}.
     * @param offset       of the block.
     * @param length       of the block in bytes.
     */
    public void onSettled(
        final int shard,
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

        final int count = SettlementBlock.count(length);
        final int kind = SettlementBlock.kind(block, offset);
        if (!advance(shard, journalIndex, appendTimeNs)) {
            return;
        }
        final long timeNs = streamNs[shard];
        int claim = known(decisionHigh, decisionLow, offerId, timeNs);
        if (claim == ClaimTable.NONE) {
            claim = claims.add(decisionHigh, decisionLow, offerId, timeNs);
            unmatched++;
        }
        final int twin = knownEvent(claims, claim, eventIdHigh, eventIdLow);
        if (twin != ClaimTable.NONE) {
            duplicate(claim, twin, shard, journalIndex, timeNs);
            return;
        }
        before.of(claims, claim, lines);
        int amounts = ClaimTable.NONE;
        for (int i = count - 1; i >= 0; i--) {
            final Line line = line(SettlementBlock.budgetId(block, offset, i),
                SettlementBlock.scopeId(block, offset, i), SettlementBlock.period(block, offset, i));
            amounts = addAmount(line, Math.max(0, SettlementBlock.amount(block, offset, i)), amounts);
            if (kind == SettlementBlock.COMMIT) {
                line.commits++;
            }
        }
        claims.addEvent(claim, kind, shard, journalIndex, timeNs, eventIdHigh, eventIdLow, amounts);
        if (kind == SettlementBlock.COMMIT) {
            claims.flag(claim, ClaimTable.COMMITTED);
        }
        claims.touch(claim, timeNs);
        book(claim);
        if (kind == SettlementBlock.REVERSE && after.refunds() == before.refunds()) {
            refundsUnknown++;
        }
        if (kind != SettlementBlock.REVERSE && isOpen(claim)) {
            settling.add(claim, claims.round(claim), timeNs);
        }
        schedule(claim);
    }

    private boolean isOpen(final int claim) {
        return claims.is(claim, ClaimTable.RESERVED) && !claims.is(claim, ClaimTable.FINAL);
    }

    /** Seam for the simulation's planted faults, as are all methods here that are neither public nor private. */
    int knownEvent(final ClaimTable table, final int claim, final long idHigh, final long idLow) {
        return table.findEvent(claim, idHigh, idLow);
    }

    /** Of one event that stands in two journals the earlier record counts, whichever is read first. */
    private void duplicate(
        final int claim, final int twin, final int shard, final long journalIndex, final long timeNs) {

        duplicates++;
        for (int part = claims.eventAmounts(twin); part != ClaimTable.NONE; part = claims.nextAmount(part)) {
            lines.get(claims.line(part)).duplicates++;
        }
        if (!claims.isEarlier(twin, timeNs, shard, journalIndex) && !claims.is(claim, ClaimTable.FINAL)) {
            before.of(claims, claim, lines);
            claims.moveEvent(claim, twin, shard, journalIndex, timeNs);
            book(claim);
        }
    }

    /** Books the difference between a claim's outcome as it was and as it is now. */
    private void book(final int claim) {
        after.of(claims, claim, lines);
        for (int row = 0; row < after.rows(); row++) {
            book(lines.get(after.line(row)), before.find(after.line(row)), row);
        }
        for (int row = 0; row < before.rows(); row++) {
            if (after.find(before.line(row)) < 0) {
                book(lines.get(before.line(row)), row, -1);
            }
        }
    }

    void book(final Line line, final int rowBefore, final int rowAfter) {
        final long reserved = after.held(rowAfter) - before.held(rowBefore);
        final long spent = after.spent(rowAfter) - before.spent(rowBefore);
        final long freed = after.claimed(rowAfter) - before.claimed(rowBefore) - reserved - spent;
        line.reserved += reserved;
        line.spent += spent;
        line.lateSpend += after.late(rowAfter) - before.late(rowBefore);
        line.refunds += after.refunded(rowAfter) - before.refunded(rowBefore);
        if (freed >= 0) {
            line.returned += freed;
        } else {
            line.granted -= freed;
            if (shards > 0) {
                stop(line, -freed + " were taken that nobody was granted");
            }
        }
        changed(line);
    }

    /** Nothing with an earlier time can come: the rest of what was reserved is free, and the outcome stays. */
    void finish(final int claim) {
        before.of(claims, claim, lines);
        final int decisive = before.decisive();
        if (decisive == ClaimTable.NONE) {
            claims.touch(claim, claims.expiresNs(claim));
        } else {
            claims.decisive(decisive);
        }
        claims.flag(claim, ClaimTable.FINAL);
        book(claim);
        for (int part = claims.amounts(claim); part != ClaimTable.NONE; part = claims.nextAmount(part)) {
            final Line line = lines.get(claims.line(part));
            if (decisive == ClaimTable.NONE) {
                line.expiries++;
            } else if (claims.kind(decisive) == SettlementBlock.RELEASE) {
                line.releases++;
            }
        }
        schedule(claim);
    }

    private void forget(final int claim) {
        if (isOpen(claim)) {
            finish(claim);
        }
        unreference(claims.amounts(claim));
        for (int event = claims.events(claim); event != ClaimTable.NONE; event = claims.nextEvent(event)) {
            unreference(claims.eventAmounts(event));
        }
        claims.remove(claim);
    }

    private void unreference(final int first) {
        for (int part = first; part != ClaimTable.NONE; part = claims.nextAmount(part)) {
            lines.get(claims.line(part)).references--;
        }
    }

    /**
     * Every stream has been consumed up to a time: what came before is final, and reservations that ended are freed.
     * When the wall clock jumps ahead, expiry follows no faster than {@code catchUp} times the time that really passes.
     *
     * @param allCompleteNs no record with an earlier append time will come, nanoseconds since 1970.
     * @param monotonicNs   a clock that only moves on.
     */
    public void tick(final long allCompleteNs, final long monotonicNs) {
        completeNs = Math.max(completeNs, allCompleteNs);
        final long passedNs = lastMonotonicNs == UNKNOWN ? 0 : Math.max(0, monotonicNs - lastMonotonicNs);
        lastMonotonicNs = monotonicNs;
        if (expiryNs == UNKNOWN) {
            expiryNs = completeNs;
        }
        final long behindNs = completeNs - expiryNs;
        if (behindNs > 0) {
            expiryNs += passedNs > behindNs / settings.catchUp() ? behindNs : passedNs * settings.catchUp();
        }
        finishSettled();
        for (int i = 0; i < MAX_DUE_PER_TICK; i++) {
            final int claim = claims.first();
            if (claim == ClaimTable.NONE || claims.dueNs(claim) > expiryNs) {
                break;
            }
            if (isOpen(claim)) {
                finish(claim);
            } else {
                forget(claim);
            }
        }
    }

    private void finishSettled() {
        while (!settling.isEmpty() && settling.dueNs() < completeNs) {
            final int claim = settling.claim();
            if (claims.round(claim) == settling.round() && isOpen(claim)) {
                finish(claim);
            }
            settling.remove();
        }
    }

    /**
     * How far the expiry had come is not in the journal. Where more is taken than the limit, reservations had been
     * expired and their money was lent again: as they expire in the order of their ends, the first so many.
     */
    private void expireWhatWasExpired() {
        int exceeding = 0;
        for (final Line line : lines) {
            if (line != null) {
                exceeding += marked(line);
            }
        }
        while (exceeding > 0) {
            final int claim = claims.first();
            if (claim == ClaimTable.NONE || claims.dueNs(claim) > latestNs()) {
                return;
            }
            expiryNs = Math.max(expiryNs, claims.dueNs(claim));
            if (isOpen(claim)) {
                finish(claim);
                for (int part = claims.amounts(claim); part != ClaimTable.NONE; part = claims.nextAmount(part)) {
                    exceeding += marked(lines.get(claims.line(part)));
                }
            } else {
                forget(claim);
            }
        }
    }

    /** Marks whether more is taken of a line than its limit, and gives how many more are marked now: -1, 0 or 1. */
    private static int marked(final Line line) {
        final boolean was = line.exceeds;
        line.exceeds = line.slot.terms != null && line.used() > line.limit && line.reserved > 0;
        return (line.exceeds ? 1 : 0) - (was ? 1 : 0);
    }

    /**
     * Recovery is over: from here on reservations come out of leases. Leases of an earlier process are void.
     *
     * @param count       of the shards that will spend: numbers from 0.
     * @param monotonicNs a clock that only moves on.
     */
    public void startLeasing(final int count, final long monotonicNs) {
        if (count < 1 || count > settings.maxShards()) {
            throw new IllegalArgumentException("shards are " + count + ", allowed: 1 to " + settings.maxShards());
        }
        if (shards > 0) {
            throw new IllegalStateException("leases were given already");
        }
        lastMonotonicNs = monotonicNs;
        if (latestNs() != UNKNOWN) {
            completeNs = latestNs() + 1;
            finishSettled();
            expireWhatWasExpired();
        }
        shards = count;
        for (final Slot slot : slots.values()) {
            for (final Line line : slot.lines()) {
                line.lease(count, monotonicNs);
                line.ceiling = Math.max(line.limit, line.used());
                touch(line);
            }
        }
    }

    /**
     * The journal index up to which a shard's stream was consumed: replay begins behind it, or anywhere before, because
     * what was consumed is skipped. When the journal has lost records that this state has seen, replay begins before.
     *
     * @param shard whose stream.
     * @return {@link Long#MIN_VALUE} when nothing was.
     */
    public long position(final int shard) {
        return positions[shard];
    }

    /**
     * The latest append time seen: every new record must be stamped later, {@link ShardLeases} sees to it.
     *
     * @return nanoseconds since 1970; {@link Long#MIN_VALUE} when nothing was seen.
     */
    public long latestNs() {
        long latest = completeNs;
        for (final long each : streamNs) {
            latest = Math.max(latest, each);
        }
        return latest;
    }

    /**
     * All totals, now. For the ledger's thread; others read {@link LedgerAgent#totals}.
     *
     * @return a copy.
     */
    public LedgerTotals totals() {
        final List<LineTotals> all = new ArrayList<>(lines.size());
        for (final Line line : lines) {
            if (line != null) {
                all.add(line.totals());
            }
        }
        return new LedgerTotals(expiryNs, List.copyOf(all), claims.count(), settings.maxReservations(), duplicates,
            skipped, unmatched, refundsUnknown, disordered, brokenLines);
    }

    /**
     * Writes the whole state. A snapshot may only count once the records that it has consumed are on the disk: sync the
     * journals between writing it and giving it its name.
     *
     * @param out to write to; stays open.
     * @throws IOException from the stream.
     */
    public void write(final OutputStream out) throws IOException {
        new LedgerSnapshot(this).write(out);
    }

    /**
     * Takes over a state that was written, into an empty ledger.
     *
     * @param in to read from, to its end; stays open.
     * @throws IOException when it is torn, damaged or of an unknown version, with the reason; the ledger stays empty.
     */
    public void read(final InputStream in) throws IOException {
        if (claims.count() > 0 || !slots.isEmpty() || shards > 0) {
            throw new IllegalStateException("a snapshot is read into an empty ledger only");
        }
        new LedgerSnapshot(this).read(in);
    }

    // What the agent does with leases.

    /** Amounts leave for a shard's lease. */
    void lend(final Line line, final int shard, final long amount) {
        line.granted += amount;
        line.outstanding += amount;
        line.outstandingOf[shard] += amount;
        check(line);
    }

    /** A shard gave back part of a lease. */
    void onReturned(final int shard, final Line line, final long amount) {
        line.returned += amount;
        line.outstanding -= amount;
        line.outstandingOf[shard] -= amount;
        if (line.outstandingOf[shard] < 0) {
            stop(line, "shard " + shard + " returned " + -line.outstandingOf[shard] + " more than it was granted");
        }
        changed(line);
    }

    Slot slotNumbered(final int number) {
        return number < 0 || number >= numbered.size() ? null : numbered.get(number);
    }

    Slot slot(final int budgetId, final int scopeId) {
        final long key = Slot.key(budgetId, scopeId);
        Slot slot = slots.get(key);
        if (slot == null) {
            slot = new Slot(budgetId, scopeId);
            slots.put(key, slot);
        }
        return slot;
    }

    Line line(final int budgetId, final int scopeId, final int period) {
        return line(slot(budgetId, scopeId), period);
    }

    Line line(final Slot slot, final int period) {
        final Line known = slot.line(period);
        if (known != null) {
            return known;
        }
        final Integer free = freeIndexes.poll();
        final Line line = new Line(slot, period, free == null ? lines.size() : free);
        if (free == null) {
            lines.add(line);
        } else {
            lines.set(free, line);
        }
        slot.add(line);
        if (shards > 0) {
            line.lease(shards, lastMonotonicNs);
        }
        limit(line, slot.terms == null ? 0 : slot.terms.limit());
        touch(line);
        return line;
    }

    /** The oldest day, when nothing refers to it any more. */
    void drop(final Line line) {
        line.slot.closedPeriod = Math.max(line.slot.closedPeriod, line.period);
        line.slot.remove(line);
        lines.set(line.index, null);
        freeIndexes.add(line.index);
    }

    private void changed(final Line line) {
        check(line);
        touch(line);
    }

    void touch(final Line line) {
        if (shards > 0 && !line.dirty) {
            line.dirty = true;
            dirty.add(line);
        }
        final Slot slot = line.slot;
        if (shards > 0 && line == slot.newest()) {
            final boolean exhausted = line.left() <= 0;
            if (exhausted != slot.exhausted) {
                slot.exhausted = exhausted;
                listener.exhausted(slot.budgetId, slot.scopeId, slot.terms == null ? 0 : slot.terms.campaignId(),
                    exhausted);
            }
        }
    }

    private void check(final Line line) {
        final long used = line.used();
        if (line.granted - line.returned != used) {
            stop(line, "granted less returned is not what is spent, reserved and outstanding");
        } else if (line.spent < 0 || line.reserved < 0 || line.outstanding < 0) {
            stop(line, "an amount is below 0");
        } else if (shards > 0 && used > line.ceiling) {
            stop(line, used + " are taken of " + line.ceiling);
        }
        line.ceiling = shards == 0 ? Math.max(line.limit, used) : Math.max(line.limit, Math.min(line.ceiling, used));
    }

    private void stop(final Line line, final String what) {
        if (!line.broken) {
            line.broken = true;
            brokenLines++;
            listener.broken(line.totals(), what);
        }
    }

    boolean isFull() {
        return claims.count() >= settings.maxReservations();
    }

    ArrayDeque<Line> dirty() {
        return dirty;
    }

    ArrayDeque<Slot> declared() {
        return declared;
    }

    int shards() {
        return shards;
    }

    Collection<Slot> slots() {
        return slots.values();
    }

    List<Line> lines() {
        return lines;
    }

    ClaimTable claims() {
        return claims;
    }

    /** When a shard's stream last said something. */
    long streamNs(final int shard) {
        return streamNs[shard];
    }

    long expiryNs() {
        return expiryNs;
    }

    long disordered() {
        return disordered;
    }

    long completeNs() {
        return completeNs;
    }

    // What a snapshot puts back.

    void restoreStream(final int shard, final long position, final long timeNs) {
        positions[shard] = position;
        streamNs[shard] = timeNs;
    }

    void restoreClocks(final long complete, final long expiry) {
        completeNs = complete;
        expiryNs = expiry;
    }

    void restoreClaim(final int claim) {
        if (isOpen(claim)) {
            final int event = firstSettling(claim);
            if (event != ClaimTable.NONE) {
                settling.add(claim, claims.round(claim), claims.timeNs(event));
            }
        }
        schedule(claim);
    }
}
