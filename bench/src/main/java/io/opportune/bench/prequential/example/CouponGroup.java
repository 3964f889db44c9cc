package io.opportune.bench.prequential.example;

import io.opportune.loadtest.completejourney.JourneyData;
import io.opportune.loadtest.completejourney.JourneyData.Coupon;
import io.opportune.loadtest.completejourney.JourneyData.Product;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a coupon is good for.
 *
 * @param upc           bar code.
 * @param products      ids.
 * @param manufacturers of these products.
 * @param categories    of these products.
 * @param departments   of these products.
 * @param manufacturer  of most of them.
 * @param category      of most of them.
 */
record CouponGroup(String upc, Set<Long> products, Set<Integer> manufacturers, Set<String> categories,
    Set<String> departments, int manufacturer, String category) {

    static CouponGroup of(final Coupon coupon, final JourneyData data) {
        return new CouponGroup(coupon.upc(), Set.copyOf(coupon.productIds()), all(coupon, data, Product::manufacturer),
            all(coupon, data, Product::category), all(coupon, data, Product::department),
            most(coupon, data, Product::manufacturer, 0), most(coupon, data, Product::category, ""));
    }

    private static <T> Set<T> all(final Coupon coupon, final JourneyData data, final Function<Product, T> part) {
        return coupon.productIds().stream().map(data.products()::get).filter(product -> product != null).map(part)
            .collect(Collectors.toUnmodifiableSet());
    }

    /** The first of those that most products have. */
    private static <T extends Comparable<T>> T most(final Coupon coupon, final JourneyData data,
        final Function<Product, T> part, final T none) {
        final Map<T, Integer> counts = new TreeMap<>();
        for (final Long id : coupon.productIds()) {
            final Product product = data.products().get(id);
            if (product != null) {
                counts.merge(part.apply(product), 1, Integer::sum);
            }
        }
        T best = none;
        int most = 0;
        for (final Map.Entry<T, Integer> each : counts.entrySet()) {
            if (each.getValue() > most) {
                most = each.getValue();
                best = each.getKey();
            }
        }
        return best;
    }
}
