package io.opportune.engine.exchange;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.DirectBuffer;

/**
 * Which ids of an exchange's requests name a customer, and in which namespace of {@code
 * io.opportune.protocol.Namespaces} each is known. Immutable, any thread; looking up allocates nothing.
 */
public final class ExchangeIds {
    /** The namespace of an id that is not read. */
    public static final int NOT_READ = 0;

    private final List<IdSource> order;
    private final int buyeruid;
    private final int ifa;
    private final int userId;
    private final Map<String, Integer> eids;
    private final byte[][] eidSources;
    private final int[] eidNamespaces;

    /**
     * Creates the mapping.
     *
     * @param order    where to look first.
     * @param buyeruid namespace of {@code user.buyeruid}, or {@link #NOT_READ}.
     * @param ifa      namespace of {@code device.ifa}, or {@link #NOT_READ}.
     * @param userId   namespace of {@code user.id}, or {@link #NOT_READ}.
     * @param eids     namespaces by {@code source} of {@code user.eids}.
     */
    public ExchangeIds(
        final List<IdSource> order, final int buyeruid, final int ifa, final int userId,
        final Map<String, Integer> eids) {
        this.order = List.copyOf(order);
        this.buyeruid = buyeruid;
        this.ifa = ifa;
        this.userId = userId;
        this.eids = Map.copyOf(eids);
        final TreeMap<String, Integer> sorted = new TreeMap<>(eids);
        eidSources = sorted.keySet().stream().map(source -> source.getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
        eidNamespaces = sorted.values().stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * Where to look first.
     *
     * @return each place at most once.
     */
    public List<IdSource> order() {
        return order;
    }

    /**
     * Namespace of {@code user.buyeruid}.
     *
     * @return {@link #NOT_READ} when it is passed over.
     */
    public int buyeruid() {
        return buyeruid;
    }

    /**
     * Namespace of {@code device.ifa}.
     *
     * @return {@link #NOT_READ} when it is passed over.
     */
    public int ifa() {
        return ifa;
    }

    /**
     * Namespace of {@code user.id}.
     *
     * @return {@link #NOT_READ} when it is passed over.
     */
    public int userId() {
        return userId;
    }

    /**
     * Namespaces of third parties' ids.
     *
     * @return by source; unmodifiable.
     */
    public Map<String, Integer> eids() {
        return eids;
    }

    /**
     * Namespace of the ids of a third party.
     *
     * @param text        holding {@code source}.
     * @param offset      of the source.
     * @param lengthBytes of the source.
     * @return {@link #NOT_READ} when they are passed over.
     */
    public int eidNamespace(final DirectBuffer text, final int offset, final int lengthBytes) {
        for (int i = 0; i < eidSources.length; i++) {
            if (Bytes.equal(eidSources[i], text, offset, lengthBytes)) {
                return eidNamespaces[i];
            }
        }
        return NOT_READ;
    }
}
