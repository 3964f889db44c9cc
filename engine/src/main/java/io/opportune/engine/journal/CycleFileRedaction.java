package io.opportune.engine.journal;

import io.opportune.engine.journal.codec.MergeDoneRecordDecoder;
import io.opportune.engine.journal.codec.MergeInRecordDecoder;
import io.opportune.engine.journal.codec.RedactedRecordDecoder;
import io.opportune.engine.journal.codec.UnlinkRecordDecoder;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;
import net.openhft.chronicle.wire.Wires;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Overwrites the records of erased roots in a file that nobody appends to any more. Lengths, positions and all other
 * records stay, so readers in any process go on. Owned by one thread; never grows or shortens the file.
 *
 * <p>Records go in batches, each in two steps with a force between: first each record gets the checksum that it will
 * have, then the bytes that it will have. From the first step on readers pass the record over as damaged; once it is
 * whole again it is a redacted one. A kill between leaves a record whose checksum fits its redacted form and not
 * itself, which follows from bytes that neither step changes, so that the next run recognises and finishes it.
 */
final class CycleFileRedaction {
    private static final int BATCH = 4096;
    private static final int ASK_EVERY_RECORDS = 1 << 16;
    private static final int WIPE_STEP_BYTES = 1 << 16;
    private static final int FIRST_CAPACITY_BYTES = 64 << 10;
    /** Where a file ends stands an empty header that says so, and the letters EOF for people. */
    private static final int END_MARK_BYTES = 8;
    private static final int MAX_RECORD_LENGTH_BYTES = 128 << 20;

    /** Where the bytes go; tests break off here. */
    interface Disk {
        void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException;

        void force(FileChannel channel) throws IOException;
    }

    /** The real one. */
    static final Disk DISK = new Disk() {
        @Override
        public void write(final FileChannel channel, final ByteBuffer bytes, final long position)
            throws IOException {
            long at = position;
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        }

        @Override
        public void force(final FileChannel channel) throws IOException {
            channel.force(false);
        }
    };

    private final ErasedRoots erased;
    private final BooleanSupplier keepGoing;
    private final Disk disk;
    private final CRC32C crc = new CRC32C();
    private final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer word = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer work = new UnsafeBuffer(0, 0);
    private final ByteBuffer checksum = ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final long[] positions = new long[BATCH];
    private final int[] lengths = new int[BATCH];
    private final int[] checksums = new int[BATCH];
    private final ErasedRoots.Fate[] fates = new ErasedRoots.Fate[BATCH];
    private ByteBuffer workBytes = ByteBuffer.allocateDirect(0);
    private FileChannel channel;
    private MemorySegment mapped;
    private int pending;
    private long redacted;

    CycleFileRedaction(final ErasedRoots erased, final BooleanSupplier keepGoing, final Disk disk) {
        this.erased = erased;
        this.keepGoing = keepGoing;
        this.disk = disk;
        reserve(FIRST_CAPACITY_BYTES);
    }

    /** Records overwritten so far, in all files. */
    long redacted() {
        return redacted;
    }

    /** Overwrites one file and forces it to the disk; false when it was told to stop before the end. */
    boolean redact(final Path file) throws IOException {
        try (FileChannel opened = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            Arena arena = Arena.ofConfined()) {
            channel = opened;
            mapped = opened.map(FileChannel.MapMode.READ_ONLY, 0, opened.size(), arena);
            pending = 0;
            final long end = walk();
            flush();
            if (end >= 0) {
                wipeBehind(end);
                disk.force(channel);
            }
            return end >= 0;
        }
    }

    /** Gives where the last record ends, or -1 when it was told to stop. */
    private long walk() throws IOException {
        long position = 0;
        long records = 0;
        while (position + Integer.BYTES <= mapped.byteSize()) {
            final int excerpt = intAt(position);
            if (!Wires.isReady(excerpt) || excerpt == Wires.END_OF_DATA) {
                break;
            }
            final long begin = position + Integer.BYTES;
            final long end = begin + Wires.lengthOf(excerpt);
            if (end > mapped.byteSize()) {
                throw new IOException("an excerpt reaches beyond the end of its file, at " + position);
            }
            final int length = (int) (end - begin) - JournalWriter.CHECKSUM_LENGTH_BYTES;
            if (Wires.isReadyData(excerpt) && length >= RecordHeaderFlyweight.MIN_RECORD_LENGTH_BYTES
                && length <= MAX_RECORD_LENGTH_BYTES) {
                if (++records % ASK_EVERY_RECORDS == 0 && !keepGoing.getAsBoolean()) {
                    return -1;
                }
                examine(begin, length);
            }
            // Each header stands on a multiple of four bytes.
            position = end + (-end & 3);
        }
        return position;
    }

