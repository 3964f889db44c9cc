package io.opportune.engine.journal;

import io.opportune.engine.files.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * How far erasing has come: which queues were read up to where, and which files were rewritten for which generation of
 * erased roots. A small text file, whole or absent after a crash; without it everything is read again, which changes
 * nothing. Owned by one thread.
 */
final class ErasureProgress {
    private static final String GENERATION = "generation";
    private static final String READ = "read ";
    private static final String DONE = "done ";

    private final Path file;
    private final Map<String, Long> values = new TreeMap<>();

    private ErasureProgress(final Path file) {
        this.file = file;
    }

    static ErasureProgress load(final Path file) throws IOException {
        final ErasureProgress progress = new ErasureProgress(file);
        if (Files.exists(file)) {
            for (final String line : Files.readAllLines(file)) {
                final int at = line.lastIndexOf('=');
                if (at < 0) {
                    throw new IOException(file + ": no line of this file: " + line);
                }
                try {
                    progress.values.put(line.substring(0, at), Long.parseLong(line.substring(at + 1)));
                } catch (final NumberFormatException e) {
                    throw new IOException(file + ": no number: " + line, e);
                }
            }
        }
        return progress;
    }

    /** Grows whenever somebody is found to be erased; 0 while nobody was. */
    long generation() {
        return values.getOrDefault(GENERATION, 0L);
    }

    void nextGeneration() {
        values.put(GENERATION, generation() + 1);
    }

    /** Index of the last record of a queue that was looked at. */
    long readUpTo(final String queue) {
        return values.getOrDefault(READ + queue, JournalReader.NO_INDEX);
    }

    void readUpTo(final String queue, final long index) {
        values.put(READ + queue, index);
    }

    boolean isDone(final String journalFile) {
        return values.getOrDefault(DONE + journalFile, 0L) >= generation();
    }

    void done(final String journalFile) {
        values.put(DONE + journalFile, generation());
    }

    /** Forgets files that are gone. */
    void keepOnly(final Predicate<String> journalFiles) {
        values.keySet().removeIf(key -> key.startsWith(DONE) && !journalFiles.test(key.substring(DONE.length())));
    }

    void save() throws IOException {
        final StringBuilder text = new StringBuilder();
        values.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
        DurableFiles.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
