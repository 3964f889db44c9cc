package io.opportune.engine.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.agrona.concurrent.EpochNanoClock;

/**
 * The disk under a writer: keeps blocks reserved ahead of the write position, stops the writer before the disk is full,
 * and forces what was written to the disk. Owned by the writer's thread; {@link #sync} any thread may call.
 */
final class JournalFiles {
    /** How often free space is asked for while all is well, and how soon a blocked writer tries again. */
    static final long SPACE_CHECK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(250);
    /** The queue writes blocks of its own index (at most 256 KiB each) and an end mark between records. */
    private static final long INDEX_SLACK_BYTES = 640L << 10;

    private final Path directory;
    private final JournalSettings settings;
    private final EpochNanoClock clock;
    private final JournalCounters counters;
    private final FreeSpace freeSpace;
    private final Consumer<Throwable> errorHandler;
    private final AtomicLong appended = new AtomicLong();
    private final Object fileLock = new Object();
    private volatile boolean lastSyncFailed;
    private long reservedUpTo;
    private long lastSpaceCheckNs;
    private boolean spaceChecked;
    private long previousEndPosition;
    // Guarded by fileLock, because a sync may come from another thread while the writer's rolls.
    private CycleFile previous;
    private CycleFile current;
    private long synced;

    JournalFiles(
        final Path directory,
        final JournalSettings settings,
        final EpochNanoClock clock,
        final JournalCounters counters,
        final FreeSpace freeSpace,
        final Consumer<Throwable> errorHandler) {
        this.directory = directory;
        this.settings = settings;
        this.clock = clock;
        this.counters = counters;
        this.freeSpace = freeSpace;
        this.errorHandler = errorHandler;
    }

    /** Whether a record that ends the file at about this position may be stored without fear of SIGBUS. */
    boolean hasRoom(final long nowNs, final long endPosition) {
        return (endPosition + INDEX_SLACK_BYTES <= reservedUpTo || reserveAhead(endPosition))
            && (spaceChecked && nowNs >= lastSpaceCheckNs && nowNs - lastSpaceCheckNs < SPACE_CHECK_INTERVAL_NS
            || hasSpace(nowNs, 0));
    }

    /** Begins the next file, or takes up an existing one at a position; false when the disk is full. */
    boolean roll(final String fileName, final long beginPosition, final long previousEnd) {
        final CycleFile next = CycleFile.open(directory.resolve(fileName));
        final long step = settings.reserveBytes() + INDEX_SLACK_BYTES;
        if (!reserve(next, beginPosition, step)) {
            next.discard();
            return false;
        }
        synchronized (fileLock) {
            if (previous != null) {
                previous.close();
            }
            previous = current;
            previousEndPosition = previousEnd;
            current = next;
        }
        reservedUpTo = beginPosition + step;
        return true;
    }

    /** A record is in the current file. */
    void onAppended() {
        appended.lazySet(appended.getPlain() + 1);
        if (previous != null) {
            retirePrevious();
        }
    }

    /** Records appended so far; for the writer's thread. */
    long appendedCount() {
        return appended.getPlain();
    }

    long reservedUpTo() {
        return reservedUpTo;
    }

    boolean lastSyncFailed() {
        return lastSyncFailed;
    }

    /** Asks for free space before the next record. */
    void forgetSpaceCheck() {
        spaceChecked = false;
    }

    /** Returns when everything appended so far is on the disk; false when the disk refused. */
    boolean sync() {
        synchronized (fileLock) {
            final long upTo = appended.get();
            if (upTo == synced || current == null) {
                return !lastSyncFailed;
            }
            try {
                if (previous != null) {
                    previous.force();
                }
                current.force();
                if (synced == 0) {
                    current.forceDirectory();
                }
            } catch (final IOException e) {
                onSyncFailed(e);
                return false;
            }
            synced = upTo;
            lastSyncFailed = false;
            counters.syncs().increment();
            return true;
        }
    }

    /** Lets go of the files; the current one is cut behind its last record when nobody will append to it just now. */
    void close(final boolean cut, final long endPosition) {
        synchronized (fileLock) {
            try {
                if (cut && current != null && endPosition > 0) {
                    current.cutBehind(endPosition);
                }
            } catch (final IOException e) {
                errorHandler.accept(e);
            } finally {
                if (previous != null) {
                    previous.close();
                    previous = null;
                }
                if (current != null) {
                    current.close();
                    current = null;
                }
            }
        }
    }

    private boolean reserveAhead(final long endPosition) {
        final long step = Math.max(settings.reserveBytes(), endPosition + INDEX_SLACK_BYTES - reservedUpTo);
        if (!reserve(current, reservedUpTo, step)) {
            return false;
        }
        reservedUpTo += step;
        return true;
    }

    private boolean reserve(final CycleFile file, final long offset, final long lengthBytes) {
        if (!hasSpace(clock.nanoTime(), lengthBytes)) {
            return false;
        }
        final int error = file.reserve(offset, lengthBytes);
        // Where nothing can be reserved, the check above is all there is.
        if (error != NativeFile.RESERVED && error != NativeFile.UNSUPPORTED) {
            if (error != NativeFile.NO_SPACE) {
                errorHandler.accept(
                    new IOException("journal " + directory + ": reserving disk failed, errno " + error));
            }
            return false;
        }
        return true;
    }

    private boolean hasSpace(final long nowNs, final long wantedBytes) {
        lastSpaceCheckNs = nowNs;
        spaceChecked = true;
        return freeSpace.usableBytes() - wantedBytes >= settings.minFreeBytes();
    }

    /** The first record of the new file is in; nobody will append to the one before. */
    private void retirePrevious() {
        synchronized (fileLock) {
            try {
                previous.cutBehind(previousEndPosition);
                if (settings.sync() != SyncPolicy.NONE) {
                    previous.force();
                    current.forceDirectory();
                }
            } catch (final IOException e) {
                onSyncFailed(e);
            } finally {
                previous.close();
                previous = null;
            }
        }
    }

    private void onSyncFailed(final IOException error) {
        lastSyncFailed = true;
        counters.failures().increment();
        errorHandler.accept(error);
    }
}
