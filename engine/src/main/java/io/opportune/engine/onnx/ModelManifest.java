package io.opportune.engine.onnx;

import java.util.List;

/**
 * What an imported model's inputs and output mean. Immutable.
 *
 * @param version       name and version, for people.
 * @param predictsClick what the output is the probability of: true for a click, false for a conversion.
 * @param output        where the prediction stands.
 * @param inputs        in the order of the manifest, each with one column or more.
 */
record ModelManifest(String version, boolean predictsClick, Output output, List<Input> inputs) {
    /**
     * Where the prediction stands.
     *
     * @param name        of the model's output.
     * @param column      from 0 of an output with several columns; 0 of one without.
     * @param probability whether it is a probability, 0..1; otherwise a logit.
     * @param line        of the manifest.
     */
    record Output(String name, int column, boolean probability, int line) {
    }

    /**
     * A tensor that the model takes.
     *
     * @param name    of the model's input.
     * @param columns in order.
     * @param line    of the manifest.
     */
    record Input(String name, List<Column> columns, int line) {
    }

    /**
     * A column of a tensor.
     *
     * @param firstLogit whether it is what the first stage predicts.
     * @param missing    its number where the feature has none of the values.
     * @param values     numbers by keys of features.
     */
    record Column(boolean firstLogit, float missing, List<Value> values) {
    }

    /**
     * A column's number for a value of a feature.
     *
     * @param key    of the value.
     * @param number for it.
     */
    record Value(int key, float number) {
    }

    /** How many columns the inputs have together. */
    int columnCount() {
        return inputs.stream().mapToInt(input -> input.columns().size()).sum();
    }
}
