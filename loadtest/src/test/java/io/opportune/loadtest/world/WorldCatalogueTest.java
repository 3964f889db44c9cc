package io.opportune.loadtest.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.registry.NameRegistry;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorldCatalogueTest {
    @TempDir
    private Path directory;

    @Test
    void shouldBeAcceptedByTheServersLoader() throws Exception {
        new WorldCatalogue(new World(WorldSettings.ofSeed(42))).write(directory);
        final LoadResult result = CatalogueLoader.load(
            directory, new NameRegistry((kind, id, name) -> { }), CatalogueLoader.Previous.none());
        assertTrue(result.isGood(), () -> result.errors().toString());
        assertEquals(501, result.catalogue().offerCount());
    }
}
