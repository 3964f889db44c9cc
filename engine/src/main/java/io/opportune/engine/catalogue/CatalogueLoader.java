package io.opportune.engine.catalogue;

import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.targeting.AttributeSchema;
import io.opportune.engine.targeting.NearestNames;
import io.opportune.engine.targeting.Rule;
import io.opportune.engine.targeting.RuleCompiler;
import io.opportune.engine.targeting.RuleError;
import io.opportune.protocol.codec.NameKind;
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
    private Map<String, Catalogue.KnownRule> reusable = Map.of();
    private RuleCompiler compiler;
    private Set<String> storeNames = Set.of();
    private OfferReview review;

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
        final Map<String, Catalogue.KnownRule> rules = new HashMap<>();
        try {
            catalogue = loader.load(CatalogueFiles.read(directory, loader.problems), rules);
        } catch (final IOException failure) {
            loader.problems.add(directory.toString(), 0, 0, "", "cannot be read: " + failure, "");
        } catch (final NameRegistry.LimitReachedException full) {
            loader.problems.add(directory.toString(), 0, 0, "", full.getMessage(), "");
        }
        int compiled = 0;
        for (final Map.Entry<String, Catalogue.KnownRule> rule : rules.entrySet()) {
            compiled += loader.reusable.get(rule.getKey()) == rule.getValue() ? 0 : 1;
        }
        final boolean good = catalogue != null;
        return new LoadResult(catalogue, loader.problems.sorted(), loader.problems.suppressed(),
            good ? loader.review.warnings() : List.of(), good ? loader.review.suppressed() : 0, compiled,
            System.nanoTime() - startNs);
    }

    private Catalogue load(final CatalogueFiles files, final Map<String, Catalogue.KnownRule> rules) {
        final List<YamlValue> roots = roots(files);
        trial(roots);
        if (!problems.isEmpty()) {
            return null;
        }
        final PartsReader parts = new PartsReader(registry::findOrAdd);
        parts.read(roots);
        final AttributeSchema schema = parts.schema();
        final OfferReader reader =
            new OfferReader(parts, (text, placements) -> bound(text.text(), schema, rules));
        reader.read(roots);
        final List<OfferDraft> drafts = new ArrayList<>(reader.offers().values());
        drafts.sort(Comparator.comparingInt(draft -> draft.offerId));
        final Offer[] offers = new Offer[drafts.size()];
        final Map<String, Offer> byName = new HashMap<>();
        for (int i = 0; i < offers.length; i++) {
            offers[i] = new Offer(drafts.get(i), i);
            byName.put(offers[i].name(), offers[i]);
        }
        final List<Placement> placements = reader.placements(byName);
        review = new OfferReview(schema, registry, compiler, placements);
        drafts.forEach(review::review);
        return new Catalogue(new CatalogueVersion(previous.counter(), files.contentHash()), schema, offers,
            new Catalogue.Parts(parts.advertisers().values(), parts.campaigns().values(), placements,
                parts.stores().values()), registry, rules);
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

    /** Reads everything without touching the registry, to find what is wrong. */
    private void trial(final List<YamlValue> roots) {
        final TrialIds ids = new TrialIds(registry);
        final PartsReader parts = new PartsReader(ids);
        parts.read(roots);
        final AttributeSchema schema = parts.schema();
        compiler = new RuleCompiler(schema);
        storeNames = parts.stores().keySet();
        if (previous.catalogue() != null) {
            reusable = previous.catalogue().reusableRules(registry, schema);
        }
        final OfferReader reader = new OfferReader(parts, this::checked);
        reader.read(roots);
        reader.placements(Map.of());
    }

    private Rule checked(final YamlValue at, final Set<String> placements) {
        final Catalogue.KnownRule known = reusable.get(at.text());
        if (known != null) {
            checkNames(at, known.names(), placements);
            return known.rule();
        }
        final RuleCompiler.Outcome outcome = compiler.check(at.text());
        for (final RuleError error : outcome.errors()) {
            report(at, error.line(), error.column(), error.found(),
                error.allowed().isEmpty() ? "" : "allowed: " + error.allowed());
        }
        if (outcome.rule() != null) {
            checkNames(at, outcome.rule().names(), placements);
        }
        return Rule.ALWAYS;
    }

    /** Stores and placements are all in the catalogue, so that a wrong name in a rule can be told. */
    private void checkNames(final YamlValue at, final List<RuleCompiler.UsedName> names, final Set<String> placements) {
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

    private Rule bound(
        final String text, final AttributeSchema schema, final Map<String, Catalogue.KnownRule> rules) {
        Catalogue.KnownRule known = rules.get(text);
        if (known == null) {
            known = reusable.get(text);
            if (known == null) {
                final RuleCompiler.CheckedRule checked = compiler.check(text).rule();
                known = new Catalogue.KnownRule(checked.bind(schema, registry), checked.names());
            }
            rules.put(text, known);
        }
        return known.rule();
    }

    private void report(
        final YamlValue at, final int line, final int column, final String found, final String allowed) {
        final RulePlace place = RulePlace.of(at, line, column);
        problems.add(at.file().path(), place.line(), place.column(), at.path(), found + place.remark(), allowed);
    }

    /** Ids for the trial: the real ones where they exist, so that slots of attributes stand as they will. */
    private static final class TrialIds implements PartsReader.Ids {
        private final NameRegistry registry;
        private final Map<String, Integer> invented = new HashMap<>();

        TrialIds(final NameRegistry registry) {
            this.registry = registry;
        }

        @Override
        public int of(final NameKind kind, final String name) {
            final int known = registry.find(kind, name);
            return known != 0 ? known
                : registry.lastId(kind) + 1 + invented.computeIfAbsent(kind + " " + name, key -> invented.size());
        }
    }
}
