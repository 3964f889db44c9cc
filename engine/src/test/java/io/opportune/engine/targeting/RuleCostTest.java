package io.opportune.engine.targeting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a naive scan over 500 rules costs: no byte, and far less time than a decision has. */
class RuleCostTest {
    private static final int RULES = 500;
    private static final int ROUNDS = 10_000;
    /** The reference is 36 us for 1,000 offers; twice 18 us leaves room for a machine that is busy with other work. */
    private static final long MOST_NS = 36_000;

    private final Rules rules = new Rules();
    private final Random random = new Random(20170104L);
    private final int storeId = rules.id(NameKind.STORE, "1");

    @Test
    void shouldScanFiveHundredRulesWithoutAllocationAndInTime() {
        final Rule[] scanned = new Rule[RULES];
        for (int i = 0; i < RULES; i++) {
            scanned[i] = rules.rule(realistic(i));
        }
        final Situation situation = new Situation(rules.schema());
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long[] scanNs = new long[ROUNDS];
        long matches = 0;
        long allocated = 0;
        final long idle = threads.getCurrentThreadAllocatedBytes();
        final long measuring = threads.getCurrentThreadAllocatedBytes() - idle;
        for (int round = 0; round < ROUNDS; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            situation.clear();
            fill(situation);
            final long startNs = System.nanoTime();
            matches += scan(scanned, situation);
            scanNs[round] = System.nanoTime() - startNs;
            if (round >= ROUNDS / 2) {
                allocated += threads.getCurrentThreadAllocatedBytes() - before - measuring;
            }
        }
        assertEquals(0, allocated, "bytes of filling and scanning");
        assertTrue(matches > ROUNDS && matches < (long) ROUNDS * RULES / 2, matches + " matches");
        final long[] warm = Arrays.copyOfRange(scanNs, ROUNDS / 2, ROUNDS);
        Arrays.sort(warm);
        final long bestNs = warm[warm.length / 10];
        System.out.printf("500 rules: p10 %.1f us, p50 %.1f us, %.1f matches%n",
            bestNs / 1e3, warm[warm.length / 2] / 1e3, matches / (double) ROUNDS);
        assertTrue(bestNs < MOST_NS, bestNs + " ns for 500 rules");
    }

    private static long scan(final Rule[] scanned, final Situation situation) {
        long matches = 0;
        for (final Rule rule : scanned) {
            if (rule.matches(situation)) {
                matches++;
            }
        }
        return matches;
    }

    private String realistic(final int number) {
        final String category = "\"category-" + number % 40 + '"';
        return switch (number % 8) {
            case 0 -> "moment.channel in [\"till\", \"app\"] && customer.visits_30d >= " + number % 7
                + " && !(" + category + " in basket.categories)";
            case 1 -> "customer.spend_30d[" + category + "] >= " + number % 30 + ".50 && moment.hour >= 9"
                + " && moment.hour < 20";
            case 2 -> "(\"segment-" + number % 25 + "\" in customer.segments || customer.tier == \"gold\")"
                + " && moment.day_of_week >= 5";
            case 3 -> "basket.amount > " + number % 60 + " && basket.categories.exists(c, c in [" + category
                + ", \"category-1\", \"category-2\"])";
            case 4 -> "position.distance_km(40." + number + ", -74." + number % 100 + ") < 5.0"
                + " && moment.type == \"tender\"";
            case 5 -> "store.id in [\"1\", \"2\", \"" + number % 50 + "\"] && has(customer.tier)"
                + " && customer.days_since_purchase[" + category + "] > 14";
            case 6 -> "!(customer.known) || customer.purchases_90d[" + category + "] == " + number % 4;
            default -> "customer.age >= " + number % 60 + " && customer.age < " + (number % 60 + 15)
                + " && basket.items.exists(i, i >= " + number * 100 + " && i < " + (number * 100 + 50) + ")";
        };
    }

