package io.opportune.engine.bidding;

import io.opportune.engine.privacy.PrivacyAction;
import io.opportune.engine.privacy.PrivacyReason;
import io.opportune.engine.privacy.Regulation;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The way of one bid request through an endpoint, for people.
 *
 * @param requestId of the request; may be empty.
 * @param exchange  id of the profile.
 * @param format    {@code json} or {@code protobuf}.
 * @param test      whether {@code test} is 1.
 * @param noBid     why there is no bid at all; null when there is one.
 * @param tmaxMs    of the request, or of the profile where it has none.
 * @param marginNs  what of it is left to the network.
 * @param budgetNs  what the decisions may take; 0 when the request did not come so far.
 * @param consent   what the signals permit; null when the request did not come so far.
 * @param customer  whom the request names; null when it did not come so far, or nobody was looked for.
 * @param currency  of the response; null when no bid was worked out.
 * @param imps      every impression, in the order of the request.
 */
public record BidTrace(
    String requestId, String exchange, String format, boolean test, NoBid noBid, long tmaxMs, long marginNs,
    long budgetNs, Consent consent, Customer customer, String currency, List<Imp> imps) {

    /** Place of an impression that was not asked for. */
    public static final int NOT_ASKED = -1;

    /** Copies the list. */
    public BidTrace {
        imps = List.copyOf(imps);
    }

    /**
     * What the signals permit.
     *
     * @param against  why each action is not permitted; {@code PERMITTED} for those that are.
     * @param verdicts of each regulation alone.
     */
    public record Consent(Map<PrivacyAction, PrivacyReason> against, List<Verdict> verdicts) {
        /** Copies both. */
        public Consent {
            against = Collections.unmodifiableMap(new EnumMap<>(against));
            verdicts = List.copyOf(verdicts);
        }
    }

    /**
     * What one regulation alone says.
     *
     * @param regulation which.
     * @param signalled  whether the request says anything of it.
     * @param against    as in {@link Consent}.
     */
    public record Verdict(Regulation regulation, boolean signalled, Map<PrivacyAction, PrivacyReason> against) {
        /** Copies the map. */
        public Verdict {
            against = Collections.unmodifiableMap(new EnumMap<>(against));
        }
    }

    /**
     * Whom a request names.
     *
     * @param namespace of the id that was taken; 0 when no id may be used or none was found.
     * @param why       {@code PERMITTED}, or why no id was looked at.
     */
    public record Customer(int namespace, PrivacyReason why) {
    }

    /**
     * One impression.
     *
     * @param id          of the impression; may be empty.
     * @param forms       of ads that it takes: banner, video, audio, native.
     * @param place       among those that were asked for; {@link #NOT_ASKED}.
     * @param placementId registry id; 0 when there was none.
     * @param noBid       why there is no bid; null when there is one.
     * @param offerId     that the decision chose; 0 for none.
     * @param creativeId  that it chose.
     * @param pricing     how the bid came about, or did not; null when no offer was chosen or no currency found.
     */
    public record Imp(
        String id, List<String> forms, int place, int placementId, NoBid noBid, int offerId, int creativeId,
        Pricing pricing) {
        /** Copies the list. */
        public Imp {
            forms = List.copyOf(forms);
        }
    }

    /**
     * How a bid came about.
     *
     * @param cpmMicros   worth of a thousand impressions, in the currency of the response.
     * @param valueMicros as much of the worth as the campaign's pacing lets bid, CPM in that currency.
     * @param floorMicros of the open auction, CPM in that currency; 0 for none or where it was not looked at.
     * @param shade       share of the value that is bid, above 0 up to 1; 0 where no price is chosen because the
     *                    auction has a second price, the deal a fixed one, or the request is a test.
     * @param explored    whether another shade than the best known was tried.
     * @param priceMicros CPM that was bid; 0 for none.
     * @param dealId      that was bid for; null in the open auction.
     * @param deals       that were offered, in the order of the request.
     */
    public record Pricing(
        long cpmMicros, long valueMicros, long floorMicros, double shade, boolean explored, long priceMicros,
        String dealId, List<Deal> deals) {
        /** Copies the list. */
        public Pricing {
            deals = List.copyOf(deals);
        }
    }

    /**
     * One deal.
     *
     * @param id       of the deal.
     * @param floor    as the request says it, CPM.
     * @param currency of the floor.
     * @param verdict  what stands against it.
     */
    public record Deal(String id, double floor, String currency, DealVerdict verdict) {
    }
}
