package io.opportune.engine.privacy;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** The rows of {@code ../shared/data/privacy}, read in place; tests without them are skipped, with CI set fail. */
final class ConsentVectors {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ConsentVectors() {
    }

    /** All rows of one file. */
    static List<JsonNode> rows(final String file) {
        final Path path = Path.of(System.getenv("OPPORTUNE_ROOT"), "..", "shared", "data", "privacy", file);
        if (!Files.exists(path)) {
            final String missing = "No consent vectors: " + path + " is missing";
            if (System.getenv("CI") != null) {
                fail(missing);
            }
            assumeTrue(false, missing);
        }
        final List<JsonNode> rows = new ArrayList<>();
        try {
            for (final String line : Files.readAllLines(path)) {
                if (!line.isBlank()) {
                    rows.add(JSON.readTree(line));
                }
            }
        } catch (final IOException e) {
            fail(e);
        }
        return rows;
    }

    /** The strings of one file. */
    static List<String> strings(final String file) {
        return rows(file).stream().map(row -> row.get("string").asText()).toList();
    }

    /** The bytes of a string between others, so that whoever reads beyond it decodes something else. */
    static UnsafeBuffer surrounded(final String text, final int before) {
        final byte[] bytes = new byte[before + text.length() + before];
        Arrays.fill(bytes, (byte) 'Z');
        System.arraycopy(text.getBytes(StandardCharsets.ISO_8859_1), 0, bytes, before, text.length());
        return new UnsafeBuffer(bytes);
    }
}
