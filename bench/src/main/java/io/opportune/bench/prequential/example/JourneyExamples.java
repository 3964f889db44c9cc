package io.opportune.bench.prequential.example;

import io.opportune.bench.prequential.example.Features.Field;
import io.opportune.engine.feature.FeatureKeys;
import io.opportune.loadtest.completejourney.JourneyData;
import io.opportune.loadtest.completejourney.JourneyData.Campaign;
import io.opportune.loadtest.completejourney.JourneyData.Coupon;
import io.opportune.loadtest.completejourney.JourneyData.Redemption;
import io.opportune.loadtest.completejourney.JourneyReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Complete Journey's redemptions: one example for each household that a campaign contacted and each coupon of that
 * campaign; its label is whether the household handed that coupon in within the campaign.
 *
 * <p>All examples of a campaign are tested on its first day, with what was known before that day, and learned when the
 * campaign is over: before the tests of the first campaign that starts later than its last day. Within a campaign they
 * stand in an order drawn by hash. Where negatives are sampled, by hash, each has the weight of those that it stands
 * for.
 *
 * <p>Rows of the hierarchy: manufacturer of most of the coupon's products, type of campaign (a campaign's own id would
 * be new in every test), product category of most of them, and the coupon.
 */
public final class JourneyExamples {
    private static final long KEEP_SALT = 0x6a09e667f3bcc908L;
    private static final long ORDER_SALT = 0xbb67ae8584caa73bL;

    private final JourneyData data;
    private final int keptOf;
    private final Examples.Builder builder = new Examples.Builder("complete-journey");
    private final Features features = new Features(builder);
    private final Map<Integer, Household> households = new HashMap<>();
    private final Map<String, CouponGroup> groups = new HashMap<>();
    private final Map<Integer, List<CouponGroup>> coupons = new HashMap<>();
    private final Ids manufacturers = new Ids();
    private final Ids categories = new Ids();
    private final Ids upcs = new Ids();
    private final Purchases product = new Purchases();
    private final Purchases category = new Purchases();
    private final Purchases manufacturer = new Purchases();
    private final Purchases department = new Purchases();

    private JourneyExamples(final JourneyData data, final int keptOf) {
        this.data = data;
        this.keptOf = keptOf;
    }

    /** One example before its features are made. */
    private record Pair(int household, CouponGroup coupon, boolean redeemed, long order) {
    }

    /** A campaign's examples: from the first up to, not including, the end. */
    private record Shown(Campaign campaign, int first, int end) {
    }

    /**
     * Reads the data set.
     *
     * @param directory that holds its CSV files.
     * @param keptOf    one negative of so many is kept; 1 for all.
     * @return its examples; the group of each is its campaign.
     * @throws IOException when they cannot be read.
     */
    public static Examples read(final Path directory, final int keptOf) throws IOException {
        return of(JourneyReader.read(directory), keptOf);
    }

    /**
     * Makes examples of the data set.
     *
     * @param data   as read.
     * @param keptOf one negative of so many is kept; 1 for all.
     * @return its examples; the group of each is its campaign.
     */
    public static Examples of(final JourneyData data, final int keptOf) {
        final JourneyExamples journey = new JourneyExamples(data, keptOf);
        journey.collect();
        return journey.build();
    }

    private void collect() {
        for (final Integer id : data.households()) {
            households.put(id, new Household(data.demographics().getOrDefault(id, List.of())));
        }
        data.baskets().forEach(basket -> households.get(basket.household()).buy(basket, data.products()));
        for (final Coupon coupon : data.coupons()) {
            final CouponGroup group = CouponGroup.of(coupon, data);
            groups.put(key(coupon.campaign(), coupon.upc()), group);
            coupons.computeIfAbsent(coupon.campaign(), none -> new ArrayList<>()).add(group);
        }
        for (final Redemption each : data.redemptions()) {
            households.get(each.household()).redeemed.add(new Household.Redeemed(
                each.date().toEpochDay(), groups.get(key(each.campaign(), each.upc()))));
        }
        for (final Campaign campaign : data.campaigns().values()) {
            campaign.contacted().forEach(id -> households.get(id).contacts.add(campaign.start().toEpochDay()));
        }
    }

    private static String key(final int campaign, final String upc) {
        return campaign + "/" + upc;
    }

    private Examples build() {
        final List<Campaign> campaigns = new ArrayList<>(data.campaigns().values());
        campaigns.sort(Comparator.comparing(Campaign::start).thenComparingInt(Campaign::id));
        final List<Shown> open = new ArrayList<>();
        int count = 0;
        for (final Campaign campaign : campaigns) {
            learnEnded(open, campaign.start());
            final int first = count;
            for (final Pair pair : pairs(campaign)) {
                final int example = add(campaign, pair);
                builder.test(example);
                count = example + 1;
            }
            open.add(new Shown(campaign, first, count));
        }
        learnEnded(open, LocalDate.MAX);
        return builder.build();
    }

    /** Labels of a campaign are known when its last day is over. */
    private void learnEnded(final List<Shown> open, final LocalDate today) {
        open.sort(Comparator.comparing((Shown shown) -> shown.campaign().end())
            .thenComparingInt(shown -> shown.campaign().id()));
        while (!open.isEmpty() && open.getFirst().campaign().end().isBefore(today)) {
            final Shown ended = open.removeFirst();
            for (int i = ended.first(); i < ended.end(); i++) {
                builder.learn(i);
            }
        }
    }

