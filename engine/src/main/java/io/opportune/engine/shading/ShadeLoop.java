package io.opportune.engine.shading;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * Takes bids and what became of them from a {@link ShadeFeed}, learns, and publishes a {@link ShadeTable} once a second
 * by a volatile reference. A bid of which nothing is heard in time counts as lost where its exchange is known to tell
 * wins, because one was heard since the start; otherwise as nothing, since nobody may have told. All on the thread that
 * runs it, except {@link #table}.
 */
public final class ShadeLoop implements Agent {
    /** Bids that are waited for at once, some 13 MB; those beyond teach nothing. */
    static final int OPEN_BIDS = 1 << 17;
    private static final long PUBLISH_EVERY_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long SAVE_EVERY_NS = TimeUnit.MINUTES.toNanos(1);
    private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int MOST_ENTRIES = 4_096;
    private static final int U8 = 0xff;
    private static final int U16 = 0xffff;
    private static final int SHADE = 0x7f;

    private final ShadeFeed feed;
    private final Path file;
    private final long patienceNs;
    private final NanoClock clock;
    private final Counters counters;
    private final Consumer<Throwable> errors;
    private final ShadeLearner learner;
    private final OpenBids open;
    /** Exchanges that have told of a win since the start. */
    private final BitSet telling = new BitSet();
    private final MessageHandler handler = this::onEntry;
    private final OpenBids.Expiry expiry = this::onExpired;
    private final Thread thread;
    private volatile ShadeTable table;
    private volatile boolean running = true;
    private boolean changed;
    private boolean unsaved;
    private long nowNs;
    private long publishAtNs;
    private long saveAtNs;

    /**
     * What is counted.
     *
     * @param observed auctions that were learned from.
     * @param expired  of those, the ones that nothing was heard of.
     * @param refused  auctions that found no room for curves of their own.
     * @param curves   bands of values that have one.
     * @param unsaved  times that the file could not be written.
     */
    public record Counters(
        AtomicCounter observed, AtomicCounter expired, AtomicCounter refused, AtomicCounter curves,
        AtomicCounter unsaved) {
    }

    /**
     * Makes the loop; it does not run before {@link #start}.
     *
     * @param learner    new, or from a file.
     * @param feed       what bids and notices come from.
     * @param file       to keep what is learned in, null for none.
     * @param patienceNs how long a bid is waited for.
     * @param clock      monotonic.
     * @param counters   of this loop only.
     * @param errors     takes what should not happen.
     */
    public ShadeLoop(
        final ShadeLearner learner, final ShadeFeed feed, final Path file, final long patienceNs,
        final NanoClock clock, final Counters counters, final Consumer<Throwable> errors) {
        this(learner, feed, file, patienceNs, clock, counters, errors, OPEN_BIDS);
    }

    ShadeLoop(
        final ShadeLearner learner, final ShadeFeed feed, final Path file, final long patienceNs,
        final NanoClock clock, final Counters counters, final Consumer<Throwable> errors, final int openBids) {
        this.learner = learner;
        this.feed = feed;
        this.file = file;
        this.patienceNs = patienceNs;
        this.clock = clock;
        this.counters = counters;
        this.errors = errors;
        open = new OpenBids(openBids);
        table = learner.publish();
        nowNs = clock.nanoTime();
        publishAtNs = nowNs + PUBLISH_EVERY_NS;
        saveAtNs = nowNs + SAVE_EVERY_NS;
        thread = new Thread(this::run, roleName());
        thread.setDaemon(true);
    }

    /**
     * What to bid now; any thread.
     *
     * @return as published last.
     */
    public ShadeTable table() {
        return table;
    }

    /** Runs on a thread of its own until it is closed. */
    public void start() {
        thread.start();
    }

    private void run() {
        while (running) {
            try {
                if (doWork() == 0) {
                    LockSupport.parkNanos(IDLE_NS);
                }
            } catch (final RuntimeException | Error failed) {
                errors.accept(failed);
                LockSupport.parkNanos(PUBLISH_EVERY_NS);
            }
        }
        onClose();
    }

    /** Ends the thread once it has saved what was learned. */
    public void close() {
        running = false;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public int doWork() {
        nowNs = clock.nanoTime();
        int work = feed.ring().read(handler, MOST_ENTRIES);
        work += open.expire(nowNs, expiry);
        if (nowNs - publishAtNs >= 0) {
            publishAtNs = nowNs + PUBLISH_EVERY_NS;
            publish();
        }
        if (nowNs - saveAtNs >= 0) {
            saveAtNs = nowNs + SAVE_EVERY_NS;
            save();
        }
        return work;
    }

    private void publish() {
        if (changed) {
            table = learner.publish();
            changed = learner.hasChanges();
            counters.curves().setRelease(learner.curveCount());
            counters.refused().setRelease(learner.refused());
        }
    }

    private void save() {
        if (file == null || !unsaved) {
            return;
        }
        try {
            ShadeFile.write(file, learner);
            unsaved = false;
        } catch (final IOException e) {
            counters.unsaved().incrementRelease();
            errors.accept(e);
        }
    }

    private void onEntry(final int type, final MutableDirectBuffer buffer, final int index, final int length) {
        final long key = buffer.getLong(index + ShadeFeed.KEY_AT);
        final long price = buffer.getLong(index + ShadeFeed.PRICE_AT);
        final long where = (long) buffer.getInt(index + ShadeFeed.PLACEMENT_AT) << Integer.SIZE
            | (long) (buffer.getShort(index + ShadeFeed.EXCHANGE_AT) & U16) << Short.SIZE
            | buffer.getShort(index + ShadeFeed.CURRENCY_AT) & U16;
        final int how = (buffer.getByte(index + ShadeFeed.SHADE_AT) & U8) << Byte.SIZE
            | buffer.getByte(index + ShadeFeed.FLOOR_BAND_AT) & U8;
        if (type == ShadeFeed.BID) {
            open.add(key, price, where, how, nowNs + patienceNs);
            return;
        }
        if (type == ShadeFeed.WON) {
            telling.set((int) (where >>> Short.SIZE) & U16);
        }
        if (open.remove(key) && type != ShadeFeed.VOID) {
            learn(price, where, how, type == ShadeFeed.WON, buffer.getLong(index + ShadeFeed.MIN_TO_WIN_AT));
        }
    }

    private void onExpired(final long priceMicros, final long where, final int how) {
        if (telling.get((int) (where >>> Short.SIZE) & U16)) {
            counters.expired().incrementRelease();
            learn(priceMicros, where, how, false, -1);
        }
    }

    private void learn(
        final long priceMicros, final long where, final int how, final boolean isWon, final long minToWinMicros) {
        learner.observe((int) (where >>> Short.SIZE) & U16, (how >>> Byte.SIZE & ShadeFeed.IN_DEAL) != 0,
            (int) (where >>> Integer.SIZE), (int) where & U16, how & U8, priceMicros,
            (how >>> Byte.SIZE & SHADE) - 1, isWon, minToWinMicros);
        counters.observed().incrementRelease();
        changed = true;
        unsaved = true;
    }

    @Override
    public void onClose() {
        save();
    }

    @Override
    public String roleName() {
        return "shades";
    }
}
