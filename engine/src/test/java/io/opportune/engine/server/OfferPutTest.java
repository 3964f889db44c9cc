package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueError;
import io.opportune.engine.catalogue.CatalogueWarning;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.counters.CountersFile;
import io.opportune.engine.decision.FreeOffers;
import io.opportune.engine.decision.Hold;
import io.opportune.engine.decision.HoldReason;
import io.opportune.engine.decision.Holds;
import io.opportune.engine.decision.OfferOrder;
import io.opportune.engine.decision.ShardCatalogue;
import io.opportune.engine.journal.JournalRefusedException;
import io.opportune.engine.shard.ShardEngine;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Single offers changed while serving: kept in the folder, decided the same again with all files loaded anew. */
@Timeout(120)
class OfferPutTest extends ServerFixture {
    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldDecideTheSameAgainOverSingleChangesFoldsAndARestart(final String threading) throws Exception {
        threading(threading, 3).foldAt(10).start();
        for (int term = 0; term < 2; term++) {
            final int from = term * 200;
            try (TillClient client = test.client()) {
                final MixedTraffic traffic = new MixedTraffic(client, seed + term, 100);
                traffic.introduce();
                final FutureTask<Void> operator = meanwhile(() -> {
                    for (int i = 0; i < 120; i++) {
                        put(i % 4 == 0 ? "umbrella" : "extra-" + (from + i) % 170, from + i);
                        if (i % 10 == 9) {
                            hold("umbrella", i % 20 == 9);
                        }
                        if (i % 40 == 35) {
                            useCatalogue(TestServer.CATALOGUE.replace("propensity: 0.05", "propensity: 0." + (10 + i)));
                        }
                    }
                    return null;
                });
                traffic.run(2_500);
                operator.get();
                final CountersFile counters = test.server().counters();
                assertEquals(0, counters.total(CounterDescriptor.ERRORS));
                assertEquals(0, counters.total(CounterDescriptor.CATALOGUE_ARCHIVE_FAILURES));
                assertEquals(120, counters.total(CounterDescriptor.CATALOGUE_EDITS));
                assertEquals(12, counters.total(CounterDescriptor.CATALOGUE_HOLDS));
                assertEquals(4, counters.total(CounterDescriptor.CATALOGUE_RELOADS));
                assertTrue(counters.total(CounterDescriptor.CATALOGUE_FOLDS) > 2,
                    counters.total(CounterDescriptor.CATALOGUE_FOLDS) + " folds");
            }
            final Catalogue before = test.server().catalogue();
            test.stop();
            test.start();
            assertEquals(before.version().contentHash(), test.server().catalogue().version().contentHash());
            assertEquals(before.offerCount(), test.server().catalogue().offerCount());
        }
        test.stop();
        assertDecidedTheSameAgain();
    }

    private void hold(final String offer, final boolean held) {
        final int id = test.server().control().registry().find(NameKind.OFFER, offer);
        assertTrue(test.server().catalogues().hold(Hold.Target.OFFER, id, HoldReason.PAUSED, held));
    }

    @Test
    void shouldPutANameThatWasUsedBeforeIntoItsOldPlace() throws Exception {
        test.start();
        put("one", 1);
        put("two", 2);
        Files.delete(folder.resolve("catalogue/overrides/one.yaml"));
        test.server().reloadCatalogue();
        assertEquals(4, test.server().catalogue().offerCount());
        put("one", 3);
        assertEquals(5, test.server().catalogue().offerCount());
        assertEquals("one", test.server().catalogue().offer(3).name());
        assertTrue(test.server().catalogue().offer(3).benefit().contains("Round 3"));
    }

    @Test
    void shouldChangeNothingWhenTheOfferIsWrong() throws Exception {
        test.start();
        final Catalogue before = test.server().catalogue();
        final List<CatalogueError> errors =
            test.server().catalogues().put(offer("one", 1).replace("ales", "alse"), "one").errors();
        assertTrue(errors.getFirst().toString().contains("known: ales, spring"), errors::toString);
        assertEquals(before, test.server().catalogue());
        assertFalse(Files.exists(folder.resolve("catalogue/overrides/one.yaml")));
    }

    private Path fileOf(final String offer) {
        return folder.resolve("catalogue/overrides/" + offer + ".yaml");
    }

