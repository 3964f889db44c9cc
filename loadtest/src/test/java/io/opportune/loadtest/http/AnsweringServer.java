package io.opportune.loadtest.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Answers each request as its body says; a thread for each connection. */
final class AnsweringServer implements AutoCloseable {
    /** 200 with three bytes, in pieces. */
    static final String OK = "ok";
    /** 204. */
    static final String NONE = "none";
    /** 204 after 30 ms. */
    static final String SLOW = "slow";
    /** 503. */
    static final String BROKEN = "broken";
    /** The end of the connection. */
    static final String GONE = "gone";
    static final long SLOW_MS = 30;

    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    AnsweringServer() throws IOException {
        Thread.ofPlatform().daemon().start(() -> {
            while (!socket.isClosed()) {
                try {
                    final Socket accepted = socket.accept();
                    accepted.setTcpNoDelay(true);
                    Thread.ofPlatform().daemon().start(() -> serve(accepted));
                } catch (final IOException e) {
                    return;
                }
            }
        });
    }

    static byte[] request(final String body) {
        return ("POST /bid HTTP/1.1\r\nHost: test\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
            .getBytes(StandardCharsets.US_ASCII);
    }

    private static void serve(final Socket accepted) {
        try (accepted) {
            final InputStream in = new BufferedInputStream(accepted.getInputStream());
            for (String body = read(in); body != null; body = read(in)) {
                answer(accepted.getOutputStream(), body);
                if (body.equals(GONE)) {
                    return;
                }
            }
        } catch (final IOException | InterruptedException e) {
            // The client has gone.
        }
    }

    private static String read(final InputStream in) throws IOException {
        final StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            final int c = in.read();
            if (c < 0) {
                return null;
            }
            head.append((char) c);
        }
        final int at = head.indexOf("Content-Length: ") + "Content-Length: ".length();
        final int length = Integer.parseInt(head.substring(at, head.indexOf("\r", at)));
        return new String(in.readNBytes(length), StandardCharsets.US_ASCII);
    }

    private static void answer(final OutputStream out, final String body) throws IOException, InterruptedException {
        switch (body) {
            case OK -> {
                write(out, "HTTP/1.1 200 OK\r\nConte");
                write(out, "nt-Type: text/plain\r\nCONTENT-LENGTH:  3\r\n\r");
                write(out, "\nab");
                write(out, "c");
            }
            case SLOW -> {
                Thread.sleep(SLOW_MS);
                write(out, "HTTP/1.1 204 No Content\r\n\r\n");
            }
            case BROKEN -> write(out, "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n");
            default -> write(out, "HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n");
        }
    }

    private static void write(final OutputStream out, final String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    int port() {
        return socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
