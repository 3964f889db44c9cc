package io.opportune.protocol.openrtb.response;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The exact bytes of small responses, and the rules of use. */
class BidResponseWriterTest {
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1_024]);
    private final BidResponseWriter json = BidResponseWriter.json();

    private static byte[] utf8(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String end() {
        final int length = json.end();
        assertTrue(length > 0);
        return buffer.getStringWithoutLengthUtf8(3, length);
    }

    @Test
    void shouldWriteSeatsAndBids() {
        for (int run = 0; run < 2; run++) {
            json.begin(buffer, 3, 1_000);
            json.text(ResponseField.ID, utf8("r\"1"));
            for (int seat = 0; seat < 2; seat++) {
                json.beginSeat();
                for (int bid = 0; bid < 2 - seat; bid++) {
                    json.beginBid();
                    json.amount(ResponseField.PRICE, 500_000);
                    json.texts(ResponseField.ADOMAIN, new byte[][] {utf8("a"), utf8("b")});
                    json.texts(ResponseField.CAT, new byte[0][]);
                    json.numbers(ResponseField.ATTR, new int[] {1, 16});
                    json.numbers(ResponseField.APIS, new int[0]);
                    json.endBid();
                }
                json.endSeat();
            }
            final String bid = "{\"price\":0.5,\"adomain\":[\"a\",\"b\"],\"attr\":[1,16]}";
            assertEquals("{\"id\":\"r\\\"1\",\"seatbid\":[{\"bid\":[" + bid + "," + bid + "]},{\"bid\":[" + bid
                + "]}]}", end());
        }
    }

    @Test
    void shouldWriteTheReasonOfANoBid() {
        json.begin(buffer, 3, 1_000);
        json.text(ResponseField.ID, utf8("r"));
        json.number(ResponseField.NBR, 2);
        assertEquals("{\"id\":\"r\",\"nbr\":2}", end());
        final BidResponseWriter protobuf = BidResponseWriter.protobuf();
        protobuf.begin(buffer, 0, 100);
        protobuf.text(ResponseField.ID, utf8("r"));
        protobuf.number(ResponseField.NBR, 300);
        final int length = protobuf.end();
        final byte[] bytes = new byte[length];
        buffer.getBytes(0, bytes);
        assertEquals("0a017230ac02", HexFormat.of().formatHex(bytes));
    }

    @Test
    void shouldRefuseCallsOutOfTurn() {
        assertThrows(IllegalStateException.class, json::beginSeat);
        json.begin(buffer, 3, 1_000);
        assertThrows(IllegalStateException.class, json::beginBid);
        assertThrows(IllegalStateException.class, () -> json.text(ResponseField.SEAT, utf8("s")));
        assertThrows(IllegalStateException.class, () -> json.number(ResponseField.ID, 1));
        json.beginSeat();
        assertThrows(IllegalStateException.class, json::end);
        assertThrows(IllegalStateException.class, json::endSeat, "a seat has a bid");
        json.beginBid();
        assertThrows(IllegalStateException.class, json::endSeat);
        json.endBid();
        assertThrows(IllegalStateException.class, () -> json.text(ResponseField.SEAT, utf8("s")), "too late");
        json.endSeat();
        assertThrows(IllegalStateException.class, () -> json.text(ResponseField.ID, utf8("r")), "too late");
        json.begin(buffer, 3, 1_000);
        assertEquals("{}", end(), "a new beginning forgets");
        assertThrows(IllegalStateException.class, json::end);
    }

    @Test
    void shouldKeepToItsRoom() {
        final ByteSink sink = new ByteSink();
        for (final long value : new long[] {0, 9, 10, -1, -10, Long.MAX_VALUE, Long.MIN_VALUE}) {
            final int length = Long.toString(value).length();
            sink.wrap(buffer, 5, length).putLong(value);
            assertFalse(sink.overflowed());
            assertEquals(Long.toString(value), buffer.getStringWithoutLengthAscii(5, length));
            sink.wrap(buffer, 5, length - 1).putLong(value);
            assertTrue(sink.overflowed());
            assertEquals(0, sink.length());
        }
        sink.wrap(buffer, 0, 3).putBytes(utf8("1234"));
        sink.putByte('x');
        sink.putLong(1);
        sink.putFixed64(1);
        sink.putVarint(1);
        assertTrue(sink.overflowed(), "what came too late is not written either");
        assertEquals(0, sink.length());
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0.000001", "1000000, 1", "1500000, 1.5", "-1500000, -1.5", "-1, -0.000001", "10, 0.00001",
        "9223372036854775807, 9223372036854.775807", "-9223372036854775808, -9223372036854.775808"})
    void shouldWriteAmounts(final long micros, final String expected) {
        final ByteSink sink = new ByteSink().wrap(buffer, 0, 100);
        sink.putMicros(micros);
        assertEquals(expected, buffer.getStringWithoutLengthAscii(0, sink.length()));
    }

    @Test
    void shouldEscapeForJson() {
        final ByteSink sink = new ByteSink();
        for (final List<String> pair : List.of(List.of("\"\\/\b\f\n\r\t", "\\\"\\\\/\\b\\f\\n\\r\\t"),
            List.of("\u0000\u001f\u007f", "\\u0000\\u001F\\u007F"),
            List.of("\u00e9\u20ac\ud83e\udd5b", "\u00e9\u20ac\ud83e\udd5b"))) {
            final UnsafeBuffer source = new UnsafeBuffer(utf8(pair.getFirst()));
            sink.wrap(buffer, 0, 100).putJsonText(source, 0, source.capacity());
            assertEquals(pair.getLast(), buffer.getStringWithoutLengthUtf8(0, sink.length()));
        }
    }

    @Test
    void shouldReplaceWhatIsNoUtf8() {
        final ByteSink sink = new ByteSink();
        for (final String hex : List.of("80", "c0af", "c1bf", "e08080", "eda080", "f08080af", "f4908080", "f5808080",
            "ff", "c3", "e282", "f09fa5")) {
            final byte[] bad = HexFormat.of().parseHex("61" + hex + "62");
            final byte[] wanted = utf8("a" + "\ufffd".repeat(bad.length - 2) + "b");
            sink.wrap(buffer, 0, 100).putJsonText(new UnsafeBuffer(bad), 0, bad.length);
            assertEquals(new String(wanted, StandardCharsets.UTF_8),
                buffer.getStringWithoutLengthUtf8(0, sink.length()), hex);
            sink.wrap(buffer, 0, 100).putUtf8(new UnsafeBuffer(bad), 0, bad.length);
            assertEquals(wanted.length, sink.length(), hex);
        }
    }

    @Test
    void shouldPercentEncode() {
        final UnsafeBuffer source = new UnsafeBuffer(utf8("aZ09-._~ &=/\u00e9\""));
        final ByteSink sink = new ByteSink().wrap(buffer, 0, 100);
        sink.putPercentEncoded(source, 0, source.capacity());
        assertEquals("aZ09-._~%20%26%3D%2F%C3%A9%22", buffer.getStringWithoutLengthAscii(0, sink.length()));
    }
}
