package io.opportune.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Local days against the Java time library, over changes to and from daylight saving. */
class LocalDaysTest {
    private static final long NS_PER_S = 1_000_000_000L;
    /** Changes at midnight, by half an hour, twice across the date line, never. */
    private static final List<String> ZONES = List.of("Europe/Berlin", "America/New_York", "America/Sao_Paulo",
        "Africa/Cairo", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Apia", "America/Havana", "Asia/Kolkata", "UTC");

    private final LocalDays days = new LocalDays();

    private void same(final ZoneId zone, final long timeNs) {
        final Instant instant =
            Instant.ofEpochSecond(Math.floorDiv(timeNs, NS_PER_S), Math.floorMod(timeNs, NS_PER_S));
        assertEquals(instant.atZone(zone).toLocalDate().toEpochDay(), days.dayOf(zone, timeNs),
            () -> zone + " " + instant);
    }

    @Test
    void shouldKnowTheDayRoundEachChangeOfTheClocks() {
        for (final String name : ZONES) {
            final ZoneId zone = ZoneId.of(name);
            Instant at = Instant.parse("2010-01-01T00:00:00Z");
            for (int i = 0; i < 40; i++) {
                final var change = zone.getRules().nextTransition(at);
                if (change == null) {
                    break;
                }
                at = change.getInstant();
                for (long minutes = -26 * 60; minutes <= 26 * 60; minutes += 15) {
                    same(zone, (at.getEpochSecond() + minutes * 60) * NS_PER_S);
                    same(zone, (at.getEpochSecond() + minutes * 60) * NS_PER_S - 1);
                }
            }
        }
    }

    @Test
    void shouldKnowTheDayOfAnyTimeInAnyOrder() {
        final long seed = Long.getLong("opportune.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 200_000; i++) {
            final ZoneId zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
            final long timeNs = random.nextInt(4) == 0 ? random.nextLong(-2_000_000_000L, 4_000_000_000L) * NS_PER_S
                : (1_700_000_000L + random.nextInt(400_000)) * NS_PER_S + random.nextInt(1_000_000_000);
            same(zone, timeNs);
        }
    }
}
