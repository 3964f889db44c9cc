package io.opportune.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a JVM of its own, tied to a core. Owned by the thread that started it. */
final class ServerProcess implements AutoCloseable {
    private final Process process;
    private final int port;

    private ServerProcess(final Process process, final int port) {
        this.process = process;
        this.port = port;
    }

    static ServerProcess start(
        final int core, final Class<?> main, final List<String> arguments, final Path log) throws IOException {
        final Process process = new ProcessBuilder(BenchJvm.command(core, main, arguments))
            .redirectError(log.toFile()).start();
        final BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream()));
        String line = output.readLine();
        while (line != null && !line.startsWith(ServerMain.PORT)) {
            line = output.readLine();
        }
        if (line == null) {
            process.destroyForcibly();
            throw new IOException(main.getSimpleName() + " did not start; it said:\n" + Files.readString(log));
        }
        // What it prints from here on is read, so that it never waits for us.
        Thread.ofPlatform().daemon().start(() -> output.lines().forEach(rest -> { }));
        return new ServerProcess(process, Integer.parseInt(line.substring(ServerMain.PORT.length())));
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /** Processor time used so far. */
    long cpuNs() {
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
