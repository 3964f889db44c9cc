package io.opportune.engine.feature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import io.opportune.engine.catalogue.CountedCap;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.profile.CapWindow;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.ProfileUpdates;
import io.opportune.engine.targeting.Situation;
import io.opportune.protocol.Consent;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is encoded in which situation, and what abstains for age, weakness, consent or because it is a gift. */
@Timeout(60)
class FeatureEncoderTest {
    @TempDir
    private Path folder;

    private Scene scene;
    private Situation situation;

    @BeforeEach
    void openTheShop() throws IOException {
        scene = new Scene(folder);
    }

    private static void assertHas(final List<String> lines, final String... wanted) {
        for (final String line : wanted) {
            assertTrue(lines.contains(line), () -> "no " + line + " in " + lines);
        }
    }

    private static void assertLacks(final List<String> lines, final String... features) {
        for (final String feature : features) {
            assertTrue(lines.stream().noneMatch(line -> line.startsWith(feature + " ")),
                () -> feature + " is in " + lines);
        }
    }

    private static Set<String> names(final List<String> lines) {
        final Set<String> names = new HashSet<>();
        lines.forEach(line -> names.add(line.substring(0, line.indexOf(' '))));
        return names;
    }

    @Test
    void shouldEncodeMomentAndPlaceInTheStoresZone() {
        final List<String> lines = scene.context();
        assertHas(lines, "moment.type = basket_update", "moment.channel = till", "moment.intent = buying",
            "moment.type_on_channel = basket_update on till", "moment.hour = 17", "moment.day_of_week = 2",
            "moment.part_of_day = afternoon", "moment.part_of_week = afternoon of a weekday", "moment.month = 11",
            "moment.third_of_month = second", "place.placement = checkout", "place.store = 309",
            "place.region = from latitude 40.0, longitude -74.5");
        scene.timeNs += 4 * Scene.DAY_NS;
        assertHas(scene.context(), "moment.part_of_week = afternoon of a weekend");
        scene.store = null;
        scene.intent = Intent.UNKNOWN;
        final List<String> nowhere = scene.context();
        assertHas(nowhere, "moment.hour = 22", "moment.part_of_day = evening");
        assertLacks(nowhere, "place.store", "place.region", "moment.intent");
    }

    @Test
    void shouldNeverTellMoreThanACellOfThePosition() {
        scene.store = "310";
        scene.latitudeE7 = 525_200_000;
        scene.longitudeE7 = 134_000_000;
        assertLacks(scene.context(), "place.region");
        ProfileUpdates.grantConsent(scene.profile, Consent.LOCATION);
        final List<String> lines = scene.context();
        assertHas(lines, "place.region = from latitude 52.5, longitude 13.0");
        scene.latitudeE7 += 3_000_000;
        scene.longitudeE7 += 500_000;
        assertEquals(lines, scene.context(), "all positions of a cell are the same");
    }

    @Test
    void shouldEncodeTheBasket() {
        assertLacks(scene.context(), "basket.lines", "basket.amount", "basket.top_category");
        scene.inBasket("MILK", 1, 1.0).inBasket("MILK", 2, 1.5).inBasket("WINE", 3, 9.0).inBasket(null, 4, 0.5);
        assertHas(scene.context(), "basket.lines = 4 to 5", "basket.amount = USD from 12.00", "basket.category = MILK",
            "basket.category = WINE", "basket.top_category = WINE");
        scene.inBasket("CHEESE", 5, 9.0).inBasket("SOAP", 6, 9.0);
        assertLacks(scene.context(), "basket.top_category");
    }

    @Test
    void shouldTellHowWellACustomerIsKnown() {
        assertHas(scene.context(), "customer.state = cold", "customer.visits_30d = 0");
        scene.visit(0).visit(2).visit(9);
        assertHas(scene.context(), "customer.state = warm", "customer.visits_7d = 2", "customer.visits_30d = 3",
            "customer.visits_60d = 3", "customer.days_since_visit = 0", "customer.last_channel = app",
            "customer.same_store = no");
        scene.visit(20);
        assertHas(scene.context(), "customer.state = regular");
        scene.timeNs += 61 * Scene.DAY_NS;
        final List<String> lapsed = scene.context();
        assertHas(lapsed, "customer.state = lapsed", "customer.visits_60d = 0", "customer.same_store = no");
        assertLacks(lapsed, "customer.last_channel");
        scene.timeNs += 120 * Scene.DAY_NS;
        assertLacks(scene.context(), "customer.same_store");
        scene.isKnown = false;
        final List<String> stranger = scene.context();
        assertHas(stranger, "customer.state = anonymous");
        assertEquals(Set.of("customer.state"), customerNames(stranger));
    }

