package io.opportune.engine.markup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.AuctionCatalogue;
import io.opportune.engine.catalogue.Catalogue;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/** VAST as the JDK's parser reads it, with its elements in the order of the IAB Tech Lab's schemas. */
class VastMarkupTest {
    /** Children in their order, from vast_4.2.xsd; a star may stand more than once. */
    private static final Map<String, String> ORDER_4_2 = Map.of(
        "VAST", "Ad", "Ad", "InLine Wrapper",
        "InLine", "AdSystem Error* Extensions Impression* Pricing ViewableImpression AdServingId AdTitle"
            + " AdVerifications Advertiser Category* Creatives Description Expires Survey",
        "Wrapper", "AdSystem Error* Extensions Impression* Pricing ViewableImpression AdVerifications"
            + " BlockedAdCategories* Creatives VASTAdTagURI",
        "Creatives", "Creative*", "Creative", "UniversalAdId* Linear",
        "Linear", "Icons TrackingEvents AdParameters Duration MediaFiles VideoClicks",
        "TrackingEvents", "Tracking*",
        "MediaFiles", "ClosedCaptionFiles MediaFile* Mezzanine* InteractiveCreativeFile*",
        "VideoClicks", "ClickTracking* CustomClick* ClickThrough");
    /** From vast_2.0.1.xsd and vast3_draft.xsd, which agree on what is written. */
    private static final Map<String, String> ORDER_2_3 = Map.of(
        "VAST", "Ad", "Ad", "InLine Wrapper",
        "InLine", "AdSystem AdTitle Description Advertiser Pricing Survey Error Impression* Creatives Extensions",
        "Wrapper", "AdSystem VASTAdTagURI Error Impression* Creatives Extensions",
        "Creatives", "Creative*", "Creative", "Linear",
        "Linear", "Icons CreativeExtensions Duration TrackingEvents AdParameters VideoClicks MediaFiles",
        "TrackingEvents", "Tracking*", "MediaFiles", "MediaFile*",
        "VideoClicks", "ClickThrough ClickTracking* CustomClick*");

    private static final MarkupSettings PLAIN = MarkupSettings.of("https://bid.example", "opportune");
    private static final MarkupSettings SETTINGS = new MarkupSettings(PLAIN.win(), PLAIN.bill(), PLAIN.loss(),
        PLAIN.imp(), PLAIN.click(), PLAIN.clickTracker(), "https://bid.example/event?t={token}&e={event}",
        "https://bid.example/error?t={token}&c=[ERRORCODE]", "", "opportune", MarkupSettings.ALL_MACROS);

    private final Catalogue catalogue = AuctionCatalogue.of(AuctionCatalogue.example());
    private final SampleBid bid = new SampleBid().openImp();

    private static Element parse(final String xml) throws Exception {
        final DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        final DocumentBuilder builder = factory.newDocumentBuilder();
        builder.setErrorHandler(null);
        return builder.parse(new InputSource(new StringReader(xml))).getDocumentElement();
    }

