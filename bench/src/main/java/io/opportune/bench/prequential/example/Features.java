package io.opportune.bench.prequential.example;

import io.opportune.engine.feature.FeatureKeys;

/** Adds features by field to the example being built. */
final class Features {
    /** What features tell. Their order gives their field ids. */
    enum Field {
        DEMOGRAPHIC, VISITS, SPENT, COUPON_VISITS, RECENCY, CONTACTS, REDEMPTIONS, REDEMPTION_RATE, CAMPAIGN_TYPE,
        CAMPAIGN_DAYS, CAMPAIGN_COUPONS, MONTH, TYPE_AND_REDEMPTIONS, PRODUCT_FREQUENCY, PRODUCT_RECENCY,
        PRODUCT_MONETARY, CATEGORY_FREQUENCY, CATEGORY_RECENCY, CATEGORY_MONETARY, MANUFACTURER_FREQUENCY,
        DEPARTMENT_FREQUENCY, SAME_COUPON, SAME_CATEGORY, SAME_MANUFACTURER, COUPON_PRODUCTS, DEPARTMENT,
        TYPE_AND_PRODUCT, TYPE_AND_CATEGORY, REDEMPTIONS_AND_PRODUCT, REDEMPTIONS_AND_CATEGORY,
        REDEMPTIONS_AND_MANUFACTURER, USER, POSITION, HOUR, HAS_AFFINITY, AFFINITY, ITEM_NUMBER, USER_AND_POSITION,
        GENERATED_CONTEXT, GENERATED_PAIR
    }

    private static final int PARTS = 64;
    private final Examples.Builder builder;

    Features(final Examples.Builder builder) {
        this.builder = builder;
    }

    void context(final Field field, final long value) {
        builder.context(FeatureKeys.hash(field.ordinal(), value));
    }

    void pair(final Field field, final long value) {
        builder.pair(FeatureKeys.hash(field.ordinal(), value));
    }

    /** A pair of two buckets. */
    static long both(final int first, final int second) {
        return (long) first * PARTS + second;
    }
}
