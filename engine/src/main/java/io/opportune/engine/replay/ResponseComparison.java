package io.opportune.engine.replay;

import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.DecisionResponseDecoder.ExplanationsDecoder;
import io.opportune.protocol.codec.DecisionResponseDecoder.OffersDecoder;
import io.opportune.protocol.codec.DecisionResponseDecoder.TextsDecoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/** Finds the first field in which two decision responses differ. What depends on the clock is left out. */
final class ResponseComparison {
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final DecisionResponseDecoder first = new DecisionResponseDecoder();
    private final DecisionResponseDecoder second = new DecisionResponseDecoder();
    private String difference;

    /**
     * Compares.
     *
     * @return field, value of the first, value of the second; null when they are equal.
     */
    String difference(
        final DirectBuffer firstBuffer,
        final int firstOffset,
        final DirectBuffer secondBuffer,
        final int secondOffset) {
        first.wrapAndApplyHeader(firstBuffer, firstOffset, header);
        second.wrapAndApplyHeader(secondBuffer, secondOffset, header);
        difference = null;
        compareAnswer();
        compareOffers();
        compareExplanations();
        compareTexts();
        return difference;
    }

    private void same(final String field, final long a, final long b) {
        if (a != b && difference == null) {
            difference = field + ": was " + a + ", is " + b;
        }
    }

    private void same(final String field, final double a, final double b) {
        if (Double.compare(a, b) != 0 && difference == null) {
            difference = field + ": was " + a + ", is " + b;
        }
    }

    private void same(final String field, final Object a, final Object b) {
        if (!a.equals(b) && difference == null) {
            difference = field + ": was " + a + ", is " + b;
        }
    }

    private void compareAnswer() {
        same("correlationId", first.correlationId(), second.correlationId());
        same("decisionId.high", first.decisionId().high(), second.decisionId().high());
        same("decisionId.low", first.decisionId().low(), second.decisionId().low());
        same("catalogueVersion.counter", first.catalogueVersion().counter(), second.catalogueVersion().counter());
        same("catalogueVersion.contentHash",
            first.catalogueVersion().contentHash(), second.catalogueVersion().contentHash());
        same("status", first.status(), second.status());
        same("reason", first.reason(), second.reason());
    }

    private void compareOffers() {
        final OffersDecoder as = first.offers();
        final OffersDecoder bs = second.offers();
        same("offers", as.count(), bs.count());
        for (int i = 0; difference == null && as.hasNext(); i++) {
            final OffersDecoder a = as.next();
            final OffersDecoder b = bs.next();
            final String at = "offers[" + i + "].";
            same(at + "offerId", a.offerId(), b.offerId());
            same(at + "creativeId", a.creativeId(), b.creativeId());
            same(at + "campaignId", a.campaignId(), b.campaignId());
            same(at + "currency", a.currency(), b.currency());
            same(at + "discountType", a.discountType(), b.discountType());
            same(at + "valueMicros", a.valueMicros(), b.valueMicros());
            same(at + "discountValue", a.discountValue(), b.discountValue());
            same(at + "propensity", a.propensity(), b.propensity());
            same(at + "score", a.score(), b.score());
            same(at + "expiryNs", a.expiryNs(), b.expiryNs());
        }
    }

    private void compareExplanations() {
        if (difference != null) {
            return;
        }
        final ExplanationsDecoder as = first.explanations();
        final ExplanationsDecoder bs = second.explanations();
        same("explanations", as.count(), bs.count());
        for (int i = 0; difference == null && as.hasNext(); i++) {
            final ExplanationsDecoder a = as.next();
            final ExplanationsDecoder b = bs.next();
            same("explanations[" + i + "].offerId", a.offerId(), b.offerId());
            same("explanations[" + i + "].reason", a.reason(), b.reason());
        }
    }

    private void compareTexts() {
        if (difference != null) {
            return;
        }
        final TextsDecoder as = first.texts();
        final TextsDecoder bs = second.texts();
        same("texts", as.count(), bs.count());
        for (int i = 0; difference == null && as.hasNext(); i++) {
            final TextsDecoder a = as.next();
            final TextsDecoder b = bs.next();
            same("texts[" + i + "].offerIndex", a.offerIndex(), b.offerIndex());
            same("texts[" + i + "].kind", a.kind(), b.kind());
            final byte[] textA = new byte[a.textLength()];
            final byte[] textB = new byte[b.textLength()];
            a.getText(textA, 0, textA.length);
            b.getText(textB, 0, textB.length);
            same("texts[" + i + "].text is the same", true, Arrays.equals(textA, textB));
        }
    }
}
