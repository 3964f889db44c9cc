package io.opportune.protocol;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The Simple Open Framing Header (FIX SOFH 1.0) that precedes every message on a connection.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |              message length, big endian, header included      |
 *  +-------------------------------+-------------------------------+
 *  |   encoding type, big endian   |  SBE message header ...
 *  +-------------------------------+
 * </pre>
 */
public final class Sofh {
    /** Length of the header in bytes. */
    public static final int HEADER_LENGTH_BYTES = 6;

    /** SOFH 1.0 section 4: Simple Binary Encoding 1.0, little endian. */
    public static final int ENCODING_SBE_LITTLE_ENDIAN = 0xEB50;

    /** Shortest useful frame: this header and an SBE message header. */
    public static final int MIN_FRAME_LENGTH_BYTES = HEADER_LENGTH_BYTES + 8;

    private Sofh() {
    }

    /**
     * Reads the frame length.
     *
     * @param buffer holding at least {@link #HEADER_LENGTH_BYTES} bytes from {@code offset}.
     * @param offset of the header.
     * @return frame length in bytes, header included; negative when a peer sent 2^31 or more.
     */
    public static int frameLengthBytes(final DirectBuffer buffer, final int offset) {
        return buffer.getInt(offset, ByteOrder.BIG_ENDIAN);
    }

    /**
     * Reads the encoding type.
     *
     * @param buffer holding at least {@link #HEADER_LENGTH_BYTES} bytes from {@code offset}.
     * @param offset of the header.
     * @return the encoding type, 0..65535.
     */
    public static int encodingType(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + 4, ByteOrder.BIG_ENDIAN) & 0xFFFF;
    }

    /**
     * Writes the header of an SBE frame.
     *
     * @param buffer           to write to.
     * @param offset           of the header.
     * @param frameLengthBytes length of the whole frame, header included.
     */
    public static void encode(final MutableDirectBuffer buffer, final int offset, final int frameLengthBytes) {
        buffer.putInt(offset, frameLengthBytes, ByteOrder.BIG_ENDIAN);
        buffer.putShort(offset + 4, (short) ENCODING_SBE_LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
    }
}
