package io.opportune.engine.notice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyFilesTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"rw-------, false", "r--------, false", "rw-r-----, true", "rw----r--, true", "rw--w----, true",
        "rwx--x--x, false"})
    void shouldSeeWhoMayReadAKey(final String permissions, final boolean open) throws IOException {
        final Path file = Files.createFile(folder.resolve("key"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        assertEquals(open, KeyFiles.isOpenToOthers(file));
    }

    @Test
    void shouldMakeKeysForTheOwnerOnly() throws IOException {
        final Path file = folder.resolve("notice.key");
        NoticeKeys.create(file, new Random(1));
        assertFalse(KeyFiles.isOpenToOthers(file));
        assertFalse(KeyFiles.isOpenToOthers(folder.resolve("none")));
    }
}
