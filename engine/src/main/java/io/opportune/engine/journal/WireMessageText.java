package io.opportune.engine.journal;

import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.ContextUpdateDecoder;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes the wire messages that records carry as JSON. Bytes that are no such message, or that break off, are written
 * in hexadecimal: a damaged or foreign message never stops a listing. Owned by one thread.
 */
final class WireMessageText {
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer restrictions = new UnsafeBuffer(0, 0);
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final DecisionRequestDecoder request = new DecisionRequestDecoder();
    private final DecisionResponseDecoder response = new DecisionResponseDecoder();
    private final EventReportDecoder report = new EventReportDecoder();
    private final ContextUpdateDecoder update = new ContextUpdateDecoder();

    void write(final JsonLine json, final String name, final DirectBuffer message) {
        final int mark = json.mark();
        final int length = message.capacity();
        view.wrap(message, 0, length);
        json.beginObject(name);
        try {
            if (length == 0) {
                json.endObject();
                return;
            }
            header.wrap(view, 0);
            if (header.schemaId() == MessageHeaderDecoder.SCHEMA_ID && message(json, header.templateId())) {
                json.endObject();
                return;
            }
            json.string("unknown", "schema " + header.schemaId() + " template " + header.templateId()
                + " version " + header.version());
        } catch (final RuntimeException malformed) {
            json.backTo(mark).beginObject(name).string("malformed", "the message breaks off or contradicts itself");
        }
        json.hexBytes("hex", message, 0, length).endObject();
    }

    private boolean message(final JsonLine json, final int templateId) {
        final int offset = MessageHeaderDecoder.ENCODED_LENGTH;
        final int blockLength = header.blockLength();
        final int version = header.version();
        switch (templateId) {
            case DecisionRequestDecoder.TEMPLATE_ID -> request(json, request.wrap(view, offset, blockLength, version));
            case DecisionResponseDecoder.TEMPLATE_ID ->
                response(json, response.wrap(view, offset, blockLength, version));
            case EventReportDecoder.TEMPLATE_ID -> report(json, report.wrap(view, offset, blockLength, version));
            case ContextUpdateDecoder.TEMPLATE_ID -> update(json, update.wrap(view, offset, blockLength, version));
            default -> {
                return false;
            }
        }
        return true;
    }

    private void request(final JsonLine json, final DecisionRequestDecoder m) {
        json.string("message", "DecisionRequest")
            .unsigned("correlationId", m.correlationId())
            .optionalHex128("requestId", m.requestId().high(), m.requestId().low())
            .time("clientSendTime", m.clientSendTimeNs())
            .time("eventTime", m.eventTimeNs())
            .number("timeBudgetUs", m.timeBudgetUs())
            .optional("placementId", m.placementId(), DecisionRequestDecoder.placementIdNullValue())
            .optional("storeId", m.storeId(), DecisionRequestDecoder.storeIdNullValue())
            .optional("latitudeE7", m.latitudeE7(), DecisionRequestDecoder.latitudeE7NullValue())
            .optional("longitudeE7", m.longitudeE7(), DecisionRequestDecoder.longitudeE7NullValue())
            .number("customerNamespace", m.customerNamespace())
            .optional("currency", m.currency(), DecisionRequestDecoder.currencyNullValue())
            .constant("channel", m.channel(), m.channelRaw())
            .constant("moment", m.moment(), m.momentRaw())
            .constant("intent", m.intent(), m.intentRaw())
            .number("offersWanted", m.offersWanted())
            .flag("explain", m.flags().explain())
            .flag("withTexts", m.flags().withTexts());
        if (m.flags().test()) {
            json.flag("test", true);
        }
        json.beginArray("basketLines");
        for (final DecisionRequestDecoder.BasketLinesDecoder line : m.basketLines()) {
            basketLine(json, line.itemId(), line.categoryId(), line.quantityMilli(), line.amountMicros(),
                line.currency());
        }
        json.endArray().beginArray("attributes");
        for (final DecisionRequestDecoder.AttributesDecoder a : m.attributes()) {
            json.beginObject().number("attributeId", a.attributeId());
            typedValue(json, a.valueType(), a.valueTypeRaw(), a.value());
            json.endObject();
        }
        json.endArray().beginArray("attributeTexts");
        for (final DecisionRequestDecoder.AttributeTextsDecoder a : m.attributeTexts()) {
            json.beginObject().number("attributeId", a.attributeId()).string("text", a.text()).endObject();
        }
        json.endArray();
        customerId(json, m.customerId());
        if (m.restrictionsLength() > 0) {
            m.wrapRestrictions(restrictions);
            json.hexBytes("restrictions", restrictions, 0, restrictions.capacity());
        }
    }

