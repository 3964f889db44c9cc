package io.opportune.loadtest.completejourney;

import io.opportune.loadtest.completejourney.JourneyData.Campaign;
import io.opportune.loadtest.completejourney.JourneyData.Coupon;
import io.opportune.loadtest.completejourney.JourneyData.Line;
import io.opportune.loadtest.completejourney.JourneyData.Product;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses coupons for the catalogue and derives what an offer needs: every coupon that was ever redeemed, then those
 * whose products sell most, until a campaign has {@link #MIN_OFFERS}. Used once, on the calling thread.
 */
public final class JourneyOffers {
    /** Offers that a campaign has at least, where it has as many coupons. */
    static final int MIN_OFFERS = 24;
    /** Categories that a rule names at most. */
    static final int MAX_CATEGORIES = 4;
    /** A coupon good for more categories than this counts as store-wide. */
    private static final int STORE_WIDE_ABOVE = 6;
    /** Till lines below which a mean is not trusted and that of a wider group is taken. */
    private static final int MIN_LINES = 5;
    private static final int MIN_DISCOUNT_LINES = 3;
    /** Strength of the prior of a campaign type, in contacted households. */
    private static final double PRIOR_WEIGHT = 20;
    /** Discounts are rounded to 5 cents. */
    private static final long DISCOUNT_STEP_MICROS = 50_000;

    private final JourneyData data;
    private final Map<Long, Sum> salesByProduct = new HashMap<>();
    private final Map<String, Sum> salesByCategory = new HashMap<>();
    private final Map<Long, Sum> discountByProduct = new HashMap<>();
    private final Sum allSales = new Sum();
    private final Sum allDiscounts = new Sum();
    private final Map<String, Integer> redemptions = new HashMap<>();

    /** A running mean. */
    private static final class Sum {
        private long lines;
        private long micros;

        void add(final long amountMicros) {
            lines++;
            micros += amountMicros;
        }

        void add(final Sum other) {
            lines += other.lines;
            micros += other.micros;
        }

        long meanMicros() {
            return lines == 0 ? 0 : micros / lines;
        }
    }

    private JourneyOffers(final JourneyData data) {
        this.data = data;
        for (final JourneyData.Basket basket : data.baskets()) {
            for (final Line line : basket.lines()) {
                salesByProduct.computeIfAbsent(line.productId(), id -> new Sum()).add(line.amountMicros());
                salesByCategory.computeIfAbsent(line.category(), id -> new Sum()).add(line.amountMicros());
                allSales.add(line.amountMicros());
                if (line.couponMicros() > 0) {
                    discountByProduct.computeIfAbsent(line.productId(), id -> new Sum()).add(line.couponMicros());
                    allDiscounts.add(line.couponMicros());
                }
            }
        }
        data.redemptions().forEach(redemption ->
            redemptions.merge(JourneyOffer.offerName(redemption.campaign(), redemption.upc()), 1, Integer::sum));
    }

    /**
     * Makes offers of the data's coupons.
     *
     * @param data as read.
     * @return offers by campaign, in the order in which they were chosen.
     */
    public static List<JourneyOffer> choose(final JourneyData data) {
        return new JourneyOffers(data).chooseAll();
    }

    private List<JourneyOffer> chooseAll() {
        final Map<Character, Double> priors = priors();
        final List<JourneyOffer> offers = new ArrayList<>();
        for (final Campaign campaign : data.campaigns().values()) {
            final List<Coupon> coupons = data.coupons().stream()
                .filter(coupon -> coupon.campaign() == campaign.id())
                .sorted(Comparator.comparingInt(this::redemptions).thenComparingLong(this::soldLines).reversed()
                    .thenComparing(Coupon::upc))
                .toList();
            int chosen = 0;
            for (final Coupon coupon : coupons) {
                if (redemptions(coupon) > 0 || chosen < MIN_OFFERS) {
                    final JourneyOffer offer = offer(campaign, coupon, priors.get(campaign.type()));
                    if (offer == null) {
                        data.problems().count("coupon without a product of a known category, not offered");
                    } else {
                        offers.add(offer);
                        chosen++;
                    }
                }
            }
        }
        return List.copyOf(offers);
    }

    /** Redemptions per contacted household and coupon of each campaign type. */
    private Map<Character, Double> priors() {
        final Map<Character, Double> redeemed = new HashMap<>();
        final Map<Character, Double> chances = new HashMap<>();
        for (final Coupon coupon : data.coupons()) {
            final Campaign campaign = data.campaigns().get(coupon.campaign());
            redeemed.merge(campaign.type(), (double) redemptions(coupon), Double::sum);
            chances.merge(campaign.type(), (double) campaign.contacted().size(), Double::sum);
        }
        redeemed.replaceAll((type, count) -> count / Math.max(1, chances.get(type)));
        return redeemed;
    }

    private JourneyOffer offer(final Campaign campaign, final Coupon coupon, final double prior) {
        final Map<String, Long> categories = new HashMap<>();
        final Map<String, Long> departments = new HashMap<>();
        final Map<Integer, Long> manufacturers = new HashMap<>();
        final Sum sales = new Sum();
        final Sum discounts = new Sum();
        for (final long id : coupon.productIds()) {
            final Product product = data.products().get(id);
            if (product == null || product.category().isEmpty()) {
                continue;
            }
            final Sum sold = salesByProduct.getOrDefault(id, new Sum());
            // A product that is listed counts once, each of its sales five times: rules should name what is bought.
            final long weight = 1 + 5 * sold.lines;
            categories.merge(product.category(), weight, Long::sum);
            departments.merge(product.department(), weight, Long::sum);
            manufacturers.merge(product.manufacturer(), weight, Long::sum);
            sales.add(sold);
            discounts.add(discountByProduct.getOrDefault(id, new Sum()));
        }
        if (categories.isEmpty()) {
            return null;
        }
        final List<String> ranked = ranked(categories);
        final int count = redemptions(coupon);
        final double propensity = (count + prior * PRIOR_WEIGHT) / (campaign.contacted().size() + PRIOR_WEIGHT);
        final long discountMicros =
            discounts.lines >= MIN_DISCOUNT_LINES ? discounts.meanMicros() : allDiscounts.meanMicros();
        return new JourneyOffer(campaign, coupon.upc(),
            ranked.subList(0, Math.min(MAX_CATEGORIES, ranked.size())), categories.size() > STORE_WIDE_ABOVE,
            ranked(manufacturers).get(0), ranked(departments).get(0), valueMicros(sales, ranked.get(0)),
            Math.max(1, Math.round((double) discountMicros / DISCOUNT_STEP_MICROS)) * DISCOUNT_STEP_MICROS,
            Math.clamp(propensity, 0.0001, 0.5), count);
    }

    private long valueMicros(final Sum sales, final String category) {
        if (sales.lines >= MIN_LINES) {
            return sales.meanMicros();
        }
        final Sum ofCategory = salesByCategory.getOrDefault(category, new Sum());
        return ofCategory.lines >= MIN_LINES ? ofCategory.meanMicros() : allSales.meanMicros();
    }

    private int redemptions(final Coupon coupon) {
        return redemptions.getOrDefault(JourneyOffer.offerName(coupon.campaign(), coupon.upc()), 0);
    }

    private long soldLines(final Coupon coupon) {
        return coupon.productIds().stream()
            .mapToLong(id -> salesByProduct.containsKey(id) ? salesByProduct.get(id).lines : 0).sum();
    }

    /** Keys by weight, the heaviest first; equal weights in natural order. */
    private static <K extends Comparable<K>> List<K> ranked(final Map<K, Long> weights) {
        return weights.entrySet().stream()
            .sorted(Map.Entry.<K, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
            .map(Map.Entry::getKey)
            .toList();
    }
}
