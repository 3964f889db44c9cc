package io.opportune.loadtest.completejourney;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the data set; it is not part of the project. Read once for all tests. */
final class JourneyFiles {
    private static JourneyData data;

    private JourneyFiles() {
    }

    static synchronized JourneyData data() throws IOException {
        if (data == null) {
            data = JourneyReader.read(directory());
        }
        return data;
    }

    private static Path directory() {
        final String shared = System.getenv("OPPORTUNE_SHARED");
        final String root = System.getenv("OPPORTUNE_ROOT");
        final Path folder = shared != null ? Path.of(shared)
            : Path.of(root == null ? "." : root).resolve("..").resolve("shared");
        final Path directory = folder.resolve("data").resolve("completejourney");
        if (!Files.isDirectory(directory)) {
            final String message = "the Complete Journey data is not at " + directory;
            if (System.getenv("CI") != null) {
                fail(message);
            }
            abort(message + ": skipped");
        }
        return directory;
    }
}
