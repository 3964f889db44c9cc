package io.opportune.engine.profile;

/**
 * Bytes of a copy file, little endian; checksums are CRC-32C (RFC 3720, appendix B.4).
 *
 * <pre>
 *    0                4                8                10               12               14               16
 *   +----------------+----------------+----------------+----------------+----------------+----------------+
 *   | magic "OPCY"   | format version | kind           | layout version | tenant         | partition      |
 *   +----------------+----------------+----------------+----------------+----------------+----------------+
 *   | 16 partitions  | 20 record bytes| 24 term                         | 32 sequence                     |
 *   +----------------+----------------+---------------------------------+---------------------------------+
 *   | 40 key id, 8 ASCII bytes        | 48 reserved(12)                 | 60 CRC of bytes 0..59           |
 *   +---------------------------------+---------------------------------+---------------------------------+
 *   | 64 records: key high, key low, record                                                               |
 *   +-----------------------------------------------------------------------------------------------------+
 *   | trailer: magic "END!", 4 reserved bytes, record count int64, CRC of all bytes before it, 4 bytes 0  |
 *   +-----------------------------------------------------------------------------------------------------+
 * </pre>
 */
final class CopyFormat {
    static final int MAGIC = 0x5943504f;
    static final int FORMAT = 1;
    static final int END_MAGIC = 0x21444e45;

    static final int VERSION = 4;
    static final int KIND = 8;
    static final int LAYOUT = 10;
    static final int TENANT = 12;
    static final int PARTITION = 14;
    static final int PARTITIONS = 16;
    static final int RECORD_BYTES = 20;
    static final int TERM = 24;
    static final int SEQUENCE = 32;
    static final int KEY_ID = 40;
    static final int KEY_ID_LENGTH = 8;
    static final int HEADER_CRC = 60;
    static final int HEADER_LENGTH = 64;

    static final int TRAILER_COUNT = 8;
    static final int TRAILER_CRC = 16;
    static final int TRAILER_LENGTH = 24;

    private CopyFormat() {
    }
}
