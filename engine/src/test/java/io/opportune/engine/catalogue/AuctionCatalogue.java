package io.opportune.engine.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.opportune.engine.registry.NameRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Catalogues with ads for auctions, for the tests. */
public final class AuctionCatalogue {
    private AuctionCatalogue() {
    }

    /** The example of CATALOGUE.md, section "Ads for auctions". */
    public static String example() {
        try {
            final String document = Files.readString(
                Path.of(System.getenv("OPPORTUNE_ROOT")).resolve("engine/CATALOGUE.md"), StandardCharsets.UTF_8);
            final int start =
                document.indexOf("```yaml\n", document.indexOf("## Ads for auctions")) + "```yaml\n".length();
            return document.substring(start, document.indexOf("```", start));
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What comes of a text. */
    public static LoadResult load(final String yaml) {
        try {
            final Path directory = Files.createTempDirectory("auction-catalogue");
            final Path file = directory.resolve("catalogue.yaml");
            Files.writeString(file, yaml, StandardCharsets.UTF_8);
            try {
                return CatalogueLoader.load(
                    directory, new NameRegistry((kind, id, name) -> { }), CatalogueLoader.Previous.none());
            } finally {
                Files.delete(file);
                Files.delete(directory);
            }
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A catalogue without mistakes. */
    public static Catalogue of(final String yaml) {
        final LoadResult result = load(yaml);
        assertEquals(List.of(), result.errors());
        return result.catalogue();
    }

    /** One creative, which a text defines; the offer around it is that of the example. */
    public static Catalogue withCreative(final String creative) {
        final String example = example();
        final int at = example.indexOf("    creatives:\n") + "    creatives:\n".length();
        return of(example.substring(0, at) + creative.indent(6));
    }

    /** A creative by its name. */
    public static Creative creative(final Catalogue catalogue, final String id) {
        for (int i = 0; i < catalogue.offerCount(); i++) {
            for (final Creative creative : catalogue.offer(i).creatives()) {
                if (creative.id().equals(id)) {
                    return creative;
                }
            }
        }
        throw new AssertionError("no creative " + id);
    }
}
