package io.opportune.engine.server;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueContent;
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
import io.opportune.engine.files.DurableFiles;
import io.opportune.engine.journal.JournalRefusedException;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.replay.CatalogueArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.agrona.concurrent.EpochNanoClock;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Loads catalogues and puts them into service: each is checked whole, journalled, handed to every shard through its
 * ring, with all that the shard needs made before, and kept under its content hash so that old decisions can be made
 * again. A bad one changes nothing. Holds offers and campaigns back in the same way. It knows what each shard really
 * has: what one did not take is handed to it again with the next change, or when the same is asked for once more. Any
 * control thread, one change at a time.
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
    private ShardSet shards;
    private OfferOrder order;
    /** What every shard should decide with. */
    private FreeOffers wanted;
    /** What each shard does decide with, and the catalogue made for it; what it did not take is not in here. */
    private FreeOffers[] carried;
    private ShardCatalogue[] inUse;
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
        final EpochNanoClock clock, final int foldAt) {
        this.directory = directory;
        this.archive = new CatalogueArchive(archive);
        keeper = new CatalogueKeeper(this.archive, counters.counter(CounterDescriptor.CATALOGUE_ARCHIVE_FAILURES));
        this.control = control;
        this.counters = counters;
        this.clock = clock;
        this.foldAt = foldAt;
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
        carried = new FreeOffers[shardSet.count()];
        inUse = new ShardCatalogue[shardSet.count()];
    }

    /** Says who wants to know which files of the catalogue this writes itself. */
    void onWritten(final Consumer<Path> listener) {
        onWritten = listener;
    }

    /** Says what else is read again when the catalogue is. */
    void onReload(final Runnable listener) {
        onReload = listener;
    }

    /** Says who must be ready for another catalogue before any shard decides with it. */
    void beforeServing(final Consumer<Catalogue> listener) {
        beforeServing = listener;
    }

    /** Loads the folder; a good catalogue is in service on every shard when this returns. */
    LoadResult reload() {
        loading.lock();
        try {
            onReload.run();
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
                handOver();
            }
            return result;
        }
        final OfferOrder next = new OfferOrder(loaded);
        synchronized (this) {
            if (catalogue() != before[0]) {
                return null;
            }
            final FreeOffers free = new FreeOffers(next, control.holds());
            final ShardCatalogue[] made = prepared(free);
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

    private synchronized Catalogue catalogue() {
        return order == null ? null : order.catalogue();
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
        final Path file;
        final byte[] old;
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
            final FreeOffers free = changes ? new FreeOffers(order.with(changed), control.holds()) : null;
            final ShardCatalogue[] made = changes ? prepared(free) : null;
            file = directory.resolve(edit.path());
            old = Files.exists(file) ? Files.readAllBytes(file) : null;
            write(file, edit.bytes(), old);
            if (changes) {
                try {
                    control.catalogue(changed.version().counter(), changed.version().contentHash());
                } catch (final RuntimeException notJournalled) {
                    restore(file, old, notJournalled);
                    throw notJournalled;
                }
                editor.done(edit, before);
                counters.counter(CounterDescriptor.CATALOGUE_EDITS).incrementRelease();
                putIntoService(free, made, Map.of(changed.content().hashByPath().get(edit.path()), edit.bytes()));
                LOG.info("catalogue {} in service: offer {} is changed", current.version(), edit.offer());
                foldLater();
            } else if (changed != null) {
                handOver();
            }
        }
        // A name that was used before has its place between others.
        return new Put(edit.catalogue() == null ? reloadWith(file, edit.bytes(), old) : List.of(), edit.warnings());
    }

    private void write(final Path file, final byte[] bytes, final byte[] old) throws IOException {
        Files.createDirectories(file.getParent());
        try {
            DurableFiles.write(file, bytes);
        } catch (final IOException notWritten) {
            restore(file, old, notWritten);
            throw notWritten;
        }
        onWritten.accept(file);
    }

    /** Loads all with a file just written; takes it back when that gives no good catalogue. */
    private List<CatalogueError> reloadWith(final Path file, final byte[] bytes, final byte[] old)
        throws IOException {
        final LoadResult result;
        try {
            result = reload();
        } catch (final RuntimeException notInService) {
            takeBack(file, bytes, old, notInService);
            throw notInService;
        }
        if (!result.isGood()) {
            final IOException reason = new IOException("the catalogue with " + file + " is not good: "
                + result.errors().getFirst());
            takeBack(file, bytes, old, reason);
            if (reason.getSuppressed().length > 0) {
                throw reason;
            }
        }
        return result.errors();
    }

    /** Somebody else may have changed the file meanwhile, or it may be in service although a shard did not take it. */
    private synchronized void takeBack(
        final Path file, final byte[] bytes, final byte[] old, final Exception reason) {
        try {
            final String path = directory.relativize(file).toString()
                .replace(file.getFileSystem().getSeparator(), "/");
            final boolean inService = CatalogueContent.hashOf(bytes)
                .equals(catalogue().content().hashByPath().get(path));
            if (!inService && Files.exists(file) && Arrays.equals(bytes, Files.readAllBytes(file))) {
                restore(file, old, reason);
            }
        } catch (final IOException e) {
            reason.addSuppressed(e);
        }
    }

    /** Puts back what a file was; what keeps it from that is added to the reason. */
    private void restore(final Path file, final byte[] old, final Exception reason) {
        try {
            if (old != null) {
                DurableFiles.write(file, old);
            } else if (Files.deleteIfExists(file)) {
                DurableFiles.force(file.getParent());
            }
        } catch (final IOException e) {
            reason.addSuppressed(e);
        }
        onWritten.accept(file);
    }

    /** Sorts all anew when many offers stand beside the others. */
    private void foldLater() {
        if (order.overlaidCount() >= foldAt && folding == null) {
            folding = Thread.ofPlatform().daemon().name("catalogue-fold").start(this::fold);
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
                    order.catalogue().forgetOtherRules();
                    order = next;
                    wanted = free;
                    counters.counter(CounterDescriptor.CATALOGUE_FOLDS).incrementRelease();
                    handOver(made);
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
        order = free.order();
        wanted = free;
        beforeServing.accept(free.catalogue());
        try {
            handOver(made);
        } finally {
            current = free.catalogue();
            loadedTimeMs = System.currentTimeMillis();
            counters.counter(CounterDescriptor.CATALOGUE_VERSION).setRelease(current.version().counter());
            counters.counter(CounterDescriptor.CATALOGUE_OFFERS).setRelease(current.offerCount());
            keeper.keep(current.content(), files);
        }
    }

    private boolean isCarriedByAll() {
        return Arrays.stream(carried).allMatch(each -> each == wanted) && wanted.holds() == control.holds();
    }

    /** Gives each shard that decides with anything else what it should decide with. */
    private void handOver() {
        if (!isCarriedByAll()) {
            if (wanted.holds() != control.holds()) {
                wanted = new FreeOffers(order, control.holds());
            }
            handOver(prepared(wanted));
            current = wanted.catalogue();
        }
    }

    /**
     * Runs a command on one shard after the other, also when one fails, and tells how long the slowest was kept from
     * deciding.
     *
     * @param made for each shard; used where the shard's offers are in another order.
     */
    private void handOver(final ShardCatalogue[] made) {
        long longestNs = 0;
        RuntimeException failed = null;
        for (int shard = 0; shard < carried.length; shard++) {
            if (carried[shard] != wanted) {
                try {
                    longestNs = Math.max(longestNs, handOver(shard, made[shard]));
                } catch (final RuntimeException e) {
                    if (failed == null) {
                        failed = e;
                    } else {
                        failed.addSuppressed(e);
                    }
                }
            }
        }
        counters.counter(CounterDescriptor.CATALOGUE_SWITCH_DURATION_NS).setRelease(longestNs);
        if (failed != null) {
            throw failed;
        }
    }

    private long handOver(final int shard, final ShardCatalogue made) {
        final FreeOffers before = carried[shard];
        final FreeOffers next = wanted;
        final Hold change = control.lastHold();
        final boolean sameOrder = before != null && before.order() == next.order();
        final boolean sameVersion =
            before != null && before.catalogue().version().equals(next.catalogue().version());
        // Until it says that it is done, a shard may have either.
        carried[shard] = null;
        final long[] tookNs = new long[1];
        shards.call(shard, () -> {
            final long startNs = System.nanoTime();
            if (sameOrder) {
                shards.engine(shard).hold(change, next);
            } else if (sameVersion) {
                shards.engine(shard).useLayout(made);
            } else {
                shards.engine(shard).useCatalogue(made);
            }
            tookNs[0] = System.nanoTime() - startNs;
        });
        carried[shard] = next;
        if (!sameOrder) {
            inUse[shard] = made;
        }
        return tookNs[0];
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
     * @return false when it was so before, on every shard.
     * @throws JournalRefusedException when it cannot be kept for good.
     * @throws IllegalStateException when a shard did not take it: it is in force on the others and after a restart, and
     *     asking for the same hands it over again.
     */
    synchronized boolean hold(final Hold.Target target, final int id, final HoldReason reason, final boolean held) {
        if (control.holds().isHeld(target, id, reason) != held) {
            control.hold(target, id, reason, held);
        } else if (isCarriedByAll()) {
            return false;
        } else {
            control.sync("what is held back");
        }
        wanted = new FreeOffers(order, control.holds());
        current = wanted.catalogue();
        if (Arrays.stream(carried).allMatch(each -> each != null && each.order() == order)) {
            handOver(inUse);
        } else {
            handOver(prepared(wanted));
        }
        counters.counter(CounterDescriptor.CATALOGUE_HOLDS).incrementRelease();
        LOG.info("{} {} is {}, control epoch {}", target, id, held ? "held: " + reason : "no longer held: " + reason,
            wanted.holds().epoch());
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
