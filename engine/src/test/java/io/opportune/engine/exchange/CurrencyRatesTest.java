package io.opportune.engine.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.Currency;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CurrencyRatesTest {
    private static final int USD = 840;
    private static final int EUR = 978;
    private static final int JPY = 392;
    private static final int GBP = 826;
    private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);

    private final CurrencyRates rates = new CurrencyRates(USD, LocalDate.of(2026, 11, 20), Map.of(
        EUR, new BigDecimal("0.9231"), JPY, new BigDecimal("149.83"), GBP, new BigDecimal("0.5")));

    @ParameterizedTest
    @CsvSource({
        "1000000, 840, 978, 923100", "923100, 978, 840, 1000000", "1000000, 840, 392, 149830000",
        "1, 840, 826, 0", "3, 840, 826, 2", "5, 840, 826, 2", "7, 840, 826, 4", "-1, 840, 826, 0", "-3, 840, 826, -2",
        "-5, 840, 826, -2", "0, 840, 392, 0", "9223372036854775807, 840, 826, 4611686018427387904",
        "1000000, 978, 392, 162311776", "7, 840, 840, 7"})
    void shouldRoundHalfToEven(final long amount, final int from, final int to, final long expected) {
        assertEquals(expected, rates.convert(amount, from, to));
    }

    @Test
    void shouldSayWhatItCannotConvert() {
        assertEquals(CurrencyRates.UNCONVERTIBLE, rates.convert(1, USD, 124));
        assertEquals(CurrencyRates.UNCONVERTIBLE, rates.convert(1, 124, USD));
        assertEquals(CurrencyRates.UNCONVERTIBLE, rates.convert(1, 0, USD));
        assertEquals(CurrencyRates.UNCONVERTIBLE, rates.convert(1, USD, -1));
        assertEquals(CurrencyRates.UNCONVERTIBLE, rates.convert(1, USD, 65_535));
        assertEquals(CurrencyRates.UNCONVERTIBLE, rates.convert(Long.MAX_VALUE, USD, JPY));
        assertEquals(CurrencyRates.UNCONVERTIBLE, rates.convert(Long.MIN_VALUE, USD, JPY));
        assertEquals(5, rates.convert(5, 124, 124), "the same currency needs no rate");
        assertTrue(rates.knows(EUR, JPY) && rates.knows(124, 124));
        assertFalse(rates.knows(EUR, 124));
        assertEquals(CurrencyRates.UNCONVERTIBLE, CurrencyRates.none(USD).convert(1, USD, EUR));
        assertEquals(1, CurrencyRates.none(USD).convert(1, USD, USD));
    }

    @Test
    void shouldAgreeWithBigDecimal() {
        final Random random = new Random(17);
        for (int i = 0; i < 200_000; i++) {
            final long amount = random.nextLong() >>> 1 + random.nextInt(62);
            final long multiplier = 1 + (random.nextLong() >>> 1 + random.nextInt(62));
            final long divisor = 1 + (random.nextLong() >>> 1 + random.nextInt(62));
            final BigDecimal expected =
                new BigDecimal(BigInteger.valueOf(amount).multiply(BigInteger.valueOf(multiplier)))
                    .divide(BigDecimal.valueOf(divisor), 0, RoundingMode.HALF_EVEN);
            final long found = CurrencyRates.multiplyDivide(amount, multiplier, divisor);
            if (expected.compareTo(MAX) > 0) {
                assertTrue(found < 0, () -> amount + " * " + multiplier + " / " + divisor);
            } else {
                assertEquals(expected.longValueExact(), found, () -> amount + " * " + multiplier + " / " + divisor);
            }
        }
    }

    @Test
    void shouldAgreeWithBigDecimalAtTheEdges() {
        final long[] edges = {0, 1, 2, 3, 0xffff_fffeL, 0xffff_ffffL, 0x1_0000_0000L, 0x1_0000_0001L, 0x7fff_ffffL,
            0x8000_0000L, Long.MAX_VALUE / 2, Long.MAX_VALUE / 2 + 1, Long.MAX_VALUE - 1, Long.MAX_VALUE,
            0x7fff_ffff_0000_0000L, 0x7fff_ffff_0000_0001L, 0x4000_0000_0000_0000L, 0x3fff_ffff_ffff_ffffL};
        for (final long amount : edges) {
            for (final long multiplier : edges) {
                for (final long divisor : edges) {
                    if (divisor != 0) {
                        final BigDecimal expected =
                            new BigDecimal(BigInteger.valueOf(amount).multiply(BigInteger.valueOf(multiplier)))
                                .divide(BigDecimal.valueOf(divisor), 0, RoundingMode.HALF_EVEN);
                        final long found = CurrencyRates.multiplyDivide(amount, multiplier, divisor);
                        assertEquals(expected.compareTo(MAX) > 0 ? BigDecimal.valueOf(-1) : expected,
                            BigDecimal.valueOf(Math.max(found, -1)), amount + " * " + multiplier + " / " + divisor);
                    }
                }
            }
        }
    }

    @Test
    void shouldComeBackWithinTheRounding() {
        final Random random = new Random(19);
        for (int i = 0; i < 20_000; i++) {
            final long amount = random.nextLong(1_000_000_000_000L);
            for (final int to : new int[] {EUR, JPY, GBP}) {
                final long there = rates.convert(amount, USD, to);
                final long back = rates.convert(there, to, USD);
                // Half a micro there is at most one micro here, because the smallest rate is a half.
                assertTrue(Math.abs(back - amount) <= 1, amount + " to " + to + " and back is " + back);
                assertEquals(-there, rates.convert(-amount, USD, to));
            }
        }
    }

    @Test
    void shouldRefuseRatesOutOfTheirRange() {
        for (final String rate : new String[] {"0", "-1", "0.0000000001", "9223372037"}) {
            assertThrows(IllegalArgumentException.class,
                () -> new CurrencyRates(USD, LocalDate.EPOCH, Map.of(EUR, new BigDecimal(rate))), rate);
        }
        assertThrows(IllegalArgumentException.class,
            () -> new CurrencyRates(USD, LocalDate.EPOCH, Map.of(USD, new BigDecimal("1.1"))));
        assertEquals(new BigDecimal("9223372036.000000000"), new CurrencyRates(USD, LocalDate.EPOCH,
            Map.of(EUR, new BigDecimal("9223372036"), USD, BigDecimal.ONE)).rates().get("EUR"));
    }

    @Test
    void shouldAllocateNothing() {
        final UnsafeBuffer text = new UnsafeBuffer("eur".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        final long[] sum = new long[1];
        assertEquals(0, AllocationProbe.bytesOf(() -> {
            for (int i = 0; i < 50_000; i++) {
                sum[0] += rates.convert(i * 1_000_000_007L, USD, CurrencyCodes.number(text, 0, 3));
            }
        }));
        assertTrue(sum[0] != 0);
    }

    @Test
    void shouldKnowTheCodesOfThePlatform() {
        for (final String code : new String[] {"USD", "EUR", "JPY", "GBP", "CHF", "INR", "BRL", "RON", "XAU"}) {
            final int number = Currency.getInstance(code).getNumericCode();
            assertEquals(number, CurrencyCodes.number(code));
            assertEquals(code, CurrencyCodes.text(number));
        }
        for (final String wrong : new String[] {"", "US", "USDX", "U$D", "ZZZ", "12A", "\u00c4\u00d6\u00dc"}) {
            assertEquals(CurrencyCodes.UNKNOWN, CurrencyCodes.number(wrong));
            final byte[] bytes = wrong.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            assertEquals(CurrencyCodes.UNKNOWN, CurrencyCodes.number(new UnsafeBuffer(bytes), 0, bytes.length));
        }
        assertEquals("UYU", CurrencyCodes.text(858));
        assertEquals("VES", CurrencyCodes.text(928));
        assertEquals(null, CurrencyCodes.text(0));
        assertEquals(null, CurrencyCodes.text(1_000));
    }
}
