package io.opportune.bench;

import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.DecisionResponseEncoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.DiscountType;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import org.agrona.ExpandableArrayBuffer;

/** The echo's answer: a decision as long as the real ones are in the mean. Stateless. */
final class EchoAnswer {
    private static final int US_DOLLAR = 840;

    private EchoAnswer() {
    }

    /** A frame of at least this length: as many offers as fit, filled up with zeros that no client reads. */
    static byte[] of(final int lengthBytes) {
        final int room = lengthBytes - encode(0).length;
        final int perOffer = encode(1).length - encode(0).length;
        final byte[] message = encode(Math.max(0, room / perOffer));
        final byte[] frame = new byte[Math.max(lengthBytes, message.length)];
        System.arraycopy(message, 0, frame, 0, message.length);
        Sofh.encode(new org.agrona.concurrent.UnsafeBuffer(frame), 0, frame.length);
        return frame;
    }

    private static byte[] encode(final int offers) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final DecisionResponseEncoder response = new DecisionResponseEncoder()
            .wrapAndApplyHeader(buffer, Sofh.HEADER_LENGTH_BYTES, new MessageHeaderEncoder());
        response.correlationId(0).decisionId().high(1).low(1);
        response.catalogueVersion().counter(1).contentHash(1);
        response.serverTimeNs(1).timeTakenNs(1_000).reason(0).status(DecisionStatus.OFFERS);
        final DecisionResponseEncoder.OffersEncoder group = response.offersCount(offers);
        for (int i = 0; i < offers; i++) {
            group.next().offerId(1).creativeId(1).campaignId(1).currency(US_DOLLAR).discountType(DiscountType.NONE)
                .valueMicros(1_000_000).discountValue(0).propensity(0.05).score(50_000)
                .expiryNs(DecisionResponseEncoder.OffersEncoder.expiryNsNullValue());
        }
        response.explanationsCount(0);
        response.textsCount(0);
        final byte[] frame = new byte[response.limit()];
        buffer.getBytes(0, frame);
        return frame;
    }
}
