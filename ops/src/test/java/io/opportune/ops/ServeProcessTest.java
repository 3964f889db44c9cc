package io.opportune.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code serve} in a process of its own, and real signals. */
@Timeout(120)
class ServeProcessTest {
    @TempDir
    private Path folder;

    private Process serve() throws Exception {
        Files.createDirectories(folder.resolve("catalogue"));
        Files.writeString(folder.resolve("catalogue/shop.yaml"), CatalogueCommandTest.GOOD);
        // A test run in the background of a shell ignores SIGINT, and so would what it starts.
        final List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + Path.of(System.getenv("OPPORTUNE_ROOT"), "ops", "jvm.args"), "-XX:TieredStopAtLevel=1",
            "-cp", System.getProperty("java.class.path"), Opportune.class.getName(), "serve", "-q"));
        for (final String setting : List.of("server.data-dir=" + folder.resolve("data"),
            "catalogue.dir=" + folder.resolve("catalogue"), "catalogue.watch=false", "gateway.port=0", "admin.port=0",
            "store.max-profiles=1000", "store.max-identities=1000", "clients.till.key=sesame-open")) {
            command.addAll(List.of("-s", setting));
        }
        return new ProcessBuilder(command).redirectError(folder.resolve("log").toFile()).start();
    }

    private String log() throws Exception {
        return Files.readString(folder.resolve("log"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void shouldStopInOrderAndEndWithZeroOnASignal(final String signal) throws Exception {
        assumeTrue(System.getProperty("os.name").startsWith("Linux"), "signals are sent as on Linux");
        final Process process = serve();
        try (BufferedReader out = process.inputReader()) {
            String line = out.readLine();
            while (line != null && !line.startsWith("state restored")) {
                line = out.readLine();
            }
            assertTrue(line != null, "it did not start: " + log());
            assertEquals(0, new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor());
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the signal does not end it: " + log());
            assertEquals(ExitCode.OK, process.exitValue(), log());
            assertEquals("Stopped.", out.readLine());
            try (var snapshots = Files.list(folder.resolve("data/snapshots"))) {
                assertTrue(snapshots.findAny().isPresent(), "no snapshot at the end");
            }
        } finally {
            process.destroyForcibly();
        }
    }
}
