package io.opportune.engine.ledger;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.util.List;
import java.util.function.LongSupplier;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;

/**
 * The ledger's thread: takes what the shards tell, expires, grants and recalls leases, publishes the totals. All other
 * threads reach the ledger through {@link #execute} and {@link #totals} only. A duty cycle is bounded, and what does
 * not find room in a shard's ring is tried again in the next one.
 */
public class LedgerAgent implements Agent {
    /** Messages taken from one shard in one duty cycle. */
    private static final int READ_LIMIT = 8_192;
    /** Lines whose leases are looked at in one duty cycle. */
    private static final int SERVE_LIMIT = 4_096;
    /** Lines that one duty cycle looks over for what only time brings. */
    private static final int SWEEP_LIMIT = 1_024;

    private final Ledger ledger;
    private final LedgerSettings settings;
    private final LedgerLink[] links;
    private final MessageHandler[] handlers;
    private final LeasePolicy policy;
    private final LongSupplier wallNs;
    private final LongSupplier monotonicNs;
    private final ManyToOneConcurrentLinkedQueue<Runnable> tasks = new ManyToOneConcurrentLinkedQueue<>();
    private int sweepAt;
    private long nowNs;
    private long publishedNs;
    private boolean isClosed;
    private volatile LedgerTotals totals = LedgerTotals.EMPTY;

    /**
     * Joins a recovered ledger with its shards and starts leasing.
     *
     * @param ledger      recovered, its budgets declared; from here on it belongs to the agent's thread.
     * @param links       of the shards, by shard number.
     * @param settings    of the ledger.
     * @param wallNs      the wall clock, nanoseconds since 1970.
     * @param monotonicNs a clock that only moves on.
     */
    public LedgerAgent(
        final Ledger ledger,
        final List<LedgerLink> links,
        final LedgerSettings settings,
        final LongSupplier wallNs,
        final LongSupplier monotonicNs) {

        this.ledger = ledger;
        this.settings = settings;
        this.links = links.toArray(new LedgerLink[0]);
        this.wallNs = wallNs;
        this.monotonicNs = monotonicNs;
        policy = new LeasePolicy(settings.leaseFraction());
        handlers = new MessageHandler[this.links.length];
        for (int i = 0; i < handlers.length; i++) {
            final int shard = i;
            handlers[i] = (type, buffer, index, length) -> onMessage(shard, type, buffer, index, length);
        }
        nowNs = monotonicNs.getAsLong();
        publishedNs = nowNs;
        ledger.startLeasing(this.links.length, nowNs);
        totals = ledger.totals();
    }

    /**
     * Has something done on the ledger's thread: a new catalogue's {@link Ledger#declare}, a snapshot. Any thread.
     *
     * @param task runs in the next duty cycle; must not throw, and the shards' money waits while it runs.
     */
    public void execute(final Runnable task) {
        tasks.add(task);
    }

    @Override
    public int doWork() {
        int work = runTasks();
        nowNs = monotonicNs.getAsLong();
        work += readShards();
        work += serveLines();
        sweep();
        if (nowNs - publishedNs >= settings.totalsIntervalNs()) {
            publishedNs = nowNs;
            totals = ledger.totals();
        }
        return work;
    }

