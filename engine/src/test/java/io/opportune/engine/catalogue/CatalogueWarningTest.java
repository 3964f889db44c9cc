package io.opportune.engine.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.registry.NameRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules of the example that can hardly be meant: the catalogue is good all the same, and each is pointed at. */
class CatalogueWarningTest {
    private static final String RULE = "targeting: 'moment.channel == \"till\" && customer.visits_30d >= 2'";

    @TempDir
    Path directory;

    private final NameRegistry registry = CatalogueTexts.registry();

    private LoadResult load(final String text) throws IOException {
        CatalogueTexts.write(directory, "catalogue.yaml", text);
        final LoadResult result = CatalogueLoader.load(directory, registry, CatalogueLoader.Previous.none());
        assertTrue(result.isGood(), result.errors().toString());
        return result;
    }

    private static List<String> texts(final LoadResult result) {
        return result.warnings().stream().map(CatalogueWarning::toString).toList();
    }

    @Test
    void shouldWarnOfNothingInTheExample() throws IOException {
        assertEquals(List.of(), texts(load(CatalogueTexts.example())));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', value = {
        "'customer.visits_30d > 5 && customer.visits_30d < 3' ~ 27:44 offers[0].targeting: warning: the rule never"
            + " matches, so that it is never made: customer.visits_30d < 3 contradicts customer.visits_30d > 5",
        "customer.known && 24 <= moment.hour ~ 27:34 offers[0].targeting: warning: the rule never matches,"
            + " so that it is never made: 24 <= moment.hour never holds: moment.hour is 0 to 23",
        "'customer.known || moment.channel == \"web\"' ~ 27:35 offers[0].targeting: warning: this alternative never"
            + " holds: moment.channel == \"web\" never holds: moment.channel is \"till\" only where the offer is made",
        "'moment.type == \"search\"' ~ 27:17 offers[0].targeting: warning: the rule never matches, so that it is never"
            + " made: moment.type == \"search\" never holds: moment.type is \"basket_update\", \"tender\" only where"
            + " the offer is made",
        "'moment.intent in [\"support\", \"gift\"]' ~ 27:17 offers[0].targeting: warning: \"support\" in moment.intent"
            + " in [\"support\", \"gift\"] never occurs: moment.intent is \"unknown\", \"browsing\", \"buying\","
            + " \"gift\" only where the offer is made",
        "'moment.hour >= 0' ~ 27:17 offers[0].targeting: note: the rule holds for everybody, always",
        "|\\n      customer.known\\n        && (basket.items.exists(i, i in [1, 2])\\n          || !has(basket.amount))"
            + " ~ 30:19 offers[0].targeting: warning: this alternative never holds: !has(basket.amount) never holds:"
            + " basket.amount is never missing",
    })
    void shouldPointAtWhatCanHardlyBeMeant(final String rule, final String expected) throws IOException {
        final String text = CatalogueTexts.example().replace(RULE, "targeting: " + rule.replace("\\n", "\n"));
        assertEquals(List.of("catalogue.yaml:" + expected), texts(load(text)));
    }

    @Test
    void shouldSayThatTrueIsNoMistake() throws IOException {
        assertEquals(List.of(), texts(load(CatalogueTexts.example().replace(RULE, "targeting: 'true'"))));
    }

    @Test
    void shouldKnowAFallback() throws IOException {
        final String text = CatalogueTexts.example().replace("    propensity: 0.01\n",
            "    propensity: 0.01\n    targeting: 'false'\n");
        assertEquals(List.of("catalogue.yaml:44:17 offers[1].targeting: warning: the rule never matches, so that it is"
            + " made only as a fallback: the rule itself says false"), texts(load(text)));
    }

    @Test
    void shouldFindAnOfferThatNoPlacementMakes() throws IOException {
        final String text = CatalogueTexts.example()
            .replace("channels: [till, self_checkout]\n    offers: 2\n    fallback: house-brand",
                "channels: [self_checkout]\n    offers: 2\n    fallback: house-brand");
        assertEquals(List.of("catalogue.yaml:18:5 offers[0]: warning: no placement on the offer's channels makes it,"
            + " so that it is never made"), texts(load(text)));
    }

    /** On the web there is another placement than at the till. */
    @Test
    void shouldLookAtPlacementsOneByOne() throws IOException {
        final String text = CatalogueTexts.example()
            .replace("placements: [checkout]\n    caps", "caps")
            .replace("channels: [till, app]\n    caps", "channels: [till, app]\n    caps")
            .replace("segments: [new", "  - {id: home, channels: [app], offers: 1}\nsegments: [new");
        assertEquals(List.of("catalogue.yaml:27:17 offers[0].targeting: warning: the rule matches in none of the"
            + " offer's placements, so that it is never made"),
            texts(load(text.replace(RULE,
                "targeting: 'placement.id == \"home\" && moment.channel == \"till\"'"))));
        assertEquals(List.of(), texts(load(text.replace(RULE,
            "targeting: 'placement.id == \"home\" && moment.channel == \"app\"'"))));
    }

    @Test
    void shouldWarnAgainAfterAReloadAndBoundTheList() throws IOException {
        final StringBuilder offers = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            offers.append("""
                  - {id: o%d, campaign: spring, value: 1, propensity: 0.1, channels: [till],
                     targeting: 'moment.hour > 24', creatives: [{id: c%d, title: x}]}
                """.formatted(i, i));
        }
        final String text = CatalogueTexts.example().replace("placements:\n", offers + "placements:\n");
        final LoadResult first = load(text);
        assertEquals(200, first.warnings().size());
        assertEquals(100, first.moreWarnings());
        final LoadResult second =
            CatalogueLoader.load(directory, registry, CatalogueLoader.Previous.of(first.catalogue()));
        assertEquals(0, second.rulesCompiled());
        assertEquals(texts(first), texts(second));
    }
}
