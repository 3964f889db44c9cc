package io.opportune.protocol.openrtb;

import java.math.BigInteger;

/**
 * The double nearest to a decimal number, without allocation: exact powers of ten where they suffice (Clinger, "How to
 * read floating point numbers accurately", 1990), else Lemire's algorithm ("Number parsing at a gigabyte per second",
 * 2021, section 5) with 128-bit powers of five. Of numbers with more than 19 digits the rest is cut off; where it would
 * decide the rounding, the result may be the neighbour of the nearest double.
 */
final class Decimals {
    private static final int MIN_EXPONENT = -342;
    private static final int MAX_EXPONENT = 308;
    private static final int MANTISSA_BITS = 52;
    private static final long HIDDEN_BIT = 1L << MANTISSA_BITS;
    private static final long MAX_EXACT_MANTISSA = 1L << 53;
    private static final int INFINITE_POWER = 0x7FF;
    private static final double[] EXACT_POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    };
    private static final long[] FIVES_HIGH = new long[MAX_EXPONENT - MIN_EXPONENT + 1];
    private static final long[] FIVES_LOW = new long[FIVES_HIGH.length];

    static {
        final BigInteger five = BigInteger.valueOf(5);
        for (int exponent = MIN_EXPONENT; exponent <= MAX_EXPONENT; exponent++) {
            BigInteger power = five.pow(Math.abs(exponent));
            if (exponent < 0) {
                // The reciprocal, rounded up and cut to 128 bits.
                final int bits = power.bitLength() - (power.bitCount() == 1 ? 1 : 0);
                final int scale = exponent >= -27 ? bits + 127 : 2 * bits + 128;
                power = BigInteger.ONE.shiftLeft(scale).divide(power).add(BigInteger.ONE);
            }
            power = power.shiftLeft(128 - power.bitLength());
            FIVES_HIGH[exponent - MIN_EXPONENT] = power.shiftRight(Long.SIZE).longValue();
            FIVES_LOW[exponent - MIN_EXPONENT] = power.longValue();
        }
    }

    private Decimals() {
    }

    /**
     * Gives {@code mantissa * 10^exponent}.
     *
     * @param mantissa up to 19 digits, unsigned.
     * @param exponent any.
     * @return 0 and infinity where a double cannot hold it.
     */
    static double toDouble(final long mantissa, final int exponent) {
        if (mantissa >= 0 && mantissa <= MAX_EXACT_MANTISSA && exponent >= -22 && exponent <= 22) {
            return exponent < 0 ? mantissa / EXACT_POWERS[-exponent] : mantissa * EXACT_POWERS[exponent];
        }
        if (mantissa == 0 || exponent < MIN_EXPONENT) {
            return 0;
        }
        return exponent > MAX_EXPONENT ? Double.POSITIVE_INFINITY : lemire(mantissa, exponent);
    }

    private static double lemire(final long mantissa, final int exponent) {
        final int leadingZeros = Long.numberOfLeadingZeros(mantissa);
        final long scaled = mantissa << leadingZeros;
        final long five = FIVES_HIGH[exponent - MIN_EXPONENT];
        long high = Math.unsignedMultiplyHigh(scaled, five);
        long low = scaled * five;
        final long precisionMask = -1L >>> MANTISSA_BITS + 3;
        if ((high & precisionMask) == precisionMask) {
            final long carry = Math.unsignedMultiplyHigh(scaled, FIVES_LOW[exponent - MIN_EXPONENT]);
            low += carry;
            if (Long.compareUnsigned(carry, low) > 0) {
                high++;
            }
        }
        final int upperBit = (int) (high >>> 63);
        final int shift = upperBit + Long.SIZE - MANTISSA_BITS - 3;
        long result = high >>> shift;
        int power = (((152170 + 65536) * exponent) >> 16) + 63 + upperBit - leadingZeros + 1023;
        if (power <= 0) {
            return subnormal(result, power);
        }
        if (Long.compareUnsigned(low, 1) <= 0 && exponent >= -4 && exponent <= 23 && (result & 3) == 1
            && result << shift == high) {
            // Exactly between two doubles: to the even one.
            result &= ~1;
        }
        result = result + (result & 1) >>> 1;
        if (result >= HIDDEN_BIT << 1) {
            result = HIDDEN_BIT;
            power++;
        }
        return power >= INFINITE_POWER ? Double.POSITIVE_INFINITY
            : Double.longBitsToDouble(result & ~HIDDEN_BIT | (long) power << MANTISSA_BITS);
    }

    private static double subnormal(final long mantissa, final int power) {
        if (1 - power >= Long.SIZE) {
            return 0;
        }
        final long shifted = mantissa >>> 1 - power;
        // A carry into the hidden bit makes it the smallest normal number by itself.
        return Double.longBitsToDouble(shifted + (shifted & 1) >>> 1);
    }
}
