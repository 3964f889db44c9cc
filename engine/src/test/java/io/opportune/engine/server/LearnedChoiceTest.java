package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.admin.ModelReport;
import io.opportune.engine.affinity.AffinityBuilder;
import io.opportune.engine.affinity.AffinitySettings;
import io.opportune.engine.affinity.Basket;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.feature.Feature;
import io.opportune.engine.feature.FeatureKeys;
import io.opportune.engine.journal.ChoiceBlock;
import io.opportune.engine.journal.FeatureBlock;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import io.opportune.engine.journal.codec.MessageHeaderDecoder;
import io.opportune.engine.replay.DecisionReplay;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Placements that choose by what a model has learned: in a running server, over restarts, and made again. */
@Timeout(180)
class LearnedChoiceTest extends ServerFixture {
    private static final String OFFER = """
        - id: many-$i
          campaign: spring
          category: $category
          value: "$value"
          propensity: 0.03
          discount: {type: none}
          benefit: "Number $i"
          targeting: 'moment.hour != $hour'
          promotes: {items: [$i]}
          lever: 1.1
          weights: [{when: 'moment.type == "tender"', weight: 1.5}]
          channels: [till, app]
          placements: [checkout]
          creatives:
            - {id: many-$i-all, title: "Number $i"}
        """;

    private static String catalogue(final String policy, final String control) {
        return withOffers(60, OFFER)
            .replaceFirst("  - id: checkout\n", "  - id: checkout\n    choice: {" + policy + "}\n")
            .replaceFirst("  - id: ales\n",
                "  - id: ales\n" + (control.isEmpty() ? "" : "    control: {percent: 30}\n"))
            + control;
    }

    private void start(final String policy, final String control, final String threading) throws Exception {
        Files.writeString(folder.resolve("catalogue/all.yaml"), catalogue(policy, control));
        threading(threading, 3).set("learning.model", "house:1 bayes offer-rows=10 campaign-rows=6 linear-bits=14")
            .set("learning.shadow", "fast:2 ftrl alpha=0.1 offer-rows=10 campaign-rows=6 linear-bits=14")
            .set("learning.publish-interval", "20ms").set("learning.pending", "256k");
        test.start();
    }

    private void trade(final int term, final int messages) throws Exception {
        try (TillClient client = test.client()) {
            final MixedTraffic traffic = new MixedTraffic(client, seed + term, 100);
            traffic.introduce();
            traffic.run(messages);
        }
    }

    /** What the decisions of the stopped server say of themselves. */
    private static final class Survey {
        private final Map<Long, Integer> byModel = new HashMap<>();
        private final Map<Long, Integer> byTable = new HashMap<>();
        private int withAffinity;
        private int chosen;
        private int withChance;
        private int global;
        private int ghosts;
        private int withFeatures;

        Survey(final Path journal) {
            final JournalDirectory journals = new JournalDirectory(journal);
            final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
            final DecisionRecordDecoder record = new DecisionRecordDecoder();
            final DecisionResponseDecoder response = new DecisionResponseDecoder();
            final UnsafeBuffer block = new UnsafeBuffer(0, 0);
            for (final Path queue : journals.queues()) {
                try (JournalReader reader = new JournalReader(queue)) {
                    while (reader.next()) {
                        header.wrap(reader.buffer(), reader.offset());
                        if (header.templateId() == DecisionRecordDecoder.TEMPLATE_ID) {
                            record.wrapAndApplyHeader(reader.buffer(), reader.offset(), new MessageHeaderDecoder());
                            record.skipRequest();
                            record.wrapResponse(block);
                            response.wrapAndApplyHeader(
                                block, 0, new io.opportune.protocol.codec.MessageHeaderDecoder());
                            final int offers = response.offers().count();
                            record.skipReservations();
                            record.skipCounts();
                            record.skipWithheld();
                            record.wrapChoice(block);
                            byTable.merge(record.affinityTable(), 1, Integer::sum);
                            take(record.modelEpoch(), offers, block);
                            record.wrapFeatures(block);
                            if (block.capacity() > 0) {
                                assertTrue(FeatureBlock.isWhole(block, 0, block.capacity()));
                                withFeatures++;
                                withAffinity += tellsAffinity(block) ? 1 : 0;
                            }
                        }
                    }
                }
            }
        }

