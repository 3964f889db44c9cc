package io.opportune.bench;

import com.sun.management.ThreadMXBean;
import io.opportune.bench.fixture.AdmittedTape;
import io.opportune.bench.fixture.EngineFixture;
import io.opportune.bench.fixture.Percentiles;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.context.Customer;
import io.opportune.engine.decision.Deadline;
import io.opportune.engine.decision.DecisionEngine;
import io.opportune.engine.decision.DecisionOutcome;
import io.opportune.engine.decision.OfferOrder;
import io.opportune.engine.decision.SecondStage;
import io.opportune.engine.decision.ShardModel;
import io.opportune.engine.feature.FeatureText;
import io.opportune.engine.feature.FeatureVector;
import io.opportune.engine.learning.Learner;
import io.opportune.engine.learning.WeightEpoch;
import io.opportune.engine.onnx.OnnxFile;
import io.opportune.engine.onnx.OnnxModel;
import io.opportune.engine.onnx.OnnxSecondStage;
import io.opportune.engine.onnx.OnnxWriter;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.training.ModelText;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.concurrent.SystemNanoClock;

/**
 * What an imported model costs a decision: the same requests of a world, decided with a Bayesian model as the first
 * stage, without a second one and with one over the best 8, 16 and 32 candidates of 64, in turns. Two made-up models of
 * {@link #COLUMNS} columns: a linear one, and one with a hidden layer of {@link #UNITS} units. Nothing is journalled.
 * The cost of a stage is that of its run and of writing its rows, from the first candidate to the last logit.
 */
final class SecondStageRun {
    /** Decisions of each kind, unless told otherwise. */
    static final int DECISIONS = 40_000;
    /** Customers of the world. */
    static final int CUSTOMERS = 20_000;
    /** Offers of the world. */
    static final int OFFERS = 5_000;
    /** Decisions of a kind before those of the next. */
    static final int TURN = 256;

    private static final int COLUMNS = 49;
    private static final int UNITS = 64;
    private static final int[] BATCHES = {8, 16, 32};
    private static final int REQUESTS = 16_384;
    private static final int MOST_WORDS = 4;
    private static final long BUDGET_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final String FIRST = "house:1 bayes offer-rows=13 campaign-rows=10 linear-bits=18";
    private static final String CHOICE = "choice: {learned: true, per_category: 3%s}";

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final SplittableRandom random = new SplittableRandom(EngineFixture.SEED);
    private final int customers;
    private final int offers;
    private final int decisions;

    SecondStageRun(final int customers, final int offers, final int decisions) {
        this.customers = customers;
        this.offers = offers;
        this.decisions = decisions;
    }

    void run(final PrintStream out) throws IOException {
        try (EngineFixture fixture = new EngineFixture(customers, offers)) {
            final AdmittedTape tape = AdmittedTape.of(fixture, fixture.record(REQUESTS));
            final Path file = fixture.root().resolve("bench.onnx");
            final List<Kind> kinds = new ArrayList<>();
            final WeightEpoch epoch = new Learner(ModelText.parse(FIRST)).publish();
            kinds.add(new Kind("without", fixture, 0, epoch, null));
            try (OnnxModel linear = model(fixture, file, OnnxWriter.linear(weights(COLUMNS), -3, false));
                OnnxModel layered = model(fixture, file, OnnxWriter.perceptron(
                    Stream.generate(() -> weights(UNITS)).limit(COLUMNS).toArray(float[][]::new), weights(UNITS),
                    weights(UNITS), -3))) {
                for (final int batch : BATCHES) {
                    kinds.add(new Kind("linear, " + batch, fixture, batch, epoch, linear));
                    kinds.add(new Kind("hidden layer, " + batch, fixture, batch, epoch, layered));
                }
                measure(kinds, tape, decisions / 2);
                kinds.forEach(Kind::forget);
                measure(kinds, tape, decisions);
                print(kinds, out);
            } finally {
                kinds.forEach(Kind::close);
            }
        }
    }

