package io.opportune.protocol;

import java.nio.file.Path;

/** Where the tests find the module's files, and whether they may write those that are derived from others. */
final class ProjectFiles {
    /** With {@code -Dopportune.regenerate=true} tests write derived files instead of comparing them. */
    static final boolean REGENERATE = Boolean.getBoolean("opportune.regenerate");
    static final String HOW_TO_REGENERATE =
        "run: mvn -pl protocol test -Dopportune.regenerate=true -Dtest='SchemaPageTest,GoldenFilesTest'";

    private ProjectFiles() {
    }

    /** A file of this module. */
    static Path of(final String name) {
        return Path.of(System.getProperty("basedir", ".")).resolve(name);
    }
}
