package io.opportune.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OwnFolderTest {
    @TempDir
    private Path folder;

    /** A process of its own that makes a folder, writes into it until it is stopped, and waits for a signal. */
    static final class Waiting {
        private Waiting() {
        }

        public static void main(final String[] args) throws IOException, InterruptedException {
            final OwnFolder own = OwnFolder.make(args.length == 0 ? null : Path.of(args[0]), "opportune-test");
            Files.writeString(Files.createDirectories(own.path().resolve("data/journal")).resolve("file"), "text");
            own.usedBy(new WritesWhenClosed(own.path().resolve("data/snapshot")));
            System.out.println(own.path());
            System.out.flush();
            Thread.sleep(60_000);
        }
    }

    private record WritesWhenClosed(Path file) implements ServerStarter.Running {
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
        public void awaitStop() {
            throw new UnsupportedOperationException("nothing to wait for");
        }

        @Override
        public void close() {
            try {
                Files.writeString(file, "written at the end");
            } catch (final IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
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
            // SIGTERM: what is started in the background of a shell does not get SIGINT; to the JVM they are one.
            process.destroy();
            assertTrue(process.waitFor(20, TimeUnit.SECONDS), "the signal does not end it");
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