    private void response(final JsonLine json, final DecisionResponseDecoder m) {
        json.string("message", "DecisionResponse")
            .unsigned("correlationId", m.correlationId())
            .optionalHex128("decisionId", m.decisionId().high(), m.decisionId().low())
            .number("catalogueCounter", m.catalogueVersion().counter())
            .hex64("catalogueHash", m.catalogueVersion().contentHash())
            .time("serverTime", m.serverTimeNs())
            .number("timeTakenNs", m.timeTakenNs())
            .constant("status", m.status(), m.statusRaw());
        reason(json, m.reason());
        json.beginArray("offers");
        for (final DecisionResponseDecoder.OffersDecoder o : m.offers()) {
            json.beginObject()
                .number("offerId", o.offerId())
                .optional("creativeId", o.creativeId(), DecisionResponseDecoder.OffersDecoder.creativeIdNullValue())
                .optional("campaignId", o.campaignId(), DecisionResponseDecoder.OffersDecoder.campaignIdNullValue())
                .optional("currency", o.currency(), DecisionResponseDecoder.OffersDecoder.currencyNullValue())
                .constant("discountType", o.discountType(), o.discountTypeRaw())
                .optional("valueMicros", o.valueMicros(), DecisionResponseDecoder.OffersDecoder.valueMicrosNullValue())
                .number("discountValue", o.discountValue())
                .decimal("propensity", o.propensity())
                .decimal("score", o.score())
                .time("expiry", o.expiryNs())
                .endObject();
        }
        json.endArray().beginArray("explanations");
        for (final DecisionResponseDecoder.ExplanationsDecoder e : m.explanations()) {
            json.beginObject().number("offerId", e.offerId());
            reason(json, e.reason());
            json.endObject();
        }
        json.endArray().beginArray("texts");
        for (final DecisionResponseDecoder.TextsDecoder t : m.texts()) {
            json.beginObject().number("offerIndex", t.offerIndex()).constant("kind", t.kind(), t.kindRaw())
                .string("text", t.text()).endObject();
        }
        json.endArray();
    }

    private void report(final JsonLine json, final EventReportDecoder m) {
        json.string("message", "EventReport")
            .unsigned("correlationId", m.correlationId())
            .hex128("eventId", m.eventId().high(), m.eventId().low())
            .optionalHex128("decisionId", m.decisionId().high(), m.decisionId().low())
            .time("clientSendTime", m.clientSendTimeNs())
            .time("eventTime", m.eventTimeNs())
            .constant("eventType", m.eventType(), m.eventTypeRaw())
            .optional("amountMicros", m.amountMicros(), EventReportDecoder.amountMicrosNullValue())
            .optional("currency", m.currency(), EventReportDecoder.currencyNullValue())
            .optional("offerId", m.offerId(), EventReportDecoder.offerIdNullValue())
            .optional("creativeId", m.creativeId(), EventReportDecoder.creativeIdNullValue())
            .optional("placementId", m.placementId(), EventReportDecoder.placementIdNullValue())
            .optional("storeId", m.storeId(), EventReportDecoder.storeIdNullValue())
            .number("customerNamespace", m.customerNamespace())
            .constant("channel", m.channel(), m.channelRaw())
            .constant("intent", m.intent(), m.intentRaw())
            .optional("minToWinMicros", m.minToWinMicros(), EventReportDecoder.minToWinMicrosNullValue())
            .optional("lossReason", m.lossReason(), EventReportDecoder.lossReasonNullValue());
        json.beginArray("basketLines");
        for (final EventReportDecoder.BasketLinesDecoder line : m.basketLines()) {
            basketLine(json, line.itemId(), line.categoryId(), line.quantityMilli(), line.amountMicros(),
                line.currency());
        }
        json.endArray();
        customerId(json, m.customerId());
    }

    private void update(final JsonLine json, final ContextUpdateDecoder m) {
        json.string("message", "ContextUpdate")
            .unsigned("correlationId", m.correlationId())
            .hex128("eventId", m.eventId().high(), m.eventId().low())
            .time("clientSendTime", m.clientSendTimeNs())
            .time("eventTime", m.eventTimeNs())
            .number("customerNamespace", m.customerNamespace());
        json.beginArray("operations");
        for (final ContextUpdateDecoder.OperationsDecoder o : m.operations()) {
            json.beginObject().constant("operation", o.operation(), o.operationRaw())
                .optional("id", o.id(), ContextUpdateDecoder.OperationsDecoder.idNullValue());
            typedValue(json, o.valueType(), o.valueTypeRaw(), o.value());
            json.endObject();
        }
        json.endArray().beginArray("attributeTexts");
        for (final ContextUpdateDecoder.AttributeTextsDecoder a : m.attributeTexts()) {
            json.beginObject().number("attributeId", a.attributeId()).string("text", a.text()).endObject();
        }
        json.endArray();
        customerId(json, m.customerId());
    }

    private static void basketLine(
        final JsonLine json,
        final long itemId,
        final int categoryId,
        final int quantityMilli,
        final long amountMicros,
        final int currency) {
        json.beginObject()
            .number("itemId", itemId)
            .optional("categoryId", categoryId, 0)
            .number("quantityMilli", quantityMilli)
            .optional("amountMicros", amountMicros, Long.MIN_VALUE)
            .optional("currency", currency, 0)
            .endObject();
    }

    private static void typedValue(
        final JsonLine json, final AttributeType type, final int typeRaw, final long value) {
        json.constant("type", type, typeRaw);
        switch (type) {
            case BOOLEAN -> json.flag("value", value != 0);
            case TIME_EPOCH_NS -> json.time("value", value);
            case NULL_VAL -> { }
            default -> json.number("value", value);
        }
    }

    private static void reason(final JsonLine json, final int code) {
        final ReasonCode reason = ReasonCode.of(code);
        json.string("reason", reason == null ? "unknown(" + code + ")" : reason.name());
    }

    /** An id has no place in a journal, where only the root key identifies; so none is listed either. */
    private static void customerId(final JsonLine json, final String customerId) {
        if (!customerId.isEmpty()) {
            json.flag("customerIdPresent", true);
        }
    }
}
