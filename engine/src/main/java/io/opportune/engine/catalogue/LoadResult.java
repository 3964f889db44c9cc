package io.opportune.engine.catalogue;

import java.util.List;
import java.util.Map;

/**
 * What came of loading: a catalogue, or everything that is wrong.
 *
 * @param catalogue     null when there are errors.
 * @param errors        by file and line; empty when the catalogue is good.
 * @param suppressed    errors beyond the {@value CatalogueLoader#MAX_ERRORS} listed.
 * @param warnings      what can hardly be meant, by file and line; empty when there are errors.
 * @param moreWarnings  warnings beyond those listed.
 * @param rulesCompiled distinct rules that were compiled; the others were taken from the previous catalogue.
 * @param durationNs    of loading.
 * @param files         content of the files that the caller wanted, by their hash; empty when there are errors.
 */
public record LoadResult(
    Catalogue catalogue, List<CatalogueError> errors, int suppressed, List<CatalogueWarning> warnings,
    int moreWarnings, int rulesCompiled, long durationNs, Map<String, byte[]> files) {

    /**
     * Whether a catalogue came of it.
     *
     * @return false when there are errors.
     */
    public boolean isGood() {
        return catalogue != null;
    }
}
