package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.journal.JournalCounters;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.replay.CatalogueArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.status.AtomicCounter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of catalogues, how much, and what happens when it cannot be. */
@Timeout(60)
class CatalogueKeeperTest {
    private static final int FILES = 50;

    @TempDir
    private Path folder;

    private final NameRegistry registry = new NameRegistry((kind, id, name) -> { });
    private final AtomicCounter failures = JournalCounters.detached().failures();
    private Path shop;
    private Path archived;
    private CatalogueArchive archive;
    private Catalogue before;

    @BeforeEach
    void make() throws IOException {
        shop = Files.createDirectories(folder.resolve("shop/overrides")).getParent();
        archived = folder.resolve("archive");
        archive = new CatalogueArchive(archived);
        Files.writeString(shop.resolve("all.yaml"), TestServer.CATALOGUE);
        for (int i = 0; i < FILES; i++) {
            offer(i, 0);
        }
    }

    private void offer(final int number, final int round) throws IOException {
        Files.writeString(shop.resolve("overrides/extra-" + number + ".yaml"), "offers:\n- "
            + ServerFixture.offer("extra-" + number, round).indent(2).substring(2));
    }

    private LoadResult load() {
        final LoadResult result = CatalogueLoader.load(
            shop, registry, () -> CatalogueLoader.Previous.of(before), archive::lacks);
        assertEquals(List.of(), result.errors());
        before = result.catalogue();
        return result;
    }

    private long listBytes(final long hash) throws IOException {
        return Files.size(archived.resolve(String.format("%016x.list", hash)));
    }

    @Test
    void shouldKeepOfEachCatalogueWhatDiffersAndLoadThemAll() throws IOException {
        final List<Catalogue> all = new ArrayList<>();
        for (int round = 0; round < 150; round++) {
            offer(round % FILES, round);
            if (round == 10) {
                Files.delete(shop.resolve("overrides/extra-49.yaml"));
            }
            final LoadResult loaded = load();
            assertTrue(round == 0 ? loaded.files().size() > FILES : loaded.files().size() == 1, "only what is new");
            archive.keep(before.content(), loaded.files());
            all.add(before);
        }
        long bytes = 0;
        for (final Catalogue catalogue : all) {
            bytes += listBytes(catalogue.version().contentHash());
            assertEquals(catalogue.content().hashByPath().keySet(),
                archive.files(catalogue.version().contentHash()).keySet());
        }
        assertTrue(bytes < 10 * listBytes(all.getFirst().version().contentHash()), bytes + " bytes of lists");
        final Catalogue again = new CatalogueArchive(archived).load(
            151, all.get(149).version().contentHash(), registry, null);
        assertEquals(before.offerCount(), again.offerCount());
        Files.delete(archived.resolve(String.format("%016x.list", all.getFirst().version().contentHash())));
        assertTrue(assertThrows(IOException.class, () -> archive.files(all.get(1).version().contentHash()))
            .getMessage().contains("is not kept: it refers to"));
    }

    @Test
    void shouldKeepLaterWhatCannotBeKeptNow() throws IOException {
        Files.writeString(archived, "in the way");
        final CatalogueKeeper keeper = new CatalogueKeeper(archive, failures);
        final LoadResult first = load();
        keeper.keep(before.content(), first.files());
        final long firstHash = before.version().contentHash();
        offer(1, 1);
        final LoadResult second = load();
        keeper.keep(before.content(), second.files());
        while (failures.get() < 2) {
            Thread.onSpinWait();
        }
        assertThrows(IOException.class, () -> archive.files(firstHash));
        Files.delete(archived);
        keeper.close();
        assertEquals(FILES + 1, archive.files(firstHash).size());
        assertEquals(FILES + 1, archive.files(before.version().contentHash()).size());
    }
}
