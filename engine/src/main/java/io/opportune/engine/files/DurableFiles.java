package io.opportune.engine.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Writing files so that they are whole or absent after a crash, and deleting folders. Stateless. */
public final class DurableFiles {
    private DurableFiles() {
    }

    /**
     * Writes a file under another name, forces it to the disk and gives it its name.
     *
     * @param file    to create or replace.
     * @param content all of it.
     * @throws IOException when it cannot be written: the file is what it was. Only when its folder cannot be forced to
     *     the disk in the end it has the new content, and a lost machine may have either.
     */
    public static void write(final Path file, final byte[] content) throws IOException {
        place(file, content);
        force(file.toAbsolutePath().getParent());
    }

    /**
     * Like {@link #write}, but leaves it to the caller to force the folder, once for many files.
     *
     * @param file    to create or replace.
     * @param content all of it.
     * @throws IOException when it cannot be written; the file is what it was.
     */
    public static void place(final Path file, final byte[] content) throws IOException {
        final Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            writeForced(part, content);
            move(part, file);
        } catch (final IOException | RuntimeException e) {
            try {
                Files.deleteIfExists(part);
            } catch (final IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    private static void writeForced(final Path part, final byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            final ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private static void move(final Path from, final Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Gives a file its final name, replacing what has it, and makes the name durable.
     *
     * @param from whose content is on the disk already.
     * @param to   in the same folder.
     * @throws IOException when it cannot be renamed.
     */
    public static void rename(final Path from, final Path to) throws IOException {
        move(from, to);
        force(to.toAbsolutePath().getParent());
    }

    /**
     * Makes a file, or the list of names of a folder, durable.
     *
     * @param path file or folder.
     * @throws IOException when it cannot be opened or the disk fails.
     */
    public static void force(final Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Deletes a folder with all that is in it; links are deleted, not followed.
     *
     * @param directory need not exist.
     * @throws IOException when something cannot be deleted.
     */
    public static void deleteTree(final Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        final List<Path> paths;
        try (Stream<Path> walk = Files.walk(directory)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        } catch (final UncheckedIOException e) {
            throw e.getCause();
        }
        for (final Path path : paths) {
            Files.deleteIfExists(path);
        }
    }
}
