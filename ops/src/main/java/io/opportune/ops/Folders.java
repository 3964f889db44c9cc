package io.opportune.ops;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** Folders that a command makes for its own use. */
final class Folders {
    private Folders() {
    }

    /** A new folder: the wanted one, which must not exist, or a temporary one. */
    static Path make(final Path wanted, final String prefix) throws IOException {
        if (wanted == null) {
            return Files.createTempDirectory(prefix);
        }
        if (Files.exists(wanted)) {
            throw new CommandFailure(ExitCode.NOT_POSSIBLE, wanted + " exists already; --keep takes a new folder");
        }
        return Files.createDirectories(wanted);
    }

    static void delete(final Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes)
                throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(final Path directory, final IOException failure)
                throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
