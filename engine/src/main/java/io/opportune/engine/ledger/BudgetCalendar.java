package io.opportune.engine.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.concurrent.TimeUnit;

/** Which day of a budget an instant falls in, and when that day begins and ends. For the ledger's thread: allocates. */
class BudgetCalendar {
    /** The period of a budget without days. */
    static final int TOTAL_PERIOD = 0;

    private static final long NANOS = TimeUnit.SECONDS.toNanos(1);

    int periodAt(final BudgetTerms terms, final long timeNs) {
        if (terms.period() == BudgetPeriod.TOTAL) {
            return TOTAL_PERIOD;
        }
        return (int) Instant.ofEpochSecond(Math.floorDiv(timeNs, NANOS), Math.floorMod(timeNs, NANOS))
            .atZone(terms.zone()).toLocalDate().toEpochDay();
    }

    long startNs(final BudgetTerms terms, final int period) {
        return terms.period() == BudgetPeriod.TOTAL ? Long.MIN_VALUE : midnightNs(terms.zone(), period);
    }

    long endNs(final BudgetTerms terms, final int period) {
        return terms.period() == BudgetPeriod.TOTAL ? Long.MAX_VALUE : midnightNs(terms.zone(), period + 1);
    }

    /** The first instant of a local day, which need not be midnight where clocks are put forward then. */
    long midnightNs(final ZoneId zone, final int epochDay) {
        return LocalDate.ofEpochDay(epochDay).atStartOfDay(zone).toEpochSecond() * NANOS;
    }
}