    private void fill(final Situation situation) {
        situation.set(AttributeSchema.CUSTOMER_KNOWN, 1);
        situation.set(AttributeSchema.CUSTOMER_VISITS_30D, random.nextInt(8));
        situation.set(AttributeSchema.MOMENT_CHANNEL, random.nextBoolean() ? Channel.TILL.value() : 6);
        situation.set(AttributeSchema.MOMENT_TYPE, Moment.TENDER.value());
        situation.set(AttributeSchema.MOMENT_HOUR, random.nextInt(24));
        situation.set(AttributeSchema.MOMENT_DAY_OF_WEEK, 1 + random.nextInt(7));
        situation.set(AttributeSchema.STORE_ID, storeId);
        situation.set(AttributeSchema.BASKET_AMOUNT, random.nextInt(80_000_000));
        situation.set(AttributeSchema.FIRST_DECLARED + 1, random.nextInt(90));
        situation.setPosition(400_000_000 + random.nextInt(10_000_000), -740_000_000);
        for (int i = 0; i < 12; i++) {
            situation.addToList(AttributeSchema.CUSTOMER_SEGMENTS, 1 + random.nextInt(40));
            situation.addToList(AttributeSchema.BASKET_ITEMS, random.nextInt(60_000));
            final long category = 1 + random.nextInt(60);
            situation.addToList(AttributeSchema.BASKET_CATEGORIES, category);
            situation.putInMap(AttributeSchema.CUSTOMER_SPEND_30D, category, random.nextInt(50_000_000));
            situation.putInMap(AttributeSchema.CUSTOMER_PURCHASES_90D, category, random.nextInt(5));
            situation.putInMap(AttributeSchema.CUSTOMER_DAYS_SINCE_PURCHASE, category, random.nextInt(60));
            situation.addInMap(AttributeSchema.BASKET_CATEGORY_AMOUNT, category, 1_990_000);
        }
    }

    @Test
    void shouldKeepListsAndMapsWithinTheirBound() {
        final Situation situation = new Situation(rules.schema(), 300);
        for (int round = 0; round < 3; round++) {
            situation.clear();
            for (int i = 0; i < 300; i++) {
                assertTrue(situation.addToList(AttributeSchema.BASKET_ITEMS, i * 7L - 900));
                assertTrue(situation.putInMap(AttributeSchema.CUSTOMER_SPEND_30D, i, round));
            }
            assertTrue(!situation.addToList(AttributeSchema.BASKET_ITEMS, 5), "full");
            assertTrue(!situation.putInMap(AttributeSchema.CUSTOMER_SPEND_30D, 300, 1), "full");
            assertTrue(situation.putInMap(AttributeSchema.CUSTOMER_SPEND_30D, 299, 9), "an old key still fits");
            for (int i = -2_000; i < 2_000; i++) {
                final boolean expected = (i + 900) % 7 == 0 && i >= -900 && i < 1_200;
                assertEquals(expected, situation.contains(AttributeSchema.BASKET_ITEMS, i));
            }
            assertEquals(round, situation.getFromMap(AttributeSchema.CUSTOMER_SPEND_30D, 17, -1));
            assertEquals(-1, situation.getFromMap(AttributeSchema.CUSTOMER_SPEND_30D, 301, -1));
        }
        situation.putInMap(AttributeSchema.CUSTOMER_SPEND_30D, 1, Long.MAX_VALUE);
        situation.addInMap(AttributeSchema.CUSTOMER_SPEND_30D, 1, 5);
        assertEquals(Long.MAX_VALUE, situation.getFromMap(AttributeSchema.CUSTOMER_SPEND_30D, 1, 0));
        situation.remove(AttributeSchema.BASKET_ITEMS);
        assertTrue(!situation.contains(AttributeSchema.BASKET_ITEMS, -900));
        assertEquals(0, situation.size(AttributeSchema.BASKET_ITEMS));
    }
}