    private static List<Element> children(final Element element) {
        final List<Element> children = new ArrayList<>();
        for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element child) {
                children.add(child);
            }
        }
        return children;
    }

    private static void checkOrder(final Element element, final Map<String, String> orders) {
        final String order = orders.get(element.getLocalName());
        final List<Element> children = children(element);
        if (order == null) {
            assertTrue(children.isEmpty(), element.getLocalName() + " has no children");
            return;
        }
        final List<String> names = List.of(order.split(" "));
        int at = -1;
        for (final Element child : children) {
            final boolean repeated = names.contains(child.getLocalName() + '*');
            final int index = names.indexOf(child.getLocalName() + (repeated ? "*" : ""));
            assertTrue(index >= 0, child.getLocalName() + " in " + element.getLocalName());
            assertTrue(repeated ? index >= at : index > at, child.getLocalName() + " in " + element.getLocalName());
            at = index;
            checkOrder(child, orders);
        }
    }

    private static Element only(final Element root, final String path) {
        Element element = root;
        for (final String name : path.split("/")) {
            element = children(element).stream().filter(child -> child.getLocalName().equals(name)).findFirst()
                .orElseThrow(() -> new AssertionError("no " + name));
        }
        return element;
    }

    @Test
    void shouldWriteVast42WithItsFiles() throws Exception {
        final CreativeMarkup markup = SampleBid.markupOf(catalogue, "milk-video", SETTINGS);
        final Element vast = parse(bid.markup(markup, 13));
        assertEquals("http://www.iab.com/VAST", vast.getNamespaceURI());
        assertEquals("4.2", vast.getAttribute("version"));
        checkOrder(vast, ORDER_4_2);
        final Element inline = only(vast, "Ad/InLine");
        assertEquals("opportune", only(inline, "AdSystem").getTextContent());
        assertEquals("b-77", only(inline, "AdServingId").getTextContent());
        assertEquals("Milk in 15 seconds", only(inline, "AdTitle").getTextContent());
        assertEquals("Dairy & Sons", only(inline, "Advertiser").getTextContent());
        assertEquals("https://bid.example/notice/imp?t=dG9rZW4tMDEyMzQ1Njc4OWFiY2RlZg.c2ln_-0&p=${AUCTION_PRICE}",
            only(inline, "Impression").getTextContent());
        assertTrue(only(inline, "Error").getTextContent().endsWith("&c=[ERRORCODE]"));
        final Element creative = only(inline, "Creatives/Creative");
        assertEquals("CNPA0484000H", only(creative, "UniversalAdId").getTextContent());
        assertEquals("ad-id.org", only(creative, "UniversalAdId").getAttribute("idRegistry"));
        final Element linear = only(creative, "Linear");
        assertEquals("00:00:05", linear.getAttribute("skipoffset"));
        assertEquals("00:00:15", only(linear, "Duration").getTextContent());
        final List<String> events = children(only(linear, "TrackingEvents")).stream()
            .map(event -> event.getAttribute("event")).toList();
        assertEquals(
            List.of("start", "firstQuartile", "midpoint", "thirdQuartile", "complete", "skip", "complete"), events);
        assertEquals("https://bid.example/event?t=dG9rZW4tMDEyMzQ1Njc4OWFiY2RlZg.c2ln_-0&e=midpoint",
            children(only(linear, "TrackingEvents")).get(2).getTextContent());
        final List<Element> files = children(only(linear, "MediaFiles"));
        assertEquals(2, files.size());
        assertEquals("1280", files.getFirst().getAttribute("width"));
        assertEquals("1500", files.getFirst().getAttribute("bitrate"));
        assertEquals("video/webm", files.getLast().getAttribute("type"));
        assertEquals("https://cdn.dairy.example/film-720.mp4", files.getFirst().getTextContent());
        assertEquals("https://dairy.example/film", only(linear, "VideoClicks/ClickThrough").getTextContent());
        assertTrue(only(linear, "VideoClicks/ClickTracking").getTextContent().startsWith("https://bid.example/notice/click"));
    }

    @Test
    void shouldWriteEveryVersionInItsOwnOrder() throws Exception {
        for (final String id : List.of("milk-video", "milk-wrapped", "milk-audio")) {
            final CreativeMarkup markup = SampleBid.markupOf(catalogue, id, SETTINGS);
            for (final int protocol : markup.ad().protocols().codes()) {
                final Element vast = parse(bid.markup(markup, protocol));
                final boolean modern = protocol >= 7;
                checkOrder(vast, modern ? ORDER_4_2 : ORDER_2_3);
                assertEquals(switch (protocol) {
                    case 2, 5 -> "2.0";
                    case 3, 6 -> "3.0";
                    case 7, 8 -> "4.0";
                    case 11, 12 -> "4.1";
                    default -> "4.2";
                }, vast.getAttribute("version"));
                final String text = bid.markup(markup, protocol);
                assertEquals(protocol >= 11 && !id.equals("milk-wrapped"), text.contains("<AdServingId>"));
                assertEquals(protocol == 7, text.contains("idValue="), "of VAST 4.0 only");
                if (protocol == 2 || protocol == 5) {
                    assertFalse(text.contains("skip"), "VAST 2.0 knows no skipping");
                }
            }
        }
    }

    @Test
    void shouldWrapAnotherDocumentWithEvents() throws Exception {
        final CreativeMarkup markup = SampleBid.markupOf(catalogue, "milk-wrapped", SETTINGS);
        assertEquals(14, markup.protocol(0));
        assertEquals(6, markup.protocol(1L << 5 | 1L << 6 | 1L << 3));
        assertEquals(0, markup.protocol(1L << 2 | 1L << 3));
        assertEquals(8, markup.protocol(1L << 8 | 1L << 5));
        final Element wrapper = only(parse(bid.markup(markup, 14)), "Ad/Wrapper");
        assertEquals("https://ads.example/vast?id=7&c=${AUCTION_ID}", only(wrapper, "VASTAdTagURI").getTextContent());
        assertEquals(5, children(only(wrapper, "Creatives/Creative/Linear/TrackingEvents")).size());
        assertNotNull(only(wrapper, "Creatives/Creative/Linear/VideoClicks/ClickTracking"));
    }

    @Test
    void shouldNameAudioAsAudio() throws Exception {
        final Element vast = parse(bid.markup(SampleBid.markupOf(catalogue, "milk-audio", SETTINGS), 13));
        assertEquals("audio", only(vast, "Ad").getAttribute("adType"));
        assertEquals("0", only(vast, "Ad/InLine/Creatives/Creative/Linear/MediaFiles/MediaFile").getAttribute("width"));
    }

    @Test
    void shouldEscapeWhateverStandsInTexts() throws Exception {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        final String alphabet = "<>&\"'\\]]>[CDATA ${AUCTION_ID}\u00e9\ud83e\udd5b{}%/-";
        for (int i = 0; i < 40; i++) {
            final StringBuilder title = new StringBuilder("t");
            for (int at = 0; at < 40; at++) {
                final int c = alphabet.codePointAt(random.nextInt(alphabet.length()));
                title.appendCodePoint(Character.isSurrogate((char) c) ? 'x' : c);
            }
            title.append("]]><b>");
            final String yaml = "'" + title.toString().replace("'", "''") + "'";
            final Catalogue odd = AuctionCatalogue.withCreative("""
                - id: odd
                  title: %s
                  video:
                    duration: 15s
                    click: 'https://x.example/?q=]]&b=%%3C'
                    vast_tag: 'https://x.example/]]'
                """.formatted(yaml));
            final CreativeMarkup markup = SampleBid.markupOf(odd, "odd", SETTINGS);
            for (final int protocol : new int[] {5, 6, 14}) {
                final Element vast = parse(bid.markup(markup, protocol));
                assertEquals("https://x.example/]]", only(vast, "Ad/Wrapper/VASTAdTagURI").getTextContent(), "seed " + seed);
            }
            final Catalogue inline = AuctionCatalogue.withCreative("""
                - id: odd
                  title: %s
                  video:
                    duration: 15s
                    click: 'https://x.example/?q=]]&b=%%3C'
                    media_files: [{url: 'https://x.example/]]a', mime: video/mp4, w: 4, h: 3}]
                """.formatted(yaml));
            final Element vast = parse(bid.markup(SampleBid.markupOf(inline, "odd", SETTINGS), 13));
            assertEquals(title.toString(), only(vast, "Ad/InLine/AdTitle").getTextContent(), "seed " + seed);
            assertEquals("https://x.example/?q=]]&b=%3C",
                only(vast, "Ad/InLine/Creatives/Creative/Linear/VideoClicks/ClickThrough").getTextContent());
        }
    }
}
