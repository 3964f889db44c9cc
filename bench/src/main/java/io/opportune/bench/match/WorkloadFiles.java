package io.opportune.bench.match;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files {@code schema.jsonl}, {@code exprs-N.jsonl} and {@code events-M.jsonl} of one folder, line by line. */
final class WorkloadFiles {
    /** Takes a line. */
    interface Line {
        void accept(JsonNode line) throws IOException;
    }

    private final ObjectMapper json = new ObjectMapper();
    private final Path directory;

    WorkloadFiles(final Path directory) {
        this.directory = directory;
    }

    void readSchema(final Line consumer) throws IOException {
        read("schema.jsonl", consumer);
    }

    void readExpressions(final Line consumer) throws IOException {
        read("exprs-*.jsonl", consumer);
    }

    void readEvents(final Line consumer) throws IOException {
        read("events-*.jsonl", consumer);
    }

    private void read(final String pattern, final Line consumer) throws IOException {
        final Path file = only(pattern);
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
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
