package io.opportune.engine.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loading again, loading much, loading damaged texts, and the published schema on its own. */
class CatalogueLoaderTest {
    @TempDir
    Path directory;

    private final NameRegistry registry = CatalogueTexts.registry();

    private LoadResult load(final Catalogue previous) {
        return CatalogueLoader.load(directory, registry, CatalogueLoader.Previous.of(previous));
    }

    @Test
    void shouldTakeOverRulesThatDidNotChange() throws IOException {
        final String text = world(50);
        CatalogueTexts.write(directory, "catalogue.yaml", text);
        final LoadResult first = load(null);
        assertEquals(List.of(), first.errors());
        assertEquals(50, first.rulesCompiled());

        CatalogueTexts.write(directory, "catalogue.yaml", text.replace("basket.amount >= 7 ", "basket.amount >= 777 "));
        final LoadResult second = load(first.catalogue());
        assertEquals(1, second.rulesCompiled());
        assertEquals(2, second.catalogue().version().counter());
        assertNotEquals(first.catalogue().version().contentHash(), second.catalogue().version().contentHash());
        for (int i = 0; i < 50; i++) {
            final Offer old = first.catalogue().offer(i);
            final Offer now = second.catalogue().offer(i);
            assertEquals(old.offerId(), now.offerId());
            if (i != 7) {
                assertSame(old.rule(), now.rule(), old.name());
            }
        }
        assertTrue(second.catalogue().offer(7).rule().text().contains("777"));

        CatalogueTexts.write(directory, "catalogue.yaml", text);
        assertEquals(first.catalogue().version().contentHash(), load(null).catalogue().version().contentHash(),
            "equal content, equal hash");
    }

    @Test
    void shouldKeepRulesWhenAnAttributeIsAddedAndCompileAnewWhenOneGoes() throws IOException {
        final String text = world(5);
        CatalogueTexts.write(directory, "catalogue.yaml", text);
        final Catalogue first = load(null).catalogue();
        CatalogueTexts.write(directory, "a-more.yaml", "attributes:\n  - {name: request.aisle, type: int}\n");
        final LoadResult second = load(first);
        assertEquals(0, second.rulesCompiled());
        assertEquals(List.of("customer.tier", "request.aisle"), second.catalogue().schema().declared().stream()
            .map(attribute -> attribute.name()).toList(), "slots follow ids, not files");
        CatalogueTexts.write(directory, "a-more.yaml", "attributes:\n  - {name: request.shelf, type: int}\n");
        assertEquals(5, load(second.catalogue()).rulesCompiled());
    }

    @Test
    void shouldNoticeThatAReusedRuleNamesAPlacementThatIsGone() throws IOException {
        final String text = world(3).replace("basket.amount >= 1 ", "placement.id == \"checkout\" ");
        CatalogueTexts.write(directory, "catalogue.yaml", text);
        final Catalogue first = load(null).catalogue();
        CatalogueTexts.write(directory, "catalogue.yaml", text.replace("id: checkout", "id: cashdesk"));
        final LoadResult second = load(first);
        assertFalse(second.isGood());
        assertTrue(second.errors().getFirst().toString().contains("\"checkout\" is not a placement; known: cashdesk"),
            second.errors().toString());
    }

    @Test
    void shouldOrderOffersByTheirIdsAcrossReloads() throws IOException {
        CatalogueTexts.write(directory, "catalogue.yaml", world(4));
        final Catalogue first = load(null).catalogue();
        CatalogueTexts.write(directory, "aaa.yaml", offer("aaa", "true"));
        final Catalogue second = load(first).catalogue();
        assertEquals(5, second.offerCount());
        for (int i = 0; i < 5; i++) {
            assertEquals(i + 1, second.offer(i).offerId());
            assertEquals(i, second.offer(i).offerIndex());
            assertEquals(i, second.offerIndexOf(i + 1));
        }
        assertEquals("aaa", second.offer(4).name());
        assertEquals(-1, second.offerIndexOf(6));
        assertEquals(-1, second.offerIndexOf(0));
    }

