package io.opportune.engine.training;

import io.opportune.engine.files.DurableFiles;
import io.opportune.engine.journal.JournalDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The folder in which models are kept: the queue of what was published, and states to go on from. One thread. */
public final class ModelFolder {
    private static final Pattern STATE = Pattern.compile("state-([0-9]{1,18})\\.models");
    /** So many to go on from: the newest, and one in case it cannot be read. */
    private static final int NEWEST = 2;
    /** Of those before one stays for each such part of the time for which the journal is kept. */
    private static final int PARTS_OF_RETENTION = 4;
    /** So many stay that stand behind a break, such as a power cut. */
    private static final int MOST_BREAKS = 4;

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
     * Keeps a state and forgets those that are not needed any more: the newest two stay, to go on from; of those
     * before, as long as the journal is kept, one every now and then and a few behind a break, so that decisions since
     * can be made again.
     *
     * @param training    right after it published.
     * @param afterBreak  whether it does not follow from what was published before, so that it alone leads to what
     *     comes.
     * @param retentionNs how long the journal is kept, nanoseconds.
     * @param nowNs       wall clock, nanoseconds since 1970.
     * @throws IOException when it cannot be written; those before stay.
     */
    public void keep(
        final ModelTraining training, final boolean afterBreak, final long retentionNs, final long nowNs)
        throws IOException {
        Files.createDirectories(folder);
        final Path file = state(training.number());
        final Path part = folder.resolve(file.getFileName() + ".part");
        try {
            training.write(part, afterBreak);
            DurableFiles.force(part);
            DurableFiles.rename(part, file);
        } finally {
            Files.deleteIfExists(part);
        }
        forget(retentionNs, nowNs);
    }

    private void forget(final long retentionNs, final long nowNs) throws IOException {
        final List<Long> numbers = states();
        final List<StateHeader> older = new ArrayList<>();
        int breaks = 0;
        for (int i = numbers.size() - 1; i >= NEWEST; i--) {
            final StateHeader header = StateHeader.of(state(numbers.get(i)));
            if (header == null || nowNs - header.timeNs() > retentionNs) {
                Files.deleteIfExists(state(numbers.get(i)));
            } else {
                older.add(header);
                breaks += header.afterBreak() ? 1 : 0;
            }
        }
        StateHeader last = null;
        for (final StateHeader header : older) {
            breaks -= header.afterBreak() ? 1 : 0;
            final boolean apart =
                last == null || header.timeNs() - last.timeNs() >= retentionNs / PARTS_OF_RETENTION;
            if (apart || header.afterBreak() && breaks < MOST_BREAKS) {
                last = header;
            } else {
                Files.deleteIfExists(state(header.number()));
            }
        }
    }

    /**
     * From where a shard's queue is still needed to go on from the older of the newest two states.
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
        final StateHeader header = StateHeader.of(state(numbers.get(Math.min(numbers.size(), NEWEST) - 1)));
        return header == null ? 0 : header.positions().getOrDefault(shard, 0L);
    }

    /**
     * Deletes files of the queue of publications that are as old as journals are kept, and lie before every state.
     *
     * @param retentionNs how long the journal is kept, nanoseconds.
     * @param nowNs       wall clock, nanoseconds since 1970.
     * @return how many files.
     * @throws IOException when the folder cannot be read.
     */
    public int trim(final long retentionNs, final long nowNs) throws IOException {
        final List<Long> numbers = states();
        final StateHeader oldest = numbers.isEmpty() ? null : StateHeader.of(state(numbers.getLast()));
        return oldest == null ? 0
            : JournalDirectory.deleteExpired(queue(), retentionNs, nowNs, Math.max(0, oldest.queueIndex()));
    }
}
