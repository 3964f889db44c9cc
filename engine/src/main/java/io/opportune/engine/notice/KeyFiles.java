package io.opportune.engine.notice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** Looks who may read files with keys. Used at start. */
public final class KeyFiles {
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
        PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE,
        PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    private KeyFiles() {
    }

    /**
     * Whether others than the owner may read or write a file.
     *
     * @param file with a key.
     * @return false also where there is no such file, or the file system knows no such permissions.
     */
    public static boolean isOpenToOthers(final Path file) {
        try {
            return Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains);
        } catch (final IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }
}
