package io.opportune.engine.catalogue;

import io.opportune.engine.files.Utf8;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The files of a catalogue directory, read once and bounded: the bytes that are hashed are those that are parsed. */
final class CatalogueFiles {
    static final int MAX_FILES = 10_000;
    private static final int MAX_DEPTH = 16;
    static final long MAX_TOTAL_BYTES = 512L << 20;

    private final List<SourceFile> files;
    private final CatalogueContent content;
    private final Map<String, byte[]> wanted;

    private CatalogueFiles(
        final List<SourceFile> files, final CatalogueContent content, final Map<String, byte[]> wanted) {
        this.files = files;
        this.content = content;
        this.wanted = wanted;
    }

    /** The bytes of the files that the caller wanted, by their hash. */
    Map<String, byte[]> wanted() {
        return wanted;
    }

    List<SourceFile> files() {
        return files;
    }

    CatalogueContent content() {
        return content;
    }

    static CatalogueFiles read(
        final SortedMap<String, Path> paths, final Predicate<String> wantedHash, final Problems problems)
        throws IOException {
        final List<SourceFile> sources = new ArrayList<>();
        final Map<String, String> hashByPath = new HashMap<>();
        final Map<String, Long> bytesByPath = new HashMap<>();
        final Map<String, byte[]> wanted = new HashMap<>();
        long total = 0;
        for (final var entry : paths.entrySet()) {
            total += Files.size(entry.getValue());
            if (total > MAX_TOTAL_BYTES) {
                problems.add(entry.getKey(), 0, 0, "", "the files are more than 512 MiB together", "512 MiB");
                break;
            }
            final byte[] bytes = Files.readAllBytes(entry.getValue());
            final String hash = CatalogueContent.hashOf(bytes);
            hashByPath.put(entry.getKey(), hash);
            bytesByPath.put(entry.getKey(), (long) bytes.length);
            if (wantedHash.test(hash)) {
                wanted.put(hash, bytes);
            }
            final String text = decoded(bytes, entry.getKey(), problems);
            if (text != null) {
                sources.add(new SourceFile(entry.getKey(), text, problems));
            }
        }
        return new CatalogueFiles(sources, new CatalogueContent(hashByPath, bytesByPath), wanted);
    }

    /** The catalogue's files by their path with slashes. */
    static TreeMap<String, Path> list(final Path directory, final Problems problems) throws IOException {
        final TreeMap<String, Path> paths = new TreeMap<>();
        if (!Files.isDirectory(directory)) {
            problems.add(directory.toString(), 0, 0, "", "is not a directory", "a directory of *.yaml files");
            return paths;
        }
        try (Stream<Path> walk = Files.walk(directory, MAX_DEPTH, FileVisitOption.FOLLOW_LINKS)) {
            walk.filter(path -> isCatalogueFile(directory, path)).limit(MAX_FILES + 1L).forEach(path ->
                paths.put(directory.relativize(path).toString().replace(path.getFileSystem().getSeparator(), "/"),
                    path));
        } catch (final UncheckedIOException failure) {
            throw failure.getCause();
        }
        if (paths.isEmpty()) {
            problems.add(directory.toString(), 0, 0, "", "holds no *.yaml file", "at least one");
        } else if (paths.size() > MAX_FILES) {
            problems.add(directory.toString(), 0, 0, "", "more than " + MAX_FILES + " files", MAX_FILES + " at most");
            paths.clear();
        }
        return paths;
    }

    private static boolean isCatalogueFile(final Path directory, final Path path) {
        final String name = path.getFileName().toString();
        if (!name.endsWith(".yaml") && !name.endsWith(".yml") || !Files.isRegularFile(path)) {
            return false;
        }
        for (final Path step : directory.relativize(path)) {
            if (step.toString().startsWith(".")) {
                return false;
            }
        }
        return true;
    }

    private static String decoded(final byte[] bytes, final String path, final Problems problems) {
        try {
            return Utf8.decode(bytes);
        } catch (final CharacterCodingException notUtf8) {
            problems.add(path, 0, 0, "", "is not UTF-8", "UTF-8");
            return null;
        }
    }
}
