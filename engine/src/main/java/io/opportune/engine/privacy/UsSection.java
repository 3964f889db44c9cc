package io.opportune.engine.privacy;

import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * A decoded US section of a GPP string: the national one or a state's. Fields can be read as far as their bits are
 * there, also when {@link #status()} says that the section permits nothing. Reused, owned by one thread.
 * <p>
 * Source: GPP sections 7 to 23; see {@link UsField} for what the values mean.
 */
public final class UsSection {
    /** What {@link #value(UsField)} answers for a field that the section does not have or that could not be read. */
    public static final int ABSENT = -1;

    /** Longest section looked at, in characters: the longest known core and Global Privacy Control segment take 15. */
    static final int MAX_LENGTH = 256;

    private static final UsField[] FIELDS = UsField.values();
    private static final int DOT = '.';
    private static final int ELEMENT_BITS = 2;
    private static final int RESERVED = 3;
    private static final int VERSION_BITS = 6;
    private static final int GPC_SEGMENT_TYPE = 1;
    private static final int GPC_SEGMENT_BITS = 3;
    /** A national core segment of 11 characters has the lists of version 1. */
    private static final int NATIONAL_V1_BITS = 66;
    private static final int NATIONAL_V1_SENSITIVE = 12;
    private static final int NATIONAL_V1_CHILD = 2;
    private static final int NATIONAL_V1_FIELD_BITS = 60;

    private final ConsentBits bits = new ConsentBits(MAX_LENGTH);
    private final byte[] values = new byte[FIELDS.length];
    private final byte[] sensitive = new byte[UsLayout.MAX_SENSITIVE];
    private final byte[] child = new byte[UsLayout.MAX_CHILD];
    private final UsLayout layout;
    private DecodeStatus status = DecodeStatus.EMPTY;
    private boolean read;
    private boolean reserved;
    private boolean gpcIncluded;
    private boolean gpc;

    /**
     * @param layout of the section.
     */
    UsSection(final UsLayout layout) {
        this.layout = layout;
        clear();
    }

    DecodeStatus decode(final DirectBuffer buffer, final int offset, final int length) {
        clear();
        status = decodeSegments(buffer, offset, length);
        return status;
    }

    void clear() {
        bits.clear();
        status = DecodeStatus.EMPTY;
        read = false;
        reserved = false;
        gpcIncluded = false;
        gpc = false;
        Arrays.fill(values, (byte) ABSENT);
    }

    private DecodeStatus decodeSegments(final DirectBuffer buffer, final int offset, final int length) {
        if (length <= 0) {
            return DecodeStatus.EMPTY;
        }
        if (length > MAX_LENGTH) {
            return DecodeStatus.TOO_LONG;
        }
        final int end = offset + length;
        final int coreEnd = segmentEnd(buffer, offset, end);
        final int core = bits.append(buffer, offset, coreEnd - offset, false);
        if (core < 0) {
            return DecodeStatus.ILLEGAL_CHARACTER;
        }
        final DecodeStatus ofCore = decodeCore(core, bits.segmentEnd());
        if (coreEnd == end) {
            return ofCore;
        }
        final int gpcEnd = segmentEnd(buffer, coreEnd + 1, end);
        final DecodeStatus ofGpc = decodeGpc(buffer, coreEnd + 1, gpcEnd);
        if (ofCore != DecodeStatus.VALID || ofGpc != DecodeStatus.VALID) {
            return ofCore != DecodeStatus.VALID ? ofCore : ofGpc;
        }
        return gpcEnd == end ? DecodeStatus.VALID : DecodeStatus.UNKNOWN_SEGMENT;
    }

    private static int segmentEnd(final DirectBuffer buffer, final int offset, final int end) {
        int at = offset;
        while (at < end && buffer.getByte(at) != DOT) {
            at++;
        }
        return at;
    }

    private DecodeStatus decodeCore(final int start, final int end) {
        final boolean nationalV1 = layout == UsLayout.USNAT && end - start == NATIONAL_V1_BITS;
        final int lengthBits = nationalV1 ? NATIONAL_V1_FIELD_BITS : layout.lengthBits;
        if (end - start < lengthBits) {
            return DecodeStatus.TRUNCATED;
        }
        int at = start;
        for (final UsField field : layout.fields) {
            switch (field) {
                case VERSION -> {
                    values[field.ordinal()] = (byte) bits.number(at, VERSION_BITS);
                    at += VERSION_BITS;
                }
                case SENSITIVE_DATA_PROCESSING -> at = decodeList(
                    sensitive, layout.sensitiveCount, nationalV1 ? NATIONAL_V1_SENSITIVE : layout.sensitiveCount, at);
                case KNOWN_CHILD_SENSITIVE_DATA_CONSENTS -> at = decodeList(
                    child, layout.childCount, nationalV1 ? NATIONAL_V1_CHILD : layout.childCount, at);
                default -> {
                    values[field.ordinal()] = (byte) element(at);
                    at += ELEMENT_BITS;
                }
            }
        }
        read = true;
        if (!bits.onlyPadding(at, end)) {
            return DecodeStatus.OVERLONG;
        }
        final int version = values[UsField.VERSION.ordinal()];
        if (version < 1 || version > layout.newestVersion) {
            return DecodeStatus.UNSUPPORTED_VERSION;
        }
        if (nationalV1 && version > 1) {
            return DecodeStatus.TRUNCATED;
        }
        return reserved ? DecodeStatus.RESERVED_VALUE : DecodeStatus.VALID;
    }

    private int decodeList(final byte[] list, final int count, final int present, final int start) {
        for (int i = 0; i < count; i++) {
            list[i] = i < present ? (byte) element(start + i * ELEMENT_BITS) : 0;
        }
        return start + present * ELEMENT_BITS;
    }

    private int element(final int at) {
        final int value = bits.number(at, ELEMENT_BITS);
        reserved |= value == RESERVED;
        return value;
    }

    private DecodeStatus decodeGpc(final DirectBuffer buffer, final int offset, final int end) {
        gpcIncluded = true;
        final int start = bits.append(buffer, offset, end - offset, false);
        if (start < 0) {
            return DecodeStatus.ILLEGAL_CHARACTER;
        }
        if (bits.segmentEnd() - start < GPC_SEGMENT_BITS) {
            return DecodeStatus.TRUNCATED;
        }
        if (!layout.hasGpc || bits.number(start, ELEMENT_BITS) != GPC_SEGMENT_TYPE) {
            return DecodeStatus.UNKNOWN_SEGMENT;
        }
        gpc = bits.bit(start + ELEMENT_BITS);
        return bits.onlyPadding(start + GPC_SEGMENT_BITS, bits.segmentEnd())
            ? DecodeStatus.VALID : DecodeStatus.OVERLONG;
    }

    UsLayout layout() {
        return layout;
    }

    /**
     * The section's id.
     *
     * @return 7 (national) to 23.
     */
    public int sectionId() {
        return layout.sectionId;
    }

    /**
     * How the last decode went.
     *
     * @return {@link DecodeStatus#VALID}, or why the section permits nothing.
     */
    public DecodeStatus status() {
        return status;
    }

    /**
     * A field of one element.
     *
     * @param field any but the two lists.
     * @return 0 to 3 (the version: 0 to 63), or {@link #ABSENT}.
     */
    public int value(final UsField field) {
        return values[field.ordinal()];
    }

    /**
     * Categories of sensitive data that the section distinguishes.
     *
     * @return 7 to 16.
     */
    public int sensitiveDataCount() {
        return layout.sensitiveCount;
    }

    /**
     * What the user chose for a category of sensitive data.
     *
     * @param category 1 to {@link #sensitiveDataCount()}.
     * @return 0 to 3, or {@link #ABSENT} for other categories and when the section could not be read.
     */
    public int sensitiveData(final int category) {
        return read && category >= 1 && category <= layout.sensitiveCount ? sensitive[category - 1] : ABSENT;
    }

    /**
     * Consents that the section distinguishes for known children.
     *
     * @return 1 to 5.
     */
    public int knownChildCount() {
        return layout.childCount;
    }

    /**
     * What was consented to for a known child.
     *
     * @param index 1 to {@link #knownChildCount()}.
     * @return 0 to 3, or {@link #ABSENT} for other indexes and when the section could not be read.
     */
    public int knownChild(final int index) {
        return read && index >= 1 && index <= layout.childCount ? child[index - 1] : ABSENT;
    }

    /**
     * Whether a Global Privacy Control segment is there.
     *
     * @return whether a second segment follows the core.
     */
    public boolean gpcSegmentIncluded() {
        return gpcIncluded;
    }

    /**
     * Global Privacy Control.
     *
     * @return true when the user's browser sends it.
     */
    public boolean gpc() {
        return gpc;
    }
}
