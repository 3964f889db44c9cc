package io.opportune.bench.prequential.contender;

import io.opportune.bench.prequential.example.Examples;
import io.opportune.engine.feature.FeatureVector;
import io.opportune.engine.learning.Feedback;
import io.opportune.engine.learning.Head;
import io.opportune.engine.learning.HeadSpec;
import io.opportune.engine.learning.Learner;
import io.opportune.engine.learning.LearnerKind;
import io.opportune.engine.learning.ModelSpec;
import io.opportune.engine.learning.OfferKey;
import io.opportune.engine.learning.WeightEpoch;

/**
 * How many examples a second our models learn on the calling thread, with default rates and sizes. Folding the context
 * and finding the offer's rows are part of it, and so is an epoch every so many examples and at the end.
 */
public final class OwnSpeed {
    /** Examples between two epochs of a server that learns at full speed: its default is one a second. */
    public static final int EPOCH = 500_000;
    /** Examples between two epochs that come five times as often. */
    public static final int SHORT_EPOCH = 100_000;

    private final Learner learner;
    private final int[] rows = new int[ModelSpec.LEVELS];
    private final TextReader reader = new TextReader();
    private final FeatureVector context = new FeatureVector();
    private final FeatureVector pair = new FeatureVector();
    private final int epoch;
    private int sincePublished;

    private OwnSpeed(final LearnerKind kind, final int epoch) {
        this.epoch = epoch;
        learner = new Learner(
            ModelSpec.of("speed", 1, kind).heads(new HeadSpec(Head.CLICK, Feedback.IMMEDIATE)).build());
    }

    /**
     * Learns text.
     *
     * @param kind  which learner.
     * @param lines examples.
     * @param epoch examples between two epochs.
     * @return examples a second.
     */
    public static double text(final LearnerKind kind, final String[] lines, final int epoch) {
        final OwnSpeed speed = new OwnSpeed(kind, epoch);
        final long start = System.nanoTime();
        for (final String line : lines) {
            final TextReader read = speed.reader;
            read.read(line);
            speed.learn(read.context, read.pair, read.entity, read.label, read.weight);
        }
        speed.publish();
        return rate(lines.length, start);
    }

    /**
     * Learns keys.
     *
     * @param kind     which learner.
     * @param examples to be learned, in order.
     * @param epoch    examples between two epochs.
     * @return examples a second.
     */
    public static double keys(final LearnerKind kind, final Examples examples, final int epoch) {
        final OwnSpeed speed = new OwnSpeed(kind, epoch);
        final int[] entity = new int[Examples.ENTITIES];
        final long start = System.nanoTime();
        for (int i = 0; i < examples.count(); i++) {
            examples.context(i, speed.context);
            examples.pair(i, speed.pair);
            for (int level = 0; level < Examples.ENTITIES; level++) {
                entity[level] = examples.entity(i, level);
            }
            speed.learn(speed.context, speed.pair, entity, examples.label(i) ? 1 : 0, examples.weight(i));
        }
        speed.publish();
        return rate(examples.count(), start);
    }

    private void learn(final FeatureVector with, final FeatureVector offered, final int[] entity, final double label,
        final double weight) {
        learner.spec().rows(new OfferKey(entity[0], entity[1], entity[2], entity[3]), rows, 0);
        learner.learn(Head.CLICK, with, rows, offered, label, weight);
        if (++sincePublished == epoch) {
            publish();
        }
    }

    private void publish() {
        sincePublished = 0;
        final WeightEpoch old = learner.epoch();
        learner.publish();
        learner.release(old);
    }

    private static double rate(final int count, final long start) {
        final long elapsed = System.nanoTime() - start;
        // As in OwnContender: weights are outside the heap.
        System.gc();
        return count * 1e9 / elapsed;
    }
}
