package io.opportune.engine.server;

import io.opportune.engine.admin.ModelReport;
import io.opportune.engine.config.Config;
import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.counters.CountersFile;
import io.opportune.engine.decision.ShardModel;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalRefusedException;
import io.opportune.engine.journal.JournalSettings;
import io.opportune.engine.journal.JournalWriter;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.RecordWriter;
import io.opportune.engine.journal.RollCadence;
import io.opportune.engine.journal.SyncPolicy;
import io.opportune.engine.learning.Head;
import io.opportune.engine.learning.Learner;
import io.opportune.engine.learning.WeightEpoch;
import io.opportune.engine.training.ModelFolder;
import io.opportune.engine.training.ModelPublication;
import io.opportune.engine.training.ModelQueue;
import io.opportune.engine.training.ModelText;
import io.opportune.engine.training.ModelTrainer;
import io.opportune.engine.training.ModelTraining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.agrona.concurrent.EpochNanoClock;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Models in a running server: taken up again at the start, then taught by a thread of their own that reads what the
 * shards have journalled, and published to the shards as commands. What a publication learned from is journalled before
 * a shard decides with it, so that it can be learned again. Everything that touches the models does so under one lock.
 */
final class LearningService implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(LearningService.class);
    /** In the configuration: no model. */
    static final String NONE = "none";

    private static final int JOURNAL_INSTANCE = 1_001;
    private static final int MAX_RECORD_BYTES = 1 << 16;
    private static final long STOP_WAIT_MS = 10_000;

    private final Object lock = new Object();
    private final Config config;
    private final JournalDirectory journals;
    private final ModelFolder folder;
    private final CountersFile counters;
    private final EpochNanoClock clock;
    private final JournalWriter writer;
    private final RecordWriter records;
    private final long intervalNs;
    private ShardSet shards;
    private ModelTraining training;
    private ShardModel[] serving;
    private WeightEpoch unreleased;
    private boolean handedOver = true;
    private boolean appended = true;
    private long publishedChanges;
    private Thread thread;
    private volatile boolean running;

    /**
     * Opens the models of a data folder.
     *
     * @throws IOException when they cannot be taken up again.
     */
    LearningService(
        final Config config, final Path dataDir, final JournalDirectory journals, final CountersFile counters,
        final EpochNanoClock clock, final int tenant, final long term) throws IOException {
        this.config = config;
        this.journals = journals;
        this.counters = counters;
        this.clock = clock;
        folder = new ModelFolder(DataDirectory.models(dataDir));
        intervalNs = config.durationNs(ConfigKey.LEARNING_PUBLISH_INTERVAL);
        final JournalSettings settings = JournalSettings.defaults()
            .withSync(SyncPolicy.BATCH, 1)
            .withRoll(RollCadence.DAILY)
            .withSizes(64L << 20, 1L << 20, MAX_RECORD_BYTES)
            .withMinFreeBytes(config.sizeBytes(ConfigKey.JOURNAL_MIN_FREE));
        Files.createDirectories(folder.queue().getParent());
        folder.deleteParts();
        records = new RecordWriter(tenant, MAX_RECORD_BYTES);
        records.term(term);
        resume();
        writer = new JournalWriter(folder.queue(), settings, clock,
            ShardAssembly.journalCounters(counters, JOURNAL_INSTANCE), null, counters.errors()::record);
    }

    /** From the newest state that can be read, and what was published since. */
    private void resume() throws IOException {
        final String configured = config.text(ConfigKey.LEARNING_MODEL);
        final String shadow = config.text(ConfigKey.LEARNING_SHADOW);
        check(ConfigKey.LEARNING_MODEL, configured);
        if (!shadow.equals(NONE)) {
            check(ConfigKey.LEARNING_SHADOW, shadow);
        }
        for (final long state : folder.states()) {
            if (training == null) {
                try {
                    training = ModelTraining.read(folder.state(state));
                } catch (final IOException e) {
                    LOG.error("a state of the models cannot be used, the one before it is: {}", e.getMessage());
                    counters.errors().record(e);
                }
            }
        }
        try (ModelQueue queue = new ModelQueue(folder.queue())) {
            ModelPublication next = queue.next();
            if (training == null && next != null && next.number() != 1) {
                throw new IOException("no state of the models in " + folder.queue().getParent()
                    + " can be read, and their queue does not begin with the first publication: restore the folder, or"
                    + " remove it to learn anew from the journal");
            }
            if (training == null) {
                training = next == null
                    ? new ModelTraining(configured, "", (int) config.sizeBytes(ConfigKey.LEARNING_PENDING))
                    : new ModelTraining(next.champion(), next.shadow(), next.pendingBytes());
            }
            readShards();
            while (next != null) {
                if (next.number() > training.number()) {
                    final String obstacle = training.repeat(next);
                    if (obstacle != null) {
                        LOG.warn("the models go on from what can be learned again: {}", obstacle);
                    }
                }
                next = queue.next();
            }
        }
        if (!configured.equals(training.champion())) {
            LOG.warn("\"{}\" decides, as it was promoted; {} says \"{}\": let that one learn by {} and promote it",
                training.champion(), ConfigKey.LEARNING_MODEL.key(), configured, ConfigKey.LEARNING_SHADOW.key());
        }
        training.shadow(shadow.equals(NONE) || shadow.equals(training.champion()) ? "" : shadow);
    }

    private static void check(final ConfigKey key, final String line) throws IOException {
        try {
            ModelText.parse(line);
        } catch (final IllegalArgumentException e) {
            throw new IOException(key.key() + ": " + e.getMessage(), e);
        }
    }

    private void readShards() {
        for (final Path queue : journals.queues()) {
            if (!queue.equals(journals.registryQueue())) {
                training.read(JournalDirectory.shardOf(queue), queue);
            }
        }
    }

    /** Gives the models to the shards, which do not decide yet, and teaches them from here on. */
    void start(final ShardSet shardSet) {
        shards = shardSet;
        serving = new ShardModel[shards.count()];
        synchronized (lock) {
            readShards();
            publish(ModelPublication.Kind.RESUMED);
        }
        running = true;
        thread = Thread.ofPlatform().daemon().name("learning").start(this::run);
    }

    private void run() {
        long nextNs = clock.nanoTime() + intervalNs;
        while (running) {
            LockSupport.parkNanos(Math.min(intervalNs, Math.max(1, nextNs - clock.nanoTime())));
            if (clock.nanoTime() - nextNs >= 0) {
                nextNs = clock.nanoTime() + intervalNs;
                try {
                    synchronized (lock) {
                        learn();
                    }
                } catch (final RuntimeException | Error e) {
                    // Without this thread nothing is learned any more: it goes on with what comes next.
                    counters.errors().record(e);
                }
            }
        }
    }

    /** Learns from all that is journalled now, and publishes where something was learned. */
    private void learn() {
        if (!finishPublication()) {
            return;
        }
        training.advance(training.ends());
        // In between nothing may be left out: what is learned again goes from publication to publication.
        if (training.trainer().changes() != publishedChanges) {
            publish(ModelPublication.Kind.LEARNED);
        }
        gauges();
    }

    private void publish(final ModelPublication.Kind kind) {
        publishedChanges = training.trainer().changes();
        final WeightEpoch before = training.serving();
        final ModelPublication publication = training.publish(kind);
        final long nowNs = clock.nanoTime();
        ModelQueue.encode(
            records.at(RecordHeaderFlyweight.CONTROL_PARTITION, publication.number(), nowNs, nowNs, 0, 0).model(),
            publication);
        unreleased = before;
        handedOver = false;
        appended = false;
        finishPublication();
    }

    /** What is not in the queue of models is not served: it could not be learned again. False: try again later. */
    private boolean finishPublication() {
        if (!appended) {
            appended = writer.append(records.buffer(), 0, records.length()) != JournalWriter.NOT_WRITTEN;
            if (!appended) {
                counters.errors().record("learning", "a publication of the models cannot be journalled (disk full?)");
                return false;
            }
            writer.endOfBatch();
        }
        if (!handedOver) {
            handOver();
        }
        return true;
    }

    private void handOver() {
        for (int i = 0; i < shards.count(); i++) {
            final int shard = i;
            if (serving[shard] == null || serving[shard].number() != training.number()) {
                final ShardModel next = new ShardModel(training.number(), training.serving(), serving[shard]);
                shards.call(shard, () -> shards.engine(shard).predictBy(next));
                serving[shard] = next;
            }
        }
        handedOver = true;
        training.release(unreleased);
    }

    private void gauges() {
        final ModelTrainer trainer = training.trainer();
        counters.counter(CounterDescriptor.MODEL_NUMBER).setRelease(training.number());
        counters.counter(CounterDescriptor.MODEL_EXAMPLES).setRelease(trainer.examples());
        counters.counter(CounterDescriptor.MODEL_OUTCOMES).setRelease(trainer.outcomes());
        counters.counter(CounterDescriptor.MODEL_OUTCOMES_UNMATCHED).setRelease(trainer.unmatched());
        counters.counter(CounterDescriptor.MODEL_OUTCOMES_LATE).setRelease(trainer.late());
    }

    /**
     * Lets the model that learned in the shadow decide.
     *
     * @param name of it, with its version; so that nobody promotes another than the one looked at.
     * @return what decides now.
     * @throws IllegalArgumentException when that one does not learn in the shadow; the message says which does.
     */
    String promote(final String name) {
        synchronized (lock) {
            final String shadow = training.shadow();
            final String shadowName = shadow.isEmpty() ? "" : shadow.strip().split("\\s+")[0];
            if (shadowName.isEmpty() || !shadowName.equals(name)) {
                throw new IllegalArgumentException('"' + name + "\" does not learn in the shadow; "
                    + (shadowName.isEmpty() ? "no model does: set learning.shadow and restart" : "\"" + shadowName
                    + "\" does"));
            }
            learn();
            if (!appended) {
                throw new JournalRefusedException("the queue of models cannot be written (disk full?); free some disk"
                    + " space and try again");
            }
            training.promote();
            publish(ModelPublication.Kind.PROMOTED);
            LOG.info("\"{}\" decides from publication {} on", training.champion(), training.number());
            return training.champion();
        }
    }

    /** Runs a task with what the shards predict by; nothing is learned meanwhile, so that the weights stay. */
    void lend(final ShardModel before, final Consumer<ShardModel> task) {
        synchronized (lock) {
            task.accept(serving == null || serving[0] == null ? null : new ShardModel(serving[0], before));
        }
    }

    /** How the models do. */
    ModelReport report() {
        synchronized (lock) {
            final ModelTrainer trainer = training.trainer();
            final List<ModelReport.Model> models = new ArrayList<>();
            models.add(model(training.champion(), "decides", trainer.models().champion()));
            if (trainer.models().shadow() != null) {
                models.add(model(training.shadow(), "learns in the shadow", trainer.models().shadow()));
            }
            return new ModelReport(training.number(), trainer.examples(), trainer.outcomes(), trainer.unmatched(),
                trainer.late(), trainer.pendingCount(), models);
        }
    }

    private static ModelReport.Model model(final String line, final String role, final Learner learner) {
        final List<ModelReport.HeadReport> heads = new ArrayList<>();
        for (final Head head : List.of(Head.CLICK, Head.CONVERSION)) {
            if (learner.spec().has(head)) {
                heads.add(new ModelReport.HeadReport(head.name(), learner.examples(head),
                    learner.validation(head).logLoss(), learner.validation(head).auc(),
                    learner.calibrationError(head)));
            }
        }
        return new ModelReport.Model(line, role, heads);
    }

    /** Keeps the models as they are after all that the shards have journalled. */
    void keep() throws IOException {
        synchronized (lock) {
            if (!finishPublication()) {
                throw new IOException("the queue of models cannot be written");
            }
            training.advance(training.ends());
            publish(ModelPublication.Kind.LEARNED);
            if (!appended) {
                throw new IOException("the queue of models cannot be written");
            }
            folder.keep(training);
        }
    }

    /** From where a shard's queue is needed to take the models up again. */
    long neededFrom(final Path queue) throws IOException {
        synchronized (lock) {
            return folder.neededFrom(JournalDirectory.shardOf(queue));
        }
    }

    @Override
    public void close() {
        running = false;
        if (thread != null) {
            LockSupport.unpark(thread);
            try {
                thread.join(STOP_WAIT_MS);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        training.close();
        writer.close();
    }

}
