package io.opportune.engine.admin;

import java.util.List;

/**
 * How an attempt to load the catalogue ended.
 *
 * @param catalogueVersion that decides now, the new one or the one before.
 * @param contentHash      of that catalogue, hexadecimal.
 * @param offerCount       of that catalogue.
 * @param problems         every mistake, at most some hundred; empty when the new catalogue is in service.
 * @param moreProblems     mistakes beyond those listed.
 * @param warnings         what in the new catalogue can hardly be meant, at most some hundred.
 * @param moreWarnings     warnings beyond those listed.
 */
public record ReloadOutcome(
    long catalogueVersion, String contentHash, int offerCount, List<CatalogueProblem> problems,
    int moreProblems, List<Warning> warnings, int moreWarnings) {
    /** Copies the lists. */
    public ReloadOutcome {
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
    }

    /**
     * Something that is allowed and can hardly be meant.
     *
     * @param kind   such as {@code NEVER}.
     * @param file   in which it is.
     * @param line   from 1.
     * @param column from 1.
     * @param field  such as {@code offers[3].targeting}.
     * @param offer  name of the offer.
     * @param text   what it is and why.
     */
    public record Warning(
        String kind, String file, int line, int column, String field, String offer, String text) {
    }

    /**
     * Whether the new catalogue is in service.
     *
     * @return false when it was refused.
     */
    public boolean accepted() {
        return problems.isEmpty();
    }
}
