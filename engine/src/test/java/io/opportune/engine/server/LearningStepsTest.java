package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.admin.ModelReport;
import io.opportune.engine.files.DurableFiles;
import io.opportune.engine.journal.JournalCounters;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.JournalSettings;
import io.opportune.engine.journal.JournalWriter;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.RecordWriter;
import io.opportune.engine.replay.DecisionReplay;
import io.opportune.engine.training.ModelFolder;
import io.opportune.engine.training.ModelPublication;
import io.opportune.engine.training.ModelQueue;
import io.opportune.protocol.client.TillClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that have much to catch up with, and models whose records a power cut took. */
@Timeout(180)
class LearningStepsTest extends ServerFixture {
    private static final int STEP = 100;

    private void start(final String threading, final int shards, final String interval) throws Exception {
        Files.writeString(folder.resolve("catalogue/all.yaml"), TestServer.CATALOGUE.replaceFirst(
            "  - id: checkout\n", "  - id: checkout\n    choice: {policy: thompson, learned: true}\n"));
        threading(threading, shards).set("learning.model", "house:1 bayes offer-rows=8 campaign-rows=6 linear-bits=12")
            .set("learning.shadow", "fast:2 ftrl offer-rows=8 campaign-rows=6 linear-bits=12")
            .set("learning.publish-interval", interval).set("learning.pending", "1m");
        test.start();
    }

    private void trade(final int term, final int messages) throws Exception {
        try (TillClient client = test.client()) {
            final MixedTraffic traffic = new MixedTraffic(client, seed + term, 100);
            traffic.introduce();
            traffic.run(messages);
        }
    }

    /** What the models have learned when the last event was journalled; the server is stopped. */
    private ModelReport stopAndReport() throws Exception {
        test.stop();
        test.start();
        final ModelReport report = test.server().learning().report();
        test.stop();
        return report;
    }

    /**
     * The same examples and outcomes, however often learning stopped: with two shards, too, because a server learns up
     * to a time that both have passed, in the order in which all records were appended.
     */
    private void assertSame(final ModelReport whole, final ModelReport again) {
        final String both = "seed " + seed + ": " + whole + ", " + again;
        assertEquals(whole.examples(), again.examples(), both);
        assertEquals(whole.outcomes(), again.outcomes(), both);
        assertEquals(whole.late(), again.late(), both);
        assertEquals(whole.pending(), again.pending(), both);
    }

    private long records() {
        long count = 0;
        final JournalDirectory journals = new JournalDirectory(folder.resolve("data/journal"));
        for (final Path queue : journals.queues()) {
            if (!queue.equals(journals.registryQueue())) {
                try (JournalReader reader = new JournalReader(queue)) {
                    while (reader.next()) {
                        count++;
                    }
                }
            }
        }
        return count;
    }

    /** The models of a long journal are gone: they learn anew in steps, and between any two commands are done. */
    @Test
    void shouldServeCommandsBetweenTheStepsOfALongCatchUp() throws Exception {
        start("ring", 2, "20ms");
        trade(0, 3_000);
        final ModelReport whole = stopAndReport();
        final DecisionReplay.Report before = verify();
        assertTrue(before.allEqual(), before::toString);
        DurableFiles.deleteTree(folder.resolve("data/models"));
        final long records = records();
        // Nothing happens by itself within the hour.
        start("ring", 2, "1h");
        final LearningService learning = test.server().learning();
        learning.stepRecords(STEP);
        long steps = 0;
        long examples = 0;
        long published = learning.report().number();
        boolean more = true;
        while (more) {
            more = learning.step();
            steps++;
            final ModelReport now = learning.report();
            assertTrue(now.examples() - examples <= 2 * STEP, () -> "a step learned too much: " + now);
            examples = now.examples();
            if (steps == 3) {
                // Not a step that publishes by itself.
                assertEquals(published, now.number());
                assertTrue(more);
                assertEquals(learning.promote("fast:2").split(" ")[0], "fast:2");
                assertEquals(published + 2, learning.report().number(), "what was learned, then the promotion");
                assertEquals(examples, learning.report().examples(), "a command does not wait for the journal's end");
                published = learning.report().number();
            }
            if (steps == 5) {
                assertTrue(more);
                test.server().takeSnapshot();
                assertEquals(1, new ModelFolder(folder.resolve("data/models")).states().size());
                assertEquals(published + 1, learning.report().number());
                examples = learning.report().examples();
            }
        }
        // The snapshot took one, too.
        assertTrue(Math.abs(steps + 1 - records / STEP) <= 1, steps + " steps for " + records + " records");
        final ModelReport caughtUp = learning.report();
        assertSame(whole, caughtUp);
        test.stop();
        // The decisions were made with models that are gone: that is counted, and never taken for a difference.
        final DecisionReplay.Report after = verify();
        assertEquals(before.decisions(), after.decisions());
        assertEquals(0, after.differing(), after::toString);
        assertTrue(after.unverifiable() > 0, after::toString);
        assertTrue(after.firstUnverifiable().getFirst().contains("no state of the models is kept from before"),
            after::toString);
        // Those made from here on can be made again.
        start("inline", 1, "20ms");
        trade(1, 1_000);
        test.stop();
        final DecisionReplay.Report last = verify();
        assertEquals(0, last.differing(), last::toString);
        assertEquals(after.unverifiable(), last.unverifiable(), last::toString);
        assertTrue(last.equal() > after.equal() + 300, last::toString);
    }

