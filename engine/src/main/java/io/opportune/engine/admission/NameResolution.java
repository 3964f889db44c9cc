package io.opportune.engine.admission;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.protocol.MessageBounds;
import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.ContextUpdateDecoder;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.IdentityLinkDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.NameKind;
import io.opportune.protocol.codec.ResolveRequestDecoder;
import io.opportune.protocol.codec.ResolveResponseEncoder;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Puts registry ids in place of texts while a message is copied into its slot, and leaves the customer's ids behind:
 * from here on only numbers and root keys go further. Owned by one event loop.
 */
public final class NameResolution {
    /** Value of a text attribute whose text has no id: legal, and equal to nothing. */
    public static final long UNKNOWN_TEXT = -1;

    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int GROUP_HEADER_BYTES = 4;
    private static final int TEXT_HEADER_BYTES = 2;
    private static final int TEXTS_BLOCK_BYTES = 4;

    private final NameRegistry registry;
    private final NewTextLimit newTexts;
    private final ExpandableArrayBuffer frame = new ExpandableArrayBuffer(
        Sofh.MIN_FRAME_LENGTH_BYTES + 64 + 4 * MessageBounds.MAX_NAMES);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final ResolveResponseEncoder response = new ResolveResponseEncoder();
    private final byte[] text = new byte[MessageBounds.MAX_NAME_BYTES];

    /**
     * Makes the resolution of one event loop.
     *
     * @param registry          shared.
     * @param newTextsPerSecond that one client may bring, 1 to 1,000,000.
     */
    public NameResolution(final NameRegistry registry, final int newTextsPerSecond) {
        this.registry = registry;
        newTexts = new NewTextLimit(newTextsPerSecond);
    }

    boolean knows(final NameKind kind, final int id) {
        return registry.name(kind, id) != null;
    }

    /** The highest id of a kind; ids are given from 1 on without gaps. */
    int lastId(final NameKind kind) {
        return registry.lastId(kind);
    }

    /**
     * Copies a checked decision request.
     *
     * @return length of the copy in bytes.
     */
    int copyDecision(
        final DirectBuffer source, final int offset, final MessageChecks checks, final MutableDirectBuffer slot) {
        int length = copyWithoutIds(DecisionRequestDecoder.TEMPLATE_ID, source, offset, checks, slot);
        if (checks.restrictionsLengthBytes() >= 0) {
            // The header says the version of the client: what it has behind the customer id must stand here too.
            final int restrictions = TEXT_HEADER_BYTES + checks.restrictionsLengthBytes();
            slot.putBytes(length, source, checks.restrictionsLimit(), restrictions);
            length += restrictions;
        }
        final int texts = source.getShort(checks.textsAt() + 2, ORDER) & 0xFFFF;
        if (texts > 0) {
            fillTexts(source, offset, checks, slot, texts, false);
        }
        return length;
    }

    /**
     * Copies a checked message up to its texts and ids, which become empty.
     *
     * @return length of the copy in bytes.
     */
    int copyWithoutIds(
        final int templateId,
        final DirectBuffer source,
        final int offset,
        final MessageChecks checks,
        final MutableDirectBuffer slot) {
        int length = checks.textsAt() - offset;
        slot.putBytes(0, source, offset, length);
        if (templateId == DecisionRequestDecoder.TEMPLATE_ID || templateId == ContextUpdateDecoder.TEMPLATE_ID) {
            slot.putShort(length, (short) TEXTS_BLOCK_BYTES, ORDER);
            slot.putShort(length + 2, (short) 0, ORDER);
            length += GROUP_HEADER_BYTES;
        }
        if (templateId == ContextUpdateDecoder.TEMPLATE_ID) {
            final int texts = source.getShort(checks.textsAt() + 2, ORDER) & 0xFFFF;
            fillTexts(source, offset, checks, slot, texts, true);
        }
        final int ids = templateId == IdentityLinkDecoder.TEMPLATE_ID ? 2 : 1;
        for (int i = 0; i < ids; i++) {
            slot.putShort(length, (short) 0, ORDER);
            length += TEXT_HEADER_BYTES;
        }
        return length;
    }

    /**
     * Gives ids to texts that have none yet. Before a place in a ring is claimed: a name that cannot be kept refuses
     * the message.
     *
     * @param clientIndex of who sent the message.
     * @param nowNs       monotonic clock.
     * @return why a text cannot have an id; null when all have.
     */
    Refusal register(final DirectBuffer source, final MessageChecks checks, final int clientIndex, final long nowNs) {
        final int texts = source.getShort(checks.textsAt() + 2, ORDER) & 0xFFFF;
        final int blockLength = source.getShort(checks.textsAt(), ORDER) & 0xFFFF;
        int at = checks.textsAt() + GROUP_HEADER_BYTES;
        for (int i = 0; i < texts; i++) {
            at += blockLength;
            final int textLength = source.getShort(at, ORDER) & 0xFFFF;
            at += TEXT_HEADER_BYTES;
            if (textLength > NameRegistry.MAX_NAME_BYTES) {
                return Refusal.LONG_TEXT;
            }
            if (textLength > 0 && registry.find(NameKind.ATTRIBUTE_VALUE, source, at, textLength) == 0) {
                if (!newTexts.tryTake(clientIndex, nowNs)) {
                    return Refusal.NEW_TEXTS;
                }
                source.getBytes(at, text, 0, textLength);
                try {
                    registry.findOrAdd(
                        NameKind.ATTRIBUTE_VALUE,
                        new String(text, 0, textLength, java.nio.charset.StandardCharsets.UTF_8));
                } catch (final NameRegistry.LimitReachedException full) {
                    return Refusal.UNKNOWN_TEXT;
                } catch (final IllegalStateException notKept) {
                    return Refusal.NO_JOURNAL;
                }
            }
            at += textLength;
        }
        return null;
    }

