package io.opportune.bench.bid;

import io.opportune.bench.fixture.RunningServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An nginx with one worker on one core that answers every request with the same body. Owned by the thread that
 * started it.
 */
final class Nginx implements RunningServer {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);

    private final Process process;
    private final int port;

    private Nginx(final Process process, final int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts it.
     *
     * @param prefix      of its command.
     * @param core        that it is tied to.
     * @param answerBytes length of the body.
     * @param folder      for its configuration and whatever it writes.
     */
    static Nginx start(final List<String> prefix, final int core, final int answerBytes, final Path folder)
        throws IOException, InterruptedException {
        final int port = freePort();
        final Path config = Files.createDirectories(folder).resolve("nginx.conf");
        // Buffers as large as the requests, so that each is read at once, and connections that are kept for ever.
        Files.writeString(config, """
            daemon off;
            master_process off;
            worker_processes 1;
            pid %1$s/nginx.pid;
            error_log %1$s/error.log;
            events { worker_connections 1024; }
            http {
              access_log off;
              client_body_temp_path %1$s/body;
              proxy_temp_path %1$s/proxy;
              fastcgi_temp_path %1$s/fastcgi;
              uwsgi_temp_path %1$s/uwsgi;
              scgi_temp_path %1$s/scgi;
              keepalive_requests 1000000000;
              client_header_buffer_size 8k;
              default_type application/json;
              server {
                listen 127.0.0.1:%2$d;
                location / { return 200 "%3$s"; }
              }
            }
            """.formatted(folder, port, "x".repeat(answerBytes)));
        final List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of("taskset", "-c", Integer.toString(core), Tools.find(Tools.NGINX).toString(), "-p",
            folder.toString(), "-c", config.toString()));
        final Process process = new ProcessBuilder(command)
            .redirectErrorStream(true).redirectOutput(folder.resolve("nginx.log").toFile()).start();
        final Nginx nginx = new Nginx(process, port);
        final long startNs = System.nanoTime();
        while (!accepts(port)) {
            if (!process.isAlive() || System.nanoTime() - startNs > PATIENCE_NS) {
                process.destroyForcibly();
                throw new IOException("nginx did not start; it said:\n"
                    + Files.readString(folder.resolve("nginx.log")));
            }
            Thread.sleep(20);
        }
        return nginx;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean accepts(final int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
            return true;
        } catch (final IOException e) {
            return false;
        }
    }

    @Override
    public int port() {
        return port;
    }

    /** Processor time that it has used. */
    long cpuNs() {
        return process.info().totalCpuDuration().orElseThrow().toNanos();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (final InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
