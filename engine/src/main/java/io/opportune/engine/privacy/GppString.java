package io.opportune.engine.privacy;

import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * A decoded string of the Global Privacy Platform: a header that lists sections, and the sections, each decoded by its
 * own rules. {@link #status()} is about header and structure; each section has a status of its own. A plain TC string
 * is taken as one with section 2 only. Reused, allocates nothing, owned by one thread.
 * <p>
 * The header, in bits:
 * <pre>
 *  0 type 6, always 3    6 version 6, always 1    12 ranges 12, then for each:
 *    1 bit whether it is a range, the first id and for a range the last as Fibonacci coded distance to the id before
 * </pre>
 * Source: IAB Tech Lab, "Global Privacy Platform String", version 1, and "Section Information".
 */
public final class GppString {
    /** Longest string looked at, in characters. */
    public static final int MAX_LENGTH = 2 * TcfString.MAX_LENGTH;
    /** Most sections of one string; 27 ids are assigned. */
    public static final int MAX_SECTIONS = 64;
    /** Section of the withdrawn TCF v1. */
    public static final int TCF_EU_V1 = 1;
    /** Section of TCF v2 (EEA). */
    public static final int TCF_EU = 2;
    /** Section id of the header, which is never listed. */
    public static final int HEADER = 3;
    /** Section of signal integrity, which says nothing about the user. */
    public static final int SIGNAL_INTEGRITY = 4;
    /** Section of TCF Canada. */
    public static final int TCF_CANADA = 5;
    /** Section of us_privacy. */
    public static final int US_PRIVACY = 6;
    /** First US section, the national one; the states follow. */
    public static final int US_NATIONAL = UsLayout.FIRST_ID;

    private static final int HEADER_TYPE = 3;
    private static final int HEADER_VERSION = 1;
    private static final int FIXED_HEADER_BITS = 24;
    private static final int MAX_HEADER_LENGTH = 256;
    /** Numbers of the Fibonacci code have at most so many bits: the reference decoder allows no more. */
    private static final int MAX_FIBONACCI_BITS = 24;
    private static final int TILDE = '~';
    private static final int TCF_FIRST_CHARACTER = 'C';
    private static final int FAILED = -1;

    private final ConsentBits header = new ConsentBits(MAX_HEADER_LENGTH);
    private final int[] ids = new int[MAX_SECTIONS];
    private final DecodeStatus[] statuses = new DecodeStatus[MAX_SECTIONS];
    private final TcfString tcfEu = new TcfString();
    private final TcfString tcfCanada = new TcfString();
    private final UsPrivacyString usPrivacy = new UsPrivacyString();
    private final UsSection[] us = new UsSection[UsLayout.count()];
    private DecodeStatus status = DecodeStatus.EMPTY;
    /** What should not be there in a string that can be read, or {@link DecodeStatus#VALID}. */
    private DecodeStatus flaw = DecodeStatus.VALID;
    private int count;
    private int fibonacciEnd;

    /** Makes room for every section. */
    public GppString() {
        for (int i = 0; i < us.length; i++) {
            us[i] = new UsSection(UsLayout.of(UsLayout.FIRST_ID + i));
        }
    }

    /**
     * Decodes a GPP string as it stands in {@code regs.gpp} of a bid request.
     *
     * @param buffer holding the string.
     * @param offset of its first character.
     * @param length characters, one byte each; 0 and less is {@link DecodeStatus#EMPTY}.
     * @return how it went, also {@link #status()} until the next decode. Never throws for what the characters are.
     */
    public DecodeStatus decode(final DirectBuffer buffer, final int offset, final int length) {
        clear();
        flaw = DecodeStatus.VALID;
        final DecodeStatus outcome = decodeAll(buffer, offset, length);
        if (outcome != DecodeStatus.VALID) {
            clear();
        }
        status = outcome != DecodeStatus.VALID ? outcome : flaw;
        return status;
    }

    /** Forgets what was decoded. */
    private void clear() {
        for (int i = 0; i < count; i++) {
            final UsSection section = usSection(ids[i]);
            if (section != null) {
                section.clear();
            } else if (ids[i] == TCF_EU) {
                tcfEu.clear();
            } else if (ids[i] == TCF_CANADA) {
                tcfCanada.clear();
            } else if (ids[i] == US_PRIVACY) {
                usPrivacy.clear();
            }
        }
        Arrays.fill(statuses, 0, count, null);
        count = 0;
        status = DecodeStatus.EMPTY;
        header.clear();
    }

    private DecodeStatus decodeAll(final DirectBuffer buffer, final int offset, final int length) {
        if (length <= 0) {
            return DecodeStatus.EMPTY;
        }
        if (length > MAX_LENGTH) {
            return DecodeStatus.TOO_LONG;
        }
        if (buffer.getByte(offset) == TCF_FIRST_CHARACTER) {
            ids[0] = TCF_EU;
            count = 1;
            statuses[0] = tcfEu.decode(buffer, offset, length);
            return DecodeStatus.VALID;
        }
        final int end = offset + length;
        final int headerEnd = sectionEnd(buffer, offset, end);
        final DecodeStatus ofHeader = decodeHeader(buffer, offset, headerEnd);
        if (ofHeader != DecodeStatus.VALID) {
            return ofHeader;
        }
        int from = headerEnd + 1;
        for (int i = 0; i < count; i++) {
            if (from > end) {
                return DecodeStatus.SECTION_MISSING;
            }
            final int to = sectionEnd(buffer, from, end);
            statuses[i] = decodeSection(ids[i], buffer, from, to - from);
            from = to + 1;
        }
        if (from <= end) {
            flaw = DecodeStatus.OVERLONG;
        }
        return DecodeStatus.VALID;
    }

    private static int sectionEnd(final DirectBuffer buffer, final int offset, final int end) {
        int at = offset;
        while (at < end && buffer.getByte(at) != TILDE) {
            at++;
        }
        return at;
    }

    private DecodeStatus decodeSection(
        final int id, final DirectBuffer buffer, final int offset, final int length) {
        return switch (id) {
            case TCF_EU -> tcfEu.decodeSection(buffer, offset, length, false);
            case TCF_CANADA -> tcfCanada.decodeSection(buffer, offset, length, true);
            case US_PRIVACY -> usPrivacy.decode(buffer, offset, length);
            default -> {
                final UsSection section = usSection(id);
                yield section == null ? DecodeStatus.UNKNOWN_SECTION : section.decode(buffer, offset, length);
            }
        };
    }

    private DecodeStatus decodeHeader(final DirectBuffer buffer, final int offset, final int end) {
        if (end - offset > MAX_HEADER_LENGTH) {
            return DecodeStatus.TOO_LONG;
        }
        final int start = header.append(buffer, offset, end - offset, false);
        if (start < 0) {
            return DecodeStatus.ILLEGAL_CHARACTER;
        }
        final int headerEnd = header.segmentEnd();
        if (headerEnd < FIXED_HEADER_BITS) {
            return DecodeStatus.TRUNCATED;
        }
        if (header.number(0, 6) != HEADER_TYPE) {
            return DecodeStatus.WRONG_TYPE;
        }
        if (header.number(6, 6) != HEADER_VERSION) {
            return DecodeStatus.UNSUPPORTED_VERSION;
        }
        final int ranges = header.number(12, 12);
        int at = FIXED_HEADER_BITS;
        int last = 0;
        for (int i = 0; i < ranges; i++) {
            if (at >= headerEnd) {
                return DecodeStatus.TRUNCATED;
            }
            final boolean range = header.bit(at);
            final int distance = fibonacci(at + 1, headerEnd);
            if (distance == FAILED) {
                return DecodeStatus.TRUNCATED;
            }
            final int first = last + distance;
            last = first;
            if (range) {
                final int more = fibonacci(fibonacciEnd, headerEnd);
                if (more == FAILED) {
                    return DecodeStatus.TRUNCATED;
                }
                last += more;
            }
            if (last - first >= MAX_SECTIONS - count) {
                return DecodeStatus.TOO_LONG;
            }
            for (int id = first; id <= last; id++) {
                ids[count++] = id;
            }
            at = fibonacciEnd;
        }
        if (!header.onlyPadding(at, headerEnd)) {
            flaw = DecodeStatus.OVERLONG;
        }
        return DecodeStatus.VALID;
    }

    /**
     * A number in Fibonacci code: bits for 1, 2, 3, 5, 8 ..., ended by two set bits.
     *
     * @return at least 1, with {@link #fibonacciEnd} behind it; or {@link #FAILED}.
     */
    private int fibonacci(final int start, final int end) {
        final int limit = Math.min(end, start + MAX_FIBONACCI_BITS);
        int value = 0;
        int weight = 1;
        int next = 2;
        boolean before = false;
        for (int at = start; at < limit; at++) {
            final boolean bit = header.bit(at);
            if (bit && before) {
                fibonacciEnd = at + 1;
                return value;
            }
            if (bit) {
                value += weight;
            }
            before = bit;
            final int sum = weight + next;
            weight = next;
            next = sum;
        }
        return FAILED;
    }

    private UsSection usSection(final int id) {
        final int index = id - UsLayout.FIRST_ID;
        return index >= 0 && index < us.length ? us[index] : null;
    }

    /**
     * How the last decode went, as far as the header and the number of sections are concerned.
     *
     * @return {@link DecodeStatus#VALID}, or why the string permits nothing. With {@link DecodeStatus#OVERLONG}, when
     *         there is more than the header says, the sections can be read.
     */
    public DecodeStatus status() {
        return status;
    }

    /**
     * Sections of the string.
     *
     * @return 0 to {@link #MAX_SECTIONS}; 0 when the string cannot be read.
     */
    public int sectionCount() {
        return count;
    }

    /**
     * Id of a section, in the order of the string, ascending.
     *
     * @param index from 0, below {@link #sectionCount()}.
     * @return at least 1.
     */
    public int sectionId(final int index) {
        return ids[index];
    }

    /**
     * How a section was decoded.
     *
     * @param id of the section.
     * @return {@link DecodeStatus#SECTION_MISSING} when the string does not have it.
     */
    public DecodeStatus sectionStatus(final int id) {
        for (int i = 0; i < count; i++) {
            if (ids[i] == id) {
                return statuses[i];
            }
        }
        return DecodeStatus.SECTION_MISSING;
    }

    /**
     * Section 2, TCF v2 (EEA).
     *
     * @return its flyweight, {@link DecodeStatus#EMPTY} when the string does not have it.
     */
    public TcfString tcfEu() {
        return tcfEu;
    }

    /**
     * Section 5, TCF Canada.
     *
     * @return its flyweight, {@link DecodeStatus#EMPTY} when the string does not have it.
     */
    public TcfString tcfCanada() {
        return tcfCanada;
    }

    /**
     * Section 6, us_privacy.
     *
     * @return its flyweight, {@link DecodeStatus#EMPTY} when the string does not have it.
     */
    public UsPrivacyString usPrivacy() {
        return usPrivacy;
    }

    /**
     * A US section.
     *
     * @param id 7 (national) to 23.
     * @return its flyweight, {@link DecodeStatus#EMPTY} when the string does not have it; null for other ids.
     */
    public UsSection us(final int id) {
        return usSection(id);
    }
}
