package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.admin.ModelReport;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.decision.Deadline;
import io.opportune.engine.decision.SecondStage;
import io.opportune.engine.feature.FeatureText;
import io.opportune.engine.feature.FeatureVector;
import io.opportune.engine.journal.ChoiceBlock;
import io.opportune.engine.journal.FeatureBlock;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import io.opportune.engine.journal.codec.MessageHeaderDecoder;
import io.opportune.engine.onnx.BadModelException;
import io.opportune.engine.onnx.ExampleColumns;
import io.opportune.engine.onnx.OnnxFile;
import io.opportune.engine.onnx.OnnxWriter;
import io.opportune.engine.recovery.JournalTail;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.replay.RegistryQueue;
import io.opportune.engine.training.JournalExamples;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Placements whose best candidates an imported model predicts anew: in a running server, and made again without it. */
@Timeout(180)
class SecondStageTest extends ServerFixture {
    private static final int SECOND = 8;
    /** Offers that are sold by impression. */
    private static final int SHOWN = 4;
    private static final String OFFER = """
        - id: many-$i
          campaign: spring
          category: $category
          value: "$value"
          propensity: 0.03
          discount: {type: none}
          benefit: "Number $i"
          targeting: 'moment.hour != $hour'
          channels: [till, app]
          placements: [checkout]
          creatives:
            - {id: many-$i-all, title: "Number $i"}
        """;
    private static final String SHOWN_CAMPAIGN = """
          - id: shown
            advertiser: brew
            objective: awareness
            zone: America/New_York
            flights: [{start: 2017-01-01, end: 2037-01-01}]
            budget: {currency: USD}
            goal: {type: cpm, amount: "2000.00"}
        """;
    /** One offer in place of all others that it looks at. */
    private static final String MANIFEST = """
        version favourite:1
        predicts conversion
        output score probability
        input features
        column offer.id is $favourite
        column moment.hour number
        column first.logit number
        """;

    private Path model(final String favourite) throws IOException {
        final Path file = folder.resolve("favourite.onnx");
        Files.write(file, OnnxWriter.linear(new float[] {6, 0.01f, 0.5f}, -1, true));
        Files.writeString(folder.resolve("favourite.onnx.manifest"), MANIFEST.replace("$favourite", favourite));
        return file;
    }

    private void configure(final String policy, final String threading) throws IOException {
        Files.writeString(folder.resolve("catalogue/all.yaml"), withOffers(60, OFFER).replaceFirst(
            "  - id: checkout\n", "  - id: checkout\n    choice: {" + policy + ", second_stage: " + SECOND + "}\n"));
        threading(threading, 2);
    }

    /** Adds offers that are sold by impression, which the model does not predict. */
    private void sellImpressions() throws IOException {
        final Path file = folder.resolve("catalogue/all.yaml");
        final StringBuilder offers = new StringBuilder();
        for (int i = 0; i < SHOWN; i++) {
            offers.append(OFFER.replace("many-$i", "shown-" + i).replace("$i", Integer.toString(i))
                .replace("$category", "shown-" + i).replace("$hour", Integer.toString(i))
                .replace("spring", "shown").replace("  value: \"$value\"\n", "").indent(2));
        }
        Files.writeString(file, Files.readString(file).replaceFirst("  - id: spring\n", SHOWN_CAMPAIGN + "$0")
            .replaceFirst("placements:\n  - id: checkout", offers + "$0"));
    }

    private void trade(final int term, final int messages) throws Exception {
        try (TillClient client = test.client()) {
            final MixedTraffic traffic = new MixedTraffic(client, seed + term, 100);
            traffic.introduce();
            traffic.run(messages);
        }
    }

    /** The clock now and then jumps ahead for one look by more than any budget. */
    private NanoClock jumpyClock() {
        final ThreadLocal<SplittableRandom> randoms = ThreadLocal.withInitial(() -> new SplittableRandom(seed));
        return () -> System.nanoTime() + (randoms.get().nextInt(40) == 0 ? 200_000_000 : 0);
    }

