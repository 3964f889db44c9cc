package io.opportune.protocol.client;

import io.opportune.protocol.MessageBounds;
import java.nio.charset.StandardCharsets;

/**
 * A customer's id as its issuer wrote it.
 *
 * @param namespace who issued the id, see {@link io.opportune.protocol.Namespaces}; 1..65534, 0 only for {@link
 *                  #UNKNOWN}.
 * @param id        1..128 bytes of UTF-8; empty only for {@link #UNKNOWN}.
 */
public record Customer(int namespace, String id) {
    /** A customer who has not been recognised. */
    public static final Customer UNKNOWN = new Customer(0, "");

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException when the namespace or the id is out of its range.
     */
    public Customer {
        if (namespace < 0 || namespace > 65_534) {
            throw new IllegalArgumentException("namespace must be 0..65534: " + namespace);
        }
        if (id.isEmpty() != (namespace == 0)) {
            throw new IllegalArgumentException("id and namespace need each other: " + namespace + " '" + id + "'");
        }
        if (id.length() > MessageBounds.MAX_CUSTOMER_ID_BYTES
            || id.getBytes(StandardCharsets.UTF_8).length > MessageBounds.MAX_CUSTOMER_ID_BYTES) {
            throw new IllegalArgumentException(
                "a customer id has at most " + MessageBounds.MAX_CUSTOMER_ID_BYTES + " bytes: '" + id + "'");
        }
    }
}
