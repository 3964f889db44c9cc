package io.opportune.bench.prequential.contender;

import io.opportune.bench.prequential.example.Examples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.vowpalwabbit.spark.VowpalWabbitExample;
import org.vowpalwabbit.spark.VowpalWabbitNative;

/**
 * How many examples a second Vowpal Wabbit learns, by each way in which its library takes them.
 */
public final class VwSpeed {
    private static final int MASK = (1 << 22) - 1;
    private static final int CACHE_PASSES = 2;

    private VwSpeed() {
    }

    /**
     * Learns text, a call of JNI for each line, which parses and hashes it.
     *
     * @param options of the learner, beside {@link VwContender#OPTIONS}.
     * @param lines   examples.
     * @return examples a second.
     * @throws IOException when it cannot be closed.
     */
    public static double text(final String options, final String[] lines) throws IOException {
        try (VowpalWabbitNative vw = new VowpalWabbitNative(VwContender.OPTIONS + ' ' + options)) {
            final long start = System.nanoTime();
            for (final String line : lines) {
                vw.learnFromString(line);
            }
            return rate(lines.length, start);
        }
    }

    /**
     * Learns from its own binary cache by its own driver, as {@code vw --passes} does: parsed and hashed beforehand
     * (only crosses are hashed anew), without a call of JNI for each example. Writing the cache is not timed.
     *
     * @param options of the learner, beside {@link VwContender#OPTIONS}.
     * @param lines   examples.
     * @return examples a second.
     * @throws IOException when the cache cannot be written.
     */
    public static double cache(final String options, final String[] lines) throws IOException {
        final Path folder = Files.createTempDirectory("opportune-vw");
        final Path cache = folder.resolve("cache");
        try (VowpalWabbitNative vw = new VowpalWabbitNative(VwContender.OPTIONS + ' ' + options
            + " --holdout_off --passes " + CACHE_PASSES + " -k --cache_file " + cache)) {
            for (final String line : lines) {
                vw.learnFromString(line);
            }
            final double before = vw.getPerformanceStatistics().getWeightedExampleSum();
            final long start = System.nanoTime();
            vw.performRemainingPasses();
            final double rate = rate(lines.length, start);
            final double learned = vw.getPerformanceStatistics().getWeightedExampleSum() - before;
            if (learned != lines.length) {
                throw new IllegalStateException("its driver learned " + learned + " of " + lines.length + " examples");
            }
            return rate;
        } finally {
            Files.deleteIfExists(cache);
            Files.deleteIfExists(folder);
        }
    }

    /**
     * Learns example objects that were made beforehand, with keys for hashes: a call of JNI for each. There is no
     * room for all at once: they are made in portions, and making them is not timed.
     *
     * @param options  of the learner, beside {@link VwContender#OPTIONS}.
     * @param examples to be learned, all of weight 1.
     * @param portion  objects at a time.
     * @return examples a second.
     * @throws IOException when it cannot be closed.
     */
    public static double objects(final String options, final Examples examples, final int portion) throws IOException {
        long elapsed = 0;
        try (VowpalWabbitNative vw = new VowpalWabbitNative(VwContender.OPTIONS + ' ' + options)) {
            for (int from = 0; from < examples.count(); from += portion) {
                final int end = Math.min(examples.count(), from + portion);
                final VowpalWabbitExample[] made = new VowpalWabbitExample[end - from];
                for (int i = from; i < end; i++) {
                    made[i - from] = object(vw, examples, i);
                }
                final long start = System.nanoTime();
                for (final VowpalWabbitExample each : made) {
                    each.learn();
                }
                elapsed += System.nanoTime() - start;
                for (final VowpalWabbitExample each : made) {
                    each.close();
                }
            }
        }
        return examples.count() * 1e9 / elapsed;
    }

    private static VowpalWabbitExample object(
        final VowpalWabbitNative vw, final Examples examples, final int example) {
        final VowpalWabbitExample made = vw.createExample();
        made.setLabel(examples.label(example) ? 1 : -1, examples.weight(example));
        final int contextStart = examples.contextStart(example);
        final int[] context = new int[examples.contextStart(example + 1) - contextStart];
        Arrays.setAll(context, i -> examples.contextKey(contextStart + i) & MASK);
        final int pairStart = examples.pairStart(example);
        final int[] pair = new int[examples.pairStart(example + 1) - pairStart];
        Arrays.setAll(pair, i -> examples.pairKey(pairStart + i) & MASK);
        final int[] offer = new int[Examples.ENTITIES];
        Arrays.setAll(offer, level -> VwText.entity(level, examples.entity(example, level)));
        add(made, 'c', context);
        add(made, 'o', offer);
        add(made, 'p', pair);
        return made;
    }

    private static void add(final VowpalWabbitExample made, final char namespace, final int[] keys) {
        final double[] values = new double[keys.length];
        Arrays.fill(values, 1);
        made.addToNamespaceSparse(namespace, keys, values);
    }

    private static double rate(final int count, final long start) {
        return count * 1e9 / (System.nanoTime() - start);
    }
}
