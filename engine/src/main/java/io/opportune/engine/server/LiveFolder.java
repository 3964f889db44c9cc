package io.opportune.engine.server;

import io.opportune.engine.files.DurableFiles;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.agrona.BitUtil;

/**
 * Where the live maps stand. They are rebuilt at every start, so nothing is gained by having them on a disk, and
 * something lost: the system writes changed pages back and protects them, so that the next change of a profile takes a
 * page fault, which may wait for the file system's own journal (stalls of more than 100 ms, measured). In a file system
 * in memory neither happens. Stateless.
 */
public final class LiveFolder {
    /** Names the data folder that a folder in memory belongs to. */
    static final String OWNER_FILE = "data-folder";
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final String PREFIX = "opportune-";
    /** Of the machine's (or container's) memory, and of the file system's free space, that the maps may take. */
    private static final double LARGEST_SHARE = 0.5;

    private LiveFolder() {
    }

    /**
     * Chooses and makes the folder, and removes those in memory whose data folder is gone.
     *
     * @param configured as {@code store.live-dir} says; null to choose.
     * @param dataFolder of this server, locked by it.
     * @param bytes      that the maps will take.
     * @return an existing folder that no other server uses.
     * @throws IOException when it cannot be made.
     */
    public static Path open(final Path configured, final Path dataFolder, final long bytes) throws IOException {
        return open(configured, dataFolder, bytes, MEMORY, totalMemoryBytes());
    }

    static Path open(
        final Path configured, final Path dataFolder, final long bytes, final Path memory, final long memoryBytes)
        throws IOException {
        final Path onDisk = DataDirectory.store(dataFolder);
        Files.createDirectories(onDisk);
        if (configured != null) {
            return Files.createDirectories(configured);
        }
        if (!isInMemory(memory)) {
            return onDisk;
        }
        removeOrphans(memory);
        final Path owner = dataFolder.toRealPath();
        final Path folder = memory.resolve(PREFIX + nameOf(owner));
        DurableFiles.deleteTree(folder);
        if (bytes > LARGEST_SHARE * Math.min(memoryBytes, Files.getFileStore(memory).getUsableSpace())) {
            return onDisk;
        }
        Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(
            PosixFilePermissions.fromString("rwx------")));
        Files.writeString(folder.resolve(OWNER_FILE), owner.toString());
        return folder;
    }

    /**
     * After the maps are closed: gives the memory back. What stands on a disk stays, and is deleted by the next start.
     *
     * @param folder as {@link #open} gave it.
     * @throws IOException when it cannot be deleted.
     */
    public static void close(final Path folder) throws IOException {
        if (Files.exists(folder.resolve(OWNER_FILE))) {
            DurableFiles.deleteTree(folder);
        }
    }

    private static boolean isInMemory(final Path memory) throws IOException {
        return Files.isDirectory(memory) && Files.isWritable(memory)
            && List.of("tmpfs", "ramfs").contains(Files.getFileStore(memory).type());
    }

    private static long totalMemoryBytes() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
            ? system.getTotalMemorySize() : 0;
    }

    private static String nameOf(final Path owner) {
        try {
            final byte[] hash = MessageDigest.getInstance("SHA-256")
                .digest(owner.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, BitUtil.SIZE_OF_LONG);
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void removeOrphans(final Path memory) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(memory, PREFIX + "*")) {
            for (final Path folder : folders) {
                final Path owner = folder.resolve(OWNER_FILE);
                try {
                    if (Files.isReadable(owner) && !Files.exists(Path.of(Files.readString(owner)))) {
                        DurableFiles.deleteTree(folder);
                    }
                } catch (final NoSuchFileException e) {
                    continue; // another server removes it at the same time
                }
            }
        }
    }
}