    private static Set<String> customerNames(final List<String> lines) {
        final Set<String> names = names(lines);
        names.removeIf(name -> !name.startsWith("customer."));
        return names;
    }

    @Test
    void shouldAbstainFromWindowsThatAYoungProfileCannotFill() throws IOException {
        scene.stored.setMemory(0, ProfileFlyweight.LENGTH_BYTES, (byte) 0);
        ProfileUpdates.grantConsent(scene.profile, Consent.PERSONALISATION | Consent.PURCHASE_HISTORY);
        ProfileUpdates.markApplied(scene.profile, 1, Scene.NOW_NS - 14 * Scene.DAY_NS);
        scene.visit(14).visit(1);
        assertLacks(scene.context(), "customer.visits_30d", "customer.visits_60d");
        scene.timeNs += Scene.DAY_NS;
        assertHas(scene.context(), "customer.visits_30d = 2");
        assertLacks(scene.context(), "customer.visits_60d");
        scene.timeNs += 15 * Scene.DAY_NS;
        assertHas(scene.context(), "customer.visits_60d = 2");
    }

    @Test
    void shouldEncodeSegmentsAndAttributesUntilTheProfileIsStale() {
        ProfileUpdates.addSegment(scene.profile, scene.id(NameKind.SEGMENT, "allotment"));
        putAttribute("customer.tier", AttributeType.TEXT, scene.id(NameKind.ATTRIBUTE_VALUE, "gold"));
        putAttribute("customer.children", AttributeType.INTEGER, 3);
        putAttribute("customer.member_since", AttributeType.TIME_EPOCH_NS, Scene.NOW_NS - 100 * Scene.DAY_NS);
        putAttribute("customer.card_fee", AttributeType.DECIMAL_MICROS, 1_500_000);
        scene.attribute("request.weather", "rain").attribute("request.site_cat", "IAB1")
            .attribute("request.site_cat", "IAB2").attribute("request.device_sua_mobile", AttributeType.BOOLEAN, 1)
            .attribute("request.id", "6D92078A");
        final List<String> lines = scene.context();
        assertHas(lines, "customer.segment = allotment", "customer.tier = gold",
            "customer.children = 3", "customer.member_since = 96 to 127 days ago", "customer.card_fee = from 1.024",
            "request.weather = rain", "request.site_cat = IAB1", "request.site_cat = IAB2",
            "request.device_sua_mobile = yes");
        assertLacks(lines, "request.id");
        scene.timeNs += 366 * Scene.DAY_NS;
        final List<String> stale = scene.context();
        assertHas(stale, "request.weather = rain");
        assertLacks(stale, "customer.segment", "customer.tier", "customer.children", "customer.card_fee");
        scene.attribute("customer.children", AttributeType.INTEGER, 200);
        scene.isKnown = false;
        assertHas(scene.context(), "customer.children = 192 to 255");
    }

    private void putAttribute(final String name, final AttributeType type, final long value) {
        ProfileUpdates.setAttribute(scene.profile, scene.id(NameKind.ATTRIBUTE, name), type.value(), value);
    }

    @Test
    void shouldAbstainFromTextsThatNobodyKnows() {
        scene.attribute("request.weather", AttributeType.TEXT, -1);
        assertLacks(scene.context(), "request.weather");
    }

    @Test
    void shouldEncodePurchasesByCategoryAndInAll() {
        scene.bought("MILK", 1001, 70, 2).bought("MILK", 1001, 12, 2).bought("MILK", 1001, 4, 2)
            .bought("WINE", 7, 4, 20);
        final List<String> lines = scene.context();
        assertHas(lines, "customer.days_since_purchase = MILK 4 to 5", "customer.purchases_90d = MILK 3",
            "customer.days_since_any_purchase = 4 to 5", "customer.top_category = MILK",
            "customer.purchases_30d = WINE 1", "customer.all_spend_90d = from 24.00");
        assertLacks(lines.stream().filter(line -> line.contains("WINE")).toList(), "customer.purchases_90d",
            "customer.spend_90d");
        for (final String category : List.of("BREAD", "CHEESE", "SOAP", "SALT")) {
            scene.bought(category, 9, 3, 1);
        }
        final List<String> full = scene.context();
        assertHas(full, "customer.days_since_purchase = SALT 3");
        assertLacks(full, "customer.all_purchases_30d", "customer.all_spend_90d");
        scene.timeNs += 130 * Scene.DAY_NS;
        final List<String> stale = scene.context();
        assertLacks(stale, "customer.days_since_purchase", "customer.purchases_30d", "customer.purchases_90d",
            "customer.spend_90d", "customer.top_category");
        assertHas(stale, "customer.days_since_any_purchase = 128 to 191");
    }