    private float[] weights(final int count) {
        final float[] weights = new float[count];
        for (int i = 0; i < count; i++) {
            weights[i] = (float) (random.nextGaussian() / 8);
        }
        return weights;
    }

    /** With columns for the first values of each feature in turn. */
    private static OnnxModel model(final EngineFixture fixture, final Path file, final byte[] bytes)
        throws IOException {
        final NameRegistry registry = fixture.registry();
        final FeatureText text = new FeatureText(fixture.catalogue(), registry);
        final StringBuilder manifest = new StringBuilder("version bench:1\npredicts conversion\noutput "
            + OnnxWriter.OUTPUT + " logit\ninput " + OnnxWriter.INPUT + "\ncolumn first.logit number\n");
        int columns = 1;
        for (final String name : text.names()) {
            final List<FeatureText.Value> values = text.values(name);
            final boolean ordered =
                !values.isEmpty() && values.stream().noneMatch(value -> Double.isNaN(value.number()));
            final List<String> wanted = ordered ? List.of("number")
                : values.stream().map(value -> "is " + value.words()).distinct().limit(MOST_WORDS).toList();
            for (final String each : wanted) {
                if (columns < COLUMNS) {
                    manifest.append("column ").append(name).append(' ').append(each).append('\n');
                    columns++;
                }
            }
        }
        if (columns != COLUMNS) {
            throw new IllegalStateException("only " + columns + " columns");
        }
        Files.write(file, bytes);
        Files.writeString(file.resolveSibling(file.getFileName() + OnnxFile.MANIFEST), manifest);
        return OnnxFile.read(file).load(text, registry);
    }