    private int runTasks() {
        int count = 0;
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
            count++;
        }
        return count;
    }

    @Override
    public String roleName() {
        return "ledger";
    }

    /**
     * The totals as last published. Any thread.
     *
     * @return at most {@code totalsIntervalNs} old while the agent works.
     */
    public LedgerTotals totals() {
        return totals;
    }

    /** What a shard declared complete is read before its ring, so that all up to then is in the ring or was taken. */
    private int readShards() {
        long completeNs = Long.MAX_VALUE;
        int work = 0;
        for (int shard = 0; shard < links.length; shard++) {
            long shardNs = complete(shard);
            final int read = links[shard].toLedger().read(handlers[shard], READ_LIMIT);
            work += read;
            if (links[shard].toLedger().size() > 0) {
                // There is more, of which only the last one's time is known.
                shardNs = Math.min(shardNs, ledger.streamNs(shard));
            }
            completeNs = Math.min(completeNs, shardNs);
        }
        final long latestNs = ledger.latestNs();
        for (final LedgerLink link : links) {
            link.floor(latestNs);
        }
        if (completeNs != Long.MIN_VALUE) {
            ledger.tick(completeNs, nowNs);
        }
        final boolean close = ledger.isFull();
        if (close != isClosed) {
            isClosed = close;
            for (final LedgerLink link : links) {
                link.closed(close);
            }
        }
        return work;
    }

    /** Seam for the simulation's planted faults. */
    long complete(final int shard) {
        return links[shard].complete();
    }

    private void onMessage(
        final int shard, final int type, final MutableDirectBuffer buffer, final int index, final int length) {

        switch (type) {
            case LedgerLink.RESERVED -> ledger.onReserved(shard, buffer.getLong(index, LITTLE_ENDIAN),
                buffer.getLong(index + 8, LITTLE_ENDIAN), buffer.getLong(index + 16, LITTLE_ENDIAN),
                buffer.getLong(index + 24, LITTLE_ENDIAN), buffer, index + LedgerLink.RESERVED_HEADER,
                length - LedgerLink.RESERVED_HEADER);
            case LedgerLink.SETTLED -> ledger.onSettled(shard, buffer.getLong(index, LITTLE_ENDIAN),
                buffer.getLong(index + 8, LITTLE_ENDIAN), buffer.getLong(index + 16, LITTLE_ENDIAN),
                buffer.getLong(index + 24, LITTLE_ENDIAN), buffer.getLong(index + 32, LITTLE_ENDIAN),
                buffer.getLong(index + 40, LITTLE_ENDIAN), buffer.getInt(index + 48, LITTLE_ENDIAN), buffer,
                index + LedgerLink.SETTLED_HEADER, length - LedgerLink.SETTLED_HEADER);
            case LedgerLink.RETURNED -> onReturned(shard, buffer.getInt(index, LITTLE_ENDIAN),
                buffer.getInt(index + 4, LITTLE_ENDIAN), buffer.getLong(index + 8, LITTLE_ENDIAN));
            case LedgerLink.WANT -> onWant(shard, buffer.getInt(index, LITTLE_ENDIAN),
                buffer.getLong(index + 8, LITTLE_ENDIAN), buffer.getLong(index + 16, LITTLE_ENDIAN));
            default -> {
                // No other message is sent.
            }
        }
    }

    private void onReturned(final int shard, final int slotNumber, final int period, final long amount) {
        final Slot slot = ledger.slotNumbered(slotNumber);
        if (slot != null) {
            final Line line = ledger.line(slot, period);
            line.recallOf[shard] = 0;
            // Who gives back, asked or to make room for another day, is not topped up before it needs it again.
            line.activeOf[shard] = false;
            ledger.onReturned(shard, line, amount);
        }
    }

    private void onWant(final int shard, final int slotNumber, final long amount, final long timeNs) {
        final Slot slot = ledger.slotNumbered(slotNumber);
        if (slot != null && slot.terms != null) {
            final Line line = ledger.line(slot, ledger.calendar.periodAt(slot.terms, timeNs));
            line.wantOf[shard] = Math.max(1, amount);
            line.usedNsOf[shard] = nowNs;
            ledger.touch(line);
        }
    }

    private int serveLines() {
        for (Slot slot = ledger.declared().poll(); slot != null; slot = ledger.declared().poll()) {
            if (slot.terms != null) {
                activate(ledger.line(slot, ledger.calendar.periodAt(slot.terms, wallNs.getAsLong())), null);
            }
        }
        final int count = Math.min(SERVE_LIMIT, ledger.dirty().size());
        for (int i = 0; i < count; i++) {
            final Line line = ledger.dirty().poll();
            line.dirty = false;
            if (!serve(line)) {
                ledger.touch(line);
            }
        }
        return count;
    }

    /** From here on the shards' leases of a line are topped up: those of all, or those that another line's are. */
    private void activate(final Line line, final Line like) {
        for (int shard = 0; shard < links.length; shard++) {
            if (like == null || like.activeOf[shard]) {
                line.activeOf[shard] = true;
                line.usedNsOf[shard] = nowNs;
            }
        }
        ledger.touch(line);
    }

    /** False when a ring was full. */
    private boolean serve(final Line line) {
        final BudgetTerms terms = line.slot.terms;
        if (terms == null || line.broken) {
            return recall(line, line.outstanding, -1);
        }
        if (line.free() < 0) {
            return recall(line, Math.min(line.outstanding, -line.free()), -1);
        }
        if (isClosed) {
            return true;
        }
        final long target = policy.target(line.free(), line.outstanding, links.length, terms.maxLiability());
        boolean done = true;
        boolean isWanted = false;
        for (int shard = 0; shard < links.length; shard++) {
            if (line.wantOf[shard] > 0) {
                done &= serveWant(line, shard, target);
                isWanted |= line.wantOf[shard] > 0;
            }
        }
        if (isWanted) {
            // What comes back is for who asked, not to top up others.
            return done;
        }
        final long refillBelow = policy.refillBelow(target, terms.maxLiability());
        for (int shard = 0; shard < links.length; shard++) {
            final long held = line.outstandingOf[shard];
            if (line.activeOf[shard] && held < refillBelow && line.free() > 0) {
                done &= grant(line, shard, Math.min(line.free(), target - held));
            }
        }
        return done;
    }

    private boolean serveWant(final Line line, final int shard, final long target) {
        final long missing = line.wantOf[shard] - line.outstandingOf[shard];
        if (missing <= 0) {
            line.wantOf[shard] = 0;
            return true;
        }
        if (line.free() >= missing) {
            final long amount = Math.min(line.free(), Math.max(missing, target - line.outstandingOf[shard]));
            if (!grant(line, shard, amount)) {
                return false;
            }
            line.wantOf[shard] = 0;
            line.activeOf[shard] = true;
            return true;
        }
        if (line.free() + line.outstanding - line.outstandingOf[shard] < missing) {
            // Not even all that others hold would do.
            line.wantOf[shard] = 0;
            return true;
        }
        return recall(line, Math.max(missing, target - line.outstandingOf[shard]) - line.free(), shard);
    }

    private boolean grant(final Line line, final int shard, final long amount) {
        final OneToOneRingBuffer ring = links[shard].toShard();
        final int at = ring.tryClaim(LedgerLink.GRANT, LedgerLink.GRANT_LENGTH);
        if (at < 0) {
            return false;
        }
        final MutableDirectBuffer buffer = ring.buffer();
        buffer.putInt(at, line.slot.number, LITTLE_ENDIAN);
        buffer.putInt(at + 4, line.period, LITTLE_ENDIAN);
        buffer.putLong(at + 8, line.startNs, LITTLE_ENDIAN);
        buffer.putLong(at + 16, line.endNs, LITTLE_ENDIAN);
        buffer.putLong(at + 24, amount, LITTLE_ENDIAN);
        ring.commit(at);
        ledger.lend(line, shard, amount);
        return true;
    }

    /** Asks for so much of the leases, the largest first, except of one shard's. False when a ring was full. */
    private boolean recall(final Line line, final long amount, final int except) {
        long missing = amount;
        for (int shard = 0; shard < links.length; shard++) {
            missing -= line.recallOf[shard];
        }
        for (int asked = 0; asked < links.length && missing > 0; asked++) {
            int largest = -1;
            for (int shard = 0; shard < links.length; shard++) {
                if (shard != except && line.recallOf[shard] == 0 && line.outstandingOf[shard] > 0
                    && (largest < 0 || line.outstandingOf[shard] > line.outstandingOf[largest])) {
                    largest = shard;
                }
            }
            if (largest < 0) {
                return true;
            }
            final long part = Math.min(missing, line.outstandingOf[largest]);
            if (!recallFrom(line, largest, part)) {
                return false;
            }
            missing -= part;
        }
        return true;
    }

    private boolean recallFrom(final Line line, final int shard, final long amount) {
        final OneToOneRingBuffer ring = links[shard].toShard();
        final int at = ring.tryClaim(LedgerLink.RECALL, LedgerLink.RECALL_LENGTH);
        if (at < 0) {
            return false;
        }
        ring.buffer().putInt(at, line.slot.number, LITTLE_ENDIAN);
        ring.buffer().putInt(at + 4, line.period, LITTLE_ENDIAN);
        ring.buffer().putLong(at + 8, amount, LITTLE_ENDIAN);
        ring.commit(at);
        line.recallOf[shard] = amount;
        return true;
    }

    /** Looks over some lines for what no message brings: the next day's leases, and the last days' rests. */
    private void sweep() {
        final List<Line> lines = ledger.lines();
        final int count = Math.min(SWEEP_LIMIT, lines.size());
        for (int i = 0; i < count; i++) {
            sweepAt = sweepAt + 1 >= lines.size() ? 0 : sweepAt + 1;
            final Line line = lines.get(sweepAt);
            if (line != null && line.slot.terms != null && line.slot.terms.period() == BudgetPeriod.DAILY) {
                sweep(line);
            }
        }
    }

    private void sweep(final Line line) {
        final long wall = wallNs.getAsLong();
        if (line == line.slot.newest()) {
            if (line.endNs - settings.nextPeriodLeadNs() <= wall && wall < line.endNs) {
                activate(ledger.line(line.slot, line.period + 1), line);
            }
            return;
        }
        if (line.startNs <= wall && wall < line.endNs) {
            return;
        }
        boolean isIdle = true;
        for (int shard = 0; shard < links.length; shard++) {
            if (nowNs - line.usedNsOf[shard] < settings.idleNs()) {
                isIdle = false;
            } else if (line.outstandingOf[shard] > 0 && line.recallOf[shard] == 0) {
                recallFrom(line, shard, line.outstandingOf[shard]);
            }
        }
        if (isIdle && line.references == 0 && line.outstanding == 0 && !line.dirty
            && line.slot.isOldest(line) && nowNs - newestUse(line) > settings.refundHorizonNs()) {
            ledger.drop(line);
        }
    }

    private long newestUse(final Line line) {
        long newest = Long.MIN_VALUE / 2;
        for (final long each : line.usedNsOf) {
            newest = Math.max(newest, each);
        }
        return newest;
    }
}
