package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.replay.CatalogueArchive;
import io.opportune.engine.replay.DecisionReplay;
import io.opportune.protocol.client.TillClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deciding again from the journal gives what was answered, also over catalogue changes, restarts and lack of time. */
@Timeout(120)
class DecisionReplayTest extends ServerFixture {
    private static final int CUSTOMERS = 200;
    private static final String CHANGED = TestServer.CATALOGUE
        .replace("propensity: 0.05", "propensity: 0.50")
        .replace("customer.tier == \"gold\"", "customer.tier == \"silver\"");
    private static final String MANY_OFFERS = withOffers(200, """
        - id: many-$i
          campaign: spring
          category: $category
          value: "$value"
          propensity: 0.01
          discount: {type: none}
          benefit: "One of many"
          targeting: 'moment.hour >= 0'
          channels: [till, app]
          placements: [checkout]
          creatives:
            - {id: many-$i-all, channels: [till, app], title: "Many", body: "Number $i"}
        """);

    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldDecideTheSameAgainOverCatalogueSwapsAndARestart(final String threading) throws Exception {
        threading(threading, 4).start();
        try (TillClient client = test.client()) {
            final MixedTraffic traffic = new MixedTraffic(client, seed, CUSTOMERS);
            traffic.introduce();
            traffic.run(1_500);
            final FutureTask<Void> swap = meanwhile(() -> {
                useCatalogue(CHANGED);
                useCatalogue(TestServer.CATALOGUE);
                useCatalogue(CHANGED);
                return null;
            });
            traffic.run(1_500);
            swap.get();
        }
        assertEquals(4, test.server().catalogue().version().counter());
        test.stop();
        test.start();
        try (TillClient client = test.client()) {
            new MixedTraffic(client, seed + 1, CUSTOMERS).run(1_000);
        }
        test.stop();
        assertDecidedTheSameAgain();
        try (Stream<Path> left = Files.list(folder.resolve("work"))) {
            assertEquals(0, left.count());
        }
    }

    /** The clock now and then jumps ahead for one look by more than any budget. */
    private NanoClock jumpyClock() {
        final ThreadLocal<SplittableRandom> randoms = ThreadLocal.withInitial(() -> new SplittableRandom(seed));
        return () -> System.nanoTime() + (randoms.get().nextInt(40) == 0 ? 200_000_000 : 0);
    }

    @Test
    void shouldDecideTheSameAgainWhereScoringWasCutOff() throws Exception {
        Files.writeString(folder.resolve("catalogue/all.yaml"), MANY_OFFERS);
        test.set("server.threading", "ring").set("server.shards", "2")
            .start(new OffsetEpochNanoClock(), jumpyClock());
        try (TillClient client = test.client()) {
            final MixedTraffic traffic = new MixedTraffic(client, seed, CUSTOMERS);
            traffic.introduce();
            traffic.run(6_000);
        }
        final long truncated = test.server().counters().total(CounterDescriptor.DECISIONS_TRUNCATED);
        test.stop();
        assertTrue(truncated > 50, truncated + " decisions were cut off");
        assertDecidedTheSameAgain();
    }

    @Test
    void shouldFindAPlantedChange() throws Exception {
        test.start();
        try (TillClient client = test.client()) {
            final MixedTraffic traffic = new MixedTraffic(client, seed, CUSTOMERS);
            traffic.introduce();
            traffic.run(2_500);
        }
        final long hash = test.server().catalogue().version().contentHash();
        test.stop();
        assertDecidedTheSameAgain();
        final Path data = folder.resolve("data");
        final Path kept = new CatalogueArchive(DataDirectory.catalogues(data)).files(hash).get("all.yaml");
        Files.writeString(kept, CHANGED, java.nio.file.StandardOpenOption.TRUNCATE_EXISTING);
        final DecisionReplay.Report tampered = verify();
        assertEquals(tampered.decisions(), tampered.unverifiable());
        assertTrue(tampered.firstUnverifiable().getFirst().contains("has been changed"), tampered::toString);

        // The profiles are not what they were: one record less of consent and attributes.
        Files.writeString(kept, TestServer.CATALOGUE);
        assertDecidedTheSameAgain();
        final Path journal = DataDirectory.journal(data);
        new PlantedChange(journal).rewrite(folder.resolve("rewritten"));
        Files.move(journal, folder.resolve("original"), StandardCopyOption.ATOMIC_MOVE);
        Files.move(folder.resolve("rewritten"), journal, StandardCopyOption.ATOMIC_MOVE);
        final DecisionReplay.Report planted = verify();
        assertEquals(1, planted.differing(), planted::toString);
        assertEquals(planted.decisions() - 1, planted.equal());
        assertTrue(planted.firstDifferences().getFirst().contains("offers[0].score"), planted::toString);
    }
}
