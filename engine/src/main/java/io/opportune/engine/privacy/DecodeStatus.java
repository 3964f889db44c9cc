package io.opportune.engine.privacy;

/** Outcome of decoding a consent string or a section of one. All but {@link #VALID} mean that it permits nothing. */
public enum DecodeStatus {
    /** Whole, consistent, and of a version that is understood. */
    VALID,
    /** Nothing there: no characters. */
    EMPTY,
    /** More characters than are looked at; see {@link TcfString#MAX_LENGTH}. */
    TOO_LONG,
    /** A character outside the alphabet of the encoding. */
    ILLEGAL_CHARACTER,
    /** It ends before its last field. */
    TRUNCATED,
    /** Something follows its last field that is not padding. */
    OVERLONG,
    /** A version this decoder does not know; such fields as can be read are read. */
    UNSUPPORTED_VERSION,
    /** It says to be something else than what was expected: a GPP string whose header is none. */
    WRONG_TYPE,
    /** Fields that contradict each other: a range that ends before it begins or beyond its maximum, a vendor 0. */
    INCONSISTENT,
    /** A value that the specification reserves. */
    RESERVED_VALUE,
    /** A segment type that the specification does not know, or not for this section. */
    UNKNOWN_SEGMENT,
    /** A segment that stands twice. */
    DUPLICATE_SEGMENT,
    /** A section that the header names and the string does not hold, or one that was asked for and is not there. */
    SECTION_MISSING,
    /** A section of which no released layout is known. */
    UNKNOWN_SECTION
}
