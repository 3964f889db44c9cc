package io.opportune.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.decision.Deadline;
import io.opportune.engine.feature.Feature;
import io.opportune.engine.feature.FeatureKeys;
import io.opportune.engine.feature.FeatureText;
import io.opportune.engine.feature.FeatureVector;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Imported models predict what a plain sum does, keep their time, and say what is wrong with them. */
class OnnxModelTest {
    private static final String CATALOGUE = """
        advertisers: [{id: acme, name: Acme, category: grocery}]
        campaigns:
          - {id: spring, advertiser: acme, flights: [{start: 2020-01-01, end: 2030-01-01}], budget: {currency: USD}}
        placements: [{id: checkout, channels: [till], offers: 2}]
        offers:
          - {id: milk, campaign: spring, category: dairy, value: "1.20", propensity: 0.05, channels: [till],
             creatives: [{id: milk-1, title: Milk}]}
          - {id: bread, campaign: spring, category: bread, value: "1.00", propensity: 0.05, channels: [till],
             creatives: [{id: bread-1, title: Bread}]}
        """;
    private static final String MANIFEST = """
        # A model of five columns.
        version house:3
        predicts conversion
        output score logit
        input features
        column moment.hour number missing -1
        column moment.channel is till
        column pair.category_due number missing 9
        column offer.id is milk
        column first.logit number
        """;
    /** Sums of such multiples are exact in 32 bits, in whichever order they are added. */
    private static final float[] WEIGHTS = {0.125f, -1.5f, 0.5f, 2.25f, 0.75f};
    private static final float BIAS = -0.5f;

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("opportune.test.seed", System.nanoTime());
    private final NameRegistry registry = new NameRegistry((kind, id, name) -> { });
    private final List<Throwable> errors = new ArrayList<>();
    private final Deadline unlimited = new Deadline(SystemNanoClock.INSTANCE);
    private Catalogue catalogue;

    @BeforeEach
    void load() throws IOException {
        Files.createDirectories(folder.resolve("catalogue"));
        Files.writeString(folder.resolve("catalogue/all.yaml"), CATALOGUE);
        final LoadResult result =
            CatalogueLoader.load(folder.resolve("catalogue"), registry, CatalogueLoader.Previous.none());
        assertEquals(List.of(), result.errors());
        catalogue = result.catalogue();
        unlimited.afterScoring(Integer.MAX_VALUE);
    }

    private OnnxFile file(final byte[] model, final String manifest) throws IOException {
        final Path file = folder.resolve("house.onnx");
        Files.write(file, model);
        Files.writeString(folder.resolve("house.onnx.manifest"), manifest);
        return OnnxFile.read(file);
    }

    private OnnxModel model(final byte[] model, final String manifest) throws IOException {
        return file(model, manifest).load(new FeatureText(catalogue, registry), registry);
    }

    private static int key(final Feature feature, final long value) {
        return FeatureKeys.hash(feature.fieldId(), value);
    }

    /** Runs a decision with random features and compares each prediction with a sum. */
    private void compare(final OnnxSecondStage stage, final int count, final SplittableRandom random,
        final double tolerance) {
        final FeatureVector context = new FeatureVector();
        final FeatureVector pair = new FeatureVector();
        final boolean hasHour = random.nextBoolean();
        final int hour = random.nextInt(24);
        final boolean till = random.nextBoolean();
        if (hasHour) {
            context.add(key(Feature.MOMENT_HOUR, hour), 1);
        }
        context.add(key(Feature.MOMENT_CHANNEL, till ? Channel.TILL.value() : Channel.APP.value()), 1);
        context.add(random.nextInt(), 1);
        assertTrue(stage.begin(count, context, unlimited));
        final float[] expected = new float[count];
        for (int i = 0; i < count; i++) {
            final int due = random.nextInt(9);
            final boolean hasDue = random.nextInt(3) > 0;
            final int offer = random.nextInt(2);
            final float first = random.nextInt(-16, 16) / 8f;
            pair.clear();
            pair.add(random.nextInt(), 1);
            if (hasDue) {
                pair.add(key(Feature.PAIR_CATEGORY_DUE, due), 1);
            }
            stage.add(catalogue.offer(offer), pair, first);
            expected[i] = BIAS + WEIGHTS[0] * (hasHour ? hour : -1) + WEIGHTS[1] * (till ? 1 : 0)
                + WEIGHTS[2] * (hasDue ? due / 4f : 9)
                + WEIGHTS[3] * (catalogue.offer(offer).offerId() == catalogue.offer(0).offerId() ? 1 : 0)
                + WEIGHTS[4] * first;
        }
        assertTrue(stage.run(), () -> "seed " + seed + ": " + errors);
        for (int i = 0; i < count; i++) {
            assertEquals(expected[i], stage.logit(i), tolerance, "seed " + seed + ", candidate " + i + " of " + count);
        }
    }