    @Test
    void shouldNotNameAFavouriteOfTwoOrOfTooFew() {
        scene.bought("MILK", 1, 5, 1).bought("MILK", 1, 3, 1);
        assertLacks(scene.context(), "customer.top_category");
        scene.bought("MILK", 1, 2, 1);
        assertHas(scene.context(), "customer.top_category = MILK");
        scene.bought("WINE", 2, 2, 1).bought("WINE", 2, 2, 1).bought("WINE", 2, 2, 1);
        assertLacks(scene.context(), "customer.top_category");
    }

    @Test
    void shouldNotTakeAGiftForATaste() {
        scene.bought("MILK", 1001, 20, 2).bought("MILK", 1001, 13, 2).bought("MILK", 1001, 6, 2);
        final Set<String> before = names(scene.context());
        final Set<String> pairBefore = names(scene.pair("milk"));
        scene.intent = Intent.GIFT;
        final Set<String> gift = names(scene.context());
        final Set<String> pairGift = names(scene.pair("milk"));
        assertTrue(before.stream().anyMatch(name -> FeatureCatalogue.find(name).isTaste()));
        assertTrue(pairBefore.stream().anyMatch(name -> FeatureCatalogue.find(name).isTaste()));
        before.removeIf(name -> FeatureCatalogue.find(name).isTaste());
        pairBefore.removeIf(name -> FeatureCatalogue.find(name).isTaste());
        assertEquals(before, gift, "a gift takes away what is taste and nothing else");
        assertEquals(pairBefore, pairGift);
    }

    @Test
    void shouldEncodeWhatConsentCoversAndNothingElse() {
        scene.bought("MILK", 1001, 20, 2).bought("MILK", 1001, 13, 2).bought("MILK", 1001, 6, 2);
        ProfileUpdates.addSegment(scene.profile, scene.id(NameKind.SEGMENT, "allotment"));
        putAttribute("customer.children", AttributeType.INTEGER, 3);
        // The bit alone, so that what was bought is still there: the encoder itself must not look.
        scene.stored.putInt(4, Consent.PERSONALISATION);
        final Set<String> personal = names(scene.context());
        assertTrue(personal.contains("customer.segment") && personal.contains("customer.visits_7d"));
        personal.retainAll(FeatureCatalogue.features().stream().filter(Feature::isTaste).map(Feature::featureName)
            .toList());
        assertEquals(Set.of(), personal);
        assertLacks(scene.pair("milk"), "pair.category_purchases", "pair.category_due", "pair.days_since_item");
        scene.stored.putInt(4, Consent.PURCHASE_HISTORY);
        final List<String> refused = scene.context();
        assertHas(refused, "customer.state = unknown");
        assertEquals(Set.of("customer.state"), customerNames(refused));
    }

    @Test
    void shouldKnowNobodyInAnAuctionWithoutConsentToAdvertisingElsewhere() {
        scene.bought("MILK", 1001, 6, 2);
        ProfileUpdates.addSegment(scene.profile, scene.id(NameKind.SEGMENT, "allotment"));
        putAttribute("customer.children", AttributeType.INTEGER, 3);
        scene.channel = Channel.AD_EXCHANGE;
        scene.moment = Moment.AD_REQUEST;
        scene.attribute("request.weather", "rain");
        final List<String> lines = scene.context();
        assertHas(lines, "customer.state = unknown", "request.weather = rain", "moment.channel = ad_exchange");
        assertEquals(Set.of("customer.state"), customerNames(lines));
        assertEquals(Set.of("offer.discount"), names(scene.pair("milk")));
        ProfileUpdates.grantConsent(scene.profile, Consent.THIRD_PARTY_ADVERTISING);
        assertHas(scene.context(), "customer.segment = allotment", "customer.children = 3");
    }

