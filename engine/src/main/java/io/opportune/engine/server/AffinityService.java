package io.opportune.engine.server;

import io.opportune.engine.affinity.AffinityArchive;
import io.opportune.engine.affinity.AffinityTable;
import io.opportune.engine.affinity.OfferAffinities;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.config.Config;
import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.counters.CountersFile;
import io.opportune.engine.recovery.DataFolders;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The table of affinities that catalogues come into service with: read at the start and whenever the catalogue is read
 * again, and archived before a shard decides with it. One that is no good changes nothing. Any control thread.
 */
final class AffinityService {
    private static final Logger LOG = LogManager.getLogger(AffinityService.class);

    private final Path file;
    private final AffinityArchive archive;
    private final CountersFile counters;
    private volatile AffinityTable table;

    /**
     * Reads the table that is configured.
     *
     * @throws IOException when one is, and it cannot be read or archived.
     */
    AffinityService(final Config config, final Path dataDir, final CountersFile counters) throws IOException {
        file = config.optionalPath(ConfigKey.AFFINITY_TABLE).orElse(null);
        archive = new AffinityArchive(DataFolders.affinities(dataDir));
        this.counters = counters;
        read();
    }

    private synchronized void read() throws IOException {
        if (file == null) {
            return;
        }
        final AffinityTable next;
        try {
            next = AffinityTable.read(file);
        } catch (final NoSuchFileException e) {
            throw new IOException(ConfigKey.AFFINITY_TABLE.key() + ": found no file " + file
                + "; make it with 'opportune affinity build', or leave the key empty", e);
        } catch (final IOException e) {
            throw new IOException(ConfigKey.AFFINITY_TABLE.key() + ": " + e.getMessage(), e);
        }
        final AffinityTable before = table;
        if (before != null && before.tableId() == next.tableId()) {
            return;
        }
        archive.keep(next);
        table = next;
        counters.counter(CounterDescriptor.AFFINITY_VERSION).setRelease(next.version());
        LOG.info("affinities {} of {} baskets: {} items, {} categories, {} bytes", next.version(), next.baskets(),
            next.items().count(), next.categories().count(), next.lengthBytes());
    }

    /** Reads the file again; a bad one is logged and counted, and the table stays what it was. */
    void reload() {
        try {
            read();
        } catch (final IOException refused) {
            counters.counter(CounterDescriptor.AFFINITY_REFUSED).incrementRelease();
            LOG.error("the affinities stay as they were: {}", refused.getMessage());
        }
    }

    /** Deletes copies of tables that no record can name any more; those that shards decide with are in use. */
    synchronized List<String> deleteUnused(
        final Collection<OfferAffinities> inService, final long nowMs, final long oldestMs) throws IOException {
        final Set<Long> used = inService.stream().map(each -> each.table().tableId()).collect(Collectors.toSet());
        if (table != null) {
            used.add(table.tableId());
        }
        return archive.deleteUnused(used, nowMs, oldestMs);
    }

    /** What the offers of a catalogue promote by the table; null where nobody asks for it. */
    OfferAffinities of(final Catalogue catalogue) {
        return OfferAffinities.wanted(table, catalogue);
    }

    /** Whether offers were numbered by another table than the one that catalogues come into service with now. */
    boolean isOutdated(final OfferAffinities inService) {
        return inService != null && inService.table() != table;
    }
}
