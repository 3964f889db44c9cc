package io.opportune.bench.prequential.example;

import io.opportune.loadtest.completejourney.JourneyData;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is known of one household, each thing with its day. Days are those since 1970. */
final class Household {
    /** One line of a till receipt. */
    record Line(long day, long product, int manufacturer, String category, String department, long micros) {
    }

    /** A coupon handed in. */
    record Redeemed(long day, CouponGroup coupon) {
    }

    /** One visit to a till. */
    record Visit(long day, long micros, boolean withCoupon) {
    }

    private static final long MICROS = 1_000_000;
    private static final int RATE_STEPS = 4;
    final List<String> demographics;
    final List<Line> lines = new ArrayList<>();
    final List<Visit> visits = new ArrayList<>();
    final List<Redeemed> redeemed = new ArrayList<>();
    final List<Long> contacts = new ArrayList<>();

    Household(final List<String> demographics) {
        this.demographics = demographics;
    }

    void buy(final JourneyData.Basket basket, final Map<Long, JourneyData.Product> products) {
        final long day = basket.day().toEpochDay();
        long sum = 0;
        boolean coupon = false;
        for (final JourneyData.Line line : basket.lines()) {
            final JourneyData.Product product = products.get(line.productId());
            lines.add(new Line(day, line.productId(), product == null ? 0 : product.manufacturer(), line.category(),
                product == null ? "" : product.department(), line.amountMicros()));
            sum += line.amountMicros();
            coupon |= line.couponMicros() != 0;
        }
        visits.add(new Visit(day, sum, coupon));
    }

    /** Adds what is known before a day, without a coupon in view. */
    void context(final LocalDate start, final Features features) {
        final long today = start.toEpochDay();
        for (int i = 0; i < demographics.size(); i++) {
            if (!demographics.get(i).isEmpty()) {
                features.context(Features.Field.DEMOGRAPHIC, ((long) i << Integer.SIZE)
                    + demographics.get(i).hashCode());
            }
        }
        long spent = 0;
        int count = 0;
        int coupons = 0;
        long last = 0;
        for (final Visit visit : visits) {
            if (visit.day() < today) {
                spent += visit.micros();
                count++;
                coupons += visit.withCoupon() ? 1 : 0;
                last = Math.max(last, visit.day());
            }
        }
        features.context(Features.Field.VISITS, Buckets.log2(count));
        features.context(Features.Field.SPENT, Buckets.log2(spent / MICROS));
        features.context(Features.Field.COUPON_VISITS, Buckets.log2(coupons));
        if (count > 0) {
            features.context(Features.Field.RECENCY, Buckets.log2((today - last) / 7));
        }
        final int contacted = (int) contacts.stream().filter(day -> day < today).count();
        final int handedIn = redemptions(today);
        features.context(Features.Field.CONTACTS, Buckets.log2(contacted));
        features.context(Features.Field.REDEMPTIONS, Buckets.log2(handedIn));
        if (contacted > 0) {
            features.context(Features.Field.REDEMPTION_RATE, Buckets.log2((long) RATE_STEPS * handedIn / contacted));
        }
    }

    int redemptions(final long today) {
        return (int) redeemed.stream().filter(each -> each.day() < today).count();
    }
}
