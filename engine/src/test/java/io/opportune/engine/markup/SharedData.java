package io.opportune.engine.markup;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Data of others beside the project. */
final class SharedData {
    private SharedData() {
    }

    /** A file of it; without the folder the test is skipped, and fails where CI is set. */
    static Path file(final String name) {
        final Path root = Path.of(System.getenv("OPPORTUNE_ROOT")).resolve("../shared/data");
        final Path file = root.resolve(name);
        if (!Files.exists(file)) {
            if (System.getenv("CI") != null) {
                throw new AssertionError(file + " is missing: the folder shared/data must stand beside the project");
            }
            assumeTrue(false, file + " is missing");
        }
        return file;
    }
}
