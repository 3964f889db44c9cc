package io.opportune.engine.counters;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;

/**
 * The server's counters and distinct errors in one memory-mapped file ({@link CountersLayout}). Counters are handed
 * out at start, from any thread; each is then written by one thread only. The memory stays mapped until the last
 * counter is garbage, so that a thread that counts after {@link #close()} does no harm.
 */
public final class CountersFile implements AutoCloseable {
    /** Name of the file in the data folder of a server. */
    public static final String FILE_NAME = "counters.dat";

    private final Path file;
    private final EpochClock clock;
    private final MappedByteBuffer mapped;
    private final UnsafeBuffer header;
    private final CountersManager counters;
    private final Map<Long, AtomicCounter> byDescriptorAndInstance = new HashMap<>();
    private final ErrorLog errors;
    private boolean closed;

    private CountersFile(final Path file, final EpochClock clock, final MappedByteBuffer mapped) {
        final int capacity = CountersLayout.COUNTER_CAPACITY;
        this.file = file;
        this.clock = clock;
        this.mapped = mapped;
        this.header = new UnsafeBuffer(mapped, 0, CountersLayout.HEADER_LENGTH);
        this.counters = new CountersManager(
            new UnsafeBuffer(mapped, CountersLayout.metadataOffset(), CountersLayout.metadataLength(capacity)),
            new UnsafeBuffer(mapped, CountersLayout.valuesOffset(capacity), CountersLayout.valuesLength(capacity)),
            StandardCharsets.US_ASCII);
        this.errors = new ErrorLog(
            new UnsafeBuffer(mapped, CountersLayout.errorOffset(capacity), CountersLayout.ERROR_LENGTH),
            new UnsafeBuffer(
                mapped,
                CountersLayout.noteOffset(capacity, CountersLayout.ERROR_LENGTH),
                CountersLayout.NOTE_LENGTH),
            clock,
            counter(CounterDescriptor.ERRORS),
            counter(CounterDescriptor.ERRORS_NOT_KEPT),
            counter(CounterDescriptor.ERROR_NOTES));
    }

    /**
     * Creates the file with all counters at 0. An old file is replaced; readers that have it open keep seeing the old
     * one.
     *
     * @param file whose folder is made when it is missing.
     * @return to be closed at an orderly stop.
     * @throws UncheckedIOException when the file cannot be made.
     */
    public static CountersFile create(final Path file) {
        return create(file, System::currentTimeMillis);
    }

    /**
     * Creates the file with all counters at 0, with a clock of the caller.
     *
     * @param file  whose folder is made when it is missing.
     * @param clock of start, stop and errors, milliseconds since 1970.
     * @return to be closed at an orderly stop.
     * @throws UncheckedIOException when the file cannot be made.
     */
    public static CountersFile create(final Path file, final EpochClock clock) {
        final long length = CountersLayout.fileLength(
            CountersLayout.COUNTER_CAPACITY, CountersLayout.ERROR_LENGTH, CountersLayout.NOTE_LENGTH);
        try {
            final Path folder = file.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            final Path fresh = folder.resolve(file.getFileName() + ".new");
            Files.deleteIfExists(fresh);
            final MappedByteBuffer mapped;
            try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, length);
            }
            mapped.order(ByteOrder.LITTLE_ENDIAN);
            final CountersFile result = new CountersFile(file, clock, mapped);
            result.writeHeader();
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return result;
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot create the counters file " + file, e);
        }
    }

    private void writeHeader() {
        header.putInt(CountersLayout.VERSION_OFFSET, CountersLayout.LAYOUT_VERSION);
        header.putInt(CountersLayout.CAPACITY_OFFSET, CountersLayout.COUNTER_CAPACITY);
        header.putLong(CountersLayout.PID_OFFSET, ProcessHandle.current().pid());
        header.putLong(CountersLayout.START_TIME_OFFSET, clock.time());
        header.putLong(CountersLayout.STOP_TIME_OFFSET, 0);
        header.putInt(CountersLayout.ERROR_LENGTH_OFFSET, CountersLayout.ERROR_LENGTH);
        header.putInt(CountersLayout.NOTE_LENGTH_OFFSET, CountersLayout.NOTE_LENGTH);
        header.putLongVolatile(CountersLayout.MAGIC_OFFSET, CountersLayout.MAGIC);
    }

    /**
     * Where the file is.
     *
     * @return as given.
     */
    public Path file() {
        return file;
    }

    /**
     * The counter of instance 0.
     *
     * @param descriptor which.
     * @return the same object for the same descriptor.
     */
    public AtomicCounter counter(final CounterDescriptor descriptor) {
        return counter(descriptor, 0);
    }

    /**
     * The counter of one thread instance. Its single writer may use the plain or release forms of the increments.
     *
     * @param descriptor which.
     * @param instance   number of the shard, event loop or queue, 0 or more; only 0 when the counter is not
     *                   {@link CounterDescriptor#perThread()}.
     * @return the same object for the same arguments.
     * @throws IllegalArgumentException when the instance is not allowed.
     */
    public AtomicCounter counter(final CounterDescriptor descriptor, final int instance) {
        if (instance < 0 || instance > 0 && !descriptor.perThread()) {
            throw new IllegalArgumentException("counter " + descriptor.label() + " has no instance " + instance);
        }
        synchronized (byDescriptorAndInstance) {
            return byDescriptorAndInstance.computeIfAbsent(
                (long) descriptor.id() << 32 | instance,
                key -> counters.newCounter(
                    descriptor.label(), descriptor.id(), keyBuffer -> keyBuffer.putInt(0, instance)));
        }
    }

    /**
     * Sums the instances of a counter.
     *
     * @param descriptor which.
     * @return 0 when it has no instance yet.
     */
    public long total(final CounterDescriptor descriptor) {
        synchronized (byDescriptorAndInstance) {
            long sum = 0;
            for (final Map.Entry<Long, AtomicCounter> entry : byDescriptorAndInstance.entrySet()) {
                if (entry.getKey() >>> 32 == descriptor.id()) {
                    sum += entry.getValue().get();
                }
            }
            return sum;
        }
    }

    /**
     * Whether any thread has taken the counter.
     *
     * @param descriptor which.
     * @return false when no instance exists, so that its total says nothing.
     */
    public boolean hasInstance(final CounterDescriptor descriptor) {
        synchronized (byDescriptorAndInstance) {
            return byDescriptorAndInstance.keySet().stream().anyMatch(key -> key >>> 32 == descriptor.id());
        }
    }

    /**
     * The log of distinct errors.
     *
     * @return for any thread.
     */
    public ErrorLog errors() {
        return errors;
    }

    /** Writes the time of the orderly stop and forces the file to the disk; it stays readable for others. */
    @Override
    public void close() {
        synchronized (byDescriptorAndInstance) {
            if (!closed) {
                closed = true;
                header.putLongVolatile(CountersLayout.STOP_TIME_OFFSET, clock.time());
                mapped.force();
            }
        }
    }
}
