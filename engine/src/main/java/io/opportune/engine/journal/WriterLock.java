package io.opportune.engine.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Makes sure that a queue has one writer. The lock is the operating system's, so it ends with the process that held it,
 * whatever killed it. The file also says whether the last writer closed the queue in order.
 */
final class WriterLock implements AutoCloseable {
    private static final String FILE = "writer.lock";
    private static final byte[] OPEN = "open  \n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLOSED = "closed\n".getBytes(StandardCharsets.US_ASCII);

    private final FileChannel channel;
    private final FileLock lock;
    private final boolean wasClosedCleanly;

    private WriterLock(final FileChannel channel, final FileLock lock, final boolean wasClosedCleanly) {
        this.channel = channel;
        this.lock = lock;
        this.wasClosedCleanly = wasClosedCleanly;
    }

    static WriterLock acquire(final Path directory) {
        final Path file = directory.resolve(FILE);
        try {
            final FileChannel channel = FileChannel.open(file,
                StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            final FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new IllegalStateException("journal " + directory + " already has a writer; a queue has one");
            }
            final ByteBuffer mark = ByteBuffer.allocate(CLOSED.length);
            final int length = channel.read(mark, 0);
            final boolean clean = length <= 0 || mark.get(0) == CLOSED[0];
            channel.write(ByteBuffer.wrap(OPEN), 0);
            return new WriterLock(channel, lock, clean);
        } catch (final IOException e) {
            throw new UncheckedIOException("journal lock " + file, e);
        }
    }

    boolean wasClosedCleanly() {
        return wasClosedCleanly;
    }

    void markClosed() {
        try {
            channel.write(ByteBuffer.wrap(CLOSED), 0);
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
        }
    }

    private static FileLock tryLock(final FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (final OverlappingFileLockException sameProcess) {
            return null;
        }
    }
}
