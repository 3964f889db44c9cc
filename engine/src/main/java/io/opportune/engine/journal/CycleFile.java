package io.opportune.engine.journal;

import io.opportune.engine.files.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The file that the writer appends to just now, seen from below: reserves its blocks, forces it to the disk and gives
 * back what was reserved too much. Owned by the writer's thread, except {@link #force}, which any thread may call.
 */
final class CycleFile implements AutoCloseable {
    /** What stays behind the last record when a file is cut: the end mark, and the page that a reader polls. */
    private static final long KEPT_BEHIND_END_BYTES = 64 * 1024;

    private final Path path;
    private final boolean created;
    private final NativeFile blocks;
    private final FileChannel channel;

    private CycleFile(final Path path, final boolean created, final NativeFile blocks, final FileChannel channel) {
        this.path = path;
        this.created = created;
        this.blocks = blocks;
        this.channel = channel;
    }

    static CycleFile open(final Path path) {
        try {
            final boolean created = Files.notExists(path);
            final FileChannel channel = FileChannel.open(path,
                StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            return new CycleFile(path, created, NativeFile.open(path), channel);
        } catch (final IOException e) {
            throw new UncheckedIOException("journal file " + path, e);
        }
    }

    /** Gives {@link NativeFile#RESERVED}, {@link NativeFile#NO_SPACE} or another errno. */
    int reserve(final long offset, final long lengthBytes) {
        return blocks.reserve(offset, lengthBytes);
    }

    /** Returns when everything written so far, and the file's length, are on the disk. */
    void force() throws IOException {
        channel.force(false);
    }

    /** Makes the file's name durable. */
    void forceDirectory() throws IOException {
        DurableFiles.force(path.getParent());
    }

    /** Gives back the disk behind the last record. Nobody may append to the file any more, or it must be reopened. */
    void cutBehind(final long endBytes) throws IOException {
        if (channel.size() > endBytes + KEPT_BEHIND_END_BYTES) {
            channel.truncate(endBytes + KEPT_BEHIND_END_BYTES);
        }
    }

    /** Closes, and removes the file again when it was created for nothing: an empty file would hold readers up. */
    void discard() {
        close();
        if (created) {
            try {
                Files.deleteIfExists(path);
            } catch (final IOException e) {
                throw new UncheckedIOException("journal file " + path, e);
            }
        }
    }

    @Override
    public void close() {
        blocks.close();
        try {
            channel.close();
        } catch (final IOException e) {
            throw new UncheckedIOException("journal file " + path, e);
        }
    }
}
