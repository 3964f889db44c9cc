package io.opportune.engine.recovery;

import java.nio.file.Path;

/** What stands where in a server's data folder. Stateless. */
public final class DataFolders {
    private DataFolders() {
    }

    /**
     * The journal.
     *
     * @param root data folder.
     * @return folder of queues.
     */
    public static Path journal(final Path root) {
        return root.resolve("journal");
    }

    /**
     * Snapshots.
     *
     * @param root data folder.
     * @return folder of snapshots, each a folder.
     */
    public static Path snapshots(final Path root) {
        return root.resolve("snapshots");
    }

    /**
     * Catalogues that were in service.
     *
     * @param root data folder.
     * @return folder of catalogues, each a folder.
     */
    public static Path catalogues(final Path root) {
        return root.resolve("catalogues");
    }

    /**
     * Models that were learned: a queue of what was published, and states of them.
     *
     * @param root data folder.
     * @return folder.
     */
    public static Path models(final Path root) {
        return root.resolve("models");
    }

    /**
     * Imported models that were used, by their content.
     *
     * @param root data folder.
     * @return folder.
     */
    public static Path importedModels(final Path root) {
        return models(root).resolve("onnx");
    }

    /**
     * Tables of affinities that were in use.
     *
     * @param root data folder.
     * @return folder of tables, each a file.
     */
    public static Path affinities(final Path root) {
        return root.resolve("affinity").resolve("used");
    }

    /**
     * Live maps.
     *
     * @param root data folder.
     * @return folder of maps.
     */
    public static Path store(final Path root) {
        return root.resolve("store");
    }

    /**
     * Counters.
     *
     * @param root data folder.
     * @return the memory-mapped file.
     */
    public static Path counters(final Path root) {
        return root.resolve("counters.dat");
    }
}