        private static boolean tellsAffinity(final UnsafeBuffer block) {
            final byte[] bytes = new byte[block.capacity()];
            block.getBytes(0, bytes);
            final String text = new String(bytes, StandardCharsets.ISO_8859_1);
            final byte[] key = new byte[Integer.BYTES];
            for (int half = -8; half <= 16; half++) {
                new UnsafeBuffer(key).putInt(0, FeatureKeys.hash(Feature.PAIR_ITEM_AFFINITY.fieldId(), half),
                    ByteOrder.LITTLE_ENDIAN);
                if (text.contains(new String(key, StandardCharsets.ISO_8859_1))) {
                    return true;
                }
            }
            return false;
        }

        private void take(final long model, final int offers, final UnsafeBuffer block) {
            if (block.capacity() == 0) {
                return;
            }
            assertTrue(ChoiceBlock.isWhole(block, 0, block.capacity()));
            chosen++;
            byModel.merge(model, 1, Integer::sum);
            final int places = ChoiceBlock.placeCount(block, 0);
            for (int place = 0; place < places; place++) {
                final double probability = ChoiceBlock.probability(block, 0, place);
                assertTrue(probability > 0 && probability <= 1, "probability " + probability);
                withChance += probability < 1 ? 1 : 0;
            }
            ghosts += ChoiceBlock.ghostCount(block, 0);
            if ((ChoiceBlock.flags(block, 0) & ChoiceBlock.GLOBAL_CONTROL) != 0) {
                global++;
                assertEquals(0, places, "nothing is offered in the control group");
                assertEquals(0, offers);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {"inline ~ policy: thompson, learned: true, per_category: 2",
        "ring ~ policy: softmax, temperature: 0.5, learned: true, objective: conversions",
        "ring ~ policy: thompson, floor: 0.1, learned: true, objective: revenue, threshold: 0.01",
        "inline ~ policy: epsilon, epsilon: 0.3, candidates: 12"})
    void shouldDecideTheSameAgainWithLearningAndExploration(final String threading, final String policy)
        throws Exception {
        start(policy, "control: {percent: 20}\n", threading);
        for (int term = 0; term < 3; term++) {
            final int round = term;
            final FutureTask<Void> operator = meanwhile(() -> {
                if (round == 1) {
                    Thread.sleep(300);
                    test.server().takeSnapshot();
                    test.server().learning().promote("fast:2");
                    Thread.sleep(200);
                }
                return null;
            });
            trade(term, 3_000);
            operator.get();
            final ModelReport report = test.server().learning().report();
            if (policy.contains("learned")) {
                assertTrue(report.examples() > 100 && report.outcomes() > 3, report::toString);
                assertEquals(term == 0 ? 2 : 1, report.models().size());
                assertTrue(report.models().getFirst().line().startsWith(term == 0 ? "house:1" : "fast:2"));
            }
            test.stop();
            if (term < 2) {
                test.start();
            }
        }
        final Survey survey = new Survey(folder.resolve("data/journal"));
        assertTrue(survey.chosen > 2_000 && survey.withChance > 500 && survey.global > 100 && survey.ghosts > 100,
            () -> "seed " + seed + ": " + survey.chosen + ", " + survey.withChance + ", " + survey.global + ", "
                + survey.ghosts);
        if (policy.contains("learned")) {
            assertTrue(survey.byModel.size() > 5 && survey.withFeatures > 1_000,
                () -> "seed " + seed + ": " + survey.byModel.size() + " publications, " + survey.withFeatures);
        }
        assertDecidedTheSameAgain();
    }

    /** Items are bought with the one or the other that is so many numbers further. */
    private void writeTable(final Path file, final long version, final int distance) throws IOException {
        final AffinityBuilder builder = new AffinityBuilder(AffinitySettings.defaults().withShrinkage(20, 20));
        final Basket basket = new Basket();
        final SplittableRandom random = new SplittableRandom(seed + version);
        for (int i = 0; i < 5_000; i++) {
            final int item = 1 + random.nextInt(39);
            basket.clear().add(item, 1 + item % 9);
            basket.add(1 + (item + distance * (1 + random.nextInt(2))) % 60, 0);
            builder.onBasket(0, 0, i * 1_000_000_000L, basket);
        }
        builder.build(version).write(file);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {
        "inline ~ policy: thompson, learned: true, affinity: both, candidates: 6, per_category: 2",
        "ring ~ policy: softmax, learned: true, affinity: feature, candidates: 20",
        "ring ~ policy: softmax, affinity: candidates, candidates: 6, temperature: 2"})
    void shouldDecideTheSameAgainWithAffinitiesThatChange(final String threading, final String policy)
        throws Exception {
        final Path file = folder.resolve("affinity.table");
        writeTable(file, 1, 1);
        test.set("affinity.table", file.toString());
        start(policy, "control: {percent: 5}\n", threading);
        for (int term = 0; term < 2; term++) {
            final int round = term;
            final FutureTask<Void> operator = meanwhile(() -> {
                Thread.sleep(200);
                writeTable(file, 2 + 2 * round, 5);
                // The catalogue is what it was: nothing but the table changes.
                assertTrue(test.server().catalogues().reload().isGood());
                put("another", round);
                writeTable(file, 3 + 2 * round, 9);
                useCatalogue(Files.readString(folder.resolve("catalogue/all.yaml")) + "# " + round + "\n");
                final byte[] good = Files.readAllBytes(file);
                Files.write(file, new byte[1_000]);
                assertTrue(test.server().catalogues().reload().isGood());
                assertEquals(1, test.server().counters().total(CounterDescriptor.AFFINITY_REFUSED));
                assertEquals(3 + 2 * round, test.server().counters().total(CounterDescriptor.AFFINITY_VERSION));
                Files.write(file, good);
                return null;
            });
            trade(term, 3_000);
            operator.get();
            trade(term, 1_000);
            test.stop();
            if (term == 0) {
                test.start();
            }
        }
        final Survey survey = new Survey(folder.resolve("data/journal"));
        assertTrue(survey.byTable.size() >= 3 && !survey.byTable.containsKey(0L), survey.byTable::toString);
        if (policy.contains("learned")) {
            assertTrue(survey.withAffinity > 200,
                () -> "seed " + seed + ": " + survey.withAffinity + " of " + survey.withFeatures);
        }
        assertDecidedTheSameAgain();
        // Without a table its decisions cannot be made again, and that is said.
        final long used = survey.byTable.keySet().stream().min(Long::compare).orElseThrow();
        Files.delete(folder.resolve("data/affinity/used/" + String.format("%016x.table", used)));
        final DecisionReplay.Report report = verify();
        assertEquals((long) survey.byTable.get(used), report.unverifiable());
        assertTrue(report.firstUnverifiable().getFirst().endsWith(String.format("%016x.table is not kept", used)),
            () -> report.firstUnverifiable().getFirst());
    }

    @Test
    void shouldNotStartWithATableThatIsNoGood() throws Exception {
        final Path file = folder.resolve("affinity.table");
        test.set("affinity.table", file.toString());
        assertEquals("affinity.table: found no file " + file
            + "; make it with 'opportune affinity build', or leave the key empty",
            assertThrows(IOException.class, test::start).getMessage());
        Files.write(file, new byte[1_000]);
        assertEquals("affinity.table: " + file + " holds no affinities",
            assertThrows(IOException.class, test::start).getMessage());
    }

    @Test
    void shouldPromoteOnlyWhatWasNamed() throws Exception {
        start("policy: thompson, learned: true", "", "inline");
        final LearningService learning = test.server().learning();
        final String refusal =
            assertThrows(IllegalArgumentException.class, () -> learning.promote("slow:1")).getMessage();
        assertEquals("\"slow:1\" does not learn in the shadow; \"fast:2\" does", refusal);
        learning.promote("fast:2");
        assertFalse(learning.report().models().size() > 1, "the shadow serves");
        assertEquals("\"fast:2\" does not learn in the shadow; no model does: set learning.shadow and restart",
            assertThrows(IllegalArgumentException.class, () -> learning.promote("fast:2")).getMessage());
    }
}
