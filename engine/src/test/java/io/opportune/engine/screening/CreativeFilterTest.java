package io.opportune.engine.screening;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.AuctionCatalogue;
import io.opportune.engine.catalogue.BlockKey;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.markup.CreativeMarkup;
import io.opportune.engine.markup.MarkupSettings;
import io.opportune.engine.markup.MarkupSet;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each restriction rejects, for its own reason, and its nearest harmless neighbour does not. */
class CreativeFilterTest {
    private static final String ADS = """
        - id: banner
          title: x
          adomain: [shop.ford.example]
          cat: [IAB8-18, IAB1]
          lang: pt-BR
          bundle: com.Foo.game
          banner: {w: 300, h: 250, image: http://x.example/a.jpg, click: https://x.example/, attr: [3, 501], apis: [5],
            pos: [1, 3]}
        - id: script
          title: x
          lang: xx
          banner: {w: 320, h: 50, html: '<script src="https://x.example/a.js"></script>'}
        - id: video
          title: x
          cattax: 2
          cat: ["210"]
          video:
            duration: 20s
            skip_after: 5s
            plcmt: [1, 2]
            media_files:
              - {url: https://x.example/a.mp4, mime: video/mp4, w: 1280, h: 720, bitrate: 1500}
              - {url: https://x.example/b.webm, mime: video/webm, w: 640, h: 480, bitrate: 400, delivery: streaming}
        - id: steady
          title: x
          video:
            duration: 20s
            media_files: [{url: https://x.example/a.mp4, mime: video/mp4, w: 1280, h: 720}]
        - id: audio
          title: x
          audio: {duration: 30s, media_files: [{url: https://x.example/a.mp3, mime: audio/mpeg, bitrate: 128}]}
        - id: native
          title: Fresh milk
          native: {click: https://x.example/, attr: [1], apis: [7]}
        """;

    private final Catalogue catalogue = AuctionCatalogue.withCreative(ADS);
    private final MarkupSet set =
        MarkupSet.of(catalogue, MarkupSettings.of("https://bid.example", "opportune"), null);
    private final ImpRestrictions imp = new ImpRestrictions(new RequestRestrictions());
    private final CreativeFilter filter = new CreativeFilter();

    private CreativeMarkup markup(final String id) {
        return set.creative(AuctionCatalogue.creative(catalogue, id).creativeId());
    }

    /** An impression that takes every one of the creatives. */
    private void open() {
        imp.clear();
        imp.request().clear();
        imp.banner().present().format(300, 250, 0, 0, 0).format(320, 50, 0, 0, 0).pos(1).api().add(5);
        imp.video().present().plcmt(1);
        imp.audio().present();
        imp.nativePresent().addTitle(1, true, 90);
        imp.nativeApi().add(7);
    }

    private CreativeRejection check(final String id, final Consumer<ImpRestrictions> change) {
        open();
        change.accept(imp);
        return filter.check(markup(id), imp);
    }

    @Test
    void shouldTakeAllWhenNothingIsRestricted() {
        for (final String id : new String[] {"banner", "script", "video", "steady", "audio", "native"}) {
            assertEquals(CreativeRejection.NONE, check(id, all -> { }), id);
        }
    }

