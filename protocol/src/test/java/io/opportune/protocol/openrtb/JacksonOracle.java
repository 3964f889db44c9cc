package io.opportune.protocol.openrtb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.RecordFlyweight;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks the views of a request for each declared path and compares what they say with what Jackson has read. It knows
 * the paths from the specification's list and not from the reader's table.
 */
final class JacksonOracle {
    /** Declared and deliberately not read. */
    static final Set<String> SKIPPED = Set.of("flashver", "didsha1", "didmd5", "dpidsha1", "dpidmd5", "macsha1",
        "macmd5", "regionfips104");
    private static final Pattern NUMBER = Pattern.compile("\\s*(-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?)\\s*");
    private static final Pattern DEFAULT = Pattern.compile("default (\\d+)");

    /** Object path, its fields' names, their types as the specification writes them. */
    private final Map<String, Map<String, String>> declared = new TreeMap<>();
    private int pathCount;
    private int comparisonCount;
    private BidRequest request;
    private JsonNode imp;

    JacksonOracle() throws IOException {
        final List<String> lines = Files.readAllLines(OpenRtbFiles.path("openrtb/spec-paths-2.6.tsv"));
        for (final String line : lines.subList(1, lines.size())) {
            final String[] columns = line.split("\t");
            pathCount++;
            if (!columns[0].endsWith("[]")) {
                final int dot = columns[0].lastIndexOf('.');
                declared.computeIfAbsent(columns[0].substring(0, Math.max(0, dot)), path -> new TreeMap<>())
                    .put(columns[0].substring(dot + 1), columns[1]);
            }
        }
    }

    int pathCount() {
        return pathCount;
    }

    int comparisonCount() {
        return comparisonCount;
    }

    void compare(final BidRequest read, final JsonNode expected) {
        request = read;
        object("", expected, read);
    }

    private void object(final String path, final JsonNode node, final RecordFlyweight view) {
        if (path.equals("imp[]")) {
            imp = node;
        }
        for (final Map.Entry<String, String> field : declared.get(path).entrySet()) {
            if (!SKIPPED.contains(field.getKey())) {
                field(path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getKey(), field.getValue(),
                    node, view);
            }
        }
    }

    private void field(
        final String path, final String name, final String type, final JsonNode node, final RecordFlyweight view) {
        comparisonCount++;
        final boolean many = type.contains("array");
        final String getter = getter(name);
        final JsonNode value = node.path(name);
        if (name.equals("ext") || path.equals("imp[].native.request") && value.isObject()) {
            asItCame(path, name, value, view);
        } else if (type.contains("bject") || name.equals("browsers")) {
            objects(path, getter, many, usable(path, value, node, v -> objects(v, many)), view);
        } else if (many) {
            final List<Object> expected = usable(path, value, node, v -> scalars(v, type));
            final List<Object> found = new ArrayList<>();
            final int count = (int) call(view, getter + "Count");
            for (int i = 0; i < count; i++) {
                found.add(plain(call(view, getter, i)));
            }
            assertSame(path, expected, found);
        } else {
            final List<Object> expected = usable(path, value, node, v -> one(v, type));
            assertSame(path, expected.isEmpty() ? List.of(absent(type)) : expected, found(call(view, getter)));
        }
    }

    private List<Object> found(final Object value) {
        return value instanceof Long slice && slice == 0 ? List.of("absent") : List.of(plain(value));
    }

    private Object plain(final Object value) {
        return value instanceof Long slice ? request.string(slice) : value;
    }

    /** A number stands where a text should: then its notation plays no part. */
    private static void assertSame(final String path, final List<Object> expected, final List<Object> found) {
        assertEquals(expected.size(), found.size(), () -> path + ": " + expected + ", not " + found);
        for (int i = 0; i < expected.size(); i++) {
            if (expected.get(i) instanceof Double number && found.get(i) instanceof String text) {
                assertEquals(number, Double.parseDouble(text), path);
            } else {
                assertEquals(expected.get(i), found.get(i), path);
            }
        }
    }

    private static Object absent(final String type) {
        final Matcher matcher = DEFAULT.matcher(type);
        if (type.startsWith("string")) {
            return "absent";
        } else if (type.startsWith("float")) {
            return matcher.find() ? Double.valueOf(matcher.group(1)) : Double.NaN;
        }
        return matcher.find() ? Integer.valueOf(matcher.group(1)) : RecordFlyweight.ABSENT;
    }

    private void asItCame(final String path, final String name, final JsonNode value, final RecordFlyweight view) {
        final long slice = (long) call(view, name);
        try {
            assertEquals(value.isMissingNode() || value.isNull() ? null : value,
                slice == 0 ? null : OpenRtbFiles.JACKSON.readTree(request.string(slice)), path);
        } catch (final IOException e) {
            throw new AssertionError(path, e);
        }
    }