    /** The server ends while it catches up, again and again; in the end it has learned what there is, and no more. */
    @Test
    void shouldStopBetweenSteps() throws Exception {
        start("inline", 1, "20ms");
        trade(0, 2_000);
        final ModelReport whole = stopAndReport();
        DurableFiles.deleteTree(folder.resolve("data/models"));
        long examples = 0;
        for (int round = 0; round < 3; round++) {
            start("inline", 1, "1h");
            final LearningService learning = test.server().learning();
            assertTrue(learning.report().examples() >= examples, "what was learned is kept");
            assertTrue(learning.report().examples() <= examples + 2 * STEP, "the end is one step more at most");
            learning.stepRecords(STEP);
            assertTrue(learning.step());
            examples = learning.report().examples();
            test.stop();
        }
        start("inline", 1, "1h");
        assertTrue(test.server().learning().report().examples() < whole.examples());
        test.server().learning().stepRecords(Long.MAX_VALUE);
        assertFalse(test.server().learning().step());
        assertSame(whole, test.server().learning().report());
    }

    /** Without a state a long queue of publications would have to be learned again before the server serves. */
    @Test
    void shouldStartBeforeItHasLearnedALongHistory() throws Exception {
        start("inline", 1, "20ms");
        trade(0, 1_000);
        test.server().learning().promote("fast:2");
        final ModelReport whole = stopAndReport();
        final ModelFolder models = new ModelFolder(folder.resolve("data/models"));
        for (final long state : models.states()) {
            Files.delete(models.state(state));
        }
        final long last = addPublications(models.queue(), 10_000);
        start("inline", 1, "1h");
        final LearningService learning = test.server().learning();
        assertEquals(last + 1, learning.report().number());
        assertEquals(0, learning.report().examples(), "not yet");
        assertEquals("fast:2", learning.report().models().getFirst().name(), "what was promoted decides");
        assertEquals(List.of(last + 1), models.states());
        learning.stepRecords(STEP);
        while (learning.step()) {
            assertEquals(last + 1, learning.report().number());
        }
        assertSame(whole, learning.report());
        trade(1, 500);
        test.stop();
        final DecisionReplay.Report report = verify();
        assertEquals(0, report.differing() + report.unverifiable(), report::toString);
    }

    /** As if the last publication had been made again and again; gives the number of the last. */
    private static long addPublications(final Path queue, final int count) {
        ModelPublication last = null;
        try (ModelQueue publications = new ModelQueue(queue)) {
            for (ModelPublication next = publications.next(); next != null; next = publications.next()) {
                last = next;
            }
        }
        final RecordWriter records = new RecordWriter(1, 1 << 16).term(1);
        final EpochNanoClock clock = new SystemEpochNanoClock();
        try (JournalWriter writer = new JournalWriter(
            queue, JournalSettings.defaults().withMinFreeBytes(0), clock, JournalCounters.detached())) {
            for (long number = last.number() + 1; number <= last.number() + count; number++) {
                final long nowNs = clock.nanoTime();
                ModelQueue.encode(
                    records.at(RecordHeaderFlyweight.CONTROL_PARTITION, number, nowNs, nowNs, 0, 0).model(),
                    new ModelPublication(number, ModelPublication.Kind.LEARNED, last.examples(), last.checksum(),
                        last.champion(), last.shadow(), last.pendingBytes(), last.positions()));
                assertTrue(writer.append(records.buffer(), 0, records.length()) != JournalWriter.NOT_WRITTEN);
            }
        }
        return last.number() + count;
    }

    /** Of one shard, or of both, what was journalled after the first snapshot is lost. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldGoOnFromAnOlderStateAfterAPowerCut(final int cut) throws Exception {
        start("ring", 2, "20ms");
        trade(0, 1_500);
        test.server().takeSnapshot();
        test.stop();
        final JournalDirectory journals = new JournalDirectory(folder.resolve("data/journal"));
        final TreeMap<Integer, Path> copies = new TreeMap<>();
        for (int shard = 0; shard < cut; shard++) {
            copies.put(shard, folder.resolve("copy-" + shard));
            copyTree(journals.shardQueue(shard), copies.get(shard));
        }
        // A snapshot of profiles never lies ahead of what was forced to the disk.
        copyTree(folder.resolve("data/snapshots"), folder.resolve("copy-snapshots"));
        start("ring", 2, "20ms");
        trade(1, 1_500);
        // Their states reach beyond what will be left of the journal, that of the profiles does not.
        test.server().learning().keep();
        final long lostState = test.server().learning().report().number();
        trade(2, 300);
        test.stop();
        for (final int shard : copies.keySet()) {
            DurableFiles.deleteTree(journals.shardQueue(shard));
            copyTree(copies.get(shard), journals.shardQueue(shard));
        }
        DurableFiles.deleteTree(folder.resolve("data/snapshots"));
        copyTree(folder.resolve("copy-snapshots"), folder.resolve("data/snapshots"));
        start("ring", 2, "20ms");
        final ModelFolder models = new ModelFolder(folder.resolve("data/models"));
        final long number = test.server().learning().report().number();
        assertTrue(number > lostState, "numbers are not used again");
        assertTrue(models.states().getFirst() > lostState, "a state that fits is kept at once: " + models.states());
        trade(3, 1_500);
        test.stop();
        start("ring", 2, "20ms");
        assertTrue(test.server().learning().report().number() > number);
        trade(4, 500);
        test.stop();
        final DecisionReplay.Report report = verify();
        assertEquals(0, report.differing(), () -> "seed " + seed + ": " + report);
        if (cut == 2) {
            assertTrue(report.allEqual(), () -> "seed " + seed + ": what was lost is lost whole: " + report);
        } else {
            assertTrue(report.unverifiable() > 0, report::toString);
            assertTrue(report.firstUnverifiable().getFirst().contains("publication"), report::toString);
            assertTrue(report.equal() > report.decisions() / 2, report::toString);
        }
    }

    private static void copyTree(final Path from, final Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (final Path file : files.toList()) {
                final Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