    private static Map<String, Consumer<ImpRestrictions>> rejecting() {
        final Map<String, Consumer<ImpRestrictions>> cases = new LinkedHashMap<>();
        cases.put("banner FORM absent", imp -> imp.clear().video().present());
        cases.put("native FORM absent", imp -> imp.clear().banner().present());
        cases.put("banner SECURE http image", imp -> imp.secure(true));
        cases.put("banner ATTRIBUTE bit", imp -> imp.banner().battr().add(3));
        cases.put("banner ATTRIBUTE vendor's", imp -> imp.banner().battr().add(501));
        cases.put("video ATTRIBUTE skip button", imp -> imp.video().battr().add(16));
        cases.put("native ATTRIBUTE", imp -> imp.nativeBattr().add(1));
        cases.put("banner API not listed", imp -> imp.banner().api().clear());
        cases.put("native API not listed", imp -> imp.nativeApi().clear());
        cases.put("banner POSITION other", imp -> imp.banner().pos(4));
        cases.put("banner POSITION unknown", imp -> imp.banner().pos(-1));
        cases.put("banner SIZE none stated", imp -> {
            imp.banner().clear();
            imp.banner().present().pos(1).api().add(5);
        });
        cases.put("banner SIZE other w and h", imp -> {
            imp.banner().clear();
            imp.banner().present().size(250, 300).pos(1).api().add(5);
        });
        cases.put("banner SIZE ratio too wide", imp -> {
            imp.banner().clear();
            imp.banner().present().format(0, 0, 6, 5, 301).pos(1).api().add(5);
        });
        cases.put("banner BANNER_TYPE image", imp -> imp.banner().btype(2));
        cases.put("script BANNER_TYPE script", imp -> imp.banner().btype(3));
        cases.put("banner MIME", imp -> imp.banner().mimes().add(BlockKey.ofMime("image/png")));
        cases.put("video MIME", imp -> imp.video().mimes().add(BlockKey.ofMime("video/ogg")));
        cases.put("video PLACEMENT", imp -> imp.video().plcmt(4));
        cases.put("video PLACEMENT unknown", imp -> imp.video().plcmt(0));
        cases.put("video LINEARITY", imp -> imp.video().linearity(2));
        cases.put("video SKIP not allowed", imp -> imp.video().skip(0, 0, 0));
        cases.put("video SKIP only longer", imp -> imp.video().skip(1, 20, 0));
        cases.put("video SKIP too soon", imp -> imp.video().skip(1, 0, 6));
        cases.put("video DURATION short", imp -> imp.video().durations(21, 0));
        cases.put("video DURATION long", imp -> imp.video().durations(0, 19));
        cases.put("video DURATION beyond extension", imp -> imp.video().durations(0, 15).maxextended(4));
        cases.put("video DURATION not exact", imp -> imp.video().rqddur(15).rqddur(30));
        cases.put("audio DURATION long", imp -> imp.audio().durations(0, 29));
        cases.put("video POD", imp -> imp.video().poddur(19));
        cases.put("video PROTOCOL VAST 1", imp -> imp.video().protocols().add(1));
        cases.put("video PROTOCOL wrappers only", imp -> imp.video().protocols().add(5));
        cases.put("video PROTOCOL vendor's", imp -> imp.video().protocols().add(502));
        cases.put("video DELIVERY download", imp -> imp.video().delivery().add(3));
        cases.put("video BITRATE low", imp -> imp.video().bitrates(1501, 0));
        cases.put("video BITRATE high", imp -> imp.video().bitrates(0, 399));
        cases.put("steady BITRATE unknown", imp -> imp.video().bitrates(1, 9_999));
        cases.put("video SIZE boxing", imp -> imp.video().size(1080, 1920).boxingallowed(false));
        cases.put("native NATIVE_ASSET", imp -> imp.nativeAssets().addData(2, true, 6, 0));
        cases.put("banner ADVERTISER itself", imp -> imp.request().badv().add(BlockKey.ofDomain("SHOP.ford.example")));
        cases.put("banner ADVERTISER parent", imp -> imp.request().badv().add(BlockKey.ofDomain("www.ford.example.")));
        cases.put("banner DEAL_ADVERTISER", imp -> imp.wadomain().add(BlockKey.ofDomain("other.example")));
        cases.put("video TAXONOMY", imp -> imp.request().bcat().add(BlockKey.of("IAB1")));
        cases.put("banner TAXONOMY", imp -> imp.request().cattax(6).bcat().add(BlockKey.of("IAB25")));
        cases.put("banner CATEGORY itself", imp -> imp.request().bcat().add(BlockKey.of("IAB8-18")));
        cases.put("banner CATEGORY parent", imp -> imp.request().bcat().add(BlockKey.of("iab8")));
        cases.put("banner CATEGORY second", imp -> imp.request().bcat().add(BlockKey.of("IAB1")));
        cases.put("video CATEGORY taxonomy 2", imp -> imp.request().cattax(2).bcat().add(BlockKey.of("210")));
        cases.put("banner CATEGORY_NOT_ALLOWED one of two", imp -> imp.request().acat().add(BlockKey.of("IAB8")));
        cases.put("banner APP", imp -> imp.request().bapp().add(BlockKey.of("com.foo.game")));
        cases.put("banner LANGUAGE", imp -> imp.request().wlang().add(BlockKey.of("en")));
        cases.put("banner LANGUAGE region", imp -> imp.request().wlang().add(BlockKey.of("pt-PT")));
        cases.put("banner LIST_TOO_LONG", imp -> {
            for (int i = 0; i <= RequestRestrictions.MAX_BLOCKED; i++) {
                imp.request().badv().add(BlockKey.ofDomain("d" + i + ".example"));
            }
        });
        return cases;
    }

