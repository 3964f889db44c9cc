package io.opportune.engine.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.registry.NameRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Control groups and attribution windows of a catalogue, and what is said of wrong ones. */
class ControlReaderTest {
    private static final long DAY_NS = 86_400L * 1_000_000_000L;

    @TempDir
    private Path directory;

    private final NameRegistry registry = CatalogueTexts.registry();

    private LoadResult load(final String campaign, final String... others) throws IOException {
        CatalogueTexts.write(directory, "catalogue.yaml",
            TwoOffers.FILES.replace("budget: {currency: USD}}", "budget: {currency: USD}" + campaign + "}")
                .replace(", fallback: milk", ""));
        for (int i = 0; i < others.length; i++) {
            CatalogueTexts.write(directory, "other-" + i + ".yaml", others[i]);
        }
        return CatalogueLoader.load(directory, registry, CatalogueLoader.Previous.none());
    }

    @Test
    void shouldHaveNoGroupsAndThirtyDaysByDefault() throws IOException {
        final Catalogue catalogue = load("").catalogue();
        assertEquals(ControlGroup.NONE, catalogue.control());
        assertEquals(ControlGroup.NONE, catalogue.campaigns().getFirst().control());
        assertEquals(30 * DAY_NS, catalogue.campaigns().getFirst().attributionWindowNs());
    }

    @Test
    void shouldReadSharesSaltsAndWindows() throws IOException {
        final Catalogue catalogue = load(", control: {percent: 12.5}, attribution_window: 14d",
            "control: {percent: 2.00, salt: winter}\n").catalogue();
        assertEquals(new ControlGroup(200, "winter"), catalogue.control());
        assertEquals(new ControlGroup(1250, "spring"), catalogue.campaigns().getFirst().control());
        assertEquals(14 * DAY_NS, catalogue.campaigns().getFirst().attributionWindowNs());
        final String summary = CatalogueSummary.of(catalogue);
        assertTrue(summary.contains("control    2 % (salt winter) of all customers"), summary);
        assertTrue(summary.contains("  control  12.5 % (salt spring)"), summary);
    }

    @Test
    void shouldLoadTheExampleOfTheDocument() throws IOException {
        CatalogueTexts.write(directory, "all.yaml", CatalogueTexts.example("Control groups"));
        final LoadResult result = CatalogueLoader.load(directory, registry, CatalogueLoader.Previous.none());
        assertEquals(List.of(), result.errors());
        assertEquals(new ControlGroup(200, "global"), result.catalogue().control());
        assertEquals(new ControlGroup(1_000, "spring-2017"), result.catalogue().campaigns().getFirst().control());
        assertEquals(14 * DAY_NS, result.catalogue().campaigns().getFirst().attributionWindowNs());
    }

    @Test
    void shouldKeepTheGlobalGroupWhenOneOfferChanges() throws IOException {
        final Catalogue before = load("", "control: {percent: 0.01}\n").catalogue();
        final OfferEditor.Edit edit = new OfferEditor(registry).edit(before, """
            {id: milk, campaign: spring, value: "2.00", propensity: 0.5, channels: [till, app],
             creatives: [{id: milk-all, title: "Milk"}]}
            """, null, 2);
        assertEquals(List.of(), edit.errors());
        assertEquals(new ControlGroup(1, "global"), edit.catalogue().control());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{percent: 101}         | campaigns[0].control.percent | 101 (a whole number)       | allowed: 100 or less",
        "{percent: -1}          | campaigns[0].control.percent | -1 (a whole number)        | allowed: 0 or more",
        "{percent: 2.005}       | campaigns[0].control.percent | 2.005 (a number) has more than 2 decimals "
            + "| allowed: 0 to 100 with 2 decimals at most",
        "{salt: a}              | campaigns[0].control         | \"percent\" is missing     | ''",
        "{percent: 2, share: 1} | campaigns[0].control.share   | \"share\" is not known here | known: percent, salt"})
    void shouldSayWhatIsWrong(final String control, final String field, final String found, final String allowed)
        throws IOException {
        final LoadResult result = load(", control: " + control);
        assertNull(result.catalogue());
        assertEquals(1, result.errors().size(), () -> result.errors().toString());
        final CatalogueError error = result.errors().getFirst();
        assertEquals(field, error.field());
        assertEquals("catalogue.yaml", Path.of(error.file()).getFileName().toString());
        assertEquals(found + (allowed.isEmpty() ? "" : "; " + allowed),
            error.toString().substring(error.toString().indexOf(field) + field.length() + 2));
    }

    @Test
    void shouldRefuseTwoSharesOfOneSalt() throws IOException {
        final String summer = """
            campaigns:
              - {id: summer, advertiser: acme, flights: [{start: 2017-01-01, end: 2018-01-01}],
                 budget: {currency: USD}, control: {percent: %s, salt: spring}}
            """;
        final LoadResult same = load(", control: {percent: 10}", summer.formatted("10.00"));
        assertEquals(List.of(), same.errors());
        final LoadResult other = load(", control: {percent: 10}", summer.formatted("5"));
        assertEquals(1, other.errors().size(), () -> other.errors().toString());
        assertEquals("campaigns[0].control.percent", other.errors().getFirst().field());
        assertEquals("other-0.yaml", other.errors().getFirst().file());
        assertTrue(other.errors().getFirst().found().contains("10 (a whole number) at catalogue.yaml:"),
            other.errors().getFirst().found());
    }

    @Test
    void shouldRefuseASecondGlobalGroupAndAWindowOfYears() throws IOException {
        final LoadResult result = load(", attribution_window: 366d", "control: {percent: 1}\n",
            "control: {percent: 1}\n");
        assertEquals(2, result.errors().size(), () -> result.errors().toString());
        assertEquals("campaigns[0].attribution_window", result.errors().getFirst().field());
        assertEquals("control", result.errors().getLast().field());
    }
}
