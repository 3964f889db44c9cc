package io.opportune.protocol.openrtb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** A request that gives something at each declared path, everywhere something else; site, app and dooh at once. */
final class FullRequest {
    private static final int ITEMS = 2;
    private int counter;

    private FullRequest() {
    }

    static ObjectNode create() throws IOException {
        final List<String> lines = Files.readAllLines(OpenRtbFiles.path("openrtb/spec-paths-2.6.tsv"));
        return new FullRequest().object("", lines.subList(1, lines.size()));
    }

    private ObjectNode object(final String prefix, final List<String> lines) {
        final ObjectNode node = JsonNodeFactory.instance.objectNode();
        for (final String line : lines) {
            final String[] columns = line.split("\t");
            if (!columns[0].startsWith(prefix) || columns[0].endsWith("[]")
                || columns[0].indexOf('.', prefix.length()) >= 0) {
                continue;
            }
            final String name = columns[0].substring(prefix.length());
            final boolean isObject = columns[1].contains("bject");
            if (columns[1].contains("array")) {
                final ArrayNode array = node.putArray(name);
                for (int i = 0; i < ITEMS; i++) {
                    if (isObject) {
                        array.add(object(columns[0] + "[].", lines));
                    } else if (columns[1].contains("string")) {
                        array.add(columns[0] + ++counter);
                    } else {
                        array.add(++counter);
                    }
                }
            } else if (isObject) {
                node.set(name, object(columns[0] + ".", lines));
            } else if (columns[1].startsWith("string")) {
                node.put(name, columns[0] + ++counter);
            } else if (columns[1].startsWith("float")) {
                node.put(name, ++counter + 0.25);
            } else {
                node.put(name, ++counter);
            }
        }
        return node;
    }
}
