package io.opportune.engine.feature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What pairs say of basket and purchases against loops over everything, for offers of few and of many items. */
@Timeout(60)
class PairOracleTest {
    private static final int OFFERS = 60;
    private static final int SCENES = 60;
    private static final List<String> CATEGORIES = List.of("MILK", "BUTTER", "BREAD", "WINE", "CHEESE", "SOAP", "SALT");

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("seed", 20_261_122L);

    private Catalogue load(final Random random, final Scene scene) throws IOException {
        final StringBuilder text = new StringBuilder(Scene.TEXT.substring(0, Scene.TEXT.indexOf("offers:\n")))
            .append("offers:\n");
        for (int i = 0; i < OFFERS; i++) {
            text.append("  - {id: o").append(i).append(", campaign: spring, value: \"1\", propensity: 0.1, ")
                .append("channels: [till], category: ").append(CATEGORIES.get(random.nextInt(CATEGORIES.size())))
                .append(", creatives: [{id: t").append(i).append(", title: T}], promotes: {categories: [");
            final List<String> categories = new ArrayList<>(CATEGORIES);
            text.append(String.join(", ", categories.subList(0, random.nextInt(3)))).append("], items: [");
            final int items = random.nextInt(4) == 0 ? 40 : random.nextInt(4);
            final List<String> numbers = new ArrayList<>();
            random.longs(0, 120).distinct().limit(items).forEach(item -> numbers.add(Long.toString(itemOf(item))));
            text.append(String.join(", ", numbers)).append("]}}\n");
        }
        final Path directory = Files.createDirectories(folder.resolve("many"));
        Files.writeString(directory.resolve("all.yaml"), text);
        final var result = CatalogueLoader.load(directory, scene.registry, CatalogueLoader.Previous.none());
        assertTrue(result.isGood(), result.errors()::toString);
        return result.catalogue();
    }

    /** Half of the items have numbers beyond 32 bits. */
    private static long itemOf(final long number) {
        return number % 2 == 0 ? 1 + number : 4_000_000_000_000L + 64 * number;
    }

    @Test
    void shouldSayWhatLoopsOverEverythingSay() throws IOException {
        final Random random = new Random(seed);
        final int[] seen = new int[4];
        for (int round = 0; round < SCENES; round++) {
            final Scene scene = new Scene(Files.createDirectories(folder.resolve("scene-" + round)));
            final Catalogue catalogue = load(random, scene);
            scene.encoder.prepare(catalogue);
            for (int i = random.nextInt(12); i > 0; i--) {
                scene.bought(CATEGORIES.get(random.nextInt(CATEGORIES.size())), itemOf(random.nextInt(120)),
                    random.nextInt(150), 2);
            }
            for (int i = random.nextInt(8); i > 0; i--) {
                scene.inBasket(random.nextInt(5) == 0 ? null : CATEGORIES.get(random.nextInt(CATEGORIES.size())),
                    itemOf(random.nextInt(120)), 1);
            }
            scene.context();
            for (int i = 0; i < OFFERS; i++) {
                final Offer offer = catalogue.offer(i);
                scene.encoder.pairs().encode(offer, scene.pair);
                final String where = "seed " + seed + ", round " + round + ", offer " + offer.name();
                expect(Feature.PAIR_IN_BASKET, inBasket(scene, offer), scene, where, seen, 0);
                expect(Feature.PAIR_DAYS_SINCE_ITEM, daysSinceItem(scene, offer), scene, where, seen, 1);
                expect(Feature.PAIR_CATEGORY_PURCHASES, purchases(scene, offer), scene, where, seen, 2);
                expect(Feature.PAIR_DAYS_SINCE_CATEGORY, daysSinceCategory(scene, offer), scene, where, seen, 3);
            }
        }
        for (final int count : seen) {
            assertTrue(count > 100, "each was there often: " + Arrays.toString(seen));
        }
    }

    /** The value of a feature, or null where it must be absent. */
    private static void expect(
        final Feature feature, final Integer value, final Scene scene, final String where, final int[] seen,
        final int at) {
        final List<Integer> keys = new ArrayList<>();
        for (int i = 0; i < scene.pair.count(); i++) {
            if (scene.text.of(scene.pair.key(i)).startsWith(feature.featureName() + " ")) {
                keys.add(scene.pair.key(i));
            }
        }
        assertEquals(value == null ? List.of() : List.of(feature.key(value)), keys, where + " " + feature);
        seen[at] += value == null || value == 0 ? 0 : 1;
    }

    private static boolean promotes(final Offer offer, final int category) {
        return offer.promotedCategories().length == 0 ? offer.categoryId() == category
            : Arrays.stream(offer.promotedCategories()).anyMatch(one -> one == category);
    }

    private static Integer inBasket(final Scene scene, final Offer offer) {
        if (scene.basket.isEmpty()) {
            return null;
        }
        int value = 0;
        for (final long[] line : scene.basket) {
            if (Arrays.stream(offer.promotedItems()).anyMatch(item -> item == line[0])) {
                return 2;
            }
            if (line[1] != 0 && promotes(offer, (int) line[1])) {
                value = 1;
            }
        }
        return value;
    }

    private static Integer daysSinceItem(final Scene scene, final Offer offer) {
        for (int days = 0; days <= 120; days++) {
            for (final long item : offer.promotedItems()) {
                if (scene.profile.boughtItemWithin(item, ProfileFlyweight.dayOf(Scene.NOW_NS), days + 1)) {
                    return Buckets.half(days);
                }
            }
        }
        return null;
    }

    private static Integer purchases(final Scene scene, final Offer offer) {
        int lines = 0;
        boolean known = false;
        for (final String name : CATEGORIES) {
            final int slot = scene.profile.findCategory(scene.id(NameKind.CATEGORY, name));
            if (slot >= 0 && promotes(offer, scene.profile.categoryId(slot))) {
                lines += scene.profile.purchases(slot, 90, ProfileFlyweight.dayOf(Scene.NOW_NS));
                known = true;
            }
        }
        return known || scene.profile.categoryCount() < 6 ? Buckets.half(lines) : null;
    }

    private static Integer daysSinceCategory(final Scene scene, final Offer offer) {
        int least = Integer.MAX_VALUE;
        for (int slot = 0; slot < scene.profile.categoryCount(); slot++) {
            if (promotes(offer, scene.profile.categoryId(slot))) {
                least = Math.min(
                    least, scene.profile.daysSincePurchase(slot, ProfileFlyweight.dayOf(Scene.NOW_NS)));
            }
        }
        return least <= 120 ? Buckets.half(least) : null;
    }
}
