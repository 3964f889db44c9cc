package io.opportune.engine.training;

import io.opportune.engine.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The folder in which models are kept: the queue of what was published, and states to go on from. One thread. */
public final class ModelFolder {
    private static final Pattern STATE = Pattern.compile("state-([0-9]{1,18})\\.models");
    private static final int KEPT = 2;

    private final Path folder;

    /**
     * Names a folder.
     *
     * @param folder may not exist yet.
     */
    public ModelFolder(final Path folder) {
        this.folder = folder;
    }

    /**
     * The queue of publications.
     *
     * @return folder of it.
     */
    public Path queue() {
        return folder.resolve("queue");
    }

    /**
     * The states that are kept.
     *
     * @return numbers of their publications, the newest first.
     * @throws IOException when the folder cannot be read.
     */
    public List<Long> states() throws IOException {
        final List<Long> numbers = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                files.forEach(file -> {
                    final Matcher matcher = STATE.matcher(file.getFileName().toString());
                    if (matcher.matches()) {
                        numbers.add(Long.parseLong(matcher.group(1)));
                    }
                });
            }
        }
        numbers.sort(Comparator.reverseOrder());
        return Collections.unmodifiableList(numbers);
    }

    /**
     * A state's file.
     *
     * @param number of its publication.
     * @return the file, which may not exist.
     */
    public Path state(final long number) {
        return folder.resolve("state-" + number + ".models");
    }

    /**
     * Removes what a kill left half written.
     *
     * @throws IOException when it cannot be removed.
     */
    public void deleteParts() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (final Path file : files.filter(each -> each.getFileName().toString().endsWith(".part")).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /**
     * Keeps a state and forgets the oldest.
     *
     * @param training right after it published.
     * @throws IOException when it cannot be written; those before stay.
     */
    public void keep(final ModelTraining training) throws IOException {
        Files.createDirectories(folder);
        final Path file = state(training.number());
        final Path part = folder.resolve(file.getFileName() + ".part");
        try {
            training.write(part);
            DurableFiles.force(part);
            DurableFiles.rename(part, file);
        } finally {
            Files.deleteIfExists(part);
        }
        final List<Long> numbers = states();
        for (int i = KEPT; i < numbers.size(); i++) {
            Files.deleteIfExists(state(numbers.get(i)));
        }
    }

    /**
     * From where a shard's queue is still needed to go on from the oldest state that is kept.
     *
     * @param shard its number.
     * @return journal index; 0 when everything is needed.
     * @throws IOException when the folder cannot be read.
     */
    public long neededFrom(final int shard) throws IOException {
        final List<Long> numbers = states();
        if (numbers.isEmpty()) {
            return 0;
        }
        final Map<Integer, Long> positions = ModelTraining.positionsIn(state(numbers.getLast()));
        return positions.getOrDefault(shard, 0L);
    }
}
