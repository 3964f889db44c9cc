package io.opportune.ops;

import io.opportune.engine.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A new folder that a command makes for its own use. Unless the user wants to keep it, it is deleted when the command
 * ends, also when a signal such as that of Ctrl-C ends the process.
 */
final class OwnFolder implements AutoCloseable {
    /** A writer that is being stopped may put a file beside those just deleted; then deletion begins again. */
    private static final int MAX_ATTEMPTS = 5;
    /** The last snapshot of a server that is being stopped takes seconds; one that failed to stop is not waited for. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Path path;
    private final Thread atExit;
    private volatile ServerStarter.Running user;

    private OwnFolder(final Path path, final boolean keep) {
        this.path = path;
        atExit = keep ? null : new Thread(this::stopAndDelete, "delete");
        if (atExit != null) {
            Runtime.getRuntime().addShutdownHook(atExit);
        }
    }

    /** A new folder: the wanted one, which must not exist and is kept, or a temporary one. */
    static OwnFolder make(final Path wanted, final String prefix) throws IOException {
        if (wanted == null) {
            return new OwnFolder(Files.createTempDirectory(prefix), false);
        }
        if (Files.exists(wanted)) {
            throw new CommandFailure(ExitCode.NOT_POSSIBLE, wanted + " exists already; --keep takes a new folder");
        }
        return new OwnFolder(Files.createDirectories(wanted), true);
    }

    Path path() {
        return path;
    }

    /** Names the server that writes here; a signal stops it before the folder goes. */
    void usedBy(final ServerStarter.Running server) {
        user = server;
    }

    @Override
    public void close() throws IOException {
        if (atExit == null) {
            return;
        }
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (final IllegalStateException e) {
            // The process is ending, and the hook does what is to be done.
            return;
        }
        delete(path);
    }

    private void stopAndDelete() {
        try {
            final ServerStarter.Running server = user;
            if (server != null) {
                server.close();
                awaitStop(server);
            }
        } finally {
            try {
                delete(path);
            } catch (final IOException e) {
                System.err.println("opportune: " + path + " could not be deleted: " + e.getMessage());
            }
        }
    }

    /** The main thread may have begun to stop it: then {@code close()} returned at once, and it still writes. */
    private static void awaitStop(final ServerStarter.Running server) {
        final Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                server.awaitStop();
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            waiting.join(PATIENCE);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void delete(final Path folder) throws IOException {
        for (int attempt = 1; Files.exists(folder); attempt++) {
            try {
                DurableFiles.deleteTree(folder);
            } catch (final IOException e) {
                if (attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }
}
