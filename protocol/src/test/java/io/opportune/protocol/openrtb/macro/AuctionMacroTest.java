package io.opportune.protocol.openrtb.macro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.protocol.openrtb.response.ByteSink;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Every macro of OpenRTB 2.6-202606, section 4.4, in every place and form. */
class AuctionMacroTest {
    /** As the table of the specification lists them. */
    private static final List<String> SPECIFIED = List.of("${AUCTION_ID}", "${AUCTION_BID_ID}", "${AUCTION_IMP_ID}",
        "${AUCTION_SEAT_ID}", "${AUCTION_AD_ID}", "${AUCTION_PRICE}", "${AUCTION_CURRENCY}", "${AUCTION_MBR}",
        "${AUCTION_LOSS}", "${AUCTION_MIN_TO_WIN}", "${AUCTION_MULTIPLIER}", "${AUCTION_IMP_TS}",
        "${AUCTION_DISCOUNT_PCT}", "${AUCTION_DISCOUNT_CPM}");
    private static final Map<AuctionMacro, String> VALUES = Map.ofEntries(
        Map.entry(AuctionMacro.AUCTION_ID, "req/1?&"), Map.entry(AuctionMacro.AUCTION_BID_ID, "b"),
        Map.entry(AuctionMacro.AUCTION_IMP_ID, "22"), Map.entry(AuctionMacro.AUCTION_SEAT_ID, "512"),
        Map.entry(AuctionMacro.AUCTION_AD_ID, "ad-\u00e9"), Map.entry(AuctionMacro.AUCTION_PRICE, "9.43"),
        Map.entry(AuctionMacro.AUCTION_CURRENCY, "USD"), Map.entry(AuctionMacro.AUCTION_MBR, "0.9"),
        Map.entry(AuctionMacro.AUCTION_LOSS, "102"), Map.entry(AuctionMacro.AUCTION_MIN_TO_WIN, "9.01"),
        Map.entry(AuctionMacro.AUCTION_MULTIPLIER, "1.5"), Map.entry(AuctionMacro.AUCTION_IMP_TS, "1751328000000"),
        Map.entry(AuctionMacro.AUCTION_DISCOUNT_PCT, "10"), Map.entry(AuctionMacro.AUCTION_DISCOUNT_CPM, "0.94"));

    private final MacroResolver resolver = new MacroResolver();

    private static UnsafeBuffer bytes(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.UTF_8));
    }

    private String resolve(final String text, final MacroValues values) {
        final UnsafeBuffer source = bytes("##" + text + "##");
        final UnsafeBuffer target = new UnsafeBuffer(new byte[4_096]);
        final ByteSink sink = new ByteSink().wrap(target, 10, 4_000);
        resolver.resolve(sink, values, source, 2, source.capacity() - 4);
        assertFalse(sink.overflowed());
        return target.getStringWithoutLengthUtf8(10, sink.length());
    }

    private static MacroValues values() {
        final MacroValues values = new MacroValues(1_024);
        VALUES.forEach((macro, value) -> assertTrue(values.set(macro, value)));
        return values;
    }

    @Test
    void shouldKnowTheMacrosOfTheSpecification() {
        assertEquals(SPECIFIED, Arrays.stream(AuctionMacro.values()).map(AuctionMacro::text).toList());
    }

    @Test
    void shouldReplaceEachInEveryPlaceAndForm() {
        final MacroValues values = values();
        for (final AuctionMacro macro : AuctionMacro.values()) {
            final String value = VALUES.get(macro);
            final String coded = Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
            final String base64 = "${" + macro.name() + ":B64}";
            for (final String[] around : new String[][] {{"", ""}, {"https://x.example/n?p=", "&t=1"},
                {"<img src=\"https://x.example/?p=", "\">"}, {"<![CDATA[https://x/", "]]>"}, {"{\\\"url\\\":\\\"", "\\\"}"},
                {"$", "}"}, {"${", "${AUCTION"}}) {
                assertEquals(around[0] + value + around[1], resolve(around[0] + macro.text() + around[1], values));
                assertEquals(around[0] + coded + around[1], resolve(around[0] + base64 + around[1], values));
            }
            assertEquals("a" + value + value + "b", resolve("a" + macro.text() + macro.text() + "b", values));
            values.clear();
            assertEquals("a=&b=", resolve("a=" + macro.text() + "&b=" + base64, values), "no value");
            VALUES.forEach(values::set);
        }
    }

    @Test
    void shouldLeaveWhatIsNoMacro() {
        for (final String text : List.of("", "$", "${", "${}", "${AUCTION_ID", "${AUCTION_IDX}", "${AUCTION_ID:}",
            "${AUCTION_ID:B 64}", "${auction_id}", "$AUCTION_ID", "{AUCTION_ID}", "${AUCTION_PRICE:AES}",
            "${AUCTION PRICE:B64}", "%%WINNING_PRICE%%")) {
            assertEquals(text, resolve(text, values()));
        }
    }

    @Test
    void shouldEncodeBase64LikeTheLibrary() {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        final UnsafeBuffer target = new UnsafeBuffer(new byte[1_000]);
        for (int i = 0; i < 2_000; i++) {
            final byte[] data = new byte[random.nextInt(200)];
            random.nextBytes(data);
            final ByteSink sink = new ByteSink().wrap(target, 0, 1_000);
            MacroResolver.putBase64(sink, new UnsafeBuffer(data), 0, data.length);
            assertEquals(Base64.getEncoder().encodeToString(data),
                target.getStringWithoutLengthAscii(0, sink.length()), "seed " + seed);
        }
    }

    @Test
    void shouldRefuseValuesWithoutRoom() {
        final MacroValues values = new MacroValues(8);
        assertTrue(values.set(AuctionMacro.AUCTION_ID, "12345678"));
        assertFalse(values.set(AuctionMacro.AUCTION_BID_ID, "1"));
        assertFalse(values.setMicros(AuctionMacro.AUCTION_PRICE, 1));
        assertEquals("12345678|", resolve("${AUCTION_ID}|${AUCTION_PRICE}", values));
        values.clear();
        assertTrue(values.setMicros(AuctionMacro.AUCTION_PRICE, 1_250_000));
        assertEquals("1.25", resolve("${AUCTION_PRICE}", values));
    }

    @Test
    void shouldWriteNumbersExactly() {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        final MacroValues values = new MacroValues(64);
        for (int i = 0; i < 5_000; i++) {
            final long micros = random.nextLong(1L << random.nextInt(1, 62)) * (random.nextInt(10) == 0 ? -1 : 1);
            values.clear().setMicros(AuctionMacro.AUCTION_PRICE, micros);
            final String plain = resolve("${AUCTION_PRICE}", values);
            assertEquals(0, new BigDecimal(plain).compareTo(BigDecimal.valueOf(micros, 6)), "seed " + seed);
            assertEquals(plain, new String(Base64.getDecoder().decode(resolve("${AUCTION_PRICE:B64}", values)),
                StandardCharsets.US_ASCII), "seed " + seed);
        }
    }

    @Test
    void shouldNeverFailOnAnything() {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        final String alphabet = "${}:AUCTION_PRICEB64019.eE+-=/ \u00e9";
        for (int i = 0; i < 20_000; i++) {
            final StringBuilder text = new StringBuilder();
            for (int at = random.nextInt(90); at > 0; at--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            resolve(text.toString(), values());
        }
    }
}
