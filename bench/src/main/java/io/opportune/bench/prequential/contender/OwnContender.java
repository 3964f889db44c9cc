package io.opportune.bench.prequential.contender;

import io.opportune.bench.prequential.example.Examples;
import io.opportune.engine.feature.FeatureVector;
import io.opportune.engine.learning.Feedback;
import io.opportune.engine.learning.FtrlRates;
import io.opportune.engine.learning.Head;
import io.opportune.engine.learning.HeadSpec;
import io.opportune.engine.learning.Learner;
import io.opportune.engine.learning.LearnerKind;
import io.opportune.engine.learning.ModelSpec;
import io.opportune.engine.learning.OfferKey;
import io.opportune.engine.learning.Priors;
import io.opportune.engine.learning.Scorer;
import io.opportune.engine.learning.WeightEpoch;
import java.util.ArrayList;
import java.util.List;

/**
 * Our models as a server would serve them: predictions are scored against published weights, corrected by the
 * calibration, of the levels and sizes that {@link ModelSpec} has unless said otherwise.
 */
public final class OwnContender implements Contender {
    private final String name;
    private final List<Configuration> configurations;

    private OwnContender(final String name, final List<Configuration> configurations) {
        this.name = name;
        this.configurations = List.copyOf(configurations);
    }

    /** A spec with what is its own. */
    private record Configuration(String text, ModelSpec spec) {
    }

    /**
     * FTRL-Proximal.
     *
     * @return with its configurations.
     */
    public static OwnContender ftrl() {
        final List<Configuration> configurations = new ArrayList<>();
        for (final float alpha : new float[] {0.005f, 0.01f, 0.02f, 0.05f, 0.1f, 0.2f}) {
            for (final float l2 : new float[] {1, 20}) {
                final FtrlRates rates = new FtrlRates(alpha, 1, 0, l2);
                configurations.add(
                    new Configuration(rates.toString(), spec(LearnerKind.FTRL).rates(rates).build()));
            }
        }
        return new OwnContender("FTRL", configurations);
    }

    /**
     * Bayesian.
     *
     * @return with its configurations.
     */
    public static OwnContender bayes() {
        final List<Configuration> configurations = new ArrayList<>();
        for (final float linear : new float[] {0.01f, 0.03f, 0.1f, 0.3f}) {
            for (final float cross : new float[] {0.001f, 0.01f, 0.05f}) {
                final Priors priors = new Priors(16, linear, 2.5f * linear, cross, 0);
                configurations.add(
                    new Configuration(priors.toString(), spec(LearnerKind.BAYES).priors(priors).build()));
            }
        }
        return new OwnContender("Bayesian", configurations);
    }

    private static ModelSpec.Builder spec(final LearnerKind kind) {
        return ModelSpec.of("prequential", 1, kind).heads(new HeadSpec(Head.CLICK, Feedback.IMMEDIATE));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<String> configurations() {
        return configurations.stream().map(Configuration::text).toList();
    }

    @Override
    public Learning start(final Examples examples, final int configuration) {
        return new OwnLearning(examples, configurations.get(configuration).spec());
    }

    /** One model. */
    private static final class OwnLearning implements Learning {
        private final Examples examples;
        private final ModelSpec spec;
        private final FeatureVector context = new FeatureVector();
        private final FeatureVector pair = new FeatureVector();
        private final int[] rows = new int[ModelSpec.LEVELS];
        private Learner learner;
        private Scorer scorer;
        private boolean published = true;

        OwnLearning(final Examples examples, final ModelSpec spec) {
            this.examples = examples;
            this.spec = spec;
            learner = new Learner(spec);
            scorer = new Scorer(spec);
        }

        private void read(final int example) {
            examples.context(example, context);
            examples.pair(example, pair);
            spec.rows(new OfferKey(examples.entity(example, 0), examples.entity(example, 1),
                examples.entity(example, 2), examples.entity(example, 3)), rows, 0);
        }

        @Override
        public double probability(final int example) {
            if (!published) {
                final WeightEpoch old = learner.epoch();
                learner.publish();
                learner.release(old);
                published = true;
            }
            read(example);
            scorer.begin(context, learner.epoch()).score(Head.CLICK, rows, pair);
            return scorer.prediction();
        }

        @Override
        public void learn(final int example) {
            read(example);
            learner.learn(Head.CLICK, context, rows, pair, examples.label(example) ? 1 : 0, examples.weight(example));
            published = false;
        }

        @Override
        public void close() {
            learner = null;
            scorer = null;
            // Weights are outside the heap and go with their owner; nothing else would make the collector look for it.
            System.gc();
        }
    }
}
