package io.opportune.engine.training;

import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.MessageHeaderDecoder;
import io.opportune.engine.journal.codec.ModelRecordDecoder;
import io.opportune.engine.journal.codec.ModelRecordEncoder;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;

/** Reads the queue of models, in which each published state says how far the shards were learned from. One thread. */
public final class ModelQueue implements AutoCloseable {
    private static final int POSITION_BYTES = 12;

    private final JournalReader reader;
    private final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
    private final MessageHeaderDecoder messageHeader = new MessageHeaderDecoder();
    private final ModelRecordDecoder record = new ModelRecordDecoder();
    private final UnsafeBuffer block = new UnsafeBuffer(0, 0);

    /**
     * Opens the queue before its first record.
     *
     * @param queue folder; may not exist yet.
     */
    public ModelQueue(final Path queue) {
        reader = new JournalReader(queue);
    }

    /**
     * Reads on.
     *
     * @return the next publication, or null when there is none yet.
     */
    public ModelPublication next() {
        while (reader.next()) {
            header.wrap(reader.buffer(), reader.offset());
            if (header.templateId() == ModelRecordDecoder.TEMPLATE_ID) {
                return publication();
            }
        }
        return null;
    }

    /**
     * When the publication that {@link #next} gave last was appended.
     *
     * @return nanoseconds since 1970.
     */
    public long appendTimeNs() {
        return header.appendTimeNs();
    }

    /**
     * Stands behind a publication, so that {@link #next} gives the one after it.
     *
     * @param index where its record was appended.
     * @return false when it is not kept; then this stands before the first one.
     */
    public boolean moveBehind(final long index) {
        if (index != JournalReader.NO_INDEX && reader.moveBehind(index)) {
            return true;
        }
        moveToStart();
        return false;
    }

    /** Stands before the first publication that is kept. */
    public void moveToStart() {
        reader.moveToStart();
    }

    private ModelPublication publication() {
        record.wrapAndApplyHeader(reader.buffer(), reader.offset(), messageHeader);
        final String champion = record.champion();
        final String shadow = record.shadow();
        record.wrapPositions(block);
        final Map<Integer, Long> positions = new TreeMap<>();
        for (int at = 0; at + POSITION_BYTES <= block.capacity(); at += POSITION_BYTES) {
            positions.put(block.getInt(at, ByteOrder.LITTLE_ENDIAN),
                block.getLong(at + Integer.BYTES, ByteOrder.LITTLE_ENDIAN));
        }
        return new ModelPublication(record.modelEpoch(), ModelPublication.Kind.of(record.kind()), record.examples(),
            record.checksum(), champion, shadow, record.pendingBytes(), positions);
    }

    /**
     * Encodes a publication.
     *
     * @param encoder     begun.
     * @param publication to write.
     */
    public static void encode(final ModelRecordEncoder encoder, final ModelPublication publication) {
        final byte[] champion = publication.champion().getBytes(StandardCharsets.UTF_8);
        final byte[] shadow = publication.shadow().getBytes(StandardCharsets.UTF_8);
        final byte[] positions = new byte[publication.positions().size() * POSITION_BYTES];
        final UnsafeBuffer buffer = new UnsafeBuffer(positions);
        int at = 0;
        for (final Map.Entry<Integer, Long> each : publication.positions().entrySet()) {
            buffer.putInt(at, each.getKey(), ByteOrder.LITTLE_ENDIAN);
            buffer.putLong(at + Integer.BYTES, each.getValue(), ByteOrder.LITTLE_ENDIAN);
            at += POSITION_BYTES;
        }
        encoder.modelEpoch(publication.number())
            .examples(publication.examples())
            .checksum(publication.checksum())
            .kind((short) publication.kind().code())
            .pendingBytes(publication.pendingBytes())
            .putChampion(champion, 0, champion.length)
            .putShadow(shadow, 0, shadow.length)
            .putPositions(positions, 0, positions.length);
    }

    @Override
    public void close() {
        reader.close();
    }
}
