package io.opportune.engine.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.profile.CapScope;
import io.opportune.engine.profile.CapWindow;
import io.opportune.engine.registry.NameRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Caps on offers, campaigns, advertisers, categories and all offers, and what is said of wrong ones. */
class CapReaderTest {
    private static final String CAPPED = TwoOffers.FILES
        .replace("{id: acme, name: Acme, category: grocery}",
            "{id: acme, name: Acme, category: grocery, caps: [{count: impression, limit: 255, window: month}]}")
        .replace("budget: {currency: USD}}",
            "budget: {currency: USD}, caps: [{count: decision, limit: 3, window: session, per: person}]}")
        .replace("benefit: \"Beer\",", "benefit: \"Beer\", category: drinks, caps: [{event: impression, limit: 3, "
            + "window: 7d}, {count: impression, limit: 1, window: 1d}, {count: accept, limit: 2, window: hour}],");
    private static final String POLICY = """
        contact_policy:
          session_gap: 45m
          caps: [{count: impression, limit: 20, window: week}, {count: redemption, limit: 65535, window: lifetime}]
          categories:
            - {category: drinks, caps: [{count: impression, limit: 2, window: day, per: household}]}
        """;

    @TempDir
    private Path directory;

    private final NameRegistry registry = CatalogueTexts.registry();

    private LoadResult load(final String... files) throws IOException {
        for (int i = 0; i < files.length; i++) {
            CatalogueTexts.write(directory, "file-" + i + ".yaml", files[i]);
        }
        return CatalogueLoader.load(directory, registry, CatalogueLoader.Previous.none());
    }

    private static List<String> words(final CountedCap[] caps) {
        return Arrays.stream(caps).map(cap -> cap.owner() + ": " + cap.cap().words()).toList();
    }

    @Test
    void shouldPutCapsOnEverythingThatOffersBelongTo() throws IOException {
        final LoadResult result = load(CAPPED, POLICY);
        assertEquals(List.of(), result.errors());
        final Catalogue catalogue = result.catalogue();
        final Offer milk = catalogue.offer(0);
        final Offer beer = catalogue.offer(1);
        assertEquals(List.of(), words(milk.ownCaps()));
        assertEquals(List.of("the offer \"beer\": 3 impressions per household within 7 days, today included",
            "the offer \"beer\": 1 impression per household today",
            "the offer \"beer\": 2 accepts per household within an hour"), words(beer.ownCaps()));
        final List<String> wider = List.of("the campaign \"spring\": 3 decisions per person within a session",
            "the advertiser \"acme\": 255 impressions per household within 30 days",
            "all offers together: 20 impressions per household within a week",
            "all offers together: 65535 redemptions per household ever");
        assertEquals(wider, words(milk.sharedCaps()));
        assertEquals(List.of("the category \"drinks\": 2 impressions per household within 24 hours"),
            words(beer.sharedCaps()).stream().filter(words -> !wider.contains(words)).toList());
        assertEquals(45 * 60, catalogue.contactPolicy().sessionGapSeconds());
        assertTrue(catalogue.capKeys().hasSessions());
        assertEquals(IntStream.range(0, 5).boxed().toList(),
            catalogue.contactPolicy().caps().stream().map(CountedCap::index).toList());
        // Both windows of days ask one counter, which must last for the longer one.
        final CountedCap[] own = beer.ownCaps();
        assertEquals(own[0].key(), own[1].key());
        assertEquals(List.of(true, false, true), Arrays.stream(own).map(CountedCap::counts).toList());
        assertEquals(7, own[0].days());
        assertEquals(beer.offerId(), catalogue.capKeys().offerOf(own[2].key()));
        assertEquals(CapKeys.SHARED, catalogue.capKeys().offerOf(milk.sharedCaps()[0].key()));
        assertEquals(CapKeys.UNKNOWN, catalogue.capKeys().offerOf(
            CountedCap.keyOf(new Cap(Cap.Event.ACCEPT, 1, CapWindow.WEEK), CapScope.OFFER, beer.offerId())));
    }

