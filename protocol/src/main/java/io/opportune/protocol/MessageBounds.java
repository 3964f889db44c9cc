package io.opportune.protocol;

import io.opportune.protocol.codec.ContextAckDecoder;
import io.opportune.protocol.codec.ContextUpdateDecoder;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.EventAckDecoder;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.HeartbeatDecoder;
import io.opportune.protocol.codec.IdentityLinkDecoder;
import io.opportune.protocol.codec.LogoffDecoder;
import io.opportune.protocol.codec.LogonAckDecoder;
import io.opportune.protocol.codec.LogonDecoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.RejectDecoder;
import io.opportune.protocol.codec.ResolveRequestDecoder;
import io.opportune.protocol.codec.ResolveResponseDecoder;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * Checks that a message lies wholly within its frame before anybody decodes it: root block, every group, every text.
 * The generated decoders trust lengths that a peer wrote; after {@link #OK} from here they may. Stateless, allocates
 * nothing, reads never beyond the given length; any thread may call it.
 *
 * <p>A message of an older version is good when its blocks are at least as long as in that version; one of a newer
 * version may have longer blocks and bytes behind what this version knows, and both are skipped. A message of this
 * version or an older one must end where its last field ends.
 */
public final class MessageBounds {
    /** The message may be decoded. */
    public static final int OK = 0;
    /** The value of {@code RejectReason.UNKNOWN_SCHEMA}: the message header names another schema. */
    public static final int UNKNOWN_SCHEMA = 104;
    /** The value of {@code RejectReason.UNKNOWN_TEMPLATE}: this version has no such message. */
    public static final int UNKNOWN_TEMPLATE = 105;
    /** The value of {@code RejectReason.MALFORMED_MESSAGE}: a block, group or text lies beyond the frame. */
    public static final int MALFORMED = 106;
    /** The value of {@code RejectReason.INVALID_FIELD}: well formed, but a group or text exceeds a limit below. */
    public static final int LIMIT_EXCEEDED = 302;

    /** Most basket lines in a request or event: more than any till prints, and bounded work for the server. */
    public static final int MAX_BASKET_LINES = 500;
    /** Most attributes of a request. */
    public static final int MAX_ATTRIBUTES = 64;
    /** Most attribute texts of a request or update. */
    public static final int MAX_ATTRIBUTE_TEXTS = 64;
    /** Most operations of a context update. */
    public static final int MAX_OPERATIONS = 64;
    /** Most names in one resolve request. */
    public static final int MAX_NAMES = 256;
    /** Most offers of a response: {@code offerIndex} is one byte. */
    public static final int MAX_OFFERS = 255;
    /** Most texts of a response: six kinds for every offer. */
    public static final int MAX_OFFER_TEXTS = 6 * MAX_OFFERS;
    /** Most explanations of a response: what the group's count can say. */
    public static final int MAX_EXPLANATIONS = 65_534;

    /** Longest customer id in bytes of UTF-8. */
    public static final int MAX_CUSTOMER_ID_BYTES = 128;
    /** Longest client id in bytes of UTF-8. */
    public static final int MAX_CLIENT_ID_BYTES = 64;
    /** Longest client key in bytes of UTF-8. */
    public static final int MAX_CLIENT_KEY_BYTES = 256;
    /** Longest name or attribute text in bytes of UTF-8. */
    public static final int MAX_NAME_BYTES = 256;
    /** Longest restrictions of an auctioned impression, in bytes: what the length field can say. */
    public static final int MAX_RESTRICTIONS_BYTES = 65_534;
    /** Longest text for people, in bytes of UTF-8: what the length field can say. */
    public static final int MAX_TEXT_BYTES = 65_534;

    /** Length of the SBE message header in bytes. */
    public static final int MESSAGE_HEADER_BYTES = MessageHeaderDecoder.ENCODED_LENGTH;

    private static final int GROUP_HEADER_BYTES = 4;
    private static final int TEXT_HEADER_BYTES = 2;
    private static final int LOWEST_VERSION = 1;
    /** Appended the restrictions to decision requests, and two fields to event reports. */
    private static final int VERSION_2 = 2;
    private static final int NO_TEXT = -1;

    /*
     * Block lengths are those of schema version 1 and stay so when later versions append fields, because a client of
     * version 1 must go on being understood; what later versions append is noted with the version, because from it on
     * the decoders read it. MessageBoundsTest compares them with the schema.
     */
    private static final Layout[] LAYOUTS = new Layout[ResolveResponseDecoder.TEMPLATE_ID + 1];

    static {
        LAYOUTS[LogonDecoder.TEMPLATE_ID] =
            new Layout(18, false).text(MAX_CLIENT_ID_BYTES).text(MAX_CLIENT_KEY_BYTES);
        LAYOUTS[LogonAckDecoder.TEMPLATE_ID] = new Layout(52, false).text(MAX_TEXT_BYTES);
        LAYOUTS[HeartbeatDecoder.TEMPLATE_ID] = new Layout(24, false);
        LAYOUTS[LogoffDecoder.TEMPLATE_ID] = new Layout(2, false).text(MAX_TEXT_BYTES);
        LAYOUTS[RejectDecoder.TEMPLATE_ID] = new Layout(12, true).text(MAX_TEXT_BYTES);
        LAYOUTS[DecisionRequestDecoder.TEMPLATE_ID] = new Layout(69, true)
            .group(26, MAX_BASKET_LINES, NO_TEXT)
            .group(13, MAX_ATTRIBUTES, NO_TEXT)
            .group(4, MAX_ATTRIBUTE_TEXTS, MAX_NAME_BYTES)
            .text(MAX_CUSTOMER_ID_BYTES)
            .textSince(VERSION_2, MAX_RESTRICTIONS_BYTES);
        LAYOUTS[DecisionResponseDecoder.TEMPLATE_ID] = new Layout(55, true)
            .group(55, MAX_OFFERS, NO_TEXT)
            .group(6, MAX_EXPLANATIONS, NO_TEXT)
            .group(2, MAX_OFFER_TEXTS, MAX_TEXT_BYTES);
        LAYOUTS[EventReportDecoder.TEMPLATE_ID] = new Layout(87, true)
            .blockSince(VERSION_2, 97)
            .group(26, MAX_BASKET_LINES, NO_TEXT)
            .text(MAX_CUSTOMER_ID_BYTES);
        LAYOUTS[EventAckDecoder.TEMPLATE_ID] = new Layout(27, true);
        LAYOUTS[ContextUpdateDecoder.TEMPLATE_ID] = new Layout(42, true)
            .group(14, MAX_OPERATIONS, NO_TEXT)
            .group(4, MAX_ATTRIBUTE_TEXTS, MAX_NAME_BYTES)
            .text(MAX_CUSTOMER_ID_BYTES);
        LAYOUTS[IdentityLinkDecoder.TEMPLATE_ID] = new Layout(45, true)
            .text(MAX_CUSTOMER_ID_BYTES)
            .text(MAX_CUSTOMER_ID_BYTES);
        LAYOUTS[ContextAckDecoder.TEMPLATE_ID] = new Layout(27, true);
        LAYOUTS[ResolveRequestDecoder.TEMPLATE_ID] = new Layout(8, true).group(1, MAX_NAMES, MAX_NAME_BYTES);
        LAYOUTS[ResolveResponseDecoder.TEMPLATE_ID] = new Layout(24, true).group(4, MAX_NAMES, NO_TEXT);
    }

    private MessageBounds() {
    }

    /**
     * Checks one message.
     *
     * @param buffer      holding the message.
     * @param offset      of the SBE message header, after the SOFH header.
     * @param lengthBytes of the message, SBE message header included, SOFH header excluded.
     * @return {@link #OK}, {@link #UNKNOWN_SCHEMA}, {@link #UNKNOWN_TEMPLATE}, {@link #MALFORMED} or {@link
     *     #LIMIT_EXCEEDED}; all but the first are values of {@code RejectReason}.
     */
    public static int check(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        if (lengthBytes < MESSAGE_HEADER_BYTES || offset < 0 || offset > buffer.capacity() - lengthBytes) {
            return MALFORMED;
        }
        if (uint16(buffer, offset + 4) != MessageHeaderDecoder.SCHEMA_ID) {
            return UNKNOWN_SCHEMA;
        }
        final Layout layout = layoutOf(uint16(buffer, offset + 2));
        if (layout == null) {
            return UNKNOWN_TEMPLATE;
        }
        final int blockLength = uint16(buffer, offset);
        final int version = uint16(buffer, offset + 6);
        if (version < LOWEST_VERSION || blockLength < layout.minBlockLength(version)) {
            return MALFORMED;
        }
        return checkBody(layout, version, buffer, offset + MESSAGE_HEADER_BYTES + blockLength, offset + lengthBytes);
    }

    /**
     * Reads the correlation id of a message that need not be well formed, for a reject that its sender can match.
     *
     * @param buffer      holding the message.
     * @param offset      of the SBE message header.
     * @param lengthBytes of the message, SBE message header included.
     * @return the id; 0 when it cannot be read or the message has none.
     */
    public static long correlationId(final DirectBuffer buffer, final int offset, final int lengthBytes) {
        if (lengthBytes < MESSAGE_HEADER_BYTES + Long.BYTES || offset < 0
            || offset > buffer.capacity() - lengthBytes
            || uint16(buffer, offset + 4) != MessageHeaderDecoder.SCHEMA_ID
            || uint16(buffer, offset) < Long.BYTES) {
            return 0;
        }
        final Layout layout = layoutOf(uint16(buffer, offset + 2));
        return layout != null && layout.correlated
            ? buffer.getLong(offset + MESSAGE_HEADER_BYTES, ByteOrder.LITTLE_ENDIAN) : 0;
    }

    private static Layout layoutOf(final int templateId) {
        return templateId < LAYOUTS.length ? LAYOUTS[templateId] : null;
    }

    private static int checkBody(
        final Layout layout, final int version, final DirectBuffer buffer, final int bodyOffset, final int end) {
        if (bodyOffset > end) {
            return MALFORMED;
        }
        long position = bodyOffset;
        for (int i = 0; i < layout.groupCount; i++) {
            position = checkGroup(layout, i, buffer, (int) position, end);
            if (position < 0) {
                return (int) -position;
            }
        }
        for (int i = 0; i < layout.textCount && version >= layout.textVersions[i]; i++) {
            position = checkText(layout.textLimits[i], buffer, (int) position, end);
            if (position < 0) {
                return (int) -position;
            }
        }
        return position == end || version > MessageHeaderDecoder.SCHEMA_VERSION ? OK : MALFORMED;
    }

    /** Returns the position behind the group, or the negative problem code. */
    private static long checkGroup(
        final Layout layout, final int group, final DirectBuffer buffer, final int position, final int end) {
        if (end - position < GROUP_HEADER_BYTES) {
            return -MALFORMED;
        }
        final int blockLength = uint16(buffer, position);
        final int count = uint16(buffer, position + 2);
        long next = position + GROUP_HEADER_BYTES;
        if (count == 0) {
            return next;
        }
        if (blockLength < layout.groupMinBlockLengths[group]) {
            return -MALFORMED;
        }
        if (next + (long) count * blockLength > end) {
            return -MALFORMED;
        }
        if (count > layout.groupLimits[group]) {
            return -LIMIT_EXCEEDED;
        }
        final int textLimit = layout.groupTextLimits[group];
        if (textLimit == NO_TEXT) {
            return next + (long) count * blockLength;
        }
        for (int i = 0; i < count; i++) {
            next = checkText(textLimit, buffer, (int) Math.min(next + blockLength, Integer.MAX_VALUE), end);
            if (next < 0) {
                return next;
            }
        }
        return next;
    }

    /** Returns the position behind the text, or the negative problem code. */
    private static long checkText(final int textLimit, final DirectBuffer buffer, final int position, final int end) {
        if (end - position < TEXT_HEADER_BYTES) {
            return -MALFORMED;
        }
        final int length = uint16(buffer, position);
        if (length > end - position - TEXT_HEADER_BYTES) {
            return -MALFORMED;
        }
        return length > textLimit ? -LIMIT_EXCEEDED : position + TEXT_HEADER_BYTES + length;
    }

    private static int uint16(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
    }

    /** What stands in a message, in order: a root block, groups (at most one text per entry), texts. */
    private static final class Layout {
        private static final int MOST_PARTS = 4;

        private final int minBlockLength;
        private final boolean correlated;
        private final int[] groupMinBlockLengths = new int[MOST_PARTS];
        private final int[] groupLimits = new int[MOST_PARTS];
        private final int[] groupTextLimits = new int[MOST_PARTS];
        private final int[] textLimits = new int[MOST_PARTS];
        private final int[] textVersions = new int[MOST_PARTS];
        private int longerVersion = Integer.MAX_VALUE;
        private int longerBlockLength;
        private int groupCount;
        private int textCount;

        Layout(final int minBlockLength, final boolean correlated) {
            this.minBlockLength = minBlockLength;
            this.correlated = correlated;
        }

        Layout group(final int groupMinBlockLength, final int limit, final int textLimit) {
            groupMinBlockLengths[groupCount] = groupMinBlockLength;
            groupLimits[groupCount] = limit;
            groupTextLimits[groupCount++] = textLimit;
            return this;
        }

        Layout text(final int textLimit) {
            return textSince(LOWEST_VERSION, textLimit);
        }

        /** A text that a later version appended. */
        Layout textSince(final int version, final int textLimit) {
            textVersions[textCount] = version;
            textLimits[textCount++] = textLimit;
            return this;
        }

        /** The block length from a later version on. */
        Layout blockSince(final int version, final int blockLength) {
            longerVersion = version;
            longerBlockLength = blockLength;
            return this;
        }

        int minBlockLength(final int version) {
            return version >= longerVersion ? longerBlockLength : minBlockLength;
        }
    }
}
