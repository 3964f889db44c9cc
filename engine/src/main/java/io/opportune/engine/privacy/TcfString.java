package io.opportune.engine.privacy;

import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * A decoded consent string of the IAB Transparency and Consent Framework: a TC string v2 with all its segments, one of
 * TCF Canada (GPP section 5), or a v1 string as far as gating needs it. The string's bits are unpacked once and checked
 * whole; vendors are then looked up in them where they lie. Reused, allocates nothing, owned by one thread.
 * <p>
 * The fields of a v2 core segment, in bits (TCF Canada has neither {@code isServiceSpecific}, {@code
 * purposeOneTreatment} nor {@code publisherCC}):
 * <pre>
 *   0 version 6           78 cmpId 12             132 tcfPolicyVersion 6      152 purposesConsent 24
 *   6 created 36          90 cmpVersion 12        138 isServiceSpecific 1     176 purposesLITransparency 24
 *  42 lastUpdated 36     102 consentScreen 6      139 useNonStandardStacks 1  200 purposeOneTreatment 1
 *                        108 consentLanguage 12   140 specialFeatureOptIns 12 201 publisherCC 12
 *                        120 vendorListVersion 12                             213 vendors consented, of legitimate
 *                                                                                 interest; publisher restrictions
 * </pre>
 * Source: IAB Tech Lab, "Consent string and vendor list formats v2", TC String Format; v1.1 of the same for v1; GPP
 * sections 2 (EEA) and 5 (Canada). What cannot be read answers 0 or false, but for {@link #status()} and
 * {@link #version()}. Where all can be read but something should not be there (see {@link #status()}), the fields
 * answer as those of other decoders do, and the string permits nothing all the same.
 */
public final class TcfString {
    /** Longest string looked at, in characters; published strings with 1,000 vendors stay below 3,000. */
    public static final int MAX_LENGTH = 8192;
    /** Highest purpose that the format can name. */
    public static final int MAX_PURPOSE = 24;
    /** {@link #restrictions(int, int)}: the publisher does not allow the purpose. */
    public static final int NOT_ALLOWED = 1;
    /** {@link #restrictions(int, int)}: the publisher requires consent (Canada: express consent). */
    public static final int REQUIRE_CONSENT = 1 << 1;
    /** {@link #restrictions(int, int)}: the publisher requires legitimate interest (Canada: implied consent). */
    public static final int REQUIRE_LEGITIMATE_INTEREST = 1 << 2;
    /** {@link #restrictions(int, int)}: a type that the specification does not define. */
    public static final int UNDEFINED_RESTRICTION = 1 << 3;

    static final int SEGMENT_DISCLOSED_VENDORS = 1;
    static final int SEGMENT_ALLOWED_VENDORS = 2;
    static final int SEGMENT_PUBLISHER_TC = 3;

    /** Lists of vendors; the last two are segments of their own. */
    private static final int CONSENTED = 0;
    private static final int LEGITIMATE_INTEREST = 1;
    private static final int DISCLOSED = 2;
    private static final int ALLOWED = 3;
    private static final int LISTS = 4;

    private static final int VERSION_1 = 1;
    private static final int VERSION_2 = 2;
    private static final int VERSION_BITS = 6;
    private static final int SEGMENT_TYPE_BITS = 3;
    private static final int EU_HEAD_BITS = 213;
    private static final int CANADA_HEAD_BITS = 199;
    private static final int V1_HEAD_BITS = 156;
    private static final int VENDOR_BITS = 16;
    private static final int COUNT_BITS = 12;
    private static final int RESTRICTION_HEAD_BITS = 8;
    private static final int BITFIELD = -1;
    private static final int FAILED = -1;
    private static final long MS_PER_DECISECOND = 100L;
    private static final int DOT = '.';

    private final ConsentBits bits = new ConsentBits(MAX_LENGTH);
    private final int[] maxVendorId = new int[LISTS];
    /** Of each list: the first vendor's bit, or the first entry of ranges. */
    private final int[] listStart = new int[LISTS];
    /** Of each list: entries of ranges, or {@link #BITFIELD}. */
    private final int[] listEntries = new int[LISTS];

    private DecodeStatus status = DecodeStatus.EMPTY;
    /** What should not be there in a string that can be read, or {@link DecodeStatus#VALID}. */
    private DecodeStatus flaw = DecodeStatus.VALID;
    /** Why the last step failed. */
    private DecodeStatus failure = DecodeStatus.VALID;
    private boolean canada;
    private int version;
    private boolean defaultVendorConsent;
    private long createdMs;
    private long lastUpdatedMs;
    private int cmpId;
    private int cmpVersion;
    private int consentScreen;
    private int consentLanguage;
    private int vendorListVersion;
    private int tcfPolicyVersion;
    private boolean serviceSpecific;
    private boolean nonStandardStacks;
    private int specialFeatureOptIns;
    private int purposesConsent;
    private int purposesLegitimateInterest;
    private boolean purposeOneTreatment;
    private int publisherCountry;
    private int restrictionCount;
    private int restrictionStart;
    private int segments;
    private int publisherConsent;
    private int publisherLegitimateInterest;
    private int customPurposeCount;
    private int customPurposeStart;

    /**
     * Decodes a TC string as it stands in {@code user.consent} of a bid request.
     *
     * @param buffer holding the string.
     * @param offset of its first character.
     * @param length characters, one byte each; 0 and less is {@link DecodeStatus#EMPTY}.
     * @return how it went, also {@link #status()} until the next decode. Never throws for what the characters are.
     */
    public DecodeStatus decode(final DirectBuffer buffer, final int offset, final int length) {
        return decode(buffer, offset, length, false, true);
    }

    /** A section 2 (EEA) or 5 (Canada) of a GPP string, whose segments need not end with whole bytes. */
    DecodeStatus decodeSection(
        final DirectBuffer buffer, final int offset, final int length, final boolean ofCanada) {
        return decode(buffer, offset, length, ofCanada, false);
    }

    private DecodeStatus decode(
        final DirectBuffer buffer, final int offset, final int length, final boolean ofCanada,
        final boolean wholeBytes) {
        clear();
        canada = ofCanada;
        flaw = DecodeStatus.VALID;
        final DecodeStatus outcome = decodeSegments(buffer, offset, length, wholeBytes);
        if (outcome != DecodeStatus.VALID) {
            final int seen = version;
            clear();
            version = seen;
        }
        status = outcome != DecodeStatus.VALID ? outcome : flaw;
        return status;
    }

    /** Forgets what was decoded. */
    void clear() {
        bits.clear();
        Arrays.fill(maxVendorId, 0);
        Arrays.fill(listStart, 0);
        Arrays.fill(listEntries, 0);
        status = DecodeStatus.EMPTY;
        version = 0;
        defaultVendorConsent = false;
        createdMs = 0L;
        lastUpdatedMs = 0L;
        cmpId = 0;
        cmpVersion = 0;
        consentScreen = 0;
        consentLanguage = 0;
        vendorListVersion = 0;
        tcfPolicyVersion = 0;
        serviceSpecific = false;
        nonStandardStacks = false;
        specialFeatureOptIns = 0;
        purposesConsent = 0;
        purposesLegitimateInterest = 0;
        purposeOneTreatment = false;
        publisherCountry = 0;
        restrictionCount = 0;
        restrictionStart = 0;
        segments = 0;
        publisherConsent = 0;
        publisherLegitimateInterest = 0;
        customPurposeCount = 0;
        customPurposeStart = 0;
    }

    private DecodeStatus decodeSegments(
        final DirectBuffer buffer, final int offset, final int length, final boolean wholeBytes) {
        if (length <= 0) {
            return DecodeStatus.EMPTY;
        }
        if (length > MAX_LENGTH) {
            return DecodeStatus.TOO_LONG;
        }
        final int end = offset + length;
        int from = offset;
        for (int segment = 0; from <= end; segment++) {
            int to = from;
            while (to < end && buffer.getByte(to) != DOT) {
                to++;
            }
            if (segment == ConsentBits.MAX_SEGMENTS) {
                note(DecodeStatus.DUPLICATE_SEGMENT);
                return DecodeStatus.VALID;
            }
            final int at = bits.append(buffer, from, to - from, wholeBytes);
            if (at < 0) {
                return DecodeStatus.ILLEGAL_CHARACTER;
            }
            final DecodeStatus outcome =
                segment == 0 ? decodeCore(at, bits.segmentEnd()) : decodeSegment(at, bits.segmentEnd());
            if (outcome != DecodeStatus.VALID) {
                return outcome;
            }
            from = to + 1;
        }
        return DecodeStatus.VALID;
    }

    private DecodeStatus decodeCore(final int start, final int end) {
        if (end - start < VERSION_BITS) {
            return DecodeStatus.TRUNCATED;
        }
        version = bits.number(start, VERSION_BITS);
        if (canada) {
            return version == VERSION_1 ? decodeCanada(start, end) : DecodeStatus.UNSUPPORTED_VERSION;
        }
        return switch (version) {
            case VERSION_1 -> decodeV1(start, end);
            case VERSION_2 -> decodeEu(start, end);
            default -> DecodeStatus.UNSUPPORTED_VERSION;
        };
    }

    private void decodeHead(final int start) {
        createdMs = bits.bits(start + 6, 36) * MS_PER_DECISECOND;
        lastUpdatedMs = bits.bits(start + 42, 36) * MS_PER_DECISECOND;
        cmpId = bits.number(start + 78, 12);
        cmpVersion = bits.number(start + 90, 12);
        consentScreen = bits.number(start + 102, 6);
        consentLanguage = bits.number(start + 108, 12);
        vendorListVersion = bits.number(start + 120, 12);
    }

    private DecodeStatus decodeEu(final int start, final int end) {
        if (end - start < EU_HEAD_BITS) {
            return DecodeStatus.TRUNCATED;
        }
        decodeHead(start);
        tcfPolicyVersion = bits.number(start + 132, 6);
        serviceSpecific = bits.bit(start + 138);
        nonStandardStacks = bits.bit(start + 139);
        specialFeatureOptIns = bits.flags(start + 140, 12);
        purposesConsent = bits.flags(start + 152, MAX_PURPOSE);
        purposesLegitimateInterest = bits.flags(start + 176, MAX_PURPOSE);
        purposeOneTreatment = bits.bit(start + 200);
        publisherCountry = bits.number(start + 201, 12);
        return decodeVendorsAndRestrictions(start + EU_HEAD_BITS, end);
    }

    private DecodeStatus decodeCanada(final int start, final int end) {
        if (end - start < CANADA_HEAD_BITS) {
            return DecodeStatus.TRUNCATED;
        }
        decodeHead(start);
        tcfPolicyVersion = bits.number(start + 132, 6);
        nonStandardStacks = bits.bit(start + 138);
        specialFeatureOptIns = bits.flags(start + 139, 12);
        purposesConsent = bits.flags(start + 151, MAX_PURPOSE);
        purposesLegitimateInterest = bits.flags(start + 175, MAX_PURPOSE);
        return decodeVendorsAndRestrictions(start + CANADA_HEAD_BITS, end);
    }

    private DecodeStatus decodeVendorsAndRestrictions(final int start, final int end) {
        int at = decodeVendors(CONSENTED, start, end);
        if (at != FAILED) {
            at = decodeVendors(LEGITIMATE_INTEREST, at, end);
        }
        if (at != FAILED) {
            at = decodeRestrictions(at, end);
        }
        return finish(at, end);
    }

    private DecodeStatus decodeV1(final int start, final int end) {
        if (end - start < V1_HEAD_BITS + VENDOR_BITS + 1) {
            return DecodeStatus.TRUNCATED;
        }
        decodeHead(start);
        purposesConsent = bits.flags(start + 132, MAX_PURPOSE);
        final int max = bits.number(start + V1_HEAD_BITS, VENDOR_BITS);
        final int at = start + V1_HEAD_BITS + VENDOR_BITS;
        if (!bits.bit(at)) {
            return finish(decodeBitfield(CONSENTED, max, at + 1, end), end);
        }
        if (end - at < 2) {
            return DecodeStatus.TRUNCATED;
        }
        defaultVendorConsent = bits.bit(at + 1);
        return finish(decodeRanges(CONSENTED, max, at + 2, end), end);
    }

    private DecodeStatus finish(final int at, final int end) {
        if (at == FAILED) {
            return failure;
        }
        if (!bits.onlyZeros(at, end)) {
            note(DecodeStatus.OVERLONG);
        }
        return DecodeStatus.VALID;
    }

    private int fail(final DecodeStatus why) {
        failure = why;
        return FAILED;
    }

    private void note(final DecodeStatus what) {
        if (flaw == DecodeStatus.VALID) {
            flaw = what;
        }
    }

    /**
     * @return the bit behind the list, or {@link #FAILED} with {@link #failure} saying why.
     */
    private int decodeVendors(final int list, final int start, final int end) {
        if (end - start < VENDOR_BITS + 1) {
            return fail(DecodeStatus.TRUNCATED);
        }
        final int max = bits.number(start, VENDOR_BITS);
        final int at = start + VENDOR_BITS + 1;
        return bits.bit(at - 1) ? decodeRanges(list, max, at, end) : decodeBitfield(list, max, at, end);
    }

    private int decodeBitfield(final int list, final int max, final int start, final int end) {
        if (end - start < max) {
            return fail(DecodeStatus.TRUNCATED);
        }
        maxVendorId[list] = max;
        listStart[list] = start;
        listEntries[list] = BITFIELD;
        return start + max;
    }

    private int decodeRanges(final int list, final int max, final int start, final int end) {
        if (end - start < COUNT_BITS) {
            return fail(DecodeStatus.TRUNCATED);
        }
        maxVendorId[list] = max;
        listStart[list] = start + COUNT_BITS;
        listEntries[list] = bits.number(start, COUNT_BITS);
        return checkRanges(listStart[list], listEntries[list], max, end);
    }

    private int checkRanges(final int start, final int entries, final int max, final int end) {
        int at = start;
        for (int i = 0; i < entries; i++) {
            if (at >= end) {
                return fail(DecodeStatus.TRUNCATED);
            }
            final boolean range = bits.bit(at);
            final int next = at + 1 + (range ? 2 * VENDOR_BITS : VENDOR_BITS);
            if (next > end) {
                return fail(DecodeStatus.TRUNCATED);
            }
            final int first = bits.number(at + 1, VENDOR_BITS);
            final int last = range ? bits.number(at + 1 + VENDOR_BITS, VENDOR_BITS) : first;
            if (first > last || range && last > max) {
                return fail(DecodeStatus.INCONSISTENT);
            }
            if (first == 0 || last > max) {
                note(DecodeStatus.INCONSISTENT);
            }
            at = next;
        }
        return at;
    }

    private int decodeRestrictions(final int start, final int end) {
        if (end - start < COUNT_BITS) {
            return fail(DecodeStatus.TRUNCATED);
        }
        final int count = bits.number(start, COUNT_BITS);
        restrictionStart = start + COUNT_BITS;
        int at = restrictionStart;
        for (int i = 0; i < count; i++) {
            if (end - at < RESTRICTION_HEAD_BITS + COUNT_BITS) {
                return fail(DecodeStatus.TRUNCATED);
            }
            if (bits.number(at, 6) == 0) {
                note(DecodeStatus.INCONSISTENT);
            }
            final int entries = bits.number(at + RESTRICTION_HEAD_BITS, COUNT_BITS);
            at = checkRanges(at + RESTRICTION_HEAD_BITS + COUNT_BITS, entries, (1 << VENDOR_BITS) - 1, end);
            if (at == FAILED) {
                return FAILED;
            }
        }
        restrictionCount = count;
        return at;
    }

    private DecodeStatus decodeSegment(final int start, final int end) {
        final int type = end - start < SEGMENT_TYPE_BITS ? 0 : bits.number(start, SEGMENT_TYPE_BITS);
        if (type < SEGMENT_DISCLOSED_VENDORS || type > SEGMENT_PUBLISHER_TC || version == VERSION_1 && !canada ||
            canada && type == SEGMENT_ALLOWED_VENDORS) {
            note(DecodeStatus.UNKNOWN_SEGMENT);
            return DecodeStatus.VALID;
        }
        if (hasSegment(type)) {
            note(DecodeStatus.DUPLICATE_SEGMENT);
            return DecodeStatus.VALID;
        }
        segments |= 1 << type;
        final int at = start + SEGMENT_TYPE_BITS;
        return switch (type) {
            case SEGMENT_DISCLOSED_VENDORS -> finish(decodeVendors(DISCLOSED, at, end), end);
            case SEGMENT_ALLOWED_VENDORS -> finish(decodeVendors(ALLOWED, at, end), end);
            default -> decodePublisherTc(at, end);
        };
    }

    private DecodeStatus decodePublisherTc(final int start, final int end) {
        final int customStart = start + 2 * MAX_PURPOSE + 6;
        if (end < customStart) {
            return DecodeStatus.TRUNCATED;
        }
        publisherConsent = bits.flags(start, MAX_PURPOSE);
        publisherLegitimateInterest = bits.flags(start + MAX_PURPOSE, MAX_PURPOSE);
        final int count = bits.number(start + 2 * MAX_PURPOSE, 6);
        final int at = customStart + 2 * count;
        if (at > end) {
            return DecodeStatus.TRUNCATED;
        }
        customPurposeCount = count;
        customPurposeStart = customStart;
        return finish(at, end);
    }

    private boolean contains(final int list, final int vendorId) {
        return listEntries[list] == BITFIELD
            ? vendorId >= 1 && vendorId <= maxVendorId[list] && bits.bit(listStart[list] + vendorId - 1)
            : inRanges(listStart[list], listEntries[list], vendorId);
    }

    private boolean inRanges(final int start, final int entries, final int vendorId) {
        int at = start;
        for (int i = 0; i < entries; i++) {
            final boolean range = bits.bit(at);
            final int first = bits.number(at + 1, VENDOR_BITS);
            final int last = range ? bits.number(at + 1 + VENDOR_BITS, VENDOR_BITS) : first;
            if (vendorId >= first && vendorId <= last) {
                return true;
            }
            at += 1 + (range ? 2 * VENDOR_BITS : VENDOR_BITS);
        }
        return false;
    }

    private static boolean flag(final int flags, final int number, final int max) {
        return number >= 1 && number <= max && (flags >> (number - 1) & 1) != 0;
    }

    /**
     * Looks up all restrictions that hold for one vendor, in one pass.
     *
     * @param vendorId    1 to 65,535.
     * @param byType      filled: flags of purposes (purpose 1 is bit 0) by restriction type 0 to 3.
     */
    void restrictionsOf(final int vendorId, final int[] byType) {
        Arrays.fill(byType, 0);
        int at = restrictionStart;
        for (int i = 0; i < restrictionCount; i++) {
            final int purpose = bits.number(at, 6);
            final int type = bits.number(at + 6, 2);
            final int entries = bits.number(at + RESTRICTION_HEAD_BITS, COUNT_BITS);
            at += RESTRICTION_HEAD_BITS + COUNT_BITS;
            if (purpose <= MAX_PURPOSE && inRanges(at, entries, vendorId)) {
                byType[type] |= 1 << (purpose - 1);
            }
            at = behindRanges(at, entries);
        }
    }

    private int behindRanges(final int start, final int entries) {
        int at = start;
        for (int i = 0; i < entries; i++) {
            at += 1 + (bits.bit(at) ? 2 * VENDOR_BITS : VENDOR_BITS);
        }
        return at;
    }

    /**
     * How the last decode went.
     *
     * @return {@link DecodeStatus#VALID}, or why the string permits nothing. With {@link DecodeStatus#OVERLONG},
     *         {@link DecodeStatus#UNKNOWN_SEGMENT} and {@link DecodeStatus#DUPLICATE_SEGMENT}, and with a single vendor
     *         beyond the maximum ({@link DecodeStatus#INCONSISTENT}), the fields can be read.
     */
    public DecodeStatus status() {
        return status;
    }

    /**
     * Version of the format.
     *
     * @return 1 or 2 (Canada: 1); of a string that cannot be read what it claims, or 0.
     */
    public int version() {
        return version;
    }

    /**
     * When the consent was first recorded.
     *
     * @return milliseconds since the epoch, in steps of 100.
     */
    public long createdMs() {
        return createdMs;
    }

    /**
     * When the consent was last changed.
     *
     * @return milliseconds since the epoch, in steps of 100.
     */
    public long lastUpdatedMs() {
        return lastUpdatedMs;
    }

    /**
     * The consent management platform.
     *
     * @return 0 to 4,095.
     */
    public int cmpId() {
        return cmpId;
    }

    /**
     * Version of the consent management platform.
     *
     * @return 0 to 4,095.
     */
    public int cmpVersion() {
        return cmpVersion;
    }

    /**
     * Screen on which consent was given.
     *
     * @return 0 to 63.
     */
    public int consentScreen() {
        return consentScreen;
    }

    /**
     * One letter of the language in which consent was asked for (ISO 639-1).
     *
     * @param index 0 or 1.
     * @return a letter from A, or what follows Z for numbers that are no letter.
     */
    public char consentLanguage(final int index) {
        return letter(consentLanguage, index);
    }

    /**
     * Version of the Global Vendor List that was shown.
     *
     * @return 0 to 4,095.
     */
    public int vendorListVersion() {
        return vendorListVersion;
    }

    /**
     * Version of the framework's policies.
     *
     * @return 0 to 63; 4 is TCF 2.2, 5 is TCF 2.3.
     */
    public int tcfPolicyVersion() {
        return tcfPolicyVersion;
    }

    /**
     * Whether the consent was given to one service (or group of services) only.
     *
     * @return false also for formats without the field.
     */
    public boolean isServiceSpecific() {
        return serviceSpecific;
    }

    /**
     * Whether texts other than the framework's were shown.
     *
     * @return the bit of the string.
     */
    public boolean useNonStandardStacks() {
        return nonStandardStacks;
    }

    /**
     * Whether the user opted in to a special feature (Canada: expressly consented).
     *
     * @param feature 1 to 12; 1 is precise geolocation. Others answer false.
     * @return the bit of the string.
     */
    public boolean specialFeatureOptIn(final int feature) {
        return flag(specialFeatureOptIns, feature, 12);
    }

    /**
     * Whether the user consented to a purpose (Canada: expressly).
     *
     * @param purpose 1 to 24; others answer false.
     * @return the bit of the string.
     */
    public boolean purposeConsent(final int purpose) {
        return flag(purposesConsent, purpose, MAX_PURPOSE);
    }

    /**
     * Whether legitimate interest was disclosed for a purpose and not objected to (Canada: implied consent).
     *
     * @param purpose 1 to 24; others answer false.
     * @return the bit of the string.
     */
    public boolean purposeLegitimateInterest(final int purpose) {
        return flag(purposesLegitimateInterest, purpose, MAX_PURPOSE);
    }

    /**
     * Consents to purposes at once.
     *
     * @return purpose 1 in bit 0.
     */
    public int purposesConsent() {
        return purposesConsent;
    }

    /**
     * Legitimate interests in purposes at once.
     *
     * @return purpose 1 in bit 0.
     */
    public int purposesLegitimateInterest() {
        return purposesLegitimateInterest;
    }

    /**
     * Whether purpose 1 was not disclosed at all, because the publisher's country does not ask for it.
     *
     * @return the bit of the string.
     */
    public boolean purposeOneTreatment() {
        return purposeOneTreatment;
    }

    /**
     * One letter of the publisher's country (ISO 3166-1 alpha-2).
     *
     * @param index 0 or 1.
     * @return a letter from A, or what follows Z for numbers that are no letter.
     */
    public char publisherCountry(final int index) {
        return letter(publisherCountry, index);
    }

    /**
     * Whether the user consented to a vendor (Canada: expressly).
     *
     * @param vendorId as in the Global Vendor List, from 1; others answer false.
     * @return whether the string lists it; for v1 strings with a default, whether that holds for it.
     */
    public boolean vendorConsent(final int vendorId) {
        // The default of v1 turns what is listed up to the maximum; a vendor listed beyond it stays listed.
        return defaultVendorConsent && vendorId >= 1 && vendorId <= maxVendorId[CONSENTED]
            ? !contains(CONSENTED, vendorId) : contains(CONSENTED, vendorId);
    }

    /**
     * Whether a vendor's legitimate interest was disclosed and not objected to (Canada: implied consent).
     *
     * @param vendorId as in the Global Vendor List, from 1; others answer false.
     * @return whether the string lists it.
     */
    public boolean vendorLegitimateInterest(final int vendorId) {
        return contains(LEGITIMATE_INTEREST, vendorId);
    }

    /**
     * Whether the segment of disclosed vendors is there.
     *
     * @return false for v1.
     */
    public boolean hasDisclosedVendors() {
        return hasSegment(SEGMENT_DISCLOSED_VENDORS);
    }

    /**
     * Whether a vendor was disclosed to the user.
     *
     * @param vendorId as in the Global Vendor List, from 1; others answer false.
     * @return whether the segment lists it.
     */
    public boolean vendorDisclosed(final int vendorId) {
        return contains(DISCLOSED, vendorId);
    }

    /**
     * Whether the segment of allowed vendors is there (deprecated with global scope).
     *
     * @return false for v1 and Canada.
     */
    public boolean hasAllowedVendors() {
        return hasSegment(SEGMENT_ALLOWED_VENDORS);
    }

    /**
     * Whether the publisher allows a vendor to use legal bases outside the framework.
     *
     * @param vendorId as in the Global Vendor List, from 1; others answer false.
     * @return whether the segment lists it.
     */
    public boolean vendorAllowed(final int vendorId) {
        return contains(ALLOWED, vendorId);
    }

    /**
     * Entries among the publisher's restrictions.
     *
     * @return 0 to 4,095.
     */
    public int restrictionCount() {
        return restrictionCount;
    }

    /**
     * The publisher's restrictions of one purpose for one vendor.
     *
     * @param purpose  1 to 63; others answer 0.
     * @param vendorId as in the Global Vendor List.
     * @return of {@link #NOT_ALLOWED}, {@link #REQUIRE_CONSENT}, {@link #REQUIRE_LEGITIMATE_INTEREST} and
     *         {@link #UNDEFINED_RESTRICTION}, all that hold.
     */
    public int restrictions(final int purpose, final int vendorId) {
        int types = 0;
        int at = restrictionStart;
        for (int i = 0; i < restrictionCount; i++) {
            final int entries = bits.number(at + RESTRICTION_HEAD_BITS, COUNT_BITS);
            final int ranges = at + RESTRICTION_HEAD_BITS + COUNT_BITS;
            if (bits.number(at, 6) == purpose && inRanges(ranges, entries, vendorId)) {
                types |= 1 << bits.number(at + 6, 2);
            }
            at = behindRanges(ranges, entries);
        }
        return types;
    }

    /**
     * Whether the segment of the publisher's own purposes is there.
     *
     * @return false for v1.
     */
    public boolean hasPublisherTc() {
        return hasSegment(SEGMENT_PUBLISHER_TC);
    }

    /**
     * Whether the user consented to the publisher's own use for a purpose.
     *
     * @param purpose 1 to 24; others answer false.
     * @return the bit of the segment.
     */
    public boolean publisherPurposeConsent(final int purpose) {
        return flag(publisherConsent, purpose, MAX_PURPOSE);
    }

    /**
     * Whether the publisher has a legitimate interest of its own in a purpose.
     *
     * @param purpose 1 to 24; others answer false.
     * @return the bit of the segment.
     */
    public boolean publisherPurposeLegitimateInterest(final int purpose) {
        return flag(publisherLegitimateInterest, purpose, MAX_PURPOSE);
    }

    /**
     * Purposes that the publisher has made up.
     *
     * @return 0 to 63.
     */
    public int customPurposeCount() {
        return customPurposeCount;
    }

    /**
     * Whether the user consented to a purpose of the publisher's own.
     *
     * @param purpose 1 to {@link #customPurposeCount()}; others answer false.
     * @return the bit of the segment.
     */
    public boolean customPurposeConsent(final int purpose) {
        return purpose >= 1 && purpose <= customPurposeCount && bits.bit(customPurposeStart + purpose - 1);
    }

    /**
     * Whether the publisher has a legitimate interest in a purpose of its own.
     *
     * @param purpose 1 to {@link #customPurposeCount()}; others answer false.
     * @return the bit of the segment.
     */
    public boolean customPurposeLegitimateInterest(final int purpose) {
        return purpose >= 1 && purpose <= customPurposeCount &&
            bits.bit(customPurposeStart + customPurposeCount + purpose - 1);
    }

    private boolean hasSegment(final int type) {
        return (segments & 1 << type) != 0;
    }

    private static char letter(final int letters, final int index) {
        return (char) ('A' + (index == 0 ? letters >> 6 : letters & 0x3f));
    }
}
