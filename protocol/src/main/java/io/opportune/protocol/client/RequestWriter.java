package io.opportune.protocol.client;

import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.ContextOperation;
import io.opportune.protocol.codec.ContextUpdateEncoder;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.EventReportEncoder;
import io.opportune.protocol.codec.ResolveRequestEncoder;
import java.util.List;

/** Writes the callers' value types into messages whose fields hold their null values. Stateless. */
final class RequestWriter {
    private RequestWriter() {
    }

    static void write(final DecisionCall call, final DecisionRequestEncoder encoder) {
        encoder.requestId().high(call.requestId().getMostSignificantBits()).low(
            call.requestId().getLeastSignificantBits());
        encoder.eventTimeNs(call.eventTimeNs())
            .placementId(call.placementId())
            .storeId(call.storeId())
            .customerNamespace(call.customer().namespace())
            .currency(call.currency())
            .channel(call.channel())
            .moment(call.moment())
            .intent(call.intent())
            .offersWanted((short) call.offersWanted());
        if (call.position() != null) {
            encoder.latitudeE7(call.position().latitudeE7()).longitudeE7(call.position().longitudeE7());
        }
        encoder.flags().clear().explain(call.explain()).withTexts(call.withTexts());
        final DecisionRequestEncoder.BasketLinesEncoder lines = encoder.basketLinesCount(call.basketLines().size());
        for (final BasketLine line : call.basketLines()) {
            lines.next().itemId(line.itemId()).categoryId(line.categoryId()).quantityMilli(line.quantityMilli())
                .amountMicros(line.amountMicros()).currency(line.currency());
        }
        final List<Attribute> texts =
            call.attributes().stream().filter(attribute -> !attribute.text().isEmpty()).toList();
        final DecisionRequestEncoder.AttributesEncoder attributes =
            encoder.attributesCount(call.attributes().size());
        for (final Attribute attribute : call.attributes()) {
            attributes.next().attributeId(attribute.attributeId()).valueType(attribute.type())
                .value(attribute.value());
        }
        final DecisionRequestEncoder.AttributeTextsEncoder attributeTexts =
            encoder.attributeTextsCount(texts.size());
        for (final Attribute attribute : texts) {
            attributeTexts.next().attributeId(attribute.attributeId()).text(attribute.text());
        }
        encoder.customerId(call.customer().id());
    }

    static void write(final EventCall call, final EventReportEncoder encoder) {
        if (call.eventId() != null) {
            encoder.eventId().high(call.eventId().getMostSignificantBits()).low(
                call.eventId().getLeastSignificantBits());
        }
        encoder.decisionId().high(call.decisionId().getMostSignificantBits()).low(
            call.decisionId().getLeastSignificantBits());
        encoder.eventTimeNs(call.eventTimeNs())
            .amountMicros(call.amountMicros())
            .offerId(call.offerId())
            .creativeId(call.creativeId())
            .placementId(call.placementId())
            .storeId(call.storeId())
            .customerNamespace(call.customer().namespace())
            .currency(call.currency())
            .channel(call.channel())
            .intent(call.intent())
            .eventType(call.type());
        final EventReportEncoder.BasketLinesEncoder lines = encoder.basketLinesCount(call.basketLines().size());
        for (final BasketLine line : call.basketLines()) {
            lines.next().itemId(line.itemId()).categoryId(line.categoryId()).quantityMilli(line.quantityMilli())
                .amountMicros(line.amountMicros()).currency(line.currency());
        }
        encoder.customerId(call.customer().id());
    }

    static void write(final ContextChange change, final ContextUpdateEncoder encoder) {
        encoder.eventTimeNs(change.eventTimeNs()).customerNamespace(change.customer().namespace());
        final ContextUpdateEncoder.OperationsEncoder operations =
            encoder.operationsCount(change.operations().size());
        for (final ContextChange.Operation operation : change.operations()) {
            write(operation, operations.next().valueType(AttributeType.NULL_VAL).id(0).value(0));
        }
        final List<Attribute> texts = change.textAttributes();
        final ContextUpdateEncoder.AttributeTextsEncoder attributeTexts = encoder.attributeTextsCount(texts.size());
        for (final Attribute attribute : texts) {
            attributeTexts.next().attributeId(attribute.attributeId()).text(attribute.text());
        }
        encoder.customerId(change.customer().id());
    }

    static void write(final List<Name> names, final ResolveRequestEncoder encoder) {
        final ResolveRequestEncoder.NamesEncoder entries = encoder.namesCount(names.size());
        for (final Name name : names) {
            entries.next().kind(name.kind()).name(name.name());
        }
    }

    private static void write(
        final ContextChange.Operation operation, final ContextUpdateEncoder.OperationsEncoder entry) {
        switch (operation) {
            case ContextChange.GrantConsent(final int mask) ->
                entry.operation(ContextOperation.GRANT_CONSENT).id(mask);
            case ContextChange.WithdrawConsent(final int mask) ->
                entry.operation(ContextOperation.WITHDRAW_CONSENT).id(mask);
            case ContextChange.SetAttribute(final Attribute attribute) ->
                entry.operation(ContextOperation.SET_ATTRIBUTE).valueType(attribute.type())
                    .id(attribute.attributeId()).value(attribute.value());
            case ContextChange.ClearAttribute(final int attributeId) ->
                entry.operation(ContextOperation.CLEAR_ATTRIBUTE).id(attributeId);
            case ContextChange.AddSegment(final int segmentId) ->
                entry.operation(ContextOperation.ADD_SEGMENT).id(segmentId);
            case ContextChange.RemoveSegment(final int segmentId) ->
                entry.operation(ContextOperation.REMOVE_SEGMENT).id(segmentId);
            case ContextChange.Erase() -> entry.operation(ContextOperation.ERASE);
        }
    }
}
