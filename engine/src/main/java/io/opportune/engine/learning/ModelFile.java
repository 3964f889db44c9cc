package io.opportune.engine.learning;

import io.opportune.engine.files.DurableFiles;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Snapshots of models in files that are whole or absent. Stateless. */
public final class ModelFile {
    private static final int BUFFER_BYTES = 1 << 16;

    private ModelFile() {
    }

    /**
     * Writes a snapshot under another name, forces it to the disk and gives it its name.
     *
     * @param file    to create or replace.
     * @param learner at an epoch's boundary, not changed meanwhile.
     * @throws IOException when it cannot be written: the file is what it was.
     */
    public static void write(final Path file, final Learner learner) throws IOException {
        final Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part), BUFFER_BYTES)) {
                learner.write(out);
            }
            DurableFiles.force(part);
            DurableFiles.rename(part, file);
        } catch (final IOException | RuntimeException e) {
            Files.deleteIfExists(part);
            throw e;
        }
    }

    /**
     * Reads a snapshot.
     *
     * @param file that {@link #write} wrote.
     * @param spec of the model.
     * @return a learner that goes on from there.
     * @throws IOException when it is absent, cut off, damaged, too long, of another layout or of another spec.
     */
    public static Learner read(final Path file, final ModelSpec spec) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
            final Learner learner = Learner.read(spec, in);
            if (in.read() >= 0) {
                throw new IOException("there is more behind the model's snapshot");
            }
            return learner;
        } catch (final IOException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
