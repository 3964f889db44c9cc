package io.opportune.engine.explain;

import io.opportune.engine.bidding.BidTrace;
import io.opportune.engine.bidding.NoBid;
import io.opportune.engine.catalogue.CatalogueVersion;
import io.opportune.engine.decision.OfferInquiry;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.DecisionStatus;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The whole way of one bid request: what was read, whom it is about, what became of every offer, what won at what
 * price.
 *
 * @param status         of HTTP that an exchange would get: 200, 204, or one of those that refuse.
 * @param responseBytes  length of the response; 0 for none.
 * @param noBid          the one reason why there is no bid at all; null when there is one, or nothing could be read.
 * @param trace          of the endpoint; null when nothing could be read.
 * @param namespaceName  of the customer's id; null when none was taken.
 * @param profile        what is known about the customer.
 * @param catalogue      that was decided with.
 * @param offerCount     of the catalogue.
 * @param holdsEpoch     changes of what is held back so far.
 * @param businessTimeNs of the decisions, nanoseconds since 1970; 0 when none was made.
 * @param imps           each impression of the trace, in its order.
 * @param tookNs         time of answering, without the time of explaining; monotonic clock.
 * @param explainedNs    time of explaining.
 */
public record BidFunnel(
    int status, int responseBytes, NoBid noBid, BidTrace trace, String namespaceName, Profile profile,
    CatalogueVersion catalogue, int offerCount, long holdsEpoch, long businessTimeNs, List<Imp> imps, long tookNs,
    long explainedNs) {

    /** Copies the list. */
    public BidFunnel {
        imps = List.copyOf(imps);
    }

    /** What is known about a customer. */
    public enum Profile {
        /** No customer is named, or none may be. */
        NOT_LOOKED_FOR,
        /** The id belongs to no profile. */
        NONE,
        /** There is one, whose customer has not agreed to personalisation: it was not read. */
        NOT_PERMITTED,
        /** It was read. */
        READ
    }

    /**
     * One impression.
     *
     * @param trace      of the endpoint.
     * @param placement  name; null when there was none.
     * @param decision   that was made; null when none was asked for, or more impressions than are explained.
     */
    public record Imp(BidTrace.Imp trace, String placement, Decision decision) {
    }

    /**
     * One decision.
     *
     * @param status      kind of answer.
     * @param reason      of the whole answer.
     * @param matched     offers whose targeting was found to hold before the search could stop.
     * @param scored      of them.
     * @param decidedNs   time it took.
     * @param outcomes    how many offers of the catalogue ended with each reason; {@code NONE} is what was chosen.
     * @param offers      told of one by one: the chosen one, those that lost to it in order of their scores, then the
     *                    others; those asked for by name in any case.
     * @param moreOffers  not told of one by one.
     * @param unknown     names asked for that the catalogue does not have.
     */
    public record Decision(
        DecisionStatus status, ReasonCode reason, int matched, int scored, long decidedNs,
        Map<ReasonCode, Integer> outcomes, List<OfferLine> offers, int moreOffers, List<String> unknown) {
        /** Copies all. */
        public Decision {
            final Map<ReasonCode, Integer> copy = new EnumMap<>(ReasonCode.class);
            copy.putAll(outcomes);
            outcomes = Collections.unmodifiableMap(copy);
            offers = List.copyOf(offers);
            unknown = List.copyOf(unknown);
        }

        Decision withOffers(final int most) {
            return offers.size() <= most ? this : new Decision(status, reason, matched, scored, decidedNs, outcomes,
                offers.subList(0, most), moreOffers + offers.size() - most, unknown);
        }
    }

    /**
     * One offer.
     *
     * @param campaign    name.
     * @param rank        among the offers that nothing but better ones stood against, 1 for the best; 0 for others.
     * @param valueMicros of one conversion.
     * @param propensity  probability of conversion, 0..1: of the chosen one what predicted it, otherwise the
     *                    catalogue's.
     * @param scoreMicros worth of one impression: their product.
     * @param currency    of both, ISO 4217.
     * @param cpmMicros   worth of a thousand impressions in the currency of the response; -1 where there is none.
     * @param reason      first thing that stood in its way; {@code NONE} when it was chosen.
     * @param probability with which a chosen one got its place; {@link #NO_PROBABILITY} for others, and where nothing
     *                    is left to chance.
     * @param finding     everything that did.
     */
    public record OfferLine(
        String campaign, int rank, long valueMicros, double propensity, double scoreMicros, String currency,
        long cpmMicros, ReasonCode reason, double probability, OfferInquiry.Finding finding) {
        /** Of a {@link #probability}. */
        public static final double NO_PROBABILITY = 0;
    }

    /**
     * The same with fewer offers told of one by one.
     *
     * @param most of each impression.
     * @return a shorter funnel.
     */
    public BidFunnel withOffers(final int most) {
        return new BidFunnel(status, responseBytes, noBid, trace, namespaceName, profile, catalogue, offerCount,
            holdsEpoch, businessTimeNs,
            imps.stream().map(imp -> new Imp(imp.trace(), imp.placement(),
                imp.decision() == null ? null : imp.decision().withOffers(most))).toList(),
            tookNs, explainedNs);
    }
}
