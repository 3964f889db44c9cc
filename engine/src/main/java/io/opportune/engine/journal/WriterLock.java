package io.opportune.engine.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes sure that a queue has one writer. The lock is the operating system's, so it ends with the process that held it,
 * whatever killed it. The file also says whether the last writer closed the queue in order.
 */
final class WriterLock implements AutoCloseable {
    private static final String FILE = "writer.lock";
    private static final String OPEN = "open   ";
    private static final String CLOSED = "closed ";
    /** Linux makes a new one at each start of the machine. */
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int MAX_LENGTH = 128;

    /**
     * Files locked by this process. They are not even opened a second time, because closing any descriptor of a file
     * ends all locks that the process has on it (POSIX fcntl).
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;
    private final FileLock lock;
    private final String lastMark;
    private final String bootId;

    private WriterLock(
        final Path file, final FileChannel channel, final FileLock lock, final String lastMark, final String bootId) {
        this.file = file;
        this.channel = channel;
        this.lock = lock;
        this.lastMark = lastMark;
        this.bootId = bootId;
    }

    static WriterLock acquire(final Path directory) {
        Path held = null;
        boolean acquired = false;
        try {
            final Path file = directory.toRealPath().resolve(FILE);
            if (!HELD.add(file)) {
                throw alreadyHeld(directory);
            }
            held = file;
            final WriterLock lock = lock(directory, file);
            acquired = true;
            return lock;
        } catch (final IOException e) {
            throw new UncheckedIOException("journal lock in " + directory, e);
        } finally {
            if (!acquired && held != null) {
                HELD.remove(held);
            }
        }
    }

    private static WriterLock lock(final Path directory, final Path file) throws IOException {
        final FileChannel channel = FileChannel.open(file,
            StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        final FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw alreadyHeld(directory);
        }
        final ByteBuffer mark = ByteBuffer.allocate(MAX_LENGTH);
        channel.read(mark, 0);
        final String lastMark = StandardCharsets.US_ASCII.decode(mark.flip()).toString();
        final String bootId = Files.isReadable(BOOT_ID) ? Files.readString(BOOT_ID).strip() : "";
        write(channel, OPEN + bootId);
        return new WriterLock(file, channel, lock, lastMark, bootId);
    }

    private static IllegalStateException alreadyHeld(final Path directory) {
        return new IllegalStateException("journal " + directory + " already has a writer; a queue has one");
    }

    boolean wasClosedCleanly() {
        return !lastMark.startsWith(OPEN);
    }

    /** Whether the machine, not only the process, ended while the last writer was at work. */
    boolean machineWasLost() {
        return !wasClosedCleanly() && !lastMark.equals(OPEN + bootId);
    }

    void markClosed() {
        try {
            write(channel, CLOSED + bootId);
        } catch (final IOException e) {
            throw new UncheckedIOException("journal lock", e);
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
            channel.close();
        } catch (final IOException e) {
            throw new UncheckedIOException("journal lock", e);
        } finally {
            HELD.remove(file);
        }
    }

    private static void write(final FileChannel channel, final String mark) throws IOException {
        channel.write(ByteBuffer.wrap(mark.getBytes(StandardCharsets.US_ASCII)), 0);
        channel.truncate(mark.length());
    }
}
