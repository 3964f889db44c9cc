package io.opportune.engine.admission;

import io.opportune.engine.session.ClientSession;
import io.opportune.protocol.MessageBounds;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.ContextOperation;
import io.opportune.protocol.codec.ContextUpdateDecoder;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.IdentityLinkDecoder;
import io.opportune.protocol.codec.LinkOperation;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.EpochNanoClock;

/**
 * Checks the fields of a message whose bounds hold, and notes where its customer ids stand. Owned by one event loop.
 */
final class MessageChecks {
    /** What {@link #eventTimeNs} returns for a time the client may not set. */
    static final long OUT_OF_BOUNDS = Long.MAX_VALUE;

    /** A till line above a thousand million units or of more than a thousand million of a currency is an error. */
    private static final long MAX_AMOUNT_MICROS = 1_000_000_000_000_000L;
    private static final int MAX_QUANTITY_MILLI = 1_000_000_000;
    private static final int MAX_LATITUDE_E7 = 900_000_000;
    private static final int MAX_LONGITUDE_E7 = 1_800_000_000;

    private final AdmissionLimits limits;
    private int operationIndex;
    private int operationId;
    private int groupAt;
    private int textsAt;
    private int customerLimit;
    private int customerLengthBytes;
    private int otherLimit;
    private int otherLengthBytes;
    private int restrictionsLengthBytes;
    private int lineCount;

    MessageChecks(final AdmissionLimits limits) {
        this.limits = limits;
    }

    /** Which operation of the last checked update was looked at last: the one that it was refused for. */
    int operationIndex() {
        return operationIndex;
    }

    /** The id in that operation. */
    int operationId() {
        return operationId;
    }

    /** Where the group of attributes (of a request) or operations (of an update) starts. */
    int groupAt() {
        return groupAt;
    }

    /** Where the group of attribute texts starts; the customer id where the message has none. */
    int textsAt() {
        return textsAt;
    }

    /** Where the length field of the last checked message's customer id stands. */
    int customerLimit() {
        return customerLimit;
    }

    int customerLengthBytes() {
        return customerLengthBytes;
    }

    int otherLimit() {
        return otherLimit;
    }

    int otherLengthBytes() {
        return otherLengthBytes;
    }

    /** Where the length field of the last checked request's restrictions stands, if it has one. */
    int restrictionsLimit() {
        return customerLimit + 2 + customerLengthBytes;
    }

    /** Length of the restrictions; -1 where the request is of a version that has none. */
    int restrictionsLengthBytes() {
        return restrictionsLengthBytes;
    }

