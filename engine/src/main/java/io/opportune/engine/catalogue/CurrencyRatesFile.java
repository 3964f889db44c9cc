package io.opportune.engine.catalogue;

import io.opportune.engine.exchange.CurrencyCodes;
import io.opportune.engine.exchange.CurrencyRates;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Turns a YAML file into currency rates, or into everything that is wrong with it. Runs on a control thread; never
 * throws for bad content.
 */
public final class CurrencyRatesFile {
    /** Where the published schema stands on the class path. */
    public static final String SCHEMA = "/schema/currency-rates.schema.json";

    /**
     * What a load gives.
     *
     * @param rates  null when there are errors.
     * @param errors all of them, by line.
     */
    public record Result(CurrencyRates rates, List<CatalogueError> errors) {
    }

    private CurrencyRatesFile() {
    }

    /**
     * Loads a file of {@code base}, {@code date} and {@code rates}.
     *
     * @param file in YAML.
     * @return rates or errors.
     */
    public static Result load(final Path file) {
        final Problems problems = new Problems(CatalogueLoader.MAX_ERRORS);
        CurrencyRates rates = null;
        try {
            final CatalogueFiles files =
                CatalogueFiles.read(
                    new TreeMap<>(Map.of(file.getFileName().toString(), file)), hash -> false, problems);
            for (final SourceFile source : files.files()) {
                rates = read(source);
            }
        } catch (final IOException failure) {
            problems.add(file.toString(), 0, 0, "", "cannot be read: " + failure, "");
        }
        return problems.isEmpty() ? new Result(rates, List.of()) : new Result(null, problems.sorted());
    }

    private static CurrencyRates read(final SourceFile file) {
        final YamlValue root = YamlReader.read(file);
        if (root == null || root.kind() == YamlValue.Kind.NULL) {
            if (file.problems().isEmpty()) {
                file.problems().add(file.path(), 1, 1, "", "is empty", "base, date and rates");
            }
            return null;
        }
        new StructureCheck(SCHEMA).check(root, file.problems());
        if (!file.problems().isEmpty()) {
            return null;
        }
        final int base = Fields.currency(root.get("base"));
        LocalDate date = null;
        try {
            date = LocalDate.parse(root.get("date").text());
        } catch (final DateTimeException noDay) {
            file.problems().add(root.get("date"), root.get("date").words() + " is no day", "such as 2026-11-20");
        }
        final Map<Integer, BigDecimal> rates = new HashMap<>();
        root.get("rates").entries().forEach((text, value) -> rate(base, text, value, rates));
        return file.problems().isEmpty() ? new CurrencyRates(base, date, rates) : null;
    }

    private static void rate(
        final int base, final String text, final YamlValue value, final Map<Integer, BigDecimal> rates) {
        final Problems problems = value.file().problems();
        final int currency = CurrencyCodes.number(text);
        final BigDecimal rate = new BigDecimal(value.text());
        if (currency == CurrencyCodes.UNKNOWN) {
            problems.add(value, "\"" + text + "\" is no ISO 4217 currency", "such as EUR");
        } else if (rate.signum() == 0 || rate.movePointRight(CurrencyRates.RATE_DECIMALS)
            .compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            problems.add(value, value.words() + " is no rate", "above 0, below 9223372036");
        } else if (currency == base && rate.compareTo(BigDecimal.ONE) != 0) {
            problems.add(value, value.words() + " is not the rate of the base", "\"1\", or leave it out");
        } else if (rates.put(currency, rate) != null) {
            problems.add(value, "the currency of \"" + text + "\" stands twice", "once");
        }
    }
}
