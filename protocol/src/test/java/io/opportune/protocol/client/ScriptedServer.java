package io.opportune.protocol.client;

import io.opportune.protocol.codec.HeartbeatDecoder;
import io.opportune.protocol.codec.LogoffDecoder;
import io.opportune.protocol.codec.LogonDecoder;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.UnsafeBuffer;

/** A server on loopback that does with every connection what a script says, however wrong. */
final class ScriptedServer implements AutoCloseable {
    /** What to do with one connection; it is closed when the script returns or throws. */
    @FunctionalInterface
    interface Script {
        void run(Connection connection, int number) throws IOException;
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicInteger accepted = new AtomicInteger();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Script script;

    ScriptedServer(final Script script) throws IOException {
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    /** A server that answers everything at once. */
    static Script good() {
        return (connection, number) -> {
            connection.acceptLogon(256);
            while (true) {
                connection.send(Answers.to(connection.readRequest()));
            }
        };
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Connections so far. */
    int accepted() {
        return accepted.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (final Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                final Socket socket = listener.accept();
                sockets.add(socket);
                final int number = accepted.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket, number));
            }
        } catch (final IOException e) {
            // The test is over.
        }
    }

    private void serve(final Socket socket, final int number) {
        try (socket) {
            socket.setTcpNoDelay(true);
            script.run(new Connection(socket), number);
        } catch (final IOException e) {
            // The client has gone, which is the end of the script.
        }
    }

    /** One connection in the hands of a script. */
    static final class Connection {
        private final DataInputStream in;
        private final OutputStream out;

        Connection(final Socket socket) throws IOException {
            in = new DataInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        }

        byte[] readFrame() throws IOException {
            final int lengthBytes = in.readInt();
            final byte[] frame = new byte[lengthBytes];
            new UnsafeBuffer(frame).putInt(0, lengthBytes, ByteOrder.BIG_ENDIAN);
            in.readFully(frame, 4, lengthBytes - 4);
            return frame;
        }

        /** Skips heartbeats; the client's logoff is the end of the script. */
        byte[] readRequest() throws IOException {
            byte[] frame = readFrame();
            while (Answers.templateId(frame) == HeartbeatDecoder.TEMPLATE_ID) {
                frame = readFrame();
            }
            if (Answers.templateId(frame) == LogoffDecoder.TEMPLATE_ID) {
                throw new EOFException("the client logged off");
            }
            return frame;
        }

        void acceptLogon(final int inFlightLimit) throws IOException {
            final byte[] logon = readFrame();
            if (Answers.templateId(logon) != LogonDecoder.TEMPLATE_ID) {
                throw new IOException("the first message is no logon: " + Answers.templateId(logon));
            }
            send(Answers.logonAck(inFlightLimit, 60_000));
        }

        void send(final byte[] frame) throws IOException {
            out.write(frame);
            out.flush();
        }

        /** Reads until the client closes. */
        void stall() throws IOException {
            while (true) {
                readFrame();
            }
        }
    }
}
