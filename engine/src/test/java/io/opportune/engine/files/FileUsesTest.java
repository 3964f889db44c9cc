package io.opportune.engine.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was in use is kept as long as anything that was written meanwhile. */
class FileUsesTest {
    @TempDir
    private Path folder;

    private void make(final String... names) throws IOException {
        for (final String name : names) {
            Files.writeString(folder.resolve(name), name);
        }
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> !name.equals(FileUses.LIST))
                .sorted().toList();
        }
    }

    @Test
    void shouldDeleteWhatWasOutOfUseBeforeTheOldest() throws IOException {
        make("a.onnx", "a.onnx.manifest", "b.onnx", "b.onnx.manifest");
        final FileUses uses = new FileUses(folder);
        assertEquals(List.of(), uses.look(Set.of("a"), 1_000, 5_000), "b may have been in use until now");
        assertEquals(List.of(), uses.look(Set.of("a"), 2_000, 1_000), "what was written at 1,000 is still there");
        assertEquals(List.of("b"), uses.look(Set.of("a"), 3_000, 1_001));
        assertEquals(List.of("a.onnx", "a.onnx.manifest"), left());
        assertEquals(List.of(), uses.look(Set.of("a"), 9_000, Long.MAX_VALUE), "in use");
    }

    @Test
    void shouldTakeWhatWasInUseAtAKillAsUsedUntilTheNextLook() throws IOException {
        make("a.table");
        new FileUses(folder).look(Set.of("a"), 1_000, 0);
        make("b.table");
        final FileUses again = new FileUses(folder);
        assertEquals(List.of(), again.look(Set.of("b"), 8_000, 5_000), "a was in use until 8,000 perhaps");
        assertEquals(List.of(), again.look(Set.of("b"), 9_000, 8_000));
        assertEquals(List.of("a"), again.look(Set.of("b"), 9_500, 8_001));
        assertEquals(List.of("b.table"), left());
    }

    @Test
    void shouldKeepWhatIsUsedAgain() throws IOException {
        make("a.table", "b.table");
        final FileUses uses = new FileUses(folder);
        uses.look(Set.of("b"), 1_000, 0);
        uses.look(Set.of("a"), 2_000, 500);
        uses.look(Set.of("b"), 3_000, 500);
        assertEquals(List.of(), uses.look(Set.of("b"), 4_000, 2_500), "a was in use between 2,000 and 3,000");
        assertEquals(List.of("a"), uses.look(Set.of("b"), 4_000, 3_001));
    }

    @Test
    void shouldStartAnewWithADamagedListAndMakeNothingInAFolderThatIsNotThere() throws IOException {
        make("a.table", "b.table");
        Files.writeString(folder.resolve(FileUses.LIST), "a 12x\n\nb 7\n");
        assertEquals(List.of("b"), new FileUses(folder).look(Set.of(), 9_000, 8_000));
        assertEquals(List.of("a.table"), left());
        final Path missing = folder.resolve("missing");
        assertEquals(List.of(), new FileUses(missing).look(Set.of(), 9_000, 8_000));
        assertFalse(Files.exists(missing));
    }
}
