package io.opportune.engine.gateway.binary;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The clients that may log on, with the digests of their keys. Immutable; any thread may ask it. Comparing takes the
 * same time whether the name is known or not and however much of the key is right.
 */
public final class ClientDirectory {
    /** Given instead of a client's index when name and key do not belong together. */
    public static final int NOT_FOUND = -1;

    private final List<GatewayClient> clients;
    private final byte[][] keyDigests;
    private final byte[] digestOfNobody;
    private final Map<String, Integer> indexById = new HashMap<>();

    /**
     * Takes the clients; their position in the list is their {@code clientIndex}.
     *
     * @param clients with distinct ids.
     * @throws IllegalArgumentException when two have the same id.
     */
    public ClientDirectory(final List<GatewayClient> clients) {
        this.clients = List.copyOf(clients);
        this.keyDigests = new byte[clients.size()][];
        for (int i = 0; i < clients.size(); i++) {
            final GatewayClient client = clients.get(i);
            if (indexById.put(client.id(), i) != null) {
                throw new IllegalArgumentException("two clients with the id '" + client.id() + "'");
            }
            keyDigests[i] = sha256(client.key().getBytes(StandardCharsets.UTF_8));
        }
        this.digestOfNobody = sha256(new byte[0]);
    }

    /**
     * Finds the client that this name and key belong to. Allocates; meant for logons.
     *
     * @param id  as the peer gave it.
     * @param key as the peer gave it.
     * @return index of the client, or {@link #NOT_FOUND}.
     */
    public int authenticate(final byte[] id, final byte[] key) {
        final Integer index = indexById.get(new String(id, StandardCharsets.UTF_8));
        final byte[] expected = index == null ? digestOfNobody : keyDigests[index];
        // Digests have one length, so that the time says nothing about the length of the real key.
        final boolean equal = MessageDigest.isEqual(expected, sha256(key));
        return equal && index != null ? index : NOT_FOUND;
    }

    /**
     * One client.
     *
     * @param clientIndex 0..{@link #size()} - 1.
     * @return the client.
     */
    public GatewayClient client(final int clientIndex) {
        return clients.get(clientIndex);
    }

    /**
     * How many clients there are.
     *
     * @return 0 or more.
     */
    public int size() {
        return clients.size();
    }

    private static byte[] sha256(final byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
