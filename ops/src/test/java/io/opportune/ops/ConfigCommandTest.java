package io.opportune.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.config.ConfigReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCommandTest {
    @TempDir
    private Path folder;

    @Test
    void shouldShowWhereEachValueComesFrom() throws IOException {
        final Path file = Files.writeString(folder.resolve("a b.properties"), "gateway.port = 1\n");
        final CommandRun run = CommandRun.of(
            "config", "show", "--changed", "-c", file.toString(), "--set", "server.shards=2");
        assertEquals(ExitCode.OK, run.exitCode(), run.err());
        assertEquals(3, run.out().lines().count(), run.out());
        assertTrue(run.out().contains(file + ":1"), run.out());
        assertTrue(run.out().contains("server.shards  2 "), run.out());
    }

    @Test
    void shouldListEveryMistake() throws IOException {
        final Path file = Files.writeString(folder.resolve("c"), "gateway.prot = 1\njournal.sync = never\n");
        final CommandRun run = CommandRun.of("config", "check", "-c", file.toString());
        assertEquals(ExitCode.NOT_IN_ORDER, run.exitCode());
        assertTrue(run.err().contains(file + ":1: gateway.prot: found an unknown key"), run.err());
        assertTrue(run.err().contains(file + ":2: journal.sync: found 'never'"), run.err());
    }

    @Test
    void shouldNoteThatNobodyCanLogOn() throws IOException {
        final Path empty = Files.createFile(folder.resolve("empty"));
        final CommandRun run = CommandRun.of("config", "check", "-c", empty.toString());
        assertEquals(ExitCode.OK, run.exitCode());
        assertTrue(run.out().contains("nobody can log on"), run.out());
    }

    @Test
    void shouldPrintTheReference() {
        assertEquals(ConfigReference.markdown(), CommandRun.of("config", "reference").out());
    }

    @Test
    void shouldRefuseASettingWithoutValue() {
        final CommandRun run = CommandRun.of("config", "show", "-s", "gateway.port");
        assertEquals(ExitCode.USAGE, run.exitCode());
        assertTrue(run.err().contains("KEY=VALUE"), run.err());
    }
}
