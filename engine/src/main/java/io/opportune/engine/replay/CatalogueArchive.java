package io.opportune.engine.replay;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.registry.NameRegistry;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Every catalogue that was ever in service, each a folder named by its content hash, so that old decisions can be made
 * again. A folder is whole or absent. Control threads, one at a time.
 */
public final class CatalogueArchive {
    private final Path archive;

    /**
     * Names the archive; nothing is made.
     *
     * @param archive its folder.
     */
    public CatalogueArchive(final Path archive) {
        this.archive = archive;
    }

    /**
     * Where a catalogue of this content is or would be kept.
     *
     * @param contentHash of its version.
     * @return a folder.
     */
    public Path folder(final long contentHash) {
        return archive.resolve(String.format("%016x", contentHash));
    }

    /**
     * Copies a catalogue's folder, unless this content is kept already.
     *
     * @param directory   of the catalogue.
     * @param contentHash of its version.
     * @throws IOException when it cannot be copied; nothing is kept then.
     */
    public void keep(final Path directory, final long contentHash) throws IOException {
        final Path kept = folder(contentHash);
        if (Files.isDirectory(kept)) {
            return;
        }
        final Path part = archive.resolve(kept.getFileName() + ".part");
        // What a crash left behind may hold files that this catalogue does not have.
        delete(part);
        Files.createDirectories(part);
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes)
                throws IOException {
                final Path target = part.resolve(directory.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                return FileVisitResult.CONTINUE;
            }
        });
        Files.move(part, kept, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Loads a kept catalogue.
     *
     * @param counter     of its version.
     * @param contentHash of its version.
     * @param registry    with the names as they were given then.
     * @return the catalogue.
     * @throws IOException when it is not kept, cannot be loaded any more, or its files are not what they were.
     */
    public Catalogue load(final long counter, final long contentHash, final NameRegistry registry)
        throws IOException {
        final Path folder = folder(contentHash);
        if (!Files.isDirectory(folder)) {
            throw new IOException("catalogue " + folder + " is not kept");
        }
        final LoadResult result =
            CatalogueLoader.load(folder, registry, new CatalogueLoader.Previous(counter, null));
        if (!result.isGood()) {
            throw new IOException("catalogue " + folder + " cannot be loaded: " + result.errors().getFirst());
        }
        if (result.catalogue().version().contentHash() != contentHash) {
            throw new IOException("catalogue " + folder + " has been changed since it was in service");
        }
        return result.catalogue();
    }

    private static void delete(final Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes)
                throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(final Path directory, final IOException failed)
                throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
