package io.opportune.engine.server;

import io.opportune.engine.admin.ImportOutcome;
import io.opportune.engine.admin.ModelReport;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.counters.CountersFile;
import io.opportune.engine.decision.Deadline;
import io.opportune.engine.decision.SecondStage;
import io.opportune.engine.feature.FeatureText;
import io.opportune.engine.feature.FeatureVector;
import io.opportune.engine.onnx.BadModelException;
import io.opportune.engine.onnx.OnnxFile;
import io.opportune.engine.onnx.OnnxModel;
import io.opportune.engine.onnx.OnnxSecondStage;
import io.opportune.engine.registry.NameRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.agrona.concurrent.NanoClock;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The imported model of a running server: loaded and tried out, kept in the data folder by its content, and handed to
 * the shards; exchanged while they decide. Whoever loads does so under its lock.
 */
final class ImportedModels implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(ImportedModels.class);

    private final Path file;
    private final Path archive;
    private final Supplier<Catalogue> catalogue;
    private final NameRegistry registry;
    private final ShardSet shards;
    private final NanoClock clock;
    private final CountersFile counters;
    /** Not in use, or not by all shards; freed at the end, because a shard may still run one. */
    private final List<Loaded> left = new ArrayList<>();
    private final List<Follower> followers = new ArrayList<>();
    private Loaded inUse;
    private boolean everywhere;

    /** A model and what each shard runs it with. */
    private static final class Loaded implements AutoCloseable {
        private final OnnxModel model;
        private final List<OnnxSecondStage> stages = new ArrayList<>();

        Loaded(final OnnxModel model) {
            this.model = model;
        }

        @Override
        public void close() {
            stages.forEach(OnnxSecondStage::close);
            model.close();
        }
    }

    /**
     * Names a model; nothing is loaded.
     *
     * @param file      of the model; its manifest stands beside it.
     * @param archive   folder in which copies are kept.
     * @param catalogue in service, whose features it may name.
     */
    ImportedModels(
        final Path file, final Path archive, final Supplier<Catalogue> catalogue, final NameRegistry registry,
        final ShardSet shards, final NanoClock clock, final CountersFile counters) {
        this.file = file;
        this.archive = archive;
        this.catalogue = catalogue;
        this.registry = registry;
        this.shards = shards;
        this.clock = clock;
        this.counters = counters;
    }

    /**
     * Loads the file and lets the shards predict with it; where that fails, they go on with what they had.
     *
     * @throws BadModelException     when it cannot be used; says all mistakes.
     * @throws IOException           when a file cannot be read or written.
     * @throws IllegalStateException when a shard did not take it; exchanging again hands it over again.
     */
    synchronized void load() throws IOException {
        final OnnxFile read = OnnxFile.read(file);
        if (inUse == null || inUse.model.contentHash() != read.contentHash()) {
            final Loaded next = loaded(read);
            try {
                read.keep(archive);
            } catch (final IOException | RuntimeException failed) {
                next.close();
                throw failed;
            }
            if (inUse != null) {
                left.add(inUse);
            }
            inUse = next;
            everywhere = false;
        }
        if (!everywhere) {
            handOver();
            LOG.info("{} ({}) predicts the best candidates anew where a placement has a second_stage",
                inUse.model.version(), hash(inUse));
        }
    }

    /** With a stage for each shard, which has run. */
    private Loaded loaded(final OnnxFile read) throws BadModelException {
        final Loaded next = new Loaded(read.load(new FeatureText(catalogue.get(), registry), registry));
        boolean whole = false;
        try {
            for (int i = 0; i < shards.count(); i++) {
                next.stages.add(next.model.stage(clock, counters.errors()::record));
            }
            whole = true;
            return next;
        } finally {
            if (!whole) {
                next.close();
            }
        }
    }

    private void handOver() {
        for (int i = 0; i < shards.count(); i++) {
            final int shard = i;
            final OnnxSecondStage stage = inUse.stages.get(shard);
            shards.call(shard, () -> shards.engine(shard).rerankBy(stage));
        }
        everywhere = true;
        left.removeIf(each -> {
            final boolean unused = followers.stream().noneMatch(follower -> follower.follows == each);
            if (unused) {
                each.close();
            }
            return unused;
        });
    }

    /** For a thread of its own beside the shards; asks in each decision the model that is in use then. */
    synchronized SecondStage follower() {
        final Follower follower = new Follower();
        followers.add(follower);
        return follower;
    }

    /** A model that one follows is freed only after it has gone on to the next. */
    private final class Follower implements SecondStage {
        private Loaded follows;
        private OnnxSecondStage stage;

        @Override
        public boolean exists() {
            synchronized (ImportedModels.this) {
                if (follows != inUse) {
                    follows = null;
                    try {
                        stage = inUse == null ? null : inUse.model.stage(clock, counters.errors()::record);
                        if (stage != null) {
                            inUse.stages.add(stage);
                        }
                        follows = inUse;
                    } catch (final BadModelException failed) {
                        counters.errors().record(failed);
                    }
                }
                return follows != null;
            }
        }

        @Override
        public long contentHash() {
            return stage.contentHash();
        }

        @Override
        public boolean predictsClicks() {
            return stage.predictsClicks();
        }

        @Override
        public boolean begin(final int count, final FeatureVector context, final Deadline deadline) {
            return stage.begin(count, context, deadline);
        }

        @Override
        public void add(final Offer offer, final FeatureVector pair, final double logit) {
            stage.add(offer, pair, logit);
        }

        @Override
        public boolean run() {
            return stage.run();
        }

        @Override
        public float logit(final int rank) {
            return stage.logit(rank);
        }
    }

    /**
     * Loads the file again.
     *
     * @param onlyCheck nothing changes.
     * @return which model predicts now, or would, or its mistakes.
     * @throws IOException when a file cannot be read or written; nothing has changed.
     */
    synchronized ImportOutcome exchange(final boolean onlyCheck) throws IOException {
        final long before = inUse.model.contentHash();
        try {
            if (onlyCheck) {
                final OnnxFile read = OnnxFile.read(file);
                try (Loaded tried = loaded(read)) {
                    return new ImportOutcome(
                        tried.model.version(), hash(tried), before != read.contentHash(), List.of());
                }
            }
            load();
        } catch (final BadModelException bad) {
            return new ImportOutcome(inUse.model.version(), hash(inUse), false, bad.mistakes());
        }
        return new ImportOutcome(
            inUse.model.version(), hash(inUse), before != inUse.model.contentHash(), List.of());
    }

    /** What predicts, and how often it did. */
    synchronized ModelReport.Imported report() {
        return new ModelReport.Imported(inUse.model.version(), hash(inUse), inUse.model.predictsClicks(),
            inUse.model.columnCount(), counters.total(CounterDescriptor.DECISIONS_SECOND_STAGE),
            counters.total(CounterDescriptor.DECISIONS_SECOND_STAGE_SKIPPED),
            counters.total(CounterDescriptor.DECISIONS_SECOND_STAGE_FAILED));
    }

    /** Deletes copies of models that no record can name any more. */
    synchronized List<String> deleteUnused(final long nowMs, final long oldestMs) throws IOException {
        final Set<Long> used = left.stream().map(each -> each.model.contentHash()).collect(Collectors.toSet());
        if (inUse != null) {
            used.add(inUse.model.contentHash());
        }
        return OnnxFile.deleteUnused(archive, used, nowMs, oldestMs);
    }

    private static String hash(final Loaded loaded) {
        return "%016x".formatted(loaded.model.contentHash());
    }

    /** Frees the models; no shard may decide any more. */
    @Override
    public synchronized void close() {
        if (inUse != null) {
            left.add(inUse);
            inUse = null;
        }
        left.forEach(Loaded::close);
        left.clear();
    }
}
