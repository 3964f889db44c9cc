package io.opportune.engine.server;

import io.opportune.engine.recovery.DataFolders;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The folder of everything the server writes, locked so that two servers cannot share it. */
public final class DataDirectory implements AutoCloseable {
    private final Path root;
    private final FileChannel lockFile;
    private final FileLock lock;

    private DataDirectory(final Path root, final FileChannel lockFile, final FileLock lock) {
        this.root = root;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /**
     * Opens the folder, makes it when it is absent, and locks it.
     *
     * @param root folder.
     * @return to be closed.
     * @throws IOException when it cannot be made or another server uses it.
     */
    public static DataDirectory open(final Path root) throws IOException {
        Files.createDirectories(root);
        final FileChannel file = FileChannel.open(
            root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = file.tryLock();
        } catch (final OverlappingFileLockException e) {
            // Another server of this process; said below.
        }
        if (lock == null) {
            file.close();
            throw new IOException("data folder " + root.toAbsolutePath()
                + " is in use by another server; stop that one or set server.data-dir to another folder");
        }
        return new DataDirectory(root, file, lock);
    }

    /**
     * Where the counters stand, for {@code stat} and {@code errors}.
     *
     * @param root folder of the server.
     * @return the memory-mapped file.
     */
    public static Path counters(final Path root) {
        return DataFolders.counters(root);
    }

    /**
     * Where the journal stands.
     *
     * @param root folder of the server.
     * @return folder of queues.
     */
    public static Path journal(final Path root) {
        return DataFolders.journal(root);
    }

    /**
     * Where snapshots stand.
     *
     * @param root folder of the server.
     * @return folder of snapshots.
     */
    public static Path snapshots(final Path root) {
        return DataFolders.snapshots(root);
    }

    /**
     * Where every catalogue that was ever in service is kept, by version.
     *
     * @param root folder of the server.
     * @return folder of catalogues.
     */
    public static Path catalogues(final Path root) {
        return DataFolders.catalogues(root);
    }

    /**
     * Where models stand.
     *
     * @param root folder of the server.
     * @return folder of models.
     */
    public static Path models(final Path root) {
        return DataFolders.models(root);
    }

    /**
     * Where imported models are kept.
     *
     * @param root folder of the server.
     * @return folder of models by their content.
     */
    public static Path importedModels(final Path root) {
        return DataFolders.importedModels(root);
    }

    /**
     * Where the live maps stand.
     *
     * @param root folder of the server.
     * @return folder of maps.
     */
    public static Path store(final Path root) {
        return DataFolders.store(root);
    }

    /**
     * Where it is kept what was learned of prices.
     *
     * @param root folder of the server.
     * @return the file, which may be absent.
     */
    static Path shades(final Path root) {
        return root.resolve("shades");
    }

    /**
     * Where it is kept what was learned of the traffic and the pace of campaigns.
     *
     * @param root folder of the server.
     * @return the file, which may be absent.
     */
    static Path pacing(final Path root) {
        return root.resolve("pacing");
    }

    /**
     * Where it is kept in which currency each budget was declared.
     *
     * @param root folder of the server.
     * @return the file, which may be absent.
     */
    static Path budgets(final Path root) {
        return root.resolve("budgets");
    }

    Path root() {
        return root;
    }

    @Override
    public void close() throws IOException {
        lock.release();
        lockFile.close();
    }
}
