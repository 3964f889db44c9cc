package io.opportune.engine.pacing;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.CRC32C;

/**
 * Bytes of a snapshot that are read whole or refused. Stateless. Layout, big endian:
 *
 * <pre>
 * magic i32 | format version i32 | length i32 | payload of that length | CRC-32C of all before i32
 * </pre>
 */
final class StateFrame {
    /** Far above what any number of campaigns needs: a length that is garbage must not allocate the heap. */
    private static final int MAX_LENGTH = 256 << 20;
    private static final int HEADER_BYTES = 12;

    private StateFrame() {
    }

    static void write(final OutputStream out, final int magic, final int version, final byte[] payload)
        throws IOException {
        final DataOutputStream data = new DataOutputStream(out);
        data.writeInt(magic);
        data.writeInt(version);
        data.writeInt(payload.length);
        data.write(payload);
        data.writeInt(crc(magic, version, payload));
        data.flush();
    }

    static byte[] read(final InputStream in, final int magic, final int version, final String what)
        throws IOException {
        final DataInputStream data = new DataInputStream(in);
        final byte[] header = data.readNBytes(HEADER_BYTES);
        if (header.length < HEADER_BYTES) {
            throw new IOException(what + ": ends after " + header.length + " bytes, its header has " + HEADER_BYTES);
        }
        final int foundMagic = intAt(header, 0);
        final int foundVersion = intAt(header, 4);
        final int length = intAt(header, 8);
        if (foundMagic != magic) {
            throw new IOException(what + ": begins with " + Integer.toHexString(foundMagic) + ", not with "
                + Integer.toHexString(magic));
        }
        if (foundVersion != version) {
            throw new IOException(what + ": has format version " + foundVersion + ", this build reads " + version);
        }
        if (length < 0 || length > MAX_LENGTH) {
            throw new IOException(what + ": claims a length of " + length + " bytes");
        }
        final byte[] payload = data.readNBytes(length);
        final byte[] tail = data.readNBytes(Integer.BYTES);
        if (payload.length < length || tail.length < Integer.BYTES) {
            throw new IOException(what + ": is cut off");
        }
        if (intAt(tail, 0) != crc(magic, version, payload)) {
            throw new IOException(what + ": its checksum does not fit");
        }
        return payload;
    }

    private static int intAt(final byte[] bytes, final int at) {
        return bytes[at] << 24 | (bytes[at + 1] & 0xff) << 16 | (bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff;
    }

    private static int crc(final int magic, final int version, final byte[] payload) {
        final CRC32C crc = new CRC32C();
        for (final int value : new int[] {magic, version, payload.length}) {
            for (int shift = 24; shift >= 0; shift -= 8) {
                crc.update(value >>> shift);
            }
        }
        crc.update(payload);
        return (int) crc.getValue();
    }
}
