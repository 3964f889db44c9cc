package io.opportune.engine.journal;

import io.opportune.engine.files.DurableFiles;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Predicate;

/**
 * A file of all erasures and merges that the kept journal holds or held: merges must still be known when the records
 * that told of them are overwritten already. Entries are appended, forced, and read through from the start; the same
 * entry twice does no harm, and one cut short by a kill is cut off. Owned by one thread.
 */
final class ErasureLedger {
    private static final int ENTRY_LENGTH_BYTES = 57;

    /** What an entry says. */
    enum Kind {
        /** The root was erased at this sequence. */
        ERASED,
        /** The root gave its profile away in the record of this sequence. */
        MERGED_OUT,
        /** The root took the source's profile over in the record of this sequence. */
        MERGED_IN,
        /** A run has found that the root is erased up to this sequence; files done before must be read again. */
        KNOWN
    }

    /** One entry; the source is (0, 0) but for MERGED_IN. */
    record Entry(
        Kind kind,
        long rootHigh,
        long rootLow,
        long sourceHigh,
        long sourceLow,
        long sequence,
        long term,
        long appendTimeNs) {
    }

    /** Takes one entry. */
    @FunctionalInterface
    interface Visitor {
        void onEntry(Entry entry) throws IOException;
    }

    private final Path file;

    ErasureLedger(final Path file) {
        this.file = file;
    }

    void forEach(final Visitor visitor) throws IOException {
        if (Files.notExists(file)) {
            return;
        }
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            while (true) {
                final Entry entry = read(in);
                if (entry == null) {
                    return;
                }
                visitor.onEntry(entry);
            }
        }
    }

    /** Opens the end of the file for further entries. */
    Appender append() throws IOException {
        final FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.position(channel.size() / ENTRY_LENGTH_BYTES * ENTRY_LENGTH_BYTES);
        return new Appender(channel);
    }

    /** Leaves out entries that nobody needs any more. */
    void keepOnly(final Predicate<Entry> wanted) throws IOException {
        final boolean[] unwanted = new boolean[1];
        forEach(entry -> unwanted[0] |= !wanted.test(entry));
        if (!unwanted[0]) {
            return;
        }
        final Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        try (Appender kept = new ErasureLedger(part).append()) {
            forEach(entry -> {
                if (wanted.test(entry)) {
                    kept.add(entry);
                }
            });
        }
        DurableFiles.rename(part, file);
    }

    private static Entry read(final DataInputStream in) throws IOException {
        try {
            final Kind kind = Kind.values()[in.readByte()];
            return new Entry(kind, in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong(),
                in.readLong(), in.readLong());
        } catch (final EOFException cutShort) {
            return null;
        } catch (final ArrayIndexOutOfBoundsException damaged) {
            throw new IOException("an entry of no known kind", damaged);
        }
    }

    /** The end of the file; closing it forces what was added to the disk. */
    static final class Appender implements AutoCloseable {
        private final FileChannel channel;
        private final DataOutputStream out;
        private long added;

        private Appender(final FileChannel channel) {
            this.channel = channel;
            out = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16));
        }

        void add(final Entry entry) throws IOException {
            out.writeByte(entry.kind().ordinal());
            out.writeLong(entry.rootHigh());
            out.writeLong(entry.rootLow());
            out.writeLong(entry.sourceHigh());
            out.writeLong(entry.sourceLow());
            out.writeLong(entry.sequence());
            out.writeLong(entry.term());
            out.writeLong(entry.appendTimeNs());
            added++;
        }

        long added() {
            return added;
        }

        @Override
        public void close() throws IOException {
            try (channel) {
                out.flush();
                channel.force(true);
            }
        }
    }
}
