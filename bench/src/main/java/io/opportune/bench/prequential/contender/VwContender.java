package io.opportune.bench.prequential.contender;

import io.opportune.bench.prequential.example.Examples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import vowpalWabbit.learner.VWLearners;
import vowpalWabbit.learner.VWScalarLearner;

/** Vowpal Wabbit 9.3.0 through JNI, fed with text. Its table has 2^22 weights. */
public final class VwContender implements Contender {
    /** Options of all configurations. */
    public static final String OPTIONS = "--quiet --loss_function logistic --link logistic -b 22 " + VwText.CROSSES;
    /**
     * Its usual learner (adaptive, normalized, invariant) with and without its default rate, its FTRL-Proximal with its
     * default beta and with ours, and its coin betting.
     */
    private static final List<String> CONFIGURATIONS_TRIED = List.of(
        "-l 0.5", "-l 0.1", "-l 0.03", "-l 0.01",
        "--ftrl", "--ftrl --ftrl_alpha 0.02", "--ftrl --ftrl_alpha 0.05",
        "--ftrl --ftrl_alpha 0.02 --ftrl_beta 1", "--ftrl --ftrl_alpha 0.05 --ftrl_beta 1 --l2 1",
        "--ftrl --ftrl_alpha 0.1 --ftrl_beta 1 --l2 1", "--coin", "--coin --ftrl_alpha 1");

    /** Makes one. */
    public VwContender() {
        // Has no state.
    }

    @Override
    public String name() {
        return "Vowpal Wabbit";
    }

    @Override
    public List<String> configurations() {
        return CONFIGURATIONS_TRIED;
    }

    @Override
    public Learning start(final Examples examples, final int configuration) {
        return new VwLearning(examples, OPTIONS + ' ' + CONFIGURATIONS_TRIED.get(configuration));
    }

    /** One instance of it. */
    private static final class VwLearning implements Learning {
        private final VwText text;
        private final VWScalarLearner learner;

        VwLearning(final Examples examples, final String options) {
            text = new VwText(examples);
            learner = VWLearners.create(options);
        }

        @Override
        public double probability(final int example) {
            return learner.predict(text.unlabelled(example));
        }

        @Override
        public void learn(final int example) {
            learner.learn(text.labelled(example));
        }

        @Override
        public void close() {
            try {
                learner.close();
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
