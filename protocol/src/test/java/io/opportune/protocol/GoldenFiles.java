package io.opportune.protocol;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** Frames of earlier versions, kept as hexadecimal text beside the text that their fields decode to. */
public final class GoldenFiles {
    private static final int BYTES_PER_LINE = 16;

    private GoldenFiles() {
    }

    /**
     * Reads a frame.
     *
     * @param version of the schema that wrote it.
     * @param message its name.
     * @return the frame, SOFH header included.
     */
    public static byte[] frame(final int version, final String message) {
        try {
            final StringBuilder hex = new StringBuilder();
            for (final String line : Files.readAllLines(path(version, message, "hex"))) {
                if (!line.startsWith("#")) {
                    hex.append(line.replace(" ", ""));
                }
            }
            return HexFormat.of().parseHex(hex);
        } catch (final IOException e) {
            throw new IllegalStateException("no golden file of " + message + ": " + e, e);
        }
    }

    /**
     * Reads what the frame's fields decode to.
     *
     * @param version of the schema that wrote it.
     * @param message its name.
     * @return the text of the generated decoder of that version.
     */
    public static String text(final int version, final String message) {
        try {
            return Files.readString(path(version, message, "txt")).strip();
        } catch (final IOException e) {
            throw new IllegalStateException("no golden text of " + message + ": " + e, e);
        }
    }

    /** Writes the files of a message that has none yet; what is there stays as it is. */
    static void writeMissing(final int version, final String message, final byte[] frame, final String text)
        throws IOException {
        if (Files.exists(path(version, message, "hex"))) {
            return;
        }
        final StringBuilder lines = new StringBuilder("# " + message + ", schema version " + version
            + ", SOFH header first. Never change: this is what old peers send.\n");
        for (int i = 0; i < frame.length; i += BYTES_PER_LINE) {
            lines.append(HexFormat.ofDelimiter(" ")
                .formatHex(frame, i, Math.min(frame.length, i + BYTES_PER_LINE))).append('\n');
        }
        Files.createDirectories(path(version, message, "hex").getParent());
        Files.writeString(path(version, message, "hex"), lines, StandardCharsets.UTF_8);
        Files.writeString(path(version, message, "txt"), text + "\n", StandardCharsets.UTF_8);
    }

    private static Path path(final int version, final String message, final String extension) {
        return ProjectFiles.of("src/test/resources/golden/v" + version + "/" + message + "." + extension);
    }
}
