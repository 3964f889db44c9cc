package io.opportune.engine.gateway.http;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A socket that speaks HTTP/2 literally (RFC 9113 section 4.1): frames out, frames in, none of them by itself. */
final class RawHttp2 implements AutoCloseable {
    static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;
    static final int ACK = 1;
    static final int ENHANCE_YOUR_CALM = 0xB;

    private static final int TIMEOUT_MS = 10_000;
    private static final int INITIAL_WINDOW_SIZE = 4;

    /** One frame. */
    record Frame(int type, int flags, int stream, byte[] payload) {
        boolean ends() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }

        int integer(final int offset) {
            return ByteBuffer.wrap(payload).getInt(offset);
        }
    }

    private final Socket socket;
    private final DataInputStream in;
    private final DefaultHttp2HeadersDecoder headersDecoder = new DefaultHttp2HeadersDecoder();

    RawHttp2(final int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MS);
        in = new DataInputStream(socket.getInputStream());
    }

    /** Begins with default settings, or with a first window for every stream. */
    RawHttp2 begin(final int... initialWindow) throws IOException {
        return send(PREFACE).send(settings(initialWindow));
    }

    static byte[] settings(final int... initialWindow) {
        return frame(SETTINGS, 0, 0, initialWindow.length == 0 ? new byte[0]
            : ByteBuffer.allocate(6).putShort((short) INITIAL_WINDOW_SIZE).putInt(initialWindow[0]).array());
    }

    static byte[] frame(final int type, final int flags, final int stream, final byte... payload) {
        return ByteBuffer.allocate(9 + payload.length).put((byte) (payload.length >> 16))
            .putShort((short) payload.length).put((byte) type).put((byte) flags).putInt(stream).put(payload).array();
    }

    /** The head of a request in HPACK's simplest form, RFC 7541 sections 6.1 and 6.2.2. */
    static byte[] head(final String path) {
        final byte[] text = path.getBytes(StandardCharsets.US_ASCII);
        final ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.write(0x83); // :method POST
        head.write(0x86); // :scheme http
        head.write(0x04); // :path
        head.write(text.length);
        head.writeBytes(text);
        head.write(0x01); // :authority
        head.write(1);
        head.write('b');
        return head.toByteArray();
    }

    /** A request without a body. */
    static byte[] request(final int stream, final String path) {
        return frame(HEADERS, END_STREAM | END_HEADERS, stream, head(path));
    }

    static byte[] integer(final int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    RawHttp2 send(final byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Sends the same again and again, until the server has had enough. */
    RawHttp2 flood(final int count, final byte[] bytes) {
        try {
            for (int i = 0; i < count; i++) {
                send(bytes);
            }
        } catch (final IOException e) {
            return this; // closed
        }
        return this;
    }

    /** The next frame, or null at the end of the connection. */
    Frame read() throws IOException {
        try {
            final int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            final int type = in.readUnsignedByte();
            final int flags = in.readUnsignedByte();
            final int stream = in.readInt();
            return new Frame(type, flags, stream, in.readNBytes(length));
        } catch (final EOFException | SocketException e) {
            return null;
        }
    }

    /** The next frame of a type; those before it are passed over, the heads among them read for HPACK's sake. */
    Frame read(final int type) throws IOException, Http2Exception {
        Frame frame = read();
        while (frame != null && frame.type() != type) {
            if (frame.type() == HEADERS) {
                headers(frame);
            }
            frame = read();
        }
        assertNotNull(frame, "the connection ended without a frame of type " + type);
        return frame;
    }

    Http2Headers headers(final Frame frame) throws Http2Exception {
        return headersDecoder.decodeHeaders(frame.stream(), Unpooled.wrappedBuffer(frame.payload()));
    }

    int status(final Frame frame) throws Http2Exception {
        return Integer.parseInt(headers(frame).status().toString());
    }

    /** What GOAWAY said before the connection ended; -1 when it ended without, or was reset before it could be read. */
    int readToTheEnd() throws IOException {
        int error = -1;
        for (Frame frame = read(); frame != null; frame = read()) {
            if (frame.type() == GOAWAY) {
                error = frame.integer(4);
            }
        }
        return error;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
