package io.opportune.engine.gateway.http;

import org.agrona.MutableDirectBuffer;

/** Writes times as RFC 9110 section 5.6.7 wants them in a {@code Date} field. Stateless; allocates nothing. */
final class HttpDate {
    /** Length of each date, such as {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
    static final int LENGTH = 29;

    private static final byte[] DAYS = HeadFields.ascii("ThuFriSatSunMonTueWed");
    private static final byte[] MONTHS = HeadFields.ascii("JanFebMarAprMayJunJulAugSepOctNovDec");
    private static final byte[] GMT = HeadFields.ascii(" GMT");
    private static final int SECONDS_PER_DAY = 86_400;

    private HttpDate() {
    }

    /** Writes {@link #LENGTH} characters; the time is in seconds since 1970, not negative. */
    static void put(final MutableDirectBuffer buffer, final int offset, final long epochSeconds) {
        final long day = epochSeconds / SECONDS_PER_DAY;
        final int second = (int) (epochSeconds % SECONDS_PER_DAY);
        // Days to a civil date by eras of 400 years that begin on 1 March, so that leap days come last.
        final long shifted = day + 719_468;
        final long era = shifted / 146_097;
        final int dayOfEra = (int) (shifted % 146_097);
        final int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        final int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        final int shiftedMonth = (5 * dayOfYear + 2) / 153;
        final int dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1;
        final int month = shiftedMonth < 10 ? shiftedMonth + 2 : shiftedMonth - 10;
        final int year = (int) (yearOfEra + 400 * era) + (month < 2 ? 1 : 0);
        buffer.putBytes(offset, DAYS, 3 * (int) (day % 7), 3);
        buffer.putByte(offset + 3, (byte) ',');
        buffer.putByte(offset + 4, (byte) ' ');
        putTwoDigits(buffer, offset + 5, dayOfMonth);
        buffer.putByte(offset + 7, (byte) ' ');
        buffer.putBytes(offset + 8, MONTHS, 3 * month, 3);
        buffer.putByte(offset + 11, (byte) ' ');
        putTwoDigits(buffer, offset + 12, year / 100);
        putTwoDigits(buffer, offset + 14, year % 100);
        buffer.putByte(offset + 16, (byte) ' ');
        putTwoDigits(buffer, offset + 17, second / 3600);
        buffer.putByte(offset + 19, (byte) ':');
        putTwoDigits(buffer, offset + 20, second / 60 % 60);
        buffer.putByte(offset + 22, (byte) ':');
        putTwoDigits(buffer, offset + 23, second % 60);
        buffer.putBytes(offset + 25, GMT);
    }

    private static void putTwoDigits(final MutableDirectBuffer buffer, final int offset, final int value) {
        buffer.putByte(offset, (byte) ('0' + value / 10));
        buffer.putByte(offset + 1, (byte) ('0' + value % 10));
    }
}
