package io.opportune.engine.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueWatcherTest {
    private static final long QUIET_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long DEADLINE_S = 20;

    @TempDir
    Path directory;

    private final LinkedBlockingQueue<String> calls = new LinkedBlockingQueue<>();
    private final AtomicReference<Throwable> error = new AtomicReference<>();

    @Test
    void shouldCallWhenFilesComeChangeAndGo() throws Exception {
        CatalogueTexts.write(directory, "one.yaml", "stores: []\n");
        try (CatalogueWatcher watcher = new CatalogueWatcher(
            directory, QUIET_NS, POLL_NS, () -> calls.add(names()), error::set)) {
            watcher.start();
            CatalogueTexts.write(directory, "one.yaml", "stores: [] # changed\n");
            assertEquals("one.yaml ", calls.poll(DEADLINE_S, TimeUnit.SECONDS));
            CatalogueTexts.write(directory, "below/two.yaml", "stores: []\n");
            assertEquals("below/two.yaml one.yaml ", calls.poll(DEADLINE_S, TimeUnit.SECONDS));
            CatalogueTexts.write(directory, "below/two.yaml", "stores: [] # changed\n");
            assertNotNull(calls.poll(DEADLINE_S, TimeUnit.SECONDS), "a directory that came later is watched too");
            Files.delete(directory.resolve("one.yaml"));
            assertEquals("below/two.yaml ", calls.poll(DEADLINE_S, TimeUnit.SECONDS));
        }
        assertNull(error.get());
    }

    @Test
    void shouldCallOnceForAFloodOfChangesAndSeeTheLastState() throws Exception {
        try (CatalogueWatcher watcher = new CatalogueWatcher(directory, TimeUnit.MILLISECONDS.toNanos(400),
            TimeUnit.MILLISECONDS.toNanos(400), () -> calls.add(names()), error::set)) {
            watcher.start();
            for (int i = 0; i < 100; i++) {
                CatalogueTexts.write(directory, "file-" + i % 3 + ".yaml", "stores: [] # " + "x".repeat(i) + "\n");
            }
            String last = calls.poll(DEADLINE_S, TimeUnit.SECONDS);
            for (int more = 0; more < 3 && !"file-0.yaml file-1.yaml file-2.yaml ".equals(last); more++) {
                last = calls.poll(DEADLINE_S, TimeUnit.SECONDS);
            }
            assertEquals("file-0.yaml file-1.yaml file-2.yaml ", last);
            assertTrue(calls.size() <= 2, "changes are gathered");
        }
    }

    @Test
    void shouldGoOnAfterACallbackThatFails() throws Exception {
        try (CatalogueWatcher watcher = new CatalogueWatcher(directory, QUIET_NS, POLL_NS, () -> {
            calls.add(names());
            throw new IllegalStateException("callback failed");
        }, error::set)) {
            watcher.start();
            CatalogueTexts.write(directory, "one.yaml", "stores: []\n");
            assertNotNull(calls.poll(DEADLINE_S, TimeUnit.SECONDS));
            CatalogueTexts.write(directory, "two.yaml", "stores: []\n");
            assertNotNull(calls.poll(DEADLINE_S, TimeUnit.SECONDS));
        }
        assertEquals("callback failed", error.get().getMessage());
    }

    @Test
    void shouldNotCallForWhatTheCallerWroteItself() throws Exception {
        CatalogueTexts.write(directory, "gone.yaml", "stores: []\n");
        try (CatalogueWatcher watcher = new CatalogueWatcher(directory, TimeUnit.MILLISECONDS.toNanos(200),
            TimeUnit.MILLISECONDS.toNanos(200), () -> calls.add(names()), error::set)) {
            watcher.start();
            CatalogueTexts.write(directory, "below/own.yaml", "stores: []\n");
            watcher.wrote(directory.resolve("below/own.yaml"));
            Files.delete(directory.resolve("gone.yaml"));
            watcher.wrote(directory.resolve("gone.yaml"));
            assertNull(calls.poll(1, TimeUnit.SECONDS));
            CatalogueTexts.write(directory, "below/own.yaml", "stores: [] # by somebody else\n");
            assertNotNull(calls.poll(DEADLINE_S, TimeUnit.SECONDS));
        }
        assertNull(error.get());
    }

    private String names() {
        try {
            return String.join(" ", CatalogueFiles.list(directory, new Problems(1)).keySet()) + " ";
        } catch (final IOException failure) {
            return failure.toString();
        }
    }
}
