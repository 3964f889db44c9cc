package io.opportune.bench;

import io.opportune.engine.arbitration.Arbiter;
import io.opportune.engine.arbitration.ChoicePolicy;
import io.opportune.engine.arbitration.Contenders;
import io.opportune.engine.arbitration.NoiseTable;
import io.opportune.engine.arbitration.ScoreFormula;
import io.opportune.engine.arbitration.SlateRules;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What arbitration of 64 candidates costs, for one place and for slates of four with at most one of a category: logits
 * -4 with a standard deviation of 0.7 between candidates and of 0.15 to 0.45 in what is believed of each, values that
 * differ by a factor of e. 256 sets of candidates take turns.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 7, time = 1)
public class ChoiceBench {
    private static final int SETS = 256;
    private static final int CANDIDATES = 64;
    private static final int SLATE = 4;
    private static final long PARTITION = 17;
    private static final ChoicePolicy EPSILON = ChoicePolicy.epsilon(0.1);
    private static final ChoicePolicy SOFTMAX = ChoicePolicy.softmax(0.3);

    private final Contenders[] sets = new Contenders[SETS];
    private final Contenders filled = new Contenders();
    private final ScoreFormula formula = ScoreFormula.MONEY;
    private final Arbiter arbiter = new Arbiter(new NoiseTable());
    private final int[] offerIds = new int[CANDIDATES];
    private final double[] means = new double[CANDIDATES];
    private long decision;

    /** Makes the sets. */
    @Setup
    public void make() {
        final SplittableRandom random = new SplittableRandom(1);
        for (int set = 0; set < SETS; set++) {
            sets[set] = new Contenders();
            sets[set].begin(formula);
            for (int i = 0; i < CANDIDATES; i++) {
                offerIds[i] = random.nextInt(1, 10_000);
                means[i] = -4 + 0.7 * random.nextGaussian();
                sets[set].add(offerIds[i], random.nextInt(40), random.nextInt(20), 0, means[i],
                    random.nextDouble(0.15, 0.45), (long) (1e6 * Math.exp(0.5 * random.nextGaussian())), 1, 1);
            }
        }
    }

    private double arbitrate(final ChoicePolicy policy, final int places) {
        final long id = decision++;
        arbiter.arbitrate(sets[(int) (id & SETS - 1)], policy, SlateRules.ONE_PER_CATEGORY, places, null,
            PARTITION, id);
        return arbiter.probability(0);
    }

    /**
     * Adds the candidates of a decision, scores them by the formula.
     *
     * @return their number.
     */
    @Benchmark
    public int fill() {
        filled.begin(formula);
        for (int i = 0; i < CANDIDATES; i++) {
            filled.add(offerIds[i], i, i, 0, means[i], 0.3, 1_000_000, 1.5, 1);
        }
        return filled.count();
    }

    /**
     * One place to the best.
     *
     * @return its probability.
     */
    @Benchmark
    public double greedy() {
        return arbitrate(ChoicePolicy.GREEDY, 1);
    }

    /**
     * Four places to the best.
     *
     * @return the first one's probability.
     */
    @Benchmark
    public double greedySlate() {
        return arbitrate(ChoicePolicy.GREEDY, SLATE);
    }

    /**
     * One place, epsilon 0.1.
     *
     * @return its probability.
     */
    @Benchmark
    public double epsilon() {
        return arbitrate(EPSILON, 1);
    }

    /**
     * Four places, epsilon 0.1.
     *
     * @return the first one's probability.
     */
    @Benchmark
    public double epsilonSlate() {
        return arbitrate(EPSILON, SLATE);
    }

    /**
     * One place by Thompson sampling.
     *
     * @return its probability.
     */
    @Benchmark
    public double thompson() {
        return arbitrate(ChoicePolicy.THOMPSON, 1);
    }

    /**
     * Four places by Thompson sampling.
     *
     * @return the first one's probability.
     */
    @Benchmark
    public double thompsonSlate() {
        return arbitrate(ChoicePolicy.THOMPSON, SLATE);
    }

    /**
     * One place by softmax, temperature 0.3.
     *
     * @return its probability.
     */
    @Benchmark
    public double softmax() {
        return arbitrate(SOFTMAX, 1);
    }

    /**
     * Four places by softmax, temperature 0.3.
     *
     * @return the first one's probability.
     */
    @Benchmark
    public double softmaxSlate() {
        return arbitrate(SOFTMAX, SLATE);
    }
}
