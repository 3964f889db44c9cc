package io.opportune.engine.notice;

import org.agrona.DirectBuffer;

/** Reads decimal numbers exactly into whole ones. Stateless, allocates nothing. */
final class FixedPoint {
    /** What {@link #scaled} gives for what is no number, is below 0, or does not fit. */
    static final long INVALID = Long.MIN_VALUE;

    private static final int MAX_DIGITS = 18;
    private static final int MAX_EXPONENT = 1_000;
    private static final long[] POWERS = new long[MAX_DIGITS + 1];

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = POWERS[i - 1] * 10;
        }
    }

    private FixedPoint() {
    }

    /**
     * A number of 0 or more, such as {@code 1.25} or {@code 1.2E-4}, times a power of ten, rounded half to even.
     */
    static long scaled(final DirectBuffer text, final int offset, final int lengthBytes, final int powerOfTen) {
        final int end = offset + lengthBytes;
        int at = offset;
        if (at < end && text.getByte(at) == '+') {
            at++;
        }
        long digits = 0;
        int kept = 0;
        int power = powerOfTen;
        boolean more = false;
        boolean any = false;
        boolean fraction = false;
        for (; at < end; at++) {
            final byte c = text.getByte(at);
            if (c == '.' && !fraction) {
                fraction = true;
                continue;
            }
            if (c < '0' || c > '9') {
                break;
            }
            any = true;
            if (kept < MAX_DIGITS) {
                digits = digits * 10 + c - '0';
                kept += digits == 0 ? 0 : 1;
                power -= fraction ? 1 : 0;
            } else {
                more |= c != '0';
                power += fraction ? 0 : 1;
            }
        }
        if (at < end) {
            final int exponent = exponent(text, at, end);
            if (exponent == Integer.MIN_VALUE) {
                return INVALID;
            }
            power += exponent;
        }
        return any ? scale(digits, more, power) : INVALID;
    }

    private static int exponent(final DirectBuffer text, final int offset, final int end) {
        int at = offset;
        if ((text.getByte(at++) | 0x20) != 'e' || at == end) {
            return Integer.MIN_VALUE;
        }
        final byte sign = text.getByte(at);
        at += sign == '-' || sign == '+' ? 1 : 0;
        if (at == end) {
            return Integer.MIN_VALUE;
        }
        int exponent = 0;
        for (; at < end; at++) {
            final byte c = text.getByte(at);
            if (c < '0' || c > '9') {
                return Integer.MIN_VALUE;
            }
            exponent = Math.min(MAX_EXPONENT, exponent * 10 + c - '0');
        }
        return sign == '-' ? -exponent : exponent;
    }

    private static long scale(final long digits, final boolean more, final int power) {
        if (digits == 0) {
            return 0;
        }
        if (power >= 0) {
            if (more || power > MAX_DIGITS || digits > Long.MAX_VALUE / POWERS[power]) {
                return INVALID;
            }
            return digits * POWERS[power];
        }
        if (power < -MAX_DIGITS) {
            return 0;
        }
        final long divisor = POWERS[-power];
        final long quotient = digits / divisor;
        final long twice = digits % divisor * 2;
        final boolean up = twice > divisor || twice == divisor && (more || (quotient & 1) != 0);
        return quotient + (up ? 1 : 0);
    }
}
