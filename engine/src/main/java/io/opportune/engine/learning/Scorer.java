package io.opportune.engine.learning;

import io.opportune.engine.feature.FeatureVector;

/**
 * Scores candidates of one request after another against an epoch's weights. The context's part is computed once a
 * request; a candidate then costs its rows and pair features. Each thread has its own; allocates nothing after its
 * construction; the same inputs give the same bits, in a batch or one by one.
 */
public final class Scorer {
    private static final int MOST_CANDIDATES = 512;
    /** Where the upper half's mean begins. */
    private static final int MEAN_HIGH = Short.SIZE + CombinedRow.MEAN_SHIFT;
    private static final int LINE_WORDS = 16;

    private final ModelSpec spec;
    private final ContextFold fold;
    private final int[] contextSlot = new int[FeatureVector.CAPACITY];
    private final boolean[] folded = new boolean[ModelSpec.LEVELS];
    private final boolean[] exact = new boolean[ModelSpec.LEVELS];
    private final float[] interceptInput = new float[ModelSpec.LEVELS];
    private final float[] crossInput = new float[ModelSpec.LEVELS];
    private final boolean anyExact;
    private final boolean uncertain;
    private final int wordsPerRow;
    private final CombinedRow combiner;
    /** Where rows are added that no epoch has. */
    private final WeightMemory spare;
    /** Where each candidate's combined row stands; 0 where it must be made. */
    private final long[] rowAddress;
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
     * Makes one for batches of up to 512.
     *
     * @param spec of the epochs that it scores against.
     */
    public Scorer(final ModelSpec spec) {
        this(spec, MOST_CANDIDATES);
    }

    /**
     * Makes one.
     *
     * @param spec           of the epochs that it scores against.
     * @param mostCandidates of one batch, 1 or more.
     */
    public Scorer(final ModelSpec spec, final int mostCandidates) {
        this.spec = spec;
        rowAddress = new long[mostCandidates];
        fold = new ContextFold(spec, true);
        uncertain = spec.learner() == LearnerKind.BAYES;
        boolean any = false;
        for (int i = 0; i < ModelSpec.LEVELS; i++) {
            folded[i] = spec.levels().get(i).form() == Level.Form.FOLDED;
            exact[i] = spec.levels().get(i).form() == Level.Form.EXACT;
            any |= exact[i];
            interceptInput[i] = spec.interceptInput(i);
            crossInput[i] = spec.crossInput(i);
        }
        anyExact = any;
        wordsPerRow = spec.width() / 2;
        combiner = new CombinedRow(spec);
        spare = new WeightMemory(Level.MAX_WIDTH);
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
        final FeatureSlots features = weights.features();
        int seen = 0;
        for (int i = 0; i < request.count(); i++) {
            contextSlot[i] = spec.contextSlot(request.key(i));
            seen += features.touch(request.key(i));
        }
        touched += seen;
        fold.fold(request, features, weights.known());
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
        final int count = batch.count();
        if (rowAddress.length < count) {
            throw new IllegalArgumentException("a batch of " + count + ", allowed are " + rowAddress.length);
        }
        batch.amounts = head == Head.AMOUNT;
        touch(served, batch);
        if (!started[head.ordinal()]) {
            start(head, weights);
        }
        for (int i = 0; i < count; i++) {
            sumMean = baseMean[head.ordinal()];
            sumVariance = baseVariance[head.ordinal()];
            if (wordsPerRow != 0) {
                addCombined(served, batch.rows, i);
                if (fold.unknownSquares != 0 && uncertain) {
                    addUnknown(batch.rows, i * ModelSpec.LEVELS);
                }
            }
            if (anyExact) {
                addExact(weights, batch.rows, i * ModelSpec.LEVELS);
            }
            addPairs(weights.address(), batch, i);
            finish(head, served, batch, i);
        }
    }

    private void touch(final ServedHead served, final CandidateBatch batch) {
        int seen = 0;
        final WeightMemory weights = served.weights();
        final int features = context.count();
        for (int i = 0; i < features; i++) {
            seen += weights.getInt(contextSlot[i]);
        }
        final WeightMemory combined = served.combined();
        final int count = batch.count();
        for (int i = 0; i < count; i++) {
            final int index = spec.combinedIndex(batch.rows[i * ModelSpec.LEVELS + ModelSpec.OFFER]);
            if (index < 0) {
                rowAddress[i] = 0;
            } else {
                final long row = combined.address(index * wordsPerRow, wordsPerRow);
                rowAddress[i] = row;
                for (int word = 0; word < wordsPerRow; word += LINE_WORDS) {
                    seen += WeightMemory.intAt(row, word);
                }
            }
        }
        final int pairs = batch.pairStart[count];
        for (int i = 0; i < pairs; i++) {
            final int slot = spec.pairSlot(batch.pairKey[i]);
            batch.pairSlot[i] = slot;
            seen += weights.getInt(slot);
        }
        touched += seen;
    }

