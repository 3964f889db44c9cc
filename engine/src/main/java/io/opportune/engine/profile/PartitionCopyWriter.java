package io.opportune.engine.profile;

import io.opportune.engine.files.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;

/**
 * Writes a checksummed copy of one partition, of the identity index or of an id horizon. The file gets its name only
 * when it is whole and durable; a copy that is closed without {@link #commit()} leaves nothing. Used by one thread at a
 * time; records are buffered in {@link #BUFFER_BYTES} and go to the page cache without being forced before the end.
 */
public final class PartitionCopyWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int KEY_LENGTH = 16;

    private final Path file;
    private final Path temporary;
    private final FileChannel channel;
    private final PartitionCopyHeader header;
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer buffer;
    private long records;

    /**
     * Begins a copy.
     *
     * @param file   that it becomes; an older one stays until {@link #commit()}.
     * @param header of the copy.
     * @throws IOException when the temporary file cannot be written.
     */
    public PartitionCopyWriter(final Path file, final PartitionCopyHeader header) throws IOException {
        this.file = file.toAbsolutePath();
        this.header = header;
        temporary = this.file.resolveSibling(this.file.getFileName() + ".tmp");
        buffer = ByteBuffer.allocateDirect(BUFFER_BYTES + KEY_LENGTH + header.recordBytes())
            .order(ByteOrder.LITTLE_ENDIAN);
        channel = FileChannel.open(
            temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        writeHeader();
    }

    private void writeHeader() {
        buffer.putInt(0, CopyFormat.MAGIC);
        buffer.putInt(CopyFormat.VERSION, CopyFormat.FORMAT);
        buffer.putShort(CopyFormat.KIND, (short) header.kind());
        buffer.putShort(CopyFormat.LAYOUT, (short) header.layoutVersion());
        buffer.putShort(CopyFormat.TENANT, (short) header.tenant());
        buffer.putShort(CopyFormat.PARTITION, (short) header.partition());
        buffer.putInt(CopyFormat.PARTITIONS, header.partitions());
        buffer.putInt(CopyFormat.RECORD_BYTES, header.recordBytes());
        buffer.putLong(CopyFormat.TERM, header.term());
        buffer.putLong(CopyFormat.SEQUENCE, header.sequence());
        buffer.put(CopyFormat.KEY_ID, header.keyId().getBytes(StandardCharsets.US_ASCII));
        final CRC32C headerCrc = new CRC32C();
        headerCrc.update(buffer.duplicate().position(0).limit(CopyFormat.HEADER_CRC));
        buffer.putInt(CopyFormat.HEADER_CRC, (int) headerCrc.getValue());
        buffer.position(CopyFormat.HEADER_LENGTH);
    }

    /**
     * Writes one record.
     *
     * @param high   upper half of its key.
     * @param low    lower half of its key.
     * @param source holding the record.
     * @param offset of the record; its length is the header's.
     * @throws IOException when the file cannot be written.
     */
    public void write(final long high, final long low, final DirectBuffer source, final int offset)
        throws IOException {
        buffer.putLong(high).putLong(low);
        source.getBytes(offset, buffer, header.recordBytes());
        afterRecord();
    }

    /**
     * Writes one record that is another key, as of {@link PartitionCopyHeader#IDENTITIES}.
     *
     * @param high      upper half of its key.
     * @param low       lower half of its key.
     * @param otherHigh upper half of the other key.
     * @param otherLow  lower half of the other key.
     * @param person    tag of the person in the household; 0 for none.
     * @throws IOException when the file cannot be written.
     */
    public void write(final long high, final long low, final long otherHigh, final long otherLow, final int person)
        throws IOException {
        requireRecordBytes(PartitionCopyHeader.IDENTITY_BYTES);
        buffer.putLong(high).putLong(low).putLong(otherHigh).putLong(otherLow).putLong(person);
        afterRecord();
    }

    /**
     * Writes one bare id, as of {@link PartitionCopyHeader#IDS}.
     *
     * @param high upper half.
     * @param low  lower half.
     * @throws IOException when the file cannot be written.
     */
    public void write(final long high, final long low) throws IOException {
        requireRecordBytes(0);
        buffer.putLong(high).putLong(low);
        afterRecord();
    }

    private void requireRecordBytes(final int length) {
        if (header.recordBytes() != length) {
            throw new IllegalStateException(
                "records of this copy have " + header.recordBytes() + " bytes, not " + length);
        }
    }

    private void afterRecord() throws IOException {
        records++;
        if (buffer.position() >= BUFFER_BYTES) {
            flush();
        }
    }

    private void flush() throws IOException {
        buffer.flip();
        crc.update(buffer.duplicate());
        writeFully();
    }

    private void writeFully() throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    /**
     * Ends the copy: writes the trailer, forces the file and gives it its name.
     *
     * @return bytes of the file.
     * @throws IOException when that fails; an older copy is then still there.
     */
    public long commit() throws IOException {
        flush();
        buffer.putInt(CopyFormat.END_MAGIC).putInt(0).putLong(records);
        crc.update(buffer.duplicate().flip());
        buffer.putInt((int) crc.getValue()).putInt(0).flip();
        writeFully();
        channel.force(true);
        final long bytes = channel.size();
        channel.close();
        DurableFiles.rename(temporary, file);
        return bytes;
    }

    /** {@return records written so far} */
    public long records() {
        return records;
    }

    /** Gives the copy up unless it was committed. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            channel.close();
            Files.deleteIfExists(temporary);
        }
    }
}
