package io.opportune.protocol.openrtb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.protocol.openrtb.OpenRtbFiles.Row;
import io.opportune.protocol.openrtb.request.BidRequest;
import io.opportune.protocol.openrtb.request.ReadStatus;
import io.opportune.protocol.openrtb.request.ReadStatus.Outcome;
import io.opportune.protocol.openrtb.request.RecordFlyweight;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A request is the same whether it came as JSON or as protobuf. */
class ProtobufTest {
    /** What the IAB's definition has no field for. */
    private static final Set<String> WITHOUT_NUMBER = Set.of("realtime", "firstbroadcast", "ext.segtax", "ext.schain",
        "request_native", "native");
    private final BidRequest json = new BidRequest();
    private final BidRequest protobuf = new BidRequest();
    private final OpenRtbReader reader = new OpenRtbReader();

    private ReadStatus readProtobuf(final byte... body) {
        protobuf.begin();
        protobuf.append(body, 0, body.length);
        return reader.readProtobuf(protobuf);
    }

    private static byte[] hex(final String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    private Map<String, Object> readJson(final byte[] body) {
        json.begin();
        json.append(body, 0, body.length);
        reader.readJson(json);
        return RequestTree.of(json, false);
    }

    private static ProtobufWriter writer() throws IOException {
        return new ProtobufWriter(OpenRtbFiles.path("openrtb/spec/openrtb-2.6.iab.proto"), 5);
    }

    @Test
    void shouldReadTheSameFromProtobufAsFromJson() throws IOException {
        final ProtobufWriter writer = writer();
        int count = 0;
        for (final Row row : OpenRtbFiles.rows("requests.jsonl")) {
            final Map<String, Object> tree = readJson(row.body());
            if (json.status() == ReadStatus.OK) {
                count++;
                final byte[] body = writer.write("BidRequest", tree);
                assertEquals(ReadStatus.OK, readProtobuf(body), () -> row + ": " + reader.errorText(protobuf));
                assertEquals(without(tree), without(RequestTree.of(protobuf, false)), row::toString);
                for (int i = 0; i < json.impCount(); i++) {
                    assertEquals(json.imp(i).status(), protobuf.imp(i).status());
                }
            }
        }
        assertTrue(count > 2500);
        assertEquals(Set.of(), new TreeSet<>(writer.unwritten().stream()
            .filter(path -> WITHOUT_NUMBER.stream().noneMatch(name -> path.endsWith("." + name))).toList()));
    }

    @Test
    void shouldReadTheSameAtEachDeclaredPath() throws IOException {
        final ProtobufWriter writer = writer();
        final Map<String, Object> tree = readJson(OpenRtbFiles.JACKSON.writeValueAsBytes(FullRequest.create()));
        final byte[] body = writer.write("BidRequest", tree);
        assertEquals(ReadStatus.OK, readProtobuf(body), () -> reader.errorText(protobuf));
        assertEquals(without(tree), without(RequestTree.of(protobuf, false)));
        assertEquals(Set.of("BidRequest.Content.firstbroadcast", "BidRequest.Content.realtime"), writer.unwritten());
    }

    /** Without what protobuf has no field for. */
    private static Object without(final Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(ProtobufTest::without).toList();
        } else if (!(value instanceof Map<?, ?>)) {
            return value;
        }
        final Map<Object, Object> rest = new TreeMap<>();
        ((Map<?, ?>) value).forEach((name, inner) -> {
            if (!WITHOUT_NUMBER.contains(name) || name.equals("request_native")) {
                rest.put(name, without(inner));
            }
        });
        return rest;
    }

    @Test
    void shouldReadTheNativeRequestAsAMessage() throws IOException {
        final ProtobufWriter writer = writer();
        int count = 0;
        for (final Row row : OpenRtbFiles.rows("requests.jsonl")) {
            readJson(row.body());
            for (int i = 0; i < json.impCount(); i++) {
                if (json.imp(i).nativeAd() == null || json.imp(i).nativeAd().requestNative() == null) {
                    continue;
                }
                count++;
                final Object inner = nativeRequest(RequestTree.of(json, false), i);
                final byte[] body = writer.write("BidRequest", new TreeMap<>(Map.of("id", "r", "imp",
                    List.of(new TreeMap<>(Map.of("id", "1", "native", Map.of("request_native", inner)))))));
                assertEquals(ReadStatus.OK, readProtobuf(body), () -> row + ": " + reader.errorText(protobuf));
                assertEquals(without(inner), without(nativeRequest(RequestTree.of(protobuf, false), 0)));
                assertEquals(0, protobuf.imp(0).nativeAd().request());
                assertNotNull(protobuf.imp(0).nativeAd().requestNative());
            }
        }
        assertTrue(count > 200, "only " + count);
    }

