package io.opportune.engine.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * When the files of a folder were last in use, so that they can be deleted once nothing that was written meanwhile is
 * left. Files of the same name up to the first dot belong together. A list in the folder says of each name when it was
 * seen to be out of use, in milliseconds since 1970, or {@code now}; so that what was in use at a kill counts as used
 * until the next look. One look at a time, and none while somebody begins to use a file.
 */
public final class FileUses {
    /** Name of the list. */
    static final String LIST = "uses";
    private static final String IN_USE = "now";

    private final Path folder;

    /**
     * Names a folder; nothing is made.
     *
     * @param folder may not exist.
     */
    public FileUses(final Path folder) {
        this.folder = folder;
    }

    /**
     * Notes what is in use, and deletes what has been out of use for long enough.
     *
     * @param inUse    names in use, up to the first dot.
     * @param nowMs    wall clock, since 1970.
     * @param oldestMs since 1970; what was out of use before is deleted. {@link Long#MIN_VALUE} deletes nothing.
     * @return names deleted.
     * @throws IOException when the list or a file cannot be read, written or deleted; the next look goes on.
     */
    public List<String> look(final Set<String> inUse, final long nowMs, final long oldestMs) throws IOException {
        final Map<String, List<Path>> files = files();
        if (files.isEmpty()) {
            return List.of();
        }
        final Map<String, String> before = list();
        final Map<String, String> after = new TreeMap<>();
        final List<String> unused = new ArrayList<>();
        for (final String name : files.keySet()) {
            final String noted = before.getOrDefault(name, IN_USE);
            if (inUse.contains(name)) {
                after.put(name, IN_USE);
            } else if (noted.equals(IN_USE) || Long.parseLong(noted) >= oldestMs) {
                after.put(name, noted.equals(IN_USE) ? Long.toString(nowMs) : noted);
            } else {
                unused.add(name);
            }
        }
        if (!after.equals(before)) {
            final StringBuilder text = new StringBuilder();
            after.forEach((name, when) -> text.append(name).append(' ').append(when).append('\n'));
            DurableFiles.write(folder.resolve(LIST), text.toString().getBytes(StandardCharsets.UTF_8));
        }
        for (final String name : unused) {
            for (final Path file : files.get(name)) {
                Files.deleteIfExists(file);
            }
        }
        return List.copyOf(unused);
    }

    private Map<String, List<Path>> files() throws IOException {
        final Map<String, List<Path>> files = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> all = Files.list(folder)) {
                for (final Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                    final String name = file.getFileName().toString().split("\\.", 2)[0];
                    if (!name.isEmpty() && !name.equals(LIST)) {
                        files.computeIfAbsent(name, each -> new ArrayList<>()).add(file);
                    }
                }
            }
        }
        return files;
    }

    /** What the list says; a line that says nothing is as if it were not there. */
    private Map<String, String> list() throws IOException {
        final Map<String, String> list = new HashMap<>();
        final Path file = folder.resolve(LIST);
        if (Files.isRegularFile(file)) {
            for (final String line : Files.readAllLines(file)) {
                final String[] words = line.split(" ");
                if (words.length == 2 && (words[1].equals(IN_USE) || words[1].matches("[0-9]{1,18}"))) {
                    list.put(words[0], words[1]);
                }
            }
        }
        return list;
    }
}
