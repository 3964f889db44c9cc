package io.opportune.engine.markup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.catalogue.AuctionCatalogue;
import io.opportune.engine.catalogue.BlockKey;
import io.opportune.engine.catalogue.Catalogue;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Native answers against the rules of OpenRTB Native 1.2, section 5. */
class NativeMarkupTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final MarkupSettings SETTINGS = MarkupSettings.of("https://bid.example", "opportune");
    private static final Set<String> KINDS = Set.of("title", "img", "data", "video");

    private final Catalogue catalogue = AuctionCatalogue.of(AuctionCatalogue.example());
    private final CreativeMarkup markup = SampleBid.markupOf(catalogue, "milk-native", SETTINGS);
    private final SampleBid bid = new SampleBid().openImp();
    private final NativeAssets assets = bid.imp.nativeAssets();

    private JsonNode answer() throws Exception {
        assertTrue(markup.satisfies(assets));
        final JsonNode root = JSON.readTree(bid.markup(markup, 0));
        final JsonNode ad = root.has("native") ? root.get("native") : root;
        final Set<Integer> ids = new HashSet<>();
        for (final JsonNode asset : ad.get("assets")) {
            assertTrue(ids.add(asset.get("id").asInt()), "each id once");
            final Set<String> kinds = new HashSet<>();
            asset.fieldNames().forEachRemaining(kinds::add);
            kinds.retainAll(KINDS);
            assertEquals(1, kinds.size(), "one of title, img, data");
            assertTrue(!asset.has("title") || asset.at("/title/text").isTextual());
            assertTrue(!asset.has("img") || asset.at("/img/url").asText().startsWith("https://"));
            assertTrue(!asset.has("data") || asset.at("/data/value").isTextual());
        }
        for (int i = 0; i < assets.count(); i++) {
            assertTrue(!assets.required[i] || ids.contains(assets.ids[i]), "required " + assets.ids[i]);
        }
        assertEquals("https://dairy.example/native", ad.at("/link/url").asText());
        return root;
    }

    private static JsonNode asset(final JsonNode root, final int id) {
        for (final JsonNode asset : root.get("assets")) {
            if (asset.get("id").asInt() == id) {
                return asset;
            }
        }
        throw new AssertionError("no asset " + id);
    }

    @Test
    void shouldAnswerWhatIsAskedFor() throws Exception {
        final JsonNode root = answer();
        assertEquals("1.2", root.get("ver").asText());
        assertEquals("Fresh milk", asset(root, 1).at("/title/text").asText(), "the longer one does not fit 25");
        assertEquals(1200, asset(root, 2).at("/img/w").asInt());
        assertEquals(627, asset(root, 2).at("/img/h").asInt());
        assertEquals("https://cdn.dairy.example/icon.png", asset(root, 3).at("/img/url").asText());
        assertEquals("Dairy & Sons", asset(root, 4).at("/data/value").asText());
        assertEquals("Order now", asset(root, 5).at("/data/value").asText());
        assertEquals(1, root.at("/eventtrackers/0/event").asInt());
        assertEquals(1, root.at("/eventtrackers/0/method").asInt());
        assertTrue(root.at("/eventtrackers/0/url").asText().contains("/notice/imp?t=dG9r"));
        assertTrue(root.at("/link/clicktrackers/0").asText().contains("/notice/click?t=dG9r"));
        assertFalse(root.has("imptrackers"));
        assertEquals("https://dairy.example/privacy", root.get("privacy").asText());
    }

    @Test
    void shouldTakeTheLongestTitleThatFits() throws Exception {
        assets.clear().addTitle(1, true, 90);
        assertEquals("Fresh milk, cold and at your door every morning", asset(answer(), 1).at("/title/text").asText());
        assets.clear().addTitle(1, true, 9);
        assertFalse(markup.satisfies(assets), "10 characters do not fit 9");
        assets.clear().addTitle(1, false, 9);
        assets.addData(2, false, 1, 0);
        assertEquals(1, answer().get("assets").size(), "what need not be there is left out");
    }

    @Test
    void shouldAnswerInTheVersionAndShapeOfTheRequest() throws Exception {
        assets.clear().version(10).wrapped(true).addTitle(7, true, 0);
        final JsonNode root = answer();
        assertEquals(1, root.size());
        assertEquals("1.0", root.at("/native/ver").asText());
        assertTrue(root.at("/native/imptrackers/0").asText().contains("/notice/imp"), "no eventtrackers before 1.2");
        assertFalse(root.at("/native").has("eventtrackers"));
        assertFalse(root.at("/native").has("privacy"));
        assets.clear().version(11).tracker(1, 2).addTitle(7, true, 0);
        final JsonNode other = answer();
        assertEquals("1.1", other.get("ver").asText());
        assertFalse(other.has("eventtrackers"), "only scripts are supported");
    }

    @Test
    void shouldCompareSizesAndTypesOfImages() {
        image(3, 1200, 627, 0, 0, true);
        image(3, 1200, 628, 0, 0, false);
        image(3, 0, 0, 1200, 627, true);
        image(3, 0, 0, 1201, 0, false);
        image(3, 0, 0, 0, 628, false);
        image(3, 600, 300, 200, 200, true);
        image(1, 80, 80, 0, 0, true);
        image(1, 0, 0, 81, 0, false);
        image(0, 0, 0, 0, 0, true);
        image(501, 0, 0, 0, 0, false);
        assets.clear().addImage(1, true, 3, 0, 0, 0, 0);
        assets.addMime(BlockKey.ofMime("image/png"));
        assertFalse(markup.satisfies(assets), "the main image is a JPEG");
        assets.addMime(BlockKey.ofMime("image/JPG"));
        assertTrue(markup.satisfies(assets));
    }

    private void image(
        final int type, final int w, final int h, final int wmin, final int hmin, final boolean expected) {
        assets.clear().addImage(1, true, type, w, h, wmin, hmin);
        assertEquals(expected, markup.satisfies(assets), type + " " + w + "x" + h + " " + wmin + "x" + hmin);
    }

    @Test
    void shouldNotSatisfyWhatItDoesNotHave() {
        assets.clear().addData(1, true, 6, 0);
        assertFalse(markup.satisfies(assets), "no price");
        assets.clear().addOther(1, true);
        assertFalse(markup.satisfies(assets), "no video");
        assets.clear().addOther(1, false);
        assertFalse(markup.satisfies(assets), "nothing to show");
        assets.clear();
        for (int i = 0; i <= NativeAssets.MAX_ASSETS; i++) {
            assets.addTitle(i, false, 0);
        }
        assertFalse(markup.satisfies(assets), "more assets than can be looked at");
        assertFalse(SampleBid.markupOf(catalogue, "milk-300x250", SETTINGS).satisfies(assets.clear()));
    }

    @Test
    void shouldEscapeTextsOnceForItsJson() throws Exception {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        for (int i = 0; i < 30; i++) {
            final StringBuilder title = new StringBuilder("t");
            random.ints(30, 0, 0x2030).filter(c -> c >= 0x20 && c != 0x7F && !(c >= 0x80 && c < 0xA0)
                    && c != 0x2028 && c != 0x2029)
                .forEach(title::appendCodePoint);
            title.append("\"\\</script>\ud83e\udd5b");
            final Catalogue odd = AuctionCatalogue.withCreative("- id: odd\n  title: x\n  native:\n    titles: ['"
                + title.toString().replace("'", "''") + "']\n    click: 'https://x.example/\\'\n");
            final CreativeMarkup oddMarkup = SampleBid.markupOf(odd, "odd", SETTINGS);
            assets.clear().addTitle(1, true, 0);
            final JsonNode root = JSON.readTree(bid.markup(oddMarkup, 0));
            assertEquals(title.toString(), root.at("/assets/0/title/text").asText(), "seed " + seed);
            assertEquals("https://x.example/\\", root.at("/link/url").asText());
        }
    }
}
