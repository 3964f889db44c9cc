package io.opportune.engine.server;

import io.opportune.engine.admin.AdminServer;
import io.opportune.engine.admin.DeliveryReport;
import io.opportune.engine.admin.MetricsExporter;
import io.opportune.engine.admin.ServerStatus;
import io.opportune.engine.admission.Admission;
import io.opportune.engine.admission.AdmissionLimits;
import io.opportune.engine.admission.CustomerKeys;
import io.opportune.engine.admission.NameResolution;
import io.opportune.engine.bidding.BidReport;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueWatcher;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.config.Config;
import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.counters.CountersFile;
import io.opportune.engine.decision.ImmediateAnswers;
import io.opportune.engine.decision.ResponseEncoder;
import io.opportune.engine.decision.SecondStage;
import io.opportune.engine.decision.ShardModel;
import io.opportune.engine.decision.Slate;
import io.opportune.engine.experiment.ControlGroups;
import io.opportune.engine.explain.ExplainedChoice;
import io.opportune.engine.gateway.GatewayEventLoops;
import io.opportune.engine.gateway.binary.BinaryGateway;
import io.opportune.engine.gateway.binary.BinaryGatewayEnvironment;
import io.opportune.engine.identity.Pseudonymiser;
import io.opportune.engine.pipeline.Shard;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.recovery.Recovery;
import io.opportune.engine.recovery.Snapshotter;
import io.opportune.engine.session.ResponseSink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The server: restores its state, loads the catalogue, starts the shards, opens the ports; {@link #close()} takes the
 * same way back and leaves a snapshot behind. Started by one thread; any thread may close it, the first one does.
 */
public final class OpportuneServer implements AutoCloseable {
    /** Told to clients at logon and kept in the journal. */
    public static final String VERSION = "opportune " + BuildVersion.read();

    private static final Logger LOG = LogManager.getLogger(OpportuneServer.class);
    private static final long WATCH_QUIET_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long WATCH_POLL_NS = TimeUnit.SECONDS.toNanos(2);

    private final long startTimeMs = System.currentTimeMillis();
    /** Of the catalogue in service or about to be. */
    private volatile ControlGroups controlGroups = ControlGroups.NONE;
    /** Warned of last; written by whoever changes the catalogue, one at a time. */
    private volatile List<String> missingModels = List.of();
    private final Config config;
    private final EpochNanoClock epochClock;
    private final NanoClock nanoClock;
    private final DataDirectory data;
    private final CountersFile counters;
    private final ControlJournal control;
    private final ServerState state;
    private final ShardAssembly assembly;
    private final ShardSet shards;
    private final LedgerService ledger;
    private final BudgetHolds budgetHolds;
    private final DeliveryReports deliveryReports;
    private final PacingService pacing;
    private final LearningService learning;
    private final ImportedModels imported;
    private final CatalogueService catalogues;
    private final Snapshotter snapshotter;
    private final GatewayEventLoops eventLoops;
    private final BinaryGateway gateway;
    private final BiddingFront bidding;
    private final Housekeeping housekeeping;
    private final AdminServer admin;
    private final CatalogueWatcher watcher;
    private final Recovery.Result recovery;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicBoolean stopping = new AtomicBoolean();

    private OpportuneServer(
        final Config config, final EpochNanoClock epochClock, final NanoClock nanoClock, final int foldAt)
        throws IOException {
        this.config = config;
        this.epochClock = epochClock;
        this.nanoClock = nanoClock;
        final OpenedParts opened = new OpenedParts();
        try {
            final ServerSettings settings = new ServerSettings(config);
            data = opened.add(DataDirectory.open(config.path(ConfigKey.SERVER_DATA_DIR)));
            counters = opened.add(CountersFile.create(DataDirectory.counters(data.root())));
            control = opened.add(settings.controlJournal(data.root(), counters, epochClock));
            state = opened.add(ServerState.open(settings, data.root()));
            final Shard[] rings = settings.shards();
            ledger = new LedgerService(config, rings.length,
                new BudgetCurrencies(DataDirectory.budgets(data.root())), counters, epochClock, nanoClock);
            recovery = state.recover(rings.length, settings, ledger.ledger());
            counters.counter(CounterDescriptor.RECOVERY_GAPS).setRelease(recovery.gaps() + control.gaps());
            assembly = opened.add(
                new ShardAssembly(counters, state.journals(), settings.journal(), epochClock, nanoClock));
            shards = assembly.build(rings, settings.inline(), state.answers(), state.partitioner(), state.profiles(),
                state.identities(), state.eventIds(), state.table(), control.registry(), ledger, control.term(),
                VERSION);
            ledger.attach(shards);
            catalogues = opened.add(new CatalogueService(config.path(ConfigKey.CATALOGUE_DIR),
                DataDirectory.catalogues(data.root()), control, counters, epochClock, foldAt,
                new AffinityService(config, data.root(), counters)));
            catalogues.attach(shards);
            catalogues.beforeServing(assembly.tallies()::reserve);
            catalogues.beforeServing(ledger::declare);
            pacing = opened.add(new PacingService(
                DataDirectory.pacing(data.root()), ledger, epochClock, counters.errors()::record));
            pacing.attach(shards);
            catalogues.beforeServing(pacing::declare);
            catalogues.beforeServing(this::useControl);
            catalogues.beforeServing(this::warnOfMissingModels);
            loadFirstCatalogue();
            resumeMerges();
            final Path onnx = config.optionalPath(ConfigKey.LEARNING_ONNX).orElse(null);
            imported = onnx == null ? null : opened.add(new ImportedModels(onnx,
                DataDirectory.importedModels(data.root()), catalogues::current, control.registry(), shards, nanoClock,
                counters));
            if (imported != null) {
                imported.load();
            }
            learning = config.text(ConfigKey.LEARNING_MODEL).equals(LearningService.NONE) ? null
                : opened.add(new LearningService(config, data.root(), state.journals(), counters, epochClock,
                    CustomerKeys.TENANT, control.term(), assembly::syncJournals));
            snapshotter = new Snapshotter(DataDirectory.snapshots(data.root()), state.profiles(), state.identities(),
                state.eventIds(), state.table(), state.storeSettings(), control.term(), ledger::write);
            opened.add(shards::stop);
            final BinaryGatewayEnvironment environment =
                settings.gatewayEnvironment(catalogues, counters, nanoClock, epochClock);
            eventLoops = opened.add(new GatewayEventLoops(
                environment.settings().transport(), environment.settings().eventLoops()));
            gateway = opened.add(new BinaryGateway(
                environment, (loop, sink) -> handler(loop, sink, settings), eventLoops));
            gateway.start();
            shards.start(() -> gateway.responseSink(0).wake());
            if (learning != null) {
                learning.start(shards);
            }
            bidding = config.flag(ConfigKey.GATEWAY_HTTP_ENABLED) ? opened.add(bidding(settings, environment)) : null;
            opened.add(ledger);
            ledger.start();
            pacing.start();
            budgetHolds = opened.add(
                new BudgetHolds(ledger, catalogues, epochClock, counters.errors()::record));
            budgetHolds.start();
            housekeeping = opened.add(new Housekeeping(this, assembly.writers(), settings));
            housekeeping.start();
            deliveryReports = new DeliveryReports(catalogues, ledger, pacing, assembly.tallies(), this::bidReport,
                control.registry(), epochClock);
            admin = opened.add(AdminServer.start(config.text(ConfigKey.ADMIN_HOST),
                config.integer(ConfigKey.ADMIN_PORT), new ServerAdmin(this, new Pauses(catalogues, control.registry())),
                new MetricsExporter(counters, assembly.timers(), VERSION, this::bidReport, deliveryReports::budgets),
                counters.errors()::record));
            watcher = config.flag(ConfigKey.CATALOGUE_WATCH) ? opened.add(watch()) : null;
            recovery.remarks().forEach(remark -> LOG.warn("while starting: {}", remark));
            LOG.info("{} ready on {}:{} ({}, {}), admin on {}, live maps in {}", VERSION,
                config.text(ConfigKey.GATEWAY_HOST), port(), settings.inline() ? "inline" : rings.length + " shards",
                gateway.transport(), admin.port(), state.liveFolder());
        } catch (final IOException | RuntimeException | Error failed) {
            opened.closeAfter(failed);
            throw failed;
        }
    }

    /**
     * Starts a server.
     *
     * @param config of the server.
     * @return a running server.
     * @throws IOException                   when files or ports cannot be had.
     * @throws CatalogueRefusedException     when there is no catalogue to start with.
     */
    public static OpportuneServer start(final Config config) throws IOException {
        return start(config, new OffsetEpochNanoClock(), SystemNanoClock.INSTANCE);
    }

    /** Starts a server by other clocks. */
    static OpportuneServer start(final Config config, final EpochNanoClock epochClock, final NanoClock nanoClock)
        throws IOException {
        return start(config, epochClock, nanoClock, CatalogueService.FOLD_AT);
    }

    /** Starts a server that sorts its offers anew when so many have been changed one by one. */
    static OpportuneServer start(
        final Config config, final EpochNanoClock epochClock, final NanoClock nanoClock, final int foldAt)
        throws IOException {
        return new OpportuneServer(config, epochClock, nanoClock, foldAt);
    }

    /** Control groups of a catalogue reach the shards before it does. */
    private void useControl(final Catalogue catalogue) {
        final ControlGroups groups = ControlGroups.of(state.key(), catalogue);
        controlGroups = groups;
        for (int i = 0; i < shards.count(); i++) {
            final int shard = i;
            shards.call(shard, () -> shards.engine(shard).useControl(groups));
        }
    }

    /** Once for each catalogue in which something else is missing, not for each offer that is put. */
    private void warnOfMissingModels(final Catalogue catalogue) {
        final List<String> missing = MissingModels.of(catalogue, config);
        if (!missing.equals(missingModels)) {
            missing.forEach(each -> LOG.warn("catalogue: {}", each));
            missingModels = missing;
        }
    }

    private void loadFirstCatalogue() {
        final LoadResult result = catalogues.reload();
        if (!result.isGood()) {
            throw new CatalogueRefusedException(config.path(ConfigKey.CATALOGUE_DIR), result.errors());
        }
    }

    private void resumeMerges() {
        for (final Recovery.CutOffMerge merge : recovery.cutOffMerges()) {
            final int shard = merge.partition() % shards.count();
            shards.engine(shard).identities().resume(merge.partition(), merge.rootHigh(), merge.rootLow());
        }
    }

    private Admission handler(final int loop, final ResponseSink sink, final ServerSettings settings) {
        final CustomerKeys keys = new CustomerKeys(new Pseudonymiser(state.key()), state.identities());
        final Shard[] rings = new Shard[shards.count()];
        for (int i = 0; i < rings.length; i++) {
            rings[i] = shards.shard(i);
        }
        return new Admission(
            new AdmissionLimits(settings.maxTimeBudgetNs(), Slate.MAX_OFFERS),
            catalogues::current,
            keys,
            state.partitioner(),
            rings,
            shards.inline(),
            sink,
            new ImmediateAnswers(new ResponseEncoder(epochClock, nanoClock), () -> controlGroups),
            new NameResolution(control.registry(), config.integer(ConfigKey.GATEWAY_MAX_NEW_TEXTS)),
            counters.counter(CounterDescriptor.DECISIONS_SHED, loop),
            epochClock,
            nanoClock);
    }

    private BiddingFront bidding(final ServerSettings settings, final BinaryGatewayEnvironment environment)
        throws IOException {
        final BiddingFront front = new BiddingFront(
            new BiddingFront.Environment(config, shards.inline(), counters, state, catalogues::current,
                environment.errors(), nanoClock, epochClock, control.registry(), assembly.heldBack(),
                catalogues::inService, this::copyProfile, pacing,
                new ExplainedChoice(() -> controlGroups, this::lendModel, this::secondStage)),
            eventLoops, (loop, sink) -> handler(loop, sink, settings));
        catalogues.beforeServing(front::prepare);
        catalogues.onReload(front::reloadRates);
        LOG.info("exchanges are served on {}:{}", config.text(ConfigKey.GATEWAY_HTTP_HOST), front.port());
        return front;
    }

    private void lendModel(final ShardModel before, final Consumer<ShardModel> task) {
        if (learning == null) {
            task.accept(null);
        } else {
            learning.lend(before, task);
        }
    }

    private SecondStage secondStage() {
        return imported == null ? null : imported.follower();
    }

    /** Has the shard that owns a profile copy it, which is all that the shard does. */
    boolean copyProfile(
        final int partition, final long rootHigh, final long rootLow, final MutableDirectBuffer into) {
        final boolean[] found = new boolean[1];
        shards.call(partition % shards.count(), () -> {
            final ProfileFlyweight profile = new ProfileFlyweight();
            found[0] = state.profiles().find(partition, rootHigh, rootLow, profile);
            if (found[0]) {
                into.putBytes(0, profile.buffer(), 0, ProfileFlyweight.LENGTH_BYTES);
            }
        });
        return found[0];
    }

    private CatalogueWatcher watch() {
        final CatalogueWatcher started = new CatalogueWatcher(config.path(ConfigKey.CATALOGUE_DIR), WATCH_QUIET_NS,
            WATCH_POLL_NS, this::reloadCatalogue, counters.errors()::record);
        started.start();
        catalogues.onWritten(started::wrote);
        return started;
    }

    /** Loads the catalogue folder again; every mistake of a bad one is logged and the old one goes on deciding. */
    public void reloadCatalogue() {
        final LoadResult result = catalogues.reload();
        if (!result.isGood()) {
            LOG.error("the changed catalogue is not used, {} mistakes:", result.errors().size() + result.suppressed());
            result.errors().forEach(error -> LOG.error("  {}", error));
        }
    }

    /**
     * Copies the state to a snapshot while serving.
     *
     * @return what came of it.
     * @throws IOException when it could not be written.
     */
    public Snapshotter.Result takeSnapshot() throws IOException {
        if (learning != null) {
            keepModels();
        }
        final Snapshotter.Result result =
            snapshotter.take(new RunningShards(shards, state.journals(), assembly.writers()));
        counters.counter(CounterDescriptor.SNAPSHOTS).incrementRelease();
        counters.counter(CounterDescriptor.SNAPSHOT_LAST_DURATION_NS).setRelease(result.durationNs());
        housekeeping.deleteExpiredJournals(snapshotter, learning, state.journals(), epochClock.nanoTime());
        housekeeping.deleteUnusedArchives(state.journals(), epochClock.nanoTime());
        return result;
    }

    /** What cannot be kept now is kept with the next snapshot; the journal is needed from further back until then. */
    private void keepModels() {
        try {
            learning.keep();
        } catch (final IOException | RuntimeException e) {
            LOG.error("the models could not be kept, the last state that was stays: {}", e.toString());
            counters.errors().record(e);
        }
    }

    /**
     * Port of the binary protocol.
     *
     * @return the real one, also where the configuration left it open.
     */
    public int port() {
        return gateway.port();
    }

    /**
     * Port of HTTP, for ad exchanges.
     *
     * @return the real one, also where the configuration left it open.
     * @throws IllegalStateException when {@code gateway.http.enabled} is false.
     */
    public int httpPort() {
        if (bidding == null) {
            throw new IllegalStateException(ConfigKey.GATEWAY_HTTP_ENABLED.key() + " is false");
        }
        return bidding.port();
    }

    /** What came of bid requests; nothing where no exchanges are served. */
    BidReport bidReport() {
        return bidding == null ? new BidReport(List.of(), List.of()) : bidding.report();
    }

    /** How the campaigns of the catalogue in service spend their budgets. */
    DeliveryReport deliveryReport() {
        return deliveryReports.report();
    }

    /**
     * Port of the admin pages.
     *
     * @return the real one, also where the configuration left it open.
     */
    public int adminPort() {
        return admin.port();
    }

    /**
     * What starting came to.
     *
     * @return snapshot, records applied, time.
     */
    public Recovery.Result recovery() {
        return recovery;
    }

    /**
     * The server's state, for tests and measurements in the same process.
     *
     * @return profiles, identities, partitions.
     */
    public ServerState state() {
        return state;
    }

    /**
     * The catalogue in service.
     *
     * @return never null while the server runs.
     */
    public Catalogue catalogue() {
        return catalogues.current();
    }

    /**
     * The counters of this server.
     *
     * @return shared file.
     */
    public CountersFile counters() {
        return counters;
    }

    Snapshotter snapshotter() {
        return snapshotter;
    }

    ShardSet shards() {
        return shards;
    }

    CatalogueService catalogues() {
        return catalogues;
    }

    Config config() {
        return config;
    }

    boolean stopping() {
        return stopping.get();
    }

    boolean journalHealthy() {
        return assembly.writers().stream().allMatch(writer -> writer.healthy());
    }

    LedgerService ledger() {
        return ledger;
    }

    /** Models; null where none learns. */
    LearningService learning() {
        return learning;
    }

    Path dataRoot() {
        return data.root();
    }

    ImportedModels imported() {
        return imported;
    }

    PacingService pacing() {
        return pacing;
    }

    ControlJournal control() {
        return control;
    }

    ServerStatus status() {
        final Catalogue catalogue = catalogues.current();
        final List<ServerStatus.ShardStatus> shardStatus = new ArrayList<>();
        for (int i = 0; i < shards.count(); i++) {
            final long decisions = counters.counter(CounterDescriptor.DECISIONS_FULL, i).get()
                + counters.counter(CounterDescriptor.DECISIONS_NO_OFFER, i).get()
                + counters.counter(CounterDescriptor.DECISIONS_FALLBACK, i).get()
                + counters.counter(CounterDescriptor.DECISIONS_LATE, i).get();
            final int owned = (state.table().partitions() - i + shards.count() - 1) / shards.count();
            shardStatus.add(new ServerStatus.ShardStatus(
                i, owned, shards.shard(i).backlog(), shards.shard(i).ringSize(), decisions));
        }
        return new ServerStatus(VERSION, startTimeMs, System.currentTimeMillis() - startTimeMs,
            shards.inline() ? "inline" : "ring", gateway.transport().toString().toLowerCase(java.util.Locale.ROOT),
            port(), counters.total(CounterDescriptor.GATEWAY_SESSIONS_OPEN),
            new ServerStatus.CatalogueStatus(catalogue.version().counter(),
                String.format("%016x", catalogue.version().contentHash()), catalogue.offerCount(),
                catalogues.loadedTimeMs()),
            shardStatus,
            new ServerStatus.ProfilesStatus(
                state.profiles().size(), state.profiles().capacity(), state.profiles().fileBytes()),
            new ServerStatus.JournalStatus(journalHealthy() && control.healthy(), config.choice(ConfigKey.JOURNAL_SYNC),
                counters.total(CounterDescriptor.JOURNAL_RECORDS), counters.total(CounterDescriptor.JOURNAL_BYTES),
                freeBytes()));
    }

    private long freeBytes() {
        final Path journal = DataDirectory.journal(data.root());
        return journal.toFile().getUsableSpace();
    }

    /**
     * Waits until the server has been closed.
     *
     * @throws InterruptedException when the wait is given up.
     */
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    /**
     * Stops: no more connections, answers in flight, a snapshot, then the files. Every call after the first returns at
     * once; {@link #awaitStop()} waits for the end.
     */
    @Override
    public void close() {
        // A signal and the starting thread may both close: one of them does.
        if (!stopping.compareAndSet(false, true)) {
            return;
        }
        if (watcher != null) {
            watcher.close();
        }
        admin.close();
        budgetHolds.close();
        pacing.close();
        catalogues.close();
        housekeeping.close();
        if (bidding != null) {
            bidding.close();
        }
        gateway.close();
        eventLoops.close();
        shards.eventLoopsEnded();
        try {
            takeSnapshot();
        } catch (final IOException | RuntimeException e) {
            LOG.warn("no snapshot at the end, the next start applies more of the journal: {}", e.toString());
        }
        if (learning != null) {
            learning.close();
        }
        ledger.close();
        shards.stop();
        if (imported != null) {
            imported.close();
        }
        assembly.close();
        state.close();
        control.close();
        counters.close();
        try {
            data.close();
        } catch (final IOException e) {
            LOG.warn("the lock of the data folder could not be released: {}", e.toString());
        }
        stopped.countDown();
    }
}
