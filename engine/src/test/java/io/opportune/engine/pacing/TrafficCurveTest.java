package io.opportune.engine.pacing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

class TrafficCurveTest {
    private static final long MINUTE = 60_000_000_000L;
    private static final long MONDAY = Instant.parse("2026-06-01T00:00:00Z").getEpochSecond() * 1_000_000_000L;

    private final double[] weights = new double[TrafficCurve.HOURS];

    private static void feed(final TrafficCurve curve, final int fromHour, final int toHour,
        final IntToLongFunction perMinute) {
        for (int minute = fromHour * 60; minute < toHour * 60; minute++) {
            curve.observe(MONDAY + minute * MINUTE + MINUTE - 1, MINUTE, perMinute.applyAsLong(minute / 60));
        }
    }

    @Test
    void shouldBeFlatWhenNothingIsKnown() {
        final TrafficCurve curve = new TrafficCurve(ZoneOffset.UTC);
        curve.weights(weights);
        Arrays.stream(weights).forEach(weight -> assertEquals(weights[0], weight, 1e-12));
        assertTrue(weights[0] > 0);
        assertEquals(0, curve.knownShare());
    }

    @Test
    void shouldBeTheGuessWhenNothingIsLearned() {
        final double[] guess = new double[TrafficCurve.HOURS];
        Arrays.setAll(guess, hour -> 5 + hour % 24);
        final TrafficCurve curve = new TrafficCurve(ZoneOffset.UTC, guess, 0.7);
        curve.weights(weights);
        for (int hour = 1; hour < TrafficCurve.HOURS; hour++) {
            assertEquals(guess[hour] / guess[0], weights[hour] / weights[0], 1e-9);
        }
        assertEquals(1, curve.knownShare());
    }

    @Test
    void shouldLearnAWeek() {
        final TrafficCurve curve = new TrafficCurve(ZoneOffset.UTC);
        final IntToLongFunction truth = hour -> 100 + 10 * (hour % 24) + (hour >= 120 ? 200 : 0);
        feed(curve, 0, 2 * 168, hour -> truth.applyAsLong(hour % 168));
        curve.weights(weights);
        // Some of an hour is the mean of all days still.
        for (int hour = 0; hour < TrafficCurve.HOURS; hour++) {
            assertEquals(60.0 * truth.applyAsLong(hour), weights[hour], 0.2 * 60 * truth.applyAsLong(hour));
        }
        assertEquals(1, curve.knownShare(), 0.1);
    }

    @Test
    void shouldExpectOfADayNotSeenWhatTheOthersHad() {
        final TrafficCurve curve = new TrafficCurve(ZoneOffset.UTC);
        feed(curve, 0, 24, hour -> hour < 12 ? 10 : 30);
        curve.weights(weights);
        assertTrue(weights[24 + 20] > 2 * weights[24 + 3], () -> weights[44] + " " + weights[27]);
        assertEquals(weights[48 + 20], weights[24 + 20], 1e-9);
    }

    @Test
    void shouldForgetWeekByWeek() {
        final TrafficCurve curve = new TrafficCurve(ZoneOffset.UTC);
        feed(curve, 0, 168, hour -> 10);
        feed(curve, 168, 7 * 168, hour -> hour % 24 == 5 ? 100 : 10);
        curve.weights(weights);
        assertTrue(weights[5] > 8 * weights[6], () -> weights[5] + " " + weights[6]);
    }

    @Test
    void shouldNotTakeTimeInWhichNobodyCountedForSilence() {
        final TrafficCurve seen = new TrafficCurve(ZoneOffset.UTC);
        feed(seen, 0, 10, hour -> 10);
        feed(seen, 12, 24, hour -> 10);
        seen.weights(weights);
        assertEquals(weights[9], weights[11], 0.05 * weights[9]);
        final TrafficCurve silent = new TrafficCurve(ZoneOffset.UTC);
        feed(silent, 0, 24, hour -> hour == 11 ? 0 : 10);
        silent.weights(weights);
        assertTrue(weights[11] < 0.5 * weights[9], () -> weights[11] + " " + weights[9]);
    }

    @Test
    void shouldSurviveAStoreThatIsEmptyAllWeek() {
        final TrafficCurve curve = new TrafficCurve(ZoneOffset.UTC);
        feed(curve, 0, 168, hour -> 0);
        curve.weights(weights);
        assertTrue(Arrays.stream(weights).sum() > 0);
    }

    @Test
    void shouldComeBackFromASnapshot() throws IOException {
        final TrafficCurve curve = new TrafficCurve(ZoneId.of("Europe/Berlin"));
        feed(curve, 0, 100, hour -> 1 + hour % 7);
        final byte[] bytes = bytes(curve);
        final TrafficCurve read = new TrafficCurve(ZoneId.of("Europe/Berlin"));
        assertTrue(read.read(new ByteArrayInputStream(bytes)));
        feed(curve, 100, 300, hour -> 1 + hour % 5);
        feed(read, 100, 300, hour -> 1 + hour % 5);
        final double[] other = new double[TrafficCurve.HOURS];
        curve.weights(weights);
        read.weights(other);
        assertArrayEquals(weights, other);
        assertFalse(new TrafficCurve(ZoneOffset.UTC).read(new ByteArrayInputStream(bytes)));
    }

    @Test
    void shouldRefuseEveryDamagedSnapshot() throws IOException {
        final TrafficCurve curve = new TrafficCurve(ZoneOffset.UTC);
        feed(curve, 0, 50, hour -> hour);
        final byte[] bytes = bytes(curve);
        final byte[] before = bytes(new TrafficCurve(ZoneOffset.UTC));
        for (int i = 0; i < bytes.length; i++) {
            final byte[] damaged = bytes.clone();
            damaged[i] ^= 0x10;
            final TrafficCurve read = new TrafficCurve(ZoneOffset.UTC);
            assertThrows(IOException.class, () -> read.read(new ByteArrayInputStream(damaged)), "byte " + i);
            assertArrayEquals(before, bytes(read));
        }
        for (int length = 0; length < bytes.length; length++) {
            final byte[] torn = Arrays.copyOf(bytes, length);
            assertThrows(IOException.class,
                () -> new TrafficCurve(ZoneOffset.UTC).read(new ByteArrayInputStream(torn)), "length " + length);
        }
    }

    private static byte[] bytes(final TrafficCurve curve) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        curve.write(out);
        return out.toByteArray();
    }

    @Test
    void shouldRefuseAGuessThatIsNone() {
        final double[] negative = new double[TrafficCurve.HOURS];
        negative[3] = -1;
        final double[] flat = new double[TrafficCurve.HOURS];
        Arrays.fill(flat, 1);
        assertThrows(IllegalArgumentException.class, () -> new TrafficCurve(ZoneOffset.UTC, new double[24], 0.5));
        assertThrows(IllegalArgumentException.class, () -> new TrafficCurve(ZoneOffset.UTC, negative, 0.5));
        assertThrows(IllegalArgumentException.class,
            () -> new TrafficCurve(ZoneOffset.UTC, new double[TrafficCurve.HOURS], 0.5));
        assertThrows(IllegalArgumentException.class, () -> new TrafficCurve(ZoneOffset.UTC, flat, 0));
        assertThrows(IllegalArgumentException.class, () -> new TrafficCurve(ZoneOffset.UTC, flat, Double.NaN));
    }
}
