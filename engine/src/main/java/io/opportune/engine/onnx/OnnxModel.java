package io.opportune.engine.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.agrona.concurrent.NanoClock;

/**
 * A model that was loaded and compared with its manifest. It runs on the thread that asks, one operator after the
 * other, after the basic optimisations of its graph, which are the same on every machine. Any thread; {@link #stage}
 * makes what a shard predicts with.
 */
public final class OnnxModel implements AutoCloseable {
    /** Rows of the run that tries a model out. */
    private static final int TRIAL_ROWS = 2;

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final ModelManifest manifest;
    private final ColumnTable columns;
    private final long contentHash;
    private final int outputRank;
    private final int outputColumns;

    private OnnxModel(
        final OrtEnvironment environment, final OrtSession session, final ModelManifest manifest,
        final long contentHash, final long[] outputShape) {
        this.environment = environment;
        this.session = session;
        this.manifest = manifest;
        this.contentHash = contentHash;
        columns = new ColumnTable(manifest);
        outputRank = outputShape.length;
        outputColumns = outputRank == 1 ? 1 : (int) outputShape[1];
    }

    static OnnxModel load(final String name, final byte[] model, final ModelManifest manifest, final long contentHash)
        throws BadModelException {
        OrtSession session = null;
        try {
            final OrtEnvironment environment =
                OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "opportune");
            try (OrtSession.SessionOptions options = options()) {
                session = environment.createSession(model, options);
            }
            final List<String> mistakes = new ArrayList<>();
            checkInputs(name, session, manifest, mistakes);
            final long[] shape =
                mistakes.isEmpty() ? outputShape(name, environment, session, manifest, mistakes) : new long[0];
            if (mistakes.isEmpty()) {
                final OnnxModel loaded = new OnnxModel(environment, session, manifest, contentHash, shape);
                session = null;
                return loaded;
            }
            throw new BadModelException(mistakes);
        } catch (final OrtException e) {
            throw new BadModelException(List.of(name + ": " + e.getMessage() + "; allowed: a model in one file of ONNX"
                + " that ONNX Runtime can run with the inputs of the manifest"));
        } finally {
            close(session);
        }
    }

    private static OrtSession.SessionOptions options() throws OrtException {
        final OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.BASIC_OPT);
        options.setDeterministicCompute(true);
        return options;
    }

    private static void checkInputs(
        final String name, final OrtSession session, final ModelManifest manifest, final List<String> mistakes)
        throws OrtException {
        final Map<String, NodeInfo> inputs = session.getInputInfo();
        final Set<String> left = new HashSet<>(inputs.keySet());
        for (final ModelManifest.Input input : manifest.inputs()) {
            final String place = name + OnnxFile.MANIFEST + ":" + input.line() + ": input \"" + input.name() + "\" ";
            final NodeInfo info = inputs.get(input.name());
            left.remove(input.name());
            if (info == null) {
                mistakes.add(place + "is none of the model; allowed: " + String.join(", ", inputs.keySet()));
            } else if (!(info.getInfo() instanceof TensorInfo tensor) || tensor.type != OnnxJavaType.FLOAT) {
                mistakes.add(place + "is " + info.getInfo() + " in the model; allowed: a tensor of 32-bit floats");
            } else {
                final long[] shape = tensor.getShape();
                if (shape.length < 1 || shape.length > 2 || shape[0] != -1) {
                    mistakes.add(place + "has the shape " + List.of(boxed(shape)) + " in the model; allowed: [-1] or"
                        + " [-1, columns], the first of them free: it is the number of candidates");
                } else {
                    final long wanted = shape.length == 1 ? 1 : shape[1];
                    if (wanted != -1 && wanted != input.columns().size()) {
                        mistakes.add(place + "has " + input.columns().size() + " columns; allowed: " + wanted
                            + ", as in the model");
                    }
                }
            }
        }
        left.stream().sorted().forEach(input -> mistakes.add(
            name + OnnxFile.MANIFEST + ": nothing of the model's input \"" + input + "\"; allowed: input " + input));
        if (!session.getOutputInfo().containsKey(manifest.output().name())) {
            mistakes.add(name + OnnxFile.MANIFEST + ":" + manifest.output().line() + ": output \""
                + manifest.output().name() + "\" is none of the model; allowed: "
                + String.join(", ", session.getOutputNames()));
        }
    }

    private static Long[] boxed(final long[] shape) {
        final Long[] boxed = new Long[shape.length];
        for (int i = 0; i < shape.length; i++) {
            boxed[i] = shape[i];
        }
        return boxed;
    }

    /** Shape of the output, for which it runs once with nothing known. */
    private static long[] outputShape(
        final String name, final OrtEnvironment environment, final OrtSession session, final ModelManifest manifest,
        final List<String> mistakes) throws OrtException {
        final Map<String, OnnxTensor> inputs = new HashMap<>();
        final ModelManifest.Output output = manifest.output();
        final String place =
            name + OnnxFile.MANIFEST + ":" + output.line() + ": output \"" + output.name() + "\" ";
        try {
            final Map<String, NodeInfo> infos = session.getInputInfo();
            for (final ModelManifest.Input input : manifest.inputs()) {
                final int width = input.columns().size();
                final FloatBuffer values = FloatBuffer.allocate(TRIAL_ROWS * width);
                for (int i = 0; i < values.capacity(); i++) {
                    values.put(i, input.columns().get(i % width).missing());
                }
                inputs.put(input.name(), OnnxTensor.createTensor(environment, values,
                    shape(((TensorInfo) infos.get(input.name()).getInfo()).getShape().length, TRIAL_ROWS, width)));
            }
            try (OrtSession.Result result = session.run(inputs, Set.of(output.name()))) {
                final OnnxValue value = result.get(0);
                if (!(value instanceof OnnxTensor tensor) || tensor.getInfo().type != OnnxJavaType.FLOAT) {
                    mistakes.add(place + "is " + value.getInfo() + "; allowed: a tensor of 32-bit floats (without"
                        + " ZipMap)");
                    return new long[0];
                }
                final long[] shape = tensor.getInfo().getShape();
                if (shape.length < 1 || shape.length > 2 || shape[0] != TRIAL_ROWS
                    || output.column() >= (shape.length == 1 ? 1 : shape[1])) {
                    mistakes.add(place + "has the shape " + List.of(boxed(shape)) + " for " + TRIAL_ROWS
                        + " candidates; allowed: a row for each with the column " + output.column());
                }
                return shape;
            }
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    static long[] shape(final int rank, final int rows, final int width) {
        return rank == 1 ? new long[] {rows} : new long[] {rows, width};
    }

    /**
     * Makes what one shard predicts with, and warms it up.
     *
     * @param clock  monotonic.
     * @param errors told of runs that failed.
     * @return its own tensors over this model; not to be used after the model is closed.
     * @throws BadModelException when the model does not run with the sizes of batches that come.
     */
    public OnnxSecondStage stage(final NanoClock clock, final Consumer<Throwable> errors) throws BadModelException {
        try {
            return new OnnxSecondStage(this, clock, errors);
        } catch (final OrtException e) {
            throw new BadModelException(List.of(manifest.version() + ": " + e.getMessage()
                + "; allowed: a model that takes any number of candidates"));
        }
    }

    OrtEnvironment environment() {
        return environment;
    }

    OrtSession session() {
        return session;
    }

    ModelManifest manifest() {
        return manifest;
    }

    ColumnTable columns() {
        return columns;
    }

    int rankOf(final String input) throws OrtException {
        return ((TensorInfo) session.getInputInfo().get(input).getInfo()).getShape().length;
    }

    int outputRank() {
        return outputRank;
    }

    int outputColumns() {
        return outputColumns;
    }

    /**
     * What it is called.
     *
     * @return name and version of the manifest.
     */
    public String version() {
        return manifest.version();
    }

    /**
     * By what content it is known.
     *
     * @return {@link OnnxFile#contentHash}.
     */
    public long contentHash() {
        return contentHash;
    }

    private static void close(final OrtSession session) {
        if (session != null) {
            try {
                session.close();
            } catch (final OrtException e) {
                throw new IllegalStateException("a session of ONNX Runtime could not be closed", e);
            }
        }
    }

    /** Frees the model; its stages must not be used any more. */
    @Override
    public void close() {
        close(session);
    }
}
