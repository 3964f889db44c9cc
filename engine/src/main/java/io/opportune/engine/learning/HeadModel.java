package io.opportune.engine.learning;

import io.opportune.engine.numeric.Logistic;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One head being learned: the training state of its weights (two floats each), the two tables of which one is served,
 * and its figures. Owned by the learner's thread.
 */
final class HeadModel {
    private static final int BLOCK = ModelSpec.BLOCK_SLOTS;
    private static final int BLOCK_BYTES = 2 * BLOCK * Float.BYTES;
    private static final double RESIDUAL_MEMORY = 10_000;
    private static final double AMOUNT_MEMORY = 1_000;
    /** Amounts seen before their correction is served. */
    private static final int LEAST_AMOUNTS = 100;

    private final ModelSpec spec;
    private final HeadSpec head;
    private final boolean bayes;
    private final WeightMemory state;
    private final WeightMemory[] tables = new WeightMemory[2];
    private final WeightMemory[] combined = new WeightMemory[2];
    private final CombinedRow combiner;
    private final BlockSet touched;
    private final BlockSet touchedBefore;
    private final BlockSet learned;
    private final Drift drift;
    private final Calibration calibration = new Calibration();
    private final ProgressiveValidation validation = new ProgressiveValidation();
    private long examples;
    /** Of the logit that was predicted last. */
    private double logitVariance;
    private double residual = 1;
    private double offset;
    private double amountPredicted;
    private double amountObserved;

    HeadModel(final ModelSpec spec, final HeadSpec head) {
        this.spec = spec;
        this.head = head;
        bayes = spec.learner() == LearnerKind.BAYES;
        final int slots = spec.slotCount();
        state = new WeightMemory(2 * slots);
        tables[0] = new WeightMemory(slots);
        tables[1] = new WeightMemory(slots);
        combiner = new CombinedRow(spec);
        if (spec.combinedCount() != 0) {
            final int words = spec.combinedCount() * (spec.width() / 2);
            combined[0] = new WeightMemory(words);
            combined[1] = new WeightMemory(words);
        }
        drift = new Drift(spec);
        final int blocks = slots / BLOCK;
        touched = new BlockSet(blocks);
        touchedBefore = new BlockSet(blocks);
        learned = new BlockSet(blocks);
        if (bayes) {
            setPriors();
        } else {
            state.touch();
            tables[0].touch();
            tables[1].touch();
        }
    }

    private void setPriors() {
        setPrior(ModelSpec.BIAS_SLOT, ModelSpec.LINEAR_START, 1);
        setPrior(ModelSpec.LINEAR_START, spec.crossStart(), 1);
        setPrior(spec.crossStart(), spec.rowStart(0), 1);
        for (int level = 0; level < ModelSpec.LEVELS; level++) {
            final int start = spec.rowStart(level);
            final int end = start + spec.levels().get(level).slotCount();
            if (start < end) {
                setPrior(start, end, 1);
                // That was the prior of crosses; intercepts have another.
                setPrior(start, end, spec.width());
            }
        }
    }

    /** Gives every slot of a region, or the first of each row, its prior. */
    private void setPrior(final int from, final int to, final int step) {
        final float prior = spec.prior(step == 1 ? to - 1 : from);
        final int packed = Posterior.pack(0, prior);
        for (int i = from; i < to; i += step) {
            state.putFloat(2 * i + 1, prior);
            tables[0].putInt(i, packed);
            tables[1].putInt(i, packed);
        }
    }

    HeadSpec head() {
        return head;
    }

    Calibration calibration() {
        return calibration;
    }

    ProgressiveValidation validation() {
        return validation;
    }

    long examples() {
        return examples;
    }

    /** |predicted / observed - 1| of what was served lately. */
    double calibrationError() {
        return head.head() != Head.AMOUNT ? calibration.calibrationError()
            : amountObserved > 0 ? Math.abs(amountPredicted * factor() / amountObserved - 1) : 0;
    }

    void learn(final ActiveWeights active, final double label, final double weight) {
        if (head.head() == Head.AMOUNT) {
            learnAmount(active, label, weight);
        } else {
            learnOutcome(active, label, weight);
        }
        examples++;
        for (int i = 0; i < active.blockCount; i++) {
            touched.add(active.block[i]);
        }
        if (drift.isOn()) {
            wander(active);
        }
    }

    private void wander(final ActiveWeights active) {
        for (int i = 0; i < active.blockCount; i++) {
            drift.add(active.block[i], examples);
        }
        touched.add(drift.step(state, examples));
    }

    private double known(final ActiveWeights active) {
        return KnownPart.of(
            head.head(), head.feedback(), active.clickPrior, active.conversionPrior, active.worthMicros);
    }

    /** The logit's mean as the training state has it; for FTRL its weights stay in the scratch. */
    double raw(final ActiveWeights active) {
        if (!bayes) {
            return FtrlStep.predict(state, spec.rates(), active);
        }
        logitVariance = BayesStep.predict(state, active);
        return active.mean;
    }

    private void learnOutcome(final ActiveWeights active, final double label, final double weight) {
        final double raw = known(active) + raw(active);
        if (bayes) {
            final double variance = logitVariance;
            final double step = BayesStep.logisticStep(raw, variance, label, weight);
            final double p = Logistic.sigmoid(raw + variance * step);
            BayesStep.learn(state, active, (float) step, (float) (weight * p * (1 - p)), spec.priors().forgetting());
        } else {
            FtrlStep.learn(state, spec.rates(), active, (float) (weight * (Logistic.sigmoid(raw) - label)));
        }
        final double served = spec.calibrated() ? calibration.corrected(raw) : raw;
        validation.add(served, label, weight);
        calibration.learn(raw, served, label, weight);
    }

