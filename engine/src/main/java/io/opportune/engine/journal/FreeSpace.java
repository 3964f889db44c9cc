package io.opportune.engine.journal;

import java.nio.file.Path;

/** Says how much disk is left. Injected so that a full disk can be played in a test. */
@FunctionalInterface
public interface FreeSpace {
    /**
     * Asks the file system.
     *
     * @return bytes that this process may still use; 0 when nobody can tell.
     */
    long usableBytes();

    /**
     * The file system that holds a directory.
     *
     * @param directory that exists.
     * @return a probe of about a microsecond that allocates nothing.
     */
    static FreeSpace of(final Path directory) {
        return directory.toFile()::getUsableSpace;
    }
}