    @Test
    void shouldFailWithoutHarmWhenTheRegistryIsFull() throws IOException {
        CatalogueTexts.write(directory, "catalogue.yaml", world(10));
        final NameRegistry small = new NameRegistry((kind, id, name) -> { }, kind -> 5);
        final LoadResult result = CatalogueLoader.load(directory, small, CatalogueLoader.Previous.none());
        assertFalse(result.isGood());
        assertTrue(result.errors().getFirst().found().contains("the limit of 5 names is reached"));
    }

    @Test
    void shouldLoadFiveHundredOffersQuickly() throws IOException {
        CatalogueTexts.write(directory, "catalogue.yaml", world(500));
        load(null);
        final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        final long startNs = threads.getCurrentThreadCpuTime();
        final LoadResult result = load(null);
        // The time of this thread's work: other work on the machine does not count.
        final long workNs = threads.getCurrentThreadCpuTime() - startNs;
        assertEquals(500, result.catalogue().offerCount());
        System.out.printf("500 offers loaded in %.0f ms, %.0f ms of work%n", result.durationNs() / 1e6, workNs / 1e6);
        assertTrue(workNs < 2_000_000_000L, workNs + " ns");
    }

    @Test
    @Tag("slow")
    void shouldLoadTenThousandOffersInSeconds() throws IOException {
        CatalogueTexts.write(directory, "catalogue.yaml", world(10_000));
        final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        final long startNs = threads.getCurrentThreadCpuTime();
        final LoadResult first = load(null);
        assertEquals(10_000, first.catalogue().offerCount());
        final long workNs = threads.getCurrentThreadCpuTime() - startNs;
        final LoadResult second = load(first.catalogue());
        assertEquals(0, second.rulesCompiled());
        System.out.printf("10,000 offers loaded in %.0f ms of work, again in %.0f ms%n",
            workNs / 1e6, (threads.getCurrentThreadCpuTime() - startNs - workNs) / 1e6);
        assertTrue(workNs < 20_000_000_000L, workNs + " ns");
    }

