package io.opportune.engine.catalogue;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.protocol.codec.Channel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ads for auctions in the catalogue: the example means what it says, and what is wrong is said where it stands. */
class AdReaderTest {
    private static AuctionAd ad(final Catalogue catalogue, final String id) {
        return AuctionCatalogue.creative(catalogue, id).ad();
    }

    @Test
    void shouldLoadTheExampleOfTheDocument() {
        final Catalogue catalogue = AuctionCatalogue.of(AuctionCatalogue.example());
        final Offer offer = catalogue.offer(0);
        assertEquals(6, offer.auctionCreativeCount());
        assertTrue(offer.auctionCreative(0).isFor(Channel.AD_EXCHANGE), "by default");
        final AuctionAd image = ad(catalogue, "milk-300x250");
        assertEquals(AuctionAd.BANNER, image.mtype());
        assertEquals(300, image.w());
        assertEquals(1 << 2, image.btypeBits());
        assertTrue(image.secure());
        assertArrayEquals(new long[] {BlockKey.ofMime("image/png")}, image.mimeKeys());
        assertEquals("dairy.example", new String(image.adomain()[0], StandardCharsets.UTF_8));
        assertEquals("IAB8-18", new String(image.cat()[0], StandardCharsets.UTF_8));
        assertArrayEquals(new long[] {BlockKey.of("IAB8-18"), BlockKey.of("IAB8")}, image.categoryKeys()[0]);
        assertEquals("en", new String(image.language(), StandardCharsets.UTF_8));
        assertNull(image.langb());
        assertEquals("https://cdn.dairy.example/sample.png", new String(image.iurl(), StandardCharsets.UTF_8));
        assertArrayEquals(new int[] {13}, ad(catalogue, "milk-728x90").attr().codes());
        final AuctionAd video = ad(catalogue, "milk-video");
        assertEquals(1280, video.w());
        assertArrayEquals(new int[] {16}, video.attr().codes(), "skippable");
        assertArrayEquals(new int[] {2, 3, 7, 11, 13}, video.protocols().codes());
        assertArrayEquals(new int[] {5, 6, 8, 12, 14}, ad(catalogue, "milk-wrapped").protocols().codes());
        final AdContent.Native ad = (AdContent.Native) ad(catalogue, "milk-native").content();
        assertEquals(List.of(1, 2, 12), ad.data().stream().map(AdContent.NativeData::type).toList());
        assertEquals("Order now", ad.data().getLast().value());
    }

    @Test
    void shouldTakeWhatIsSaidNearest() {
        final String example = AuctionCatalogue.example()
            .replace("advertiser: dairy\n", "advertiser: dairy\n    cat: [\"210\"]\n    cattax: 2\n    bundle: app.x\n")
            .replace("title: \"Milk to your door\"", "title: x\n        adomain: [door.example]\n        lang: pt-BR");
        final Catalogue catalogue = AuctionCatalogue.of(example);
        final AuctionAd other = ad(catalogue, "milk-728x90");
        assertEquals("door.example", new String(other.adomain()[0], StandardCharsets.UTF_8));
        assertEquals(2, other.cattax(), "with the campaign's categories");
        assertEquals("210", new String(other.cat()[0], StandardCharsets.UTF_8));
        assertEquals("pt-BR", new String(other.langb(), StandardCharsets.UTF_8));
        assertEquals(BlockKey.of("app.x"), other.bundleKey());
        assertEquals("dairy.example", new String(ad(catalogue, "milk-video").adomain()[0], StandardCharsets.UTF_8));
    }

