package io.opportune.engine.feature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.lint.LintPlace;
import io.opportune.engine.lint.LintRule;
import io.opportune.engine.lint.PersonalDataLinter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.LongToIntFunction;
import org.junit.jupiter.api.Test;

/** The list of features and its buckets stay what they are, because weights and journals are kept by them. */
class FeatureCatalogueTest {
    /** Every feature that ever was: lines are added, never changed or taken away. */
    private static final String FOR_EVER = """
        1 moment.type
        2 moment.channel
        3 moment.intent
        4 moment.type_on_channel
        5 moment.hour
        6 moment.day_of_week
        7 moment.part_of_day
        8 moment.part_of_week
        9 moment.month
        10 moment.third_of_month
        16 place.placement
        17 place.store
        18 place.region
        24 basket.category
        25 basket.amount
        26 basket.lines
        27 basket.top_category
        32 customer.state
        33 customer.visits_7d
        34 customer.visits_30d
        35 customer.visits_60d
        36 customer.visits
        37 customer.days_since_visit
        38 customer.last_channel
        39 customer.same_store
        40 customer.segment
        41 customer.purchases_30d
        42 customer.purchases_90d
        43 customer.spend_30d
        44 customer.spend_90d
        45 customer.days_since_purchase
        46 customer.all_purchases_30d
        47 customer.all_spend_90d
        48 customer.days_since_any_purchase
        49 customer.top_category
        128 pair.category_due
        129 pair.item_due
        130 pair.days_since_item
        131 pair.category_purchases
        132 pair.days_since_category
        133 pair.in_basket
        134 pair.item_affinity
        135 pair.exposures
        136 pair.accepts
        137 pair.declines
        138 offer.discount
        139 pair.category_affinity
        """;

    private static final String BEGIN = "<!-- features: made by FeatureCatalogueTest -->\n";
    private static final String END = "<!-- end of features -->\n";
    private static final String RULES = "<!-- rules: made by FeatureCatalogueTest -->\n";
    private static final String RULES_END = "<!-- end of rules -->\n";

    @Test
    void shouldKeepIdsAndNamesForEver() {
        final StringBuilder now = new StringBuilder();
        FeatureCatalogue.features().forEach(
            feature -> now.append(feature.fieldId()).append(' ').append(feature.featureName()).append('\n'));
        assertEquals(FOR_EVER, now.toString());
    }

    @Test
    void shouldTellFeaturesApart() {
        final Set<Integer> ids = new HashSet<>();
        final Set<Integer> keys = new HashSet<>();
        int last = 0;
        for (final Feature feature : FeatureCatalogue.features()) {
            assertTrue(feature.fieldId() > last, "in ascending order");
            last = feature.fieldId();
            ids.add(last);
            for (int value = 0; value < 1_000; value++) {
                keys.add(feature.key(value));
                assertEquals(FeatureKeys.hash(feature.fieldId(), value), feature.key(value));
            }
            assertEquals(feature, FeatureCatalogue.find(feature.featureName()));
        }
        assertEquals(ids.size() * 1_000, keys.size());
        assertTrue(last < FeatureCatalogue.FIRST_ATTRIBUTE_FIELD);
        assertNull(FeatureCatalogue.find("customer.tier"));
    }

    @Test
    void shouldKeepBucketsForEver() {
        assertBuckets(Buckets::half, new long[] {-5, 0, 1, 2, 3, 4, 5, 7, 8, 12, 16, 128, 255, Long.MAX_VALUE},
            0, 0, 1, 3, 4, 5, 5, 6, 7, 8, 9, 15, 16, 126);
        assertBuckets(Buckets::integer, new long[] {-64, 64, 65, -65, Long.MIN_VALUE, Long.MAX_VALUE},
            -64, 64, 77, -77, -190, 190);
        assertBuckets(Buckets::amount, new long[] {249_999, 1_000_000, -1_000_000, 8_999_999}, 0, 5, -5, 11);
        assertBuckets(Buckets::decimal, new long[] {999, 1_999, 1_500_000}, 0, 1, 21);
        assertEquals(4, Buckets.due(7, 7 * 16));
        assertEquals(3, Buckets.due(6, 7 * 16));
        assertEquals(8, Buckets.due(100_000, 16));
    }

    private static void assertBuckets(final LongToIntFunction bucket, final long[] values, final int... expected) {
        assertArrayEquals(expected, Arrays.stream(values).mapToInt(bucket).toArray());
    }

    @Test
    void shouldKnowTheLeastValueOfABucketAndOrderThem() {
        final Random random = new Random(3);
        for (int i = 0; i < 100_000; i++) {
            final long value = random.nextLong() >>> 1 + random.nextInt(62);
            final int bucket = Buckets.half(value);
            assertTrue(Buckets.least(bucket) <= value, value + " is in bucket " + bucket);
            assertEquals(bucket, Buckets.half(Buckets.least(bucket)), "value " + value);
            assertTrue(bucket == Buckets.MOST_HALF_OCTAVES || Buckets.least(bucket + 1) > value);
            assertTrue(Buckets.half(value + 1) >= bucket);
            assertEquals(-bucket, Buckets.signed(-value));
        }
    }

    @Test
    void shouldHoldNoPersonalDataInItsOwnDefinitions() {
        for (final Feature feature : FeatureCatalogue.features()) {
            assertEquals(List.of(), PersonalDataLinter.check(LintPlace.ATTRIBUTE, feature.featureName()));
            assertEquals(List.of(), PersonalDataLinter.check(LintPlace.TEXT, feature.words()));
        }
    }

    @Test
    void shouldMatchThePageInTheProject() throws IOException {
        final Path page = Path.of(System.getenv("OPPORTUNE_ROOT"), "engine", "FEATURES.md");
        String text = Files.readString(page, StandardCharsets.UTF_8);
        if (Boolean.getBoolean("regenerate")) {
            text = replaced(replaced(text, BEGIN, END, FeatureCatalogue.markdown()), RULES, RULES_END, rules());
            Files.writeString(page, text, StandardCharsets.UTF_8);
        }
        final String how = "engine/FEATURES.md is stale: run mvn -pl engine -am test -Dregenerate=true"
            + " -Dtest=FeatureCatalogueTest -Dsurefire.failIfNoSpecifiedTests=false";
        assertEquals(FeatureCatalogue.markdown(), between(text, BEGIN, END), how);
        assertEquals(rules(), between(text, RULES, RULES_END), how);
    }

    private static String rules() {
        final StringBuilder table = new StringBuilder("| rule | finds | why | what to do |\n|---|---|---|---|\n");
        for (final LintRule rule : LintRule.values()) {
            table.append("| `").append(rule.ruleName()).append("` | ").append(rule.thing()).append(" | ")
                .append(rule.why()).append(" | ").append(rule.advice()).append(" |\n");
        }
        return table.toString();
    }

    private static String between(final String text, final String begin, final String end) {
        return text.substring(text.indexOf(begin) + begin.length(), text.indexOf(end));
    }

    private static String replaced(final String text, final String begin, final String end, final String by) {
        return text.substring(0, text.indexOf(begin) + begin.length()) + by + text.substring(text.indexOf(end));
    }
}
