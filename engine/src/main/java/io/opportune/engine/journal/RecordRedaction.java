package io.opportune.engine.journal;

import io.opportune.engine.journal.codec.RedactedRecordDecoder;
import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/**
 * What becomes of a record of an erased customer. Everything that stays (tenant, partition, term, sequence, times) is
 * read from the record itself and never changed, so that the outcome follows from any half-written state. Stateless.
 */
final class RecordRedaction {
    private static final int TEMPLATE_OFFSET = 2;
    private static final int ROOT_OFFSET = 40;
    private static final int ROOT_LENGTH_BYTES = 16;

    private RecordRedaction() {
    }

    /** Only the place in the partition's sequence stays. */
    static void whole(final MutableDirectBuffer record, final int offset, final int length) {
        record.putShort(offset, (short) RedactedRecordDecoder.BLOCK_LENGTH, ByteOrder.LITTLE_ENDIAN);
        record.putShort(offset + TEMPLATE_OFFSET, (short) RedactedRecordDecoder.TEMPLATE_ID, ByteOrder.LITTLE_ENDIAN);
        record.setMemory(offset + ROOT_OFFSET, length - ROOT_OFFSET, (byte) 0);
    }

    /** Everything but the root key stays. */
    static void rootOnly(final MutableDirectBuffer record, final int offset) {
        record.setMemory(offset + ROOT_OFFSET, ROOT_LENGTH_BYTES, (byte) 0);
    }
}
