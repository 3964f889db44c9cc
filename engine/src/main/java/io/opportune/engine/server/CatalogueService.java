package io.opportune.engine.server;

import io.opportune.engine.affinity.OfferAffinities;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueError;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.CatalogueWarning;
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
import io.opportune.engine.journal.JournalRefusedException;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.replay.CatalogueArchive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.agrona.concurrent.EpochNanoClock;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Loads catalogues and puts them into service: each is checked whole, journalled, handed to every shard with all that
 * the shard needs made before, and kept under its content hash so that old decisions can be made again. A bad one
 * changes nothing. Holds offers and campaigns back in the same way. Any control thread, one change at a time.
 */
final class CatalogueService implements AutoCloseable {
    /** So many offers beside the others cost a search a fraction of a microsecond. */
    static final int FOLD_AT = 256;

    private static final Logger LOG = LogManager.getLogger(CatalogueService.class);

    /** A log is for what is new; a catalogue with many warnings has had them for long. */
    private static final int WARNINGS_LOGGED = 20;
    /** After these a load keeps offers from being changed until it is done. */
    private static final int MOST_ATTEMPTS = 3;
    private static final long FOLD_WAIT_S = 30;

    private final Path directory;
    private final CatalogueArchive archive;
    private final CatalogueKeeper keeper;
    private final AffinityService affinities;
    private final ControlJournal control;
    private final CountersFile counters;
    private final EpochNanoClock clock;
    private final int foldAt;
    private final OfferEditor editor;
    private final ReentrantLock loading = new ReentrantLock();
    private volatile Consumer<Path> onWritten = file -> { };
    private volatile Consumer<Catalogue> beforeServing = catalogue -> { };
    private volatile Runnable onReload = () -> { };
    private volatile Catalogue current;
    private volatile long loadedTimeMs;
    private ShardCatalogues shards;
    private Thread folding;

    /**
     * What came of adding or changing an offer.
     *
     * @param errors   what is wrong; empty when it is in service.
     * @param warnings what of the offer can hardly be meant.
     */
    record Put(List<CatalogueError> errors, List<CatalogueWarning> warnings) {
    }

    CatalogueService(
        final Path directory, final Path archive, final ControlJournal control, final CountersFile counters,
        final EpochNanoClock clock, final int foldAt, final AffinityService affinities) {
        this.directory = directory;
        this.archive = new CatalogueArchive(archive);
        keeper = new CatalogueKeeper(this.archive, counters.counter(CounterDescriptor.CATALOGUE_ARCHIVE_FAILURES));
        this.control = control;
        this.counters = counters;
        this.clock = clock;
        this.foldAt = foldAt;
        this.affinities = affinities;
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
        shards = new ShardCatalogues(
            shardSet, control, counters.counter(CounterDescriptor.CATALOGUE_SWITCH_DURATION_NS), clock);
    }

    /** Says who wants to know which files of the catalogue this writes itself. */
    void onWritten(final Consumer<Path> listener) {
        onWritten = listener;
    }

    /** Says what else is read again when the catalogue is. */
    void onReload(final Runnable listener) {
        onReload = listener;
    }

    /** Adds one who must be ready for another catalogue before any shard decides with it. */
    void beforeServing(final Consumer<Catalogue> listener) {
        beforeServing = beforeServing.andThen(listener);
    }

