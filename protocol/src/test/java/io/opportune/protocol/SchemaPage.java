package io.opportune.protocol;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** Turns the XML of the wire schema into the reference page SCHEMA.md: tables of messages, fields and types. */
final class SchemaPage {
    private static final Map<String, Integer> PRIMITIVE_BYTES = Map.of(
        "int8", 1, "uint8", 1, "char", 1, "int16", 2, "uint16", 2, "int32", 4, "uint32", 4, "int64", 8, "uint64", 8,
        "double", 8);
    private static final Map<String, String> PRIMITIVE_NULLS = Map.of(
        "int8", "-128", "uint8", "255", "int16", "-32768", "uint16", "65535", "int32", "-2147483648",
        "uint32", "4294967295", "int64", "-2^63", "uint64", "2^64-1", "double", "NaN");

    private final StringBuilder page = new StringBuilder();
    private final Map<String, Element> types = new HashMap<>();
    private final Element schema;

    private SchemaPage(final Element schema) {
        this.schema = schema;
    }

    /**
     * Makes the page.
     *
     * @param xml the schema.
     * @return Markdown.
     */
    static String of(final Path xml) throws IOException, ParserConfigurationException, SAXException {
        final DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return new SchemaPage(factory.newDocumentBuilder().parse(xml.toFile()).getDocumentElement()).write();
    }

    private String write() {
        for (final Element list : children(schema, "types")) {
            for (final Element type : children(list, null)) {
                types.put(type.getAttribute("name"), type);
            }
        }
        page.append("# Wire protocol reference\n\n")
            .append("Generated from `src/main/resources/sbe/opportune-wire.xml`; a test compares them. To write it")
            .append(" anew,\n")
            .append(ProjectFiles.HOW_TO_REGENERATE.replace("run: ", "run `")).append("`.\n\n")
            .append("Schema ").append(schema.getAttribute("id")).append(", version ")
            .append(schema.getAttribute("version")).append(", ").append("little endian. Every message travels in a ")
            .append("frame: SOFH header of 6 bytes (length of the\nwhole frame as `uint32`, encoding type `0xEB50` as ")
            .append("`uint16`, both big endian), then the SBE message header of 8 bytes\n(block length, template id, ")
            .append("schema id, version, each `uint16`), then the root block, groups and texts in the order\nbelow. ")
            .append("Offsets count from the start of the root block or group entry. How messages may change: ")
            .append("[EVOLUTION.md](EVOLUTION.md).\n\n## Messages\n\n| id | message | block, bytes | purpose |\n")
            .append("|---:|---|---:|---|\n");
        final List<Element> messages = children(schema, "sbe:message");
        for (final Element message : messages) {
            final String name = message.getAttribute("name");
            page.append("| ").append(message.getAttribute("id")).append(" | [").append(name).append("](#")
                .append(name.toLowerCase(Locale.ROOT)).append(") | ").append(blockBytes(message))
                .append(" | ").append(message.getAttribute("description")).append(" |\n");
        }
        messages.forEach(this::writeMessage);
        page.append("\n## Types\n");
        writeTypes();
        return page.toString();
    }

    private void writeMessage(final Element message) {
        page.append("\n### ").append(message.getAttribute("name")).append("\n\n").append(message.getAttribute(
            "description")).append(". Template ").append(message.getAttribute("id")).append(", root block ")
            .append(blockBytes(message)).append(" bytes.\n\n");
        writeFields(message);
        for (final Element group : children(message, "group")) {
            page.append("\nGroup **").append(group.getAttribute("name")).append("**, entries of ")
                .append(blockBytes(group)).append(" bytes")
                .append(group.getAttribute("description").isEmpty() ? "" : ": ")
                .append(group.getAttribute("description")).append(".\n\n");
            writeFields(group);
        }
        final List<Element> texts = children(message, "data");
        if (!texts.isEmpty() && !children(message, "group").isEmpty()) {
            page.append("\nAfter the groups:\n\n");
            writeTableHead();
            texts.forEach(this::writeText);
        }
    }

    private void writeFields(final Element parent) {
        writeTableHead();
        int offset = 0;
        for (final Element field : children(parent, "field")) {
            row(field, Integer.toString(offset), presence(field));
            offset += bytes(field.getAttribute("type"));
        }
        if (!"sbe:message".equals(parent.getNodeName()) || children(parent, "group").isEmpty()) {
            children(parent, "data").forEach(this::writeText);
        }
    }