    private List<Pair> pairs(final Campaign campaign) {
        final Set<String> redeemed = new HashSet<>();
        for (final Redemption each : data.redemptions()) {
            if (each.campaign() == campaign.id() && !each.date().isBefore(campaign.start())
                && !each.date().isAfter(campaign.end())) {
                redeemed.add(key(each.household(), each.upc()));
            }
        }
        final List<Pair> pairs = new ArrayList<>();
        for (final Integer household : campaign.contacted()) {
            for (final CouponGroup coupon : coupons.getOrDefault(campaign.id(), List.of())) {
                final boolean positive = redeemed.contains(key(household, coupon.upc()));
                final long hash = FeatureKeys.mix(FeatureKeys.mix(Long.parseLong(coupon.upc())
                    + ((long) household << Integer.SIZE)) + campaign.id());
                if (positive || Long.remainderUnsigned(FeatureKeys.mix(hash ^ KEEP_SALT), keptOf) == 0) {
                    pairs.add(new Pair(household, coupon, positive, FeatureKeys.mix(hash ^ ORDER_SALT)));
                }
            }
        }
        pairs.sort(Comparator.comparingLong(Pair::order).thenComparingInt(Pair::household)
            .thenComparing(pair -> pair.coupon().upc()));
        return pairs;
    }

    private int add(final Campaign campaign, final Pair pair) {
        final Household household = households.get(pair.household());
        final long today = campaign.start().toEpochDay();
        final int redemptions = Buckets.log2(household.redemptions(today));
        household.context(campaign.start(), features);
        features.context(Field.CAMPAIGN_TYPE, campaign.type());
        features.context(Field.CAMPAIGN_DAYS, Buckets.log2(campaign.end().toEpochDay() - today));
        features.context(Field.CAMPAIGN_COUPONS, Buckets.log2(coupons.get(campaign.id()).size()));
        features.context(Field.MONTH, campaign.start().getMonthValue());
        features.context(Field.TYPE_AND_REDEMPTIONS, Features.both(campaign.type(), redemptions));
        addPurchases(household, pair.coupon(), today);
        addRedemptions(household, pair.coupon(), today);
        features.pair(Field.COUPON_PRODUCTS, Buckets.log2(pair.coupon().products().size()));
        pair.coupon().departments().stream().sorted().limit(3)
            .forEach(each -> features.pair(Field.DEPARTMENT, each.hashCode()));
        features.pair(Field.TYPE_AND_PRODUCT, Features.both(campaign.type(), product.frequency()));
        features.pair(Field.TYPE_AND_CATEGORY, Features.both(campaign.type(), category.frequency()));
        features.pair(Field.REDEMPTIONS_AND_PRODUCT, Features.both(redemptions, product.frequency()));
        features.pair(Field.REDEMPTIONS_AND_CATEGORY, Features.both(redemptions, category.frequency()));
        features.pair(Field.REDEMPTIONS_AND_MANUFACTURER, Features.both(redemptions, manufacturer.frequency()));
        return builder.add(pair.redeemed(), pair.redeemed() ? 1 : keptOf, campaign.id(),
            manufacturers.of(pair.coupon().manufacturer()), campaign.type() - 'A' + 1,
            categories.of(pair.coupon().category()), upcs.of(pair.coupon().upc()));
    }

    private void addPurchases(final Household household, final CouponGroup coupon, final long today) {
        product.clear();
        category.clear();
        manufacturer.clear();
        department.clear();
        for (final Household.Line line : household.lines) {
            if (line.day() >= today) {
                continue;
            }
            if (coupon.products().contains(line.product())) {
                product.add(line.day(), line.micros());
            }
            if (coupon.categories().contains(line.category())) {
                category.add(line.day(), line.micros());
            }
            if (coupon.manufacturers().contains(line.manufacturer())) {
                manufacturer.add(line.day(), line.micros());
            }
            if (coupon.departments().contains(line.department())) {
                department.add(line.day(), line.micros());
            }
        }
        features.pair(Field.PRODUCT_FREQUENCY, product.frequency());
        features.pair(Field.PRODUCT_RECENCY, product.recency(today));
        features.pair(Field.PRODUCT_MONETARY, product.monetary());
        features.pair(Field.CATEGORY_FREQUENCY, category.frequency());
        features.pair(Field.CATEGORY_RECENCY, category.recency(today));
        features.pair(Field.CATEGORY_MONETARY, category.monetary());
        features.pair(Field.MANUFACTURER_FREQUENCY, manufacturer.frequency());
        features.pair(Field.DEPARTMENT_FREQUENCY, department.frequency());
    }

    private void addRedemptions(final Household household, final CouponGroup coupon, final long today) {
        int sameCoupon = 0;
        int sameCategory = 0;
        int sameManufacturer = 0;
        for (final Household.Redeemed each : household.redeemed) {
            if (each.day() < today) {
                sameCoupon += each.coupon().upc().equals(coupon.upc()) ? 1 : 0;
                sameCategory += each.coupon().category().equals(coupon.category()) ? 1 : 0;
                sameManufacturer += each.coupon().manufacturer() == coupon.manufacturer() ? 1 : 0;
            }
        }
        features.pair(Field.SAME_COUPON, Buckets.log2(sameCoupon));
        features.pair(Field.SAME_CATEGORY, Buckets.log2(sameCategory));
        features.pair(Field.SAME_MANUFACTURER, Buckets.log2(sameManufacturer));
    }
}
