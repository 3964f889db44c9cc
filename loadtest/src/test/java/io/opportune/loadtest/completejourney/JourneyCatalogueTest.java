package io.opportune.loadtest.completejourney;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.registry.NameRegistry;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JourneyCatalogueTest {
    @TempDir
    private Path directory;

    @Test
    void shouldBeAcceptedByTheServersLoader() throws Exception {
        final JourneyData data = JourneyFiles.data();
        final List<JourneyOffer> offers = JourneyOffers.choose(data);
        new JourneyCatalogue(data, offers, 10).write(directory);
        final LoadResult result = CatalogueLoader.load(
            directory, new NameRegistry((kind, id, name) -> { }), CatalogueLoader.Previous.none());
        assertTrue(result.isGood(), () -> result.errors().toString());
        assertEquals(offers.size(), result.catalogue().offerCount());
    }
}
