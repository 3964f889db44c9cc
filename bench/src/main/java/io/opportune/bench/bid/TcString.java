package io.opportune.bench.bid;

/**
 * Writes consent strings of IAB Europe's framework (TCF v2, "Consent string and vendor list formats v2", core segment
 * and, as policy version 5 demands, disclosed vendors) of the size that real ones have: nearly all vendors of the list
 * as bits. Immutable inputs; makes one string at a time.
 */
final class TcString {
    /** Vendors that the strings speak of, some as many as the list has. */
    static final int VENDORS = 1_000;
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final int DECISECONDS_A_DAY = 864_000;
    private static final int ALL_PURPOSES = 11;
    private static final int VERSION = 2;
    private static final int POLICY_VERSION = 5;
    private static final int DISCLOSED_VENDORS = 1;
    private static final int VENDOR_LIST = 150;

    private final StringBuilder text = new StringBuilder(512);
    private int group;
    private int groupBits;

    private TcString() {
    }

    /**
     * Makes a string.
     *
     * @param epochDay when it was given; strings have no finer time.
     * @param cmp      consent management platform, 1 to 4095.
     * @param vendor   that is in question, 1 to {@link #VENDORS}.
     * @param granted  whether everything is permitted to it; to all others it is.
     * @return base64url with a dot between the segments.
     */
    static String of(final long epochDay, final int cmp, final int vendor, final boolean granted) {
        final TcString string = new TcString();
        string.number(VERSION, 6).number(epochDay * DECISECONDS_A_DAY, 36).number(epochDay * DECISECONDS_A_DAY, 36)
            .number(cmp, 12).number(1, 12).number(1, 6).number('E' - 'A', 6).number('N' - 'A', 6)
            .number(VENDOR_LIST, 12).number(POLICY_VERSION, 6);
        // Service specific, standard texts; special features 1 and 2.
        string.number(1, 1).number(0, 1).ones(2, 12);
        string.ones(ALL_PURPOSES, 24).ones(0, 24);
        string.number(0, 1).number('D' - 'A', 6).number('E' - 'A', 6);
        string.vendors(vendor, granted).number(0, 16).number(0, 1).number(0, 12).endSegment();
        string.text.append('.');
        string.number(DISCLOSED_VENDORS, 3).vendors(vendor, true).endSegment();
        return string.text.toString();
    }

    /** Bit fields of purposes and features begin with the first. */
    private TcString ones(final int count, final int bits) {
        for (int i = 0; i < bits; i++) {
            bit(i < count);
        }
        return this;
    }

    private TcString vendors(final int vendor, final boolean included) {
        number(VENDORS, 16).number(0, 1);
        for (int i = 1; i <= VENDORS; i++) {
            bit(i != vendor || included);
        }
        return this;
    }

    private TcString number(final long value, final int bits) {
        for (int bit = bits - 1; bit >= 0; bit--) {
            bit((value >>> bit & 1) != 0);
        }
        return this;
    }

    private void bit(final boolean set) {
        group = group << 1 | (set ? 1 : 0);
        if (++groupBits == 6) {
            text.append(ALPHABET.charAt(group));
            group = 0;
            groupBits = 0;
        }
    }

    /** To a whole number of bytes. */
    private void endSegment() {
        final int begin = text.lastIndexOf(".") + 1;
        while (groupBits != 0 || (text.length() - begin) * 6 % 8 != 0) {
            bit(false);
        }
    }
}
