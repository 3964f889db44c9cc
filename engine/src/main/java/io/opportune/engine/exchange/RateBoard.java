package io.opportune.engine.exchange;

import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/**
 * The currency rates in service. A control thread replaces them as a whole, any thread asks; rates that are too old
 * convert nothing any more, so that no price is made of them. Asking neither locks nor allocates.
 */
public final class RateBoard {
    /** Rates never become too old. */
    public static final long NO_LIMIT = 0;

    private record Entry(CurrencyRates rates, CurrencyRates without, long validUntilNs) {
    }

    private final long maxAgeNs;
    private volatile Entry entry;

    /**
     * Puts the first rates into service.
     *
     * @param rates    of some day.
     * @param maxAgeNs after the beginning of their day (UTC) rates are not used any more, nanoseconds; {@link
     *                 #NO_LIMIT}.
     */
    public RateBoard(final CurrencyRates rates, final long maxAgeNs) {
        this.maxAgeNs = maxAgeNs;
        replace(rates);
    }

    /**
     * Puts other rates into service.
     *
     * @param rates of some day.
     */
    public void replace(final CurrencyRates rates) {
        final long dayNs = TimeUnit.SECONDS.toNanos(rates.date().toEpochSecond(LocalTime.MIDNIGHT, ZoneOffset.UTC));
        entry = new Entry(rates, CurrencyRates.none(rates.base()),
            maxAgeNs == NO_LIMIT || dayNs > Long.MAX_VALUE - maxAgeNs ? Long.MAX_VALUE : dayNs + maxAgeNs);
    }

    /**
     * The rates to convert with.
     *
     * @param nowNs wall clock, nanoseconds since 1970.
     * @return those in service; such as know no currency when these are too old.
     */
    public CurrencyRates at(final long nowNs) {
        final Entry now = entry;
        return nowNs < now.validUntilNs ? now.rates : now.without;
    }
}
