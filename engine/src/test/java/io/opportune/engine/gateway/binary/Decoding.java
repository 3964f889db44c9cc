package io.opportune.engine.gateway.binary;

import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.ContextAckDecoder;
import io.opportune.protocol.codec.ContextOperation;
import io.opportune.protocol.codec.ContextUpdateDecoder;
import io.opportune.protocol.codec.ContextUpdateEncoder;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.DecisionResponseEncoder;
import io.opportune.protocol.codec.EventAckDecoder;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.EventReportEncoder;
import io.opportune.protocol.codec.HeartbeatDecoder;
import io.opportune.protocol.codec.IdentityLinkDecoder;
import io.opportune.protocol.codec.IdentityLinkEncoder;
import io.opportune.protocol.codec.LinkOperation;
import io.opportune.protocol.codec.LogoffDecoder;
import io.opportune.protocol.codec.LogonAckDecoder;
import io.opportune.protocol.codec.LogonDecoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.NameKind;
import io.opportune.protocol.codec.RejectDecoder;
import io.opportune.protocol.codec.ResolveRequestDecoder;
import io.opportune.protocol.codec.ResolveRequestEncoder;
import io.opportune.protocol.codec.ResolveResponseDecoder;
import io.opportune.protocol.codec.TextKind;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Decodes messages of any template to the last field, and makes samples of those that have much in them. */
final class Decoding {
    private Decoding() {
    }

    /** Throws when a field cannot be read; the buffer holds exactly one message, header first. */
    static void decodeAll(final int templateId, final DirectBuffer buffer, final MessageHeaderDecoder header) {
        final StringBuilder text = new StringBuilder();
        switch (templateId) {
            case LogonDecoder.TEMPLATE_ID ->
                new LogonDecoder().wrapAndApplyHeader(buffer, 0, header).appendTo(text);
            case LogonAckDecoder.TEMPLATE_ID ->
                new LogonAckDecoder().wrapAndApplyHeader(buffer, 0, header).appendTo(text);
            case HeartbeatDecoder.TEMPLATE_ID ->
                new HeartbeatDecoder().wrapAndApplyHeader(buffer, 0, header).appendTo(text);
            case LogoffDecoder.TEMPLATE_ID ->
                new LogoffDecoder().wrapAndApplyHeader(buffer, 0, header).appendTo(text);
            case RejectDecoder.TEMPLATE_ID ->
                new RejectDecoder().wrapAndApplyHeader(buffer, 0, header).appendTo(text);
            case DecisionRequestDecoder.TEMPLATE_ID ->
                new DecisionRequestDecoder().wrapAndApplyHeader(buffer, 0, header).appendTo(text);
            case DecisionResponseDecoder.TEMPLATE_ID ->
                new DecisionResponseDecoder().wrapAndApplyHeader(buffer, 0, header).appendTo(text);
            case EventReportDecoder.TEMPLATE_ID ->
                new EventReportDecoder().wrapAndApplyHeader(buffer, 0, header).appendTo(text);
            case EventAckDecoder.TEMPLATE_ID ->
                new EventAckDecoder().wrapAndApplyHeader(buffer, 0, header).appendTo(text);
            case ContextUpdateDecoder.TEMPLATE_ID ->
                new ContextUpdateDecoder().wrapAndApplyHeader(buffer, 0, header).appendTo(text);
            case IdentityLinkDecoder.TEMPLATE_ID ->
                new IdentityLinkDecoder().wrapAndApplyHeader(buffer, 0, header).appendTo(text);
            case ContextAckDecoder.TEMPLATE_ID ->
                new ContextAckDecoder().wrapAndApplyHeader(buffer, 0, header).appendTo(text);
            case ResolveRequestDecoder.TEMPLATE_ID ->
                new ResolveRequestDecoder().wrapAndApplyHeader(buffer, 0, header).appendTo(text);
            case ResolveResponseDecoder.TEMPLATE_ID ->
                new ResolveResponseDecoder().wrapAndApplyHeader(buffer, 0, header).appendTo(text);
            default -> throw new AssertionError("the bounds check lets template " + templateId + " pass");
        }
        if (text.isEmpty()) {
            throw new AssertionError("nothing decoded of template " + templateId);
        }
    }

    /** Whole frames. */
    static List<byte[]> samples() {
        return List.of(event(), update(), link(), resolve(), response());
    }

    private static byte[] event() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[512]);
        final EventReportEncoder event = new EventReportEncoder()
            .wrapAndApplyHeader(buffer, Sofh.HEADER_LENGTH_BYTES, new MessageHeaderEncoder())
            .correlationId(1);
        event.basketLinesCount(2).next().itemId(1).next().itemId(2);
        event.customerId("4711");
        return frame(buffer, event.limit());
    }

    private static byte[] update() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[512]);
        final ContextUpdateEncoder update = new ContextUpdateEncoder()
            .wrapAndApplyHeader(buffer, Sofh.HEADER_LENGTH_BYTES, new MessageHeaderEncoder())
            .correlationId(2);
        update.operationsCount(1).next()
            .operation(ContextOperation.SET_ATTRIBUTE).valueType(AttributeType.TEXT).id(3).value(0);
        update.attributeTextsCount(2).next().attributeId(3).text("gold").next().attributeId(4).text("");
        update.customerId("4711");
        return frame(buffer, update.limit());
    }

    private static byte[] link() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[512]);
        final IdentityLinkEncoder link = new IdentityLinkEncoder()
            .wrapAndApplyHeader(buffer, Sofh.HEADER_LENGTH_BYTES, new MessageHeaderEncoder())
            .correlationId(3)
            .operation(LinkOperation.LINK)
            .customerId("4711")
            .otherId("0815");
        return frame(buffer, link.limit());
    }

    private static byte[] resolve() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[512]);
        final ResolveRequestEncoder resolve = new ResolveRequestEncoder()
            .wrapAndApplyHeader(buffer, Sofh.HEADER_LENGTH_BYTES, new MessageHeaderEncoder())
            .correlationId(4);
        resolve.namesCount(2).next().kind(NameKind.OFFER).name("milk-10").next().kind(NameKind.STORE).name("309");
        return frame(buffer, resolve.limit());
    }

    private static byte[] response() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[512]);
        final DecisionResponseEncoder response = new DecisionResponseEncoder()
            .wrapAndApplyHeader(buffer, Sofh.HEADER_LENGTH_BYTES, new MessageHeaderEncoder())
            .correlationId(5);
        response.offersCount(1).next().offerId(1);
        response.explanationsCount(1).next().offerId(2).reason(404);
        response.textsCount(1).next().offerIndex((short) 0).kind(TextKind.TITLE).text("Milk");
        return frame(buffer, response.limit());
    }

    private static byte[] frame(final UnsafeBuffer buffer, final int lengthBytes) {
        Sofh.encode(buffer, 0, lengthBytes);
        return Arrays.copyOf(buffer.byteArray(), lengthBytes);
    }
}
