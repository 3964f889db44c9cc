package io.opportune.engine.admin;

import java.util.List;

/**
 * How an attempt to load the catalogue ended.
 *
 * @param catalogueVersion that decides now, the new one or the one before.
 * @param contentHash      of that catalogue, hexadecimal.
 * @param offerCount       of that catalogue.
 * @param problems         every mistake; empty when the new catalogue is in service.
 */
public record ReloadOutcome(
    long catalogueVersion, String contentHash, int offerCount, List<CatalogueProblem> problems) {
    /** Copies the list. */
    public ReloadOutcome {
        problems = List.copyOf(problems);
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
