package io.opportune.engine.server;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueContent;
import io.opportune.engine.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The file of one offer in the catalogue's folder while the offer is changed: written whole, or put back as it was. One
 * control thread at a time.
 */
final class OfferFile {
    private final String path;
    private final Path file;
    private final byte[] bytes;
    private final byte[] old;
    private final Consumer<Path> onWritten;

    /**
     * Keeps what the file is now.
     *
     * @param directory of the catalogue.
     * @param path      of the file in it, with slashes.
     * @param bytes     that it shall have.
     * @param onWritten told of each write.
     * @throws IOException when it cannot be read.
     */
    OfferFile(final Path directory, final String path, final byte[] bytes, final Consumer<Path> onWritten)
        throws IOException {
        this.path = path;
        this.file = directory.resolve(path);
        this.bytes = bytes;
        this.old = Files.exists(file) ? Files.readAllBytes(file) : null;
        this.onWritten = onWritten;
    }

    /** Gives the file its new bytes; where that fails it is as it was. */
    void write() throws IOException {
        Files.createDirectories(file.getParent());
        try {
            DurableFiles.write(file, bytes);
        } catch (final IOException notWritten) {
            putBack(notWritten);
            throw notWritten;
        }
        onWritten.accept(file);
    }

    /** Puts back what the file was; what keeps it from that is added to the reason. */
    void putBack(final Exception reason) {
        try {
            if (old != null) {
                DurableFiles.write(file, old);
            } else if (Files.deleteIfExists(file)) {
                DurableFiles.force(file.getParent());
            }
        } catch (final IOException e) {
            reason.addSuppressed(e);
        }
        onWritten.accept(file);
    }

    /** Whether a catalogue was loaded with the new bytes. */
    boolean isIn(final Catalogue catalogue) {
        return CatalogueContent.hashOf(bytes).equals(catalogue.content().hashByPath().get(path));
    }

    /** Whether nobody else has changed the file since it got its new bytes. */
    boolean isUnchanged() throws IOException {
        return Files.exists(file) && Arrays.equals(bytes, Files.readAllBytes(file));
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