    @Test
    void shouldLeaveOtherChannelsWithOneCreativeEach() {
        final String example = AuctionCatalogue.example()
            .replace("channels: [ad_exchange]", "channels: [ad_exchange, web]")
            .replace("- id: milk-300x250\n", "- {id: plain, title: x, channels: [web]}\n      - id: milk-300x250\n");
        final Offer offer = AuctionCatalogue.of(example).offer(0);
        assertEquals("plain", offer.creativeFor(Channel.WEB).id());
        assertNull(offer.creativeFor(Channel.WEB).ad());
        assertEquals("milk-300x250", offer.creativeFor(Channel.AD_EXCHANGE).id());
        assertEquals(6, offer.auctionCreativeCount());
        final LoadResult twice = AuctionCatalogue.load(example.replace("- id: milk-300x250\n",
            "- id: milk-300x250\n        channels: [web, ad_exchange]\n"));
        assertTrue(twice.errors().toString().contains("a second creative for web"), twice.errors().toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', value = {
        "adomain: [dairy.example] ~ adomain: [Dairy.example] ~"
            + " advertisers[0].adomain[0]: \"Dairy.example\"; allowed: text",
        "adomain: [dairy.example], ~ ~ offers[0].creatives[0]: no domain of the advertiser; adomain at the creative",
        "cat: [IAB8-18] ~ cat: [IAB27] ~ advertisers[0].cat[0]: \"IAB27\" is no category of taxonomy 1; such as IAB8",
        "cat: [IAB8-18], ~ cattax: 2, ~ advertisers[0].cattax: a taxonomy without categories; cat beside it",
        "lang: en ~ lang: english ~ advertisers[0].lang: \"english\"; allowed: text that matches",
        "attr: [13] ~ attr: [13, 13] ~ offers[0].creatives[1].banner.attr[1]: 13 (a whole number) stands twice",
        "w: 300, h ~ w: 0, h ~ offers[0].creatives[0].banner.w: 0 (a whole number); allowed: 1 or more",
        "image: https://cdn ~ image: ftp://cdn ~ offers[0].creatives[0].banner.image: \"ftp://cdn.dairy.example/milk.png\"",
        "image: https://cdn.dairy.example/milk.png, ~ ~ offers[0].creatives[0].banner: neither image nor html; one of",
        "milk.png, click ~ milk, click ~ offers[0].creatives[0].banner.image: \"https://cdn.dairy.example/milk\" does",
        "{w: 300, ~ {html: x, w: 300, ~ offers[0].creatives[0].banner: image and html; one of them",
        "{w: 300, ~ {secure: true, impression_trackers: [\"http://x.example/\"], w: 300, ~"
            + " offers[0].creatives[0].banner.secure: secure, but http:// is fetched; https:// everywhere",
        "click: https://dairy.example/door ~ mimes: [text/html] ~"
            + " offers[0].creatives[1].banner.html: {{click}} without",
        "duration: 15s ~ duration: 1500ms ~ offers[0].creatives[2].video.duration: \"1500ms\" has a fraction; whole",
        "duration: 15s ~ duration: 5s ~ offers[0].creatives[2].video.skip_after: skipped after its end; less than",
        "mime: video/mp4, w: 1280, ~ mime: video/mp4, ~"
            + " offers[0].creatives[2].video.media_files[0]: a video without a size",
        "mime: audio/mpeg, ~ mime: audio/mpeg, w: 1, h: 1, ~"
            + " offers[0].creatives[4].audio.media_files[0]: audio with a size",
        "{duration: 30s, ~ {duration: 30s, protocols: [13], ~"
            + " offers[0].creatives[3].video.protocols[0]: protocol 13; 5",
        "{duration: 30s, vast_tag: \"https://ads.example/vast?id=7&c=${AUCTION_ID}\"} ~ {duration: 30s} ~"
            + " offers[0].creatives[3].video: neither media_files nor vast_tag; one of them",
        "{duration: 30s, vast_tag ~ {companions: [{w: 1, h: 1}], duration: 30s, vast_tag ~"
            + " offers[0].creatives[3].video.companions[0]: neither image nor html; one of them",
        "{duration: 30s, vast_tag ~ {companions: [{w: 1, h: 1, html: x}], duration: 30s, vast_tag ~"
            + " offers[0].creatives[3].video.companions: companions of a vast_tag; none",
        "events: {complete ~ events: {completed ~"
            + " offers[0].creatives[2].video.events.completed: \"completed\" is not known",
        "type: icon ~ type: logo ~"
            + " offers[0].creatives[5].native.images[0].type: \"logo\" is no type of asset; known: icon",
        "type: sponsored ~ type: 499 ~ offers[0].creatives[5].native.data[0].type: 499 (a whole number) is no type",
        "call_to_action: ~ video: {duration: 1s, vast_tag: \"https://x.example/\"}\\n        call_to_action: ~"
            + " offers[0].creatives[5].native: a second form; one of banner, video, audio, native",
        "- id: milk-audio ~ - id: milk-audio\\n        channels: [web] ~"
            + " offers[0].creatives[4].channels: an ad that is made for no auction; ad_exchange among its channels",
        "channels: [ad_exchange] ~ channels: [web] ~ offers[0].creatives[0]: the offer is not made on ad_exchange; the",
    })
    void shouldLocateWhatIsWrong(final String old, final String now, final String expected) {
        final String good = AuctionCatalogue.example();
        assertTrue(good.contains(old), "the example holds " + old);
        final LoadResult result =
            AuctionCatalogue.load(good.replace(old, now == null ? "" : now.replace("\\n", "\n")));
        assertFalse(result.isGood(), "must not load");
        assertTrue(result.errors().stream().anyMatch(error -> error.toString().matches("catalogue.yaml:\\d+:\\d+ .*")
            && error.toString().contains(expected)), expected + "\n" + result.errors());
    }
}
