package io.opportune.engine.admin;

import java.util.List;

/**
 * What the server is doing, as {@code /status} shows it.
 *
 * @param version     of the server.
 * @param startTimeMs when it began to serve, milliseconds since 1970.
 * @param uptimeMs    since then.
 * @param threading   {@code inline} or {@code ring}.
 * @param transport   of the event loops: {@code epoll}, {@code io_uring} or {@code nio}.
 * @param gatewayPort of the binary protocol.
 * @param sessions    connections logged on now.
 * @param catalogue   that decides now.
 * @param shards      each thread that decides.
 * @param profiles    store of the customers.
 * @param journal     of all shards together.
 */
public record ServerStatus(
    String version,
    long startTimeMs,
    long uptimeMs,
    String threading,
    String transport,
    int gatewayPort,
    long sessions,
    CatalogueStatus catalogue,
    List<ShardStatus> shards,
    ProfilesStatus profiles,
    JournalStatus journal) {
    /** Copies the list. */
    public ServerStatus {
        shards = List.copyOf(shards);
    }

    /**
     * The catalogue that decides now.
     *
     * @param version      counter of loads.
     * @param contentHash  hexadecimal.
     * @param offerCount   offers in it.
     * @param loadedTimeMs when it was put into service, milliseconds since 1970.
     */
    public record CatalogueStatus(long version, String contentHash, int offerCount, long loadedTimeMs) {
    }

    /**
     * One thread that decides.
     *
     * @param shard          its number.
     * @param partitionCount partitions that it owns.
     * @param waiting        requests in its ring now.
     * @param ringSize       requests that fit.
     * @param decisionCount  decisions since the start, of any outcome.
     */
    public record ShardStatus(int shard, int partitionCount, long waiting, int ringSize, long decisionCount) {
    }

    /**
     * The store of the customers.
     *
     * @param count     profiles in it.
     * @param capacity  profiles that fit.
     * @param fileBytes of its map files.
     */
    public record ProfilesStatus(long count, long capacity, long fileBytes) {
    }

    /**
     * The journal.
     *
     * @param healthy     false when it cannot be written now: events are refused.
     * @param syncPolicy  none, interval or batch.
     * @param recordCount appended since the start.
     * @param lengthBytes appended since the start.
     * @param freeBytes   left on its disk.
     */
    public record JournalStatus(
        boolean healthy, String syncPolicy, long recordCount, long lengthBytes, long freeBytes) {
    }
}
