package io.opportune.engine.catalogue;

/**
 * Names one content of the catalogue, as responses and journal records carry it.
 *
 * @param counter     rises with every load, from 1.
 * @param contentHash first 64 bits of the SHA-256 over all files, sorted by path.
 */
public record CatalogueVersion(long counter, long contentHash) {
    @Override
    public String toString() {
        return counter + "-" + String.format("%016x", contentHash);
    }
}
