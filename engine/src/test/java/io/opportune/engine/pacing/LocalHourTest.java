package io.opportune.engine.pacing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalHourTest {
    private static final long NS = 1_000_000_000L;

    @ParameterizedTest
    @ValueSource(strings = {
        "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"})
    void shouldBeTheHourThatTheCalendarSays(final String name) {
        final ZoneId zone = ZoneId.of(name);
        final LocalHour hour = new LocalHour(zone);
        final long start = Instant.parse("2026-01-01T00:00:00Z").getEpochSecond();
        for (long second = start; second < start + 366L * 86_400; second += 599) {
            final ZonedDateTime local = Instant.ofEpochSecond(second).atZone(zone);
            assertEquals((local.getDayOfWeek().getValue() - 1) * 24 + local.getHour(), hour.at(second * NS),
                local::toString);
            assertTrue(hour.startNs() <= second * NS && second * NS < hour.endNs(), local::toString);
            assertTrue(hour.endNs() - hour.startNs() <= 3600 * NS, local::toString);
        }
    }

    @Test
    void shouldEndAnHourWhereTheClockChanges() {
        final LocalHour hour = new LocalHour(ZoneId.of("Australia/Lord_Howe"));
        // On 2026-04-05 at 02:00 the clock goes back to 01:30: that hour has 30 minutes more, in a piece of its own.
        final long change = Instant.parse("2026-04-04T15:00:00Z").getEpochSecond() * NS;
        assertEquals(6 * 24 + 1, hour.at(change - NS));
        assertEquals(change, hour.endNs());
        assertEquals(6 * 24 + 1, hour.at(change));
        assertEquals(change, hour.startNs());
        assertEquals(change + 1800 * NS, hour.endNs());
    }

    @Test
    void shouldBeginTheWeekOnMonday() {
        final LocalHour hour = new LocalHour(ZoneId.of("UTC"));
        assertEquals(0, hour.at(Instant.parse("2026-11-23T00:59:59Z").getEpochSecond() * NS));
        assertEquals(167, hour.at(Instant.parse("2026-11-22T23:00:00Z").getEpochSecond() * NS));
        assertEquals(167, hour.at(-4 * 24 * 3600 * NS + 23 * 3600 * NS));
    }
}
