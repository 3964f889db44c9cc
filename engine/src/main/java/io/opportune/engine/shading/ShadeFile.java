package io.opportune.engine.shading;

import io.opportune.engine.files.DurableFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * What has been learned of prices, in a file: {@code OPSHADES}, CRC-32C of the rest (4 bytes), and the learner's own
 * form. Losing it costs nothing but the time to learn again. Stateless.
 */
public final class ShadeFile {
    private static final long MAGIC = 0x4f50_5348_4144_4553L;
    private static final int HEADER_BYTES = Long.BYTES + Integer.BYTES;

    private ShadeFile() {
    }

    /**
     * Writes a learner, whole or not at all.
     *
     * @param file    to create or replace.
     * @param learner not changed meanwhile.
     * @throws IOException when it cannot be written.
     */
    public static void write(final Path file, final ShadeLearner learner) throws IOException {
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(body)) {
            learner.write(out);
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
     * Reads a learner.
     *
     * @param file     that {@link #write} wrote.
     * @param settings how to go on learning.
     * @return one that goes on from there.
     * @throws IOException when the file is absent, damaged, or none of these.
     */
    public static ShadeLearner read(final Path file, final ShadeSettings settings) throws IOException {
        final byte[] bytes = Files.readAllBytes(file);
        if (bytes.length < HEADER_BYTES || ByteBuffer.wrap(bytes).getLong() != MAGIC) {
            throw new IOException(file + " holds no learned prices");
        }
        if (ByteBuffer.wrap(bytes).getInt(Long.BYTES) != checksum(bytes, HEADER_BYTES)) {
            throw new IOException(file + " is damaged: its checksum is another");
        }
        try (DataInputStream in = new DataInputStream(
            new ByteArrayInputStream(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES))) {
            return ShadeLearner.read(settings, in);
        }
    }
}
