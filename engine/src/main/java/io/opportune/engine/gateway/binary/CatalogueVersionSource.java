package io.opportune.engine.gateway.binary;

import io.opportune.protocol.codec.CatalogueVersionEncoder;

/** Tells a client at logon which catalogue is loaded. Called on event loops. */
@FunctionalInterface
public interface CatalogueVersionSource {
    /**
     * Writes the version of the catalogue that serves now, both fields of the same one; zeros when none is loaded.
     *
     * @param version to fill.
     */
    void encode(CatalogueVersionEncoder version);
}
