package io.opportune.loadtest.completejourney;

import io.opportune.loadtest.catalogue.CatalogueText;
import java.util.ArrayList;
import java.util.List;

/**
 * A coupon as an offer of the catalogue. COMPLETEJOURNEY.md says how each value comes about.
 *
 * @param campaign       its campaign.
 * @param upc            its bar code.
 * @param categories     product categories it is good for, the most sold first, at most
 *                       {@link JourneyOffers#MAX_CATEGORIES}; never empty.
 * @param storeWide      whether it is good for too many categories to name them in a rule.
 * @param manufacturer   that makes most of its products.
 * @param department     that sells most of its products.
 * @param valueMicros    worth of one conversion.
 * @param discountMicros what the coupon takes off.
 * @param propensity     prior, 0..1.
 * @param redemptions    in the data.
 */
public record JourneyOffer(
    JourneyData.Campaign campaign,
    String upc,
    List<String> categories,
    boolean storeWide,
    int manufacturer,
    String department,
    long valueMicros,
    long discountMicros,
    double propensity,
    int redemptions) {

    /**
     * Name of a campaign in the catalogue.
     *
     * @param campaign its number.
     * @return e.g. {@code campaign-13}.
     */
    public static String campaignName(final int campaign) {
        return "campaign-" + campaign;
    }

    /**
     * Name of the segment of a campaign's contact list.
     *
     * @param campaign its number.
     * @return e.g. {@code campaign-13-contacted}.
     */
    public static String segmentName(final int campaign) {
        return campaignName(campaign) + "-contacted";
    }

    /**
     * Name of an offer in the catalogue.
     *
     * @param campaign its number.
     * @param upc      the coupon's bar code.
     * @return e.g. {@code coupon-13-54300020076}.
     */
    public static String offerName(final int campaign, final String upc) {
        return "coupon-" + campaign + "-" + upc;
    }

    /**
     * Name of this offer in the catalogue.
     *
     * @return as {@link #offerName}.
     */
    public String name() {
        return offerName(campaign.id(), upc);
    }

    /**
     * The targeting rule: campaigns of type A pick from a pool what suits the contacted household, so it must have the
     * category in its basket or among its purchases of 90 days; types B and C go to all contacted households and at
     * the till to other buyers of the category.
     *
     * @return CEL text.
     */
    public String rule() {
        final String contacted = CatalogueText.quote(segmentName(campaign.id())) + " in customer.segments";
        if (storeWide) {
            return contacted;
        }
        final List<String> buys = new ArrayList<>();
        for (final String category : categories) {
            final String quoted = CatalogueText.quote(category);
            if (campaign.type() == 'A') {
                buys.add(quoted + " in basket.categories");
            }
            buys.add("customer.purchases_90d[" + quoted + "] >= 1");
        }
        final String any = String.join(" || ", buys);
        return campaign.type() == 'A' ? contacted + " && (" + any + ")" : contacted + " || " + any;
    }
}
