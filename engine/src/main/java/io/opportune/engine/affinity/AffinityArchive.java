package io.opportune.engine.affinity;

import io.opportune.engine.files.FileUses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The tables of affinities that were in use as long ago as records reach, so that old decisions can be made again: a
 * file each, named by the {@link AffinityTable#tableId() id} in hexadecimal digits, whole or absent. Any thread; one
 * keeps or deletes at a time.
 */
public final class AffinityArchive {
    private final Path folder;

    /**
     * Names an archive; nothing is made.
     *
     * @param folder may not exist yet.
     */
    public AffinityArchive(final Path folder) {
        this.folder = folder;
    }

    /**
     * Where a table is kept.
     *
     * @param tableId of the table.
     * @return the file, which may be absent.
     */
    public Path file(final long tableId) {
        return folder.resolve(String.format("%016x.table", tableId));
    }

    /**
     * Notes which tables are in use, and deletes those that no record can name any more; while nobody keeps one.
     *
     * @param inUse    ids of tables.
     * @param nowMs    wall clock, since 1970.
     * @param oldestMs from when on there are records, since 1970.
     * @return names of the tables deleted.
     * @throws IOException when the folder cannot be read or written.
     */
    public List<String> deleteUnused(final Set<Long> inUse, final long nowMs, final long oldestMs) throws IOException {
        return new FileUses(folder).look(
            inUse.stream().map("%016x"::formatted).collect(Collectors.toSet()), nowMs, oldestMs);
    }

    /**
     * Keeps a table, where it is not kept yet; before anybody decides with it.
     *
     * @param table to keep.
     * @throws IOException when it cannot be written; it is not kept then.
     */
    public void keep(final AffinityTable table) throws IOException {
        final Path file = file(table.tableId());
        if (!Files.isRegularFile(file)) {
            Files.createDirectories(folder);
            table.write(file);
        }
    }

    /**
     * Reads a kept table.
     *
     * @param tableId of the table.
     * @return the table.
     * @throws IOException when it is not kept, is damaged or is another one.
     */
    public AffinityTable load(final long tableId) throws IOException {
        final Path file = file(tableId);
        if (!Files.isRegularFile(file)) {
            throw new IOException("the table of affinities " + file + " is not kept");
        }
        final AffinityTable table = AffinityTable.read(file);
        if (table.tableId() != tableId) {
            throw new IOException(file + " holds another table: " + String.format("%016x", table.tableId()));
        }
        return table;
    }
}
