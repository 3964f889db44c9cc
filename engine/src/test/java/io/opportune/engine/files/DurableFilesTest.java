package io.opportune.engine.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {
    @TempDir
    private Path folder;

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void shouldLeaveNothingBehindWhenAFileCannotGetItsName() throws IOException {
        DurableFiles.write(folder.resolve("good"), new byte[] {1});
        Files.createDirectories(folder.resolve("taken/by-a-folder"));
        assertThrows(IOException.class, () -> DurableFiles.write(folder.resolve("taken"), new byte[] {1}));
        assertEquals(List.of("good", "taken"), names());
    }

    @Test
    void shouldRefuseWhatIsNotUtf8AndDropTheByteOrderMark() throws IOException {
        assertEquals("\u00e4", Utf8.decode("\uFEFF\u00e4".getBytes(StandardCharsets.UTF_8)));
        assertThrows(CharacterCodingException.class, () -> Utf8.decode(new byte[] {(byte) 0xE4}));
    }
}
