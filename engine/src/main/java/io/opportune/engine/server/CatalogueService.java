package io.opportune.engine.server;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.counters.CountersFile;
import io.opportune.engine.decision.FreeOffers;
import io.opportune.engine.decision.Hold;
import io.opportune.engine.decision.HoldReason;
import io.opportune.engine.decision.Holds;
import io.opportune.engine.decision.OfferOrder;
import io.opportune.engine.decision.ShardCatalogue;
import io.opportune.engine.replay.CatalogueArchive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.IntConsumer;
import org.agrona.concurrent.EpochNanoClock;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Loads catalogues and puts them into service: each is checked whole, kept under its content hash so that old decisions
 * can be made again, journalled, and handed to every shard through its ring, with all that the shard needs made before.
 * A bad one changes nothing. Holds offers and campaigns back in the same way. Any control thread, one change at a time.
 */
final class CatalogueService {
    private static final Logger LOG = LogManager.getLogger(CatalogueService.class);

    private final Path directory;
    private final CatalogueArchive archive;
    private final ControlJournal control;
    private final CountersFile counters;
    private final EpochNanoClock clock;
    private volatile Catalogue current;
    private volatile long loadedTimeMs;
    private ShardSet shards;
    private OfferOrder order;
    private ShardCatalogue[] inUse;

    CatalogueService(
        final Path directory, final Path archive, final ControlJournal control, final CountersFile counters,
        final EpochNanoClock clock) {
        this.directory = directory;
        this.archive = new CatalogueArchive(archive);
        this.control = control;
        this.counters = counters;
        this.clock = clock;
    }

    /** The catalogue in service, without fallbacks that are held back; null before the first good one. */
    Catalogue current() {
        return current;
    }

    long loadedTimeMs() {
        return loadedTimeMs;
    }

    void attach(final ShardSet shardSet) {
        shards = shardSet;
        inUse = new ShardCatalogue[shardSet.count()];
    }

    /** Loads the folder; a good catalogue is in service on every shard when this returns. */
    synchronized LoadResult reload() {
        final Catalogue before = order == null ? null : order.catalogue();
        final LoadResult result = CatalogueLoader.load(
            directory, control.registry(), new CatalogueLoader.Previous(control.lastCatalogueCounter() + 1, before));
        if (!result.isGood()) {
            counters.counter(CounterDescriptor.CATALOGUE_RELOAD_FAILURES).incrementRelease();
            return result;
        }
        final Catalogue loaded = result.catalogue();
        if (before != null && before.version().contentHash() == loaded.version().contentHash()) {
            return new LoadResult(before, result.errors(), 0, 0, result.durationNs());
        }
        try {
            archive.keep(directory, loaded.version().contentHash());
        } catch (final IOException e) {
            LOG.warn("catalogue {} could not be kept for later replays: {}", loaded.version(), e.toString());
        }
        final OfferOrder next = new OfferOrder(loaded);
        control.catalogue(loaded.version().counter(), loaded.version().contentHash());
        putIntoService(next);
        counters.counter(CounterDescriptor.CATALOGUE_RELOADS).incrementRelease();
        LOG.info("catalogue {} in service: {} offers, loaded in {} ms, {} rules compiled", loaded.version(),
            loaded.offerCount(), result.durationNs() / 1_000_000, result.rulesCompiled());
        return result;
    }

    private void putIntoService(final OfferOrder next) {
        final FreeOffers free = new FreeOffers(next, control.holds());
        final ShardCatalogue[] made = prepared(free);
        onEachShard(shard -> shards.engine(shard).useCatalogue(made[shard]));
        inUse = made;
        order = next;
        current = free.catalogue();
        loadedTimeMs = System.currentTimeMillis();
        counters.counter(CounterDescriptor.CATALOGUE_VERSION).setRelease(current.version().counter());
        counters.counter(CounterDescriptor.CATALOGUE_OFFERS).setRelease(current.offerCount());
    }

    /** Runs a command on one shard after the other, and tells how long the slowest was kept from deciding. */
    private void onEachShard(final IntConsumer command) {
        long longestNs = 0;
        for (int i = 0; i < shards.count(); i++) {
            final int shard = i;
            final long[] tookNs = new long[1];
            shards.call(shard, () -> {
                final long startNs = System.nanoTime();
                command.accept(shard);
                tookNs[0] = System.nanoTime() - startNs;
            });
            longestNs = Math.max(longestNs, tookNs[0]);
        }
        counters.counter(CounterDescriptor.CATALOGUE_SWITCH_DURATION).setRelease(longestNs);
    }

    private ShardCatalogue[] prepared(final FreeOffers free) {
        final ShardCatalogue[] made = new ShardCatalogue[shards.count()];
        for (int i = 0; i < made.length; i++) {
            made[i] = inUse[i] == null ? ShardCatalogue.first(free, clock.nanoTime()) : inUse[i].next(free);
        }
        return made;
    }

    /** What is held back now. */
    Holds holds() {
        return control.holds();
    }

    /**
     * Holds an offer or a campaign back on every shard, or no longer; it stays so over restarts and catalogues.
     *
     * @return false when it was so before.
     */
    synchronized boolean hold(final Hold.Target target, final int id, final HoldReason reason, final boolean held) {
        if (control.holds().isHeld(target, id, reason) == held) {
            return false;
        }
        final Hold change = control.hold(target, id, reason, held);
        final FreeOffers free = new FreeOffers(order, control.holds());
        onEachShard(shard -> shards.engine(shard).hold(change, free));
        current = free.catalogue();
        counters.counter(CounterDescriptor.CATALOGUE_HOLDS).incrementRelease();
        LOG.info("{} {} is {}, control epoch {}", target, id, held ? "held: " + reason : "no longer held: " + reason,
            change.epoch());
        return true;
    }

}
