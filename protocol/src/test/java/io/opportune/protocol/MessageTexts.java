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
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;

/** Decodes whatever message stands in a frame, every field of it, into text. */
public final class MessageTexts {
    private static final List<MessageDecoderFlyweight> DECODERS = List.of(
        new LogonDecoder(), new LogonAckDecoder(), new HeartbeatDecoder(), new LogoffDecoder(), new RejectDecoder(),
        new DecisionRequestDecoder(), new DecisionResponseDecoder(), new EventReportDecoder(), new EventAckDecoder(),
        new ContextUpdateDecoder(), new IdentityLinkDecoder(), new ContextAckDecoder(), new ResolveRequestDecoder(),
        new ResolveResponseDecoder());

    private MessageTexts() {
    }

    /**
     * Decoders of all messages by template.
     *
     * @return the decoders.
     */
    public static Stream<MessageDecoderFlyweight> decoders() {
        return DECODERS.stream();
    }

    /**
     * Decodes every field.
     *
     * @param frame  holding a frame and nothing else, so that a read beyond it throws.
     * @return the generated decoder's text.
     */
    public static String text(final byte[] frame) {
        final UnsafeBuffer buffer = new UnsafeBuffer(frame);
        final MessageHeaderDecoder header = new MessageHeaderDecoder().wrap(buffer, Sofh.HEADER_LENGTH_BYTES);
        final MessageDecoderFlyweight decoder = DECODERS.stream()
            .collect(Collectors.toMap(MessageDecoderFlyweight::sbeTemplateId, Function.identity()))
            .get(header.templateId());
        decoder.wrap(buffer, Sofh.MIN_FRAME_LENGTH_BYTES, header.blockLength(), header.version());
        return decoder.appendTo(new StringBuilder()).toString();
    }
}
