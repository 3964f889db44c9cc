package io.opportune.engine.catalogue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Calls back when the catalogue's files have changed and then been quiet for a while, so that a set of files that is
 * being copied is loaded once, whole. Events of the file system wake it; it also looks by itself at an interval,
 * because network file systems send none. Owns one daemon thread, on which the callback runs; never two calls at once.
 */
public final class CatalogueWatcher implements AutoCloseable {
    private static final int MAX_DIRECTORIES = 1_000;
    private static final long CLOSE_WAIT_MS = 5_000;
    /** A directory that never falls quiet is loaded all the same after this many quiet times. */
    private static final int LONGEST_WAIT = 20;

    private final Path directory;
    private final long quietNs;
    private final long pollNs;
    private final Runnable onChange;
    private final Consumer<Throwable> onError;
    private final Thread thread;
    private final Set<Path> watched = new HashSet<>();
    private volatile boolean running = true;
    private WatchService service;
    /** What the callback has seen, or need not see. */
    private final Map<String, String> seen = new ConcurrentHashMap<>();

    /**
     * A watcher that does nothing before {@link #start()}.
     *
     * @param directory of the catalogue.
     * @param quietNs   how long nothing must have changed before the call, e.g. 200 ms.
     * @param pollNs    how often to look without an event, e.g. 2 s; at least {@code quietNs}.
     * @param onChange  called on the watcher's thread.
     * @param onError   takes what goes wrong, also in {@code onChange}; watching goes on.
     */
    public CatalogueWatcher(
        final Path directory, final long quietNs, final long pollNs, final Runnable onChange,
        final Consumer<Throwable> onError) {
        if (quietNs <= 0 || pollNs < quietNs) {
            throw new IllegalArgumentException("quietNs " + quietNs + ", pollNs " + pollNs
                + "; allowed: 0 < quietNs <= pollNs");
        }
        this.directory = Objects.requireNonNull(directory, "directory");
        this.quietNs = quietNs;
        this.pollNs = pollNs;
        this.onChange = Objects.requireNonNull(onChange, "onChange");
        this.onError = Objects.requireNonNull(onError, "onError");
        thread = Thread.ofPlatform().daemon().name("catalogue-watcher").unstarted(this::run);
    }

    /** Starts watching; changes from now on count. Returns once the state to compare with has been taken. */
    public void start() {
        try {
            service = directory.getFileSystem().newWatchService();
        } catch (final IOException | UnsupportedOperationException none) {
            onError.accept(none); // looking at an interval remains
        }
        seen.putAll(look());
        thread.start();
    }

    /**
     * Takes note that the caller itself has written or deleted a file, so that it is no change. Any thread, as soon as
     * it is done.
     *
     * @param file in the catalogue's directory.
     */
    public void wrote(final Path file) {
        final String path = directory.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
        try {
            if (Files.exists(file)) {
                seen.put(path, attributes(file));
            } else {
                seen.remove(path);
            }
        } catch (final IOException unreadable) {
            onError.accept(unreadable); // it counts as a change then
        }
    }

    private void run() {
        while (running) {
            try {
                await(pollNs);
                Map<String, String> now = look();
                if (!running || now.equals(seen)) {
                    continue;
                }
                for (int waited = 0; running && waited < LONGEST_WAIT; waited++) {
                    final Map<String, String> before = now;
                    sleepQuietly();
                    now = look();
                    if (now.equals(before)) {
                        break;
                    }
                }
                // What changed may have been noted as written by the caller meanwhile.
                if (running && !now.equals(seen)) {
                    seen.putAll(now);
                    seen.keySet().retainAll(now.keySet());
                    onChange.run();
                }
            } catch (final InterruptedException | ClosedWatchServiceException closed) {
                return;
            } catch (final RuntimeException failure) {
                onError.accept(failure);
            }
        }
    }

    private void sleepQuietly() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(quietNs);
        if (service != null) {
            for (WatchKey key = service.poll(); key != null; key = service.poll()) {
                key.pollEvents();
                key.reset();
            }
        }
    }

    /** Waits for an event, at most this long. */
    private void await(final long longestNs) throws InterruptedException {
        if (service == null) {
            TimeUnit.NANOSECONDS.sleep(longestNs);
            return;
        }
        final WatchKey key = service.poll(longestNs, TimeUnit.NANOSECONDS);
        if (key != null) {
            key.pollEvents();
            if (!key.reset()) {
                watched.clear(); // a directory went away; the next look registers what is there
            }
        }
    }

    /** The catalogue's files with size, time and identity; directories not yet watched are registered on the way. */
    private Map<String, String> look() {
        final Map<String, String> files = new TreeMap<>();
        try {
            register();
            if (Files.isDirectory(directory)) {
                for (final Map.Entry<String, Path> entry
                    : CatalogueFiles.list(directory, new Problems(1)).entrySet()) {
                    files.put(entry.getKey(), attributes(entry.getValue()));
                }
            }
        } catch (final IOException vanished) {
            files.put("", String.valueOf(vanished)); // a file went away while looking: counts as a change
        }
        return files;
    }

    private static String attributes(final Path file) throws IOException {
        final BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return attributes.size() + " " + attributes.lastModifiedTime() + " " + attributes.fileKey();
    }

    private void register() throws IOException {
        if (service == null || !Files.isDirectory(directory)) {
            return;
        }
        final List<Path> directories;
        try (Stream<Path> walk = Files.walk(directory, 16, FileVisitOption.FOLLOW_LINKS)) {
            directories = walk.filter(Files::isDirectory).limit(MAX_DIRECTORIES).toList();
        } catch (final UncheckedIOException failure) {
            throw failure.getCause();
        }
        for (final Path path : directories) {
            if (watched.add(path)) {
                path.register(service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
            }
        }
    }

    /** Stops watching and waits until a callback that is running has ended, at most 5 s. */
    @Override
    public void close() {
        running = false;
        try {
            if (service != null) {
                service.close();
            }
            thread.interrupt();
            if (thread.isAlive() && Thread.currentThread() != thread) {
                thread.join(CLOSE_WAIT_MS);
            }
        } catch (final IOException failure) {
            onError.accept(failure);
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
