package io.opportune.engine.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.concurrent.TimeUnit;

/** Which local day an instant falls in, and when a day begins, for all parts that count by days. Allocates. */
public final class LocalDay {
    private static final long NS_PER_S = TimeUnit.SECONDS.toNanos(1);

    private LocalDay() {
    }

    /**
     * The local day of an instant.
     *
     * @param zone   IANA zone.
     * @param timeNs nanoseconds since 1970, also before.
     * @return days since 1970-01-01 of the local date.
     */
    public static int of(final ZoneId zone, final long timeNs) {
        return (int) Instant.ofEpochSecond(Math.floorDiv(timeNs, NS_PER_S), Math.floorMod(timeNs, NS_PER_S))
            .atZone(zone).toLocalDate().toEpochDay();
    }

    /**
     * The first instant of a local day, which need not be midnight where clocks are put forward then.
     *
     * @param zone IANA zone.
     * @param day  days since 1970-01-01.
     * @return nanoseconds since 1970.
     */
    public static long startNs(final ZoneId zone, final int day) {
        return LocalDate.ofEpochDay(day).atStartOfDay(zone).toEpochSecond() * NS_PER_S;
    }
}
