package io.opportune.protocol.openrtb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Numbers are what {@link Double#parseDouble} says. */
class DecimalsTest {
    private final JsonNumber number = new JsonNumber();

    private double read(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        assertEquals(bytes.length, number.read(Arrays.copyOf(bytes, bytes.length + 1), 0), text);
        return number.decimal();
    }

    @Test
    void shouldReadTheEdges() {
        for (final String text : List.of("0", "-0", "0.0", "1", "1.5", "-2.25", "4.9e-324", "2.4e-324", "2.5e-324",
            "2.2250738585072014e-308", "2.2250738585072011e-308", "1.7976931348623157e308", "1.7976931348623159e308",
            "1e309", "1e-400", "9007199254740993", "9007199254740992", "18446744073709551615", "1e22", "1e23",
            "8.5e22", "9223372036854775808", "0.1", "123456789012345678", "5e-324", "1e100000000000", "0e999999999",
            "100000000000000000000000000000000000000", "7.2057594037927933e16", "1.00000000000000011102230246251565")) {
            assertEquals(Double.parseDouble(text), read(text), text);
        }
    }

    @Test
    void shouldReadAnyDouble() {
        final SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 300_000; i++) {
            final double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                assertEquals(value, read(Double.toString(value)));
            }
            final String text = random.nextLong(1_000_000_000_000_000_000L) + "e" + random.nextInt(-330, 310);
            assertEquals(Double.parseDouble(text), read(text), text);
            final String degrees = random.nextInt(-180, 181) + "." + random.nextLong(1_000_000_000_000_000L);
            assertEquals(Double.parseDouble(degrees), read(degrees), degrees);
        }
    }

    @Test
    void shouldMissByOneNeighbourAtMostWithMoreDigits() {
        final SplittableRandom random = new SplittableRandom(12);
        for (int i = 0; i < 50_000; i++) {
            final String text = random.nextLong(1L << 62) + "" + random.nextLong(1L << 62) + "e" + random.nextInt(40);
            final double expected = Double.parseDouble(text);
            assertTrue(Math.abs(expected - read(text)) <= Math.ulp(expected), text);
        }
    }

    @Test
    void shouldTellWholeNumbersOf32Bits() {
        assertInteger("300", 300, true);
        assertInteger("300.0", 300, true);
        assertInteger("3.0e2", 300, true);
        assertInteger("-2147483647", -2147483647, true);
        assertInteger("2147483647", 2147483647, true);
        assertInteger("300.5", 0, false);
        assertInteger("2147483648", 0, false);
        assertInteger("-2147483648", 0, false);
        assertInteger("99999999999999999999999", 0, false);
        assertInteger("1e400", 0, false);
    }

    private void assertInteger(final String text, final long value, final boolean whole) {
        read(text);
        assertEquals(whole, number.isInteger(), text);
        if (whole) {
            assertEquals(value, number.integer(), text);
        }
    }
}
