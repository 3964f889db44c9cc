package io.opportune.protocol.openrtb;

import io.opportune.protocol.openrtb.schema.Field;
import io.opportune.protocol.openrtb.schema.Kind;
import io.opportune.protocol.openrtb.schema.ObjectType;
import io.opportune.protocol.openrtb.schema.OpenRtbSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** OPENRTB.md: what the reader does with each path, written from its table. */
final class OpenRtbPage {
    private final Map<String, String> declared = new TreeMap<>();
    private final Map<String, String> extensions = new TreeMap<>();
    private final Map<String, String> natives = new TreeMap<>();

    private OpenRtbPage() {
        object("", OpenRtbSchema.BID_REQUEST, declared, true);
        object("", OpenRtbSchema.NATIVE_REQUEST, natives, false);
    }

    static String markdown() {
        final OpenRtbPage page = new OpenRtbPage();
        final StringBuilder text = new StringBuilder("""
            # What is read of an OpenRTB bid request

            Written from the reader's table (`io.opportune.protocol.openrtb.schema.OpenRtbSchema`) \
            by `OpenRtbPageTest`; not to be edited.
            Paths are those that OpenRTB 2.6-202606 declares; numbers are those of the IAB's protobuf definition of \
            OpenRTB 2.x. A path with `[]` is the
            items of the array before it. *Read* is kept in the request's records and has a getter in \
            `io.opportune.protocol.openrtb.request`;
            older places give way to the declared one. Unknown keys are skipped; `OpenRtbReader` says how values of \
            another form are taken.

            """);
        text.append("## The ").append(page.declared.size()).append(" declared paths\n\n");
        text.append("| path | type | protobuf | done with it | also read at |\n|---|---|---|---|---|\n");
        append(text, page.declared);
        text.append("\n## Extensions that are read\n\n| path | type | protobuf |\n|---|---|---|\n");
        append(text, page.extensions);
        text.append("\n## The native request\n\n"
            + "The text in `imp[].native.request` (OpenRTB Dynamic Native Ads 1.2;\n"
            + "that of 1.0 inside its wrapper `native`), the same given as an object, or the protobuf message\n"
            + "`request_native` in its place. `video` is read like `imp[].video`.\n\n"
            + "| path | type | protobuf | done with it | also read at |\n|---|---|---|---|---|\n");
        append(text, page.natives);
        return text.toString();
    }

    private static void append(final StringBuilder text, final Map<String, String> rows) {
        rows.forEach((path, row) -> text.append("| `").append(path).append("` | ").append(row).append(" |\n"));
    }

    static List<String> declaredPaths() {
        return new ArrayList<>(new OpenRtbPage().declared.keySet());
    }

    private void object(
        final String prefix, final ObjectType type, final Map<String, String> rows, final boolean withVideo) {
        for (final Field field : type.fields()) {
            if (field.moved() || field.kind() == Kind.NATIVE_REQUEST_MESSAGE || field.child() == type) {
                continue;
            }
            final String path = prefix + field.name();
            final String number = field.protobufNumber() == 0 ? "none" : String.valueOf(field.protobufNumber());
            rows.put(path, typeName(field) + " | " + number + " | " + use(field) + " | "
                + String.join(", ", olderPlaces(prefix, type, field)));
            final boolean array = isArray(field);
            if (array) {
                rows.put(path + "[]", typeName(field).replace(" array", "") + " | | "
                    + (field.kind() == Kind.SKIPPED ? "skipped" : "read") + " | ");
            }
            final boolean isVideo = field.child() == OpenRtbSchema.VIDEO;
            if ((field.kind() == Kind.OBJECT || field.kind() == Kind.OBJECTS) && (withVideo || !isVideo)) {
                object(path + (array ? "[]." : "."), field.child(), rows, withVideo);
            } else if (field.kind() == Kind.EXTENSION && field.child() != null && rows == declared) {
                extension(path + ".", field.child());
            }
        }
    }

    private void extension(final String prefix, final ObjectType type) {
        for (final Field field : type.fields()) {
            if (field.moved() || field.kind() == Kind.INNER_EXTENSION) {
                continue;
            }
            final String number = field.protobufNumber() == 0 ? "none" : String.valueOf(field.protobufNumber());
            final String like = field.child() == OpenRtbSchema.SUPPLY_CHAIN ? ", like `source.schain`" : "";
            extensions.put(prefix + field.name(), field.kind().specificationName() + like + " | " + number);
            if (field.child() != null && like.isEmpty()) {
                extension(prefix + field.name() + (field.kind() == Kind.OBJECTS ? "[]." : "."), field.child());
            }
        }
    }

    private static boolean isArray(final Field field) {
        return switch (field.kind()) {
            case INTEGERS, TEXTS, OBJECTS -> true;
            default -> false;
        };
    }

    private static String typeName(final Field field) {
        return field.kind() == Kind.SKIPPED ? "string" : field.kind().specificationName();
    }

    private static String use(final Field field) {
        return switch (field.kind()) {
            case SKIPPED -> "skipped: " + field.remark();
            case EXTENSION -> "kept as it came" + (field.child() == null ? "" : "; what is known of it is read");
            case NATIVE_REQUEST -> "read, and what it holds";
            default -> "read";
        };
    }

    private static List<String> olderPlaces(final String prefix, final ObjectType type, final Field field) {
        final List<String> places = new ArrayList<>();
        older(prefix, type, field, places);
        if (type == OpenRtbSchema.IMP) {
            OpenRtbSchema.VIDEO.field("ext").child().fields().stream()
                .filter(inner -> inner.ofImp() && inner.remark().equals(field.name()))
                .forEach(inner -> places.add("`" + prefix + "video.ext." + inner.name() + "`"));
        }
        return places;
    }

    private static void older(
        final String prefix, final ObjectType type, final Field field, final List<String> places) {
        for (final Field other : type.fields()) {
            if (other.moved() && !other.ofImp() && other.slot() == field.slot()) {
                places.add("`" + prefix + other.name() + "`"
                    + (other.protobufNumber() == 0 ? "" : " (" + other.protobufNumber() + ")"));
            } else if (other.child() != null
                && (other.kind() == Kind.EXTENSION || other.kind() == Kind.INNER_EXTENSION)) {
                older(prefix + other.name() + ".", other.child(), field, places);
            }
        }
    }
}