    @Test
    void shouldSayHowDueARegularPurchaseIs() {
        for (int day = 80; day >= 3; day -= 7) {
            scene.bought("MILK", 1001, day, 2);
        }
        assertHas(scene.pair("milk"), "pair.category_due = 0.25 of the interval", "pair.days_since_category = 3",
            "pair.item_due = 0.25 of the interval", "pair.days_since_item = 3", "pair.category_purchases = 12 to 15",
            "offer.discount = percent off from 7.68 %");
        scene.timeNs += 4 * Scene.DAY_NS;
        assertHas(scene.pair("milk"), "pair.category_due = 1.0 of the interval");
        scene.timeNs += 7 * Scene.DAY_NS;
        assertHas(scene.pair("milk"), "pair.category_due = at least 2.0 of the interval");
        scene.timeNs += 120 * Scene.DAY_NS;
        final List<String> stale = scene.pair("milk");
        assertLacks(stale, "pair.category_due", "pair.item_due", "pair.days_since_item", "pair.days_since_category");
        assertHas(stale, "pair.category_purchases = 0");
        assertHas(scene.pair("bread"), "pair.category_purchases = 0", "offer.discount = none");
    }

    @Test
    void shouldNotTakeSeveralLinesOfOneTripForAnInterval() {
        for (int line = 0; line < 6; line++) {
            scene.bought("MILK", 1001 + line, 3, 2);
        }
        final List<String> lines = scene.pair("milk");
        assertHas(lines, "pair.category_purchases = 6 to 7");
        assertLacks(lines, "pair.category_due", "pair.item_due");
    }

    @Test
    void shouldFindItemsBeyond32Bits() {
        scene.bought("SOAP", 9_000_000_000L, 10, 2);
        assertHas(scene.pair("milk"), "pair.days_since_item = 8 to 11");
    }

    @Test
    void shouldSayWhatIsInTheBasket() {
        assertLacks(scene.pair("milk"), "pair.in_basket");
        scene.inBasket("SOAP", 5, 1);
        assertHas(scene.pair("milk"), "pair.in_basket = nothing");
        scene.inBasket("BUTTER", 6, 1);
        assertHas(scene.pair("milk"), "pair.in_basket = category");
        scene.inBasket("BREAD", 1002, 1);
        assertHas(scene.pair("milk"), "pair.in_basket = item");
        assertHas(scene.pair("bread"), "pair.in_basket = category");
        scene.inBasket("SALT", 7, 1);
        assertHas(scene.pair("milk"), "pair.in_basket = item");
    }

    @Test
    void shouldCountWhatTheCustomerSawAndAnswered() {
        assertHas(scene.pair("milk"), "pair.exposures = 0 in week");
        assertLacks(scene.pair("milk"), "pair.accepts", "pair.declines");
        assertLacks(scene.pair("bread"), "pair.exposures");
        final CountedCap cap = scene.offer("milk").ownCaps()[1];
        for (int i = 0; i < 3; i++) {
            ProfileUpdates.count(scene.profile, Scene.NOW_NS, cap.key(), cap.cap().window(), 0, 0);
        }
        ProfileUpdates.recordAnswer(scene.profile, Scene.NOW_NS, scene.offer("milk").offerId(), true);
        assertHas(scene.pair("milk"), "pair.exposures = 3 in week", "pair.declines = 1", "pair.accepts = 0");
        assertLacks(scene.pair("bread"), "pair.declines");
        scene.timeNs += 91 * Scene.DAY_NS;
        final List<String> stale = scene.pair("milk");
        assertHas(stale, "pair.exposures = 0 in week");
        assertLacks(stale, "pair.accepts", "pair.declines");
    }

    @Test
    void shouldAbstainFromExposuresThatWereForgotten() {
        final Random random = new Random(7);
        while (scene.profile.countersUnknownUntilSecond() == 0) {
            ProfileUpdates.count(scene.profile, Scene.NOW_NS, random.nextInt(1 << 29),
                CapWindow.MONTH, 0, 0);
        }
        assertLacks(scene.pair("milk"), "pair.exposures");
    }

