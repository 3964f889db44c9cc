package io.opportune.engine.profile;

import io.opportune.engine.files.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A directory with a store's header and a lock against a second process, and beside it, or in memory, the directory of
 * its map files. Chronicle Map's own recovery loses entries and may hang, so files of an earlier process are never
 * opened: they are deleted, and the maps start empty. Used by the thread that opens and closes the store.
 */
final class StoreDirectory implements AutoCloseable {
    static final String MAP_SUFFIX = ".map";

    private static final String HEADER = "store.header";
    private static final String LOCK = "store.lock";

    private final Path dir;
    private final Path mapDir;
    private final FileChannel lockChannel;
    private final FileLock lock;

    private StoreDirectory(
        final Path dir, final Path mapDir, final FileChannel lockChannel, final FileLock lock) {
        this.dir = dir;
        this.mapDir = mapDir;
        this.lockChannel = lockChannel;
        this.lock = lock;
    }

    static StoreDirectory lock(final Path dir, final Path mapDir) throws IOException {
        Files.createDirectories(dir);
        Files.createDirectories(mapDir);
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
        return new StoreDirectory(dir, mapDir, channel, lock);
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
        DurableFiles.write(dir.resolve(HEADER), text.toString().getBytes(StandardCharsets.US_ASCII));
    }

    /** Throws when an existing header names another value: found and expected stand in the message. */
    void require(final Map<String, String> header, final String key, final String expected) {
        final String found = header.get(key);
        if (found != null && !found.equals(expected)) {
            throw new StoreRefusedException(
                dir.resolve(HEADER) + ": " + key + " is " + found + " but the configuration has " + expected);
        }
    }

    void deleteMaps() throws IOException {
        try (DirectoryStream<Path> maps = Files.newDirectoryStream(mapDir, "*" + MAP_SUFFIX)) {
            for (final Path map : maps) {
                Files.delete(map);
            }
        }
    }

    Path file(final String name) {
        return mapDir.resolve(name + MAP_SUFFIX);
    }

    long mapBytes() {
        long sum = 0;
        try (DirectoryStream<Path> maps = Files.newDirectoryStream(mapDir, "*" + MAP_SUFFIX)) {
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
        final long usable = Files.getFileStore(mapDir).getUsableSpace();
        if (usable < bytes) {
            throw new StoreRefusedException(
                mapDir + ": map files need " + bytes + " bytes but the disk has only " + usable + " left");
        }
    }

    /** Takes the disk blocks of new maps now, so that no other file can take them from under a mapped page. */
    void reserveMaps() throws IOException {
        try (DirectoryStream<Path> maps = Files.newDirectoryStream(mapDir, "*" + MAP_SUFFIX)) {
            for (final Path map : maps) {
                DiskReservation.reserve(map);
            }
        }
    }

    @Override
    public void close() throws IOException {
        lock.release();
        lockChannel.close();
    }
}
