package io.opportune.engine.learning;

import io.opportune.engine.feature.FeatureVector;

/**
 * Scores candidates of one request after another against an epoch's weights. The context's part is computed once a
 * request; a candidate then costs its rows and pair features. Each thread has its own; allocates nothing after its
 * construction; the same inputs give the same bits, in a batch or one by one.
 */
public final class Scorer {
    private static final int LINE_WORDS = 16;

    private final ModelSpec spec;
    private final ContextFold fold;
    private final int[] contextSlot = new int[FeatureVector.CAPACITY];
    private final int[] rowWidth = new int[ModelSpec.LEVELS];
    private final boolean[] folded = new boolean[ModelSpec.LEVELS];
    private final boolean uncertain;
    private final boolean[] started = new boolean[Head.COUNT];
    private final float[] baseMean = new float[Head.COUNT];
    private final float[] baseVariance = new float[Head.COUNT];
    private final CandidateBatch single = new CandidateBatch(1);
    private FeatureVector context;
    private WeightEpoch epoch;
    private float sumMean;
    private float sumVariance;
    /** What touching memory read, so that it is not left out. */
    private int touched;

    /**
     * Makes one.
     *
     * @param spec of the epochs that it scores against.
     */
    public Scorer(final ModelSpec spec) {
        this.spec = spec;
        fold = new ContextFold(spec);
        uncertain = spec.learner() == LearnerKind.BAYES;
        for (int i = 0; i < ModelSpec.LEVELS; i++) {
            rowWidth[i] = spec.levels().get(i).width();
            folded[i] = spec.levels().get(i).form() == Level.Form.FOLDED;
        }
    }

    /**
     * Starts a request.
     *
     * @param request features of customer, moment and request; not changed before the next request.
     * @param weights to score against, not released before the request's last score.
     * @return this.
     * @throws IllegalArgumentException when the epoch is of another spec.
     */
    public Scorer begin(final FeatureVector request, final WeightEpoch weights) {
        if (weights.spec() != spec && weights.spec().hash() != spec.hash()) {
            throw new IllegalArgumentException("an epoch of " + weights.spec().name() + ", this scores " + spec.name());
        }
        context = request;
        epoch = weights;
        fold.fold(request);
        for (int i = 0; i < request.count(); i++) {
            contextSlot[i] = spec.contextSlot(request.key(i));
        }
        for (int i = 0; i < Head.COUNT; i++) {
            started[i] = false;
        }
        return this;
    }

    /**
     * Scores one candidate; the result is in {@link #logit()}, {@link #variance()} and {@link #prediction()}.
     *
     * @param head one of the spec's.
     * @param rows {@link ModelSpec#rows} of the offer.
     * @param pair features of customer and offer together.
     */
    public void score(final Head head, final int[] rows, final FeatureVector pair) {
        single.clear();
        single.add(rows, 0, pair);
        score(head, single);
    }

    /**
     * Logit of the candidate scored last.
     *
     * @return see {@link CandidateBatch#logit}.
     */
    public double logit() {
        return single.logit(0);
    }

    /**
     * Variance of its logit.
     *
     * @return see {@link CandidateBatch#variance}.
     */
    public double variance() {
        return single.variance(0);
    }

    /**
     * Probability or amount of the candidate scored last.
     *
     * @return see {@link CandidateBatch#prediction}.
     */
    public double prediction() {
        return single.prediction(0);
    }

    /**
     * Scores all candidates of a batch. Every line of memory that they need is touched first, so that the machine
     * fetches many at a time.
     *
     * @param head  one of the spec's.
     * @param batch gets the results.
     */
    public void score(final Head head, final CandidateBatch batch) {
        final ServedHead served = epoch.head(head);
        if (served == null) {
            throw new IllegalArgumentException(spec.name() + " has no head " + head);
        }
        final WeightMemory weights = served.weights();
        touch(weights, batch);
        if (!started[head.ordinal()]) {
            start(head, weights);
        }
        final int count = batch.count();
        for (int i = 0; i < count; i++) {
            sumMean = baseMean[head.ordinal()];
            sumVariance = baseVariance[head.ordinal()];
            candidate(weights, batch, i);
            finish(head, served, batch, i);
        }
    }