    /** What the decisions of the stopped server say of their second stage. */
    private final class Survey {
        private final Set<Long> models = new HashSet<>();
        private final Map<Integer, Integer> offers = new HashMap<>();
        private final Map<Integer, Integer> anywhere = new HashMap<>();
        private int ran;
        private int skipped;
        private int failed;

        Survey() {
            final JournalDirectory journals = new JournalDirectory(folder.resolve("data/journal"));
            final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
            for (final Path queue : journals.queues()) {
                try (JournalReader reader = new JournalReader(queue)) {
                    while (reader.next()) {
                        header.wrap(reader.buffer(), reader.offset());
                        if (header.templateId() == DecisionRecordDecoder.TEMPLATE_ID) {
                            take(new DecisionRecordDecoder().wrapAndApplyHeader(
                                reader.buffer(), reader.offset(), new MessageHeaderDecoder()));
                        }
                    }
                }
            }
        }

        private void take(final DecisionRecordDecoder record) {
            final UnsafeBuffer block = new UnsafeBuffer(0, 0);
            record.skipRequest();
            record.wrapResponse(block);
            final DecisionResponseDecoder.OffersDecoder made = new DecisionResponseDecoder().wrapAndApplyHeader(
                block, 0, new io.opportune.protocol.codec.MessageHeaderDecoder()).offers();
            final List<Integer> ids = new ArrayList<>();
            made.forEach(offer -> ids.add(offer.offerId()));
            record.skipReservations();
            record.skipCounts();
            record.skipWithheld();
            record.wrapChoice(block);
            if (block.capacity() == 0 || (ChoiceBlock.flags(block, 0) & ChoiceBlock.SECOND_STAGE) == 0) {
                return;
            }
            assertTrue(ChoiceBlock.isWhole(block, 0, block.capacity()));
            models.add(ChoiceBlock.secondHash(block, 0));
            final int count = ChoiceBlock.secondCount(block, 0);
            assertTrue(count <= SECOND, count + " predicted");
            for (int rank = 0; rank < count; rank++) {
                assertTrue(Math.abs(ChoiceBlock.secondLogit(block, 0, rank)) < 20);
            }
            if ((ChoiceBlock.flags(block, 0) & ChoiceBlock.SECOND_STAGE_FAILED) != 0) {
                assertEquals(0, count);
                failed++;
            } else if (count == 0) {
                skipped++;
            } else {
                ran++;
                offers.merge(ids.isEmpty() ? 0 : ids.getFirst(), 1, Integer::sum);
                ids.forEach(id -> anywhere.merge(id, 1, Integer::sum));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {"inline ~ learned: true",
        "ring ~ policy: thompson, floor: 0.05, learned: true, objective: conversions"})
    void shouldDecideTheSameAgainWithoutTheModel(final String threading, final String policy) throws Exception {
        configure(policy, threading);
        sellImpressions();
        test.set("learning.onnx", model("many-8").toString())
            .set("learning.model", "house:1 bayes offer-rows=10 campaign-rows=6 linear-bits=14")
            .set("learning.publish-interval", "50ms").set("learning.pending", "256k");
        test.start(new OffsetEpochNanoClock(), jumpyClock());
        trade(0, 4_000);
        final Set<Integer> shown = new HashSet<>();
        try (TillClient client = test.client()) {
            for (int i = 0; i < SHOWN; i++) {
                shown.add(TestServer.id(client, NameKind.OFFER, "shown-" + i));
            }
        }
        final long ran = test.server().counters().total(CounterDescriptor.DECISIONS_SECOND_STAGE);
        final long skipped = test.server().counters().total(CounterDescriptor.DECISIONS_SECOND_STAGE_SKIPPED);
        test.stop();
        final Survey before = new Survey();
        assertTrue(ran > 500 && skipped > 5, "seed " + seed + ": " + ran + " and " + skipped);
        assertEquals(ran, before.ran, "seed " + seed);
        assertTrue(before.anywhere.keySet().stream().anyMatch(shown::contains),
            "seed " + seed + ": " + before.anywhere);
        assertEquals(skipped, before.skipped, "seed " + seed);
        assertEquals(Set.of(OnnxFile.read(model("many-8")).contentHash()), before.models);
        // Another model, from the next start on.
        model("many-16");
        test.start(new OffsetEpochNanoClock(), jumpyClock());
        trade(1, 1_000);
        test.stop();
        final Survey after = new Survey();
        assertEquals(2, after.models.size());
        for (final long hash : after.models) {
            assertEquals(hash, OnnxFile.read(OnnxFile.inArchive(
                DataDirectory.importedModels(folder.resolve("data")), hash)).contentHash());
        }
        Files.delete(folder.resolve("favourite.onnx"));
        assertDecidedTheSameAgain();
    }

    private static final String LINEAR = """
        version rows:1
        predicts %s
        output score logit
        input features
        column moment.hour number missing -1
        column moment.channel is app
        column offer.id is many-8
        column offer.category is many-3
        column pair.category_due number missing 2
        column customer.all_purchases_30d number
        """;

    /** Rows with which a model may be learned elsewhere. */
    private JournalExamples examples(final String predicts, final StringBuilder into) throws IOException {
        final NameRegistry names = new NameRegistry((kind, id, name) -> { });
        final JournalDirectory journals = new JournalDirectory(folder.resolve("data/journal"));
        RegistryQueue.restore(journals.registryQueue(), names);
        final LoadResult loaded =
            CatalogueLoader.load(folder.resolve("catalogue"), names, CatalogueLoader.Previous.none());
        final JournalExamples examples = new JournalExamples(ExampleColumns.read("manifest",
            LINEAR.formatted(predicts).lines().toList(), new FeatureText(loaded.catalogue(), names), names));
        examples.write(queues(), into);
        return examples;
    }

    private List<Path> queues() {
        final JournalDirectory journals = new JournalDirectory(folder.resolve("data/journal"));
        return journals.queues().stream().filter(queue -> !queue.equals(journals.registryQueue())).toList();
    }

    @Test
    void shouldMakeTheRowsOfExamplesThatTheModelGets() throws Exception {
        configure("learned: true, candidates: 8", "ring");
        final float[] weights = {0.125f, 1, 0.5f, -0.75f, 0.25f, 0.0625f};
        Files.write(folder.resolve("favourite.onnx"), OnnxWriter.linear(weights, -3, false));
        Files.writeString(folder.resolve("favourite.onnx.manifest"), LINEAR.formatted("conversion"));
        test.set("learning.onnx", folder.resolve("favourite.onnx").toString())
            .set("learning.model", "house:1 bayes offer-rows=10 campaign-rows=6 linear-bits=14")
            .set("learning.publish-interval", "20ms");
        test.start();
        trade(0, 3_000);
        test.server().takeSnapshot();
        final ModelReport learned = test.server().learning().report();
        test.stop();
        final StringBuilder clicked = new StringBuilder();
        final StringBuilder text = new StringBuilder();
        final JournalExamples examples = examples("conversion", text);
        final long outcomes = examples("click", clicked).positive() + examples.positive();
        final String[] lines = text.toString().split("\n");
        assertEquals(examples.examples(), lines.length - 1);
        // What was erased later had been learned.
        assertEquals(learned.examples(), examples.examples() + examples.erased(), "seed " + seed);
        assertTrue(outcomes <= learned.outcomes() && (outcomes == learned.outcomes() || examples.erased() > 0),
            "seed " + seed + ": " + outcomes + " of " + learned.outcomes());
        assertTrue(lines.length > 500 && outcomes > 10, "seed " + seed + ": " + lines.length + ", " + outcomes);
        assertTrue(lines[0].startsWith("outcome,probability,\"moment.hour number missing -1\",\"moment.ch"), lines[0]);
        // Each decision's offers are among its predictions, with the same numbers; or it is one of those left out.
        final int[] next = {1};
        final int[] compared = {0};
        final int[] leftOut = {0};
        try (JournalTail tail = new JournalTail(queues())) {
            tail.forEach((queue, reader) -> {
                final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
                header.wrap(reader.buffer(), reader.offset());
                if (header.templateId() == DecisionRecordDecoder.TEMPLATE_ID) {
                    final UnsafeBuffer block = new UnsafeBuffer(0, 0);
                    final int places = places(new DecisionRecordDecoder().wrapAndApplyHeader(
                        reader.buffer(), reader.offset(), new MessageHeaderDecoder()), block);
                    if (next[0] + places <= lines.length && fits(block, lines, next[0], places, weights)) {
                        next[0] += places;
                        compared[0] += places > 0 && ChoiceBlock.secondCount(block, 0) > 0 ? places : 0;
                    } else {
                        leftOut[0] += places;
                    }
                }
            });
        }
        assertEquals(lines.length, next[0], "seed " + seed);
        assertEquals(examples.erased(), leftOut[0], "seed " + seed);
        assertTrue(compared[0] > 300, "seed " + seed + ": " + compared[0]);
    }

    /** How many offers of a decision have features. */
    private static int places(final DecisionRecordDecoder record, final UnsafeBuffer choice) {
        final UnsafeBuffer features = new UnsafeBuffer(0, 0);
        record.skipRequest();
        record.skipResponse();
        record.skipReservations();
        record.skipCounts();
        record.skipWithheld();
        record.wrapChoice(choice);
        record.wrapFeatures(features);
        return features.capacity() == 0 ? 0 : FeatureBlock.placeCount(features, 0);
    }

    /** Whether the lines are those of a decision's offers. */
    private static boolean fits(
        final UnsafeBuffer choice, final String[] lines, final int from, final int places, final float[] weights) {
        boolean fits = true;
        for (int place = 0; place < places; place++) {
            final String[] words = lines[from + place].split(",");
            float sum = -3;
            for (int i = 0; i < weights.length; i++) {
                sum += weights[i] * Float.parseFloat(words[2 + i]);
            }
            final int count = ChoiceBlock.secondCount(choice, 0);
            boolean predicted = count == 0;
            for (int rank = 0; rank < count; rank++) {
                predicted |= Math.abs(ChoiceBlock.secondLogit(choice, 0, rank) - sum) < 1e-5;
            }
            fits &= predicted && ChoiceBlock.probability(choice, 0, place) == Double.parseDouble(words[1]);
        }
        return fits;
    }

    @Test
    void shouldPreferWhatTheModelPrefers() throws Exception {
        configure("learned: true", "inline");
        // Six are worth as much by prior, this one with the highest id: the last of them but for the model.
        test.set("learning.onnx", model("many-53").toString());
        test.start();
        final int favourite;
        try (TillClient client = test.client()) {
            favourite = TestServer.id(client, NameKind.OFFER, "many-53");
        }
        trade(0, 2_500);
        test.stop();
        final Survey survey = new Survey();
        // Who declined it gets another.
        assertTrue(survey.ran > 300 && survey.offers.getOrDefault(favourite, 0) > survey.ran * 0.5,
            "seed " + seed + ": " + favourite + " of " + survey.offers);
        assertDecidedTheSameAgain();
    }

    private long count(final CounterDescriptor descriptor) {
        return test.server().counters().total(descriptor);
    }

    @Test
    void shouldSkipForTimeFailAndPredictAsTheImportedModelDoes() throws Exception {
        configure("learned: true", "ring");
        final Path catalogue = folder.resolve("catalogue/all.yaml");
        Files.writeString(catalogue, Files.readString(catalogue).replace("time_budget: 50ms", "time_budget: 1s"));
        test.set("learning.onnx", model("many-8").toString()).set("decision.max-time-budget", "1s");
        // While the model is tried out each run takes 20 seconds, which no decision has; later a second lasts for long.
        final Thread starting = Thread.currentThread();
        final long[] aheadNs = {0};
        final boolean[] slow = {true};
        test.start(new OffsetEpochNanoClock(), () -> System.nanoTime() / 1_000
            + (Thread.currentThread() == starting && slow[0] ? aheadNs[0] += 20_000_000_000L : 0));
        slow[0] = false;
        trade(0, 1_500);
        final long skipped = count(CounterDescriptor.DECISIONS_SECOND_STAGE_SKIPPED);
        assertEquals(0, count(CounterDescriptor.DECISIONS_SECOND_STAGE), "seed " + seed);
        assertTrue(skipped > 200, "seed " + seed + ": " + skipped);
        // What is only checked, and what is bad, changes nothing.
        final long first = OnnxFile.read(model("many-8")).contentHash();
        final Path file = model("many-16");
        assertTrue(test.server().imported().exchange(true).isNew());
        model("many-800");
        assertEquals(1, test.server().imported().exchange(false).mistakes().size());
        assertEquals("%016x".formatted(first), test.server().imported().report().contentHash());
        // Who decides beside the shards follows.
        final SecondStage beside = test.server().imported().follower();
        assertTrue(beside.exists());
        assertEquals(first, beside.contentHash());
        // The next one runs in time.
        model("many-16");
        assertTrue(test.server().imported().exchange(false).isNew());
        assertFalse(test.server().imported().exchange(false).isNew());
        final Deadline unlimited = new Deadline(System::nanoTime);
        unlimited.afterScoring(Integer.MAX_VALUE);
        assertTrue(beside.begin(1, new FeatureVector(), unlimited), "its model is there until it goes on");
        beside.add(test.server().catalogues().current().offer(0), new FeatureVector(), 0);
        assertTrue(beside.run());
        assertTrue(beside.exists());
        assertEquals(OnnxFile.read(file).contentHash(), beside.contentHash());
        trade(1, 800);
        final long ran = count(CounterDescriptor.DECISIONS_SECOND_STAGE);
        assertEquals(skipped, count(CounterDescriptor.DECISIONS_SECOND_STAGE_SKIPPED), "seed " + seed);
        assertTrue(ran > 100, "seed " + seed + ": " + ran);
        // What it calls a probability is the hour.
        Files.write(file, OnnxWriter.linear(new float[] {0, 1, 0}, 2, false));
        assertTrue(test.server().imported().exchange(false).isNew());
        trade(2, 800);
        final long failed = count(CounterDescriptor.DECISIONS_SECOND_STAGE_FAILED);
        assertTrue(failed > 100, "seed " + seed + ": " + failed);
        assertEquals(skipped, count(CounterDescriptor.DECISIONS_SECOND_STAGE_SKIPPED), "seed " + seed);
        assertEquals(ran, test.server().imported().report().predicted(), "seed " + seed);
        test.stop();
        final Survey survey = new Survey();
        assertEquals(3, survey.models.size());
        assertEquals(skipped, survey.skipped);
        assertEquals(failed, survey.failed);
        assertEquals(ran, survey.ran);
        assertDecidedTheSameAgain();
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "ring"})
    void shouldExchangeModelsWhileDeciding(final String threading) throws Exception {
        configure("learned: true", threading);
        test.set("learning.onnx", model("many-8").toString());
        test.start();
        final AtomicBoolean done = new AtomicBoolean();
        final FutureTask<Void> exchanging = meanwhile(() -> {
            for (int i = 0; i < 1_000 && !done.get(); i++) {
                model(i % 2 == 0 ? "many-16" : "many-8");
                assertTrue(test.server().imported().exchange(false).isNew());
            }
            return null;
        });
        trade(0, 3_000);
        done.set(true);
        exchanging.get(30, TimeUnit.SECONDS);
        test.stop();
        final Survey survey = new Survey();
        assertTrue(survey.ran > 300, "seed " + seed + ": " + survey.ran);
        assertEquals(2, survey.models.size(), "seed " + seed);
        assertEquals(0, survey.failed, "seed " + seed);
        assertDecidedTheSameAgain();
    }

    @Test
    void shouldNotStartWithABadModelAndStartWithAGoodOne() throws Exception {
        configure("learned: true", "inline");
        test.set("learning.onnx", model("many-800").toString());
        final BadModelException refused = assertThrows(BadModelException.class, test::start);
        assertEquals("favourite.onnx.manifest:5: offer.id \"many-800\", which no catalogue has had; allowed: what a"
            + " catalogue has had", refused.getMessage());
        model("many-8");
        test.start();
        trade(0, 200);
    }
}
