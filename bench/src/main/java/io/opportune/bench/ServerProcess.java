package io.opportune.bench;

import io.opportune.bench.fixture.TalkingServer;
import io.opportune.bench.http.HttpCompareRun;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a JVM of its own, tied to a core. Owned by the thread that started it. */
final class ServerProcess implements HttpCompareRun.Server, TalkingServer {
    private final Process process;
    private final BufferedReader output;
    private final int port;

    private ServerProcess(final Process process, final BufferedReader output, final int port) {
        this.process = process;
        this.output = output;
        this.port = port;
    }

    /** Starts a process that is talked to over its port; whatever else it prints is read and dropped. */
    static ServerProcess start(
        final int core, final Class<?> main, final List<String> arguments, final Path log) throws IOException {
        final ServerProcess server = startTalking(core, main, arguments, log);
        // Read, so that it never waits for us.
        Thread.ofPlatform().daemon().start(() -> server.output.lines().forEach(rest -> { }));
        return server;
    }

    /** Starts a process that answers lines on its standard input, see {@link #ask}. */
    static ServerProcess startTalking(
        final int core, final Class<?> main, final List<String> arguments, final Path log) throws IOException {
        return startTalking(BenchJvm.command(core, main, arguments), main, log);
    }

    /**
     * Starts a process that other programs on its core hardly disturb, where that is permitted.
     *
     * @param prefix command that starts others with another priority.
     */
    static ServerProcess startTalking(final List<String> prefix, final int core, final Class<?> main,
        final List<String> arguments, final Path log) throws IOException {
        final List<String> command = new ArrayList<>(prefix);
        command.addAll(BenchJvm.command(core, main, arguments));
        return startTalking(command, main, log);
    }

    private static ServerProcess startTalking(final List<String> command, final Class<?> main, final Path log)
        throws IOException {
        final Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
        final BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream()));
        String line = output.readLine();
        while (line != null && !line.startsWith(ServerMain.PORT)) {
            line = output.readLine();
        }
        if (line == null) {
            process.destroyForcibly();
            throw new IOException(main.getSimpleName() + " did not start; it said:\n" + Files.readString(log));
        }
        return new ServerProcess(process, output, Integer.parseInt(line.substring(ServerMain.PORT.length())));
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String ask(final String question, final String prefix) throws IOException {
        process.getOutputStream().write((question + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        String line = output.readLine();
        while (line != null && !line.startsWith(prefix)) {
            line = output.readLine();
        }
        if (line == null) {
            throw new IOException("process " + process.pid() + " ended before it answered " + question);
        }
        return line.substring(prefix.length());
    }

    long pid() {
        return process.pid();
    }

    @Override
    public long cpuNs() {
        return process.info().totalCpuDuration().orElseThrow().toNanos();
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (final InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
