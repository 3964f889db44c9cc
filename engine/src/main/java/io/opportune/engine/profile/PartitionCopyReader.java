package io.opportune.engine.profile;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads a copy file. Length, header and checksum of the whole file are verified on opening, before any record is given
 * out. Used by one thread.
 */
public final class PartitionCopyReader implements AutoCloseable {
    private static final int KEY_LENGTH = 16;
    private static final int CRC_STEP = 1 << 20;

    private final Path file;
    private final Arena arena;
    private final MemorySegment contents;
    private final UnsafeBuffer record = new UnsafeBuffer(0, 0);
    private final PartitionCopyHeader header;
    private final long records;
    private final int stride;
    private long next;

    private PartitionCopyReader(final Path file, final Arena arena, final MemorySegment contents) {
        this.file = file;
        this.arena = arena;
        this.contents = contents;
        header = readHeader();
        stride = KEY_LENGTH + header.recordBytes();
        records = readTrailer();
    }

    /**
     * Opens and verifies a copy.
     *
     * @param file of the copy.
     * @return a reader before the first record.
     * @throws StoreRefusedException when the file is torn, altered or of a newer format; the message says which.
     * @throws IOException           when it cannot be read.
     */
    public static PartitionCopyReader open(final Path file) throws IOException {
        final Arena arena = Arena.ofConfined();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() < CopyFormat.HEADER_LENGTH + CopyFormat.TRAILER_LENGTH) {
                throw new StoreRefusedException(file + ": too short for a copy: " + channel.size() + " bytes");
            }
            return new PartitionCopyReader(
                file, arena, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
        } catch (final IOException | RuntimeException refused) {
            arena.close();
            throw refused;
        }
    }

    private PartitionCopyHeader readHeader() {
        final UnsafeBuffer head = new UnsafeBuffer(contents.address(), CopyFormat.HEADER_LENGTH);
        if (head.getInt(0) != CopyFormat.MAGIC) {
            throw new StoreRefusedException(file + ": not a copy file: wrong first bytes");
        }
        if (head.getInt(CopyFormat.HEADER_CRC) != (int) crcOf(0, CopyFormat.HEADER_CRC)) {
            throw new StoreRefusedException(file + ": the header's checksum is wrong");
        }
        if (head.getInt(CopyFormat.VERSION) != CopyFormat.FORMAT) {
            throw new StoreRefusedException(file + ": format " + head.getInt(CopyFormat.VERSION)
                + ", this server reads format " + CopyFormat.FORMAT);
        }
        final byte[] keyId = new byte[CopyFormat.KEY_ID_LENGTH];
        head.getBytes(CopyFormat.KEY_ID, keyId);
        return new PartitionCopyHeader(
            head.getShort(CopyFormat.KIND) & ProfileLayout.USHORT,
            head.getShort(CopyFormat.LAYOUT) & ProfileLayout.USHORT,
            head.getInt(CopyFormat.RECORD_BYTES),
            head.getShort(CopyFormat.TENANT) & ProfileLayout.USHORT,
            head.getShort(CopyFormat.PARTITION) & ProfileLayout.USHORT,
            head.getInt(CopyFormat.PARTITIONS),
            head.getLong(CopyFormat.TERM),
            head.getLong(CopyFormat.SEQUENCE),
            new String(keyId, StandardCharsets.US_ASCII));
    }

    private long readTrailer() {
        final long trailerAt = contents.byteSize() - CopyFormat.TRAILER_LENGTH;
        final UnsafeBuffer trailer =
            new UnsafeBuffer(contents.address() + trailerAt, CopyFormat.TRAILER_LENGTH);
        final long count = trailer.getLong(CopyFormat.TRAILER_COUNT);
        final long body = trailerAt - CopyFormat.HEADER_LENGTH;
        if (trailer.getInt(0) != CopyFormat.END_MAGIC || body % stride != 0 || body / stride != count) {
            throw new StoreRefusedException(file + ": torn: the end is missing or does not fit the records");
        }
        final long crcAt = trailerAt + CopyFormat.TRAILER_CRC;
        if (trailer.getInt(CopyFormat.TRAILER_CRC) != (int) crcOf(0, crcAt)
            || trailer.getInt(CopyFormat.TRAILER_CRC + Integer.BYTES) != 0) {
            throw new StoreRefusedException(file + ": altered: the checksum is wrong");
        }
        return count;
    }

    private long crcOf(final long from, final long end) {
        final CRC32C crc = new CRC32C();
        for (long at = from; at < end; at += CRC_STEP) {
            final ByteBuffer part = contents.asSlice(at, Math.min(CRC_STEP, end - at)).asByteBuffer();
            crc.update(part);
        }
        return crc.getValue();
    }

    /** {@return what the copy says of itself} */
    public PartitionCopyHeader header() {
        return header;
    }

    /** {@return how many records there are} */
    public long records() {
        return records;
    }

    /**
     * Moves to the next record.
     *
     * @return false when there is none.
     */
    public boolean next() {
        if (next == records) {
            return false;
        }
        record.wrap(contents.address() + CopyFormat.HEADER_LENGTH + next * stride, stride);
        next++;
        return true;
    }

    /** {@return upper half of the record's key} */
    public long high() {
        return record.getLong(0);
    }

    /** {@return lower half of the record's key} */
    public long low() {
        return record.getLong(Long.BYTES);
    }

    /** {@return upper half of the root in a record of an identity copy} */
    public long rootHigh() {
        return record.getLong(KEY_LENGTH);
    }

    /** {@return lower half of the root in a record of an identity copy} */
    public long rootLow() {
        return record.getLong(KEY_LENGTH + Long.BYTES);
    }

    /** {@return tag of the person in a record of an identity copy; 0 for none, and in copies that knew none} */
    public int person() {
        return header.recordBytes() < PartitionCopyHeader.IDENTITY_BYTES
            ? 0 : (int) record.getLong(KEY_LENGTH + 2 * Long.BYTES);
    }

    /** {@return buffer of the current record, read only; the record stands at {@link #offset()}} */
    public DirectBuffer buffer() {
        return record;
    }

    /** {@return where the current record stands in {@link #buffer()}} */
    public int offset() {
        return KEY_LENGTH;
    }

    /** Unmaps the file. */
    @Override
    public void close() {
        arena.close();
    }
}
