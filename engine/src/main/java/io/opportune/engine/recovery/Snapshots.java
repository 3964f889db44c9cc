package io.opportune.engine.recovery;

import io.opportune.engine.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The folder of snapshots, each a folder named by its number; those without a whole manifest are leftovers. */
final class Snapshots {
    /** Two, so that a damaged one leaves another to start from. */
    static final int KEPT = 2;

    private final Path root;

    Snapshots(final Path root) {
        this.root = root;
    }

    /** Numbers of whole snapshots, newest first. */
    List<Long> numbers() throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(root)) {
            return folders
                .filter(folder -> folder.getFileName().toString().matches("\\d{12}"))
                .filter(folder -> Files.isRegularFile(folder.resolve(SnapshotManifest.FILE_NAME)))
                .map(folder -> Long.parseLong(folder.getFileName().toString()))
                .sorted(Comparator.reverseOrder())
                .toList();
        }
    }

    Path folder(final long number) {
        return root.resolve(String.format("%012d", number));
    }

    /** Makes an empty folder for the next snapshot. */
    Path next() throws IOException {
        final List<Long> numbers = numbers();
        final Path folder = folder(numbers.isEmpty() ? 1 : numbers.get(0) + 1);
        DurableFiles.deleteTree(folder);
        Files.createDirectories(folder);
        return folder;
    }

    /** Deletes what is older than the kept ones and what was never finished. */
    void prune() throws IOException {
        final List<Long> numbers = numbers();
        final List<Path> kept = numbers.stream().limit(KEPT).map(this::folder).toList();
        try (Stream<Path> folders = Files.list(root)) {
            for (final Path folder : folders.toList()) {
                if (!kept.contains(folder)) {
                    DurableFiles.deleteTree(folder);
                }
            }
        }
    }
}