    private void learnAmount(final ActiveWeights active, final double amount, final double weight) {
        final double known = known(active);
        final double log = Logistic.log(amount) - known;
        if (examples == 0) {
            offset = log;
        }
        final double target = log - offset;
        final double raw = raw(active);
        if (bayes) {
            final double variance = logitVariance;
            final double step = weight * (target - raw) / (residual + weight * variance);
            BayesStep.learn(state, active, (float) step, (float) (weight / residual), spec.priors().forgetting());
        } else {
            FtrlStep.learn(state, spec.rates(), active, (float) (weight * (raw - target)));
        }
        amountPredicted = (1 - 1 / AMOUNT_MEMORY) * amountPredicted
            + weight * Logistic.exp(known + offset + raw + residual / 2);
        amountObserved = (1 - 1 / AMOUNT_MEMORY) * amountObserved + weight * amount;
        final double error = target - raw;
        residual += (error * error - residual) / Math.min(examples + 2.0, RESIDUAL_MEMORY);
    }

    private double factor() {
        return spec.calibrated() && examples >= LEAST_AMOUNTS && amountPredicted > 0
            ? Math.max(0.1, Math.min(10, amountObserved / amountPredicted)) : 1;
    }

    /** Brings a table that nobody reads up to date; its last state is two publications old. */
    ServedHead publish(final int table, final OfferRows offers) {
        touchedBefore.addAll(touched);
        materialise(table, touchedBefore);
        combine(table, offers, touchedBefore);
        touchedBefore.clear();
        touchedBefore.addAll(touched);
        learned.addAll(touched);
        touched.clear();
        return served(table);
    }

    private void combine(final int table, final OfferRows offers, final BlockSet changed) {
        if (combined[table] != null) {
            offers.combine(table, changed, tables[table], combiner, combined[table]);
        }
    }

    ServedHead served(final int table) {
        return new ServedHead(tables[table], combined[table], bayes,
            spec.calibrated() ? calibration.slope() : 1, spec.calibrated() ? calibration.shift() : 0, head.feedback(),
            offset, examples == 0 ? 0 : residual / 2, factor());
    }

    private void materialise(final int table, final BlockSet blocks) {
        final WeightMemory into = tables[table];
        for (int word = 0; word < blocks.words.length; word++) {
            long left = blocks.words[word];
            while (left != 0) {
                final int start = (word * Long.SIZE + Long.numberOfTrailingZeros(left)) * BLOCK;
                left &= left - 1;
                materialise(into, start);
            }
        }
    }

    /** A block at a time without checks: an epoch goes through millions of weights. */
    private void materialise(final WeightMemory into, final int start) {
        final long from = state.address(2 * start, 2 * BLOCK);
        final long to = into.address(start, BLOCK);
        if (bayes) {
            for (int i = 0; i < BLOCK; i++) {
                WeightMemory.putIntAt(to, i,
                    Posterior.pack(WeightMemory.floatAt(from, 2 * i), WeightMemory.floatAt(from, 2 * i + 1)));
            }
        } else {
            FtrlStep.weights(spec.rates(), from, to, BLOCK);
        }
    }

    boolean isPublished() {
        return touched.size() == 0;
    }

    void write(final DataOutput out) throws IOException {
        out.writeLong(examples);
        for (final double each : new double[] {residual, offset, amountPredicted, amountObserved}) {
            out.writeDouble(each);
        }
        calibration.write(out);
        validation.write(out);
        drift.write(out);
        out.writeInt(learned.size());
        for (int word = 0; word < learned.words.length; word++) {
            long left = learned.words[word];
            while (left != 0) {
                final int block = word * Long.SIZE + Long.numberOfTrailingZeros(left);
                left &= left - 1;
                out.writeInt(block);
                final ByteBuffer bytes = ByteBuffer.allocate(BLOCK_BYTES);
                for (int i = 0; i < 2 * BLOCK; i++) {
                    bytes.putInt(state.getInt(2 * block * BLOCK + i));
                }
                out.write(bytes.array());
            }
        }
    }

    /** Only of a head that learned nothing yet; both tables serve what was read. */
    void read(final DataInput in, final OfferRows offers) throws IOException {
        examples = in.readLong();
        residual = in.readDouble();
        offset = in.readDouble();
        amountPredicted = in.readDouble();
        amountObserved = in.readDouble();
        calibration.read(in);
        validation.read(in);
        drift.read(in);
        final ByteBuffer bytes = ByteBuffer.allocate(BLOCK_BYTES);
        final int blocks = in.readInt();
        for (int n = 0; n < blocks; n++) {
            final int block = in.readInt();
            if (block < 0 || block >= spec.slotCount() / BLOCK) {
                throw new IOException("block " + block + " is outside the table");
            }
            learned.add(block);
            in.readFully(bytes.array());
            for (int i = 0; i < 2 * BLOCK; i++) {
                state.putInt(2 * block * BLOCK + i, bytes.getInt(i * Integer.BYTES));
            }
        }
        materialise(0, learned);
        materialise(1, learned);
        combine(0, offers, learned);
        combine(1, offers, learned);
    }
}
