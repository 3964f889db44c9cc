package io.opportune.engine.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one impression is worth under each goal of a campaign. */
class CampaignGoalTest {
    @TempDir
    Path directory;

    private LoadResult load(final String goal, final String worth) throws IOException {
        CatalogueTexts.write(directory, "catalogue.yaml", """
            advertisers:
              - {id: acme, name: Acme}
            campaigns:
              - id: spring
                advertiser: acme
                flights: [{start: 2017-01-01, end: 2018-01-01}]
                budget: {currency: EUR}
            %s
            offers:
              - id: milk
                campaign: spring
            %s
                channels: [till]
                creatives: [{id: m, title: Milk}]
            """.formatted(goal.isEmpty() ? "" : "    goal: " + goal,
            worth.isEmpty() ? "" : "    " + worth.replace("; ", "\n    ")));
        return CatalogueLoader.load(directory, CatalogueTexts.registry(), CatalogueLoader.Previous.none());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "''                                | value: 1.20; propensity: 0.05           | 1200000  | 0.05",
        "''                                | value: 1.20; propensity: 0.05; click_propensity: 1 | 1200000 | 0.05",
        "'{type: cpm, amount: \"2.505\"}' | '' | 2505     | 1",
        "'{type: cpm, amount: \"2.50\"}'   | propensity: 0.05; click_propensity: 0.1 | 2500     | 1",
        "'{type: cpc, amount: 0.4}'        | click_propensity: 0.01                  | 400000   | 0.01",
        "'{type: cpc, amount: 0.4}'        | propensity: 0.5; click_propensity: 0.01 | 400000   | 0.01",
        "'{type: cpa, amount: 12}'         | propensity: 0.002                       | 12000000 | 0.002",
        "'{type: margin, amount: 3}'       | propensity: 0.02; click_propensity: 0.9 | 3000000  | 0.02",
        "'{type: margin}'                  | value: 2; propensity: 0.02              | 2000000  | 0.02"})
    void shouldBeTheExpectedValue(
        final String goal, final String worth, final long micros, final double probability) throws IOException {
        final LoadResult result = load(goal, worth);
        assertEquals(List.of(), result.errors());
        final Offer offer = result.catalogue().offer(0);
        assertEquals(micros, offer.valueMicros());
        assertEquals(probability, offer.propensity());
        if (goal.isEmpty()) {
            assertNull(offer.campaign().goal());
        } else {
            assertTrue(goal.contains(offer.campaign().goal().type().name().toLowerCase(Locale.ROOT)));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'{type: cpm}' | '' | campaigns[0].goal: \"amount\" is missing; cpm needs it",
        "'{type: cpc}' | click_propensity: 0.1 | campaigns[0].goal: \"amount\" is missing; cpc needs it",
        "'{type: cpa}' | propensity: 0.1 | campaigns[0].goal: \"amount\" is missing; cpa needs it",
        "'{amount: 1}'                 | value: 1; propensity: 0.1      | campaigns[0].goal: \"type\" is missing",
        "'{type: cpx, amount: 1}'      | value: 1; propensity: 0.1      | goal.type: \"cpx\" is not known here",
        "'{type: cpm, amount: -1}' | '' | goal.amount: -1",
        "'{type: cpm, amount: 1.2345}' | '' | no whole number of micros for one impression",
        "'{type: cpc, amount: 1}' | propensity: 0.1 | \"click_propensity\" is missing; the goal cpc needs it",
        "'{type: cpa, amount: 1}' | click_propensity: 0.1 | \"propensity\" is missing; the goal cpa needs it",
        "'{type: margin, amount: 1}' | '' | \"propensity\" is missing; the goal margin needs it",
        "'{type: margin}' | propensity: 0.1 | \"value\" is missing; the goal margin needs it",
        "'{type: cpa, amount: 1}'      | value: 2; propensity: 0.1      | a value beside the goal of campaign spring",
        "'{type: cpc, amount: 1}'      | click_propensity: 1.1          | click_propensity: 1.1",
        "'{type: cpm, amount: 1, x: 1}' | '' | goal.x: \"x\" is not known here",
        "''                            | propensity: 0.1                | offers[0]: \"value\" is missing",
        "''                            | value: 1                       | offers[0]: \"propensity\" is missing"})
    void shouldSayWhatIsWrong(final String goal, final String worth, final String error) throws IOException {
        final LoadResult result = load(goal, worth);
        assertEquals(1, result.errors().size(), () -> result.errors().toString());
        assertTrue(result.errors().getFirst().toString().contains(error), () -> result.errors().toString());
    }

    @Test
    void shouldBeShown() throws IOException {
        final Catalogue paid = load("{type: cpm, amount: \"2.50\"}", "").catalogue();
        assertTrue(CatalogueSummary.of(paid).contains("goal     cpm 2.5 EUR"));
        assertFalse(CatalogueSummary.of(load("", "value: 1; propensity: 0.1").catalogue()).contains("goal"));
    }
}
