package io.opportune.engine.catalogue;

import java.util.List;

/**
 * What came of loading: a catalogue, or everything that is wrong.
 *
 * @param catalogue     null when there are errors.
 * @param errors        by file and line; empty when the catalogue is good.
 * @param suppressed    errors beyond the {@value CatalogueLoader#MAX_ERRORS} listed.
 * @param rulesCompiled distinct rules that were compiled; the others were taken from the previous catalogue.
 * @param durationNs    of loading.
 */
public record LoadResult(
    Catalogue catalogue, List<CatalogueError> errors, int suppressed, int rulesCompiled, long durationNs) {

    /**
     * Whether a catalogue came of it.
     *
     * @return false when there are errors.
     */
    public boolean isGood() {
        return catalogue != null;
    }
}
