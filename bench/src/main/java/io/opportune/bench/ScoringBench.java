package io.opportune.bench;

import io.opportune.engine.feature.FeatureKeys;
import io.opportune.engine.feature.FeatureVector;
import io.opportune.engine.learning.CandidateBatch;
import io.opportune.engine.learning.Feedback;
import io.opportune.engine.learning.Head;
import io.opportune.engine.learning.HeadSpec;
import io.opportune.engine.learning.Learner;
import io.opportune.engine.learning.LearnerKind;
import io.opportune.engine.learning.Level;
import io.opportune.engine.learning.ModelSpec;
import io.opportune.engine.learning.OfferKey;
import io.opportune.engine.learning.Scorer;
import io.opportune.engine.learning.WeightEpoch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What scoring 64 random candidates costs, the context's part included: 40 active features each (34 of the context, two
 * of the pair, and the four levels' own), whose 136 crosses with the levels come on top. The offers stand in 1,000
 * campaigns of 100 advertisers and in 60 categories. {@link #cold} reads 512 MiB of other memory before each
 * invocation, so that weights, offers' rows and translations of their addresses are in no cache (96 MiB, three times
 * the last cache of the machine that it was made on, left some there), and then scores two fixed requests against
 * another model of the same shape, so that code and buffers are where a busy server has them. And what learning one
 * example costs.
 */
@State(Scope.Thread)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 4)
public class ScoringBench {
    private static final int CANDIDATES = 64;
    private static final int CONTEXT_FEATURES = 34;
    private static final int PAIR_FEATURES = 2;
    private static final int CONTEXTS = 1024;
    private static final int CATEGORIES = 60;
    private static final int LINE_BYTES = 64;
    private static final int MOST_MEGABYTES = 512;

    /** How the model learns. */
    @Param({"BAYES", "FTRL"})
    public LearnerKind learner;
    /** Slots of a row. */
    @Param("128")
    public int width;
    /** Offers of the catalogue. */
    @Param("10000")
    public int offers;
    /** Examples learned before. */
    @Param("200000")
    public int requests;

    private final FeatureVector[] contexts = new FeatureVector[CONTEXTS];
    private final FeatureVector[] pairs = new FeatureVector[CONTEXTS];
    private final SplittableRandom random = new SplittableRandom(6);
    private final CandidateBatch batch = new CandidateBatch(CANDIDATES);
    private ModelSpec spec;
    private int[][] rows;
    private Learner model;
    private WeightEpoch epoch;
    private WeightEpoch otherEpoch;
    private Scorer scorer;
    private MemorySegment elsewhere;
    private int next;
    private long sink;

    /** Learns a model, and makes the requests. */
    @Setup
    public void learn() {
        final Level level = Level.folded(width, 12);
        spec = ModelSpec.of("bench", 1, learner).heads(new HeadSpec(Head.CLICK, Feedback.IMMEDIATE)).linearBits(20)
            .levels(level, Level.folded(width, 14), level,
                Level.folded(width, 15)).build();
        elsewhere = Arena.ofAuto().allocate((long) Math.min(MOST_MEGABYTES, 1 + requests / 300) << 20, LINE_BYTES)
            .fill((byte) 1);
        for (int i = 0; i < CONTEXTS; i++) {
            contexts[i] = new FeatureVector();
            for (int field = 0; field < CONTEXT_FEATURES; field++) {
                contexts[i].add(FeatureKeys.hash(field, random.nextInt(field < 10 ? 4 : field < 20 ? 50 : 2000)), 1);
            }
            pairs[i] = new FeatureVector();
            for (int field = 0; field < PAIR_FEATURES; field++) {
                pairs[i].add(FeatureKeys.hash(100 + field, random.nextInt(8)), 1);
            }
        }
        rows = new int[offers][];
        model = new Learner(spec);
        for (int i = 0; i < offers; i++) {
            rows[i] = spec.rows(new OfferKey(1 + i / 100, 1 + i / 10, 1 + random.nextInt(CATEGORIES), 1 + i));
            model.declare(rows[i]);
        }
        for (int i = 0; i < requests; i++) {
            learnOne();
        }
        epoch = model.publish();
        final Learner other = new Learner(spec);
        for (final int[] each : rows) {
            other.declare(each);
        }
        otherEpoch = other.publish();
        scorer = new Scorer(spec);
    }

    /** Empties the caches before each invocation. */
    @State(Scope.Thread)
    public static class ColdCaches {
        /**
         * Empties the caches, and warms code and buffers up again.
         *
         * @param bench whose.
         */
        @Setup(org.openjdk.jmh.annotations.Level.Invocation)
        public void empty(final ScoringBench bench) {
            bench.readElsewhere();
            for (int i = 0; i < 2; i++) {
                bench.fill(i);
                bench.score(bench.contexts[i], bench.otherEpoch);
            }
            bench.fillRandom();
        }
    }

    private void readElsewhere() {
        long sum = 0;
        for (long i = 0; i < elsewhere.byteSize(); i += LINE_BYTES) {
            sum += elsewhere.get(ValueLayout.JAVA_BYTE, i);
        }
        sink += sum;
    }

    private void fill(final int first) {
        batch.clear();
        for (int i = 0; i < CANDIDATES; i++) {
            batch.add(rows[(first + i) % offers], 0, pairs[i]);
        }
    }

    private void fillRandom() {
        batch.clear();
        for (int i = 0; i < CANDIDATES; i++) {
            batch.add(rows[random.nextInt(offers)], 0, pairs[random.nextInt(CONTEXTS)]);
        }
        next = next + 1 & CONTEXTS - 1;
        // The request itself has just been encoded.
        final FeatureVector context = contexts[next];
        for (int i = 0; i < context.count(); i++) {
            sink += context.key(i) + (long) context.value(i);
        }
    }

    private double score(final FeatureVector context, final WeightEpoch weights) {
        scorer.begin(context, weights);
        scorer.score(Head.CLICK, batch);
        return batch.prediction(CANDIDATES - 1) + batch.variance(0);
    }

    /**
     * 64 random candidates with cold caches.
     *
     * @param caches emptied.
     * @return something of the result.
     */
    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    public double cold(final ColdCaches caches) {
        return score(contexts[next], epoch);
    }

    /**
     * 64 random candidates, again and again: what fits stays in the caches. Choosing and adding them is measured too.
     *
     * @return something of the result.
     */
    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    public double warm() {
        fillRandom();
        return score(contexts[next], epoch);
    }

    /**
     * Learns one example of a random offer.
     *
     * @return how many were learned.
     */
    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    public long learnOne() {
        next = next + 1 & CONTEXTS - 1;
        model.learn(Head.CLICK, contexts[next], rows[random.nextInt(offers)], pairs[next],
            random.nextInt(20) == 0 ? 1 : 0, 1);
        return model.examples(Head.CLICK);
    }
}
