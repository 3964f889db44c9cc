package io.opportune.loadtest.completejourney;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The data set in memory, as read. Immutable; about 60 MB.
 *
 * @param products     by product id.
 * @param baskets      in time order, then by basket id.
 * @param campaigns    by campaign id, ascending.
 * @param coupons      one per campaign and coupon.
 * @param redemptions  in order of date.
 * @param demographics by household id: the values in order of {@link #DEMOGRAPHIC_ATTRIBUTES}, empty where unknown.
 * @param stores       ids, ascending.
 * @param households   every household that appears anywhere, ascending.
 * @param problems     what was odd.
 */
public record JourneyData(
    Map<Long, Product> products,
    List<Basket> baskets,
    Map<Integer, Campaign> campaigns,
    List<Coupon> coupons,
    List<Redemption> redemptions,
    Map<Integer, List<String>> demographics,
    List<String> stores,
    List<Integer> households,
    JourneyProblems problems) {

    /** The data names no zone; its quietest hour at 09 UTC fits the east of the United States. */
    public static final ZoneId ZONE = ZoneId.of("America/New_York");

    /**
     * What is kept of demographics, in the order of the file's columns. The last column, the number of children,
     * follows from size and composition and is left out: a profile has room for six declared attributes.
     */
    public static final List<String> DEMOGRAPHIC_ATTRIBUTES = List.of("customer.age_group", "customer.income_group",
        "customer.home_ownership", "customer.marital_status", "customer.household_size",
        "customer.household_composition");

    /**
     * An article.
     *
     * @param id           number of the article.
     * @param manufacturer number of its maker.
     * @param department   of the store.
     * @param category     product category; empty when the data has none.
     */
    public record Product(long id, int manufacturer, String department, String category) {
    }

    /**
     * One visit to a till.
     *
     * @param id        number of the basket.
     * @param household that pays.
     * @param store     id.
     * @param time      of the transaction.
     * @param lines     articles, voided ones left out.
     */
    public record Basket(long id, int household, String store, Instant time, List<Line> lines) {
        /**
         * The day in the store's zone.
         *
         * @return local date.
         */
        public LocalDate day() {
            return time.atZone(ZONE).toLocalDate();
        }
    }

    /**
     * One line of a basket.
     *
     * @param productId     article.
     * @param category      product category; empty when unknown.
     * @param quantityMilli quantity times 1000.
     * @param amountMicros  what the retailer received for it.
     * @param couponMicros  what a manufacturer's coupon took off.
     */
    public record Line(long productId, String category, int quantityMilli, long amountMicros, long couponMicros) {
    }

    /**
     * A campaign.
     *
     * @param id        1..27.
     * @param type      A, B or C.
     * @param start     first day.
     * @param end       last day.
     * @param contacted households.
     */
    public record Campaign(int id, char type, LocalDate start, LocalDate end, Set<Integer> contacted) {
    }

    /**
     * A coupon in a campaign.
     *
     * @param campaign   its number.
     * @param upc        its bar code.
     * @param productIds that it is good for.
     */
    public record Coupon(int campaign, String upc, Set<Long> productIds) {
    }

    /**
     * A coupon handed in.
     *
     * @param household that did.
     * @param upc       of the coupon.
     * @param campaign  of the coupon.
     * @param date      local day.
     */
    public record Redemption(int household, String upc, int campaign, LocalDate date) {
    }
}
