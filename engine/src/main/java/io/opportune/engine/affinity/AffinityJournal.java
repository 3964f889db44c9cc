package io.opportune.engine.affinity;

import io.opportune.engine.files.DurableFiles;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;

/**
 * A builder and how far it has counted the journal: records come in any number of goes, and what was counted is not
 * counted again. Kept in a file, because counts outlive the journal's retention: {@code OPAFCOUN}, CRC-32C of the rest
 * (4 bytes), positions, {@link AffinityBuilder#write}. Owned by one thread.
 */
public final class AffinityJournal {
    private static final long MAGIC = 0x4f50_4146_434f_554eL;
    private static final int HEADER_BYTES = Long.BYTES + Integer.BYTES;

    private final AffinityBuilder builder;
    private final BasketRecords records;
    private final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
    private long[] lastSequences = new long[256];

    /**
     * Starts where a builder stands.
     *
     * @param builder gets the baskets.
     */
    public AffinityJournal(final AffinityBuilder builder) {
        this.builder = builder;
        records = new BasketRecords(BasketRecords.into(builder));
    }

    /** {@return the builder} */
    public AffinityBuilder builder() {
        return builder;
    }

    /**
     * Takes one record, in the order of the journal; one that was taken before changes nothing.
     *
     * @param record holds it.
     * @param offset of its SBE message header.
     * @return whether a basket was counted.
     */
    public boolean onRecord(final DirectBuffer record, final int offset) {
        header.wrap(record, offset);
        final int partition = header.partition();
        if (partition == RecordHeaderFlyweight.CONTROL_PARTITION) {
            return false;
        }
        if (partition >= lastSequences.length) {
            lastSequences = Arrays.copyOf(lastSequences, Integer.highestOneBit(partition) * 2);
        }
        if (header.sequence() <= lastSequences[partition]) {
            return false;
        }
        lastSequences[partition] = header.sequence();
        return records.onRecord(record, offset);
    }

    /**
     * Writes counts and positions, whole or not at all.
     *
     * @param file to create or replace.
     * @throws IOException when it cannot be written; the file is what it was.
     */
    public void write(final Path file) throws IOException {
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(body)) {
            out.writeInt(lastSequences.length);
            for (final long sequence : lastSequences) {
                out.writeLong(sequence);
            }
            builder.write(out);
        }
        final byte[] content = body.toByteArray();
        DurableFiles.write(file, ByteBuffer.allocate(HEADER_BYTES + content.length)
            .putLong(MAGIC).putInt(checksum(content, 0)).put(content).array());
    }

    private static int checksum(final byte[] bytes, final int from) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes, from, bytes.length - from);
        return (int) crc.getValue();
    }

    /**
     * Reads counts and positions.
     *
     * @param file     that {@link #write} wrote.
     * @param settings that it was counted with.
     * @return one that goes on from there.
     * @throws IOException when the file is absent, damaged, none of these, or was counted with other settings.
     */
    public static AffinityJournal read(final Path file, final AffinitySettings settings) throws IOException {
        final byte[] bytes = Files.readAllBytes(file);
        if (bytes.length < HEADER_BYTES || ByteBuffer.wrap(bytes).getLong() != MAGIC) {
            throw new IOException(file + " holds no counts of affinities");
        }
        if (ByteBuffer.wrap(bytes).getInt(Long.BYTES) != checksum(bytes, HEADER_BYTES)) {
            throw new IOException(file + " is damaged: its checksum is another");
        }
        try (DataInputStream in = new DataInputStream(
            new ByteArrayInputStream(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES))) {
            final long[] sequences = new long[in.readInt()];
            for (int i = 0; i < sequences.length; i++) {
                sequences[i] = in.readLong();
            }
            final AffinityJournal journal = new AffinityJournal(AffinityBuilder.read(settings, in));
            journal.lastSequences = sequences;
            return journal;
        } catch (final IOException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
