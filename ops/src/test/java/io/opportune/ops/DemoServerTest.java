package io.opportune.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command against the real server. */
class DemoServerTest {
    @TempDir
    Path folder;

    @Test
    void shouldIntroduceDecideAndExplain() {
        final Path kept = folder.resolve("demo");
        final CommandRun run = CommandRun.of(EmbeddedServer::start, "demo", "--seconds", "1", "--rate", "200",
            "--customers", "2000", "--offers", "60", "--keep", kept.toString());
        // A busy machine may break the generator's schedule (1), but nothing else may go wrong.
        assertTrue(run.exitCode() == ExitCode.OK || run.exitCode() == ExitCode.NOT_IN_ORDER, run.out() + run.err());
        assertTrue(run.out().contains("0 refused"), run.out());
        assertTrue(run.out().contains("met     rejected=0"), run.out());
        assertTrue(run.out().contains("met     unanswered=0"), run.out());
        assertTrue(run.out().contains("Offered:"), run.out());
        assertEquals(3, run.out().split("Decided in ", -1).length - 1, run.out());
        assertTrue(Files.isDirectory(kept.resolve("data/journal")), "the journal was kept");
        final CommandRun verified = CommandRun.of(EmbeddedServer::start,
            "journal", "verify", "-d", kept.resolve("data").toString());
        assertEquals(ExitCode.OK, verified.exitCode(), verified.out() + verified.err());
        assertTrue(verified.out().contains(" 0 different, 0 cannot be made again"), verified.out());
    }
}