    @Test
    void shouldAskTheAffinityModelOnceARequestAndOncePerCandidate() {
        final int[] begun = {0};
        final float[] lift = {1.3f};
        final boolean[] hasProfile = {false};
        scene.encoder.affinity(new Affinity() {
            @Override
            public void begin(final Situation situation, final ProfileFlyweight profile, final int day) {
                begun[0]++;
                hasProfile[0] = profile != null;
            }

            @Override
            public float items(final Offer offer) {
                return lift[0];
            }

            @Override
            public float categories(final Offer offer) {
                return -lift[0] / 2;
            }
        });
        assertHas(scene.pair("milk"), "pair.item_affinity = lift of 2^1.0", "pair.category_affinity = lift of 2^-1.0");
        assertEquals(1, begun[0]);
        assertTrue(hasProfile[0]);
        lift[0] = -90;
        assertHas(scene.pair("milk"), "pair.item_affinity = lift of 2^-4.0");
        lift[0] = Float.POSITIVE_INFINITY;
        assertHas(scene.pair("milk"), "pair.item_affinity = lift of 2^8.0");
        lift[0] = Float.NaN;
        assertLacks(scene.pair("milk"), "pair.item_affinity", "pair.category_affinity");
        scene.intent = Intent.GIFT;
        scene.context();
        assertFalse(hasProfile[0], "a gift is no taste");
    }

    @Test
    void shouldEncodeTheSameAgainWhateverCameBetween() {
        final Random random = new Random(20_261_122);
        fill(random);
        scene.pair("milk");
        final FeatureVector context = new FeatureVector().copyFrom(scene.context);
        final FeatureVector pair = new FeatureVector().copyFrom(scene.pair);
        final Intent intent = scene.intent;
        scene.isKnown = false;
        scene.intent = Intent.GIFT;
        scene.timeNs += 5 * Scene.DAY_NS;
        scene.pair("bread");
        assertNotEquals(context.count(), scene.context.count());
        scene.isKnown = true;
        scene.intent = intent;
        scene.timeNs -= 5 * Scene.DAY_NS;
        scene.pair("milk");
        assertSame(context, scene.context);
        assertSame(pair, scene.pair);
    }

    private static void assertSame(final FeatureVector expected, final FeatureVector vector) {
        assertEquals(expected.count(), vector.count());
        for (int i = 0; i < vector.count(); i++) {
            assertEquals(expected.key(i), vector.key(i));
            assertEquals(expected.value(i), vector.value(i));
        }
    }

    private void fill(final Random random) {
        for (final String category : List.of("MILK", "BUTTER", "WINE", "SOAP")) {
            for (int i = 0; i < 5; i++) {
                scene.bought(category, 1000 + random.nextInt(10), random.nextInt(80), 1 + random.nextInt(9));
            }
        }
        ProfileUpdates.addSegment(scene.profile, scene.id(NameKind.SEGMENT, "allotment"));
        ProfileUpdates.addSegment(scene.profile, scene.id(NameKind.SEGMENT, "new_parent"));
        putAttribute("customer.children", AttributeType.INTEGER, 3);
        final CountedCap cap = scene.offer("milk").ownCaps()[1];
        ProfileUpdates.count(scene.profile, Scene.NOW_NS, cap.key(), cap.cap().window(), 0, 0);
        ProfileUpdates.recordAnswer(scene.profile, Scene.NOW_NS, scene.offer("milk").offerId(), false);
        scene.inBasket("MILK", 1001, 2).inBasket("WINE", 7, 9).attribute("request.weather", "rain");
    }

    @Test
    void shouldFitIntoAVectorAndHaveWordsForAll() {
        fill(new Random(1));
        final List<String> lines = scene.context();
        assertTrue(lines.size() > 30, "features: " + lines);
        assertEquals(0, scene.context.droppedCount());
        for (final String offer : List.of("milk", "bread")) {
            assertTrue(scene.pair(offer).stream().noneMatch(line -> line.startsWith("#")));
        }
        assertTrue(lines.stream().noneMatch(line -> line.startsWith("#")), lines::toString);
        assertEquals("#00000001", scene.text.of(1));
    }

    @Test
    void shouldAllocateNothing() {
        fill(new Random(2));
        scene.writeRequest();
        final Offer milk = scene.offer("milk");
        final Offer bread = scene.offer("bread");
        final int runs = 20_000;
        final int[] counted = {0};
        final long bytes = AllocationProbe.bytesOf(() -> {
            for (int i = 0; i < runs; i++) {
                scene.request.sbeRewind();
                final PairEncoder pairs = scene.encoder.encode(
                    scene.request, filled(), scene.customer, scene.timeNs, scene.context);
                pairs.encode(milk, scene.pair);
                counted[0] += scene.pair.count();
                pairs.encode(bread, scene.pair);
            }
        });
        assertTrue(counted[0] > runs * 5);
        assertTrue(bytes < runs / 20, bytes + " bytes in " + runs + " requests");
    }

    /** The situation, filled once: what fills it is not measured here. */
    private Situation filled() {
        if (situation == null) {
            situation = scene.fill();
        }
        return situation;
    }
}
