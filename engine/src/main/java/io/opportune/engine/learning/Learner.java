package io.opportune.engine.learning;

import io.opportune.engine.feature.FeatureVector;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A model being learned. One thread owns it; what it publishes any thread may read. There are two tables a head: one is
 * served, the other gets the blocks that changed when the next epoch is made (left-right), so that readers never
 * see half an epoch and never wait.
 */
public final class Learner {
    private final ModelSpec spec;
    private final HeadModel[] heads = new HeadModel[Head.COUNT];
    private final ActiveWeights active;
    private final FeatureSlots features;
    private final OfferRows offers;
    private WeightEpoch epoch;
    private boolean released = true;

    /**
     * Makes a model that has learned nothing; its epoch 0 can be served at once.
     *
     * @param spec its shape.
     */
    public Learner(final ModelSpec spec) {
        this.spec = spec;
        features = new FeatureSlots(spec.width());
        active = new ActiveWeights(spec, features);
        offers = new OfferRows(spec);
        for (final HeadSpec head : spec.heads()) {
            heads[head.head().ordinal()] = new HeadModel(spec, head);
        }
        epoch = epoch(0, 0);
    }

    private WeightEpoch epoch(final long number, final int table) {
        final ServedHead[] served = new ServedHead[Head.COUNT];
        for (int i = 0; i < Head.COUNT; i++) {
            served[i] = heads[i] == null ? null : heads[i].served(table);
        }
        return new WeightEpoch(spec, number, served, features);
    }

    private static int table(final long number) {
        return (int) (number & 1);
    }

    /**
     * Its shape.
     *
     * @return never null.
     */
    public ModelSpec spec() {
        return spec;
    }

    /**
     * Names an offer beforehand, so that the next epoch has its rows added, and scoring it reads one row instead of one
     * a level. What is learned of is known anyway; scores are the same bits either way.
     *
     * @param rows {@link ModelSpec#rows} of the offer.
     */
    public void declare(final int[] rows) {
        offers.add(rows, 0);
    }

    /**
     * Learns one example; what is served does not change before {@link #publish()}.
     *
     * @param head    one of the spec's.
     * @param context as it was when the offer was made.
     * @param rows    {@link ModelSpec#rows} of the offer.
     * @param pair    features of customer and offer together.
     * @param label   0 or 1; of {@link Head#AMOUNT} the amount in micros, above 0.
     * @param weight  above 0; 1 for an ordinary example.
     * @throws IllegalArgumentException when label or weight is out of its range, or the model has no such head.
     */
    public void learn(final Head head, final FeatureVector context, final int[] rows, final FeatureVector pair,
        final double label, final double weight) {
        final HeadModel model = model(head);
        if (!(weight > 0 && weight < Float.MAX_VALUE)) {
            throw new IllegalArgumentException("an example's weight must be above 0: " + weight);
        }
        if (head == Head.AMOUNT ? !(label > 0 && label < Float.MAX_VALUE) : !(label >= 0 && label <= 1)) {
            throw new IllegalArgumentException("no label of " + head + ": " + label);
        }
        offers.add(rows, 0);
        active.set(context, rows, pair, true);
        model.learn(active, label, weight);
    }

    /**
     * Learns an outcome that came later, if it came in time. With {@link Feedback#FAKE_NEGATIVE} its example was
     * learned as negative when the offer was made; otherwise this is its only time.
     *
     * @param head     one of the spec's, not {@link Head#AMOUNT}.
     * @param context  as it was when the offer was made.
     * @param rows     of the offer.
     * @param pair     as it was then.
     * @param delayNs  between offer and outcome.
     * @param windowNs the campaign's attribution window.
     * @param weight   above 0.
     * @return whether it was learned: the delay is neither negative nor longer than the window.
     */
    public boolean learnDelayed(final Head head, final FeatureVector context, final int[] rows,
        final FeatureVector pair, final long delayNs, final long windowNs, final double weight) {
        if (delayNs < 0 || delayNs > windowNs) {
            return false;
        }
        learn(head, context, rows, pair, 1, weight);
        return true;
    }

