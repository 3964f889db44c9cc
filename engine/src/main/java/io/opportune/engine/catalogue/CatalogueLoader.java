package io.opportune.engine.catalogue;

import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.targeting.AttributeSchema;
import io.opportune.engine.targeting.NearestNames;
import io.opportune.engine.targeting.Rule;
import io.opportune.engine.targeting.RuleCompiler;
import io.opportune.engine.targeting.RuleError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns a directory of YAML files into a {@link Catalogue}, or into everything that is wrong with it. A load that fails
 * adds no name to the registry. Runs on a control thread, never on one that serves requests; it never throws for bad
 * content.
 */
public final class CatalogueLoader {
    /** Most errors listed by one load. */
    public static final int MAX_ERRORS = 200;

    /**
     * What the load follows.
     *
     * @param counter   of the new version, 1 or more.
     * @param catalogue whose compiled rules may be taken over, or null.
     */
    public record Previous(long counter, Catalogue catalogue) {
        /**
         * For the first load.
         *
         * @return counter 1 and nothing to take over.
         */
        public static Previous none() {
            return new Previous(1, null);
        }

        /**
         * For a reload.
         *
         * @param catalogue that serves now, or null.
         * @return the next counter.
         */
        public static Previous of(final Catalogue catalogue) {
            return catalogue == null ? none() : new Previous(catalogue.version().counter() + 1, catalogue);
        }
    }

    private final NameRegistry registry;
    private final Previous previous;
    private final Problems problems = new Problems(MAX_ERRORS);
    private final Map<String, Catalogue.KnownRule> rules = new HashMap<>();
    private Map<String, Catalogue.KnownRule> reusable = Map.of();

    private CatalogueLoader(final NameRegistry registry, final Previous previous) {
        this.registry = registry;
        this.previous = previous;
    }

    /**
     * Loads a directory: every {@code *.yaml} and {@code *.yml} in it and below, hidden ones excepted, in the order of
     * their paths.
     *
     * @param directory with the files.
     * @param registry  gets the names that are new, once the whole catalogue is known to be good.
     * @param previous  what the load follows.
     * @return a catalogue or errors.
     */
    public static LoadResult load(final Path directory, final NameRegistry registry, final Previous previous) {
        final long startNs = System.nanoTime();
        final CatalogueLoader loader = new CatalogueLoader(registry, previous);
        Catalogue catalogue = null;
        try {
            catalogue = loader.load(CatalogueFiles.read(directory, loader.problems));
        } catch (final IOException failure) {
            loader.problems.add(directory.toString(), 0, 0, "", "cannot be read: " + failure, "");
        } catch (final NameRegistry.LimitReachedException full) {
            loader.problems.add(directory.toString(), 0, 0, "", full.getMessage(), "");
        }
        int compiled = 0;
        for (final Map.Entry<String, Catalogue.KnownRule> rule : loader.rules.entrySet()) {
            compiled += loader.reusable.get(rule.getKey()) == rule.getValue() ? 0 : 1;
        }
        return new LoadResult(catalogue, loader.problems.sorted(), loader.problems.suppressed(), compiled,
            System.nanoTime() - startNs);
    }

    private Catalogue load(final CatalogueFiles files) {
        final List<YamlValue> roots = roots(files);
        Reading reading = read(roots);
        if (!problems.isEmpty()) {
            return null;
        }
        if (!reading.ids.commit()) {
            // Somebody else added names meanwhile: now all names have ids.
            reading = read(roots);
        }
        return reading.catalogue(new CatalogueVersion(previous.counter(), files.contentHash()), registry);
    }

    private List<YamlValue> roots(final CatalogueFiles files) {
        final List<YamlValue> roots = new ArrayList<>();
        final StructureCheck structure = new StructureCheck();
        for (final SourceFile file : files.files()) {
            final YamlValue root = YamlReader.read(file);
            if (root != null && root.kind() != YamlValue.Kind.NULL) {
                structure.check(root, problems);
                roots.add(root);
            }
        }
        return roots;
    }

    /** Reads everything without touching the registry, and finds what is wrong. */
    private Reading read(final List<YamlValue> roots) {
        final ProvisionalIds ids = new ProvisionalIds(registry);
        final PartsReader parts = new PartsReader(ids);
        parts.read(roots);
        final AttributeSchema schema = parts.schema();
        reusable = previous.catalogue() == null
            ? Map.of() : previous.catalogue().reusableRules(registry, schema);
        rules.clear();
        final RuleCompiler compiler = new RuleCompiler(schema);
        final Set<String> storeNames = parts.stores().keySet();
        final OfferReader reader = new OfferReader(parts,
            (text, placements) -> rule(text, compiler, ids, storeNames, placements));
        reader.read(roots);
        reader.placements(Map.of());
        return new Reading(ids, schema, parts, reader, rules);
    }