    private void touch(final WeightMemory weights, final CandidateBatch batch) {
        int seen = 0;
        final int end = batch.count() * ModelSpec.LEVELS;
        for (int i = 0; i < end; i++) {
            final int level = i & ModelSpec.LEVELS - 1;
            final int row = batch.rows[i];
            for (int word = 0; word < rowWidth[level]; word += LINE_WORDS) {
                seen += weights.getInt(row + word);
            }
        }
        touched += seen;
    }

    private void start(final Head head, final WeightMemory weights) {
        sumMean = 0;
        sumVariance = 0;
        add(weights, ModelSpec.BIAS_SLOT, 1);
        for (int i = 0; i < context.count(); i++) {
            add(weights, contextSlot[i], context.value(i));
        }
        baseMean[head.ordinal()] = sumMean;
        baseVariance[head.ordinal()] = sumVariance;
        started[head.ordinal()] = true;
    }

    private void add(final WeightMemory weights, final int slot, final float value) {
        final int word = weights.getInt(slot);
        if (uncertain) {
            sumMean += Posterior.mean(word) * value;
            sumVariance += Posterior.variance(word) * value * value;
        } else {
            sumMean += Float.intBitsToFloat(word) * value;
        }
    }

    private void candidate(final WeightMemory weights, final CandidateBatch batch, final int index) {
        for (int level = 0; level < ModelSpec.LEVELS; level++) {
            final int row = batch.rows[index * ModelSpec.LEVELS + level];
            if (row == 0) {
                continue;
            }
            if (folded[level]) {
                addRow(weights, row, level);
            } else {
                addExact(weights, row, level);
            }
        }
        for (int i = batch.pairStart[index]; i < batch.pairStart[index + 1]; i++) {
            add(weights, spec.pairSlot(batch.pairKey[i]), batch.pairValue[i]);
        }
    }

    private void addRow(final WeightMemory weights, final int row, final int level) {
        final int[] offsets = fold.offset[level];
        final float[] values = fold.value[level];
        final float[] squares = fold.square[level];
        final int count = fold.count[level];
        float mean = 0;
        float variance = 0;
        if (uncertain) {
            for (int i = 0; i < count; i++) {
                final int word = weights.getInt(row + offsets[i]);
                mean += Posterior.mean(word) * values[i];
                variance += Posterior.variance(word) * squares[i];
            }
        } else {
            for (int i = 0; i < count; i++) {
                mean += weights.getFloat(row + offsets[i]) * values[i];
            }
        }
        sumMean += mean;
        sumVariance += variance;
    }

    private void addExact(final WeightMemory weights, final int row, final int level) {
        add(weights, spec.interceptSlot(row), 1);
        for (int i = 1; i < fold.count[level]; i++) {
            add(weights, spec.crossSlot(row, fold.offset[level][i]), fold.value[level][i]);
        }
    }

    private void finish(final Head head, final ServedHead served, final CandidateBatch batch, final int index) {
        if (head == Head.AMOUNT) {
            batch.logit[index] = sumMean + served.offset();
            batch.variance[index] = sumVariance;
            batch.prediction[index] = served.amountMicros(sumMean);
        } else {
            final double logit = served.logit(sumMean);
            batch.logit[index] = logit;
            batch.variance[index] = sumVariance * served.varianceFactor(sumMean);
            batch.prediction[index] = Logistic.sigmoid(logit);
        }
    }

    /**
     * Of no use but to keep the compiler from leaving out reads.
     *
     * @return anything.
     */
    int touched() {
        return touched;
    }
}
