package io.opportune.engine.affinity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.AffinityUse;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.registry.NameRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On a world whose affinities are known: they are found, and offers chosen by them are accepted more often. */
class AffinityWorldTest {
    private static final int ITEMS = 2_000;
    private static final int CUSTOMERS = 2_000;
    private static final int BASKETS = 40_000;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void shouldForetellTwiceAsWellAsPopularity(final long seed) {
        final AffinityWorld world = new AffinityWorld(ITEMS, CUSTOMERS, seed);
        final BasketLog log = new BasketLog();
        for (int i = 0; i < BASKETS; i++) {
            final Basket basket = world.buy();
            log.onBasket(0, world.customer(), world.timeNs(), basket);
        }
        final AffinityEvaluation.Result result =
            AffinityEvaluation.of(log, AffinitySettings.defaults(), 0.2, 10, 400, seed);
        final AffinityEvaluation.Level items = result.items();
        final String found = "seed " + seed + ": " + items + ", by the truth " + world.bestRecall();
        assertTrue(items.ratioLow() >= 2, found);
        assertTrue(items.recall() > 0.3 * world.bestRecall(), found);
        assertEquals(result.testBaskets(), BASKETS / 5);
    }

    @Test
    void shouldFindNoMoreThanPopularityWhereThereIsNothingElse() {
        final SplittableRandom random = new SplittableRandom(7);
        final BasketLog log = new BasketLog();
        final Basket basket = new Basket();
        for (int i = 0; i < 40_000; i++) {
            basket.clear();
            for (int line = 0; line < 2; line++) {
                // Independent draws, by a popularity that falls from 1 to 0 over 500 items.
                final int item = Math.min(random.nextInt(500), random.nextInt(500));
                basket.add(1 + item, 1 + item / 50);
            }
            log.onBasket(0, 1 + random.nextInt(1_000), i * 1_000_000_000_000L, basket);
        }
        final AffinityEvaluation.Level items =
            AffinityEvaluation.of(log, AffinitySettings.defaults(), 0.2, 10, 400, 7).items();
        // What there is not is not seen: the interval holds no difference, up to half a percent lost to noise.
        assertTrue(items.differenceLow() < 0.002 && items.differenceHigh() > -0.005, items::toString);
    }

    @Test
    void shouldBeAcceptedMoreOftenWhenSwitchedOn() throws IOException {
        final AffinityWorld world = new AffinityWorld(ITEMS, CUSTOMERS, 11);
        final AffinityBuilder builder = new AffinityBuilder(AffinitySettings.defaults());
        for (int i = 0; i < BASKETS; i++) {
            final Basket basket = world.buy();
            builder.onBasket(0, world.customer(), world.timeNs(), basket);
        }
        final Catalogue catalogue = load(world.catalogue("app", 1_000));
        final AffinityTable table = builder.build(1);
        final OfferAffinities offers = new OfferAffinities(table, catalogue);
        final AffinityScorer scorer = new AffinityScorer(table, offers);
        final AffinityCandidates candidates = new AffinityCandidates(scorer, 8);
        final int[] itemOfOffer = itemOfOffer(catalogue);
        final double[] accepted = new double[2];
        final SplittableRandom random = new SplittableRandom(12);
        final int rounds = 6_000;
        for (int i = 0; i < rounds; i++) {
            final Basket basket = world.buy();
            for (final AffinityUse use : new AffinityUse[] {AffinityUse.OFF, AffinityUse.BOTH}) {
                scorer.begin(use, ProfileFlyweight.dayOf(world.timeNs()));
                for (int line = 0; line < basket.count(); line++) {
                    scorer.basketIndexes(table.items().find(basket.fold(line)), AffinityLevel.NONE);
                }
                scorer.ready();
                final Ranking found = candidates.find();
                final int offer = found.count() > 0 ? found.index(0) : random.nextInt(catalogue.offerCount());
                accepted[use == AffinityUse.OFF ? 0 : 1] += world.accepts(itemOfOffer[offer]) ? 1 : 0;
            }
        }
        // Without affinities all offers look alike: 2 % accept, of complements 25 %.
        assertTrue(accepted[0] / rounds < 0.05, () -> "off: " + accepted[0] / rounds);
        assertTrue(accepted[1] / rounds > 0.10, () -> "on: " + accepted[1] / rounds);
    }

    private static int[] itemOfOffer(final Catalogue catalogue) {
        final int[] items = new int[catalogue.offerCount()];
        for (int i = 0; i < items.length; i++) {
            final Offer offer = catalogue.offer(i);
            items[i] = (int) (offer.promotedItems()[0] - AffinityWorld.itemId(0));
        }
        return items;
    }

    private Catalogue load(final String yaml) throws IOException {
        Files.writeString(folder.resolve("world.yaml"), yaml);
        final LoadResult result = CatalogueLoader.load(
            folder, new NameRegistry((kind, id, name) -> { }), CatalogueLoader.Previous.none());
        assertTrue(result.isGood(), () -> result.errors().toString());
        return result.catalogue();
    }

    @Test
    void shouldGiveTheSameTwice() throws IOException {
        final byte[][] files = new byte[2][];
        for (int run = 0; run < 2; run++) {
            final AffinityWorld world = new AffinityWorld(200, 100, 5);
            // Small bounds, so that items, pairs and customers give way too.
            final AffinityBuilder builder =
                new AffinityBuilder(AffinitySettings.defaults().withRoom(256, 1_024, 64).withDays(30, 20));
            for (int i = 0; i < 20_000; i++) {
                final Basket basket = world.buy();
                builder.onBasket(0, world.customer(), world.timeNs(), basket);
            }
            assertTrue(builder.dropped().pairs() > 0 && builder.dropped().customers() > 0,
                () -> "nothing gave way: " + builder.dropped());
            final Path file = folder.resolve("table-" + run);
            builder.build(3).write(file);
            files[run] = Files.readAllBytes(file);
        }
        assertArrayEquals(files[0], files[1]);
    }
}