    /** Whatever becomes of a good text, it loads or there is a located error; never an exception. */
    @Test
    void shouldSurviveDamagedTexts() throws IOException {
        final long seed = Long.getLong("seed", 20170105L);
        final Random random = new Random(seed);
        final String good = CatalogueTexts.example();
        final String[] pieces = {"[", "]", "{", "}", ":", ": ", "- ", "\n", "\n  ", "\t", "'", "\"", "#", "&a ", "*a",
            "!!int ", "|", ">", "%", "---\n", "null", "true", "-1", "1e999", "0x1F", ".5", "99999999999999999999",
            "\u0000", "\u2028", "\ud83d\ude00", "id: x", "<<: ", "? ", "~", "2017-13-99", "channels: 5", "offers:"};
        int loaded = 0;
        for (int i = 0; i < 250; i++) {
            final StringBuilder text = new StringBuilder(good);
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                final int at = random.nextInt(text.length());
                final int end = Math.min(text.length(), at + random.nextInt(12));
                switch (random.nextInt(4)) {
                    case 0 -> text.delete(at, end);
                    case 1 -> text.insert(at, pieces[random.nextInt(pieces.length)]);
                    case 2 -> text.replace(at, end, pieces[random.nextInt(pieces.length)]);
                    default -> text.insert(at, text.substring(random.nextInt(at + 1), at));
                }
            }
            CatalogueTexts.write(directory, "catalogue.yaml", text.toString());
            try {
                final LoadResult result = load(null);
                assertEquals(result.isGood(), result.errors().isEmpty());
                for (final CatalogueError error : result.errors()) {
                    assertTrue(error.line() > 0 && error.column() > 0, error.toString());
                }
                loaded += result.isGood() ? 1 : 0;
            } catch (final RuntimeException | AssertionError failure) {
                throw new AssertionError("seed " + seed + ", text " + i + ":\n" + text, failure);
            }
        }
        assertTrue(loaded > 5 && loaded < 245, loaded + " loaded: the test tells something");
    }

    @Test
    void shouldPublishASchemaThatAcceptsTheExample() throws IOException {
        assertEquals(0, schema().validate(new YAMLMapper().readTree(CatalogueTexts.example())).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"offer\": []}", "[]", "{\"offers\": {}}", "{\"offers\": [{\"id\": \"x\"}]}",
        "{\"stores\": [{\"id\": 309, \"zone\": \"UTC\"}]}", "{\"stores\": [{\"id\": \"\", \"zone\": \"UTC\"}]}",
        "{\"stores\": [{\"id\": \"s\"}]}", "{\"stores\": [{\"id\": \"s\", \"zone\": \"UTC\", \"latitude\": 91}]}",
        "{\"attributes\": [{\"name\": \"customer.x\", \"type\": \"text\"}]}",
        "{\"advertisers\": [{\"id\": \"a\", \"nmae\": \"A\"}]}",
        "{\"campaigns\": [{\"id\": \"c\", \"advertiser\": \"a\", "
            + "\"flights\": [], \"budget\": {\"currency\": \"USD\"}}]}",
        "{\"placements\": [{\"id\": \"p\", \"channels\": [\"tv\"], \"offers\": 1}]}",
        "{\"placements\": [{\"id\": \"p\", \"channels\": [\"till\"], \"offers\": 0}]}",
        "{\"placements\": [{\"id\": \"p\", \"channels\": [\"till\"], \"offers\": 1, \"time_budget\": \"5 ms\"}]}",
    })
    void shouldPublishASchemaThatRefuses(final String json) throws IOException {
        assertNotEquals(0, schema().validate(new ObjectMapper().readTree(json)).size(), json);
    }

    private static JsonSchema schema() throws IOException {
        final JsonNode tree = new ObjectMapper().readTree(
            CatalogueLoaderTest.class.getResourceAsStream(StructureCheck.RESOURCE));
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(tree);
    }

    @Test
    void shouldKnowEveryAttributeIdOnce() throws IOException {
        CatalogueTexts.write(directory, "catalogue.yaml", world(3));
        final Catalogue catalogue = load(null).catalogue();
        final int tier = registry.find(NameKind.ATTRIBUTE, "customer.tier");
        assertEquals("customer.tier", catalogue.schema().declared().get(0).name());
        assertEquals(catalogue.schema().attribute("customer.tier").slot(), catalogue.schema().slotOf(tier));
        assertEquals(-1, catalogue.schema().slotOf(tier + 1));
    }

    private static String world(final int offers) {
        final StringBuilder text = new StringBuilder("""
            attributes:
              - {name: customer.tier, type: string}
            advertisers:
              - {id: acme, category: grocery}
            campaigns:
              - id: spring
                advertiser: acme
                flights: [{start: 2017-01-01, end: 2018-01-01}]
                budget: {currency: USD}
            placements:
              - {id: checkout, channels: [till], offers: 2}
            offers:
            """);
        for (int i = 0; i < offers; i++) {
            text.append(offer("offer-" + i, "moment.channel == \"till\" && basket.amount >= " + i
                + " && !(\"category-" + i % 50 + "\" in basket.categories) && customer.visits_30d in [1, 2, 3]"
                + " && (customer.tier == \"gold\" || customer.spend_30d[\"category-" + i % 30 + "\"] > 9.99)")
                .substring("offers:\n".length()));
        }
        return text.toString();
    }

    private static String offer(final String id, final String rule) {
        return """
            offers:
              - id: %s
                campaign: spring
                value: "1.20"
                propensity: 0.05
                discount: {type: percent_off, percent: 10}
                benefit: "10 %% off"
                targeting: '%s'
                channels: [till, app]
                placements: [checkout]
                caps: [{event: impression, limit: 3, window: 7d}]
                creatives:
                  - {id: %s-c, title: "Milk 10 %% off", body: "Today only", call_to_action: "Ask at the till"}
            """.formatted(id, rule, id);
    }
}
