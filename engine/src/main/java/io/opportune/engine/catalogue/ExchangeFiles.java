package io.opportune.engine.catalogue;

import io.opportune.engine.exchange.ExchangeProfile;
import io.opportune.engine.exchange.ExchangeProfiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns YAML files into exchange profiles, or into everything that is wrong with them. The profiles that are shipped
 * come first; a file of the operator's takes the place of the one with the same name, or adds an exchange. Runs on a
 * control thread; never throws for bad content.
 */
public final class ExchangeFiles {
    /** Where the published schema stands on the class path. */
    public static final String SCHEMA = "/schema/exchange.schema.json";
    /** The profile that gives what others do not say. */
    public static final String GENERIC = "generic";
    /** Names of the profiles that are shipped, the generic one first. */
    public static final List<String> SHIPPED = List.of(GENERIC, "prebid-server", "google-authorized-buyers", "openx",
        "pubmatic", "magnite", "xandr", "index");

    private static final String PLACE = "exchanges/";
    private static final String SUFFIX = ".yaml";

    /**
     * What a load gives.
     *
     * @param profiles null when there are errors.
     * @param errors   all of them, by file and line.
     */
    public record Result(ExchangeProfiles profiles, List<CatalogueError> errors) {
    }

    private final Problems problems = new Problems(CatalogueLoader.MAX_ERRORS);
    private final StructureCheck structure = new StructureCheck(SCHEMA);

    private ExchangeFiles() {
    }

    /**
     * Loads the shipped profiles.
     *
     * @return profiles, unless the build is broken.
     */
    public static Result shipped() {
        return new ExchangeFiles().load(Map.of());
    }

    /**
     * Loads the shipped profiles and those of a directory.
     *
     * @param directory with {@code *.yaml} files, one exchange each.
     * @return profiles or errors.
     */
    public static Result load(final Path directory) {
        final ExchangeFiles loader = new ExchangeFiles();
        final Map<String, YamlValue> own = new LinkedHashMap<>();
        try {
            final CatalogueFiles files =
                CatalogueFiles.read(
                    CatalogueFiles.list(directory, loader.problems), hash -> false, loader.problems);
            files.files().forEach(file -> loader.add(file, own));
        } catch (final IOException failure) {
            loader.problems.add(directory.toString(), 0, 0, "", "cannot be read: " + failure, "");
        }
        return loader.load(own);
    }

    /** The text of a shipped profile: what an operator copies to change it. */
    static String shippedText(final String name) {
        try (InputStream stream = ExchangeFiles.class.getResourceAsStream("/" + PLACE + name + SUFFIX)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void add(final SourceFile file, final Map<String, YamlValue> roots) {
        final YamlValue root = YamlReader.read(file);
        if (root == null || root.kind() == YamlValue.Kind.NULL) {
            return;
        }
        structure.check(root, problems);
        final String name = Fields.text(root, "exchange", null);
        if (name != null) {
            final YamlValue earlier = roots.putIfAbsent(name, root);
            if (earlier != null) {
                problems.add(root.get("exchange"), "the exchange \"" + name + "\" stands twice",
                    "first in " + earlier.file().path());
            }
        }
    }

    private Result load(final Map<String, YamlValue> own) {
        final Map<String, YamlValue> roots = new LinkedHashMap<>();
        for (final String name : SHIPPED) {
            if (!own.containsKey(name)) {
                add(new SourceFile(PLACE + name + SUFFIX, shippedText(name), problems), roots);
            }
        }
        roots.putAll(own);
        final YamlValue generic = roots.get(GENERIC);
        final List<ExchangeProfile> profiles = new ArrayList<>();
        final Map<Integer, YamlValue> byNumber = new HashMap<>();
        for (final YamlValue root : roots.values()) {
            // What has the wrong shape is not worth being understood.
            final ExchangeProfile profile = new ExchangeReader(root, generic).read(problems.isEmpty());
            if (profile != null) {
                profiles.add(profile);
            }
            number(root, byNumber);
        }
        return problems.isEmpty() ? new Result(new ExchangeProfiles(profiles), List.of())
            : new Result(null, problems.sorted());
    }

    private void number(final YamlValue root, final Map<Integer, YamlValue> byNumber) {
        final YamlValue number = root.get("number");
        if (number != null && number.kind() == YamlValue.Kind.INTEGER && number.text().length() <= 5) {
            final YamlValue earlier = byNumber.putIfAbsent(Integer.parseInt(number.text()), number);
            if (earlier != null) {
                problems.add(number, "the number " + number.text() + " is given to two exchanges",
                    "also in " + earlier.file().path());
            }
        }
    }
}
