package io.opportune.engine.catalogue;

import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.targeting.AttributeSchema;
import io.opportune.engine.targeting.RuleCompiler;
import io.opportune.protocol.codec.NameKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.agrona.collections.Int2IntHashMap;

/**
 * Adds an offer to a catalogue or changes one, without reading the others again: the result is what loading all files
 * with the offer's file among them would give. Says everything that is wrong, like the loader. Control threads, one at
 * a time.
 */
public final class OfferEditor {
    private static final int NONE = -1;

    private final NameRegistry registry;
    private final long maxTotalBytes;
    private final StructureCheck structure = new StructureCheck();
    private AttributeSchema schema;
    private RuleCompiler compiler;
    private Catalogue known;
    private Int2IntHashMap offerByCreative;

    /**
     * What came of an edit.
     *
     * @param catalogue null when there are errors, or when all files must be loaded for it.
     * @param offer     name of the offer; null when there are errors.
     * @param path      of the offer's file in the catalogue's directory, with slashes; null when there are errors.
     * @param bytes     of that file; null when there are errors.
     * @param errors    everything that is wrong; places are those in the text given.
     * @param warnings  what of the offer can hardly be meant; places are those in the text given.
     */
    public record Edit(
        Catalogue catalogue, String offer, String path, byte[] bytes, List<CatalogueError> errors,
        List<CatalogueWarning> warnings) { }

    /**
     * Makes an editor.
     *
     * @param registry of the catalogues that will be edited.
     */
    public OfferEditor(final NameRegistry registry) {
        this(registry, CatalogueFiles.MAX_TOTAL_BYTES);
    }

    OfferEditor(final NameRegistry registry, final long maxTotalBytes) {
        this.registry = registry;
        this.maxTotalBytes = maxTotalBytes;
    }

    /**
     * Whether a file holds one offer that was changed by itself.
     *
     * @param path in a catalogue's directory, with slashes.
     * @return true in the folder of such files.
     */
    public static boolean isOfOneOffer(final String path) {
        return Overrides.holds(path);
    }

    /**
     * Gets ready for edits of a catalogue, so that the first does not take longer.
     *
     * @param catalogue to be edited.
     */
    public void prepare(final Catalogue catalogue) {
        if (known != catalogue) {
            offerByCreative = new Int2IntHashMap(Math.max(16, 2 * catalogue.offerCount()), 0.6f, NONE);
            for (int i = 0; i < catalogue.offerCount(); i++) {
                own(catalogue.offer(i));
            }
            known = catalogue;
        }
        if (schema != catalogue.schema()) {
            schema = catalogue.schema();
            compiler = new RuleCompiler(schema);
        }
    }

    private void own(final Offer offer) {
        offer.creatives().forEach(creative -> offerByCreative.put(creative.creativeId(), offer.offerId()));
    }

    /**
     * Edits one offer.
     *
     * @param catalogue to change.
     * @param text      YAML of the offer: its fields, or a list {@code offers} that holds it alone.
     * @param expected  name that the offer must have, or null for any.
     * @param counter   of the new version.
     * @return the changed catalogue, which shares all else with the one given, or errors.
     * @throws NameRegistry.LimitReachedException when the registry has no room for a new name.
     */
    public Edit edit(final Catalogue catalogue, final String text, final String expected, final long counter) {
        prepare(catalogue);
        final Problems problems = new Problems(CatalogueLoader.MAX_ERRORS);
        final OfferText offerText = OfferText.of(text);
        final SourceFile file = new SourceFile("offer", offerText.file(), problems);
        final YamlValue root = YamlReader.read(file);
        final YamlValue offers = root == null ? null : root.get("offers");
        if (!problems.isEmpty()) {
            return wrong(offerText, problems);
        }
        if (offers == null || offers.elements().size() != 1 || root.entries().size() != 1) {
            problems.add("offer", 1, 1, "", "no offer", "the fields of one offer, or one in a list \"offers\"");
            return wrong(offerText, problems);
        }
        structure.check(root, problems);
        final List<CatalogueWarning> personal = new ArrayList<>();
        CatalogueLint.check(root, problems, personal);
        final YamlValue value = offers.elements().getFirst();
        Reading reading = read(value, catalogue);
        final byte[] bytes = offerText.file().getBytes(StandardCharsets.UTF_8);
        final CatalogueContent content = contentWith(reading.draft, bytes, catalogue);
        check(value, reading, catalogue, expected);
        checkSize(value, content, catalogue);
        if (!problems.isEmpty()) {
            return wrong(offerText, problems);
        }
        if (!reading.ids.commit()) {
            reading = read(value, catalogue);
        }
        final String path = Overrides.pathOf(reading.draft.id);
        final Catalogue changed =
            catalogue.with(reading.draft, new CatalogueVersion(counter, content.hash()), content);
        catalogue.remember(reading.rules);
        final OfferReview review = new OfferReview(schema, registry, compiler, catalogue.placements());
        personal.forEach(review::add);
        review.review(reading.draft);
        return new Edit(changed, reading.draft.id, path, bytes, List.of(),
            review.warnings().stream().map(offerText::place).toList());
    }

