package io.opportune.engine.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.wire.Wire;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Appends records to one queue. Owned by one shard's thread, which calls everything but {@link #syncIfDue}, {@link
 * #healthy} and {@link #lastIndex}; those any thread may call. Allocates nothing per record and never throws for what
 * happens to the disk: a record is either readable by everybody when {@link #append} returns, or refused and counted.
 */
public final class JournalWriter implements AutoCloseable {
    /** Returned for a record that was not written. */
    public static final long NOT_WRITTEN = -1;
    /** Behind each record in its excerpt stands the CRC-32C of its bytes, little endian. */
    static final int CHECKSUM_LENGTH_BYTES = Integer.BYTES;

    private static final long NS_PER_MS = 1_000_000L;
    /** How soon a writer that failed for an unexpected reason opens its queue anew. */
    private static final long REOPEN_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    /** Below this not even the queue's own small files can be made. */
    private static final long OPENING_BYTES = 4L << 20;

    /** Never more than this is touched ahead: 250 records of 500 bytes. */
    private static final long TOUCH_AHEAD_BYTES = 128L << 10;
    private static final long PAGE_BYTES = 4096;

    private enum State { OPEN, BLOCKED, BROKEN, CLOSED }

    private final Path directory;
    private final JournalSettings settings;
    private final EpochNanoClock clock;
    private final JournalCounters counters;
    private final Consumer<Throwable> errorHandler;
    private final WriterLock lock;
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer staging;
    private final UnsafeBuffer stagingBuffer;
    private final Bytes<ByteBuffer> stagingBytes;
    private final JournalFiles files;

    private SingleChronicleQueue queue;
    private ExcerptAppender appender;
    private long cycleLengthMs;
    private volatile State state = State.OPEN;
    private volatile long lastIndex = NOT_WRITTEN;
    private volatile long lastSyncNs = Long.MIN_VALUE;
    private long nowMs;
    private long rollAtMs;
    private long endPosition;
    private long adviseAgainAt;
    private long touchedUpTo;
    private long retryAtNs;

    /**
     * Opens a queue for writing, or makes a new one. Whatever a killed process left half done is put right at once.
     *
     * @param queueDir of this queue alone; made when absent.
     * @param settings of this writer.
     * @param clock    the wall clock, which decides when files roll.
     * @param counters that this writer alone writes.
     * @throws IllegalStateException when the queue has a writer already.
     * @throws UncheckedIOException  when the directory cannot be written or the disk is too full to open a queue.
     */
    public JournalWriter(
        final Path queueDir,
        final JournalSettings settings,
        final EpochNanoClock clock,
        final JournalCounters counters) {
        this(queueDir, settings, clock, counters, null, error -> { });
    }

    /**
     * Opens a queue for writing, or makes a new one.
     *
     * @param queueDir     of this queue alone; made when absent.
     * @param settings     of this writer.
     * @param clock        the wall clock, which decides when files roll.
     * @param counters     that this writer alone writes.
     * @param freeSpace    of the file system; null for the real one.
     * @param errorHandler is told of the unexpected: a sync that failed, a file that cannot be mapped.
     * @throws IllegalStateException when the queue has a writer already.
     * @throws UncheckedIOException  when the directory cannot be written or the disk is too full to open a queue.
     */
    public JournalWriter(
        final Path queueDir,
        final JournalSettings settings,
        final EpochNanoClock clock,
        final JournalCounters counters,
        final FreeSpace freeSpace,
        final Consumer<Throwable> errorHandler) {
        this.directory = queueDir;
        this.settings = settings;
        this.clock = clock;
        this.counters = counters;
        this.errorHandler = errorHandler;
        this.staging = ByteBuffer.allocateDirect(settings.maxRecordLengthBytes() + CHECKSUM_LENGTH_BYTES);
        this.stagingBuffer = new UnsafeBuffer(staging);
        this.stagingBytes = Bytes.wrapForRead(staging);
        // The writer is handed from the thread that starts the server to the shard's thread.
        this.stagingBytes.singleThreadedCheckDisabled(true);
        try {
            Files.createDirectories(queueDir);
        } catch (final IOException e) {
            throw new UncheckedIOException("journal " + queueDir, e);
        }
        final FreeSpace space = freeSpace != null ? freeSpace : FreeSpace.of(queueDir);
        if (space.usableBytes() < OPENING_BYTES) {
            throw new UncheckedIOException(new IOException("journal " + queueDir + ": the file system has "
                + space.usableBytes() + " usable bytes; a queue needs " + OPENING_BYTES + " to open"));
        }
        this.files = new JournalFiles(queueDir, settings, clock, counters, space, errorHandler);
        this.lock = WriterLock.acquire(queueDir);
        boolean opened = false;
        try {
            open();
            opened = true;
        } catch (final IOException e) {
            throw new UncheckedIOException("journal " + queueDir, e);
        } finally {
            if (!opened) {
                closeQueue();
                lock.close();
            }
        }
    }

    /**
     * Appends one record. When this returns an index, the record is in the operating system's hands: a killed process
     * loses nothing; what a lost machine loses depends on the {@link SyncPolicy}.
     *
     * @param record holding the record.
     * @param offset of the record.
     * @param length of the record, 56 up to the configured maximum.
     * @return where the record stands, growing with each record; {@link #NOT_WRITTEN} when it was refused because the
     *     disk is full or failing, the length is out of range, or the writer is closed.
     */
    public long append(final DirectBuffer record, final int offset, final int length) {
        final long nowNs = clock.nanoTime();
        final long index;
        try {
            if (length < RecordHeaderFlyweight.MIN_RECORD_LENGTH_BYTES
                || length > settings.maxRecordLengthBytes()
                || !readyToAppend(nowNs, length)) {
                counters.failures().increment();
                return NOT_WRITTEN;
            }
            stage(record, offset, length);
            appender.writeBytes(stagingBytes);
            index = appender.lastIndexAppended();
            endPosition = appender.wire().bytes().writePosition();
            if (endPosition >= adviseAgainAt) {
                adviseMapping();
            }
        } catch (final Exception | InternalError e) {
            // InternalError is how the JVM reports a store into a mapped page that the disk could not take.
            onBroken(e, nowNs);
            return NOT_WRITTEN;
        }
        lastIndex = index;
        counters.records().incrementRelease();
        counters.bytes().getAndAddRelease(length);
        files.onAppended();
        return index;
    }

    /**
     * Ends a batch. With {@link SyncPolicy#BATCH} this forces everything appended to the disk; the shard acknowledges
     * only afterwards.
     *
     * @return false when the sync failed, so that nothing since the last good one may be acknowledged; true otherwise,
     *     and always with the other policies.
     */
    public boolean endOfBatch() {
        return settings.sync() != SyncPolicy.BATCH || sync();
    }

    /**
     * With {@link SyncPolicy#INTERVAL} forces to the disk what was appended, when the interval has passed. Takes as
     * long as the disk does, so it is better called by a thread that answers nobody.
     *
     * @param nowNs any steady clock, always the same one.
     */
    public void syncIfDue(final long nowNs) {
        if (settings.sync() == SyncPolicy.INTERVAL
            && (lastSyncNs == Long.MIN_VALUE || nowNs - lastSyncNs >= settings.syncIntervalNs())) {
            lastSyncNs = nowNs;
            sync();
        }
    }

    /**
     * Forces everything appended so far to the disk, whatever the policy. Any thread may call it; a snapshot must not
     * become durable before the records that it contains, or replay would meet a gap after the machine was lost.
     *
     * @return false when the disk refused; counted.
     */
    public boolean sync() {
        // What is appended meanwhile may be forced too, or not.
        final long before = counters.records().get();
        final boolean synced = files.sync();
        if (synced) {
            counters.synced().proposeMaxRelease(before);
        }
        return synced;
    }

    /**
     * Makes one page ready that later records will be stored into, so that they need not wait for the kernel. For idle
     * moments of the owning thread; does nothing once enough is ready. Without it every eighth record of 500 bytes
     * takes a page fault, 1 to 5 us, measured.
     */
    public void touchAhead() {
        if (state != State.OPEN || rollAtMs == 0 || endPosition == 0) {
            return;
        }
        final long page = Math.max(touchedUpTo, (endPosition + PAGE_BYTES) & -PAGE_BYTES);
        if (page < endPosition + TOUCH_AHEAD_BYTES && page + PAGE_BYTES <= files.reservedUpTo()) {
            final BytesStore<?, ?> mapped = appender.wire().bytes().bytesStore();
            if (mapped.inside(page, Long.BYTES)) {
                mapped.compareAndSwapLong(page, 0, 0);
            }
            touchedUpTo = page + PAGE_BYTES;
        }
    }

    /**
     * Whether records are being taken and synced.
     *
     * @return false while the disk is full or failing, and when closed.
     */
    public boolean healthy() {
        return state == State.OPEN && !files.lastSyncFailed();
    }

    /**
     * Where the last record stands that this writer appended.
     *
     * @return its index, or {@link #NOT_WRITTEN} when it has appended none since it was opened.
     */
    public long lastIndex() {
        return lastIndex;
    }

    /**
     * Whether the queue was closed in order before this writer opened it.
     *
     * @return false after a kill or a crash; true for a new queue.
     */
    public boolean wasClosedCleanly() {
        return lock.wasClosedCleanly();
    }

    /** Forces the queue to the disk unless the policy is {@link SyncPolicy#NONE}, and closes it. */
    @Override
    public void close() {
        if (state == State.CLOSED) {
            return;
        }
        if (settings.sync() != SyncPolicy.NONE) {
            sync();
        }
        state = State.CLOSED;
        closeQueue();
        lock.markClosed();
        lock.close();
    }

    private void stage(final DirectBuffer record, final int offset, final int length) {
        stagingBuffer.putBytes(0, record, offset, length);
        crc.reset();
        crc.update(staging.limit(length).position(0));
        stagingBuffer.putInt(length, (int) crc.getValue(), ByteOrder.LITTLE_ENDIAN);
        stagingBytes.readPositionRemaining(0, length + CHECKSUM_LENGTH_BYTES);
    }

    private boolean readyToAppend(final long nowNs, final int length) {
        if (state != State.OPEN && !resume(nowNs)) {
            return false;
        }
        // The clock may step back, but a file that was left is never returned to.
        nowMs = Math.max(nowMs, nowNs / NS_PER_MS);
        if (nowMs >= rollAtMs && !roll() || !files.hasRoom(nowNs, endPosition + length)) {
            state = State.BLOCKED;
            retryAtNs = nowNs + JournalFiles.SPACE_CHECK_INTERVAL_NS;
            return false;
        }
        return true;
    }

    private boolean resume(final long nowNs) {
        if (state == State.CLOSED || nowNs - retryAtNs < 0) {
            return false;
        }
        if (state == State.BROKEN) {
            try {
                open();
            } catch (final IOException | RuntimeException e) {
                onBroken(e, nowNs);
                return false;
            }
        }
        state = State.OPEN;
        files.forgetSpaceCheck();
        return true;
    }

    private boolean roll() {
        final long cycle = nowMs / cycleLengthMs;
        final Wire wire = appender.wire();
        final long begin = wire != null && appender.cycle() == cycle ? wire.bytes().writePosition() : 0;
        if (!files.roll(ChronicleQueues.fileName(queue, cycle), begin, endPosition)) {
            return false;
        }
        endPosition = begin;
        adviseAgainAt = 0;
        touchedUpTo = 0;
        rollAtMs = (cycle + 1) * cycleLengthMs;
        return true;
    }

    private void adviseMapping() {
        final BytesStore<?, ?> mapped = appender.wire().bytes().bytesStore();
        NativeFile.adviseRandom(mapped.addressForRead(mapped.start()), mapped.capacity() - mapped.start());
        adviseAgainAt = mapped.start() + settings.blockSizeBytes();
    }

    private void open() throws IOException {
        ChronicleQueues.removeUnfinished(directory, lock.machineWasLost());
        queue = ChronicleQueues.openForWriting(directory, settings, () -> nowMs);
        cycleLengthMs = queue.rollCycle().lengthInMillis();
        nowMs = Math.max(clock.nanoTime() / NS_PER_MS, queue.lastCycle() < 0 ? 0 : queue.lastCycle() * cycleLengthMs);
        if (lock.machineWasLost() && TailRepair.endFilesAtHoles(queue, directory)) {
            // The next file begins early, and is gone on with when its time comes.
            nowMs = Math.max(nowMs, (queue.lastCycle() + 1) * cycleLengthMs);
        }
        appender = queue.createAppender();
        appender.singleThreadedCheckDisabled(true);
        rollAtMs = 0;
    }

    private void onBroken(final Throwable error, final long nowNs) {
        counters.failures().increment();
        errorHandler.accept(error);
        state = State.BROKEN;
        retryAtNs = nowNs + REOPEN_INTERVAL_NS;
        closeQueue();
    }

    private void closeQueue() {
        try {
            if (appender != null) {
                appender.close();
            }
            if (queue != null) {
                queue.close();
            }
        } catch (final RuntimeException e) {
            errorHandler.accept(e);
        }
        appender = null;
        queue = null;
        files.close(state == State.CLOSED, endPosition);
        rollAtMs = 0;
    }
}