    private void objects(
        final String path, final String getter, final boolean many, final List<Object> expected,
        final RecordFlyweight view) {
        if (many) {
            assertEquals(expected.size(), (int) call(view, getter + "Count"), path);
            for (int i = 0; i < expected.size(); i++) {
                object(path + "[]", (JsonNode) expected.get(i), (RecordFlyweight) call(view, getter, i));
            }
        } else {
            final RecordFlyweight inner = (RecordFlyweight) call(view, getter);
            assertEquals(!expected.isEmpty(), inner != null, path);
            if (inner != null) {
                object(path, (JsonNode) expected.getFirst(), inner);
            }
        }
    }

    /** The value at its declared place, else at the older ones. */
    private List<Object> usable(
        final String path, final JsonNode value, final JsonNode node,
        final Function<JsonNode, List<Object>> reading) {
        List<Object> found = reading.apply(value);
        // An array that is there and empty is as good as none, but nothing takes its place.
        if (!found.isEmpty() || value.isArray() && !path.equals("regs.gdpr")) {
            return found;
        }
        for (final JsonNode older : olderPlaces(path, node)) {
            found = reading.apply(older);
            if (!found.isEmpty()) {
                break;
            }
        }
        return found;
    }

    private List<JsonNode> olderPlaces(final String path, final JsonNode node) {
        final String name = path.substring(path.lastIndexOf('.') + 1);
        final JsonNode ext = node.path("ext");
        return switch (path) {
            case "user.consent", "user.eids", "regs.gdpr", "regs.us_privacy", "regs.gpp", "regs.gpp_sid",
                "source.schain", "app.inventorypartnerdomain", "site.inventorypartnerdomain" ->
                List.of(ext.path(name));
            case "user.buyeruid" -> List.of(node.path("buyuid"));
            case "imp[].rwdd" -> List.of(imp.path("video").path("ext").path("rewarded"),
                ext.path("is_rewarded_inventory"), ext.path("prebid").path("is_rewarded_inventory"));
            case "imp[].video.protocols" -> List.of(node.path("protocol"));
            default -> path.endsWith("data[].cids") ? List.of(ext.path("cids")) : List.of();
        };
    }

    private static List<Object> objects(final JsonNode value, final boolean many) {
        final List<Object> objects = new ArrayList<>();
        if (value.isObject()) {
            objects.add(value);
        } else if (value.isArray()) {
            value.forEach(item -> {
                if (item.isObject()) {
                    objects.add(item);
                }
            });
            if (!many && objects.size() != 1) {
                objects.clear();
            }
        }
        return objects;
    }

    private static List<Object> scalars(final JsonNode value, final String type) {
        if (!value.isArray()) {
            return scalar(value, type);
        }
        final List<Object> all = new ArrayList<>();
        value.forEach(item -> all.addAll(scalar(item, type)));
        return all;
    }

    private static List<Object> one(final JsonNode value, final String type) {
        if (!value.isArray()) {
            return scalar(value, type);
        }
        final List<JsonNode> items = new ArrayList<>();
        value.forEach(item -> {
            if (!item.isNull()) {
                items.add(item);
            }
        });
        return items.size() == 1 ? scalar(items.getFirst(), type) : List.of();
    }

    private static List<Object> scalar(final JsonNode value, final String type) {
        if (value.isContainerNode() || value.isNull() || value.isMissingNode()) {
            return List.of();
        } else if (type.contains("string")) {
            return List.of(value.isFloatingPointNumber() ? value.doubleValue()
                : new String(value.asText().getBytes(StandardCharsets.UTF_16),
                    StandardCharsets.UTF_16));
        } else if (value.isBoolean()) {
            return type.startsWith("float") ? List.of() : List.of(value.asBoolean() ? 1 : 0);
        } else if (value.isTextual() && !type.startsWith("float") && value.asText().matches("true|false")) {
            return List.of(value.asText().equals("true") ? 1 : 0);
        }
        final Matcher matcher = NUMBER.matcher(value.asText());
        if (!matcher.matches()) {
            return List.of();
        }
        final double number = Double.parseDouble(matcher.group(1));
        if (type.startsWith("float")) {
            return Double.isFinite(number) ? List.of(number) : List.of();
        }
        return number == Math.rint(number) && Math.abs(number) <= Integer.MAX_VALUE ? List.of((int) number) : List.of();
    }

    private static String getter(final String name) {
        if (name.equals("native")) {
            return "nativeAd";
        }
        final Matcher matcher = Pattern.compile("_(\\w)").matcher(name);
        return matcher.replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
    }

    private static Object call(final RecordFlyweight view, final String getter, final Object... arguments) {
        try {
            final Method method = arguments.length == 0 ? view.getClass().getMethod(getter)
                : view.getClass().getMethod(getter, int.class);
            return method.invoke(view, arguments);
        } catch (final ReflectiveOperationException e) {
            throw new AssertionError(view.getClass().getSimpleName() + "." + getter, e);
        }
    }
}
