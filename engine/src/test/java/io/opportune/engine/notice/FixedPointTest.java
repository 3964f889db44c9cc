package io.opportune.engine.notice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FixedPointTest {
    private static long scaled(final String text, final int power) {
        final byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return FixedPoint.scaled(new UnsafeBuffer(bytes), 0, bytes.length, power);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1,1000", "1.,1000", ".5,500", "+2.25,2250", "0.0005,0", "0.0015,2", "0.0025,2", "0.00250001,3",
        "1.2E-1,120", "1.2e+2,120000", "12e0,12000", "0.0000000000000000000000000001,0", "1e-1000000000,0",
        "0e99999999999,0", "1.0000000000000000000000000000,1000", "0000000000000000000000000000001.5,1500",
        "0.00249999999999999999999999999,2", "0.00250000000000000000000000001,3",
        "922337203685477.807,922337203685477807"})
    void shouldReadNumbersTimesAThousand(final String text, final long expected) {
        assertEquals(expected, scaled(text, 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "+", "-1", "-0", "1,5", "1.2.3", "e5", "1e", "1e+", "1e5x", "1 ", " 1", "NaN",
        "Infinity", "0x10", "1e20", "9223372036854775.808", "1e1000000000", "12345678901234567890", "${P}"})
    void shouldRefuseEverythingElse(final String text) {
        assertEquals(FixedPoint.INVALID, scaled(text, 3));
    }

    @Test
    void shouldAgreeWithBigDecimal() {
        final Random random = new Random(5);
        for (int i = 0; i < 50_000; i++) {
            final BigDecimal number = new BigDecimal(new java.math.BigInteger(random.nextInt(90), random),
                random.nextInt(30) - 3);
            final String text = random.nextBoolean() ? number.toPlainString() : number.toString();
            final int power = random.nextInt(8);
            final BigDecimal expected = number.movePointRight(power).setScale(0, RoundingMode.HALF_EVEN);
            final long found = scaled(text, power);
            // More than 18 digits before the point need not be read, because no price has them.
            if (found != FixedPoint.INVALID || expected.precision() < 18) {
                assertEquals(expected, BigDecimal.valueOf(found), () -> text + " * 10^" + power + ", seed 5");
            }
        }
    }
}
