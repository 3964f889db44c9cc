package io.opportune.engine.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.catalogue.OfferEditor;
import io.opportune.engine.catalogue.TwoOffers;
import io.opportune.engine.registry.NameRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kept catalogues that differ in single offers are made from each other, and only those. */
class CatalogueArchiveTest {
    @TempDir
    private Path folder;

    private final NameRegistry registry = new NameRegistry((kind, id, name) -> { });
    private final OfferEditor editor = new OfferEditor(registry);
    private CatalogueArchive archive;
    private Path shop;
    private Catalogue last;

    @BeforeEach
    void make() throws IOException {
        shop = folder.resolve("shop");
        Files.createDirectories(shop.resolve("overrides"));
        archive = new CatalogueArchive(folder.resolve("archive"));
        kept("all.yaml", TwoOffers.FILES);
    }

    private Catalogue kept(final String path, final String text) throws IOException {
        Files.writeString(shop.resolve(path), text);
        final LoadResult result = CatalogueLoader.load(
            shop, registry, () -> CatalogueLoader.Previous.of(last), archive::lacks);
        assertEquals(List.of(), result.errors());
        last = result.catalogue();
        archive.keep(last.content(), result.files());
        return last;
    }

    private static String override(final String value) {
        return "offers:\n- {id: beer, campaign: spring, value: \"" + value + "\", propensity: 0.1,"
            + " discount: {type: none}, benefit: Beer, channels: [till], creatives: [{id: beer-all, title: Beer}]}\n";
    }

    private Catalogue edited(final Catalogue to, final Catalogue from) throws IOException {
        return archive.edited(to.version().counter(), to.version().contentHash(), editor, from);
    }

    @Test
    void shouldMakeACatalogueFromOneThatDiffersInSingleOffers() throws IOException {
        final Catalogue first = last;
        final Catalogue second = kept("overrides/beer.yaml", override("3.00"));
        final Catalogue third = kept("overrides/beer.yaml", override("4.00"));
        final Catalogue whole = kept("all.yaml", TwoOffers.FILES.replace("\"1.00\"", "\"1.50\""));
        final Catalogue made = edited(second, first);
        assertEquals(second.version(), made.version());
        assertSame(first.offer(0), made.offer(0), "what did not change is not loaded");
        assertEquals(3_000_000, made.offer(1).valueMicros());
        assertEquals(4_000_000, edited(third, made).offer(1).valueMicros());
        assertNull(edited(first, second), "the offer went back to what another file says");
        assertNull(edited(whole, third), "another file has changed");
    }

    @Test
    void shouldNotMakeItFromAFileThatHasBeenChanged() throws IOException {
        final Catalogue first = last;
        final Catalogue second = kept("overrides/beer.yaml", override("3.00"));
        Files.writeString(archive.files(second.version().contentHash()).get("overrides/beer.yaml"), override("9.00"));
        assertNull(edited(second, first));
    }
}
