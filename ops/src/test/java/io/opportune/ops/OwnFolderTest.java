package io.opportune.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OwnFolderTest {
    private static final String STOPPING = "stopping";
    private static final String STOPPED = "stopped";

    @TempDir
    private Path folder;

    /** A process of its own that makes a folder, writes into it until it is stopped, and waits for a signal. */
    static final class Waiting {
        private Waiting() {
        }

        public static void main(final String[] args) throws IOException, InterruptedException {
            final Path wanted = args.length == 0 || args[0].isEmpty() ? null : Path.of(args[0]);
            final OwnFolder own = OwnFolder.make(wanted, "opportune-test");
            Files.writeString(Files.createDirectories(own.path().resolve("data/journal")).resolve("file"), "text");
            final ServerStarter.Running server = new WritesWhenClosed(own.path().resolve("data/snapshot"));
            own.usedBy(server);
            System.out.println(own.path());
            System.out.flush();
            if (args.length == 2) {
                server.close();
            }
            Thread.sleep(60_000);
        }
    }

    /** As the real one: the second call of {@code close()} returns at once, {@code awaitStop()} at the end of both. */
    private static final class WritesWhenClosed implements ServerStarter.Running {
        private final Path file;
        private final AtomicBoolean stopping = new AtomicBoolean();
        private final CountDownLatch stopped = new CountDownLatch(1);

        private WritesWhenClosed(final Path file) {
            this.file = file;
        }

        @Override
        public int port() {
            return 1;
        }

        @Override
        public int adminPort() {
            return 2;
        }

        @Override
        public String startSummary() {
            return "";
        }

        @Override
        public void reloadCatalogue() {
            throw new UnsupportedOperationException("nothing to reload");
        }

        @Override
        public void awaitStop() throws InterruptedException {
            stopped.await();
        }

        @Override
        public void close() {
            if (!stopping.compareAndSet(false, true)) {
                return;
            }
            try {
                System.out.println(STOPPING);
                Thread.sleep(1_000);
                Files.writeString(file, "written at the end");
                System.out.println(STOPPED);
            } catch (final IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
            stopped.countDown();
        }
    }

    private static Path ended(final String... wanted) throws IOException, InterruptedException {
        final String[] command = new String[4 + wanted.length];
        command[0] = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        command[1] = "-cp";
        command[2] = System.getProperty("java.class.path");
        command[3] = Waiting.class.getName();
        System.arraycopy(wanted, 0, command, 4, wanted.length);
        final Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader out = process.inputReader()) {
            final Path made = Path.of(out.readLine());
            assertTrue(Files.exists(made.resolve("data/journal/file")));
            if (wanted.length == 2) {
                assertEquals(STOPPING, out.readLine());
            }
            // SIGTERM: what is started in the background of a shell does not get SIGINT; to the JVM they are one.
            // Sent by its handle: Process.destroy() would also close the output that is read below.
            process.toHandle().destroy();
            assertTrue(process.waitFor(20, TimeUnit.SECONDS), "the signal does not end it");
            assertTrue(wanted.length == 1 || out.lines().anyMatch(STOPPED::equals), "it ended before the server had");
            return made;
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldStopTheServerAndDeleteATemporaryFolderOnASignal() throws Exception {
        final Path made = ended();
        assertFalse(Files.exists(made), made + " was left behind");
    }

    @Test
    void shouldNotDeleteTheFolderWhileTheMainThreadStillStopsTheServer() throws Exception {
        final Path made = ended("", "close first");
        assertFalse(Files.exists(made), made + " was left behind");
    }

    @Test
    void shouldKeepAWantedFolderOnASignal() throws Exception {
        final Path made = ended(folder.resolve("wanted").toString());
        assertEquals("text", Files.readString(made.resolve("data/journal/file")));
    }

    @Test
    void shouldDeleteATemporaryFolderAtTheEnd() throws Exception {
        final Path path;
        try (OwnFolder own = OwnFolder.make(null, "opportune-test")) {
            path = own.path();
            Files.writeString(Files.createDirectories(path.resolve("a/b")).resolve("file"), "text");
        }
        assertFalse(Files.exists(path));
    }
}
