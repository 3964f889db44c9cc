package io.opportune.engine.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes tiny models as the protobuf messages of onnx.proto (ModelProto, IR version 7, operator set 13), without any
 * library: a linear model, if wanted under a sigmoid.
 */
public final class OnnxWriter {
    private static final int FLOAT = 1;
    private static final int INT64 = 7;
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;

    private OnnxWriter() {
    }

    /**
     * A model with the input {@code features} of shape [any, weights] and the output {@code score} of shape [any, 1].
     *
     * @param weights by column.
     * @param bias    added.
     * @param sigmoid whether the output is a probability.
     * @return the file's bytes.
     */
    public static byte[] linear(final float[] weights, final float bias, final boolean sigmoid) {
        return linear(weights, bias, sigmoid, -1, FLOAT);
    }

    /** A model that takes two candidates and no other number. */
    static byte[] ofTwoRows(final float[] weights) {
        return linear(weights, 0, false, 2, FLOAT);
    }

    /** A model that takes whole numbers, which no weights are multiplied with. */
    static byte[] ofWholeNumbers(final int columns) {
        final Message graph = new Message()
            .message(1, new Message().text(1, "features").text(2, "score").text(4, "Identity"))
            .text(2, "whole")
            .message(11, value("features", INT64, -1, columns))
            .message(12, value("score", INT64, -1, columns));
        return model(graph);
    }

    private static byte[] linear(
        final float[] weights, final float bias, final boolean sigmoid, final int rows, final int type) {
        final Message graph = new Message()
            .message(1, node("MatMul", "product", "features", "weights"))
            .message(1, node("Add", sigmoid ? "sum" : "score", "product", "bias"));
        if (sigmoid) {
            graph.message(1, node("Sigmoid", "score", "sum"));
        }
        graph.text(2, "linear")
            .message(5, tensor("weights", weights, weights.length, 1))
            .message(5, tensor("bias", new float[] {bias}, 1))
            .message(11, value("features", type, rows, weights.length))
            .message(12, value("score", type, rows, 1));
        return model(graph);
    }

    private static byte[] model(final Message graph) {
        return new Message().number(1, 7).text(2, "opportune").message(7, graph)
            .message(8, new Message().text(1, "").number(2, 13)).bytes();
    }

    private static Message node(final String operator, final String output, final String... inputs) {
        final Message node = new Message();
        for (final String input : inputs) {
            node.text(1, input);
        }
        return node.text(2, output).text(4, operator);
    }

    private static Message tensor(final String name, final float[] values, final int... shape) {
        final Message tensor = new Message();
        for (final int size : shape) {
            tensor.number(1, size);
        }
        final ByteBuffer raw = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (final float value : values) {
            raw.putFloat(value);
        }
        return tensor.number(2, FLOAT).text(8, name).bytes(9, raw.array());
    }

    /** A tensor of rows and columns; -1 for any number. */
    private static Message value(final String name, final int type, final int rows, final int columns) {
        final Message first = rows < 0 ? new Message().text(2, "candidates") : new Message().number(1, rows);
        final Message shape = new Message().message(1, first).message(1, new Message().number(1, columns));
        return new Message().text(1, name).message(2,
            new Message().message(1, new Message().number(1, type).message(2, shape)));
    }

    /** A message of protobuf: fields one behind the other, each a tag and its value. */
    private static final class Message {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message number(final int field, final long value) {
            varint((long) field << 3 | VARINT);
            varint(value);
            return this;
        }

        Message bytes(final int field, final byte[] value) {
            varint((long) field << 3 | LENGTH_DELIMITED);
            varint(value.length);
            out.writeBytes(value);
            return this;
        }

        Message text(final int field, final String value) {
            return bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(final int field, final Message value) {
            return bytes(field, value.bytes());
        }

        byte[] bytes() {
            return out.toByteArray();
        }

        private void varint(final long value) {
            long left = value;
            while ((left & ~0x7FL) != 0) {
                out.write((int) (left & 0x7F | 0x80));
                left >>>= 7;
            }
            out.write((int) left);
        }
    }
}