    private void fillTexts(
        final DirectBuffer source,
        final int offset,
        final MessageChecks checks,
        final MutableDirectBuffer slot,
        final int texts,
        final boolean operations) {
        final int blockLength = source.getShort(checks.textsAt(), ORDER) & 0xFFFF;
        int at = checks.textsAt() + GROUP_HEADER_BYTES;
        for (int i = 0; i < texts; i++) {
            final int attributeId = source.getInt(at, ORDER);
            at += blockLength;
            final int textLength = source.getShort(at, ORDER) & 0xFFFF;
            at += TEXT_HEADER_BYTES;
            final int id = registry.find(NameKind.ATTRIBUTE_VALUE, source, at, textLength);
            at += textLength;
            final boolean last = operations || !isNamed(source, at, blockLength, texts - i - 1, attributeId);
            setValue(slot, checks.groupAt() - offset, attributeId, id == 0 ? UNKNOWN_TEXT : id, operations, last);
        }
    }

    /** Whether a text from here on is of an attribute: the values of a list come one behind the other. */
    private static boolean isNamed(
        final DirectBuffer source, final int offset, final int blockLength, final int texts, final int attributeId) {
        int at = offset;
        for (int i = 0; i < texts; i++) {
            if (source.getInt(at, ORDER) == attributeId) {
                return true;
            }
            at += blockLength;
            at += TEXT_HEADER_BYTES + (source.getShort(at, ORDER) & 0xFFFF);
        }
        return false;
    }

    /**
     * Writes the id into the first entry of the group that names the attribute and left its value open, and into all
     * such entries when it is the last of the attribute's texts.
     */
    private static void setValue(
        final MutableDirectBuffer slot,
        final int groupAt,
        final int attributeId,
        final long value,
        final boolean operations,
        final boolean last) {
        final int idAt = operations
            ? ContextUpdateDecoder.OperationsDecoder.idEncodingOffset()
            : DecisionRequestDecoder.AttributesDecoder.attributeIdEncodingOffset();
        final int typeAt = operations
            ? ContextUpdateDecoder.OperationsDecoder.valueTypeEncodingOffset()
            : DecisionRequestDecoder.AttributesDecoder.valueTypeEncodingOffset();
        final int valueAt = operations
            ? ContextUpdateDecoder.OperationsDecoder.valueEncodingOffset()
            : DecisionRequestDecoder.AttributesDecoder.valueEncodingOffset();
        final int blockLength = slot.getShort(groupAt, ORDER) & 0xFFFF;
        final int count = slot.getShort(groupAt + 2, ORDER) & 0xFFFF;
        for (int i = 0; i < count; i++) {
            final int at = groupAt + GROUP_HEADER_BYTES + i * blockLength;
            if (slot.getInt(at + idAt, ORDER) == attributeId
                && slot.getByte(at + typeAt) == AttributeType.TEXT.value()
                && slot.getLong(at + valueAt, ORDER) == 0) {
                slot.putLong(at + valueAt, value, ORDER);
                if (!last) {
                    return;
                }
            }
        }
    }

    /**
     * Encodes the answer to a resolve request into {@link #buffer()}.
     *
     * @return length of the frame in bytes.
     */
    int answer(final ResolveRequestDecoder request, final Catalogue catalogue) {
        response.wrapAndApplyHeader(frame, Sofh.HEADER_LENGTH_BYTES, header);
        response.correlationId(request.correlationId());
        response.catalogueVersion()
            .counter(catalogue == null ? 0 : catalogue.version().counter())
            .contentHash(catalogue == null ? 0 : catalogue.version().contentHash());
        final ResolveRequestDecoder.NamesDecoder names = request.names();
        final ResolveResponseEncoder.IdsEncoder ids = response.idsCount(names.count());
        while (names.hasNext()) {
            names.next();
            final NameKind kind = names.kind();
            final int length = names.nameLength();
            final int at = request.limit() + TEXT_HEADER_BYTES;
            ids.next().id(known(kind) ? registry.find(kind, request.buffer(), at, length) : 0);
            names.skipName();
        }
        final int length = Sofh.HEADER_LENGTH_BYTES + MessageHeaderEncoder.ENCODED_LENGTH + response.encodedLength();
        Sofh.encode(frame, 0, length);
        return length;
    }

    private static boolean known(final NameKind kind) {
        return kind != NameKind.NULL_VAL && kind != NameKind.SBE_UNKNOWN;
    }

    /** Where {@link #answer} encodes. */
    DirectBuffer buffer() {
        return frame;
    }
}