    Refusal decision(final DecisionRequestDecoder request) {
        if (request.correlationId() == 0) {
            return Refusal.NO_CORRELATION;
        }
        if (isUnknown(request.channel())) {
            return Refusal.NO_CHANNEL;
        }
        final Moment moment = request.moment();
        if (moment == Moment.NULL_VAL || moment == Moment.SBE_UNKNOWN) {
            return Refusal.NO_MOMENT;
        }
        if (request.offersWanted() > limits.maxOffers()) {
            return Refusal.TOO_MANY_OFFERS;
        }
        if (!validPosition(request.latitudeE7(), request.longitudeE7())) {
            return Refusal.BAD_POSITION;
        }
        final int currency = request.currency();
        for (final DecisionRequestDecoder.BasketLinesDecoder line : request.basketLines()) {
            final Refusal wrong = line(line.currency(), currency, line.quantityMilli(), line.amountMicros());
            if (wrong != null) {
                return wrong;
            }
        }
        groupAt = request.limit();
        for (final DecisionRequestDecoder.AttributesDecoder attribute : request.attributes()) {
            if (!validAttribute(attribute.attributeId(), attribute.valueType())) {
                return Refusal.BAD_ATTRIBUTE;
            }
        }
        textsAt = request.limit();
        final DecisionRequestDecoder.AttributeTextsDecoder texts = request.attributeTexts();
        while (texts.hasNext()) {
            texts.next();
            texts.skipText();
        }
        customerAt(request.buffer(), request.limit());
        // Whether they can be read the shard finds out: it has the room for it, and offers nothing when they cannot.
        restrictionsLengthBytes = request.actingVersion() < DecisionRequestDecoder.restrictionsSinceVersion()
            ? -1 : request.buffer().getShort(restrictionsLimit(), ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
        return checkId(customerLengthBytes > 0, request.customerNamespace(), true);
    }

    private static boolean isUnknown(final Channel channel) {
        return channel == Channel.NULL_VAL || channel == Channel.SBE_UNKNOWN;
    }

    private static boolean validPosition(final int latitudeE7, final int longitudeE7) {
        final boolean noLatitude = latitudeE7 == DecisionRequestDecoder.latitudeE7NullValue();
        final boolean noLongitude = longitudeE7 == DecisionRequestDecoder.longitudeE7NullValue();
        if (noLatitude || noLongitude) {
            return noLatitude && noLongitude;
        }
        return Math.abs(latitudeE7) <= MAX_LATITUDE_E7 && Math.abs(longitudeE7) <= MAX_LONGITUDE_E7;
    }

    private static Refusal line(
        final int lineCurrency, final int currency, final int quantityMilli, final long amountMicros) {
        if (lineCurrency != 0 && lineCurrency != currency) {
            return Refusal.MIXED_CURRENCIES;
        }
        if (Math.abs((long) quantityMilli) > MAX_QUANTITY_MILLI) {
            return Refusal.NEGATIVE_QUANTITY;
        }
        return validAmount(amountMicros) ? null : Refusal.BAD_AMOUNT;
    }

    private static boolean validAmount(final long amountMicros) {
        return amountMicros == EventReportDecoder.amountMicrosNullValue()
            || amountMicros >= -MAX_AMOUNT_MICROS && amountMicros <= MAX_AMOUNT_MICROS;
    }

    private static boolean validAttribute(final int id, final AttributeType type) {
        return id > 0 && type != AttributeType.NULL_VAL && type != AttributeType.SBE_UNKNOWN;
    }

    Refusal event(final EventReportDecoder event) {
        final Refusal wrong = eventBody(event);
        return wrong == null ? checkId(customerLengthBytes > 0, event.customerNamespace(), false) : wrong;
    }

    /** An event whose customer stands beside it: only what an exchange or a browser can tell. */
    Refusal notice(final EventReportDecoder event) {
        final Refusal wrong = eventBody(event);
        if (wrong != null) {
            return wrong;
        }
        final boolean told = switch (event.eventType()) {
            case IMPRESSION, CLICK, WIN, BILLING, LOSS, MEDIA_START, MEDIA_FIRST_QUARTILE, MEDIA_MIDPOINT,
                MEDIA_THIRD_QUARTILE, MEDIA_COMPLETE, MEDIA_SKIP -> true;
            default -> false;
        };
        return told && customerLengthBytes == 0 && lineCount == 0 ? null : Refusal.NO_NOTICE;
    }

    private Refusal eventBody(final EventReportDecoder event) {
        if (event.correlationId() == 0) {
            return Refusal.NO_CORRELATION;
        }
        if ((event.eventId().high() | event.eventId().low()) == 0) {
            return Refusal.NO_EVENT_ID;
        }
        final EventType type = event.eventType();
        if (type == EventType.NULL_VAL || type == EventType.SBE_UNKNOWN) {
            return Refusal.NO_EVENT_TYPE;
        }
        if (isUnknown(event.channel())) {
            return Refusal.NO_CHANNEL;
        }
        if (!validAmount(event.amountMicros()) || !validAmount(event.minToWinMicros())) {
            return Refusal.BAD_AMOUNT;
        }
        final int currency = event.currency();
        lineCount = 0;
        for (final EventReportDecoder.BasketLinesDecoder line : event.basketLines()) {
            lineCount++;
            final Refusal wrong = line(line.currency(), currency, line.quantityMilli(), line.amountMicros());
            if (wrong != null) {
                return wrong;
            }
        }
        textsAt = event.limit();
        customerAt(event.buffer(), event.limit());
        return null;
    }

    Refusal update(final ContextUpdateDecoder update, final NameResolution names) {
        if (update.correlationId() == 0) {
            return Refusal.NO_CORRELATION;
        }
        if ((update.eventId().high() | update.eventId().low()) == 0) {
            return Refusal.NO_EVENT_ID;
        }
        groupAt = update.limit();
        boolean erases = false;
        int count = 0;
        for (final ContextUpdateDecoder.OperationsDecoder operation : update.operations()) {
            operationIndex = count;
            operationId = operation.id();
            final Refusal wrong = operation(operation, names);
            if (wrong != null) {
                return wrong;
            }
            erases |= operation.operation() == ContextOperation.ERASE;
            count++;
        }
        if (count == 0) {
            return Refusal.NO_OPERATION;
        }
        if (erases && count > 1) {
            return Refusal.ERASE_AND_MORE;
        }
        textsAt = update.limit();
        final ContextUpdateDecoder.AttributeTextsDecoder texts = update.attributeTexts();
        while (texts.hasNext()) {
            texts.next();
            texts.skipText();
        }
        customerAt(update.buffer(), update.limit());
        return checkId(customerLengthBytes > 0, update.customerNamespace(), false);
    }

    private static Refusal operation(
        final ContextUpdateDecoder.OperationsDecoder operation, final NameResolution names) {
        return switch (operation.operation()) {
            case GRANT_CONSENT, WITHDRAW_CONSENT, ERASE -> null;
            case SET_ATTRIBUTE -> !validAttribute(operation.id(), operation.valueType())
                ? Refusal.BAD_ATTRIBUTE
                : names.knows(NameKind.ATTRIBUTE, operation.id()) ? null : Refusal.UNKNOWN_ATTRIBUTE;
            case CLEAR_ATTRIBUTE ->
                names.knows(NameKind.ATTRIBUTE, operation.id()) ? null : Refusal.UNKNOWN_ATTRIBUTE;
            case ADD_SEGMENT, REMOVE_SEGMENT ->
                names.knows(NameKind.SEGMENT, operation.id()) ? null : Refusal.UNKNOWN_SEGMENT;
            case NULL_VAL, SBE_UNKNOWN -> Refusal.NO_OPERATION;
        };
    }

    Refusal link(final IdentityLinkDecoder link) {
        if (link.correlationId() == 0) {
            return Refusal.NO_CORRELATION;
        }
        if ((link.eventId().high() | link.eventId().low()) == 0) {
            return Refusal.NO_EVENT_ID;
        }
        final LinkOperation operation = link.operation();
        if (operation == LinkOperation.NULL_VAL || operation == LinkOperation.SBE_UNKNOWN) {
            return Refusal.NO_OPERATION;
        }
        textsAt = link.limit();
        customerAt(link.buffer(), link.limit());
        otherLimit = customerLimit + 2 + customerLengthBytes;
        otherLengthBytes = link.buffer().getShort(otherLimit, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
        if (otherLengthBytes > MessageBounds.MAX_CUSTOMER_ID_BYTES) {
            return Refusal.LONG_CUSTOMER;
        }
        if (operation == LinkOperation.LINK) {
            if (otherLengthBytes == 0) {
                return Refusal.NO_OTHER;
            }
            if (link.otherNamespace() == 0) {
                return Refusal.NO_NAMESPACE;
            }
        } else {
            otherLengthBytes = 0;
        }
        return checkId(customerLengthBytes > 0, link.customerNamespace(), false);
    }

    private void customerAt(final DirectBuffer buffer, final int limit) {
        customerLimit = limit;
        customerLengthBytes = buffer.getShort(limit, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
        otherLengthBytes = 0;
    }

    private Refusal checkId(final boolean given, final int namespace, final boolean mayBeUnknown) {
        if (!given) {
            return mayBeUnknown ? null : Refusal.NO_CUSTOMER;
        }
        if (customerLengthBytes > MessageBounds.MAX_CUSTOMER_ID_BYTES) {
            return Refusal.LONG_CUSTOMER;
        }
        return namespace == 0 ? Refusal.NO_NAMESPACE : null;
    }

    /**
     * The time a message may claim for itself.
     *
     * @return the claimed time; the server's where the client claims none or may not; {@link #OUT_OF_BOUNDS}.
     */
    long eventTimeNs(final ClientSession session, final long claimedNs, final EpochNanoClock clock) {
        final long nowNs = clock.nanoTime();
        if (claimedNs == DecisionRequestDecoder.eventTimeNsNullValue() || !session.maySetEventTime()) {
            return nowNs;
        }
        // Differences instead of sums: the bounds may be as large as a long.
        if (claimedNs < 0
            || nowNs - claimedNs > session.eventTimeBehindNs()
            || claimedNs - nowNs > session.eventTimeAheadNs()) {
            return OUT_OF_BOUNDS;
        }
        return claimedNs;
    }
}
