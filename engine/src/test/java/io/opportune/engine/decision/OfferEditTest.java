package io.opportune.engine.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.catalogue.OfferEditor;
import io.opportune.engine.catalogue.Placement;
import io.opportune.engine.targeting.Situation;
import io.opportune.protocol.codec.Channel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Offers changed one by one against loading and sorting all files anew. */
class OfferEditTest {
    @TempDir
    private Path folder;

    private final long seed = Long.getLong("seed", 20261122L);
    private final Random random = new Random(seed);

    @Test
    void shouldFindWhatACatalogueLoadedAnewFinds() throws Exception {
        int overlaid = 0;
        for (int round = 0; round < 60; round++) {
            overlaid += editAndCompare(round);
        }
        assertTrue(overlaid > 500, overlaid + " offers beside the base: the test tells something");
    }

    private int editAndCompare(final int round) throws Exception {
        final Path directory = folder.resolve("" + round);
        final RandomCatalogue made = new RandomCatalogue(random);
        final int before = random.nextInt(4) == 0 ? 0 : random.nextInt(90);
        Catalogue catalogue = made.load(directory, OfferSearchTest.parts(made),
            IntStream.range(0, before).mapToObj(i -> OfferSearchTest.offer(made, random, "offer-" + i)).toList());
        OfferOrder order = new OfferOrder(catalogue);
        ShardCatalogue shard = ShardCatalogue.first(new FreeOffers(order, Holds.NONE), made.timeNs());
        final OfferEditor editor = new OfferEditor(made.registry());
        int added = 0;
        for (int edits = 1 + random.nextInt(6); edits > 0; edits--) {
            for (int i = random.nextInt(12); i >= 0; i--) {
                final boolean isNew = before + added == 0 || random.nextInt(3) == 0;
                final String name = "offer-" + (isNew ? before + added++ : random.nextInt(before + added));
                final OfferEditor.Edit edit = editor.edit(catalogue,
                    "offers:\n" + OfferSearchTest.offer(made, random, name), name,
                    catalogue.version().counter() + 1);
                assertEquals(List.of(), edit.errors());
                assertNotNull(edit.catalogue(), "new names come last");
                editor.done(edit, catalogue);
                Files.createDirectories(directory.resolve("overrides"));
                Files.write(directory.resolve(edit.path()), edit.bytes());
                catalogue = edit.catalogue();
            }
            order = random.nextInt(9) == 0 ? new OfferOrder(catalogue) : order.with(catalogue);
            final Holds holds = made.holds(catalogue);
            shard = shard.next(new FreeOffers(order, holds));
            compare(made, directory, shard, holds, "seed " + seed + ", round " + round);
        }
        return order.overlaidCount();
    }

    private void compare(
        final RandomCatalogue made, final Path directory, final ShardCatalogue edited, final Holds holds,
        final String context) {
        final LoadResult result =
            CatalogueLoader.load(directory, made.registry(), CatalogueLoader.Previous.none());
        assertEquals(List.of(), result.errors(), context);
        final Catalogue loaded = result.catalogue();
        final Catalogue changed = edited.order().catalogue();
        assertEquals(loaded.version().contentHash(), changed.version().contentHash(), context);
        assertEquals(loaded.content().hashByPath(), changed.content().hashByPath(), context);
        final OfferOrder anew = new OfferOrder(loaded);
        assertEquals(names(anew), names(edited.order()), context);
        final ShardCatalogue fresh = ShardCatalogue.first(new FreeOffers(anew, holds), 0);
        for (int i = 0; i < 40; i++) {
            final Placement placement = loaded.placements().get(random.nextInt(2));
            final Channel channel = placement.isOn(Channel.TILL) && random.nextBoolean() ? Channel.TILL : Channel.APP;
            final Situation situation = made.situation(loaded);
            final long timeNs = made.timeNs();
            final List<String> expected =
                OfferSearchTest.expected(loaded, holds, placement, channel, situation, timeNs);
            assertEquals(expected, OfferSearchTest.found(fresh, placement, channel, situation, timeNs), context);
            assertEquals(expected, OfferSearchTest.found(edited, placement, channel, situation, timeNs), context);
        }
    }

    private static List<String> names(final OfferOrder order) {
        return IntStream.range(0, order.count())
            .mapToObj(place -> order.get(place).name() + " " + order.get(place).offerIndex()).toList();
    }
}
