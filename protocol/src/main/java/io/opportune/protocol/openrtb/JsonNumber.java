package io.opportune.protocol.openrtb;

/** One number of a JSON text: read, then asked for as an integer or a decimal. */
final class JsonNumber {
    private static final int MAX_DIGITS = 19;
    /** Beyond this no digit of an exponent matters. */
    private static final int MAX_EXPONENT = 100_000;

    private boolean negative;
    private long mantissa;
    private int exponent;
    private boolean whole;
    private long integer;

    /** The end of the number at {@code start}; the complement of where a digit is missing. */
    int read(final byte[] b, final int start) {
        negative = b[start] == '-';
        int p = negative ? start + 1 : start;
        long value = 0;
        int digits = 0;
        int scale = 0;
        final int first = p;
        int digit;
        while ((digit = b[p] - '0') >= 0 && digit <= 9) {
            if (digits < MAX_DIGITS) {
                value = value * 10 + digit;
                digits += value == 0 ? 0 : 1;
            } else {
                scale++;
            }
            p++;
        }
        if (p == first) {
            return ~p;
        }
        if (b[first] == '0' && p - first > 1) {
            // No leading zeros: the number ends behind the first, and what follows is out of place.
            p = first + 1;
            value = 0;
            scale = 0;
        }
        whole = true;
        if (b[p] == '.') {
            whole = false;
            final int fraction = ++p;
            while ((digit = b[p] - '0') >= 0 && digit <= 9) {
                if (digits < MAX_DIGITS) {
                    value = value * 10 + digit;
                    digits += value == 0 ? 0 : 1;
                    scale--;
                }
                p++;
            }
            if (p == fraction) {
                return ~p;
            }
        }
        if ((b[p] | 0x20) == 'e') {
            whole = false;
            p = exponent(b, p + 1);
            if (p < 0) {
                return p;
            }
            scale += exponent;
        }
        mantissa = value;
        exponent = scale;
        return p;
    }

    private int exponent(final byte[] b, final int start) {
        final boolean down = b[start] == '-';
        final int first = down || b[start] == '+' ? start + 1 : start;
        int p = first;
        int value = 0;
        int digit;
        while ((digit = b[p] - '0') >= 0 && digit <= 9) {
            value = Math.min(MAX_EXPONENT, value * 10 + digit);
            p++;
        }
        exponent = down ? -value : value;
        return p == first ? ~p : p;
    }

    /** Sets what was read elsewhere. */
    void integer(final long value) {
        integer = value;
    }

    /** The integer last set, or found by {@link #isInteger()}. */
    long integer() {
        return integer;
    }

    /** Whether it is a whole number of 32 bits, however written, but not the one that stands for absence. */
    boolean isInteger() {
        if (whole && exponent == 0 && mantissa >= 0) {
            integer = negative ? -mantissa : mantissa;
            return mantissa <= Integer.MAX_VALUE;
        }
        final double value = decimal();
        integer = (long) value;
        return value == Math.rint(value) && Math.abs(value) <= Integer.MAX_VALUE;
    }

    boolean isFinite() {
        return Double.isFinite(decimal());
    }

    double decimal() {
        final double value = Decimals.toDouble(mantissa, exponent);
        return negative ? -value : value;
    }
}
