package io.opportune.engine.markup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.AuctionCatalogue;
import io.opportune.engine.catalogue.Catalogue;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** HTML of banners, and what becomes of macros in it. */
class BannerMarkupTest {
    private static final MarkupSettings SETTINGS = MarkupSettings.of("https://bid.example", "opportune");
    private static final String TOKEN = "dG9rZW4tMDEyMzQ1Njc4OWFiY2RlZg.c2ln_-0";

    private final Catalogue catalogue = AuctionCatalogue.of(AuctionCatalogue.example());
    private final SampleBid bid = new SampleBid().openImp();

    private String html(final Catalogue from, final String id, final MarkupSettings settings) {
        return bid.markup(SampleBid.markupOf(from, id, settings), 0);
    }

    private static List<String> attributes(final String html, final String name) {
        final List<String> values = new ArrayList<>();
        final Matcher matcher = Pattern.compile(name + "=\"([^\"]*)\"").matcher(html);
        while (matcher.find()) {
            values.add(matcher.group(1).replace("&quot;", "\"").replace("&#39;", "'").replace("&lt;", "<")
                .replace("&gt;", ">").replace("&amp;", "&"));
        }
        return values;
    }

    @Test
    void shouldLinkAnImageAndCountItsImpression() {
        final String html = html(catalogue, "milk-300x250", SETTINGS);
        assertEquals(List.of("https://bid.example/notice/click?t=" + TOKEN + "&r=1"), attributes(html, "href"));
        assertEquals(List.of("https://cdn.dairy.example/milk.png",
            "https://bid.example/notice/imp?t=" + TOKEN + "&p=${AUCTION_PRICE}"), attributes(html, "src"));
        assertEquals("Milk, fresh & cold", attributes(html, "alt").getFirst());
        assertTrue(html.contains("width=\"300\" height=\"250\""));
        assertTrue(html.contains("&amp;p=${AUCTION_PRICE}"), "macros stay where the exchange finds them");
    }

    @Test
    void shouldPutTheClickIntoGivenHtml() {
        final String html = html(catalogue, "milk-728x90", SETTINGS);
        assertTrue(html.startsWith("<div class=\"milk\"><a href=\"https://bid.example/notice/click?t=" + TOKEN + "&amp;r="));
        assertTrue(html.contains("\">Milk to your door</a></div><img src=\""), html);
        assertFalse(html.contains("{{"));
        final MarkupSettings uncounted = new MarkupSettings("", "", "", "", "", "", "", "", "", "x", Set.of());
        assertEquals("<div class=\"milk\"><a href=\"https://dairy.example/door\">Milk to your door</a></div>",
            html(catalogue, "milk-728x90", uncounted));
    }

    @Test
    void shouldGoThroughTheClickMacroOfTheExchange() {
        final MarkupSettings settings = new MarkupSettings("", "", "", "", SETTINGS.click(), "", "", "",
            "https://exchange.example/c?u=", "x", MarkupSettings.ALL_MACROS);
        final String href = attributes(html(catalogue, "milk-300x250", settings), "href").getFirst();
        assertTrue(href.startsWith("https://exchange.example/c?u=https%3A%2F%2Fbid.example"), href);
        final String inner = URLDecoder.decode(href.substring(href.indexOf("u=") + 2), StandardCharsets.UTF_8);
        assertEquals("https://bid.example/notice/click?t=" + TOKEN + "&r=1", inner);
    }

    @Test
    void shouldEscapeTextsForHtml() {
        final Catalogue odd = AuctionCatalogue.withCreative("""
            - id: odd
              title: '"><script>alert(''1'')</script>&amp;'
              banner: {w: 1, h: 1, image: "https://x.example/a.png?b='c'&d", click: "https://x.example/"}
            """);
        final String html = html(odd, "odd", SETTINGS);
        assertFalse(html.contains("<script"), html);
        assertEquals("\"><script>alert('1')</script>&amp;", attributes(html, "alt").getFirst());
        assertEquals("https://x.example/a.png?b='c'&d", attributes(html, "src").getFirst());
    }

    @Test
    void shouldFillInWhatTheExchangeDoesNotReplace() {
        final Catalogue macros = AuctionCatalogue.withCreative("""
            - id: odd
              title: x
              banner:
                w: 1
                h: 1
                click: "https://x.example/?i=${AUCTION_ID}&p=${AUCTION_PRICE:B64}"
                html: '<a href="{{click}}">${AUCTION_BID_ID}|${AUCTION_IMP_ID:B64}|${AUCTION_SEAT_ID}|${AUCTION_AD_ID}|
                  ${AUCTION_CURRENCY}|${AUCTION_LOSS}|${AUCTION_PRICE}|${AUCTION_ID:AES}|${OTHER}</a>'
            """);
        bid.requestId(SampleBid.bytes("a\"b<&é"));
        final MarkupSettings none = new MarkupSettings("", "", "", "", SETTINGS.click(), "", "", "", "", "x", Set.of());
        final String filled = html(macros, "odd", none);
        assertTrue(filled.contains(">b-77|MQ%3D%3D|512||"), filled);
        assertTrue(filled.contains("|||${OTHER}</a>"), "what only the auction decides is left out: " + filled);
        assertTrue(filled.contains("&amp;r=1&amp;a=a%22b%3C%26%C3%A9&amp;b=\""), filled);
        assertFalse(filled.contains("${AUCTION"), filled);
        assertTrue(filled.contains("${OTHER}"), "what is no macro is left alone");
        final String left = html(macros, "odd", SETTINGS);
        assertTrue(left.contains("&amp;r=1&amp;a=${AUCTION_ID}&amp;b=${AUCTION_PRICE:B64}\""), left);
        assertTrue(left.contains("${AUCTION_IMP_ID:B64}|${AUCTION_SEAT_ID}"), left);
    }
}
