package io.opportune.engine.server;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueError;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.catalogue.OfferEditor;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.counters.CountersFile;
import io.opportune.engine.decision.FreeOffers;
import io.opportune.engine.decision.Hold;
import io.opportune.engine.decision.HoldReason;
import io.opportune.engine.decision.Holds;
import io.opportune.engine.decision.OfferOrder;
import io.opportune.engine.decision.ShardCatalogue;
import io.opportune.engine.files.DurableFiles;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.replay.CatalogueArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
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

    /** A log is for what is new; a catalogue with many warnings has had them for long. */
    private static final int WARNINGS_LOGGED = 20;
    /** So many offers beside the others cost a search a fraction of a microsecond. */
    private static final int FOLD_AT = 256;
    /** After these a load keeps offers from being changed until it is done. */
    private static final int MOST_ATTEMPTS = 3;

    private final Path directory;
    private final CatalogueArchive archive;
    private final ControlJournal control;
    private final CountersFile counters;
    private final EpochNanoClock clock;
    private final OfferEditor editor;
    private final ReentrantLock loading = new ReentrantLock();
    private volatile Catalogue current;
    private volatile long loadedTimeMs;
    private ShardSet shards;
    private OfferOrder order;
    private ShardCatalogue[] inUse;
    private boolean folding;

    CatalogueService(
        final Path directory, final Path archive, final ControlJournal control, final CountersFile counters,
        final EpochNanoClock clock) {
        this.directory = directory;
        this.archive = new CatalogueArchive(archive);
        this.control = control;
        this.counters = counters;
        this.clock = clock;
        editor = new OfferEditor(control.registry());
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
    LoadResult reload() {
        loading.lock();
        try {
            for (int attempt = 1; attempt < MOST_ATTEMPTS; attempt++) {
                final LoadResult result = reloadBeside();
                if (result != null) {
                    return result;
                }
            }
            synchronized (this) {
                return reloadBeside();
            }
        } finally {
            loading.unlock();
        }
    }

    /** Loads while offers may be changed one by one; null when one was, so that the files must be read again. */
    private LoadResult reloadBeside() {
        final Catalogue before = catalogue();
        final LoadResult result = CatalogueLoader.load(
            directory, control.registry(), new CatalogueLoader.Previous(control.lastCatalogueCounter() + 1, before));
        if (!result.isGood()) {
            counters.counter(CounterDescriptor.CATALOGUE_RELOAD_FAILURES).incrementRelease();
            return result;
        }
        final Catalogue loaded = result.catalogue();
        if (loaded == before) {
            return result;
        }
        keep(loaded);
        final OfferOrder next = new OfferOrder(loaded);
        synchronized (this) {
            if (catalogue() != before) {
                return null;
            }
            control.catalogue(loaded.version().counter(), loaded.version().contentHash());
            putIntoService(next);
            editor.prepare(loaded);
        }
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

    private void keep(final Catalogue catalogue) {
        try {
            archive.keep(directory, catalogue.content());
        } catch (final IOException e) {
            LOG.warn("catalogue {} could not be kept for later replays: {}", catalogue.version(), e.toString());
        }
    }

    private synchronized Catalogue catalogue() {
        return order == null ? null : order.catalogue();
    }

    /**
     * Adds an offer or changes one, without reading or sorting the others; it is in service on every shard and in the
     * catalogue's folder when this returns.
     *
     * @param text     YAML of the offer.
     * @param expected name that it must have, or null.
     * @return what is wrong; empty when it is in service.
     * @throws IOException when its file cannot be written; nothing has changed then.
     */
    List<CatalogueError> put(final String text, final String expected) throws IOException {
        final OfferEditor.Edit edit;
        synchronized (this) {
            final Catalogue before = catalogue();
            try {
                edit = editor.edit(before, text, expected, control.lastCatalogueCounter() + 1);
            } catch (final NameRegistry.LimitReachedException full) {
                return List.of(new CatalogueError("offer", 0, 0, "", full.getMessage(), ""));
            }
            if (!edit.errors().isEmpty()) {
                return edit.errors();
            }
            final Path file = directory.resolve(edit.path());
            Files.createDirectories(file.getParent());
            if (edit.catalogue() != null && edit.catalogue().content().hash() != before.content().hash()) {
                final byte[] old = Files.exists(file) ? Files.readAllBytes(file) : null;
                DurableFiles.write(file, edit.bytes());
                try {
                    control.catalogue(
                        edit.catalogue().version().counter(), edit.catalogue().version().contentHash());
                } catch (final RuntimeException notJournalled) {
                    restore(file, old);
                    throw notJournalled;
                }
                keep(edit.catalogue());
                putIntoService(order.with(edit.catalogue()));
                editor.done(edit, before);
                counters.counter(CounterDescriptor.CATALOGUE_EDITS).incrementRelease();
                LOG.info("catalogue {} in service: offer {} is changed", current.version(), edit.offer());
                foldLater();
            } else {
                DurableFiles.write(file, edit.bytes());
            }
        }
        // A name that was used before has its place between others.
        return edit.catalogue() == null ? reload().errors() : List.of();
    }

    private static void restore(final Path file, final byte[] old) throws IOException {
        if (old == null) {
            Files.deleteIfExists(file);
        } else {
            DurableFiles.write(file, old);
        }
    }

    /** Sorts all anew when many offers stand beside the others. */
    private void foldLater() {
        if (order.overlaidCount() >= FOLD_AT && !folding) {
            folding = true;
            Thread.ofPlatform().daemon().name("catalogue-fold").start(this::fold);
        }
    }

    /** Makes an order without overlay beside the one in use, then exchanges them: both find the same. */
    private void fold() {
        try {
            final OfferOrder before;
            synchronized (this) {
                before = order;
            }
            final OfferOrder folded = new OfferOrder(before.catalogue());
            synchronized (this) {
                if (order.isOfBase(before)) {
                    final OfferOrder next =
                        order.catalogue() == before.catalogue() ? folded : folded.with(order.catalogue());
                    final FreeOffers free = new FreeOffers(next, control.holds());
                    final ShardCatalogue[] made = prepared(free);
                    onEachShard(shard -> shards.engine(shard).useLayout(made[shard]));
                    inUse = made;
                    order = next;
                }
            }
        } catch (final RuntimeException e) {
            counters.errors().record(e);
        } finally {
            synchronized (this) {
                folding = false;
            }
        }
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
        counters.counter(CounterDescriptor.CATALOGUE_SWITCH_DURATION_NS).setRelease(longestNs);
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