    private void start(final Head head, final WeightMemory weights) {
        sumMean = 0;
        sumVariance = 0;
        add(weights, ModelSpec.BIAS_SLOT, spec.biasInput());
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

    private void addCombined(final ServedHead served, final int[] rows, final int index) {
        final int at = index * ModelSpec.LEVELS;
        final long row = rowAddress[index];
        if (row != 0 && WeightMemory.intAt(row, 0) == CombinedRow.check(rows, at)) {
            addRow(row);
        } else {
            combiner.build(served.weights(), rows, at, folded, spare, 0);
            addRow(spare.address());
        }
    }

    /** Of features without a slot nothing is known: their crosses have their priors. */
    private void addUnknown(final int[] rows, final int at) {
        for (int level = 0; level < ModelSpec.LEVELS; level++) {
            if (folded[level] && rows[at + level] != 0) {
                sumVariance += fold.unknownSquares * spec.crossPrior(level);
            }
        }
    }

    /** Loops of a known length are compiled for many words at a time. */
    private void addRow(final long row) {
        switch (wordsPerRow) {
            case 32 -> addRow(row, 32);
            case 64 -> addRow(row, 64);
            case 128 -> addRow(row, 128);
            default -> addRow(row, wordsPerRow);
        }
    }

    private void addRow(final long row, final int words) {
        final int mean;
        if (uncertain) {
            final long sums = sums(row, words, fold);
            mean = (int) (sums >> Integer.SIZE);
            final int units = WeightMemory.intAt(row, 2);
            final float unit = CombinedRow.deviationUnit(units);
            sumVariance += CombinedRow.interceptVariance(units) + (int) sums * (unit * unit * ContextFold.SQUARE_UNIT);
        } else {
            mean = certainMeans(row, words, fold.low, fold.high);
        }
        sumMean += WeightMemory.floatAt(row, 1) + mean * (WeightMemory.floatAt(row, 3) * ContextFold.VALUE_UNIT);
    }

    /**
     * Whole numbers throughout: their sums are exact, so that their order does not matter and the compiler may add as
     * many at a time as the machine can. All slots are taken, used or not. Mean above, variance below.
     */
    private static long sums(final long row, final int words, final ContextFold fold) {
        final int[] low = fold.low;
        final int[] high = fold.high;
        final int[] lowSquare = fold.lowSquare;
        final int[] highSquare = fold.highSquare;
        int mean = 0;
        int variance = 0;
        for (int i = 0; i < words; i++) {
            final int word = WeightMemory.intAt(row, i);
            final int lower = word & CombinedRow.DEVIATION_MASK;
            final int upper = word >>> Short.SIZE & CombinedRow.DEVIATION_MASK;
            mean += (word >> MEAN_HIGH) * high[i] + (word << Short.SIZE >> MEAN_HIGH) * low[i];
            variance += lower * lower * lowSquare[i] + upper * upper * highSquare[i];
        }
        return (long) mean << Integer.SIZE | variance;
    }

    private static int certainMeans(final long row, final int words, final int[] low, final int[] high) {
        int mean = 0;
        for (int i = 0; i < words; i++) {
            final int word = WeightMemory.intAt(row, i);
            mean += (word >> Short.SIZE) * high[i] + (word << Short.SIZE >> Short.SIZE) * low[i];
        }
        return mean;
    }

    private void addPairs(final long weights, final CandidateBatch batch, final int index) {
        float mean = 0;
        float variance = 0;
        final int end = batch.pairStart[index + 1];
        for (int at = batch.pairStart[index]; at < end; at++) {
            final int word = WeightMemory.intAt(weights, batch.pairSlot[at]);
            final float value = batch.pairValue[at];
            if (uncertain) {
                mean += Posterior.mean(word) * value;
                variance += Posterior.variance(word) * value * value;
            } else {
                mean += Float.intBitsToFloat(word) * value;
            }
        }
        sumMean += mean;
        sumVariance += variance;
    }

    private void addExact(final WeightMemory weights, final int[] rows, final int at) {
        for (int level = 0; level < ModelSpec.LEVELS; level++) {
            final int row = rows[at + level];
            if (exact[level] && row != 0) {
                add(weights, spec.interceptSlot(row), interceptInput[level]);
                for (int i = 0; i < fold.features; i++) {
                    add(weights, spec.crossSlot(row, fold.spread[i]), fold.input[i] * crossInput[level]);
                }
            }
        }
    }

    private void finish(final Head head, final ServedHead served, final CandidateBatch batch, final int index) {
        final double raw = sumMean + KnownPart.of(head, served.feedback(), batch.clickPrior[index],
            batch.conversionPrior[index], batch.worthMicros[index]);
        if (head == Head.AMOUNT) {
            batch.logit[index] = raw + served.offset();
            batch.variance[index] = sumVariance;
            batch.amount[index] = served.amountMicros(raw);
        } else {
            batch.logit[index] = served.logit(raw);
            batch.variance[index] = sumVariance * served.varianceFactor(raw);
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