    /** What the training state says of an example, uncorrected. */
    double raw(final Head head, final FeatureVector context, final int[] rows, final FeatureVector pair) {
        active.set(context, rows, pair, false);
        return model(head).raw(active);
    }

    private HeadModel model(final Head head) {
        final HeadModel model = heads[head.ordinal()];
        if (model == null) {
            throw new IllegalArgumentException(spec.name() + " has no head " + head);
        }
        return model;
    }

    /**
     * What is served now.
     *
     * @return the newest epoch.
     */
    public WeightEpoch epoch() {
        return epoch;
    }

    /**
     * Whether the epoch before the newest was released, so that {@link #publish()} has a table to write to.
     *
     * @return true at first.
     */
    public boolean canPublish() {
        return released;
    }

    /**
     * Makes the next epoch of all that was learned.
     *
     * @return the new epoch; the one before it stays whole until it is released.
     * @throws IllegalStateException when the epoch before the newest is not released.
     */
    public WeightEpoch publish() {
        if (!released) {
            throw new IllegalStateException("epoch " + (epoch.number() - 1) + " may still be read");
        }
        final long number = epoch.number() + 1;
        final ServedHead[] served = new ServedHead[Head.COUNT];
        for (int i = 0; i < Head.COUNT; i++) {
            served[i] = heads[i] == null ? null : heads[i].publish(table(number), offers);
        }
        offers.combined(table(number));
        epoch = new WeightEpoch(spec, number, served, features);
        released = false;
        return epoch;
    }

    /**
     * Says that nobody reads an epoch any more.
     *
     * @param old the one before the newest; others change nothing.
     */
    public void release(final WeightEpoch old) {
        released |= old.number() == epoch.number() - 1;
    }

    /**
     * Examples of a head.
     *
     * @param head one of the spec's.
     * @return learned so far.
     */
    public long examples(final Head head) {
        return model(head).examples();
    }

    /**
     * How well a head's predictions came true, test-then-train; of heads with fake negatives those of the examples
     * as they come, a conversion thus being one negative and one positive. Empty for {@link Head#AMOUNT}.
     *
     * @param head one of the spec's.
     * @return to be read by the learner's thread.
     */
    public ProgressiveValidation validation(final Head head) {
        return model(head).validation();
    }

    /**
     * What corrects a head's probabilities.
     *
     * @param head one of the spec's; {@link Head#AMOUNT} does not use it.
     * @return to be read by the learner's thread.
     */
    public Calibration calibration(final Head head) {
        return model(head).calibration();
    }

    /**
     * |predicted / observed - 1| of what a head served lately.
     *
     * @param head one of the spec's.
     * @return 0 or more.
     */
    public double calibrationError(final Head head) {
        return model(head).calibrationError();
    }

    /**
     * Writes a snapshot, at an epoch's boundary: everything learned is published.
     *
     * @param out stays open.
     * @throws IOException           when it cannot be written.
     * @throws IllegalStateException when something was learned since the newest epoch.
     */
    public void write(final OutputStream out) throws IOException {
        for (final HeadModel head : heads) {
            if (head != null && !head.isPublished()) {
                throw new IllegalStateException("a snapshot is taken at an epoch's boundary: publish first");
            }
        }
        ModelSnapshot.write(out, spec, epoch.number(), features, offers, heads);
    }

    /**
     * Reads a snapshot. What is learned on it has the same bits as without the interruption.
     *
     * @param spec of the model that was written.
     * @param in   stays open; nothing behind the snapshot is read.
     * @return a learner with the snapshot's epoch.
     * @throws IOException when it is cut off, damaged, of another layout or of another spec; the message says which.
     */
    public static Learner read(final ModelSpec spec, final InputStream in) throws IOException {
        final Learner learner = new Learner(spec);
        final long number = ModelSnapshot.read(in, spec, learner.features, learner.offers, learner.heads);
        learner.offers.combined(0);
        learner.offers.combined(1);
        learner.epoch = learner.epoch(number, table(number));
        return learner;
    }
}