    private static Object nativeRequest(final Map<String, Object> request, final int imp) {
        Map<?, ?> found = (Map<?, ?>) ((Map<?, ?>) ((List<?>) request.get("imp")).get(imp)).get("native");
        found = (Map<?, ?>) found.get("request_native");
        while (found.get("native") instanceof Map<?, ?> inner) {
            found = inner;
        }
        return found;
    }

    @Test
    void shouldSurviveTruncationAndDamage() throws IOException {
        final ProtobufWriter writer = writer();
        final SplittableRandom random = new SplittableRandom(3);
        int refused = 0;
        for (final Row row : OpenRtbFiles.rows("requests.jsonl").subList(0, 300)) {
            final byte[] body = writer.write("BidRequest", readJson(row.body()));
            for (int i = 0; i < body.length; i++) {
                refused += readProtobuf(Arrays.copyOf(body, i)).outcome() == Outcome.MALFORMED ? 1 : 0;
                final byte[] damaged = body.clone();
                damaged[i] = (byte) random.nextInt(256);
                readProtobuf(damaged);
            }
        }
        assertTrue(refused > 50_000, "only " + refused);
    }

    @Test
    void shouldSayWhatIsWrong() {
        assertEquals(ReadStatus.TRUNCATED, readProtobuf(hex("0A 05 61")));
        assertEquals(ReadStatus.TRUNCATED, readProtobuf(hex("0A")));
        assertEquals(ReadStatus.TRUNCATED, readProtobuf(hex("38 80")));
        assertEquals(ReadStatus.MALFORMED, readProtobuf(hex("38 80 80 80 80 80 80 80 80 80 80 01")));
        assertEquals(ReadStatus.MALFORMED, readProtobuf(hex("02 00")));
        assertEquals(ReadStatus.MALFORMED, readProtobuf(hex("0F 00")));
        assertEquals(ReadStatus.MALFORMED, readProtobuf(hex("0C 00")));
        assertEquals(0, reader.errorOffset());
        assertEquals(ReadStatus.EMPTY_BODY, readProtobuf());
        assertEquals(ReadStatus.MISSING_ID, readProtobuf(hex("38 01")));
        assertEquals(ReadStatus.NO_IMP, readProtobuf(hex("0A 01 61")));
    }

    @Test
    void shouldSkipAKnownFieldOfAnotherWireType() {
        // tmax as a text, at as a group, id as it should be; a float for bidfloor.
        assertEquals(ReadStatus.OK, readProtobuf(hex("42 01 31 3B 3C 0A 01 61"
            + "12 0C 0A 01 31 12 00 45 00 00 00 3F 40 07")));
        assertEquals(RecordFlyweight.ABSENT, protobuf.tmax());
        assertEquals(2, protobuf.at());
        assertEquals(0.5, protobuf.imp(0).bidfloor());
    }

    @Test
    void shouldPreferTheDeclaredPlace() {
        // user.ext.eids (two of them) and user.eids (one), the old place first and then last.
        final String old = "9A 06 08 12 02 0A 00 12 02 0A 00";
        final String declared = "5A 03 0A 01 64";
        for (final String user : List.of(old + declared, declared + old)) {
            final String hex = user.replace(" ", "");
            readProtobuf(hex("32" + HexFormat.of().toHexDigits((byte) (hex.length() / 2)) + hex));
            assertEquals(1, protobuf.user().eidsCount());
            assertEquals("d", protobuf.string(protobuf.user().eids(0).source()));
        }
        final String hex = (old + old).replace(" ", "");
        readProtobuf(hex("32" + HexFormat.of().toHexDigits((byte) (hex.length() / 2)) + hex));
        assertEquals(2, protobuf.user().eidsCount());
        assertNull(protobuf.regs());
    }
}