    @TestFactory
    Stream<DynamicTest> shouldRejectForItsOwnReasonOnly() {
        return rejecting().entrySet().stream().map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
            final String[] words = entry.getKey().split(" ");
            final CreativeRejection expected = CreativeRejection.valueOf(words[1]);
            assertEquals(expected, check(words[0], entry.getValue()));
            assertTrue(!expected.words().isEmpty());
        }));
    }

    @Test
    void shouldHaveACaseForEveryReason() {
        final Set<CreativeRejection> covered = EnumSet.of(CreativeRejection.NONE);
        rejecting().keySet().forEach(name -> covered.add(CreativeRejection.valueOf(name.split(" ")[1])));
        assertEquals(EnumSet.allOf(CreativeRejection.class), covered);
    }

    private static Map<String, Consumer<ImpRestrictions>> harmless() {
        final Map<String, Consumer<ImpRestrictions>> cases = new LinkedHashMap<>();
        cases.put("script secure", imp -> imp.secure(true));
        cases.put("banner other attributes", imp -> {
            imp.banner().battr().add(4);
            imp.banner().battr().add(502);
            imp.banner().battr().add(-1);
            imp.video().battr().add(3);
        });
        cases.put("banner w and h", imp -> {
            imp.banner().clear();
            imp.banner().present().size(300, 250).pos(3).api().add(5);
        });
        cases.put("banner ratio", imp -> {
            imp.banner().clear();
            imp.banner().present().format(0, 0, 6, 5, 300).pos(1).api().add(5);
        });
        cases.put("banner mime image/jpg", imp -> imp.banner().mimes().add(BlockKey.ofMime("image/jpg")));
        cases.put("banner other types", imp -> imp.banner().btype(1).btype(3).btype(4).btype(0).btype(-1).btype(99));
        cases.put("steady not skippable", imp -> imp.video().skip(0, 0, 0));
        cases.put("video skip bounds", imp -> imp.video().skip(1, 19, 5));
        cases.put("video duration bounds", imp -> imp.video().durations(20, 20));
        cases.put("video extended", imp -> imp.video().durations(0, 15).maxextended(5));
        cases.put("video extended without limit", imp -> imp.video().durations(0, 1).maxextended(-1));
        cases.put("video exact", imp -> imp.video().rqddur(15).rqddur(20));
        cases.put("video pod", imp -> imp.video().poddur(20));
        cases.put("video ratio of one file", imp -> imp.video().size(1920, 1080).boxingallowed(false));
        cases.put("banner other advertisers", imp -> {
            imp.request().badv().add(BlockKey.ofDomain("example"));
            imp.request().badv().add(BlockKey.ofDomain("x.shop.ford.example"));
            imp.request().badv().add(BlockKey.ofDomain("afford.example"));
        });
        cases.put("banner deal", imp -> imp.wadomain().add(BlockKey.ofDomain("ford.example")));
        cases.put("banner other categories", imp -> {
            imp.request().bcat().add(BlockKey.of("IAB8-1"));
            imp.request().bcat().add(BlockKey.of("IAB25"));
            imp.request().bcat().add(BlockKey.of("IAB1-1"));
        });
        cases.put("banner allowed categories", imp -> {
            imp.request().acat().add(BlockKey.of("IAB8"));
            imp.request().acat().add(BlockKey.of("IAB1"));
        });
        cases.put("banner other apps", imp -> imp.request().bapp().add(BlockKey.of("com.foo.gam")));
        cases.put("video no app", imp -> imp.request().bapp().add(BlockKey.of("")));
        cases.put("banner language", imp -> imp.request().wlang().add(BlockKey.of("pt")));
        cases.put("banner language and region", imp -> imp.request().wlang().add(BlockKey.of("PT-br")));
        cases.put("script no language", imp -> imp.request().wlang().add(BlockKey.of("de")));
        return cases;
    }

    @TestFactory
    Stream<DynamicTest> shouldNotRejectItsNeighbours() {
        return harmless().entrySet().stream().map(entry -> DynamicTest.dynamicTest(entry.getKey(), () ->
            assertEquals(CreativeRejection.NONE, check(entry.getKey().split(" ")[0], entry.getValue()))));
    }

    @Test
    void shouldNameOnlyTheFilesThatAreTaken() {
        assertEquals(CreativeRejection.NONE, check("video", imp -> { }));
        assertEquals(0b11, filter.files());
        assertEquals(13, filter.protocol());
        check("video", imp -> imp.video().mimes().add(BlockKey.ofMime("video/mp4; codecs=\"avc1\"")));
        assertEquals(0b01, filter.files());
        check("video", imp -> imp.video().delivery().add(1));
        assertEquals(0b10, filter.files());
        check("video", imp -> imp.video().bitrates(0, 1_000));
        assertEquals(0b10, filter.files());
        check("video", imp -> {
            imp.video().protocols().add(2);
            imp.video().protocols().add(3);
            imp.video().protocols().add(5);
        });
        assertEquals(3, filter.protocol());
        check("banner", imp -> { });
        assertEquals(CreativeMarkup.ALL_FILES, filter.files());
        assertEquals(0, filter.protocol());
    }

    @Test
    void shouldKeepKeysLikeASet() {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        final KeySet keys = new KeySet(500);
        for (int round = 0; round < 200; round++) {
            keys.clear();
            final Set<Long> oracle = new HashSet<>();
            final int bound = 1 + random.nextInt(900);
            for (int i = 0; i < random.nextInt(600); i++) {
                final long key = (long) random.nextInt(bound) << random.nextInt(3) * 20;
                final boolean added = keys.add(key);
                if (added) {
                    oracle.add(key);
                } else {
                    assertEquals(500, oracle.size(), "seed " + seed);
                }
            }
            for (int key = 0; key < bound; key++) {
                assertEquals(oracle.contains((long) key), keys.contains(key), "seed " + seed);
            }
            assertEquals(oracle.isEmpty(), keys.isEmpty());
        }
    }

    @Test
    void shouldMakeKeysOfNormalForms() {
        assertEquals(BlockKey.ofDomain("ford.com"), BlockKey.ofDomain("WWW.Ford.com."));
        assertNotEquals(BlockKey.ofDomain("ford.com"), BlockKey.ofDomain("www2.ford.com"));
        assertEquals(BlockKey.ofMime("image/jpeg"), BlockKey.ofMime("Image/JPG ; q=1"));
        assertNotEquals(BlockKey.ofMime("image/jpeg"), BlockKey.ofMime("image/png"));
        assertNotEquals(BlockKey.NONE, BlockKey.of(""));
        final Set<Long> keys = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            keys.add(BlockKey.of("d" + i));
        }
        assertEquals(100_000, keys.size());
    }
}
