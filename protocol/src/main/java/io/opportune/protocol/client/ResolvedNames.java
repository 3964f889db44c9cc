package io.opportune.protocol.client;

import java.util.List;

/**
 * Registry ids of names. Ids are stable: they may be kept as long as the server's store lives.
 *
 * @param catalogueCounter version of the catalogue that the server had loaded.
 * @param ids              in the order of the names asked for; 0 where the server does not know the name.
 */
public record ResolvedNames(long catalogueCounter, List<Integer> ids) {
    /** Copies the list. */
    public ResolvedNames {
        ids = List.copyOf(ids);
    }
}
