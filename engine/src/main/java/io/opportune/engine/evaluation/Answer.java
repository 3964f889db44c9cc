package io.opportune.engine.evaluation;

import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.DecisionResponseDecoder.OffersDecoder;
import java.util.Arrays;

/** The offers of one answer as far as the customer sees them, and what they are worth. Reused; one thread. */
final class Answer {
    private static final int FIELDS = 4;
    private static final double MICROS = 1e6;

    /** Offer, creative, kind and size of the discount of each place. */
    private long[] seen = new long[8 * FIELDS];
    private int[] campaignIds = new int[8];
    private double[] propensities = new double[8];
    private double[] values = new double[8];
    private int count;

    void read(final DecisionResponseDecoder response) {
        count = 0;
        for (final OffersDecoder offer : response.offers()) {
            if (count == campaignIds.length) {
                seen = Arrays.copyOf(seen, 2 * seen.length);
                campaignIds = Arrays.copyOf(campaignIds, 2 * count);
                propensities = Arrays.copyOf(propensities, 2 * count);
                values = Arrays.copyOf(values, 2 * count);
            }
            seen[FIELDS * count] = offer.offerId();
            seen[FIELDS * count + 1] = offer.creativeId();
            seen[FIELDS * count + 2] = offer.discountTypeRaw();
            seen[FIELDS * count + 3] = offer.discountValue();
            campaignIds[count] = offer.campaignId();
            final double propensity = offer.propensity();
            propensities[count] = propensity >= 0 ? propensity : 0;
            values[count] = offer.valueMicros() == OffersDecoder.valueMicrosNullValue()
                ? 0 : offer.valueMicros() / MICROS;
            count++;
        }
    }

    int count() {
        return count;
    }

    int offerId(final int place) {
        return (int) seen[FIELDS * place];
    }

    int campaignId(final int place) {
        return campaignIds[place];
    }

    /** What an offer is expected to bring, units of its currency. */
    double expectedValue(final int place) {
        return propensities[place] * values[place];
    }

    /** Whether the customer sees the same: offers, creatives and discounts in the same places. */
    boolean isSeenAs(final Answer other) {
        return count == other.count
            && Arrays.equals(seen, 0, FIELDS * count, other.seen, 0, FIELDS * count);
    }
}