    private void examine(final long position, final int length) throws IOException {
        view.wrap(mapped.address() + position, length);
        header.wrap(view, 0);
        final ErasedRoots.Fate fate = erased.fateOf(header, view, 0);
        if (fate == ErasedRoots.Fate.KEPT && !maybeBegun()) {
            return;
        }
        final int stored = intAt(position + length);
        load(position, length);
        if (stored == checksumOf(length)) {
            if (fate != ErasedRoots.Fate.KEPT) {
                add(position, length, fate, checksumAfter(fate, length));
            }
            return;
        }
        finishOrWipe(position, length, fate, stored);
    }

    /**
     * Whether a run that was broken off may have changed a part, any part, from which the record's fate follows: the
     * root key or half of it, the template, or what a merge says of the other root.
     */
    private boolean maybeBegun() {
        final int template = header.templateId();
        return header.partition() != RecordHeaderFlyweight.CONTROL_PARTITION
            && (header.rootKeyHigh() == 0 || header.rootKeyLow() == 0
            || template == RedactedRecordDecoder.TEMPLATE_ID
            || template == MergeDoneRecordDecoder.TEMPLATE_ID
            || template == MergeInRecordDecoder.TEMPLATE_ID);
    }

    /** A record whose checksum does not hold: half redacted, or damaged and of an erased root, or none of ours. */
    private void finishOrWipe(
        final long position, final int length, final ErasedRoots.Fate fate, final int stored) throws IOException {
        if (header.templateId() == UnlinkRecordDecoder.TEMPLATE_ID
            && stored == checksumAfter(ErasedRoots.Fate.ROOT_REDACTED, length)) {
            add(position, length, ErasedRoots.Fate.ROOT_REDACTED, stored);
            return;
        }
        load(position, length);
        final int whole = checksumAfter(ErasedRoots.Fate.REDACTED, length);
        if (stored == whole) {
            add(position, length, ErasedRoots.Fate.REDACTED, stored);
        } else if (fate != ErasedRoots.Fate.KEPT) {
            // Its header may be damaged as well, so it must not become a record that counts. The same befalls a record
            // whose new checksum a lost machine tore in two at a page's end; those of unlinks never lie across one.
            add(position, length, ErasedRoots.Fate.REDACTED, ~whole);
        }
    }

    private void add(
        final long position, final int length, final ErasedRoots.Fate fate, final int newChecksum) throws IOException {
        // The end of a merge may not vanish before its beginning: the merge would count as cut off and be resumed.
        if (pending == BATCH || pending > 0 && header.templateId() == MergeDoneRecordDecoder.TEMPLATE_ID) {
            flush();
        }
        positions[pending] = position;
        lengths[pending] = length;
        fates[pending] = fate;
        checksums[pending++] = newChecksum;
    }

    private void flush() throws IOException {
        if (pending == 0) {
            return;
        }
        for (int i = 0; i < pending; i++) {
            checksum.clear().putInt(checksums[i]).flip();
            disk.write(channel, checksum, positions[i] + lengths[i]);
        }
        disk.force(channel);
        for (int i = 0; i < pending; i++) {
            load(positions[i], lengths[i]);
            apply(fates[i], lengths[i]);
            disk.write(channel, workBytes.clear().limit(lengths[i]), positions[i]);
        }
        redacted += pending;
        pending = 0;
    }

    /** What a dead writer or a lost machine left behind the last record is read by nobody, but it is there. */
    private void wipeBehind(final long end) throws IOException {
        final ByteBuffer zeros = ByteBuffer.allocateDirect(WIPE_STEP_BYTES);
        final MemorySegment zero = MemorySegment.ofBuffer(zeros);
        final long size = mapped.byteSize();
        for (long at = end + END_MARK_BYTES; at < size; at += WIPE_STEP_BYTES) {
            final long length = Math.min(WIPE_STEP_BYTES, size - at);
            if (MemorySegment.mismatch(mapped, at, at + length, zero, 0, length) >= 0) {
                disk.write(channel, zeros.clear().limit((int) length), at);
            }
        }
    }

    private int intAt(final long position) {
        word.wrap(mapped.address() + position, Integer.BYTES);
        return word.getInt(0, ByteOrder.LITTLE_ENDIAN);
    }

    private void load(final long position, final int length) {
        if (length > work.capacity()) {
            reserve(Integer.highestOneBit(length) * 2);
        }
        view.wrap(mapped.address() + position, length);
        work.putBytes(0, view, 0, length);
    }

    private void reserve(final int capacityBytes) {
        workBytes = ByteBuffer.allocateDirect(capacityBytes);
        work.wrap(workBytes);
    }

    private int checksumAfter(final ErasedRoots.Fate fate, final int length) {
        apply(fate, length);
        return checksumOf(length);
    }

    private void apply(final ErasedRoots.Fate fate, final int length) {
        if (fate == ErasedRoots.Fate.ROOT_REDACTED) {
            RecordRedaction.rootOnly(work, 0);
        } else {
            RecordRedaction.whole(work, 0, length);
        }
    }

    private int checksumOf(final int length) {
        crc.reset();
        crc.update(workBytes.clear().limit(length));
        return (int) crc.getValue();
    }
}
