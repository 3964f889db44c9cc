package io.opportune.engine.onnx;

import java.util.ArrayList;
import java.util.List;

/**
 * A linear model as a text: a line {@code version}, one {@code predicts}, one {@code bias}, and for each column its
 * weight and what the column is, as a manifest says it. Becomes a model and its manifest. Immutable.
 */
public final class LinearText {
    private final List<String> manifest = new ArrayList<>();
    private final float[] weights;
    private final float bias;

    private LinearText(final String file, final List<String> lines) throws BadModelException {
        final List<String> mistakes = new ArrayList<>();
        final List<Float> read = new ArrayList<>();
        final List<String> columns = new ArrayList<>();
        Float constant = null;
        int line = 0;
        for (final String each : lines) {
            line++;
            final String[] words = each.strip().split("\\s+", 2);
            if (words[0].isEmpty() || words[0].charAt(0) == '#') {
                continue;
            }
            final String rest = words.length == 1 ? "" : words[1];
            if (words[0].equals("version") || words[0].equals("predicts")) {
                manifest.add(words[0] + ' ' + rest);
            } else if (words[0].equals("bias") && constant == null && number(rest) != null) {
                constant = number(rest);
            } else if (number(words[0]) != null && !rest.isEmpty()) {
                read.add(number(words[0]));
                columns.add("column " + rest);
            } else {
                mistakes.add(file + ":" + line + ": \"" + each.strip() + "\"; allowed: version NAME:VERSION, predicts"
                    + " conversion, predicts click, bias NUMBER once, or WEIGHT and a column");
            }
        }
        if (read.isEmpty() || constant == null) {
            mistakes.add(file + ": no " + (constant == null ? "bias" : "weights")
                + "; allowed: bias NUMBER, and one or more lines WEIGHT COLUMN");
        }
        if (!mistakes.isEmpty()) {
            throw new BadModelException(mistakes);
        }
        bias = constant;
        weights = new float[read.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = read.get(i);
        }
        manifest.add("output " + OnnxWriter.OUTPUT + " logit");
        manifest.add("input " + OnnxWriter.INPUT);
        manifest.addAll(columns);
    }

    /**
     * Reads a text.
     *
     * @param file  its name, for mistakes.
     * @param lines of it.
     * @return the model; whether its columns are features is not looked at.
     * @throws BadModelException when a line is none of these; says all mistakes.
     */
    public static LinearText read(final String file, final List<String> lines) throws BadModelException {
        return new LinearText(file, lines);
    }

    private static Float number(final String word) {
        try {
            final float number = Float.parseFloat(word);
            return Float.isFinite(number) ? number : null;
        } catch (final NumberFormatException e) {
            return null;
        }
    }

    /**
     * The model.
     *
     * @return bytes of a file in ONNX; its output is the logit.
     */
    public byte[] model() {
        return OnnxWriter.linear(weights, bias, false);
    }

    /**
     * What stands beside it.
     *
     * @return the manifest's text.
     */
    public String manifest() {
        return String.join("\n", manifest) + '\n';
    }

    /**
     * How many weights there are.
     *
     * @return 1 or more, without the bias.
     */
    public int columnCount() {
        return weights.length;
    }
}
