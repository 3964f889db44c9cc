package io.opportune.engine.gateway.binary;

import io.opportune.protocol.codec.LogonDecoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;

/**
 * Decodes a logon and decides on it. One per event loop; what was decided can be read until the next logon. Allocates,
 * which a logon may.
 */
final class LogonAdapter {
    /** No schema will have a thousand versions; a number beyond says that the peer speaks something else. */
    private static final int MAX_PLAUSIBLE_VERSION = 1000;
    private static final long MIN_HEARTBEAT_INTERVAL_MS = 100;
    private static final long MAX_HEARTBEAT_INTERVAL_MS = 60_000;

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final LogonDecoder logon = new LogonDecoder();
    private final ClientDirectory clients;
    private final int serverInFlightLimit;
    private int clientIndex;
    private int inFlightLimit;
    private long heartbeatIntervalNs;
    private long clientSendTimeNs;

    LogonAdapter(final ClientDirectory clients, final int serverInFlightLimit) {
        this.clients = clients;
        this.serverInFlightLimit = serverInFlightLimit;
    }

    /** Looks at a logon whose bounds have been checked; null when it is good, otherwise why not. */
    SessionRefusal check(final DirectBuffer buffer, final int offset) {
        header.wrap(buffer, offset);
        logon.wrap(buffer, offset + MessageHeaderDecoder.ENCODED_LENGTH, header.blockLength(), header.version());
        final int protocolVersion = logon.protocolVersion();
        if (protocolVersion < 1 || protocolVersion > MAX_PLAUSIBLE_VERSION) {
            return SessionRefusal.UNSUPPORTED_VERSION;
        }
        final long heartbeatIntervalMs = logon.heartbeatIntervalMs();
        if (heartbeatIntervalMs < MIN_HEARTBEAT_INTERVAL_MS || heartbeatIntervalMs > MAX_HEARTBEAT_INTERVAL_MS) {
            return SessionRefusal.BAD_HEARTBEAT_INTERVAL;
        }
        final long clientInFlightLimit = logon.inFlightLimit();
        if (clientInFlightLimit < 1 || clientInFlightLimit > Integer.MAX_VALUE) {
            return SessionRefusal.BAD_IN_FLIGHT_LIMIT;
        }
        clientSendTimeNs = logon.clientSendTimeNs();
        heartbeatIntervalNs = TimeUnit.MILLISECONDS.toNanos(heartbeatIntervalMs);
        final byte[] id = new byte[logon.clientIdLength()];
        logon.getClientId(id, 0, id.length);
        final byte[] key = new byte[logon.clientKeyLength()];
        logon.getClientKey(key, 0, key.length);
        clientIndex = clients.authenticate(id, key);
        if (clientIndex == ClientDirectory.NOT_FOUND) {
            return SessionRefusal.BAD_CREDENTIALS;
        }
        inFlightLimit = (int) Math.min(
            clientInFlightLimit, Math.min(serverInFlightLimit, client().inFlightLimit()));
        return null;
    }

    int clientIndex() {
        return clientIndex;
    }

    GatewayClient client() {
        return clients.client(clientIndex);
    }

    int inFlightLimit() {
        return inFlightLimit;
    }

    long heartbeatIntervalNs() {
        return heartbeatIntervalNs;
    }

    long clientSendTimeNs() {
        return clientSendTimeNs;
    }
}