    private void writeTableHead() {
        page.append("| field | id | offset | type | presence | description |\n|---|---:|---:|---|---|---|\n");
    }

    private void writeText(final Element data) {
        row(data, "behind", "required");
    }

    private void row(final Element field, final String offset, final String presence) {
        final Element type = types.get(field.getAttribute("type"));
        final String description = field.getAttribute("description").isEmpty() && type != null
            ? type.getAttribute("description") : field.getAttribute("description");
        page.append("| ").append(field.getAttribute("name")).append(" | ").append(field.getAttribute("id"))
            .append(" | ").append(offset).append(" | ").append(field.getAttribute("type")).append(" | ")
            .append(presence).append(" | ").append(description.replace("|", "\\|")).append(" |\n");
    }

    private void writeTypes() {
        page.append("\n| type | encoding | bytes | null | description |\n|---|---|---:|---|---|\n");
        for (final Element list : children(schema, "types")) {
            for (final Element type : children(list, "type")) {
                final String primitive = type.getAttribute("primitiveType");
                page.append("| ").append(type.getAttribute("name")).append(" | ").append(primitive).append(" | ")
                    .append(bytes(type.getAttribute("name"))).append(" | ")
                    .append("optional".equals(type.getAttribute("presence")) ? nullValue(type) : "")
                    .append(" | ").append(type.getAttribute("description")).append(" |\n");
            }
            for (final Element composite : children(list, "composite")) {
                page.append("| ").append(composite.getAttribute("name")).append(" | ");
                final List<String> parts = new ArrayList<>();
                children(composite, "type").forEach(
                    part -> parts.add(part.getAttribute("name") + " " + part.getAttribute("primitiveType")));
                page.append(String.join(", ", parts)).append(" | ").append(bytes(composite.getAttribute("name")))
                    .append(" | | ").append(composite.getAttribute("description")).append(" |\n");
            }
            children(list, "enum").forEach(type -> writeValues(type, "validValue"));
            children(list, "set").forEach(type -> writeValues(type, "choice"));
        }
    }

    private void writeValues(final Element type, final String element) {
        page.append("\n### ").append(type.getAttribute("name")).append("\n\n")
            .append(type.getAttribute("description")).append(" (`").append(type.getAttribute("encodingType"))
            .append("choice".equals(element) ? "`, bits" : "`").append(").\n\n");
        final List<String> values = new ArrayList<>();
        children(type, element).forEach(
            value -> values.add(value.getTextContent().strip() + " `" + value.getAttribute("name") + "`"));
        page.append(String.join("  \n", values)).append('\n');
    }

    private String presence(final Element field) {
        final Element type = types.get(field.getAttribute("type"));
        final boolean optional = "optional".equals(field.getAttribute("presence"))
            || type != null && "optional".equals(type.getAttribute("presence"));
        return optional ? "optional, null " + nullValue(type) : "required";
    }

    private String nullValue(final Element type) {
        final String declared = type.getAttribute("nullValue");
        final String primitive = type.hasAttribute("primitiveType")
            ? type.getAttribute("primitiveType") : type.getAttribute("encodingType");
        return declared.isEmpty() ? PRIMITIVE_NULLS.get(primitive) : declared;
    }

    private int blockBytes(final Element parent) {
        return children(parent, "field").stream().mapToInt(field -> bytes(field.getAttribute("type"))).sum();
    }

    private int bytes(final String typeName) {
        final Element type = types.get(typeName);
        if (type == null) {
            return PRIMITIVE_BYTES.get(typeName);
        }
        return switch (type.getNodeName()) {
            case "type" -> PRIMITIVE_BYTES.get(type.getAttribute("primitiveType"));
            case "composite" -> children(type, "type").stream()
                .filter(part -> !"0".equals(part.getAttribute("length")))
                .mapToInt(part -> PRIMITIVE_BYTES.get(part.getAttribute("primitiveType"))).sum();
            default -> PRIMITIVE_BYTES.get(type.getAttribute("encodingType"));
        };
    }

    /** Child elements of a name, or all of them for null. */
    private static List<Element> children(final Element parent, final String name) {
        final List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && (name == null || name.equals(element.getNodeName()))) {
                found.add(element);
            }
        }
        return found;
    }
}
