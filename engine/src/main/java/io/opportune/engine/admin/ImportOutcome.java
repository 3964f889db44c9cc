package io.opportune.engine.admin;

import java.util.List;

/**
 * How an attempt to load the imported model again ended.
 *
 * @param version     name and version of the model that predicts now; of the one that was only checked, if it is good.
 * @param contentHash of that model, hexadecimal.
 * @param isNew       whether it is another one than before.
 * @param mistakes    every mistake; empty when it is good. Otherwise the model before goes on.
 */
public record ImportOutcome(String version, String contentHash, boolean isNew, List<String> mistakes) {
    /** Copies the list. */
    public ImportOutcome {
        mistakes = List.copyOf(mistakes);
    }
}
