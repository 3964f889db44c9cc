package io.opportune.engine.catalogue;

import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.targeting.AttributeSchema;
import io.opportune.engine.targeting.RuleCompiler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

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
    private final boolean reviewing;
    private Previous previous;
    private final Problems problems = new Problems(MAX_ERRORS);
    private final Map<String, Catalogue.KnownRule> rules = new HashMap<>();
    private Map<String, Catalogue.KnownRule> reusable = Map.of();
    private final List<CatalogueWarning> personal = new ArrayList<>();

    private CatalogueLoader(final NameRegistry registry, final boolean reviewing) {
        this.registry = registry;
        this.reviewing = reviewing;
    }

    /**
     * Loads a directory: every {@code *.yaml} and {@code *.yml} in it and below, hidden ones excepted, in the order of
     * their paths. Gives the previous catalogue itself when no file has changed.
     *
     * @param directory with the files.
     * @param registry  gets the names that are new, once the whole catalogue is known to be good.
     * @param previous  what the load follows.
     * @return a catalogue or errors.
     */
    public static LoadResult load(final Path directory, final NameRegistry registry, final Previous previous) {
        return load(directory, registry, () -> previous, hash -> false);
    }

    /**
     * Loads a directory while catalogues may be exchanged.
     *
     * @param directory with the files.
     * @param registry  gets the names that are new, once the whole catalogue is known to be good.
     * @param previous  tells what the load follows; asked once, when the files have been read.
     * @param wanted    tells by a file's hash whether its content shall be in the result.
     * @return a catalogue or errors.
     */
    public static LoadResult load(
        final Path directory, final NameRegistry registry, final Supplier<Previous> previous,
        final Predicate<String> wanted) {
        return load(directory.toString(), problems -> CatalogueFiles.list(directory, problems),
            new CatalogueLoader(registry, true), previous, wanted);
    }

    /**
     * Loads a catalogue from files that lie elsewhere, without looking for what can hardly be meant.
     *
     * @param files    by the paths that they had in the catalogue's directory.
     * @param registry as above.
     * @param previous what the load follows.
     * @return a catalogue or errors.
     */
    public static LoadResult load(
        final SortedMap<String, Path> files, final NameRegistry registry, final Previous previous) {
        return load("", problems -> files, new CatalogueLoader(registry, false), () -> previous, hash -> false);
    }

    private interface Listing {
        SortedMap<String, Path> files(Problems problems) throws IOException;
    }

    private static LoadResult load(
        final String directory, final Listing listing, final CatalogueLoader loader,
        final Supplier<Previous> previous, final Predicate<String> wanted) {
        final long startNs = System.nanoTime();
        Catalogue catalogue = null;
        Map<String, byte[]> contents = Map.of();
        try {
            final CatalogueFiles files =
                CatalogueFiles.read(listing.files(loader.problems), wanted, loader.problems);
            loader.previous = previous.get();
            catalogue = loader.load(files);
            contents = catalogue == null ? Map.of() : files.wanted();
        } catch (final IOException failure) {
            loader.problems.add(directory, 0, 0, "", "cannot be read: " + failure, "");
        } catch (final NameRegistry.LimitReachedException full) {
            loader.problems.add(directory, 0, 0, "", full.getMessage(), "");
        }
        int compiled = 0;
        for (final Map.Entry<String, Catalogue.KnownRule> rule : loader.rules.entrySet()) {
            compiled += loader.reusable.get(rule.getKey()) == rule.getValue() ? 0 : 1;
        }
        final boolean good = catalogue != null;
        return new LoadResult(catalogue, loader.problems.sorted(), loader.problems.suppressed(),
            good ? catalogue.warnings() : List.of(), good ? catalogue.moreWarnings() : 0, compiled,
            System.nanoTime() - startNs, contents);
    }

    private Catalogue load(final CatalogueFiles files) {
        final Catalogue before = previous.catalogue();
        if (before != null && problems.isEmpty() && before.content().hash() == files.content().hash()
            && before.isOf(registry)) {
            return before;
        }
        final List<YamlValue> roots = roots(files);
        Reading reading = read(roots);
        if (!problems.isEmpty()) {
            return null;
        }
        if (!reading.ids.commit()) {
            // Somebody else added names meanwhile: now all names have ids.
            reading = read(roots);
        }
        return reading.catalogue(
            new CatalogueVersion(previous.counter(), files.content().hash()), files.content(), registry, reviewing,
            personal);
    }

    private List<YamlValue> roots(final CatalogueFiles files) {
        final List<YamlValue> roots = new ArrayList<>();
        final StructureCheck structure = new StructureCheck();
        for (final SourceFile file : files.files()) {
            final YamlValue root = YamlReader.read(file);
            if (root != null && root.kind() != YamlValue.Kind.NULL) {
                structure.check(root, problems);
                if (reviewing) {
                    CatalogueLint.check(root, problems, personal);
                }
                if (Overrides.holds(file.path())) {
                    Overrides.check(root);
                }
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
        final OfferReader reader = new OfferReader(parts,
            new RuleTexts(compiler, ids, parts.stores().keySet(), reusable, rules));
        reader.read(roots);
        reader.placements(Map.of());
        return new Reading(ids, schema, compiler, parts, reader, rules);
    }

    /** A catalogue as read, with ids that its new names do not have yet. */
    private record Reading(
        ProvisionalIds ids, AttributeSchema schema, RuleCompiler compiler, PartsReader parts, OfferReader reader,
        Map<String, Catalogue.KnownRule> rules) {

        Catalogue catalogue(
            final CatalogueVersion version, final CatalogueContent content, final NameRegistry registry,
            final boolean reviewing, final List<CatalogueWarning> personal) {
            final List<OfferDraft> drafts = new ArrayList<>(reader.offers().values());
            drafts.sort(Comparator.comparingInt(draft -> draft.offerId));
            final Offer[] offers = new Offer[drafts.size()];
            final Map<String, Offer> byName = new HashMap<>();
            for (int i = 0; i < offers.length; i++) {
                offers[i] = new Offer(drafts.get(i), i, parts.contactPolicy());
                byName.put(offers[i].name(), offers[i]);
            }
            final List<Placement> placements = reader.placements(byName);
            final OfferReview review = new OfferReview(schema, registry, compiler, placements);
            personal.forEach(review::add);
            if (reviewing) {
                drafts.forEach(review::review);
            }
            return new Catalogue(version, content, schema, offers,
                new Catalogue.Parts(parts.advertisers().values(), parts.campaigns().values(), placements,
                    parts.stores().values(), parts.deals().values(), parts.contactPolicy(), parts.control()),
                    registry, rules,
                review.warnings(), review.suppressed());
        }
    }
}
