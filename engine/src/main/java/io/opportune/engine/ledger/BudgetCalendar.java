package io.opportune.engine.ledger;

import java.time.ZoneId;

/** Which day of a budget an instant falls in, and when that day begins and ends. For the ledger's thread: allocates. */
class BudgetCalendar {
    /** The period of a budget without days. */
    static final int TOTAL_PERIOD = 0;

    int periodAt(final BudgetTerms terms, final long timeNs) {
        if (terms.period() == BudgetPeriod.TOTAL) {
            return TOTAL_PERIOD;
        }
        return LocalDay.of(terms.zone(), timeNs);
    }

    long startNs(final BudgetTerms terms, final int period) {
        return terms.period() == BudgetPeriod.TOTAL ? Long.MIN_VALUE : midnightNs(terms.zone(), period);
    }

    long endNs(final BudgetTerms terms, final int period) {
        return terms.period() == BudgetPeriod.TOTAL ? Long.MAX_VALUE : midnightNs(terms.zone(), period + 1);
    }

    /** The first instant of a local day, which need not be midnight where clocks are put forward then. */
    long midnightNs(final ZoneId zone, final int epochDay) {
        return LocalDay.startNs(zone, epochDay);
    }
}
