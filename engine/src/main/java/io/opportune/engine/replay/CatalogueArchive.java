package io.opportune.engine.replay;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueContent;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.files.DurableFiles;
import io.opportune.engine.registry.NameRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Every catalogue that was ever in service, so that old decisions can be made again: each a list of its files, named by
 * the content hash, and each different file once, named by its SHA-256. A list or file is whole or absent, and a list
 * comes after its files. Control threads, one at a time.
 *
 * <pre>
 *   0123456789abcdef.list   lines of SHA-256, blank, path
 *   files/SHA-256           content of a file
 * </pre>
 */
public final class CatalogueArchive {
    private static final int HASH_DIGITS = 64;

    private final Path archive;
    private final Set<String> kept = new HashSet<>();

    /**
     * Names the archive; nothing is made.
     *
     * @param archive its folder.
     */
    public CatalogueArchive(final Path archive) {
        this.archive = archive;
    }

    private Path list(final long contentHash) {
        return archive.resolve(String.format("%016x.list", contentHash));
    }

    private Path file(final String hash) {
        return archive.resolve("files").resolve(hash);
    }

    /**
     * Where the files of a catalogue are kept.
     *
     * @param contentHash of its version.
     * @return files by the paths that they had in the catalogue's directory.
     * @throws IOException when the catalogue is not kept.
     */
    public TreeMap<String, Path> files(final long contentHash) throws IOException {
        final Path list = list(contentHash);
        if (!Files.isRegularFile(list)) {
            throw new IOException("catalogue " + list + " is not kept");
        }
        final TreeMap<String, Path> files = new TreeMap<>();
        for (final String line : Files.readAllLines(list)) {
            if (line.length() <= HASH_DIGITS + 1) {
                throw new IOException(list + " has been changed: \"" + line + '"');
            }
            files.put(line.substring(HASH_DIGITS + 1), file(line.substring(0, HASH_DIGITS)));
        }
        return files;
    }

    /**
     * Copies the files of a catalogue that are not kept already.
     *
     * @param directory of the catalogue.
     * @param content   of the catalogue.
     * @throws IOException when one cannot be copied or has been changed meanwhile; the catalogue is not kept then.
     */
    public void keep(final Path directory, final CatalogueContent content) throws IOException {
        if (Files.isRegularFile(list(content.hash()))) {
            return;
        }
        Files.createDirectories(archive.resolve("files"));
        final StringBuilder list = new StringBuilder();
        for (final Map.Entry<String, String> entry : content.hashByPath().entrySet()) {
            final String hash = entry.getValue();
            if (!kept.contains(hash)) {
                keep(directory.resolve(entry.getKey()), hash);
                kept.add(hash);
            }
            list.append(hash).append(' ').append(entry.getKey()).append('\n');
        }
        DurableFiles.write(list(content.hash()), list.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void keep(final Path file, final String hash) throws IOException {
        if (Files.isRegularFile(file(hash))) {
            return;
        }
        final byte[] bytes = Files.readAllBytes(file);
        if (!CatalogueContent.hashOf(bytes).equals(hash)) {
            throw new IOException(file + " has been changed since it was loaded");
        }
        DurableFiles.write(file(hash), bytes);
    }

    /**
     * Loads a kept catalogue.
     *
     * @param counter     of its version.
     * @param contentHash of its version.
     * @param registry    with the names as they were given then.
     * @param like        another one of this registry, whose compiled rules may be taken over, or null.
     * @return the catalogue.
     * @throws IOException when it is not kept, cannot be loaded any more, or its files are not what they were.
     */
    public Catalogue load(
        final long counter, final long contentHash, final NameRegistry registry, final Catalogue like)
        throws IOException {
        // The same content under another counter is another version.
        final Catalogue previous = like == null || like.version().contentHash() == contentHash ? null : like;
        final LoadResult result =
            CatalogueLoader.load(files(contentHash), registry, new CatalogueLoader.Previous(counter, previous));
        final Path list = list(contentHash);
        if (!result.isGood()) {
            throw new IOException("catalogue " + list + " cannot be loaded: " + result.errors().getFirst());
        }
        if (result.catalogue().version().contentHash() != contentHash) {
            throw new IOException("catalogue " + list + " has been changed since it was in service");
        }
        return result.catalogue();
    }
}
