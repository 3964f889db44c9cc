package io.opportune.bench.match;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files {@code schema.jsonl}, {@code exprs-N.jsonl} and {@code events-M.jsonl} of one folder, line by line. */
final class WorkloadFiles {
    private final ObjectMapper json = new ObjectMapper();
    private final Path directory;

    WorkloadFiles(final Path directory) {
        this.directory = directory;
    }

    /** Takes one line of a file. */
    interface Line {
        void accept(JsonNode line) throws IOException;
    }

    /** The type of each attribute, in the order of the file: string, int, bool or intlist. */
    Map<String, String> types() throws IOException {
        final Map<String, String> types = new LinkedHashMap<>();
        read(directory.resolve("schema.jsonl"), Integer.MAX_VALUE,
            line -> types.put(line.get("name").asText(), line.get("type").asText()));
        return types;
    }

    /** Reads the expressions; each is an array that begins with its operator. */
    void readExpressions(final Line consumer) throws IOException {
        read(only("exprs-*.jsonl"), Integer.MAX_VALUE, line -> consumer.accept(line.get("e")));
    }

    /** Reads the first events at most; each is an object of attributes. */
    void readEvents(final int most, final Line consumer) throws IOException {
        read(only("events-*.jsonl"), most, line -> consumer.accept(line.get("a")));
    }

    private void read(final Path file, final int most, final Line consumer) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null && number < most; line = lines.readLine()) {
                number++;
                try {
                    consumer.accept(json.readTree(line));
                } catch (final IOException | RuntimeException e) {
                    throw new IOException(file + ":" + number + ": " + e.getMessage(), e);
                }
            }
        }
    }

    private Path only(final String pattern) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, pattern)) {
            final List<Path> found = new ArrayList<>();
            files.forEach(found::add);
            if (found.size() != 1) {
                throw new IOException(directory + ": expected one file " + pattern + ", found " + found.size());
            }
            return found.getFirst();
        }
    }
}
