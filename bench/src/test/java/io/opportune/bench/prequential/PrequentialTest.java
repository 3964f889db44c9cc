package io.opportune.bench.prequential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.bench.prequential.contender.Contender;
import io.opportune.bench.prequential.contender.OwnContender;
import io.opportune.bench.prequential.contender.VwContender;
import io.opportune.bench.prequential.example.Examples;
import io.opportune.bench.prequential.example.LawExamples;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PrequentialTest {
    private static final int COUNT = 12_000;
    private static final long SEED = 3;

    @Test
    void shouldGiveEachContenderAsManyConfigurations() {
        for (final Contender each : List.of(new VwContender(), OwnContender.ftrl(), OwnContender.bayes())) {
            assertEquals(Contender.CONFIGURATIONS, each.configurations().stream().distinct().count(), each.name());
        }
    }

    /** A contender that knows the truth has the least loss there is; the others have learned most of the way to it. */
    @Test
    void shouldLearnAKnownLaw() {
        final double[] truth = new double[COUNT];
        final Examples examples = LawExamples.generate(truth, SEED);
        final int from = Prequential.tuningEnd(examples);
        final float[] oracle = new float[COUNT];
        final float[] blind = new float[COUNT];
        final float rate = (float) examples.positives(from, COUNT) / (COUNT - from);
        for (int i = 0; i < COUNT; i++) {
            oracle[i] = (float) truth[i];
            blind[i] = rate;
        }
        final Scores best = new Scores(examples, from, oracle);
        final Scores none = new Scores(examples, from, blind);
        final double least = best.logLoss(best.weights());
        final double most = none.logLoss(none.weights());
        final List<Contender> contenders = List.of(new VwContender(), OwnContender.ftrl(), OwnContender.bayes());
        final int[] configurations = {8, 8, 4};
        for (int i = 0; i < configurations.length; i++) {
            final Contender each = contenders.get(i);
            final Scores scores =
                new Scores(examples, from, Prequential.predictions(each, configurations[i], examples, COUNT));
            final double loss = scores.logLoss(scores.weights());
            final double auc = scores.auc(scores.weights());
            final String what = each.name() + ": log loss " + loss + " between " + least + " and " + most
                + ", AUC " + auc + " of at most " + best.auc(best.weights());
            assertTrue(loss > least - 0.01 && loss < least + 0.75 * (most - least), what);
            assertTrue(auc > 0.65 && auc < best.auc(best.weights()) + 0.01, what);
        }
    }

    @Test
    void shouldPredictBeforeItLearnsAndOnlyWhatIsAskedFor() {
        final Examples.Builder builder = new Examples.Builder("schedule");
        for (int i = 0; i < 3; i++) {
            builder.add(true, 1, 0, 1, 1, 1, 1);
        }
        builder.test(0);
        builder.test(1);
        builder.learn(1);
        builder.learn(0);
        builder.test(2);
        builder.learn(2);
        final List<String> calls = new ArrayList<>();
        Prequential.predictions(new Recording(calls), 0, builder.build(), 3);
        assertEquals(List.of("test 0", "test 1", "learn 1", "learn 0", "test 2", "closed"), calls);
    }

    @Test
    void shouldRefuseAScheduleThatLearnsFirst() {
        final Examples.Builder builder = new Examples.Builder("wrong");
        builder.add(true, 1, 0, 1, 1, 1, 1);
        builder.learn(0);
        builder.test(0);
        assertThrows(IllegalStateException.class, builder::build);
    }

    @Test
    void shouldPrintAVerdictForEachModel() {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final List<PrequentialRun.Comparison> comparisons = PrequentialRun.compare(
            LawExamples.generate(1_000, SEED), new PrintStream(out, true, StandardCharsets.UTF_8));
        final String text = out.toString(StandardCharsets.UTF_8);
        assertEquals(2, comparisons.size());
        assertTrue(text.contains("generated: 1,000 examples"), text);
        for (final PrequentialRun.Comparison each : comparisons) {
            assertTrue(each.error().logLoss() > 0 && each.error().auc() > 0, text);
            assertEquals(each.ownLoss() - each.otherLoss() <= each.error().logLoss(), each.lossKept(), text);
        }
        assertEquals(4, text.split("kept|MISSED", -1).length - 1, text);
    }

    @Test
    void shouldMeasureExamplesPerSecondOfAllWays() throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final ThroughputRun.Ratios ratios =
            ThroughputRun.run(2_000, 1, new PrintStream(out, true, StandardCharsets.UTF_8));
        final String text = out.toString(StandardCharsets.UTF_8);
        assertTrue(ratios.text() > 0 && ratios.keys() > 0, text);
        assertEquals(15, text.split("examples/s", -1).length - 1, text);
    }

    /** Writes down what is asked of it. */
    private record Recording(List<String> calls) implements Contender {
        @Override
        public String name() {
            return "recording";
        }

        @Override
        public List<String> configurations() {
            return List.of("only");
        }

        @Override
        public Learning start(final Examples examples, final int configuration) {
            return new Learning() {
                @Override
                public double probability(final int example) {
                    calls.add("test " + example);
                    return 0.5;
                }

                @Override
                public void learn(final int example) {
                    calls.add("learn " + example);
                }

                @Override
                public void close() {
                    calls.add("closed");
                }
            };
        }
    }
}
