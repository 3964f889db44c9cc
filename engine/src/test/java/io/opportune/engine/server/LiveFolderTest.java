package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chooses a folder for the live maps, in a file system in memory of its own folder. */
class LiveFolderTest {
    private static final long GIB = 1L << 30;

    @TempDir
    private Path directory;
    private Path memory;
    private Path data;

    @BeforeEach
    void makeFolders() throws IOException {
        final Path shared = Path.of("/dev/shm");
        assumeTrue(Files.isWritable(shared) && "tmpfs".equals(Files.getFileStore(shared).type()),
            "needs a file system in memory");
        memory = Files.createTempDirectory(shared, "live-folder-test");
        data = Files.createDirectories(directory.resolve("data"));
    }

    @AfterEach
    void removeFolders() throws IOException {
        if (memory != null) {
            try (Stream<Path> all = Files.walk(memory)) {
                all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
            }
        }
    }

    @Test
    void shouldKeepTheMapsInMemoryAndGiveItBack() throws IOException {
        final Path folder = LiveFolder.open(null, data, 1_000, memory, GIB);
        assertEquals(memory, folder.getParent());
        Files.writeString(Files.createDirectories(folder.resolve("profiles")).resolve("a.map"), "old");
        final Path again = LiveFolder.open(null, data, 1_000, memory, GIB);
        assertEquals(folder, again);
        assertFalse(Files.exists(again.resolve("profiles")), "what a killed server left is gone");
        final Path other = LiveFolder.open(null, Files.createDirectories(directory.resolve("b")), 1_000, memory, GIB);
        assertNotEquals(folder, other);
        LiveFolder.close(folder);
        assertFalse(Files.exists(folder));
        assertTrue(Files.exists(other));
    }

    @Test
    void shouldRemoveFoldersWhoseDataFolderIsGone() throws IOException {
        final Path gone = Files.createDirectories(directory.resolve("gone"));
        final Path orphan = LiveFolder.open(null, gone, 1_000, memory, GIB);
        Files.delete(DataDirectory.store(gone));
        Files.delete(gone);
        LiveFolder.open(null, data, 1_000, memory, GIB);
        assertFalse(Files.exists(orphan));
    }

    @Test
    void shouldTakeTheDataFolderWhenMemoryIsShortOrMissing() throws IOException {
        final Path onDisk = DataDirectory.store(data);
        assertEquals(onDisk, LiveFolder.open(null, data, GIB / 2 + 1, memory, GIB));
        assertEquals(onDisk, LiveFolder.open(null, data, Long.MAX_VALUE, memory, Long.MAX_VALUE));
        assertEquals(onDisk, LiveFolder.open(null, data, 1_000, directory.resolve("missing"), GIB));
        LiveFolder.close(onDisk);
        assertTrue(Files.exists(onDisk));
    }

    @Test
    void shouldTakeTheFolderThatIsConfigured() throws IOException {
        final Path wanted = directory.resolve("wanted/deep");
        assertEquals(wanted, LiveFolder.open(wanted, data, 1_000, memory, GIB));
        assertTrue(Files.isDirectory(wanted));
    }
}
