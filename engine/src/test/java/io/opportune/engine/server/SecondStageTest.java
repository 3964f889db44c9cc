package io.opportune.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.counters.CounterDescriptor;
import io.opportune.engine.journal.ChoiceBlock;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import io.opportune.engine.journal.codec.MessageHeaderDecoder;
import io.opportune.engine.onnx.BadModelException;
import io.opportune.engine.onnx.OnnxFile;
import io.opportune.engine.onnx.OnnxWriter;
import io.opportune.protocol.client.TillClient;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Placements whose best candidates an imported model predicts anew: in a running server, and made again without it. */
@Timeout(180)
class SecondStageTest extends ServerFixture {
    private static final int SECOND = 8;
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
        private int ran;
        private int skipped;

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
            final int first = made.hasNext() ? made.next().offerId() : 0;
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
            if (count == 0) {
                skipped++;
            } else {
                ran++;
                offers.merge(first, 1, Integer::sum);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {"inline ~ learned: true",
        "ring ~ policy: thompson, floor: 0.05, learned: true, objective: conversions"})
    void shouldDecideTheSameAgainWithoutTheModel(final String threading, final String policy) throws Exception {
        configure(policy, threading);
        test.set("learning.onnx", model("many-8").toString())
            .set("learning.model", "house:1 bayes offer-rows=10 campaign-rows=6 linear-bits=14")
            .set("learning.publish-interval", "50ms").set("learning.pending", "256k");
        test.start(new OffsetEpochNanoClock(), jumpyClock());
        trade(0, 4_000);
        final long ran = test.server().counters().total(CounterDescriptor.DECISIONS_SECOND_STAGE);
        final long skipped = test.server().counters().total(CounterDescriptor.DECISIONS_SECOND_STAGE_SKIPPED);
        test.stop();
        final Survey before = new Survey();
        assertTrue(ran > 500 && skipped > 5, "seed " + seed + ": " + ran + " and " + skipped);
        assertEquals(ran, before.ran, "seed " + seed);
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
