package io.opportune.protocol.openrtb;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes trees as protobuf by the IAB's own definition, which it reads itself: fields in any order, repeated numbers
 * packed or not, items of repeated fields with others between them, unknown fields in between.
 */
final class ProtobufWriter {
    private static final Pattern BLOCK = Pattern.compile("(message|enum|oneof)\\s+(\\w+)\\s*\\{.*");
    private static final Pattern FIELD =
        Pattern.compile("(repeated\\s+)?([.\\w]+)\\s+(\\w+)\\s*=\\s*(\\d+)\\s*[;\\[].*");

    private final Map<String, Map<String, Field>> messages = new HashMap<>();
    private final Set<String> unwritten = new TreeSet<>();
    private final SplittableRandom random;

    ProtobufWriter(final Path definition, final long seed) throws IOException {
        random = new SplittableRandom(seed);
        final Deque<String> blocks = new ArrayDeque<>();
        for (final String line : Files.readAllLines(definition)) {
            final String code = line.replaceFirst("//.*", "").trim();
            final Matcher block = BLOCK.matcher(code);
            final Matcher field = FIELD.matcher(code);
            final String outer = blocks.stream().filter(name -> !name.isEmpty()).findFirst().orElse("");
            if (block.matches()) {
                final boolean message = block.group(1).equals("message");
                final String name = outer.isEmpty() ? block.group(2) : outer + "." + block.group(2);
                blocks.push(message ? name : block.group(1).equals("enum") ? "enum" : "");
                if (message) {
                    messages.put(name, new HashMap<>());
                }
            } else if (code.startsWith("}")) {
                blocks.pop();
            } else if (field.matches() && !outer.isEmpty() && !outer.equals("enum")) {
                messages.get(outer).put(field.group(3), new Field(field.group(2), Integer.parseInt(field.group(4)),
                    field.group(1) != null, outer));
            }
        }
    }

    /** What the definition has no place for. */
    Set<String> unwritten() {
        return unwritten;
    }

    byte[] write(final String message, final Map<String, Object> tree) {
        final Map<String, Field> fields = messages.get(message);
        final Map<String, Object> extension = new HashMap<>();
        final List<Deque<byte[]>> queues = new ArrayList<>();
        for (final Map.Entry<String, Object> entry : tree.entrySet()) {
            final String name = entry.getKey().replaceFirst("^ext\\.", "");
            final Field field = name.equals(entry.getKey()) ? fields.get(name) : null;
            if (field != null) {
                queues.add(pieces(field, entry.getValue()));
            } else if (messages.getOrDefault(message + ".Ext", Map.of()).containsKey(name)) {
                extension.put(name, entry.getValue());
            } else {
                unwritten.add(message + "." + entry.getKey());
            }
        }
        if (!extension.isEmpty()) {
            queues.add(new ArrayDeque<>(List.of(tagged(99, write(message + ".Ext", extension)))));
        }
        if (random.nextInt(3) == 0) {
            queues.add(new ArrayDeque<>(List.of(unknown())));
        }
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (!queues.isEmpty()) {
            final Deque<byte[]> queue = queues.get(random.nextInt(queues.size()));
            bytes.writeBytes(queue.isEmpty() ? new byte[0] : queue.pop());
            if (queue.isEmpty()) {
                queues.remove(queue);
            }
        }
        return bytes.toByteArray();
    }

    private Deque<byte[]> pieces(final Field field, final Object value) {
        final Deque<byte[]> pieces = new ArrayDeque<>();
        final List<?> items = value instanceof List<?> list ? list : List.of(value);
        if (field.repeated() && field.type().equals("int32") && random.nextBoolean()) {
            final ByteArrayOutputStream packed = new ByteArrayOutputStream();
            items.forEach(item -> varint(packed, (Long) item));
            pieces.add(tagged(field.number(), packed.toByteArray()));
        } else {
            items.forEach(item -> pieces.add(piece(field, item)));
        }
        return pieces;
    }

    @SuppressWarnings("unchecked")
    private byte[] piece(final Field field, final Object value) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        switch (field.type()) {
            case "string":
                return tagged(field.number(), ((String) value).getBytes(StandardCharsets.UTF_8));
            case "int32", "bool":
                varint(bytes, (long) field.number() << 3);
                varint(bytes, (Long) value);
                return bytes.toByteArray();
            case "double":
                varint(bytes, (long) field.number() << 3 | 1);
                bytes.writeBytes(ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN)
                    .putDouble((Double) value).array());
                return bytes.toByteArray();
            default:
                return tagged(field.number(), write(resolve(field), (Map<String, Object>) value));
        }
    }

    /** A type is looked for in the message that names it, then in those around that. */
    private String resolve(final Field field) {
        String scope = field.message();
        while (!scope.isEmpty()) {
            if (messages.containsKey(scope + "." + field.type())) {
                return scope + "." + field.type();
            }
            scope = scope.substring(0, Math.max(0, scope.lastIndexOf('.')));
        }
        return field.type();
    }

    private static byte[] tagged(final int number, final byte[] content) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        varint(bytes, (long) number << 3 | 2);
        varint(bytes, content.length);
        bytes.writeBytes(content);
        return bytes.toByteArray();
    }

    private byte[] unknown() {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        switch (random.nextInt(4)) {
            case 0:
                return tagged(7777, new byte[] {1, 2, 3});
            case 1:
                varint(bytes, 7777L << 3);
                varint(bytes, -1);
                break;
            case 2:
                varint(bytes, 7777L << 3 | 5);
                bytes.writeBytes(new byte[4]);
                break;
            default:
                varint(bytes, 7777L << 3 | 3);
                varint(bytes, 1L << 3 | 1);
                bytes.writeBytes(new byte[8]);
                bytes.writeBytes(tagged(2, new byte[] {-1}));
                varint(bytes, 7777L << 3 | 4);
                break;
        }
        return bytes.toByteArray();
    }

    private static void varint(final ByteArrayOutputStream bytes, final long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes.write((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }

    private record Field(String type, int number, boolean repeated, String message) {
    }
}
