package io.opportune.engine.server;

import io.opportune.engine.recovery.Recovery;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own that is killed without warning, and its parent's handle on it. */
final class KilledServer {
    private static final long START_DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);

    /** How one start goes about it. */
    record Mode(String threading, int shards, String sync, String snapshots) {
        Mode(final String threading, final int shards, final String sync) {
            this(threading, shards, sync, "1s");
        }

        void applyTo(final TestServer server) {
            server.set("server.threading", threading)
                .set("server.shards", Integer.toString(shards))
                .set("journal.sync", sync)
                .set("snapshot.interval", snapshots);
        }
    }

    private final Process process;
    private final Path output;
    private final String ready;

    private KilledServer(final Process process, final Path output, final String ready) {
        this.process = process;
        this.output = output;
        this.ready = ready;
    }

    /** The child: folder, port, threading, shards, sync policy, file that says that it is ready, snapshot interval. */
    public static void main(final String[] arguments) throws Exception {
        final TestServer server = configured(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        new Mode(arguments[2], Integer.parseInt(arguments[3]), arguments[4], arguments[6]).applyTo(server);
        final long beginNs = System.nanoTime();
        final Recovery.Result recovery = server.start().recovery();
        final String text = "recovered in %d ms (server up in %d ms): snapshot %d, %d records applied, %d answers%s"
            .formatted(recovery.durationNs() / 1_000_000, (System.nanoTime() - beginNs) / 1_000_000,
                recovery.snapshot(), recovery.records(), recovery.answers(),
                recovery.remarks().isEmpty() ? "" : ", remarks " + recovery.remarks());
        final Path readyFile = Path.of(arguments[5]);
        final Path part = readyFile.resolveSibling("ready.part");
        Files.writeString(part, text);
        Files.move(part, readyFile, StandardCopyOption.ATOMIC_MOVE);
        server.server().awaitStop();
    }

    static TestServer configured(final Path root, final int port) throws IOException {
        return new TestServer(root)
            .set("gateway.port", Integer.toString(port))
            .set("store.partitions", "16")
            .set("store.event-id-horizon", "2097152")
            .set("store.request-id-horizon", "65536");
    }

    static KilledServer start(final Path root, final int port, final Mode mode) throws Exception {
        final Path readyFile = root.resolve("ready");
        Files.deleteIfExists(readyFile);
        final List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        for (final String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (flag.startsWith("--") || flag.startsWith("-D") || flag.startsWith("-XX:+UseCompact")) {
                command.add(flag);
            }
        }
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto",
            "-cp", System.getProperty("java.class.path"), KilledServer.class.getName(), root.toString(),
            Integer.toString(port), mode.threading, Integer.toString(mode.shards), mode.sync,
            readyFile.toString(), mode.snapshots));
        final Path output = root.resolve("output.txt");
        final Process process = new ProcessBuilder(command)
            .redirectErrorStream(true).redirectOutput(output.toFile()).start();
        final long deadlineNs = System.nanoTime() + START_DEADLINE_NS;
        while (!Files.exists(readyFile)) {
            if (!process.isAlive() || System.nanoTime() - deadlineNs > 0) {
                process.destroyForcibly();
                throw new AssertionError("the server did not start: " + Files.readString(output));
            }
            Thread.sleep(5);
        }
        return new KilledServer(process, output, Files.readString(readyFile));
    }

    /** What starting came to, in words. */
    String ready() {
        return ready;
    }

    /** Ends it as the machine's kernel would. */
    void kill() throws Exception {
        if (!process.isAlive()) {
            throw new AssertionError("the server ended by itself: " + Files.readString(output));
        }
        process.destroyForcibly();
        process.waitFor();
    }

    /** Makes sure that nothing stays behind a failed test. */
    void endNow() {
        process.destroyForcibly();
    }
}
