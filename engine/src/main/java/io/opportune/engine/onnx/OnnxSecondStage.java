package io.opportune.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.opportune.engine.catalogue.Choice;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.decision.Deadline;
import io.opportune.engine.decision.SecondStage;
import io.opportune.engine.feature.FeatureVector;
import io.opportune.engine.numeric.Logistic;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.agrona.concurrent.NanoClock;

/**
 * Predicts the candidates of one shard's decisions with an imported model, all in one run. Tensors of each power of two
 * stand over the same memory and are made once; rows behind the last candidate are those of decisions before and come
 * to nothing. Owned by one shard. Encoding allocates nothing; a run allocates some hundred bytes in ONNX Runtime's own
 * classes.
 */
public final class OnnxSecondStage implements SecondStage, AutoCloseable {
    private static final int SIZES = Integer.SIZE - Integer.numberOfLeadingZeros(Choice.MAX_SECOND_STAGE);
    private static final int WARM_UPS = 16;

    private final OnnxModel model;
    private final NanoClock clock;
    private final Consumer<Throwable> errors;
    private final RunTimes times = new RunTimes(SIZES);
    private final int[] widths;
    private final FloatBuffer[] inputs;
    private final FloatBuffer output;
    /** By size: the tensors over the first rows of the buffers. */
    private final List<Map<String, OnnxTensor>> inputTensors;
    private final List<Map<String, OnnxTensor>> outputTensors;
    private final float[] shared;
    private final float[] row;
    private final float[] logits = new float[Choice.MAX_SECOND_STAGE];
    private int size;
    private int added;
    private long startNs;

    OnnxSecondStage(final OnnxModel model, final NanoClock clock, final Consumer<Throwable> errors)
        throws OrtException {
        this.model = model;
        this.clock = clock;
        this.errors = errors;
        final List<ModelManifest.Input> described = model.manifest().inputs();
        widths = described.stream().mapToInt(input -> input.columns().size()).toArray();
        inputs = new FloatBuffer[widths.length];
        for (int i = 0; i < widths.length; i++) {
            inputs[i] = direct(Choice.MAX_SECOND_STAGE * widths[i]);
        }
        output = direct(Choice.MAX_SECOND_STAGE * model.outputColumns());
        shared = new float[model.columns().width()];
        row = new float[shared.length];
        inputTensors = new ArrayList<>();
        outputTensors = new ArrayList<>();
        boolean whole = false;
        try {
            for (int i = 0; i < SIZES; i++) {
                makeTensors(described, 1 << i);
            }
            warmUp();
            whole = true;
        } finally {
            if (!whole) {
                close();
            }
        }
    }

    private static FloatBuffer direct(final int floats) {
        return ByteBuffer.allocateDirect(floats * Float.BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    private void makeTensors(final List<ModelManifest.Input> described, final int rows) throws OrtException {
        final Map<String, OnnxTensor> ins = new HashMap<>();
        inputTensors.add(ins);
        for (int i = 0; i < widths.length; i++) {
            final String name = described.get(i).name();
            ins.put(name, OnnxTensor.createTensor(model.environment(), inputs[i].slice(0, rows * widths[i]),
                OnnxModel.shape(model.rankOf(name), rows, widths[i])));
        }
        final Map<String, OnnxTensor> outs = new HashMap<>();
        outputTensors.add(outs);
        outs.put(model.manifest().output().name(), OnnxTensor.createTensor(model.environment(),
            output.slice(0, rows * model.outputColumns()),
            OnnxModel.shape(model.outputRank(), rows, model.outputColumns())));
    }

    /** Rows in which nothing is known, so that times are known before the first decision. */
    private void warmUp() throws OrtException {
        model.columns().clear(row);
        for (int i = 0; i < Choice.MAX_SECOND_STAGE; i++) {
            put(i);
        }
        final long[][] durationsNs = new long[SIZES][WARM_UPS];
        for (int i = 0; i < WARM_UPS; i++) {
            for (int each = 0; each < SIZES; each++) {
                final long beforeNs = clock.nanoTime();
                infer(each);
                durationsNs[each][i] = clock.nanoTime() - beforeNs;
            }
        }
        for (int each = 0; each < SIZES; each++) {
            times.start(each, durationsNs[each]);
        }
    }

    private void infer(final int at) throws OrtException {
        try (OrtSession.Result result = model.session().run(inputTensors.get(at), outputTensors.get(at))) {
            assert result.size() == 1;
        }
    }

    private void put(final int rank) {
        int from = 0;
        for (int i = 0; i < widths.length; i++) {
            inputs[i].put(rank * widths[i], row, from, widths[i]);
            from += widths[i];
        }
    }

    @Override
    public boolean exists() {
        return true;
    }

    @Override
    public long contentHash() {
        return model.contentHash();
    }

    @Override
    public boolean predictsClicks() {
        return model.manifest().predictsClick();
    }

    @Override
    public boolean begin(final int count, final FeatureVector context, final Deadline deadline) {
        size = Integer.SIZE - Integer.numberOfLeadingZeros(count - 1);
        if (!deadline.leaves(times.expectedNs(size))) {
            times.skipped(size);
            return false;
        }
        startNs = clock.nanoTime();
        added = 0;
        model.columns().clear(shared);
        model.columns().set(context, shared);
        return true;
    }

    @Override
    public void add(final Offer offer, final FeatureVector pair, final double logit) {
        System.arraycopy(shared, 0, row, 0, row.length);
        model.columns().set(pair, row);
        model.columns().set(offer, logit, row);
        put(added++);
    }

    @Override
    public boolean run() {
        boolean good = true;
        try {
            infer(size);
            for (int rank = 0; rank < added && good; rank++) {
                good = take(rank);
            }
            if (!good) {
                errors.accept(new ArithmeticException(
                    "the imported model " + model.version() + " predicts what is no probability"));
            }
        } catch (final OrtException | RuntimeException e) {
            good = false;
            errors.accept(e);
        }
        times.ran(size, clock.nanoTime() - startNs);
        return good;
    }

    private boolean take(final int rank) {
        final ModelManifest.Output described = model.manifest().output();
        final float predicted = output.get(rank * model.outputColumns() + described.column());
        if (described.probability()) {
            logits[rank] = (float) Logistic.logit(predicted);
            return predicted >= 0 && predicted <= 1;
        }
        logits[rank] = (float) Math.max(-Logistic.MAX_LOGIT, Math.min(Logistic.MAX_LOGIT, predicted));
        return Math.abs(predicted) < Float.POSITIVE_INFINITY;
    }

    @Override
    public float logit(final int rank) {
        return logits[rank];
    }

    /** Frees the tensors. */
    @Override
    public void close() {
        inputTensors.forEach(tensors -> tensors.values().forEach(OnnxTensor::close));
        outputTensors.forEach(tensors -> tensors.values().forEach(OnnxTensor::close));
    }
}
