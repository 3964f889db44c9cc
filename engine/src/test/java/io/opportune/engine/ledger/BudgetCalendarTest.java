package io.opportune.engine.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Days of 23, 24 and 25 hours, and such as do not begin at midnight. */
class BudgetCalendarTest {
    private static final long SECOND = 1_000_000_000L;
    private final BudgetCalendar calendar = new BudgetCalendar();

    private static BudgetTerms terms(final String zone, final BudgetPeriod period) {
        return new BudgetTerms(1, 0, 1, BudgetUnit.MICROS, 978, 1, period, ZoneId.of(zone), 1);
    }

    @ParameterizedTest
    @CsvSource({
        "Europe/Berlin,2026-03-28,2026-03-27T23:00:00Z,86400",
        "Europe/Berlin,2026-03-29,2026-03-28T23:00:00Z,82800",
        "Europe/Berlin,2026-10-25,2026-10-24T22:00:00Z,90000",
        "America/Havana,2026-03-08,2026-03-08T05:00:00Z,82800",
        "Australia/Lord_Howe,2026-04-05,2026-04-04T13:00:00Z,88200",
        "Asia/Kolkata,1960-01-01,1959-12-31T18:30:00Z,86400"})
    void shouldBeginAndEndWithTheLocalDay(
        final String zone, final LocalDate day, final Instant start, final long seconds) {

        final BudgetTerms terms = terms(zone, BudgetPeriod.DAILY);
        final int period = (int) day.toEpochDay();
        final long startNs = start.getEpochSecond() * SECOND;
        assertEquals(startNs, calendar.startNs(terms, period));
        assertEquals(startNs + seconds * SECOND, calendar.endNs(terms, period));
        assertEquals(period, calendar.periodAt(terms, startNs));
        assertEquals(period - 1, calendar.periodAt(terms, startNs - 1));
        assertEquals(period, calendar.periodAt(terms, startNs + seconds * SECOND - 1));
        assertEquals(period + 1, calendar.periodAt(terms, startNs + seconds * SECOND));
    }

    @Test
    void shouldHaveOnePeriodForATotal() {
        final BudgetTerms terms = terms("UTC", BudgetPeriod.TOTAL);
        assertEquals(0, calendar.periodAt(terms, 5));
        assertEquals(Long.MIN_VALUE, calendar.startNs(terms, 0));
        assertEquals(Long.MAX_VALUE, calendar.endNs(terms, 0));
    }
}