    private List<String> overrides() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("catalogue/overrides"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void shouldTakeTheFileBackWhenTheWholeCatalogueIsNotGood() throws Exception {
        test.start();
        put("one", 1);
        put("two", 2);
        Files.delete(fileOf("one"));
        test.server().reloadCatalogue();
        Files.writeString(folder.resolve("catalogue/half.yaml"), "offers: [{id: half}]");
        assertFalse(test.server().catalogues().put(offer("one", 3), "one").errors().isEmpty());
        assertEquals(List.of("two.yaml"), overrides());
        Files.delete(folder.resolve("catalogue/half.yaml"));
        put("one", 3);
        assertEquals(5, test.server().catalogue().offerCount());
    }

    @Test
    void shouldChangeNothingWhenTheFileCannotBeWritten() throws Exception {
        test.start();
        put("one", 1);
        final Catalogue before = test.server().catalogue();
        // The name that the file is written under is taken by a folder.
        final Path taken = folder.resolve("catalogue/overrides/one.yaml.part/some");
        Files.createDirectories(taken);
        final IOException notWritten =
            assertThrows(IOException.class, () -> test.server().catalogues().put(offer("one", 2), "one"));
        assertTrue(notWritten.getMessage().contains("one.yaml.part"), notWritten::toString);
        assertSame(before, test.server().catalogue());
        assertTrue(Files.readString(fileOf("one")).contains("Round 1"));
        Files.delete(taken);
        Files.delete(taken.getParent());
        put("one", 2);
        assertEquals(List.of("one.yaml"), overrides());
    }

    @Test
    void shouldTakeTheFileBackAndSayWhyWhenTheJournalRefuses() throws Exception {
        test.start();
        put("one", 1);
        final Catalogue before = test.server().catalogue();
        final ControlJournal control = test.server().control();
        Thread.currentThread().interrupt();
        assertThrows(JournalRefusedException.class, () -> control.registry().findOrAdd(NameKind.SEGMENT, "some"));
        assertTrue(Thread.interrupted());
        assertThrows(JournalRefusedException.class,
            () -> test.server().catalogues().put(offer("one", 1).replace("Round 1", "Changed"), "one"));
        assertSame(before, test.server().catalogue());
        assertTrue(Files.readString(fileOf("one")).contains("Round 1"));
        try (HttpClient http = HttpClient.newHttpClient()) {
            final URI admin = URI.create("http://127.0.0.1:" + test.server().adminPort());
            final HttpResponse<String> ready = http.send(
                HttpRequest.newBuilder(admin.resolve("/ready")).build(), HttpResponse.BodyHandlers.ofString());
            assertEquals(503, ready.statusCode());
            assertTrue(ready.body().contains("the control journal cannot be written"), ready.body());
            final HttpResponse<String> pause = http.send(HttpRequest.newBuilder(admin.resolve("/offers/one/pause"))
                .POST(HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofString());
            assertEquals(503, pause.statusCode());
            assertTrue(pause.body().contains("cannot be synced"), pause.body());
        }
    }

    @Test
    void shouldHandAnOfferToTheShardThatDidNotTakeItWhenItIsPutAgain() throws Exception {
        threading("ring", 2).start();
        put("one", 1);
        final ShardEngine engine = test.server().shards().engine(1);
        final FreeOffers other = new FreeOffers(new OfferOrder(test.server().catalogue()), Holds.NONE);
        test.server().shards().call(1, () -> engine.useCatalogue(ShardCatalogue.first(other, 0)));
        final CatalogueService catalogues = test.server().catalogues();
        final int id = test.server().control().registry().find(NameKind.OFFER, "one");
        assertThrows(IllegalStateException.class,
            () -> catalogues.hold(Hold.Target.OFFER, id, HoldReason.PAUSED, true));
        assertEquals(1, catalogues.holds().epoch());
        put("one", 1);
        assertFalse(catalogues.hold(Hold.Target.OFFER, id, HoldReason.PAUSED, true), "all shards have it by now");
        assertTrue(catalogues.hold(Hold.Target.OFFER, id, HoldReason.PAUSED, false));
    }

    @Test
    void shouldSayWhatOfTheOfferCanHardlyBeMeant() throws Exception {
        test.start();
        final CatalogueService.Put put = test.server().catalogues().put(offer("one", 1)
            .replaceFirst("targeting: .*", "targeting: 'moment.channel == \"web\"'"), "one");
        assertEquals(List.of(), put.errors());
        assertEquals(CatalogueWarning.Kind.NEVER, put.warnings().getFirst().kind());
        assertTrue(put.warnings().getFirst().toString().startsWith("offer:8:"), put.warnings()::toString);
    }
}
