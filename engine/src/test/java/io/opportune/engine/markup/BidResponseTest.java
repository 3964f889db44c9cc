package io.opportune.engine.markup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import io.opportune.engine.catalogue.AuctionCatalogue;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Creative;
import io.opportune.protocol.openrtb.macro.AuctionMacro;
import io.opportune.protocol.openrtb.macro.MacroResolver;
import io.opportune.protocol.openrtb.macro.MacroValues;
import io.opportune.protocol.openrtb.response.BidResponseWriter;
import io.opportune.protocol.openrtb.response.ByteSink;
import io.opportune.protocol.openrtb.response.ResponseField;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Whole responses against the specification's own schemas, in both formats. */
class BidResponseTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final MarkupSettings SETTINGS = MarkupSettings.of("https://bid.example", "opportune");

    private final Catalogue catalogue = AuctionCatalogue.of(AuctionCatalogue.example());
    private final MarkupSet set = MarkupSet.of(catalogue, SETTINGS, null);
    private final SampleBid bid = new SampleBid().openImp();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[65_536]);

    private static JsonNode schemaTree() throws Exception {
        return JSON.readTree(Files.readString(SharedData.file("openrtb/spec/openrtb-2.6.schema.json")));
    }

    private static JsonSchema schema() throws Exception {
        final ObjectNode tree = (ObjectNode) schemaTree();
        tree.remove("oneOf");
        tree.put("$ref", "#/$defs/BidResponse");
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
            .getSchema(tree, SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build());
    }

    /** The response as the exchange uses it: macros replaced. */
    private String resolved(final String response) {
        final MacroValues values = new MacroValues(1_024);
        for (final AuctionMacro macro : AuctionMacro.values()) {
            values.setMicros(macro, 1_250_000);
        }
        final byte[] utf8 = response.getBytes(StandardCharsets.UTF_8);
        final UnsafeBuffer target = new UnsafeBuffer(new byte[1 << 20]);
        final ByteSink sink = new ByteSink().wrap(target, 0, target.capacity());
        new MacroResolver().resolve(sink, values, new UnsafeBuffer(utf8), 0, utf8.length);
        return target.getStringWithoutLengthUtf8(0, sink.length());
    }

    @Test
    void shouldValidateAgainstTheJsonSchemaForEveryForm() throws Exception {
        final JsonSchema schema = schema();
        assertFalse(schema.validate(JSON.readTree("{\"seatbid\":[{\"bid\":[{\"id\":1}]}]}")).isEmpty(), "it checks");
        final BidResponseWriter writer = BidResponseWriter.json();
        for (final Creative creative : catalogue.offer(0).creatives()) {
            final int length = bid.write(writer, buffer, buffer.capacity(), set, creative, 1_234_500);
            assertTrue(length > 0, creative.id());
            final String response = resolved(buffer.getStringWithoutLengthUtf8(0, length));
            assertFalse(response.contains("${"), response);
            final JsonNode tree = JSON.readTree(response);
            assertEquals(Set.of(), schema.validate(tree), creative.id());
            final JsonNode first = tree.at("/seatbid/0/bid/0");
            assertEquals("1", first.get("impid").asText());
            assertEquals("1.2345", first.get("price").asText());
            assertTrue(first.get("nurl").asText().endsWith("&p=1.25&m=1.25"), first.get("nurl").asText());
        }
    }

    @Test
    void shouldHaveTheFieldsOfTheSpecificationUnderTheNumbersOfItsProtobufSchema() throws Exception {
        final Descriptors.Descriptor response = BidSchema.bidResponse();
        final Descriptors.Descriptor seat = response.findFieldByName("seatbid").getMessageType();
        final Descriptors.Descriptor bidType = seat.findFieldByName("bid").getMessageType();
        final JsonNode definitions = schemaTree().get("$defs");
        for (final ResponseField field : ResponseField.values()) {
            final Descriptors.Descriptor owner = switch (field.level()) {
                case RESPONSE -> response;
                case SEAT -> seat;
                case BID -> bidType;
            };
            final Descriptors.FieldDescriptor declared = owner.findFieldByName(field.key());
            assertNotNull(declared, field.name());
            assertEquals(declared.getNumber(), field.number(), field.name());
            final JsonNode described = definitions.at("/" + owner.getName() + "/properties/" + field.key());
            final String type = described.get("type").asText();
            assertEquals(switch (field.kind()) {
                case TEXT -> "string";
                case NUMBER -> "integer";
                case AMOUNT -> "number";
                default -> "array";
            }, type, field.name());
        }
        final Set<String> made = Set.of("ext", "seatbid", "bid");
        for (final String object : List.of("BidResponse", "SeatBid", "Bid")) {
            definitions.at("/" + object + "/properties").fieldNames().forEachRemaining(key -> assertTrue(
                made.contains(key) || Arrays.stream(ResponseField.values()).anyMatch(field -> field.key().equals(key)),
                object + "." + key + " cannot be written"));
        }
    }

    @Test
    void shouldSayTheSameInProtobuf() throws Exception {
        final Descriptors.Descriptor type = BidSchema.bidResponse();
        final BidResponseWriter json = BidResponseWriter.json();
        final BidResponseWriter protobuf = BidResponseWriter.protobuf();
        for (final Creative creative : catalogue.offer(0).creatives()) {
            final int jsonLength = bid.write(json, buffer, buffer.capacity(), set, creative, 2_000_001);
            final JsonNode tree = JSON.readTree(buffer.getStringWithoutLengthUtf8(0, jsonLength));
            final int length = bid.write(protobuf, buffer, buffer.capacity(), set, creative, 2_000_001);
            final byte[] bytes = new byte[length];
            buffer.getBytes(0, bytes);
            compare(tree, DynamicMessage.parseFrom(type, bytes), creative.id());
        }
    }

    /** Every field of one in the other, and nothing besides. */
    private static void compare(final JsonNode tree, final Message message, final String where) {
        assertTrue(message.getUnknownFields().asMap().isEmpty(), where + " " + message.getUnknownFields());
        int compared = 0;
        for (final Descriptors.FieldDescriptor field : message.getDescriptorForType().getFields()) {
            final JsonNode expected = tree.get(field.getName());
            if (expected == null) {
                assertTrue(field.isRepeated() ? message.getRepeatedFieldCount(field) == 0
                    : message.getField(field).equals(field.getDefaultValue()), where + "." + field.getName());
                continue;
            }
            compared++;
            final String at = where + "." + field.getName();
            if (!field.isRepeated()) {
                value(expected, message.getField(field), at);
            } else {
                assertEquals(expected.size(), message.getRepeatedFieldCount(field), at);
                for (int i = 0; i < expected.size(); i++) {
                    value(expected.get(i), message.getRepeatedField(field, i), at + i);
                }
            }
        }
        assertEquals(tree.size(), compared, where);
    }

    private static void value(final JsonNode expected, final Object found, final String at) {
        if (found instanceof Message nested) {
            compare(expected, nested, at);
        } else if (found instanceof Double number) {
            assertEquals(expected.doubleValue(), number, at);
        } else {
            assertEquals(expected.asText(), found.toString(), at);
        }
    }

    @Test
    void shouldPatchLengthsOfEverySize() throws Exception {
        final Descriptors.Descriptor type = BidSchema.bidResponse();
        final BidResponseWriter writer = BidResponseWriter.protobuf();
        final UnsafeBuffer target = new UnsafeBuffer(new byte[3_000_000]);
        for (final int size : new int[] {
            0, 1, 90, 100, 126, 127, 128, 129, 16_000, 16_383, 16_384, 16_385, 2_097_200}) {
            writer.begin(target, 7, target.capacity() - 7);
            writer.text(ResponseField.ID, new byte[] {'r'});
            writer.beginSeat();
            for (int i = 0; i < 2; i++) {
                writer.beginBid();
                writer.text(ResponseField.BID_ID, new byte[] {(byte) ('0' + i)});
                if (i == 0) {
                    writer.markup(ResponseField.ADM, (sink, inJson) -> {
                        for (int at = 0; at < size; at++) {
                            sink.putByte('a' + at % 26);
                        }
                    });
                }
                writer.endBid();
            }
            writer.endSeat();
            final int length = writer.end();
            final byte[] bytes = new byte[length];
            target.getBytes(7, bytes);
            final DynamicMessage response = DynamicMessage.parseFrom(type, bytes);
            final Message seat = (Message) response.getRepeatedField(type.findFieldByName("seatbid"), 0);
            final Descriptors.FieldDescriptor bids = seat.getDescriptorForType().findFieldByName("bid");
            assertEquals(2, seat.getRepeatedFieldCount(bids));
            final Message first = (Message) seat.getRepeatedField(bids, 0);
            final String adm = (String) first.getField(first.getDescriptorForType().findFieldByName("adm"));
            assertEquals(size, adm.length());
            assertTrue(size == 0 || adm.charAt(size - 1) == 'a' + (size - 1) % 26);
            // The shortest form of every length: what the library would write itself.
            assertEquals(response.toByteArray().length + (size == 0 ? 2 : 0), length, "size " + size);
        }
    }

    @Test
    void shouldWritePricesExactly() throws Exception {
        final BidResponseWriter writer = BidResponseWriter.json();
        final Random random = new Random(5);
        for (int i = 0; i < 10_000; i++) {
            final long micros = i < 20 ? (long) Math.pow(10, i % 19) : random.nextLong(1L << random.nextInt(1, 62));
            writer.begin(buffer, 0, buffer.capacity());
            writer.beginSeat();
            writer.beginBid();
            writer.amount(ResponseField.PRICE, micros);
            writer.endBid();
            writer.endSeat();
            final String response = buffer.getStringWithoutLengthUtf8(0, writer.end());
            final String price = response.substring(response.indexOf("price\":") + 7, response.indexOf('}'));
            assertEquals(BigDecimal.valueOf(micros, 6).stripTrailingZeros().toPlainString(), price);
        }
    }

    @Test
    void shouldWriteAnyBytesOfARequestAsJsonAndAsProtobuf() throws Exception {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        final Descriptors.Descriptor type = BidSchema.bidResponse();
        for (int i = 0; i < 5_000; i++) {
            final byte[] id = new byte[random.nextInt(300)];
            random.nextBytes(id);
            if (i % 2 == 0) {
                final String text = random.ints(id.length / 4, 0, 0x110000).filter(c -> c < 0xD800 || c > 0xDFFF)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
                check(text.getBytes(StandardCharsets.UTF_8), text, type, seed);
            } else {
                check(id, null, type, seed);
            }
        }
    }

    private void check(final byte[] id, final String text, final Descriptors.Descriptor type, final long seed)
        throws Exception {
        final BidResponseWriter json = BidResponseWriter.json();
        json.begin(buffer, 0, buffer.capacity());
        json.text(ResponseField.ID, id);
        json.number(ResponseField.NBR, 2);
        final byte[] written = new byte[json.end()];
        buffer.getBytes(0, written);
        // Strict: the bytes must be UTF-8.
        final String asText = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(written)).toString();
        final String read = JSON.readTree(asText).get("id").asText();
        final BidResponseWriter protobuf = BidResponseWriter.protobuf();
        protobuf.begin(buffer, 0, buffer.capacity());
        protobuf.text(ResponseField.ID, id);
        final byte[] encoded = new byte[protobuf.end()];
        buffer.getBytes(0, encoded);
        final String decoded = (String) DynamicMessage.parseFrom(type, encoded).getField(type.findFieldByName("id"));
        assertEquals(read, decoded, "seed " + seed);
        if (text != null) {
            assertEquals(text, read, "seed " + seed);
        }
    }

    @Test
    void shouldWriteNothingBeyondItsRoomAndSaySo() {
        final Creative creative = AuctionCatalogue.creative(catalogue, "milk-video");
        for (final BidResponseWriter writer : List.of(BidResponseWriter.json(), BidResponseWriter.protobuf())) {
            final int length = bid.write(writer, buffer, buffer.capacity(), set, creative, 1_000_000);
            final byte[] whole = new byte[length];
            buffer.getBytes(0, whole);
            for (int room = 0; room <= length + 2; room++) {
                buffer.setMemory(0, buffer.capacity(), (byte) 0x55);
                final int written = bid.write(writer, buffer, room, set, creative, 1_000_000);
                for (int i = room; i < length + 64; i++) {
                    assertEquals(0x55, buffer.getByte(i), "room " + room);
                }
                if (written != BidResponseWriter.OVERFLOW) {
                    assertTrue(room >= length);
                    final byte[] again = new byte[written];
                    buffer.getBytes(0, again);
                    assertEquals(new String(whole, StandardCharsets.ISO_8859_1),
                        new String(again, StandardCharsets.ISO_8859_1));
                } else {
                    // What is moved to its place needs a byte more for a moment at most.
                    assertTrue(room < length + 2, "room " + room + " of " + length);
                }
            }
        }
    }
}
