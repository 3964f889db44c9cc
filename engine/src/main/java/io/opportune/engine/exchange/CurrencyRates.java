package io.opportune.engine.exchange;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one currency is worth in another, of one day. Conversion is exact up to the one rounding at its end (half to
 * even): an amount times a rate is a number of 128 bits, divided by the other rate. Immutable, any thread; converting
 * allocates nothing.
 */
public final class CurrencyRates {
    /** What {@link #convert} gives when a currency has no rate or the result does not fit. */
    public static final long UNCONVERTIBLE = Long.MIN_VALUE;
    /** Most decimals of a rate. */
    public static final int RATE_DECIMALS = 9;

    private static final BigDecimal MAX_SCALED = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final long LOW_WORD = 0xffff_ffffL;

    private final int base;
    private final LocalDate date;
    private final long[] scaled = new long[CurrencyCodes.LIMIT];

    /**
     * Takes a day's rates.
     *
     * @param base  ISO 4217 numeric of the currency that the rates are for one unit of.
     * @param date  of the rates.
     * @param rates by ISO 4217 numeric: how many units of the currency one unit of the base is; above 0, at most {@link
     *              #RATE_DECIMALS} decimals. The base's own rate is 1 and need not stand here.
     * @throws IllegalArgumentException when a rate is out of its range.
     */
    public CurrencyRates(final int base, final LocalDate date, final Map<Integer, BigDecimal> rates) {
        this.base = base;
        this.date = date;
        scaled[base] = BigDecimal.ONE.movePointRight(RATE_DECIMALS).longValueExact();
        for (final Map.Entry<Integer, BigDecimal> rate : rates.entrySet()) {
            final BigDecimal value = rate.getValue().movePointRight(RATE_DECIMALS).stripTrailingZeros();
            if (value.signum() <= 0 || value.scale() > 0 || value.compareTo(MAX_SCALED) > 0) {
                throw new IllegalArgumentException("the rate of " + rate.getKey() + " is " + rate.getValue()
                    + "; allowed: above 0, below 9223372036, at most " + RATE_DECIMALS + " decimals");
            }
            if (rate.getKey() == base && value.longValueExact() != scaled[base]) {
                throw new IllegalArgumentException("the rate of the base is " + rate.getValue() + ", not 1");
            }
            scaled[rate.getKey()] = value.longValueExact();
        }
    }

    /**
     * No rates: only amounts that need no conversion are converted.
     *
     * @param base ISO 4217 numeric.
     * @return rates of that one currency.
     */
    public static CurrencyRates none(final int base) {
        return new CurrencyRates(base, LocalDate.EPOCH, Map.of());
    }

    /**
     * The currency that the rates are for one unit of.
     *
     * @return ISO 4217 numeric.
     */
    public int base() {
        return base;
    }

    /**
     * The day of the rates.
     *
     * @return as given.
     */
    public LocalDate date() {
        return date;
    }

    /**
     * The rates, for people.
     *
     * @return units for one unit of the base, by ISO 4217 letters.
     */
    public Map<String, BigDecimal> rates() {
        final Map<String, BigDecimal> rates = new TreeMap<>();
        for (int number = 0; number < scaled.length; number++) {
            if (scaled[number] != 0) {
                rates.put(CurrencyCodes.text(number), BigDecimal.valueOf(scaled[number], RATE_DECIMALS));
            }
        }
        return rates;
    }

    /**
     * Whether amounts can be converted between two currencies.
     *
     * @param from ISO 4217 numeric.
     * @param to   ISO 4217 numeric.
     * @return true when they are the same or both have a rate.
     */
    public boolean knows(final int from, final int to) {
        return from == to || rate(from) != 0 && rate(to) != 0;
    }

    private long rate(final int currency) {
        return currency > 0 && currency < scaled.length ? scaled[currency] : 0;
    }

    /**
     * Converts an amount.
     *
     * @param amountMicros of the one currency; negative for returns; above {@link Long#MIN_VALUE}.
     * @param from         its currency, ISO 4217 numeric.
     * @param to           the other currency.
     * @return micros of the other currency, rounded half to even; or {@link #UNCONVERTIBLE}.
     */
    public long convert(final long amountMicros, final int from, final int to) {
        if (from == to) {
            return amountMicros;
        }
        final long multiplier = rate(to);
        final long divisor = rate(from);
        if (multiplier == 0 || divisor == 0 || amountMicros == Long.MIN_VALUE) {
            return UNCONVERTIBLE;
        }
        final long magnitude = multiplyDivide(Math.abs(amountMicros), multiplier, divisor);
        return magnitude < 0 ? UNCONVERTIBLE : amountMicros < 0 ? -magnitude : magnitude;
    }

    /** amount * multiplier / divisor, rounded half to even, all 0 or more; negative when it has more than 63 bits. */
    static long multiplyDivide(final long amount, final long multiplier, final long divisor) {
        final long high = Math.multiplyHigh(amount, multiplier);
        final long low = amount * multiplier;
        if (high >= divisor) {
            return -1;
        }
        final long quotient = high == 0
            ? Long.divideUnsigned(low, divisor) : divide(high, low, divisor);
        final long remainder = low - quotient * divisor;
        // The remainder is below the divisor, which has 63 bits: it can be doubled as an unsigned number.
        final int half = Long.compareUnsigned(remainder << 1, divisor);
        final boolean up = half > 0 || half == 0 && (quotient & 1) != 0;
        return quotient < 0 || up && quotient == Long.MAX_VALUE ? -1 : quotient + (up ? 1 : 0);
    }

    /**
     * The quotient of 128 bits by 63, which fits 64 because the upper half is below the divisor: schoolbook division in
     * digits of 32 bits (D. E. Knuth, The Art of Computer Programming 2, 4.3.1, algorithm D).
     */
    private static long divide(final long high, final long low, final long divisor) {
        final int shift = Long.numberOfLeadingZeros(divisor);
        final long normal = divisor << shift;
        final long upper = high << shift | low >>> 1 >>> (63 - shift);
        final long lower = low << shift;
        final long first = digit(upper, lower >>> 32, normal);
        final long rest = (upper << 32 | lower >>> 32) - first * normal;
        return first << 32 | digit(rest, lower & LOW_WORD, normal);
    }

    /** One digit of the quotient of three digits by two. */
    private static long digit(final long upper, final long next, final long normal) {
        final long top = normal >>> 32;
        long estimate = Long.divideUnsigned(upper, top);
        long rest = upper - estimate * top;
        while (estimate >>> 32 != 0
            || Long.compareUnsigned(estimate * (normal & LOW_WORD), rest << 32 | next) > 0) {
            estimate--;
            rest += top;
            if (rest >>> 32 != 0) {
                break;
            }
        }
        return estimate;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof CurrencyRates rates && rates.base == base && rates.date.equals(date)
            && Arrays.equals(rates.scaled, scaled);
    }

    @Override
    public int hashCode() {
        return 31 * date.hashCode() + Arrays.hashCode(scaled);
    }
}