    @Test
    void shouldPredictThePlainSum() throws IOException {
        final SplittableRandom random = new SplittableRandom(seed);
        assertEquals("milk", registry.name(NameKind.OFFER, catalogue.offer(0).offerId()));
        try (OnnxModel model = model(OnnxWriter.linear(WEIGHTS, BIAS, false), MANIFEST);
            OnnxSecondStage stage = model.stage(SystemNanoClock.INSTANCE, errors::add)) {
            for (final int count : new int[] {128, 1, 2, 3, 64, 5, 127, 65}) {
                compare(stage, count, random, 0);
            }
            for (int i = 0; i < 200; i++) {
                compare(stage, random.nextInt(1, 129), random, 0);
            }
            assertEquals(List.of(), errors);
            assertEquals("house:3", model.version());
            assertFalse(stage.predictsClicks());
        }
    }

    @Test
    void shouldPredictTheLogitOfAProbability() throws IOException {
        final SplittableRandom random = new SplittableRandom(seed);
        try (OnnxModel model = model(OnnxWriter.linear(WEIGHTS, BIAS, true),
            MANIFEST.replace("score logit", "score 0 probability").replace("predicts conversion", "predicts click"));
            OnnxSecondStage stage = model.stage(SystemNanoClock.INSTANCE, errors::add)) {
            for (int i = 0; i < 50; i++) {
                // Logits up to 8 lose up to 2^-24 e^8 by their probability in 32 bits, and some bits to its sigmoid.
                compare(stage, random.nextInt(1, 129), random, 0.005);
            }
            assertTrue(stage.predictsClicks());
        }
    }

    @Test
    void shouldSkipWhatWouldTakeTooLong() throws IOException {
        final long[] nowNs = {0};
        try (OnnxModel model = model(OnnxWriter.linear(WEIGHTS, BIAS, false), MANIFEST);
            // Each look at the clock takes a millisecond, and so does each run.
            OnnxSecondStage stage = model.stage(() -> nowNs[0] += 1_000_000, errors::add)) {
            final Deadline deadline = new Deadline(() -> nowNs[0]);
            deadline.at(nowNs[0], nowNs[0] + 900_000);
            assertFalse(stage.begin(8, new FeatureVector(), deadline));
            deadline.at(nowNs[0], nowNs[0] + 20_000_000);
            assertTrue(stage.begin(8, new FeatureVector(), deadline));
            nowNs[0] += 19_000_000;
            assertFalse(stage.begin(8, new FeatureVector(), deadline));
            // What never fits stays skipped, however often it is asked.
            for (int i = 0; i < 10_000; i++) {
                deadline.at(nowNs[0], nowNs[0] + 900_000);
                assertFalse(stage.begin(8, new FeatureVector(), deadline));
            }
        }
    }

    @Test
    void shouldFailWhereNoProbabilityIsPredicted() throws IOException {
        // What is said to be a probability is a sum of 7.
        try (OnnxModel model = model(OnnxWriter.linear(new float[] {1}, 7, false), """
            version bad:1
            predicts conversion
            output score probability
            input features
            column moment.hour number
            """);
            OnnxSecondStage stage = model.stage(SystemNanoClock.INSTANCE, errors::add)) {
            assertTrue(stage.begin(1, new FeatureVector(), unlimited));
            stage.add(catalogue.offer(0), new FeatureVector(), 0);
            assertFalse(stage.run());
            assertEquals("the imported model bad:1 predicts what is no probability", errors.getFirst().getMessage());
        }
    }

