package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueError;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.replay.DecisionReplay;
import io.opportune.protocol.client.TillClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Single offers changed while serving: kept in the folder, decided the same again with all files loaded anew. */
@Timeout(120)
class OfferPutTest {
    @TempDir
    private Path folder;

    private final long seed = Long.getLong("opportune.test.seed", System.nanoTime());
    private TestServer test;

    @BeforeEach
    void configure() throws IOException {
        test = new TestServer(folder);
    }

    @AfterEach
    void stop() {
        test.close();
    }

    private static String offer(final String name, final int round) {
        return """
            id: %s
            campaign: %s
            category: some-%d
            value: "%d.00"
            propensity: 0.%d
            discount: {type: none}
            benefit: "Round %d"
            targeting: 'moment.hour >= %d || request.weather == "rain-%d"'
            channels: [till, app]
            placements: [checkout]
            creatives:
              - {id: %s-all, title: "Round %d"}
            """.formatted(name, round % 2 == 0 ? "spring" : "ales", round % 5, 1 + round % 7, 1 + round % 9, round,
                round % 24, round % 3, name, round);
    }

    private void put(final String name, final int round) {
        try {
            assertEquals(List.of(), test.server().catalogues().put(offer(name, round), name));
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldDecideTheSameAgainOverSingleChangesFoldsAndARestart(final String threading) throws Exception {
        test.set("server.threading", threading).set("server.shards", threading.equals("ring") ? "3" : "1").start();
        for (int term = 0; term < 2; term++) {
            final int from = term * 200;
            try (TillClient client = test.client()) {
                final MixedTraffic traffic = new MixedTraffic(client, seed + term, 100);
                traffic.introduce();
                final Thread operator = Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 120; i++) {
                        put(i % 4 == 0 ? "umbrella" : "extra-" + (from + i) % 170, from + i);
                    }
                    test.server().reloadCatalogue();
                });
                traffic.run(2_500);
                operator.join();
                assertEquals(0, test.server().counters().total(CounterDescriptor.ERRORS));
            }
            final Catalogue before = test.server().catalogue();
            test.stop();
            test.start();
            assertEquals(before.version().contentHash(), test.server().catalogue().version().contentHash());
            assertEquals(before.offerCount(), test.server().catalogue().offerCount());
        }
        test.stop();
        final DecisionReplay.Report report =
            DecisionReplay.verify(folder.resolve("data"), folder.resolve("work"));
        assertEquals(List.of(), report.firstDifferences(), "seed " + seed);
        assertEquals(List.of(), report.firstUnverifiable(), "seed " + seed);
        assertTrue(report.decisions() > 1_000 && report.allEqual(), report::toString);
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
            test.server().catalogues().put(offer("one", 1).replace("ales", "alse"), "one");
        assertTrue(errors.getFirst().toString().contains("known: ales, spring"), errors::toString);
        assertEquals(before, test.server().catalogue());
        assertFalse(Files.exists(folder.resolve("catalogue/overrides/one.yaml")));
    }
}
