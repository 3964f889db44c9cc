package io.opportune.protocol.client;

import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.ResolveResponseDecoder;
import io.opportune.protocol.codec.TextKind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Reads answers into the callers' value types. Stateless. */
final class AnswerReader {
    private AnswerReader() {
    }

    static Decision decision(final DecisionResponseDecoder response) {
        final List<Offer> offers = new ArrayList<>();
        final List<Map<TextKind, String>> texts = new ArrayList<>();
        for (final DecisionResponseDecoder.OffersDecoder offer : response.offers()) {
            offers.add(new Offer(offer.offerId(), offer.creativeId(), offer.campaignId(), offer.currency(),
                offer.discountType(), offer.discountValue(), offer.valueMicros(), offer.propensity(), offer.score(),
                offer.expiryNs(), Map.of()));
            texts.add(new EnumMap<>(TextKind.class));
        }
        final List<Explanation> explanations = new ArrayList<>();
        for (final DecisionResponseDecoder.ExplanationsDecoder explanation : response.explanations()) {
            explanations.add(new Explanation(explanation.offerId(), explanation.reason()));
        }
        for (final DecisionResponseDecoder.TextsDecoder entry : response.texts()) {
            final int offerIndex = entry.offerIndex();
            final TextKind kind = entry.kind();
            final String text = entry.text();
            if (offerIndex < texts.size() && kind != TextKind.SBE_UNKNOWN && kind != TextKind.NULL_VAL) {
                texts.get(offerIndex).put(kind, text);
            }
        }
        for (int i = 0; i < offers.size(); i++) {
            if (!texts.get(i).isEmpty()) {
                offers.set(i, withTexts(offers.get(i), texts.get(i)));
            }
        }
        return new Decision(new UUID(response.decisionId().high(), response.decisionId().low()), response.status(),
            response.reason(), response.catalogueVersion().counter(), response.serverTimeNs(),
            response.timeTakenNs(), offers, explanations, null);
    }

    static ResolvedNames names(final ResolveResponseDecoder response) {
        final List<Integer> ids = new ArrayList<>();
        for (final ResolveResponseDecoder.IdsDecoder entry : response.ids()) {
            ids.add(entry.id());
        }
        return new ResolvedNames(response.catalogueVersion().counter(), ids);
    }

    private static Offer withTexts(final Offer offer, final Map<TextKind, String> texts) {
        return new Offer(offer.offerId(), offer.creativeId(), offer.campaignId(), offer.currency(),
            offer.discountType(), offer.discountValue(), offer.valueMicros(), offer.propensity(), offer.score(),
            offer.expiryNs(), texts);
    }
}
