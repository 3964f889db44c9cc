package io.opportune.engine.profile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A directory of map files with a header, a lock against a second process and a marker of a clean close. Chronicle
 * Map's own recovery loses entries and may hang, so maps are only ever opened under the marker; it goes before they are
 * opened. Used by the thread that opens and closes the store.
 */
final class StoreDirectory implements AutoCloseable {
    static final String MAP_SUFFIX = ".map";

    private static final String HEADER = "store.header";
    private static final String MARKER = "closed-cleanly";
    private static final String LOCK = "store.lock";

    private final Path dir;
    private final FileChannel lockChannel;
    private final FileLock lock;

    private StoreDirectory(final Path dir, final FileChannel lockChannel, final FileLock lock) {
        this.dir = dir;
        this.lockChannel = lockChannel;
        this.lock = lock;
    }

    static StoreDirectory lock(final Path dir) throws IOException {
        Files.createDirectories(dir);
        final FileChannel channel =
            FileChannel.open(dir.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (final OverlappingFileLockException held) {
            throw new StoreRefusedException(dir + ": opened twice in this process", held);
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw new StoreRefusedException(dir + ": another process has this store open");
        }
        return new StoreDirectory(dir, channel, lock);
    }

    /** Reads the header; empty when there is none. */
    Map<String, String> readHeader() throws IOException {
        final Map<String, String> header = new LinkedHashMap<>();
        final Path file = dir.resolve(HEADER);
        if (!Files.exists(file)) {
            return header;
        }
        for (final String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
            final int equals = line.indexOf('=');
            if (equals < 1) {
                throw new StoreRefusedException(file + ": expected key=value, found '" + line + "'");
            }
            header.put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
        }
        return header;
    }

    void writeHeader(final Map<String, String> header) throws IOException {
        final StringBuilder text = new StringBuilder();
        header.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
        writeDurably(dir.resolve(HEADER), text.toString());
    }

    /** Throws when an existing header names another value: found and expected stand in the message. */
    void require(final Map<String, String> header, final String key, final String expected) {
        final String found = header.get(key);
        if (found != null && !found.equals(expected)) {
            throw new StoreRefusedException(
                dir.resolve(HEADER) + ": " + key + " is " + found + " but the configuration has " + expected);
        }
    }

    boolean hasMarker() {
        return Files.exists(dir.resolve(MARKER));
    }

    void removeMarker() throws IOException {
        if (Files.deleteIfExists(dir.resolve(MARKER))) {
            force(dir);
        }
    }

    /** Makes the maps durable first, then the marker: it must never speak of pages that were not written. */
    void writeMarker() throws IOException {
        try (DirectoryStream<Path> maps = Files.newDirectoryStream(dir, "*" + MAP_SUFFIX)) {
            for (final Path map : maps) {
                force(map);
            }
        }
        writeDurably(dir.resolve(MARKER), "");
    }

    static void deleteMaps(final Path dir) throws IOException {
        if (!Files.isDirectory(dir)) {
            return;
        }
        Files.deleteIfExists(dir.resolve(MARKER));
        try (DirectoryStream<Path> maps = Files.newDirectoryStream(dir, "*" + MAP_SUFFIX)) {
            for (final Path map : maps) {
                Files.delete(map);
            }
        }
        force(dir);
    }

    Path file(final String name) {
        return dir.resolve(name + MAP_SUFFIX);
    }

    long mapBytes() {
        long sum = 0;
        try (DirectoryStream<Path> maps = Files.newDirectoryStream(dir, "*" + MAP_SUFFIX)) {
            for (final Path map : maps) {
                sum += Files.size(map);
            }
        } catch (final IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return sum;
    }

    /** Refuses to create map files that the disk cannot hold: writing to a mapped page without a block is fatal. */
    void requireSpace(final long bytes) throws IOException {
        final long usable = Files.getFileStore(dir).getUsableSpace();
        if (usable < bytes) {
            throw new StoreRefusedException(
                dir + ": map files need " + bytes + " bytes but the disk has only " + usable + " left");
        }
    }

    /** Takes the disk blocks of new maps now, so that no other file can take them from under a mapped page. */
    void reserveMaps() throws IOException {
        try (DirectoryStream<Path> maps = Files.newDirectoryStream(dir, "*" + MAP_SUFFIX)) {
            for (final Path map : maps) {
                DiskReservation.reserve(map);
            }
        }
    }

    static void writeDurably(final Path file, final String text) throws IOException {
        final Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        final ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        try (FileChannel channel = FileChannel.open(
            temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        force(file.toAbsolutePath().getParent());
    }

    /** Makes a file, or the names in a directory, durable. */
    static void force(final Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void close() throws IOException {
        lock.release();
        lockChannel.close();
    }
}
