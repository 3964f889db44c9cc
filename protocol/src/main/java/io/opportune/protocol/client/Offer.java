package io.opportune.protocol.client;

import io.opportune.protocol.codec.DiscountType;
import io.opportune.protocol.codec.TextKind;
import java.util.Map;

/**
 * One offer of a decision.
 *
 * @param offerId       registry id.
 * @param creativeId    registry id, 0 for none.
 * @param campaignId    registry id, 0 for none.
 * @param currency      ISO 4217 numeric code, 0 when the server named none.
 * @param discountType  how the benefit is computed; {@code SBE_UNKNOWN} for a kind of a newer server.
 * @param discountValue micros for AMOUNT_OFF, basis points for PERCENT_OFF, points for POINTS, otherwise 0.
 * @param valueMicros   worth of one conversion to the business, micros.
 * @param propensity    probability of conversion, 0..1.
 * @param score         what the offers were ranked by, micros.
 * @param expiryNs      epoch nanoseconds; {@link Long#MIN_VALUE} for an offer that does not expire.
 * @param texts         texts by kind, present when asked for; kinds that this version does not know are left out.
 */
public record Offer(
    int offerId,
    int creativeId,
    int campaignId,
    int currency,
    DiscountType discountType,
    long discountValue,
    long valueMicros,
    double propensity,
    double score,
    long expiryNs,
    Map<TextKind, String> texts) {
    /** Copies the texts. */
    public Offer {
        texts = Map.copyOf(texts);
    }
}
