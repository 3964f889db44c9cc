package io.opportune.protocol;

import io.opportune.protocol.codec.v3.Channel;
import io.opportune.protocol.codec.v3.DecisionRequestEncoder;
import io.opportune.protocol.codec.v3.DecisionResponseEncoder;
import io.opportune.protocol.codec.v3.DecisionStatus;
import io.opportune.protocol.codec.v3.DiscountType;
import io.opportune.protocol.codec.v3.Intent;
import io.opportune.protocol.codec.v3.LogonAckEncoder;
import io.opportune.protocol.codec.v3.MessageHeaderEncoder;
import io.opportune.protocol.codec.v3.Moment;
import io.opportune.protocol.codec.v3.NoticeEncoder;
import io.opportune.protocol.codec.v3.TextKind;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageEncoderFlyweight;

/** Frames as a peer of the made-up next version would send them, with everything in them that is new there. */
public final class NewerMessages {
    private static final int SOFH = Sofh.HEADER_LENGTH_BYTES;

    private NewerMessages() {
    }

    /**
     * A logon acknowledgement with a field and a text more.
     *
     * @return the frame.
     */
    public static byte[] logonAck() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1024]);
        final LogonAckEncoder encoder = new LogonAckEncoder();
        encoder.wrapAndApplyHeader(buffer, SOFH, new MessageHeaderEncoder());
        encoder.protocolVersion(3).heartbeatIntervalMs(60_000).inFlightLimit(64).maxFrameLengthBytes(16_384)
            .maxTimeBudgetUs(100_000).maxOffers(16);
        encoder.catalogueVersion().counter(3).contentHash(4);
        encoder.serverTimeNs(5).clientSendTimeNs(6).maxSessions(7).serverVersion("3.0.0").region("eu");
        return frame(buffer, encoder);
    }

    /**
     * A request with a new channel, a field, longer basket lines and a text more.
     *
     * @return the frame.
     */
    public static byte[] decisionRequest() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1024]);
        final DecisionRequestEncoder encoder = new DecisionRequestEncoder();
        encoder.wrapAndApplyHeader(buffer, SOFH, new MessageHeaderEncoder());
        encoder.correlationId(101).channel(Channel.DRONE).moment(Moment.TENDER).intent(Intent.GIFT).weatherId(9);
        encoder.flags().clear().explain(true).withImages(true);
        encoder.basketLinesCount(2)
            .next().itemId(1).amountMicros(20).taxMicros(2)
            .next().itemId(3).amountMicros(40).taxMicros(4);
        encoder.attributesCount(0);
        encoder.attributeTextsCount(1).next().attributeId(5).text("rain");
        encoder.customerId("hh-1042");
        encoder.putRestrictions(new byte[] {1, 2}, 0, 2);
        encoder.locale("en-US");
        return frame(buffer, encoder);
    }

    /**
     * A response with a new discount type, longer offers, a field and a group more.
     *
     * @param correlationId of the request.
     * @return the frame.
     */
    public static byte[] decisionResponse(final long correlationId) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1024]);
        final DecisionResponseEncoder encoder = new DecisionResponseEncoder();
        encoder.wrapAndApplyHeader(buffer, SOFH, new MessageHeaderEncoder());
        encoder.correlationId(correlationId).status(DecisionStatus.OFFERS).reason(0).experimentId(8);
        encoder.offersCount(2)
            .next().offerId(61).discountType(DiscountType.BUNDLE).score(0.5).imageId(1)
            .next().offerId(62).discountType(DiscountType.NONE).score(0.25).imageId(2);
        encoder.explanationsCount(1).next().offerId(65).reason(408);
        encoder.textsCount(1).next().offerIndex((short) 0).kind(TextKind.TITLE).text("Milk");
        encoder.alternativesCount(1).next().offerId(66);
        return frame(buffer, encoder);
    }

    /**
     * A message that version 2 does not have.
     *
     * @return the frame.
     */
    public static byte[] notice() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);
        final NoticeEncoder encoder = new NoticeEncoder();
        encoder.wrapAndApplyHeader(buffer, SOFH, new MessageHeaderEncoder());
        return frame(buffer, encoder.correlationId(1));
    }

    private static byte[] frame(final UnsafeBuffer buffer, final MessageEncoderFlyweight encoder) {
        final int lengthBytes = Sofh.MIN_FRAME_LENGTH_BYTES + encoder.encodedLength();
        Sofh.encode(buffer, 0, lengthBytes);
        return Arrays.copyOf(buffer.byteArray(), lengthBytes);
    }
}