    @Test
    void shouldBeKeptByItsContent() throws IOException {
        final byte[] bytes = OnnxWriter.linear(WEIGHTS, BIAS, false);
        final OnnxFile first = file(bytes, MANIFEST);
        first.keep(folder.resolve("kept"));
        final OnnxFile other = file(bytes, MANIFEST + "# Another.\n");
        assertNotEquals(first.contentHash(), other.contentHash());
        final Path kept = OnnxFile.inArchive(folder.resolve("kept"), first.contentHash());
        assertEquals(first.contentHash(), OnnxFile.read(kept).contentHash());
        assertArrayEquals(bytes, Files.readAllBytes(kept));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', value = {
        "version house:3 ~ version house ~ house.onnx.manifest:2: version \"house\"; allowed: NAME:VERSION of letters",
        "predicts conversion ~ predicts sales ~ "
            + "house.onnx.manifest:3: predicts \"sales\"; allowed: conversion, click",
        "output score logit ~ output score odds ~ "
            + "house.onnx.manifest:4: output \"score odds\"; allowed: once NAME [COLUMN] probability",
        "output score logit ~ output scores logit ~ "
            + "house.onnx.manifest:4: output \"scores\" is none of the model; allowed: score",
        "output score logit ~ output score 1 logit ~ "
            + "house.onnx.manifest:4: output \"score\" has the shape [2, 1] for 2 candidates; allowed: a row for each",
        "input features ~ input feature ~ "
            + "house.onnx.manifest:5: input \"feature\" is none of the model; allowed: features",
        "column moment.hour number missing -1 ~ column moment.huor number ~ "
            + "house.onnx.manifest:6: unknown feature \"moment.huor\"; allowed: such as moment.hour",
        "column moment.hour number missing -1 ~ column moment.hour ~ "
            + "house.onnx.manifest:6: column \"moment.hour\"; allowed: NAME is VALUE, NAME number",
        "column moment.hour number missing -1 ~ column place.placement number ~ "
            + "house.onnx.manifest:6: place.placement as a number: its values have no order; allowed: place.placem",
        "column moment.channel is till ~ column moment.channel is tills ~ "
            + "house.onnx.manifest:7: moment.channel is \"tills\"; allowed: ",
        "column offer.id is milk ~ column offer.id is cream ~ "
            + "house.onnx.manifest:9: offer.id \"cream\", which no catalogue has had; allowed: what a catalogue has",
        "column first.logit number ~ column first.logit is 7 ~ "
            + "house.onnx.manifest:10: first.logit as something else; allowed: first.logit number",
        "column first.logit number ~ colum first.logit number ~ "
            + "house.onnx.manifest:10: unknown word \"colum\"; allowed: version, predicts, output, input, column",
        "column first.logit number ~ # nothing ~ "
            + "house.onnx.manifest:5: input \"features\" has 4 columns; allowed: 5, as in the model"})
    void shouldRefuseMistakesOfTheManifest(final String right, final String wrong, final String mistake)
        throws IOException {
        assertTrue(MANIFEST.contains(right + '\n'));
        final String manifest = MANIFEST.replace(right + '\n', wrong + '\n');
        final BadModelException refused = assertThrows(BadModelException.class,
            () -> model(OnnxWriter.linear(WEIGHTS, BIAS, false), manifest));
        assertTrue(refused.mistakes().stream().anyMatch(each -> each.startsWith(mistake)), refused.getMessage());
    }

    @Test
    void shouldFindAllMistakesAtOnce() {
        final BadModelException refused = assertThrows(BadModelException.class,
            () -> model(OnnxWriter.linear(WEIGHTS, BIAS, false), "input a\ncolumn moment.hour\nversion x\n"));
        assertEquals(4, refused.mistakes().size(), refused.getMessage());
    }

    private String refusal(final byte[] bytes) {
        return assertThrows(BadModelException.class, () -> model(bytes, MANIFEST)).getMessage();
    }

    @Test
    void shouldRefuseModelsThatCannotBeUsed() {
        assertTrue(refusal("no model".getBytes(StandardCharsets.UTF_8)).startsWith("house.onnx: "));
        assertTrue(refusal(OnnxWriter.ofTwoRows(WEIGHTS)).startsWith(
            "house.onnx.manifest:5: input \"features\" has the shape [2, 5] in the model; allowed: [-1]"));
        assertTrue(refusal(OnnxWriter.ofWholeNumbers(5)).contains("allowed: a tensor of 32-bit floats"));
        final byte[] whole = OnnxWriter.linear(WEIGHTS, BIAS, false);
        assertTrue(refusal(Arrays.copyOf(whole, whole.length / 2)).startsWith("house.onnx: "));
        final BadModelException missing = assertThrows(BadModelException.class,
            () -> OnnxFile.read(folder.resolve("none.onnx")));
        assertTrue(missing.getMessage().startsWith("none.onnx: there is no such file"), missing.getMessage());
    }

    @Test
    void shouldAllocateLittle() throws IOException {
        try (OnnxModel model = model(OnnxWriter.linear(WEIGHTS, BIAS, false), MANIFEST);
            OnnxSecondStage stage = model.stage(SystemNanoClock.INSTANCE, errors::add)) {
            final SplittableRandom random = new SplittableRandom(seed);
            final FeatureVector context = new FeatureVector();
            final FeatureVector pair = new FeatureVector();
            context.add(key(Feature.MOMENT_HOUR, random.nextInt(24)), 1);
            final Runnable decision = () -> {
                stage.begin(64, context, unlimited);
                for (int i = 0; i < 64; i++) {
                    stage.add(catalogue.offer(i & 1), pair, 0.5);
                }
                stage.run();
            };
            for (int i = 0; i < 2_000; i++) {
                decision.run();
            }
            final long each = AllocationProbe.bytesOf(() -> {
                for (int i = 0; i < 1_000; i++) {
                    decision.run();
                }
            }) / 1_000;
            // A few small objects: nothing that grows with candidates or columns.
            assertTrue(each < 1_000, each + " bytes by a run");
        }
    }
}
