package io.opportune.engine.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.learning.WeightEpoch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** States of models in files: whole or absent, refused when damaged, the newest two kept. */
class ModelFolderTest {
    private static final String CHAMPION =
        "house:1 bayes offer-rows=6 campaign-rows=6 category-rows=6 advertiser-rows=6 linear-bits=10";
    private static final String SHADOW = CHAMPION.replace("house:1 bayes", "fast:2 ftrl");

    @TempDir
    private Path directory;

    private static void publish(final ModelTraining training) {
        final WeightEpoch before = training.serving();
        training.publish(ModelPublication.Kind.LEARNED);
        training.release(before);
    }

    @Test
    void shouldKeepTheNewestTwoAndReadThemAgain() throws IOException {
        final ModelFolder folder = new ModelFolder(directory.resolve("models"));
        assertEquals(List.of(), folder.states());
        assertEquals(0, folder.neededFrom(0), "everything is needed");
        try (ModelTraining training = new ModelTraining(CHAMPION, SHADOW, 1 << 16)) {
            for (int i = 1; i <= 4; i++) {
                publish(training);
                folder.keep(training, 1_000_000, 0);
            }
            assertEquals(List.of(4L, 3L), folder.states());
            try (ModelTraining read = ModelTraining.read(folder.state(4))) {
                assertEquals(4, read.number());
                assertEquals(CHAMPION, read.champion());
                assertEquals(SHADOW, read.shadow());
                assertEquals(training.serving().contentHash(), read.serving().contentHash());
            }
            Files.writeString(directory.resolve("models/state-9.models.part"), "half");
            folder.deleteParts();
            assertEquals(List.of("state-3.models", "state-4.models"), names());
        }
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(directory.resolve("models"))) {
            return files.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void shouldRefuseWhatIsNotWhole() throws IOException {
        final ModelFolder folder = new ModelFolder(directory.resolve("models"));
        try (ModelTraining training = new ModelTraining(CHAMPION, "", 1 << 16)) {
            publish(training);
            folder.keep(training, 1_000_000, 0);
        }
        final Path file = folder.state(1);
        final byte[] good = Files.readAllBytes(file);
        for (final int length : new int[] {0, 3, 8, 40, good.length / 2, good.length - 1}) {
            Files.write(file, Arrays.copyOf(good, length));
            final IOException cut = assertThrows(IOException.class, () -> ModelTraining.read(file), "length " + length);
            assertTrue(cut.getMessage().contains(file.toString()), cut.getMessage());
        }
        for (int at = 0; at < good.length; at += Math.max(1, good.length / 50)) {
            final byte[] bad = good.clone();
            bad[at] ^= 0x10;
            Files.write(file, bad);
            assertThrows(IOException.class, () -> ModelTraining.read(file), "byte " + at);
        }
        Files.write(file, Arrays.copyOf(good, good.length + 1));
        final IOException more = assertThrows(IOException.class, () -> ModelTraining.read(file));
        assertTrue(more.getMessage().contains("more behind"), more.getMessage());
        Files.write(file, good);
        assertEquals(0, folder.neededFrom(0));
        ModelTraining.read(file).close();
        assertFalse(Files.exists(directory.resolve("models/state-1.models.part")));
    }
}
