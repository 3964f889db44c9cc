package io.opportune.engine.replay;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueContent;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.catalogue.OfferEditor;
import io.opportune.engine.files.DurableFiles;
import io.opportune.engine.files.Utf8;
import io.opportune.engine.registry.NameRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Every catalogue that was ever in service, so that old decisions can be made again: each a list of its files, named by
 * the content hash, and each different file once, named by its SHA-256. A list tells all files, or how they differ from
 * those of the list kept before it, so that a catalogue in which one file changed costs that file. A list or file is
 * whole or absent, and a list comes after its files and after the list that it refers to. Any thread.
 *
 * <pre>
 *   0123456789abcdef.list   lines of SHA-256, blank, path; or
 *                           "parent", blank, hash of another list; then lines of what differs:
 *                           SHA-256, blank, path, and "without", blank, path
 *   files/SHA-256           content of a file
 * </pre>
 */
public final class CatalogueArchive {
    private static final int HASH_DIGITS = 64;
    private static final String PARENT = "parent ";
    private static final String WITHOUT = "without ";
    /** Bounds what must be read for one catalogue, and how much one damaged list spoils. */
    private static final int LONGEST_CHAIN = 64;
    /** So many offers are read one by one in less time than all files. */
    private static final int MOST_EDITS = 64;

    private final Path archive;
    private final Set<String> kept = new HashSet<>();
    private CatalogueContent last;
    private int lastDepth;

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
        final TreeMap<String, Path> files = new TreeMap<>();
        hashes(contentHash).forEach((path, hash) -> files.put(path, file(hash)));
        return files;
    }

    /**
     * The files of a kept catalogue.
     *
     * @param contentHash of its version.
     * @return SHA-256 by path.
     * @throws IOException when the catalogue is not kept.
     */
    public TreeMap<String, String> hashes(final long contentHash) throws IOException {
        final Deque<List<String>> changes = new ArrayDeque<>();
        Path list = list(contentHash);
        while (list != null) {
            if (!Files.isRegularFile(list) || changes.size() > LONGEST_CHAIN) {
                throw new IOException("catalogue " + list(contentHash) + " is not kept"
                    + (changes.isEmpty() ? "" : ": it refers to " + list));
            }
            final List<String> lines = Files.readAllLines(list);
            changes.push(lines);
            final String first = lines.isEmpty() ? "" : lines.getFirst();
            list = first.startsWith(PARENT) ? archive.resolve(first.substring(PARENT.length()) + ".list") : null;
        }
        final TreeMap<String, String> hashes = new TreeMap<>();
        for (final List<String> lines : changes) {
            for (final String line : lines) {
                if (line.startsWith(WITHOUT)) {
                    hashes.remove(line.substring(WITHOUT.length()));
                } else if (!line.startsWith(PARENT)) {
                    if (line.length() <= HASH_DIGITS + 1) {
                        throw new IOException(list(contentHash) + " has been changed: \"" + line + '"');
                    }
                    hashes.put(line.substring(HASH_DIGITS + 1), line.substring(0, HASH_DIGITS));
                }
            }
        }
        return hashes;
    }

    /**
     * Whether a file is not kept yet, so that its content must be given to {@link #keep}.
     *
     * @param hash its SHA-256.
     * @return false when it is kept.
     */
    public synchronized boolean lacks(final String hash) {
        if (!kept.contains(hash) && Files.isRegularFile(file(hash))) {
            kept.add(hash);
        }
        return !kept.contains(hash);
    }

    /**
     * Keeps a catalogue.
     *
     * @param content of the catalogue.
     * @param files   content of those of its files that are not kept yet, by SHA-256.
     * @throws IOException when something cannot be written or is not given; the catalogue is not kept then and may be
     *     kept later.
     */
    public synchronized void keep(final CatalogueContent content, final Map<String, byte[]> files)
        throws IOException {
        final Path list = list(content.hash());
        if (Files.isRegularFile(list)) {
            return;
        }
        final Path folder = archive.resolve("files");
        Files.createDirectories(folder);
        final List<String> placed = new ArrayList<>();
        for (final Map.Entry<String, String> entry : content.hashByPath().entrySet()) {
            final String hash = entry.getValue();
            if (lacks(hash)) {
                final byte[] bytes = files.get(hash);
                if (bytes == null) {
                    throw new IOException("file " + entry.getKey() + " with hash " + hash + " is not kept");
                }
                DurableFiles.place(file(hash), bytes);
                placed.add(hash);
            }
        }
        if (!placed.isEmpty()) {
            DurableFiles.force(folder);
            kept.addAll(placed);
        }
        final StringBuilder lines = new StringBuilder();
        final boolean whole = last == null || lastDepth + 1 >= LONGEST_CHAIN || !differences(content, lines);
        if (whole) {
            lines.setLength(0);
            content.hashByPath().forEach((path, hash) -> line(lines, hash, path));
        }
        DurableFiles.write(list, lines.toString().getBytes(StandardCharsets.UTF_8));
        lastDepth = whole ? 0 : lastDepth + 1;
        last = content;
    }

    private static void line(final StringBuilder lines, final String hash, final String path) {
        lines.append(hash).append(' ').append(path).append('\n');
    }

    /** Says how a catalogue differs from the last one; false when that would be longer than all its files. */
    private boolean differences(final CatalogueContent content, final StringBuilder lines) {
        lines.append(PARENT).append(String.format("%016x", last.hash())).append('\n');
        final int[] count = {1};
        content.hashByPath().forEach((path, hash) -> {
            if (!hash.equals(last.hashByPath().get(path))) {
                line(lines, hash, path);
                count[0]++;
            }
        });
        for (final String path : last.hashByPath().keySet()) {
            if (!content.hashByPath().containsKey(path)) {
                lines.append(WITHOUT).append(path).append('\n');
                count[0]++;
            }
        }
        return count[0] < content.hashByPath().size();
    }

    /**
     * Makes a kept catalogue from one that differs in few offers changed one by one, without loading the others.
     *
     * @param counter     of its version.
     * @param contentHash of its version.
     * @param editor      of the registry with the names as they were given then.
     * @param like        the other one.
     * @return null when it must be loaded whole.
     * @throws IOException when it is not kept.
     */
    Catalogue edited(final long counter, final long contentHash, final OfferEditor editor, final Catalogue like)
        throws IOException {
        final TreeMap<String, String> hashes = hashes(contentHash);
        final Map<String, String> before = like.content().hashByPath();
        final List<String> changed =
            hashes.keySet().stream().filter(path -> !hashes.get(path).equals(before.get(path))).toList();
        if (changed.isEmpty() || changed.size() > MOST_EDITS || !hashes.keySet().containsAll(before.keySet())
            || !changed.stream().allMatch(OfferEditor::isOfOneOffer)) {
            return null;
        }
        Catalogue at = like;
        for (final String path : changed) {
            final OfferEditor.Edit edit =
                editor.edit(at, Utf8.decode(Files.readAllBytes(file(hashes.get(path)))), null, counter);
            if (edit.catalogue() == null) {
                return null;
            }
            editor.done(edit, at);
            at = edit.catalogue();
        }
        // Loading whole says what is wrong.
        return at.version().contentHash() == contentHash ? at : null;
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