    /** Loads the folder; a good catalogue is in service on every shard when this returns. */
    LoadResult reload() {
        loading.lock();
        try {
            onReload.run();
            affinities.reload();
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
        final Catalogue[] before = new Catalogue[1];
        final LoadResult result = CatalogueLoader.load(directory, control.registry(), () -> {
            before[0] = catalogue();
            return new CatalogueLoader.Previous(control.lastCatalogueCounter() + 1, before[0]);
        }, archive::lacks);
        if (!result.isGood()) {
            counters.counter(CounterDescriptor.CATALOGUE_RELOAD_FAILURES).incrementRelease();
            return result;
        }
        final Catalogue loaded = result.catalogue();
        if (loaded == before[0]) {
            synchronized (this) {
                useAffinities();
                handOverAgain();
            }
            return result;
        }
        final OfferOrder next = new OfferOrder(loaded);
        synchronized (this) {
            if (catalogue() != before[0]) {
                return null;
            }
            final FreeOffers free = new FreeOffers(next, control.holds(), affinities.of(loaded));
            final ShardCatalogue[] made = shards.prepare(free);
            control.catalogue(loaded.version().counter(), loaded.version().contentHash());
            editor.prepare(loaded);
            putIntoService(free, made, result.files());
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

    /** Deletes tables of affinities that no record can name any more. */
    List<String> deleteUnusedAffinities(final long nowMs, final long oldestMs) throws IOException {
        final List<OfferAffinities> inService;
        synchronized (this) {
            inService = shards.affinities();
        }
        return affinities.deleteUnused(inService, nowMs, oldestMs);
    }

    private synchronized Catalogue catalogue() {
        return shards.order() == null ? null : shards.order().catalogue();
    }

    /**
     * Adds an offer or changes one, without reading or sorting the others; it is in service on every shard and in the
     * catalogue's folder when this returns.
     *
     * @param text     YAML of the offer.
     * @param expected name that it must have, or null.
     * @return what is wrong; nothing has changed then.
     * @throws IOException when its file cannot be written; nothing has changed then.
     * @throws JournalRefusedException when it cannot be journalled; nothing has changed.
     * @throws IllegalStateException when a shard did not take it: it is in the folder and on the other shards, and the
     *     same put hands it over again.
     */
    Put put(final String text, final String expected) throws IOException {
        final OfferEditor.Edit edit;
        final OfferFile file;
        synchronized (this) {
            final Catalogue before = catalogue();
            try {
                edit = editor.edit(before, text, expected, control.lastCatalogueCounter() + 1);
            } catch (final NameRegistry.LimitReachedException full) {
                return new Put(List.of(new CatalogueError("offer", 0, 0, "", full.getMessage(), "")), List.of());
            }
            if (!edit.errors().isEmpty()) {
                return new Put(edit.errors(), List.of());
            }
            final Catalogue changed = edit.catalogue();
            // Whatever may fail is made before anything is written.
            final boolean changes = changed != null && changed.content().hash() != before.content().hash();
            final FreeOffers free = changes ? new FreeOffers(
                shards.order().with(changed), control.holds(), affinities.of(changed)) : null;
            final ShardCatalogue[] made = changes ? shards.prepare(free) : null;
            file = new OfferFile(directory, edit.path(), edit.bytes(), onWritten);
            file.write();
            if (changes) {
                try {
                    control.catalogue(changed.version().counter(), changed.version().contentHash());
                } catch (final RuntimeException notJournalled) {
                    file.putBack(notJournalled);
                    throw notJournalled;
                }
                editor.done(edit, before);
                counters.counter(CounterDescriptor.CATALOGUE_EDITS).incrementRelease();
                putIntoService(free, made, Map.of(changed.content().hashByPath().get(edit.path()), edit.bytes()));
                LOG.info("catalogue {} in service: offer {} is changed", current.version(), edit.offer());
                foldLater();
            } else if (changed != null) {
                handOverAgain();
            }
        }
        // A name that was used before has its place between others.
        return new Put(edit.catalogue() == null ? reloadWith(file) : List.of(), edit.warnings());
    }

    /** Loads all with a file just written; takes it back when that gives no good catalogue. */
    private List<CatalogueError> reloadWith(final OfferFile file) throws IOException {
        final LoadResult result;
        try {
            result = reload();
        } catch (final RuntimeException notInService) {
            takeBack(file, notInService);
            throw notInService;
        }
        if (!result.isGood()) {
            final IOException reason = new IOException("the catalogue with " + file + " is not good: "
                + result.errors().getFirst());
            takeBack(file, reason);
            if (reason.getSuppressed().length > 0) {
                throw reason;
            }
        }
        return result.errors();
    }

    /** Somebody else may have changed the file meanwhile, or it may be in service although a shard did not take it. */
    private synchronized void takeBack(final OfferFile file, final Exception reason) {
        try {
            if (!file.isIn(catalogue()) && file.isUnchanged()) {
                file.putBack(reason);
            }
        } catch (final IOException e) {
            reason.addSuppressed(e);
        }
    }

    /** Sorts all anew when many offers stand beside the others. */
    private void foldLater() {
        if (shards.order().overlaidCount() >= foldAt && folding == null) {
            folding = Thread.ofPlatform().daemon().name("catalogue-fold").start(this::fold);
        }
    }

    /** Makes an order without overlay beside the one in use, then exchanges them: both find the same. */
    private void fold() {
        try {
            final OfferOrder before;
            synchronized (this) {
                before = shards.order();
            }
            final OfferOrder folded = new OfferOrder(before.catalogue());
            synchronized (this) {
                if (shards.order().isOfBase(before)) {
                    final Catalogue now = catalogue();
                    final FreeOffers free = new FreeOffers(
                        now == before.catalogue() ? folded : folded.with(now), control.holds(),
                        shards.wanted().affinities());
                    final ShardCatalogue[] made = shards.prepare(free);
                    now.forgetOtherRules();
                    shards.want(free);
                    counters.counter(CounterDescriptor.CATALOGUE_FOLDS).incrementRelease();
                    shards.handOver(made);
                }
            }
        } catch (final RuntimeException e) {
            counters.errors().record(e);
        } finally {
            synchronized (this) {
                folding = null;
            }
        }
    }

    private void putIntoService(
        final FreeOffers free, final ShardCatalogue[] made, final Map<String, byte[]> files) {
        shards.want(free);
        beforeServing.accept(free.catalogue());
        try {
            shards.handOver(made);
        } finally {
            current = free.catalogue();
            loadedTimeMs = System.currentTimeMillis();
            counters.counter(CounterDescriptor.CATALOGUE_VERSION).setRelease(current.version().counter());
            counters.counter(CounterDescriptor.CATALOGUE_OFFERS).setRelease(current.offerCount());
            keeper.keep(current.content(), files);
        }
    }

    /** The catalogue in service goes on with another table of affinities, if there is one. */
    private void useAffinities() {
        final FreeOffers now = shards.wanted();
        if (affinities.isOutdated(now.affinities())) {
            shards.want(new FreeOffers(now.order(), control.holds(), affinities.of(now.order().catalogue())));
        }
    }

    /** Gives each shard that decides with anything else what it should decide with. */
    private void handOverAgain() {
        if (!shards.isCarriedByAll()) {
            shards.wantHolds();
            shards.handOver();
            current = shards.wanted().catalogue();
        }
    }

    /** What every shard should decide with; null before the first catalogue. */
    synchronized FreeOffers inService() {
        return shards.wanted();
    }

    /** What is held back now. */
    Holds holds() {
        return control.holds();
    }

    /**
     * Holds an offer or a campaign back on every shard, or no longer; it stays so over restarts and catalogues.
     *
     * @return false when it was so before, on every shard.
     * @throws JournalRefusedException when it cannot be kept for good.
     * @throws IllegalStateException when a shard did not take it: it is in force on the others and after a restart, and
     *     asking for the same hands it over again.
     */
    synchronized boolean hold(final Hold.Target target, final int id, final HoldReason reason, final boolean held) {
        if (control.holds().isHeld(target, id, reason) != held) {
            control.hold(target, id, reason, held);
        } else if (shards.isCarriedByAll()) {
            return false;
        } else {
            control.sync("what is held back");
        }
        shards.wantHolds();
        current = shards.wanted().catalogue();
        shards.handOver();
        counters.counter(CounterDescriptor.CATALOGUE_HOLDS).incrementRelease();
        LOG.info("{} {} is {}, control epoch {}", target, id, held ? "held: " + reason : "no longer held: " + reason,
            control.holds().epoch());
        return true;
    }

    /** Ends what goes on in the background; no catalogue changes any more. */
    @Override
    public void close() {
        final Thread last;
        synchronized (this) {
            last = folding;
        }
        try {
            if (last != null) {
                last.join(TimeUnit.SECONDS.toMillis(FOLD_WAIT_S));
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        keeper.close();
    }
}