    /** What the files will hold; null when the offer has no name. */
    private static CatalogueContent contentWith(
        final OfferDraft draft, final byte[] bytes, final Catalogue catalogue) {
        return draft == null || draft.id == null ? null
            : catalogue.content().with(Overrides.pathOf(draft.id), bytes);
    }

    private void checkSize(final YamlValue value, final CatalogueContent content, final Catalogue catalogue) {
        if (content != null && content.lengthBytes() > maxTotalBytes
            && content.lengthBytes() > catalogue.content().lengthBytes()) {
            value.file().problems().add(value, "the catalogue's files would be more than " + maxTotalBytes
                + " bytes together", maxTotalBytes + " bytes: move overrides into other files and delete them");
        }
    }

    /**
     * Takes note that an edit is in service.
     *
     * @param edit     with its catalogue.
     * @param previous the catalogue that was edited.
     */
    public void done(final Edit edit, final Catalogue previous) {
        final Catalogue changed = edit.catalogue();
        if (changed == null || known != previous) {
            return;
        }
        final int at = changed.offerIndexOf(registry.find(NameKind.OFFER, edit.offer()));
        if (at < previous.offerCount()) {
            previous.offer(at).creatives().forEach(gone -> offerByCreative.remove(gone.creativeId()));
        }
        own(changed.offer(at));
        known = changed;
    }

    private static Edit wrong(final OfferText text, final Problems problems) {
        return new Edit(
            null, null, null, null, problems.sorted().stream().map(text::place).toList(), List.of());
    }

    private record Reading(ProvisionalIds ids, Map<String, Catalogue.KnownRule> rules, OfferDraft draft) { }

    private Reading read(final YamlValue value, final Catalogue catalogue) {
        final ProvisionalIds ids = new ProvisionalIds(registry);
        final PartsReader parts = new PartsReader(ids);
        parts.use(catalogue);
        final Set<String> stores = catalogue.stores().stream().map(StoreSite::id).collect(Collectors.toSet());
        final Map<String, Catalogue.KnownRule> rules = new HashMap<>();
        final OfferReader reader = new OfferReader(parts, new RuleTexts(
            compiler, ids, stores, catalogue.reusableRules(registry, catalogue.schema()), rules));
        return new Reading(ids, rules, reader.read(value, catalogue.placements()));
    }

    private void check(
        final YamlValue value, final Reading reading, final Catalogue catalogue, final String expected) {
        final OfferDraft draft = reading.draft;
        if (draft == null) {
            return;
        }
        if (expected != null && !expected.equals(draft.id)) {
            value.file().problems().add(value.get("id"), value.get("id").words(), '"' + expected + '"');
        }
        Fields.each(value, "creatives", creative -> {
            final YamlValue id = creative.get("id");
            if (id == null || id.kind() != YamlValue.Kind.TEXT) {
                return;
            }
            for (final Creative made : draft.creatives) {
                final int owner = made.id().equals(id.text()) ? offerByCreative.get(made.creativeId()) : NONE;
                if (owner != NONE && owner != draft.offerId) {
                    value.file().problems().add(id, id.words() + " is defined twice",
                        "first at the offer \"" + catalogue.offer(catalogue.offerIndexOf(owner)).name() + '"');
                }
            }
        });
        if (draft.id != null && catalogue.content().hashByPath().size() >= CatalogueFiles.MAX_FILES
            && !catalogue.content().hashByPath().containsKey(Overrides.pathOf(draft.id))) {
            value.file().problems().add(value, "one file more than the catalogue may have",
                CatalogueFiles.MAX_FILES + " at most: move overrides into other files and delete them");
        }
        for (final Placement placement : catalogue.placements()) {
            if (placement.fallback() != null && placement.fallback().offerId() == draft.offerId) {
                OfferReader.checkFallback(value.get("id"), draft, placement.channelMask());
            }
        }
    }
}
