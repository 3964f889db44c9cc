package io.opportune.protocol.openrtb;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The requests that others wrote, and the specification; neither is part of the project. */
final class OpenRtbFiles {
    static final ObjectMapper JACKSON = new ObjectMapper();
    private static final JsonFactory FACTORY = new JsonFactory();

    private OpenRtbFiles() {
    }

    /** A file below {@code shared/data}; without it the test is skipped, or fails where {@code CI} is set. */
    static Path path(final String name) {
        final String shared = System.getenv("OPPORTUNE_SHARED");
        final String root = System.getenv("OPPORTUNE_ROOT");
        final Path folder = shared != null ? Path.of(shared)
            : Path.of(root == null ? ".." : root).resolve("..").resolve("shared");
        final Path path = folder.resolve("data").resolve(name);
        if (!Files.exists(path)) {
            final String message = "the data of the tests is not at " + path;
            if (System.getenv("CI") != null) {
                fail(message);
            }
            abort(message + ": skipped");
        }
        return path;
    }

    static List<Row> rows(final String name) {
        try {
            return Files.readAllLines(path("openrtb/" + name)).stream().map(Row::of).toList();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One line: what it says about the request, and the request's own bytes as they stand there. */
    record Row(JsonNode line, byte[] body) {
        static Row of(final String text) {
            try {
                return new Row(JACKSON.readTree(text), request(text.getBytes(StandardCharsets.UTF_8)));
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static byte[] request(final byte[] line) throws IOException {
            try (JsonParser parser = FACTORY.createParser(line)) {
                parser.nextToken();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    final boolean found = "request".equals(parser.currentName());
                    parser.nextToken();
                    final int start = (int) parser.currentTokenLocation().getByteOffset();
                    parser.skipChildren();
                    if (found) {
                        parser.finishToken();
                        return Arrays.copyOfRange(line, start, (int) parser.currentLocation().getByteOffset());
                    }
                }
                throw new IOException("no request in " + new String(line, StandardCharsets.UTF_8));
            }
        }

        JsonNode request() {
            return line.get("request");
        }

        boolean isSchema26() {
            return line.path("schema26").asBoolean();
        }

        @Override
        public String toString() {
            return line.path("id").asText() + " " + line.path("source").asText();
        }
    }
}