    /** Compiles each text once, also when it stands at many offers; a text of the previous catalogue not at all. */
    private Rule rule(
        final YamlValue at, final RuleCompiler compiler, final ProvisionalIds ids, final Set<String> storeNames,
        final Set<String> placements) {
        Catalogue.KnownRule known = rules.get(at.text());
        if (known == null) {
            known = reusable.get(at.text());
        }
        if (known == null) {
            final RuleCompiler.Outcome outcome = compiler.compile(at.text(), ids::of);
            for (final RuleError error : outcome.errors()) {
                report(at, error.line(), error.column(), error.found(),
                    error.allowed().isEmpty() ? "" : "allowed: " + error.allowed());
            }
            if (outcome.rule() == null) {
                return Rule.ALWAYS;
            }
            known = new Catalogue.KnownRule(outcome.rule(), outcome.names());
        }
        rules.put(at.text(), known);
        checkNames(at, known.names(), storeNames, placements);
        return known.rule();
    }

    /** Stores and placements are all in the catalogue, so that a wrong name in a rule can be told. */
    private void checkNames(
        final YamlValue at, final List<RuleCompiler.UsedName> names, final Set<String> storeNames,
        final Set<String> placements) {
        for (final RuleCompiler.UsedName name : names) {
            final Set<String> known = switch (name.vocabulary()) {
                case PLACEMENT -> placements;
                case STORE -> storeNames.isEmpty() ? null : storeNames;
                default -> null;
            };
            if (known != null && !known.contains(name.text())) {
                report(at, name.line(), name.column(), '"' + name.text() + "\" is not a "
                    + (known == placements ? "placement" : "store"),
                    "known: " + NearestNames.describe(name.text(), known));
            }
        }
    }

    /** Reports a place within a rule as the place in the file, as well as the way it is quoted allows. */
    private void report(
        final YamlValue at, final int line, final int column, final String found, final String allowed) {
        switch (at.style()) {
            case LITERAL -> {
                final String text = at.text().lines().skip(line - 1L).findFirst().orElse("");
                final int blanks = text.length() - text.stripLeading().length();
                final int indent = at.file().indentOf(at.line() + line) - blanks;
                problems.add(at.file().path(), at.line() + line, Math.max(0, indent) + column, at.path(), found,
                    allowed);
            }
            case FOLDED -> problems.add(at.file().path(), at.line(), at.column(), at.path(),
                found + " (column " + column + " of the rule)", allowed);
            case PLAIN -> problems.add(at.file().path(), at.line(), at.column() + column - 1, at.path(), found,
                allowed);
            default -> {
                final String before = at.text().substring(0, Math.min(at.text().length(), column - 1));
                final boolean single = at.style() == YamlValue.Style.SINGLE_QUOTED;
                final int escapes = (int) before.chars()
                    .filter(character -> single ? character == '\'' : character == '"' || character == '\\').count();
                problems.add(at.file().path(), at.line(), at.column() + column + escapes, at.path(), found, allowed);
            }
        }
    }

    /** A catalogue as read, with ids that its new names do not have yet. */
    private record Reading(
        ProvisionalIds ids, AttributeSchema schema, PartsReader parts, OfferReader reader,
        Map<String, Catalogue.KnownRule> rules) {

        Catalogue catalogue(final CatalogueVersion version, final NameRegistry registry) {
            final List<OfferDraft> drafts = new ArrayList<>(reader.offers().values());
            drafts.sort(Comparator.comparingInt(draft -> draft.offerId));
            final Offer[] offers = new Offer[drafts.size()];
            final Map<String, Offer> byName = new HashMap<>();
            for (int i = 0; i < offers.length; i++) {
                offers[i] = new Offer(drafts.get(i), i);
                byName.put(offers[i].name(), offers[i]);
            }
            final List<Placement> placements = reader.placements(byName);
            return new Catalogue(version, schema, offers,
                new Catalogue.Parts(parts.advertisers().values(), parts.campaigns().values(), placements,
                    parts.stores().values()), registry, rules);
        }
    }
}
