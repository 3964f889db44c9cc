package io.opportune.engine.catalogue;

import io.opportune.engine.registry.NameRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a catalogue says about control groups, without its offers and their rules. Immutable.
 *
 * @param global    who is offered nothing.
 * @param campaigns each with its own group, window and currency.
 */
public record ExperimentSettings(ControlGroup global, List<Campaign> campaigns) {
    /** Copies the list. */
    public ExperimentSettings {
        campaigns = List.copyOf(campaigns);
    }

    /**
     * The settings of a loaded catalogue.
     *
     * @param catalogue of any version.
     * @return its settings.
     */
    public static ExperimentSettings of(final Catalogue catalogue) {
        return new ExperimentSettings(catalogue.control(), catalogue.campaigns());
    }

    /**
     * Whether a file of a catalogue may say something about it; those of single offers do not.
     *
     * @param path within the catalogue's directory, with slashes.
     * @return false for a file that need not be read.
     */
    public static boolean mayStandIn(final String path) {
        return !Overrides.holds(path);
    }

    /**
     * Reads the settings of a catalogue that was good when it was loaded. Takes the time of parsing its files, not that
     * of compiling its rules.
     *
     * @param files    by the paths that they had in the catalogue's directory.
     * @param registry with the names as they were given then.
     * @return the settings.
     * @throws IOException when a file cannot be read.
     */
    public static ExperimentSettings read(final SortedMap<String, Path> files, final NameRegistry registry)
        throws IOException {
        final TreeMap<String, Path> wanted = new TreeMap<>(files);
        wanted.keySet().removeIf(path -> !mayStandIn(path));
        final Problems problems = new Problems(1);
        final List<YamlValue> roots = new ArrayList<>();
        for (final SourceFile file : CatalogueFiles.read(wanted, hash -> false, problems).files()) {
            final YamlValue root = YamlReader.read(file);
            if (root != null && root.kind() != YamlValue.Kind.NULL) {
                roots.add(root);
            }
        }
        final PartsReader parts = new PartsReader(new ProvisionalIds(registry));
        parts.read(roots);
        return new ExperimentSettings(parts.control(), new ArrayList<>(parts.campaigns().values()));
    }
}