    private void measure(final List<Kind> kinds, final AdmittedTape tape, final int count) {
        for (int from = 0; from < count; from += TURN) {
            for (final Kind kind : kinds) {
                final long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = from; i < Math.min(count, from + TURN); i++) {
                    kind.decide(tape, i % tape.count());
                }
                kind.bytes += threads.getCurrentThreadAllocatedBytes() - before;
            }
        }
    }

    private static void print(final List<Kind> kinds, final PrintStream out) {
        out.printf("%-20s %10s %10s %8s %12s %12s %10s %8s %8s%n", "", "p50", "p99", "ratio", "stage p50", "stage p99",
            "in batch", "skipped", "B/op");
        final long base = kinds.getFirst().decision(0.5);
        for (final Kind kind : kinds) {
            final boolean has = kind.stageCount > 0;
            out.printf(Locale.ROOT, "%-20s %,7d ns %,7d ns %8.2f %12s %12s %10s %8s %8.0f%n", kind.name,
                kind.decision(0.5), kind.decision(0.99), (double) kind.decision(0.5) / base,
                has ? String.format(Locale.ROOT, "%,d ns", kind.stage(0.5)) : "",
                has ? String.format(Locale.ROOT, "%,d ns", kind.stage(0.99)) : "",
                has ? String.format(Locale.ROOT, "%.1f", (double) kind.rows / kind.stageCount) : "",
                has ? kind.skipped + " of " + (kind.skipped + kind.stageCount) : "", kind.bytesPerDecision());
        }
        out.println("One thread; a decision from the request in memory to its outcome, without journal and answer.");
    }

    /** Decisions of one kind, and what they took. */
    private final class Kind implements SecondStage, AutoCloseable {
        private final String name;
        private final DecisionEngine engine;
        private final OnnxSecondStage stage;
        private final EngineFixture fixture;
        private final ProfileFlyweight profile = new ProfileFlyweight();
        private final Customer customer = new Customer();
        private final Deadline deadline = new Deadline(SystemNanoClock.INSTANCE);
        private final DecisionOutcome outcome = new DecisionOutcome();
        private final DecisionRequestDecoder request = new DecisionRequestDecoder();
        private final long[] durationsNs = new long[decisions];
        private final long[] stagesNs = new long[decisions];
        private int count;
        private int stageCount;
        private long rows;
        private long skipped;
        private long bytes;
        private long startNs;

        Kind(
            final String name, final EngineFixture fixture, final int batch, final WeightEpoch epoch,
            final OnnxModel model) throws IOException {
            this.name = name;
            this.fixture = fixture;
            engine = new DecisionEngine(SystemNanoClock.INSTANCE, fixture.timers());
            engine.prepare(new OfferOrder(choosing(fixture, batch)));
            engine.predictBy(new ShardModel(1, epoch, null));
            stage = model == null ? null : model.stage(SystemNanoClock.INSTANCE, failed -> {
                throw new IllegalStateException(failed);
            });
            if (stage != null) {
                engine.rerankBy(this);
            }
        }

        /** The world's catalogue, whose placements choose by a model. */
        private static Catalogue choosing(final EngineFixture fixture, final int batch) throws IOException {
            final Path from = fixture.root().resolve("catalogue");
            final Path to = Files.createDirectories(fixture.root().resolve("catalogue-" + batch));
            final String choice = CHOICE.formatted(batch == 0 ? "" : ", second_stage: " + batch);
            boolean placed = false;
            try (Stream<Path> files = Files.list(from)) {
                for (final Path file : files.filter(Files::isRegularFile).toList()) {
                    final String text = Files.readString(file);
                    placed |= text.contains("    time_budget: 20ms\n");
                    Files.writeString(to.resolve(file.getFileName()), text.replace(
                        "    time_budget: 20ms\n", "    time_budget: 20ms\n    " + choice + '\n'));
                }
            }
            final LoadResult result =
                CatalogueLoader.load(to, fixture.registry(), CatalogueLoader.Previous.none());
            if (!placed || !result.isGood()) {
                throw new IllegalStateException(result.errors().toString());
            }
            return result.catalogue();
        }

        void decide(final AdmittedTape tape, final int i) {
            final long high = tape.rootHigh(i);
            final long low = tape.rootLow(i);
            if ((high | low) == 0) {
                customer.anonymous();
            } else {
                customer.identified(
                    fixture.profiles().find(tape.partition(i), high, low, profile) ? profile : null);
            }
            tape.wrap(i, request);
            final long nowNs = System.nanoTime();
            deadline.at(nowNs, nowNs + BUDGET_NS);
            engine.drawBy(1, i);
            engine.decide(request, customer, tape.timeNs(i), deadline, outcome);
            durationsNs[count] = System.nanoTime() - nowNs;
            count = (count + 1) % durationsNs.length;
            skipped += outcome.secondStageCount() == 0 ? 1 : 0;
        }

        void forget() {
            count = 0;
            stageCount = 0;
            rows = 0;
            skipped = 0;
            bytes = 0;
        }

        long decision(final double share) {
            return Percentiles.of(durationsNs, share);
        }

        long stage(final double share) {
            return Percentiles.of(Arrays.copyOf(stagesNs, stageCount), share);
        }

        double bytesPerDecision() {
            return (double) bytes / durationsNs.length;
        }

        @Override
        public boolean exists() {
            return true;
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
        public boolean begin(final int batch, final FeatureVector context, final Deadline until) {
            startNs = System.nanoTime();
            final boolean begun = stage.begin(batch, context, until);
            rows += begun ? batch : 0;
            return begun;
        }

        @Override
        public void add(final Offer offer, final FeatureVector pair, final double logit) {
            stage.add(offer, pair, logit);
        }

        @Override
        public boolean run() {
            final boolean good = stage.run();
            stagesNs[stageCount] = System.nanoTime() - startNs;
            stageCount = (stageCount + 1) % stagesNs.length;
            return good;
        }

        @Override
        public float logit(final int rank) {
            return stage.logit(rank);
        }

        @Override
        public void close() {
            if (stage != null) {
                stage.close();
            }
        }
    }
}
