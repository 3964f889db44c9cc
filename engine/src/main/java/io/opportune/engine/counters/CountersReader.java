package io.opportune.engine.counters;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.agrona.DirectBuffer;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.errors.ErrorLogReader;

/**
 * Reads a counters file from another process, whether the server that wrote it runs or has died. Maps the file read
 * only and never changes it. For one thread.
 */
public final class CountersReader implements AutoCloseable {
    /** The start of a process as the system rounds it may differ from the start that the server wrote by this much. */
    private static final Duration START_TOLERANCE = Duration.ofMinutes(5);

    private final Path file;
    private final MappedByteBuffer mapped;
    private final UnsafeBuffer header;
    private final org.agrona.concurrent.status.CountersReader counters;
    private final UnsafeBuffer errorBuffer;
    private final UnsafeBuffer noteBuffer;
    private boolean closed;

    private CountersReader(final Path file, final MappedByteBuffer mapped) {
        this.file = file;
        this.mapped = mapped;
        this.header = new UnsafeBuffer(mapped, 0, CountersLayout.HEADER_LENGTH);
        final int capacity = header.getInt(CountersLayout.CAPACITY_OFFSET);
        final int errorLength = header.getInt(CountersLayout.ERROR_LENGTH_OFFSET);
        final int noteLength = header.getInt(CountersLayout.NOTE_LENGTH_OFFSET);
        this.counters = new org.agrona.concurrent.status.CountersReader(
            new UnsafeBuffer(mapped, CountersLayout.metadataOffset(), CountersLayout.metadataLength(capacity)),
            new UnsafeBuffer(mapped, CountersLayout.valuesOffset(capacity), CountersLayout.valuesLength(capacity)),
            StandardCharsets.US_ASCII);
        this.errorBuffer = new UnsafeBuffer(mapped, CountersLayout.errorOffset(capacity), errorLength);
        this.noteBuffer = new UnsafeBuffer(mapped, CountersLayout.noteOffset(capacity, errorLength), noteLength);
    }

    /**
     * Opens a counters file.
     *
     * @param file that a {@link CountersFile} made.
     * @return to be closed.
     * @throws IOException with a sentence for people, when it is missing, no counters file, or of another version.
     */
    public static CountersReader open(final Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("no counters file at " + file + ": no server has run with this data folder");
        }
        final MappedByteBuffer mapped;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() < CountersLayout.HEADER_LENGTH || channel.size() > Integer.MAX_VALUE) {
                throw notCounters(file);
            }
            mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        }
        mapped.order(ByteOrder.LITTLE_ENDIAN);
        try {
            check(file, mapped);
            return new CountersReader(file, mapped);
        } catch (final IOException e) {
            IoUtil.unmap(mapped);
            throw e;
        }
    }

    private static void check(final Path file, final MappedByteBuffer mapped) throws IOException {
        final UnsafeBuffer header = new UnsafeBuffer(mapped, 0, CountersLayout.HEADER_LENGTH);
        if (header.getLongVolatile(CountersLayout.MAGIC_OFFSET) != CountersLayout.MAGIC) {
            throw notCounters(file);
        }
        final int version = header.getInt(CountersLayout.VERSION_OFFSET);
        if (version != CountersLayout.LAYOUT_VERSION) {
            throw new IOException(file + " has layout version " + version + ", this program reads version "
                + CountersLayout.LAYOUT_VERSION);
        }
        final long capacity = header.getInt(CountersLayout.CAPACITY_OFFSET);
        final long errorLength = header.getInt(CountersLayout.ERROR_LENGTH_OFFSET);
        final long noteLength = header.getInt(CountersLayout.NOTE_LENGTH_OFFSET);
        final boolean plausible = capacity > 0 && capacity <= 1 << 20 && errorLength >= 0 && noteLength >= 0;
        if (!plausible || mapped.capacity() < CountersLayout.fileLength(
            (int) capacity, (int) errorLength, (int) noteLength)) {
            throw new IOException(file + " is shorter than its header says: it was cut off");
        }
    }

    private static IOException notCounters(final Path file) {
        return new IOException(file + " is not a counters file of Opportune");
    }

    /**
     * Which file is read.
     *
     * @return as given.
     */
    public Path file() {
        return file;
    }

    /**
     * Process that wrote the file.
     *
     * @return its id.
     */
    public long pid() {
        return header.getLong(CountersLayout.PID_OFFSET);
    }

    /**
     * When that process made the file.
     *
     * @return milliseconds since 1970.
     */
    public long startTimeMs() {
        return header.getLong(CountersLayout.START_TIME_OFFSET);
    }

    /**
     * When the server stopped in an orderly way.
     *
     * @return milliseconds since 1970; 0 while it runs, and for ever when it was killed.
     */
    public long stopTimeMs() {
        return header.getLongVolatile(CountersLayout.STOP_TIME_OFFSET);
    }

    /**
     * Whether the writing process lives. A process that reused the number of a dead server is told apart by its start.
     *
     * @return false after an orderly stop or a crash.
     */
    public boolean isAlive() {
        if (stopTimeMs() != 0) {
            return false;
        }
        final Optional<ProcessHandle> process = ProcessHandle.of(pid());
        if (process.isEmpty() || !process.get().isAlive()) {
            return false;
        }
        final Optional<Instant> started = process.get().info().startInstant();
        return started.isEmpty()
            || !started.get().isAfter(Instant.ofEpochMilli(startTimeMs()).plus(START_TOLERANCE));
    }

    /**
     * All counter instances as they are now.
     *
     * @return ordered by id, then instance.
     */
    public List<CounterReading> counters() {
        final List<CounterReading> readings = new ArrayList<>();
        counters.forEach((final int counterId, final int typeId, final DirectBuffer key, final String label) ->
            readings.add(new CounterReading(typeId, label, key.getInt(0), counters.getCounterValue(counterId))));
        readings.sort(Comparator.comparingInt(CounterReading::id).thenComparingInt(CounterReading::instance));
        return readings;
    }

    /**
     * Sums the instances of a counter.
     *
     * @param descriptor which.
     * @return 0 when the file has none.
     */
    public long total(final CounterDescriptor descriptor) {
        long sum = 0;
        for (final CounterReading reading : counters()) {
            if (reading.id() == descriptor.id()) {
                sum += reading.value();
            }
        }
        return sum;
    }

    /**
     * The distinct unexpected errors.
     *
     * @return oldest first.
     */
    public List<ErrorReading> errors() {
        return read(errorBuffer);
    }

    /**
     * The distinct notes of expected garbage.
     *
     * @return oldest first.
     */
    public List<ErrorReading> notes() {
        return read(noteBuffer);
    }

    private static List<ErrorReading> read(final UnsafeBuffer buffer) {
        final List<ErrorReading> readings = new ArrayList<>();
        ErrorLogReader.read(buffer, (final int count, final long firstMs, final long lastMs, final String text) ->
            readings.add(new ErrorReading(count, firstMs, lastMs, text)));
        readings.sort(Comparator.comparingLong(ErrorReading::firstTimeMs));
        return readings;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            IoUtil.unmap(mapped);
        }
    }
}
