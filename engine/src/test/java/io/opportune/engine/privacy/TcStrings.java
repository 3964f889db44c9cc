package io.opportune.engine.privacy;

import java.time.Instant;

/** Builds TC strings field by field, as the specification has them, without any code of what is tested. */
public final class TcStrings {
    /** The vendor of {@link #permissive()}. */
    public static final int VENDOR = 284;

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private long createdDs = Instant.parse("2025-06-01T00:00:00Z").toEpochMilli() / 100;
    private int version = 2;
    private int policyVersion = 4;
    private boolean serviceSpecific = true;
    private int specialFeatures = 1;
    private int consents = 0b11_1111_1111;
    private int interests;
    private int[] vendorConsents = {VENDOR};
    private int[] vendorInterests = {};
    private String restrictions = "";
    private int restrictionCount;
    private String moreSegments = "";

    /**
     * All ten purposes and special feature 1 consented for {@link #VENDOR}.
     *
     * @return to change and build.
     */
    public static TcStrings permissive() {
        return new TcStrings();
    }

    TcStrings version(final int number) {
        version = number;
        return this;
    }

    TcStrings created(final String instant) {
        createdDs = Instant.parse(instant).toEpochMilli() / 100;
        return this;
    }

    TcStrings policyVersion(final int number) {
        policyVersion = number;
        return this;
    }

    /**
     * Sets whether the string is not of global scope.
     *
     * @param value true unless set.
     * @return this.
     */
    public TcStrings serviceSpecific(final boolean value) {
        serviceSpecific = value;
        return this;
    }

    TcStrings specialFeatures(final int... features) {
        specialFeatures = flags(features);
        return this;
    }

    /**
     * Sets which purposes are consented to.
     *
     * @param purposes 1 to 24.
     * @return this.
     */
    public TcStrings consents(final int... purposes) {
        consents = flags(purposes);
        return this;
    }

    /**
     * Sets for which purposes there is legitimate interest.
     *
     * @param purposes 1 to 24.
     * @return this.
     */
    public TcStrings interests(final int... purposes) {
        interests = flags(purposes);
        return this;
    }

    TcStrings vendorConsents(final int... vendors) {
        vendorConsents = vendors;
        return this;
    }

    /**
     * Sets for which vendors there is legitimate interest.
     *
     * @param vendors 1 to 65,535.
     * @return this.
     */
    public TcStrings vendorInterests(final int... vendors) {
        vendorInterests = vendors;
        return this;
    }

    /** Adds a restriction of a purpose for vendors {@code first} to {@code last}. */
    TcStrings restrict(final int purpose, final int type, final int first, final int last) {
        restrictions += number(purpose, 6) + number(type, 2) + number(1, 12) + "1" + number(first, 16) +
            number(last, 16);
        restrictionCount++;
        return this;
    }

    /** Adds a restriction of a purpose with many ranges: of every second vendor from {@code first} on. */
    TcStrings restrictMany(final int purpose, final int type, final int first, final int ranges) {
        final StringBuilder many = new StringBuilder(restrictions);
        many.append(number(purpose, 6)).append(number(type, 2)).append(number(ranges, 12));
        for (int i = 0; i < ranges; i++) {
            many.append('0').append(number(first + 2 * i, 16));
        }
        restrictions = many.toString();
        restrictionCount++;
        return this;
    }

    TcStrings disclosed(final int... vendors) {
        moreSegments += "." + encode(number(1, 3) + vendorRanges(vendors));
        return this;
    }

    TcStrings allowed(final int... vendors) {
        moreSegments += "." + encode(number(2, 3) + vendorRanges(vendors));
        return this;
    }

    private static int flags(final int... numbers) {
        int flags = 0;
        for (final int number : numbers) {
            flags |= 1 << (number - 1);
        }
        return flags;
    }

    private static String number(final long value, final int bits) {
        final StringBuilder text = new StringBuilder();
        for (int bit = bits - 1; bit >= 0; bit--) {
            text.append(value >>> bit & 1);
        }
        return text.toString();
    }

    private static String bitfield(final int flags, final int bits) {
        return new StringBuilder(number(flags, bits)).reverse().toString();
    }

    private static String vendorRanges(final int... vendors) {
        int max = 0;
        final StringBuilder ranges = new StringBuilder();
        for (final int vendor : vendors) {
            max = Math.max(max, vendor);
            ranges.append('0').append(number(vendor, 16));
        }
        return number(max, 16) + "1" + number(vendors.length, 12) + ranges;
    }

    private static String vendorBits(final int... vendors) {
        int max = 0;
        for (final int vendor : vendors) {
            max = Math.max(max, vendor);
        }
        final StringBuilder bits = new StringBuilder("0".repeat(max));
        for (final int vendor : vendors) {
            bits.setCharAt(vendor - 1, '1');
        }
        return number(max, 16) + "0" + bits;
    }

    /** Characters for bits, padded with zeros to a whole number of bytes and characters. */
    static String encode(final String bits) {
        final String padded = bits + "0".repeat((24 - bits.length() % 24) % 24);
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < padded.length(); i += 6) {
            text.append(ALPHABET.charAt(Integer.parseInt(padded.substring(i, i + 6), 2)));
        }
        return text.toString();
    }

    private String head() {
        return number(createdDs, 36) + number(createdDs, 36) + number(31, 12) + number(5, 12) + number(1, 6) +
            number(4, 6) + number(13, 6) + number(150, 12) + number(policyVersion, 6);
    }

    /**
     * A string for {@code user.consent}.
     *
     * @return characters of web-safe Base64 and dots.
     */
    public String build() {
        return encode(number(version, 6) + head() + (serviceSpecific ? "1" : "0") + "0" +
            bitfield(specialFeatures, 12) + bitfield(consents, 24) + bitfield(interests, 24) + "0" + number(3, 6) +
            number(4, 6) + vendorBits(vendorConsents) + vendorRanges(vendorInterests) +
            number(restrictionCount, 12) + restrictions) + moreSegments;
    }

    /** The same as a section 5 of a GPP string. */
    String buildCanada() {
        return encode(number(1, 6) + head() + "0" + bitfield(specialFeatures, 12) + bitfield(consents, 24) +
            bitfield(interests, 24) + vendorBits(vendorConsents) + vendorRanges(vendorInterests) +
            number(restrictionCount, 12) + restrictions) + moreSegments;
    }
}
