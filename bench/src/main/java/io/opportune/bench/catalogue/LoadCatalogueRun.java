package io.opportune.bench.catalogue;

import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.decision.OfferOrder;
import io.opportune.engine.files.DurableFiles;
import io.opportune.engine.registry.NameRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Times loading a large catalogue of which every rule is new, and loading it again with one rule changed. Nothing is
 * warmed up: a server loads its first catalogue cold. Said on standard output.
 */
public final class LoadCatalogueRun {
    /** Offers when none are asked for. */
    public static final int OFFERS = 100_000;
    private static final long SEED = 20_261_122;

    private LoadCatalogueRun() {
    }

    /**
     * Runs it.
     *
     * @param offers 2 or more.
     * @throws IOException when files cannot be written.
     */
    public static void run(final int offers) throws IOException {
        final Path folder = Files.createTempDirectory("opportune-catalogue-");
        try {
            final LargeCatalogue large = new LargeCatalogue(offers, SEED);
            large.write(folder);
            final NameRegistry registry = new NameRegistry((kind, id, name) -> { });
            final LoadResult first = CatalogueLoader.load(folder, registry, CatalogueLoader.Previous.none());
            say("every rule is new", first);
            large.change(folder, offers / 2);
            final LoadResult second =
                CatalogueLoader.load(folder, registry, CatalogueLoader.Previous.of(first.catalogue()));
            say("one rule is changed", second);
            final long startNs = System.nanoTime();
            new OfferOrder(second.catalogue());
            System.out.printf(Locale.ROOT, "order and index: %.2f s%n", (System.nanoTime() - startNs) / 1e9);
        } finally {
            DurableFiles.deleteTree(folder);
        }
    }

    private static void say(final String what, final LoadResult result) {
        if (!result.isGood()) {
            throw new IllegalStateException("the made-up catalogue is refused: " + result.errors());
        }
        System.out.printf(Locale.ROOT, "%s: %,d offers loaded in %.2f s, %,d rules compiled%n", what,
            result.catalogue().offerCount(), result.durationNs() / 1e9, result.rulesCompiled());
    }
}
