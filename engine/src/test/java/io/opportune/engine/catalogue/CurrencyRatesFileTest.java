package io.opportune.engine.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.exchange.CurrencyRates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CurrencyRatesFileTest {
    private static final String TEXT = """
        base: USD
        date: 2026-11-20
        rates:
          EUR: "0.9231"
          JPY: "149.83"
        """;

    @TempDir
    private Path dir;

    private CurrencyRatesFile.Result load(final String text) throws IOException {
        final Path file = dir.resolve("rates.yaml");
        Files.writeString(file, text);
        return CurrencyRatesFile.load(file);
    }

    @Test
    void shouldReadRates() throws IOException {
        final CurrencyRatesFile.Result result = load(TEXT);
        assertEquals(List.of(), result.errors());
        final CurrencyRates rates = result.rates();
        assertEquals(840, rates.base());
        assertEquals(LocalDate.of(2026, 11, 20), rates.date());
        assertEquals(923_100, rates.convert(1_000_000, 840, 978));
        assertEquals("{EUR=0.923100000, JPY=149.830000000, USD=1.000000000}", rates.rates().toString());
        assertEquals(rates, load(TEXT + "  USD: \"1.0\"\n").rates());
    }

    @Test
    void shouldLoadTheExampleOfTheDocument() throws IOException {
        assertEquals(load(TEXT).rates(), load(ExchangeFilesTest.documentExample(1)).rates());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "base: USD|base: USX|rates.yaml:1:7 base: \"USX\" is no ISO 4217 currency; nearest of",
        "base: USD|bass: USD|rates.yaml:1:7 bass: \"bass\" is not known here; known: base, date, rates",
        "base: USD|bass: USD|\"base\" is missing",
        "2026-11-20|2026-11-31|rates.yaml:2:7 date: \"2026-11-31\" is no day; such as 2026-11-20",
        "2026-11-20|today|date: \"today\"; allowed: text that matches",
        "\"0.9231\"|0.9231|rates.yaml:4:8 rates.EUR: 0.9231 (a number); allowed: text (put it in quotes)",
        "\"0.9231\"|\"0.0\"|rates.EUR: \"0.0\" is no rate; above 0, below 9223372036",
        "\"0.9231\"|\"0.1234567890\"|rates.EUR: \"0.1234567890\"; allowed: text that matches",
        "\"0.9231\"|\"9999999999\"|rates.EUR: \"9999999999\" is no rate",
        "EUR:|EURO:|rates.EURO: \"EURO\" is no ISO 4217 currency",
        "EUR:|USD:|rates.USD: \"0.9231\" is not the rate of the base",
        "EUR:|JPY:|the key \"JPY\" stands twice"})
    void shouldSayWhatIsWrongAndWhere(final String from, final String to, final String expected) throws IOException {
        final CurrencyRatesFile.Result result = load(TEXT.replace(from, to));
        assertNull(result.rates());
        final List<String> errors = result.errors().stream().map(CatalogueError::toString).toList();
        assertTrue(errors.stream().anyMatch(error -> error.contains(expected)), () -> expected + " in " + errors);
    }

    @Test
    void shouldSayWhenThereIsNothing() throws IOException {
        assertTrue(load("").errors().getFirst().toString().contains("is empty"));
        assertTrue(CurrencyRatesFile.load(dir.resolve("none.yaml")).errors().getFirst().toString()
            .contains("cannot be read"));
    }
}
