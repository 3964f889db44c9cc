package io.opportune.engine.context;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The zone table and the calendar against the JDK's own. */
class LocalTimeTest {
    private static final long SEED = 7;
    private static final long NS_PER_SECOND = 1_000_000_000L;

    @ParameterizedTest
    @ValueSource(strings = {
        "UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo",
        "Pacific/Apia", "Asia/Tehran", "Africa/Casablanca"})
    void shouldAgreeWithTheJdkFrom1990To2059(final String id) {
        final ZoneId zone = ZoneId.of(id);
        final ZoneTable table = new ZoneTable(zone);
        final CivilTime time = new CivilTime();
        final Random random = new Random(SEED);
        final long first = Instant.parse("1990-01-02T00:00:00Z").getEpochSecond();
        final long last = Instant.parse("2059-12-30T00:00:00Z").getEpochSecond();
        for (int i = 0; i < 50_000; i++) {
            final long second = random.nextLong(first, last);
            final ZonedDateTime expected = Instant.ofEpochSecond(second).atZone(zone);
            time.set(table.localNs(second * NS_PER_SECOND));
            final String where = "seed " + SEED + ", " + expected;
            assertEquals(expected.getHour() * 60 + expected.getMinute(), time.minuteOfDay(), where);
            assertEquals(expected.getHour(), time.hour(), where);
            assertEquals(expected.getDayOfWeek().getValue(), time.dayOfWeek(), where);
            assertEquals(expected.getDayOfMonth(), time.dayOfMonth(), where);
            assertEquals(expected.getMonthValue(), time.month(), where);
        }
    }
}
