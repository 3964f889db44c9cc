package io.opportune.engine.server;

import io.opportune.engine.files.DurableFiles;
import io.opportune.engine.ledger.BudgetTerms;
import io.opportune.engine.ledger.BudgetUnit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * In which currency each budget of money has been kept since it was first declared, in a file beside the journal: what
 * was spent and reserved stands there as numbers, which mean nothing in another currency. Used by whoever switches
 * catalogues, one at a time.
 *
 * <pre>
 *  budget id SP currency (ISO 4217 number) LF ...
 * </pre>
 */
final class BudgetCurrencies {
    private final Path file;
    private final Map<Integer, Integer> currencies = new TreeMap<>();

    /**
     * Reads the file.
     *
     * @param file may be absent.
     * @throws IOException when it cannot be read, or holds anything else.
     */
    BudgetCurrencies(final Path file) throws IOException {
        this.file = file;
        final List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        for (final String line : lines) {
            final int space = line.indexOf(' ');
            try {
                currencies.put(Integer.parseInt(line.substring(0, Math.max(0, space))),
                    Integer.parseInt(line.substring(space + 1)));
            } catch (final NumberFormatException e) {
                throw new IOException(file + ": \"" + line + "\" is no budget and its currency", e);
            }
        }
    }

    /** The currency that a budget is kept in; that of the terms when it was never declared. */
    int of(final BudgetTerms terms) {
        return currencies.getOrDefault(terms.budgetId(), terms.currency());
    }

    /**
     * Keeps the currencies of budgets that were not known; written before anything is spent from them.
     *
     * @throws IOException when the file cannot be written: nothing is known of them then.
     */
    void keep(final Collection<BudgetTerms> declared) throws IOException {
        final Map<Integer, Integer> all = new TreeMap<>(currencies);
        for (final BudgetTerms terms : declared) {
            if (terms.unit() == BudgetUnit.MICROS) {
                all.putIfAbsent(terms.budgetId(), terms.currency());
            }
        }
        if (all.size() == currencies.size()) {
            return;
        }
        final StringBuilder text = new StringBuilder();
        all.forEach((budgetId, currency) -> text.append(budgetId).append(' ').append(currency).append('\n'));
        DurableFiles.write(file, text.toString().getBytes(StandardCharsets.US_ASCII));
        currencies.putAll(all);
    }
}
