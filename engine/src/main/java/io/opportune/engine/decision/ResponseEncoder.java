package io.opportune.engine.decision;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Creative;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.catalogue.Placement;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionResponseEncoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.TextKind;
import java.nio.ByteBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/** Encodes decision responses as whole frames into its own buffer. One per thread; allocates nothing. */
public final class ResponseEncoder {
    /** Longest frame: sixteen offers with long texts and a thousand explanations stay below. */
    public static final int MAX_FRAME_BYTES = 128 * 1024;

    private static final TextKind[] KINDS = {
        TextKind.TITLE, TextKind.BODY, TextKind.BENEFIT, TextKind.TERMS, TextKind.CALL_TO_ACTION, TextKind.WHY
    };

    /** Offer index, kind and length of each text. */
    private static final int TEXT_OVERHEAD_BYTES = 4;
    private static final int TEXTS_RESERVE_BYTES = 64;

    private final UnsafeBuffer frame = new UnsafeBuffer(ByteBuffer.allocateDirect(MAX_FRAME_BYTES));
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final DecisionResponseEncoder response = new DecisionResponseEncoder();
    private final EpochNanoClock epochClock;
    private final NanoClock nanoClock;

    /**
     * Makes the encoder of one thread.
     *
     * @param epochClock wall clock.
     * @param nanoClock  monotonic clock.
     */
    public ResponseEncoder(final EpochNanoClock epochClock, final NanoClock nanoClock) {
        this.epochClock = epochClock;
        this.nanoClock = nanoClock;
    }

    /**
     * Where frames are encoded, from 0.
     *
     * @return the encoder's buffer.
     */
    public MutableDirectBuffer buffer() {
        return frame;
    }

    /**
     * Encodes a decision.
     *
     * @param request        being answered.
     * @param catalogue      that was decided with.
     * @param outcome        of the decision.
     * @param decisionHigh   high half of the decision id; 0 when it was not journalled.
     * @param decisionLow    low half.
     * @param businessTimeNs of the moment, for expiry.
     * @param arrivalNs      monotonic clock when the request was read.
     * @return length of the frame in bytes.
     */
    public int encode(
        final DecisionRequestDecoder request,
        final Catalogue catalogue,
        final DecisionOutcome outcome,
        final long decisionHigh,
        final long decisionLow,
        final long businessTimeNs,
        final long arrivalNs) {
        begin(request, catalogue, outcome.status(), outcome.reason(), arrivalNs);
        response.decisionId().high(decisionHigh).low(decisionLow);
        final Channel channel = request.channel();
        final Offer fallback = outcome.status() == DecisionStatus.FALLBACK ? fallback(request, catalogue) : null;
        final int count = fallback == null ? outcome.offerCount() : 1;
        final DecisionResponseEncoder.OffersEncoder offers = response.offersCount(count);
        if (fallback != null) {
            putOffer(offers, fallback, fallback.creativeFor(channel), 0.0, 0.0, businessTimeNs);
        } else {
            for (int place = 0; place < count; place++) {
                putOffer(offers, catalogue.offer(outcome.offerIndex(place)),
                    creative(request, catalogue, outcome, null, place), outcome.propensity(place),
                    outcome.score(place), businessTimeNs);
            }
        }
        final DecisionResponseEncoder.ExplanationsEncoder explanations =
            response.explanationsCount(outcome.explanationCount());
        for (int i = 0; i < outcome.explanationCount(); i++) {
            explanations.next()
                .offerId(catalogue.offer(outcome.explainedOffer(i)).offerId())
                .reason(outcome.explainedReason(i).code());
        }
        putTexts(request, catalogue, outcome, fallback, count);
        return end();
    }

    /** Encodes an answer that no decision stands behind: the placement's fallback offer where it may be made. */
    int encodeFallback(
        final DecisionRequestDecoder request,
        final Catalogue catalogue,
        final boolean mayFallBack,
        final ReasonCode reason,
        final long arrivalNs) {
        begin(request, catalogue, DecisionStatus.FALLBACK, reason, arrivalNs);
        response.decisionId().high(0).low(0);
        final Offer fallback = mayFallBack ? fallback(request, catalogue) : null;
        final int count = fallback == null ? 0 : 1;
        final DecisionResponseEncoder.OffersEncoder offers = response.offersCount(count);
        if (fallback != null) {
            putOffer(
                offers, fallback, fallback.creativeFor(request.channel()), 0.0, 0.0, epochClock.nanoTime());
        }
        response.explanationsCount(0);
        putTexts(request, catalogue, null, fallback, count);
        return end();
    }

