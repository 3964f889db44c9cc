package io.opportune.engine.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.registry.NameRegistry;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfferEditorTest {
    private static final String OFFER = """
        id: beer
        campaign: spring
        value: "3.00"
        propensity: 0.2
        discount: {type: none}
        benefit: "Beer"
        targeting: 'moment.channel == "till"'
        channels: [till]
        creatives:
          - {id: beer-all, title: "More beer"}
        """;

    @TempDir
    private Path folder;

    private final NameRegistry registry = new NameRegistry((kind, id, name) -> { });
    private final OfferEditor editor = new OfferEditor(registry);
    private Catalogue catalogue;

    @BeforeEach
    void load() throws IOException {
        Files.writeString(folder.resolve("all.yaml"), TwoOffers.FILES);
        catalogue = CatalogueLoader.load(folder, registry, CatalogueLoader.Previous.none()).catalogue();
    }

    private List<CatalogueError> errors(final String text, final String expected) {
        final OfferEditor.Edit edit = editor.edit(catalogue, text, expected, 2);
        assertNull(edit.catalogue());
        assertFalse(edit.errors().isEmpty());
        return edit.errors();
    }

    @Test
    void shouldChangeOneOfferAndShareTheOthers() throws IOException {
        final OfferEditor.Edit edit = editor.edit(catalogue, OFFER, "beer", 2);
        assertEquals(List.of(), edit.errors());
        assertEquals("overrides/beer.yaml", edit.path());
        assertEquals(3_000_000, edit.catalogue().offer(1).valueMicros());
        assertSame(catalogue.offer(0), edit.catalogue().offer(0));
        assertEquals(2_000_000, catalogue.offer(1).valueMicros(), "what is in service does not change");
        assertEquals(2, edit.catalogue().version().counter());
        assertNotEquals(catalogue.version().contentHash(), edit.catalogue().version().contentHash());
        Files.createDirectories(folder.resolve("overrides"));
        Files.write(folder.resolve(edit.path()), edit.bytes());
        final LoadResult again =
            CatalogueLoader.load(folder, registry, CatalogueLoader.Previous.of(edit.catalogue()));
        assertSame(edit.catalogue(), again.catalogue(), "the files hold what was made of the edit");
    }

    @Test
    void shouldChangeTheFallbackOfAPlacement() {
        final OfferEditor.Edit edit = editor.edit(catalogue,
            OFFER.replace("beer", "milk").replace("channels: [till]", "channels: [till, app]"), null, 2);
        assertEquals(List.of(), edit.errors());
        assertSame(edit.catalogue().offer(0), edit.catalogue().placements().getFirst().fallback());
        assertTrue(errors(OFFER.replace("beer", "milk"), null).getFirst().found().contains("no creative for app"));
    }

    @Test
    void shouldSayWhatIsWrongAndAddNoNames() {
        final int offers = registry.lastId(NameKind.OFFER);
        final CatalogueError campaign =
            errors(OFFER.replace("spring", "sprng").replace("beer", "ale"), null).getFirst();
        assertEquals("offer:2:11 offers[0].campaign: \"sprng\" is not a campaign; known: spring", campaign.toString());
        assertEquals("\"beer\"", errors(OFFER.replace("id: beer\n", "id: bear\n"), "beer").getFirst().allowed());
        assertTrue(errors(OFFER.replace("beer-all", "milk-all"), null).getFirst().allowed().contains("\"milk\""));
        assertTrue(errors(OFFER.replace("\"3.00\"", "much"), null).getFirst().found().contains("much"));
        assertTrue(errors(OFFER.replace("moment.channel", "moment.chanel"), null).getFirst().allowed()
            .contains("moment.channel"));
        assertFalse(errors("", null).isEmpty());
        assertFalse(errors("offers: []", null).isEmpty());
        assertFalse(errors("offers:\n- " + OFFER.replace("\n", "\n  ") + "\ncampaigns: []", null).isEmpty());
        assertFalse(errors("[", null).isEmpty());
        assertEquals(offers, registry.lastId(NameKind.OFFER));
    }

    @Test
    void shouldHaveAFileForEachNameWhateverIsInIt() {
        assertEquals("overrides/a%2Fb%2E%2E%25.yaml", Overrides.pathOf("a/b..%"));
        assertEquals("overrides/%C3%A9.yaml", Overrides.pathOf("\u00e9"));
    }

    @Test
    void shouldRefuseOverridesThatAreNotOneOfferInItsOwnFile() throws IOException {
        Files.createDirectories(folder.resolve("overrides"));
        Files.writeString(folder.resolve("overrides/ale.yaml"), "offers:\n- " + OFFER.replace("\n", "\n  "));
        final LoadResult wrongName = CatalogueLoader.load(folder, registry, CatalogueLoader.Previous.none());
        assertEquals("in overrides/beer.yaml", wrongName.errors().getFirst().allowed());
        Files.writeString(folder.resolve("overrides/ale.yaml"), "segments: [vip]\n");
        assertEquals(2, CatalogueLoader.load(folder, registry, CatalogueLoader.Previous.none()).errors().size());
    }

    @Test
    void shouldTakeAnOfferThatBeginsWithTheMarkOfADocument() {
        for (final String mark : List.of("---\n", "# An offer\n\n--- # begins\n")) {
            assertEquals(List.of(), editor.edit(catalogue, mark + OFFER, "beer", 2).errors(), mark);
            final int line = 2 + (int) mark.lines().count();
            assertEquals("offer:" + line + ":11 offers[0].campaign: \"sprng\" is not a campaign; known: spring",
                errors(mark + OFFER.replace("spring", "sprng"), null).getFirst().toString());
        }
    }

    @Test
    void shouldRefuseWhatMakesTheFilesTooLarge() {
        final OfferEditor bounded = new OfferEditor(registry, catalogue.content().lengthBytes() + 1_000);
        final Catalogue changed = bounded.edit(catalogue, OFFER, "beer", 2).catalogue();
        final OfferEditor.Edit larger =
            bounded.edit(changed, OFFER.replace("More beer", "More beer ".repeat(100)), "beer", 3);
        assertTrue(larger.errors().getFirst().found().contains("bytes together"), larger.errors()::toString);
        assertEquals(List.of(), bounded.edit(changed, OFFER.replace("More", "Most"), "beer", 3).errors());
    }

    @Test
    void shouldForgetTheRulesThatNoOfferHasAnyMore() {
        Catalogue changed = catalogue;
        for (int hour = 0; hour < 20; hour++) {
            final OfferEditor.Edit edit = editor.edit(
                changed, OFFER.replace("moment.channel == \"till\"", "moment.hour > " + hour), "beer", 2 + hour);
            editor.done(edit, changed);
            changed = edit.catalogue();
        }
        assertEquals(20, changed.rememberedRules());
        changed.forgetOtherRules();
        assertEquals(1, changed.rememberedRules());
    }

    @Test
    void shouldSayWhatOfTheOfferCanHardlyBeMeant() {
        final OfferEditor.Edit edit =
            editor.edit(catalogue, OFFER.replace("moment.channel == \"till\"", "moment.hour > 24"), "beer", 2);
        assertEquals(CatalogueWarning.Kind.NEVER, edit.warnings().getFirst().kind());
        assertTrue(edit.warnings().getFirst().toString().startsWith("offer:7:13 offers[0].targeting: warning: "),
            edit.warnings()::toString);
        assertEquals(List.of(), editor.edit(catalogue, OFFER.replace("moment.channel == \"till\"",
            "moment.hour > 12"), "beer", 2).warnings());
    }
}
