package io.opportune.engine.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A socket that speaks HTTP/1 literally: bytes out, one answer after the other in. */
final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MS = 10_000;

    /** One answer; names of fields in lower case. */
    record Answer(int status, String statusLine, Map<String, String> fields, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        boolean closes() {
            return "close".equals(fields.get("connection"));
        }
    }

    private final Socket socket = new Socket();
    private final InputStream in;

    RawClient(final int port) throws IOException {
        this(port, 0);
    }

    RawClient(final int port, final int receiveBufferBytes) throws IOException {
        if (receiveBufferBytes > 0) {
            socket.setReceiveBufferSize(receiveBufferBytes);
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        in = new BufferedInputStream(socket.getInputStream());
    }

    static String post(final String exchange, final String body, final String... fields) {
        final StringBuilder head = new StringBuilder("POST /openrtb2/bid/").append(exchange)
            .append(" HTTP/1.1\r\nHost: b.example\r\nContent-Length: ")
            .append(body.getBytes(StandardCharsets.UTF_8).length).append("\r\n");
        for (final String field : fields) {
            head.append(field).append("\r\n");
        }
        return head + "\r\n" + body;
    }

    RawClient send(final String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    RawClient send(final byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Ends our side: the server still answers. */
    RawClient finish() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    Answer read() throws IOException {
        final String statusLine = readLine();
        final Map<String, String> fields = new TreeMap<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            final int colon = line.indexOf(": ");
            assertTrue(colon > 0, line);
            final String old =
                fields.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 2));
            assertEquals(null, old, "twice: " + line);
        }
        assertTrue(statusLine.startsWith("HTTP/1.1 "), statusLine);
        final int status = Integer.parseInt(statusLine.substring(9, 12));
        final boolean hasBody = status >= 200 && status != 204 && status != 304;
        assertEquals(hasBody, fields.containsKey("content-length"), statusLine + fields);
        final byte[] body = in.readNBytes(hasBody ? Integer.parseInt(fields.get("content-length")) : 0);
        return new Answer(status, statusLine, fields, body);
    }

    private String readLine() throws IOException {
        final ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the server closed after: " + line);
            }
            line.write(c);
        }
        final String text = line.toString(StandardCharsets.ISO_8859_1);
        assertTrue(text.endsWith("\r"), text);
        return text.substring(0, text.length() - 1);
    }

    /** The server has closed its side and sent nothing more. */
    void assertClosed() throws IOException {
        try {
            assertEquals(-1, in.read(), "the connection is still open");
        } catch (final SocketException e) {
            assertTrue(e.getMessage().contains("reset"), e.toString());
        }
    }

    /** Reads whatever comes until the server closes. */
    void awaitEnd() throws IOException {
        try {
            in.readAllBytes();
        } catch (final SocketException e) {
            assertTrue(e.getMessage().contains("reset"), e.toString());
        }
    }

    /** Nothing has come so far. */
    boolean isSilent() throws IOException {
        return in.available() == 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