    private void begin(
        final DecisionRequestDecoder request,
        final Catalogue catalogue,
        final DecisionStatus status,
        final ReasonCode reason,
        final long arrivalNs) {
        response.wrapAndApplyHeader(frame, Sofh.HEADER_LENGTH_BYTES, header);
        response.correlationId(request.correlationId());
        response.catalogueVersion()
            .counter(catalogue == null ? 0 : catalogue.version().counter())
            .contentHash(catalogue == null ? 0 : catalogue.version().contentHash());
        response.serverTimeNs(epochClock.nanoTime())
            .timeTakenNs(Math.min(nanoClock.nanoTime() - arrivalNs, Integer.MAX_VALUE))
            .reason(reason.code())
            .status(status);
    }

    private int end() {
        final int length = Sofh.HEADER_LENGTH_BYTES + MessageHeaderEncoder.ENCODED_LENGTH + response.encodedLength();
        Sofh.encode(frame, 0, length);
        return length;
    }

    /** None where an impression restricts what it takes: a fallback was not compared with that. */
    private static Offer fallback(final DecisionRequestDecoder request, final Catalogue catalogue) {
        if (Screening.isRestricted(request)) {
            return null;
        }
        final Placement placement = catalogue == null ? null : catalogue.placement(request.placementId());
        return placement == null ? null : placement.fallback();
    }

    private static void putOffer(
        final DecisionResponseEncoder.OffersEncoder offers,
        final Offer offer,
        final Creative creative,
        final double propensity,
        final double score,
        final long businessTimeNs) {
        offers.next()
            .offerId(offer.offerId())
            .creativeId(creative == null ? 0 : creative.creativeId())
            .campaignId(offer.campaignId())
            .currency(offer.currency())
            .discountType(offer.discountType())
            .valueMicros(offer.valueMicros())
            .discountValue(offer.discountValue())
            .propensity(propensity)
            .score(score)
            .expiryNs(offer.validForNs() == 0
                ? DecisionResponseEncoder.OffersEncoder.expiryNsNullValue()
                : businessTimeNs + offer.validForNs());
    }

    private void putTexts(
        final DecisionRequestDecoder request,
        final Catalogue catalogue,
        final DecisionOutcome outcome,
        final Offer fallback,
        final int offerCount) {
        int texts = 0;
        int offersWithTexts = 0;
        if (request.flags().withTexts()) {
            int room = MAX_FRAME_BYTES - TEXTS_RESERVE_BYTES - response.limit();
            // The best offers get theirs; what no longer fits into the frame is left out from the first offer on.
            while (offersWithTexts < offerCount && room >= 0) {
                final Creative creative = creative(request, catalogue, outcome, fallback, offersWithTexts);
                room -= textBytes(creative);
                if (room >= 0) {
                    texts += textCount(creative);
                    offersWithTexts++;
                }
            }
        }
        final DecisionResponseEncoder.TextsEncoder group = response.textsCount(texts);
        for (int place = 0; place < offersWithTexts; place++) {
            final Creative creative = creative(request, catalogue, outcome, fallback, place);
            for (int i = 0; creative != null && i < KINDS.length; i++) {
                final byte[] utf8 = creative.text(KINDS[i]);
                if (utf8 != null) {
                    group.next().offerIndex((short) place).kind(KINDS[i]).putText(utf8, 0, utf8.length);
                }
            }
        }
    }

    private static int textBytes(final Creative creative) {
        int bytes = 0;
        for (int i = 0; creative != null && i < KINDS.length; i++) {
            final byte[] utf8 = creative.text(KINDS[i]);
            bytes += utf8 == null ? 0 : TEXT_OVERHEAD_BYTES + utf8.length;
        }
        return bytes;
    }

    private static int textCount(final Creative creative) {
        int count = 0;
        for (int i = 0; creative != null && i < KINDS.length; i++) {
            count += creative.text(KINDS[i]) == null ? 0 : 1;
        }
        return count;
    }

    private static Creative creative(
        final DecisionRequestDecoder request,
        final Catalogue catalogue,
        final DecisionOutcome outcome,
        final Offer fallback,
        final int place) {
        if (fallback != null) {
            return fallback.creativeFor(request.channel());
        }
        final Offer offer = catalogue.offer(outcome.offerIndex(place));
        final int chosen = outcome.creative(place);
        return chosen == Screening.BY_CHANNEL ? offer.creativeFor(request.channel()) : offer.auctionCreative(chosen);
    }
}
