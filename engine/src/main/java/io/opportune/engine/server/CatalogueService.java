package io.opportune.engine.server;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.counters.CountersFile;
import io.opportune.engine.decision.OfferOrder;
import io.opportune.engine.replay.CatalogueArchive;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Loads catalogues and puts them into service: each is checked whole, kept under its content hash so that old decisions
 * can be made again, journalled, and handed to every shard through its ring. A bad one changes nothing. Any control
 * thread, one load at a time.
 */
final class CatalogueService {
    private static final Logger LOG = LogManager.getLogger(CatalogueService.class);

    /** A log is for what is new; a catalogue with many warnings has had them for long. */
    private static final int WARNINGS_LOGGED = 20;

    private final Path directory;
    private final CatalogueArchive archive;
    private final ControlJournal control;
    private final CountersFile counters;
    private volatile Catalogue current;
    private volatile long loadedTimeMs;
    private ShardSet shards;

    CatalogueService(
        final Path directory, final Path archive, final ControlJournal control, final CountersFile counters) {
        this.directory = directory;
        this.archive = new CatalogueArchive(archive);
        this.control = control;
        this.counters = counters;
    }

    /** The catalogue in service; null before the first good one. */
    Catalogue current() {
        return current;
    }

    long loadedTimeMs() {
        return loadedTimeMs;
    }

    void attach(final ShardSet shardSet) {
        shards = shardSet;
    }

    /** Loads the folder; a good catalogue is in service on every shard when this returns. */
    synchronized LoadResult reload() {
        final LoadResult result = CatalogueLoader.load(
            directory, control.registry(), new CatalogueLoader.Previous(control.lastCatalogueCounter() + 1, current));
        if (!result.isGood()) {
            counters.counter(CounterDescriptor.CATALOGUE_RELOAD_FAILURES).incrementRelease();
            return result;
        }
        final Catalogue loaded = result.catalogue();
        if (current != null && current.version().contentHash() == loaded.version().contentHash()) {
            return new LoadResult(current, result.errors(), 0, result.warnings(), result.moreWarnings(), 0,
                result.durationNs());
        }
        try {
            archive.keep(directory, loaded.version().contentHash());
        } catch (final IOException e) {
            LOG.warn("catalogue {} could not be kept for later replays: {}", loaded.version(), e.toString());
        }
        control.catalogue(loaded.version().counter(), loaded.version().contentHash());
        final OfferOrder order = new OfferOrder(loaded);
        for (int i = 0; i < shards.count(); i++) {
            final int shard = i;
            shards.call(shard, () -> shards.engine(shard).useCatalogue(order));
        }
        current = loaded;
        loadedTimeMs = System.currentTimeMillis();
        counters.counter(CounterDescriptor.CATALOGUE_VERSION).setRelease(loaded.version().counter());
        counters.counter(CounterDescriptor.CATALOGUE_OFFERS).setRelease(loaded.offerCount());
        counters.counter(CounterDescriptor.CATALOGUE_RELOADS).incrementRelease();
        LOG.info("catalogue {} in service: {} offers, loaded in {} ms, {} rules compiled", loaded.version(),
            loaded.offerCount(), result.durationNs() / 1_000_000, result.rulesCompiled());
        warn(result);
        return result;
    }

    private static void warn(final LoadResult result) {
        final int shown = Math.min(WARNINGS_LOGGED, result.warnings().size());
        result.warnings().subList(0, shown).forEach(warning -> LOG.warn("catalogue: {}", warning));
        final int more = result.warnings().size() - shown + result.moreWarnings();
        if (more > 0) {
            LOG.warn("catalogue: {} warnings more; 'opportune catalogue validate' lists them", more);
        }
    }
}
