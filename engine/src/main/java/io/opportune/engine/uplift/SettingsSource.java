package io.opportune.engine.uplift;

import io.opportune.engine.catalogue.ExperimentSettings;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.replay.CatalogueArchive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Says by a catalogue's hash which control groups it asked for. */
@FunctionalInterface
public interface SettingsSource {
    /**
     * The settings of a catalogue.
     *
     * @param contentHash of its version, as decisions carry it.
     * @return null when the catalogue is not kept.
     */
    ExperimentSettings of(long contentHash);

    /**
     * Reads them from the catalogues that a server has kept. Versions that differ in single offers are parsed once.
     *
     * @param archive  of the server's data folder.
     * @param registry with all names.
     * @return the source.
     */
    static SettingsSource of(final CatalogueArchive archive, final NameRegistry registry) {
        final Map<Long, ExperimentSettings> byHash = new HashMap<>();
        final Map<Map<String, String>, ExperimentSettings> byFiles = new HashMap<>();
        return contentHash -> byHash.computeIfAbsent(contentHash, hash -> {
            try {
                final TreeMap<String, String> hashes = new TreeMap<>(archive.hashes(hash));
                hashes.keySet().removeIf(path -> !ExperimentSettings.mayStandIn(path));
                ExperimentSettings settings = byFiles.get(hashes);
                if (settings == null) {
                    final TreeMap<String, Path> files = archive.files(hash);
                    settings = ExperimentSettings.read(files, registry);
                    byFiles.put(hashes, settings);
                }
                return settings;
            } catch (final IOException notKept) {
                return null;
            }
        });
    }
}
