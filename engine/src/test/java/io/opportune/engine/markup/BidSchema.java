package io.opportune.engine.markup;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The response part of the IAB's protobuf schema, read from its text, so that responses are decoded by somebody else's
 * decoder with somebody else's numbers.
 */
final class BidSchema {
    private static final Pattern MESSAGE = Pattern.compile("^\\s*(message|oneof|enum)\\s+(\\w+)\\s*\\{");
    private static final Pattern FIELD =
        Pattern.compile("^\\s*(repeated\\s+)?(string|int32|double|bool|SeatBid|Bid)\\s+(\\w+)\\s*=\\s*(\\d+)");
    private static final Map<String, FieldDescriptorProto.Type> TYPES = Map.of(
        "string", FieldDescriptorProto.Type.TYPE_STRING, "int32", FieldDescriptorProto.Type.TYPE_INT32,
        "double", FieldDescriptorProto.Type.TYPE_DOUBLE, "bool", FieldDescriptorProto.Type.TYPE_BOOL);

    private BidSchema() {
    }

    static Descriptors.Descriptor bidResponse() throws IOException, Descriptors.DescriptorValidationException {
        final List<String> lines = Files.readAllLines(SharedData.file("openrtb/spec/openrtb-2.6.iab.proto"));
        final Map<String, DescriptorProto.Builder> messages = new HashMap<>();
        final Deque<String> open = new ArrayDeque<>();
        for (final String line : lines.subList(lines.indexOf("message BidResponse {"), lines.size())) {
            final String code = line.replaceFirst("//.*", "");
            final Matcher message = MESSAGE.matcher(code);
            if (message.find()) {
                // The alternatives of a oneof are fields of the message around it.
                open.push(message.group(1).equals("oneof") ? open.peek() : message.group(2));
            } else if (code.contains("}")) {
                open.pop();
                if (open.isEmpty()) {
                    break;
                }
            } else {
                final Matcher field = FIELD.matcher(code);
                if (field.find()) {
                    messages.computeIfAbsent(open.peek(), name -> DescriptorProto.newBuilder().setName(name))
                        .addField(field(field));
                }
            }
        }
        // Syntax proto3 packs repeated numbers and checks UTF-8, as edition 2023 does.
        final FileDescriptorProto file = FileDescriptorProto.newBuilder().setName("response.proto").setSyntax("proto3")
            .addMessageType(messages.get("BidResponse")).addMessageType(messages.get("SeatBid"))
            .addMessageType(messages.get("Bid")).build();
        return Descriptors.FileDescriptor.buildFrom(file, new Descriptors.FileDescriptor[0])
            .findMessageTypeByName("BidResponse");
    }

    private static FieldDescriptorProto field(final Matcher text) {
        final FieldDescriptorProto.Builder field = FieldDescriptorProto.newBuilder().setName(text.group(3))
            .setNumber(Integer.parseInt(text.group(4)))
            .setLabel(text.group(1) == null ? FieldDescriptorProto.Label.LABEL_OPTIONAL
                : FieldDescriptorProto.Label.LABEL_REPEATED);
        final FieldDescriptorProto.Type scalar = TYPES.get(text.group(2));
        return scalar != null ? field.setType(scalar).build()
            : field.setType(FieldDescriptorProto.Type.TYPE_MESSAGE).setTypeName('.' + text.group(2)).build();
    }
}