    @Test
    void shouldKnowTheCapsOfAnOfferThatIsEdited() throws IOException {
        final Catalogue catalogue = load(CAPPED, POLICY).catalogue();
        final OfferEditor editor = new OfferEditor(registry);
        final String same = "{id: beer, campaign: spring, category: drinks, value: \"2.00\", propensity: 0.2, "
            + "benefit: Beer, channels: [till], caps: [%s], creatives: [{id: beer-all, title: Beer}]}";
        final Catalogue plain = editor.edit(catalogue, same.formatted(""), "beer", 2).catalogue();
        assertEquals(0, plain.offer(1).ownCaps().length);
        assertSame(catalogue.offer(1).sharedCaps(), plain.offer(1).sharedCaps());
        assertSame(catalogue.capKeys(), plain.capKeys(), "counters of an offer without caps are no orphans at once");
        final Catalogue more = editor.edit(
            catalogue, same.formatted("{count: redemption, limit: 1, window: lifetime}"), "beer", 2).catalogue();
        assertNotSame(catalogue.capKeys(), more.capKeys());
        assertEquals(more.offer(1).offerId(), more.capKeys().offerOf(more.offer(1).ownCaps()[0].key()));
        assertEquals(CapKeys.UNKNOWN, catalogue.capKeys().offerOf(more.offer(1).ownCaps()[0].key()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {
        "limit: 20, ~ limit: 256, ~ contact_policy.caps[0]: limit 256 for impression within week; 1..255, what a *",
        "limit: 65535 ~ limit: 65536 ~ contact_policy.caps[1]: limit 65536 for redemption within lifetime; 1..65535*",
        "count: redemption, ~ '' ~ contact_policy.caps[1]: \"count\" is missing; *",
        "count: redemption, ~ event: accept, count: redemption, ~"
            + " contact_policy.caps[1]: both \"count\" and \"event\"*",
        "count: redemption, limit: 65535, window: lifetime ~ count: impression, limit: 5, window: week ~"
            + " contact_policy.caps[1]: a second cap for impression within week; one",
        "window: day, per: household ~ window: day, per: family ~"
            + " contact_policy.categories[0].caps[0].per: \"family\" is not known here; known: *",
        "session_gap: 45m ~ session_gap: 5s ~ contact_policy.session_gap: \"5s\" is too short; allowed: 1m to 1d",
        "session_gap: 45m ~ session_gap: 2d ~ contact_policy.session_gap: \"2d\" is too long; allowed: *",
        "- {category: drinks ~ - {category: drinks, caps: []}\\n    - {category: drinks ~"
            + " contact_policy.categories[1].category: \"drinks\" stands twice; all its caps in one place; *",
    })
    void shouldSayWhatIsWrong(final String old, final String now, final String expected) throws IOException {
        assertTrue(POLICY.contains(old), old);
        final List<String> errors =
            load(CAPPED, POLICY.replace(old, now.replace("\\n", "\n"))).errors().stream()
                .map(CatalogueError::toString).toList();
        assertTrue(errors.stream().anyMatch(error -> error.matches("file-1.yaml:.* " + expectedPattern(expected))),
            "expected: " + expected + "\nfound: " + errors);
    }

    private static String expectedPattern(final String expected) {
        return Arrays.stream(expected.strip().split("\\*", -1))
            .map(Pattern::quote).collect(Collectors.joining(".*"));
    }

    @Test
    void shouldRefuseASecondContactPolicyAndCapsThatNoProfileCanHold() throws IOException {
        final List<CatalogueError> second = load(CAPPED, POLICY, POLICY).errors();
        assertEquals(1, second.size());
        assertTrue(second.getFirst().toString().contains("a second contact policy; one in all files; the first is at "
            + "file-1.yaml:"), second::toString);
        final String many = IntStream.range(0, 12).mapToObj(i -> "{count: "
            + List.of("decision", "impression", "accept", "redemption").get(i % 4) + ", limit: 2, window: "
            + List.of("hour", "day", "week").get(i / 4) + "}")
            .collect(Collectors.joining(", "));
        final String first = "{event: impression, limit: 3, ";
        final String tooMany = load(CAPPED.replace(first, many + ", " + first), POLICY, "").errors().toString();
        assertTrue(tooMany.contains("need 207 bytes of counters"), tooMany);
        assertTrue(tooMany.contains("200 at most"), tooMany);
    }
}
