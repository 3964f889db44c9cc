package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.replay.DecisionReplay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server of a test with its folder and seed, operators on threads of their own, and the proof by deciding again. */
abstract class ServerFixture {
    @TempDir
    Path folder;

    final long seed = Long.getLong("opportune.test.seed", System.nanoTime());
    TestServer test;

    @BeforeEach
    void configure() throws IOException {
        test = new TestServer(folder);
    }

    @AfterEach
    void stop() {
        test.close();
    }

    /** With some shards in ring mode. */
    TestServer threading(final String threading, final int shards) {
        return test.set("server.threading", threading)
            .set("server.shards", threading.equals("ring") ? Integer.toString(shards) : "1");
    }

    /** Something done on a thread of its own; what fails there fails the test. */
    static FutureTask<Void> meanwhile(final Callable<Void> task) {
        final FutureTask<Void> running = new FutureTask<>(task);
        Thread.ofPlatform().start(running);
        return running;
    }

    void useCatalogue(final String text) throws IOException {
        Files.writeString(folder.resolve("catalogue/all.yaml"), text);
        assertTrue(test.server().catalogues().reload().isGood());
    }

    /** The test server's catalogue with many offers more, made by their number. */
    static String withOffers(final int count, final String offer) {
        final StringBuilder offers = new StringBuilder();
        for (int i = 0; i < count; i++) {
            offers.append(offer.replace("$i", Integer.toString(i)).replace("$value", 1 + i % 9 + ".00")
                .replace("$category", "many-" + i % 50).replace("$hour", Integer.toString(i % 24)).indent(2));
        }
        final StringBuilder text = new StringBuilder(TestServer.CATALOGUE);
        return text.insert(text.indexOf("placements:\n  - id: checkout"), offers).toString();
    }

    /** One offer, another for each round. */
    static String offer(final String name, final int round) {
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

    void put(final String name, final int round) throws IOException {
        assertEquals(List.of(), test.server().catalogues().put(offer(name, round), name).errors());
    }

    DecisionReplay.Report verify() throws IOException {
        return DecisionReplay.verify(folder.resolve("data"), folder.resolve("work"));
    }

    /** Every decision of the stopped server is made the same again. */
    void assertDecidedTheSameAgain() throws IOException {
        final DecisionReplay.Report report = verify();
        assertEquals(List.of(), report.firstDifferences(), "seed " + seed);
        assertEquals(List.of(), report.firstUnverifiable(), "seed " + seed);
        assertTrue(report.decisions() > 1_000 && report.allEqual(), report::toString);
    }
}
