package io.opportune.engine.journal;

import io.opportune.engine.journal.codec.MessageHeaderDecoder;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The first 56 bytes of any record of any template and version: the SBE message header, then the record header. Lets a
 * reader place a record that it cannot decode. Owned by one thread; never copies or allocates.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1   (all little endian)
 *  +-------------------------------+-------------------------------+
 *  0  block length                 |  template id                  |
 *  +-------------------------------+-------------------------------+
 *  4  schema id                    |  schema version               |
 *  +-------------------------------+-------------------------------+
 *  8  tenant                       |  partition; 65535: control    |
 *  +-------------------------------+-------------------------------+
 * 12  term                                                         |
 *  +---------------------------------------------------------------+
 * 16  sequence within the partition, from 1             (64 bits)  |
 *  +---------------------------------------------------------------+
 * 24  business time, ns since 1970                      (64 bits)  |
 *  +---------------------------------------------------------------+
 * 32  append time, ns since 1970                        (64 bits)  |
 *  +---------------------------------------------------------------+
 * 40  root key, high half                               (64 bits)  |
 *  +---------------------------------------------------------------+
 * 48  root key, low half                                (64 bits)  |
 *  +---------------------------------------------------------------+
 * </pre>
 */
public final class RecordHeaderFlyweight {
    /** Where the record header begins: after the SBE message header. */
    public static final int HEADER_OFFSET = MessageHeaderDecoder.ENCODED_LENGTH;
    /** Length of the record header without the SBE message header. */
    public static final int HEADER_LENGTH_BYTES = 48;
    /** Shortest record: both headers. */
    public static final int MIN_RECORD_LENGTH_BYTES = HEADER_OFFSET + HEADER_LENGTH_BYTES;
    /** The partition of a record that speaks of a whole shard. */
    public static final int CONTROL_PARTITION = 65535;

    private static final int TEMPLATE_OFFSET = 2;
    private static final int SCHEMA_OFFSET = 4;
    private static final int VERSION_OFFSET = 6;
    private static final int TENANT_OFFSET = 8;
    private static final int PARTITION_OFFSET = 10;
    private static final int TERM_OFFSET = 12;
    private static final int SEQUENCE_OFFSET = 16;
    private static final int BUSINESS_TIME_OFFSET = 24;
    private static final int APPEND_TIME_OFFSET = 32;
    private static final int ROOT_HIGH_OFFSET = 40;
    private static final int ROOT_LOW_OFFSET = 48;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private DirectBuffer buffer;
    private int offset;

    /**
     * Points at a record.
     *
     * @param record       holding at least {@link #MIN_RECORD_LENGTH_BYTES} from {@code recordOffset}.
     * @param recordOffset of the SBE message header.
     * @return this.
     */
    public RecordHeaderFlyweight wrap(final DirectBuffer record, final int recordOffset) {
        buffer = record;
        offset = recordOffset;
        return this;
    }

    /**
     * Which kind of record this is.
     *
     * @return SBE template id.
     */
    public int templateId() {
        return buffer.getShort(offset + TEMPLATE_OFFSET, ORDER) & 0xFFFF;
    }

    /**
     * Which schema it was written with.
     *
     * @return SBE schema id; 2 for the journal.
     */
    public int schemaId() {
        return buffer.getShort(offset + SCHEMA_OFFSET, ORDER) & 0xFFFF;
    }

    /**
     * Which version of the schema it was written with.
     *
     * @return 1 or more.
     */
    public int schemaVersion() {
        return buffer.getShort(offset + VERSION_OFFSET, ORDER) & 0xFFFF;
    }

    /**
     * Length of the fixed fields, record header included.
     *
     * @return bytes.
     */
    public int blockLength() {
        return buffer.getShort(offset, ORDER) & 0xFFFF;
    }

    /**
     * The business that the record belongs to.
     *
     * @return 0..65534.
     */
    public int tenant() {
        return buffer.getShort(offset + TENANT_OFFSET, ORDER) & 0xFFFF;
    }

    /**
     * The partition whose sequence the record stands in.
     *
     * @return partition, or {@link #CONTROL_PARTITION}.
     */
    public int partition() {
        return buffer.getShort(offset + PARTITION_OFFSET, ORDER) & 0xFFFF;
    }

    /**
     * Which start of the server wrote it.
     *
     * @return 0 or more, unsigned 32 bits.
     */
    public long term() {
        return buffer.getInt(offset + TERM_OFFSET, ORDER) & 0xFFFF_FFFFL;
    }

    /**
     * Place within the partition.
     *
     * @return from 1, dense.
     */
    public long sequence() {
        return buffer.getLong(offset + SEQUENCE_OFFSET, ORDER);
    }

    /**
     * When it happened, for rules and windows.
     *
     * @return nanoseconds since 1970.
     */
    public long businessTimeNs() {
        return buffer.getLong(offset + BUSINESS_TIME_OFFSET, ORDER);
    }

    /**
     * When it was appended, by the server's clock.
     *
     * @return nanoseconds since 1970.
     */
    public long appendTimeNs() {
        return buffer.getLong(offset + APPEND_TIME_OFFSET, ORDER);
    }

    /**
     * Whom it is about.
     *
     * @return high half of the root key.
     */
    public long rootKeyHigh() {
        return buffer.getLong(offset + ROOT_HIGH_OFFSET, ORDER);
    }

    /**
     * Whom it is about.
     *
     * @return low half of the root key.
     */
    public long rootKeyLow() {
        return buffer.getLong(offset + ROOT_LOW_OFFSET, ORDER);
    }

    /**
     * Writes a record header behind an SBE message header that stands at {@code recordOffset}.
     *
     * @param record         to write to.
     * @param recordOffset   of the SBE message header.
     * @param tenant         0..65534.
     * @param partition      0..65535.
     * @param term           unsigned 32 bits.
     * @param sequence       from 1.
     * @param businessTimeNs since 1970.
     * @param appendTimeNs   since 1970.
     * @param rootKeyHigh    high half; 0 for none.
     * @param rootKeyLow     low half; 0 for none.
     */
    public static void encode(
        final MutableDirectBuffer record,
        final int recordOffset,
        final int tenant,
        final int partition,
        final long term,
        final long sequence,
        final long businessTimeNs,
        final long appendTimeNs,
        final long rootKeyHigh,
        final long rootKeyLow) {
        record.putShort(recordOffset + TENANT_OFFSET, (short) tenant, ORDER);
        record.putShort(recordOffset + PARTITION_OFFSET, (short) partition, ORDER);
        record.putInt(recordOffset + TERM_OFFSET, (int) term, ORDER);
        record.putLong(recordOffset + SEQUENCE_OFFSET, sequence, ORDER);
        record.putLong(recordOffset + BUSINESS_TIME_OFFSET, businessTimeNs, ORDER);
        record.putLong(recordOffset + APPEND_TIME_OFFSET, appendTimeNs, ORDER);
        record.putLong(recordOffset + ROOT_HIGH_OFFSET, rootKeyHigh, ORDER);
        record.putLong(recordOffset + ROOT_LOW_OFFSET, rootKeyLow, ORDER);
    }
}
