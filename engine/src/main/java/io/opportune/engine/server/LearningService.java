package io.opportune.engine.server;

import io.opportune.engine.admin.ModelReport;
import io.opportune.engine.config.Config;
import io.opportune.engine.config.ConfigKey;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.counters.CountersFile;
import io.opportune.engine.decision.ShardModel;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalReader;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.agrona.concurrent.EpochNanoClock;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Models in a running server: taken up again at the start, then taught by a thread of their own that reads what the
 * shards have journalled, and published to the shards as commands. What a publication learned from is journalled before
 * a shard decides with it, so that it can be learned again. Everything that touches the models does so under one lock,
 * which is fair. Learning holds it for a bounded number of records at a time, and for the publication behind them: all
 * weights that changed, and a command to each shard. A snapshot holds it also while the queues of all shards are forced
 * to the disk and the whole state is written, which takes as long as the disk does; an explanation of a bid for its own
 * length. Shards never wait for it.
 */
final class LearningService implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(LearningService.class);
    /** In the configuration: no model. */
    static final String NONE = "none";

    private static final int JOURNAL_INSTANCE = 1_001;
    private static final int MAX_RECORD_BYTES = 1 << 16;
    private static final long STOP_WAIT_MS = 10_000;
    /** Of one step: some tens of milliseconds with two models. */
    private static final long STEP_RECORDS = 4_096;
    /** Publications that a start learns again: those of three hours at one a second; a snapshot is younger. */
    private static final long MOST_REPEATED = 10_000;
    /** Publications of models that begin anew beside an old journal count from a multiple of this. */
    private static final long NUMBERS_OF_A_TERM = 1_000_000_000L;

    private final ReentrantLock lock = new ReentrantLock(true);
    private final Config config;
    private final JournalDirectory journals;
    private final ModelFolder folder;
    private final CountersFile counters;
    private final EpochNanoClock clock;
    private final JournalWriter writer;
    private final RecordWriter records;
    private final long intervalNs;
    private final long retentionNs;
    private final long term;
    private final BooleanSupplier journalSync;
    private ShardSet shards;
    private ModelTraining training;
    private ShardModel[] serving;
    private WeightEpoch unreleased;
    private boolean handedOver = true;
    private boolean appended = true;
    private long publishedChanges;
    private long publishedNs;
    private long passedNs = Long.MIN_VALUE;
    /** Why what was taken up is not what was published last; null when it is. */
    private String notExact;
    private Thread thread;
    private volatile boolean running;
    private volatile long stepRecords = STEP_RECORDS;

    /**
     * Opens the models of a data folder.
     *
     * @param journalSync forces the queues of all shards to the disk; false when the disk refused.
     * @throws IOException when they cannot be taken up again.
     */
    LearningService(
        final Config config, final Path dataDir, final JournalDirectory journals, final CountersFile counters,
        final EpochNanoClock clock, final int tenant, final long term, final BooleanSupplier journalSync)
        throws IOException {
        this.config = config;
        this.journals = journals;
        this.counters = counters;
        this.clock = clock;
        this.journalSync = journalSync;
        folder = new ModelFolder(DataDirectory.models(dataDir));
        intervalNs = config.durationNs(ConfigKey.LEARNING_PUBLISH_INTERVAL);
        retentionNs = config.durationNs(ConfigKey.JOURNAL_RETENTION);
        final JournalSettings settings = JournalSettings.defaults()
            .withSync(SyncPolicy.BATCH, 1)
            .withRoll(RollCadence.DAILY)
            .withSizes(64L << 20, 1L << 20, MAX_RECORD_BYTES)
            .withMinFreeBytes(config.sizeBytes(ConfigKey.JOURNAL_MIN_FREE));
        Files.createDirectories(folder.queue().getParent());
        folder.deleteParts();
        records = new RecordWriter(tenant, MAX_RECORD_BYTES);
        records.term(term);
        this.term = term;
        resume();
        writer = new JournalWriter(folder.queue(), settings, clock,
            ShardAssembly.journalCounters(counters, JOURNAL_INSTANCE), null, counters.errors()::record);
    }

    /** From the newest state that fits the journal, and what was published since. */
    private void resume() throws IOException {
        final String configured = config.text(ConfigKey.LEARNING_MODEL);
        final String shadow = config.text(ConfigKey.LEARNING_SHADOW);
        check(ConfigKey.LEARNING_MODEL, configured);
        if (!shadow.equals(NONE)) {
            check(ConfigKey.LEARNING_SHADOW, shadow);
        }
        resumeState();
        try (ModelQueue queue = new ModelQueue(folder.queue())) {
            if (training == null) {
                begin(queue, configured);
            } else {
                repeat(queue);
            }
        }
        if (!configured.equals(training.champion())) {
            LOG.warn("\"{}\" decides, as it was promoted; {} says \"{}\": let that one learn by {} and promote it",
                training.champion(), ConfigKey.LEARNING_MODEL.key(), configured, ConfigKey.LEARNING_SHADOW.key());
        }
        training.shadow(shadow.equals(NONE) || shadow.equals(training.champion()) ? "" : shadow);
    }

    private void resumeState() throws IOException {
        for (final long state : folder.states()) {
            if (training == null) {
                try {
                    training = ModelTraining.read(folder.state(state));
                    training.read(journals);
                    final String obstacle = training.obstacle(clock.nanoTime() - retentionNs);
                    if (obstacle != null) {
                        training.close();
                        training = null;
                        notExact = "state " + state + ": " + obstacle;
                        LOG.error("state {} of the models has learned from records that the journal has lost, the one "
                            + "before it is used: {}", state, obstacle);
                    }
                } catch (final IOException e) {
                    LOG.error("a state of the models cannot be used, the one before it is: {}", e.getMessage());
                    counters.errors().record(e);
                }
            }
        }
    }

    /** Without a state: from the first publication on, or anew from what the journal keeps. */
    private void begin(final ModelQueue queue, final String configured) throws IOException {
        final ModelPublication first = queue.next();
        if (first != null && !first.isBeginning() && notExact == null) {
            throw new IOException("no state of the models in " + folder.queue().getParent()
                + " can be read, and their queue does not begin with the first publication: restore the folder, or"
                + " remove it to learn anew from the journal");
        }
        training = first == null
            ? new ModelTraining(configured, "", (int) config.sizeBytes(ConfigKey.LEARNING_PENDING))
            : new ModelTraining(first.champion(), first.shadow(), first.pendingBytes());
        training.read(journals);
        if (first == null) {
            if (isOlderJournal()) {
                // Decisions in the journal may name publications of models that were removed: never the same numbers.
                training.skipTo(term * NUMBERS_OF_A_TERM);
            }
        } else if (first.isBeginning()) {
            training.skipTo(first.number() - 1);
            repeat(queue);
        } else {
            ModelPublication last = first;
            for (ModelPublication next = queue.next(); next != null; next = queue.next()) {
                last = next;
            }
            training.pass(last);
            LOG.error("the models learn anew from what the journal keeps, because no state fits it: {}", notExact);
        }
    }

    /** Whether an earlier start of the server has journalled anything. */
    private boolean isOlderJournal() {
        final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
        for (final Path queue : journals.queues()) {
            if (!queue.equals(journals.registryQueue())) {
                try (JournalReader reader = new JournalReader(queue)) {
                    if (reader.next() && header.wrap(reader.buffer(), reader.offset()).term() < term) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Does once more what was published since, unless a start would take too long: then that is learned in steps. */
    private void repeat(final ModelQueue queue) {
        queue.moveBehind(training.queueIndex());
        long count = 0;
        ModelPublication last = null;
        for (ModelPublication next = queue.next(); next != null; next = queue.next()) {
            count += next.number() > training.number() ? 1 : 0;
            last = next;
        }
        if (count > MOST_REPEATED) {
            notExact = count + " publications of the models since number " + training.number()
                + " are too many to learn again one by one";
            LOG.warn("{}: the models learn anew from there while the server serves", notExact);
            training.pass(last);
        } else if (count > 0) {
            queue.moveBehind(training.queueIndex());
            repeatAll(queue);
        }
    }

    private void repeatAll(final ModelQueue queue) {
        long strange = 0;
        String first = null;
        for (ModelPublication next = queue.next(); next != null; next = queue.next()) {
            if (next.number() > training.number()) {
                final String obstacle = training.repeat(next);
                first = first == null ? obstacle : first;
                strange += obstacle == null ? 0 : 1;
            }
        }
        if (first != null) {
            notExact = first;
            LOG.warn("{} publications of the models cannot be learned again as they were, they go on from what can be: "
                + "{}", strange, first);
        }
    }

    private static void check(final ConfigKey key, final String line) throws IOException {
        try {
            ModelText.parse(line);
        } catch (final IllegalArgumentException e) {
            throw new IOException(key.key() + ": " + e.getMessage(), e);
        }
    }

    /** Gives the models to the shards, which do not decide yet, and teaches them from here on. */
    void start(final ShardSet shardSet) {
        shards = shardSet;
        serving = new ShardModel[shards.count()];
        lock.lock();
        try {
            training.read(journals);
            publish(ModelPublication.Kind.RESUMED);
            if (notExact != null && appended) {
                // From here on decisions can be made again, whatever was lost before.
                keepPublished(true);
            }
        } catch (final IOException e) {
            LOG.error("the models could not be kept, with the next snapshot they will be: {}", e.toString());
            counters.errors().record(e);
        } finally {
            lock.unlock();
        }
        running = true;
        thread = Thread.ofPlatform().daemon().name("learning").start(this::run);
    }

    private void run() {
        long nextNs = clock.nanoTime() + intervalNs;
        boolean more = false;
        while (running) {
            if (!more) {
                LockSupport.parkNanos(Math.min(intervalNs, Math.max(1, nextNs - clock.nanoTime())));
            }
            if (more || clock.nanoTime() - nextNs >= 0) {
                try {
                    more = step();
                } catch (final RuntimeException | Error e) {
                    // Without this thread nothing is learned any more: it goes on with what comes next.
                    more = false;
                    counters.errors().record(e);
                }
                nextNs = clock.nanoTime() + intervalNs;
            }
        }
    }

    /** Makes steps shorter or longer, for tests. */
    void stepRecords(final long records) {
        stepRecords = records;
    }

    /**
     * Learns from what is journalled now, or what was when the step before began that did not reach its end. Publishes
     * where something was learned: at the end, and on the way as often as is configured.
     *
     * @return whether there is more to learn from.
     */
    boolean step() {
        lock.lock();
        try {
            if (!finishPublication()) {
                return false;
            }
            final boolean reached = learn();
            if (reached || clock.nanoTime() - publishedNs >= intervalNs) {
                publishLearned();
            }
            gauges();
            return !reached;
        } finally {
            lock.unlock();
        }
    }

    /** One step; what it goes up to changes only once that was reached. */
    private boolean learn() {
        if (training.isReached()) {
            training.aim(term, passedNs());
        }
        return training.learn(stepRecords);
    }

    /**
     * A time that the append times of all shards have passed: every record from before stands in its queue. The shards
     * are asked one after another on their threads, where append times never go back.
     */
    private long passedNs() {
        if (shards.count() == 1) {
            return Long.MAX_VALUE;
        }
        final long[] passed = {Long.MAX_VALUE};
        for (int i = 0; i < shards.count(); i++) {
            final int shard = i;
            shards.call(shard, () -> passed[0] = Math.min(passed[0], shards.engine(shard).stampNs()));
        }
        if (passed[0] <= passedNs) {
            // The clock was set back, and append times stand still until it is there again: without a bound the order
            // in which two shards' records are learned is not that of the whole journal, but nothing waits for hours.
            return Long.MAX_VALUE;
        }
        passedNs = passed[0];
        return passedNs;
    }

    /** In between nothing may be left out: what is learned again goes from publication to publication. */
    private void publishLearned() {
        if (training.trainer().changes() != publishedChanges || training.trainer().waitingCount() > 0) {
            publish(ModelPublication.Kind.LEARNED);
        }
    }

    private void publish(final ModelPublication.Kind kind) {
        final WeightEpoch before = training.serving();
        final ModelPublication publication = training.publish(kind);
        publishedChanges = training.trainer().changes();
        final long nowNs = clock.nanoTime();
        publishedNs = nowNs;
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
            final long index = writer.append(records.buffer(), 0, records.length());
            appended = index != JournalWriter.NOT_WRITTEN;
            if (!appended) {
                counters.errors().record("learning", "a publication of the models cannot be journalled (disk full?)");
                return false;
            }
            training.journalled(index, publishedNs);
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
        lock.lock();
        try {
            final String shadowName = ModelText.nameOf(training.shadow());
            if (shadowName.isEmpty() || !shadowName.equals(name)) {
                throw new IllegalArgumentException('"' + name + "\" does not learn in the shadow; "
                    + (shadowName.isEmpty() ? "no model does: set learning.shadow and restart" : "\"" + shadowName
                    + "\" does"));
            }
            if (finishPublication()) {
                publishLearned();
            }
            if (!appended) {
                throw new JournalRefusedException("the queue of models cannot be written (disk full?); free some disk"
                    + " space and try again");
            }
            training.promote();
            publish(ModelPublication.Kind.PROMOTED);
            LOG.info("\"{}\" decides from publication {} on", training.champion(), training.number());
            return training.champion();
        } finally {
            lock.unlock();
        }
    }

    /** Runs a task with what the shards predict by; nothing is learned meanwhile, so that the weights stay. */
    void lend(final ShardModel before, final Consumer<ShardModel> task) {
        lock.lock();
        try {
            task.accept(serving == null || serving[0] == null ? null : new ShardModel(serving[0], before));
        } finally {
            lock.unlock();
        }
    }

    /** How the models do. */
    ModelReport report() {
        lock.lock();
        try {
            final ModelTrainer trainer = training.trainer();
            final List<ModelReport.Model> models = new ArrayList<>();
            models.add(model(training.champion(), "decides", trainer.models().champion()));
            if (trainer.models().shadow() != null) {
                models.add(model(training.shadow(), "learns in the shadow", trainer.models().shadow()));
            }
            return new ModelReport(training.number(), trainer.examples(), trainer.outcomes(), trainer.unmatched(),
                trainer.late(), trainer.pendingCount(), models, null);
        } finally {
            lock.unlock();
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

    /** Keeps the models as they are after one more step, which is all that was journalled unless there is much more. */
    void keep() throws IOException {
        lock.lock();
        try {
            if (!finishPublication()) {
                throw new IOException("the queue of models cannot be written");
            }
            final boolean begun = !training.isReached();
            if (learn() && begun) {
                // The rest of what a step began; what was journalled since comes behind a publication of its own.
                publishLearned();
                if (appended) {
                    learn();
                }
            }
            if (appended) {
                publish(ModelPublication.Kind.LEARNED);
            }
            if (!appended) {
                throw new IOException("the queue of models cannot be written");
            }
            keepPublished(false);
        } finally {
            lock.unlock();
        }
    }

    private void keepPublished(final boolean afterBreak) throws IOException {
        if (!journalSync.getAsBoolean()) {
            // A state ahead of the journal on the disk could not be gone on from after the machine was lost.
            throw new IOException("the journal could not be forced to the disk");
        }
        folder.keep(training, afterBreak, retentionNs, clock.nanoTime());
    }

    /** From where a shard's queue is needed to take the models up again. */
    long neededFrom(final Path queue) throws IOException {
        lock.lock();
        try {
            return folder.neededFrom(JournalDirectory.shardOf(queue));
        } finally {
            lock.unlock();
        }
    }

    /** Deletes what is no longer needed of the queue of models. */
    void trim(final long nowNs) throws IOException {
        lock.lock();
        try {
            folder.trim(retentionNs, nowNs);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        running = false;
        boolean ended = true;
        if (thread != null) {
            LockSupport.unpark(thread);
            try {
                ended = thread.join(Duration.ofMillis(STOP_WAIT_MS));
            } catch (final InterruptedException e) {
                ended = false;
                Thread.currentThread().interrupt();
            }
        }
        if (ended) {
            training.close();
            writer.close();
        } else {
            LOG.error("the models are still learning; their queue is left open");
        }
    }
}
