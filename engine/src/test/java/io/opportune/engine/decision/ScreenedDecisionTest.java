package io.opportune.engine.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.AllocationProbe;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CatalogueLoader;
import io.opportune.engine.catalogue.Creative;
import io.opportune.engine.catalogue.LoadResult;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.context.Customer;
import io.opportune.engine.counters.StageTimers;
import io.opportune.engine.experiment.ControlGroups;
import io.opportune.engine.markup.MarkupSet;
import io.opportune.engine.markup.MarkupSettings;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.screening.CreativeFilter;
import io.opportune.engine.screening.CreativeRejection;
import io.opportune.engine.screening.ImpRestrictions;
import io.opportune.engine.screening.RandomRestrictions;
import io.opportune.engine.screening.RequestRestrictions;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an auctioned impression is offered, against a walk over all offers and all their creatives. */
class ScreenedDecisionTest {
    private static final int OFFERS = 200;
    private static final int REQUESTS = 600;
    private static final long TIME_NS = 1_790_000_000_000_000_000L;
    private static final String[] DOMAINS = {"acme.example", "brew.example", "dairy.example", "shop.dairy.example"};
    private static final String[] CATEGORIES = {"IAB8", "IAB8-18", "IAB1", "IAB17"};
    private static final String[] SIZES = {"w: 300, h: 250", "w: 320, h: 50", "w: 728, h: 90", "w: 160, h: 600"};
    private static final byte[] NOTHING = {};

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("seed", 20261122L);
    private final Random random = new Random(seed);
    private final NameRegistry registry = new NameRegistry((kind, id, name) -> { });
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[16 * 1024]);
    private final UnsafeBuffer form = new UnsafeBuffer(new byte[ImpRestrictions.MAX_ENCODED_BYTES]);
    private final DecisionRequestDecoder request = new DecisionRequestDecoder();
    private final ImpRestrictions imp = new ImpRestrictions(new RequestRestrictions());
    private final CreativeFilter filter = new CreativeFilter();
    private final Customer customer = new Customer();
    private final DecisionOutcome outcome = new DecisionOutcome();
    private final Deadline deadline = new Deadline(() -> 0);
    private final DecisionEngine engine = new DecisionEngine(() -> 0, new StageTimers(0));
    private final ResponseEncoder encoder = new ResponseEncoder(() -> TIME_NS, () -> 0);
    private Catalogue catalogue;
    private MarkupSet markup;
    private int end;

    @BeforeEach
    void decideWithARandomCatalogue() throws Exception {
        final StringBuilder text = new StringBuilder("""
            advertisers:
              - {id: acme, name: Acme, adomain: [acme.example], cat: [IAB17], lang: en}
            campaigns:
              - {id: all, advertiser: acme, flights: [{start: 2020-01-01, end: 2036-01-01}], budget: {currency: USD}}
            placements:
              - {id: banner, channels: [ad_exchange], offers: 3}
              - {id: spare, channels: [ad_exchange], offers: 1, fallback: plain}
            offers:
              - id: plain
                campaign: all
                value: "9.00"
                propensity: 0.9
                channels: [ad_exchange]
                creatives: [{id: plain-all, channels: [ad_exchange], title: "No auction has me"}]
            """);
        for (int i = 1; i < OFFERS; i++) {
            text.append(offer(i));
        }
        Files.writeString(folder.resolve("all.yaml"), text);
        final LoadResult result = CatalogueLoader.load(folder, registry, CatalogueLoader.Previous.none());
        assertEquals(List.of(), result.errors());
        catalogue = result.catalogue();
        markup = MarkupSet.of(catalogue, MarkupSettings.of("https://bid.example", "opportune"), null);
        engine.prepare(new OfferOrder(catalogue));
        customer.anonymous();
    }

    private String offer(final int i) {
        final StringBuilder text = new StringBuilder("""
              - id: offer-%d
                campaign: all
                category: group-%d
                value: "%d.00"
                propensity: 0.%d
                channels: [ad_exchange]
                placements: [banner]
                targeting: '%s'
                creatives:
            """.formatted(i, random.nextInt(40), random.nextInt(4), 1 + random.nextInt(3),
                random.nextInt(3) == 0 ? "moment.hour > 24" : "moment.hour >= 0"));
        for (int j = random.nextInt(4); j >= 0; j--) {
            text.append("      - {id: creative-%d-%d, title: Take it, %s%s}\n".formatted(i, j, traits(), ad()));
        }
        return text.toString();
    }

    private String traits() {
        return (random.nextInt(3) == 0 ? "" : "adomain: [" + DOMAINS[random.nextInt(DOMAINS.length)] + "], ")
            + (random.nextBoolean() ? "" : "cat: [" + CATEGORIES[random.nextInt(CATEGORIES.length)] + "], ")
            + (random.nextInt(4) == 0 ? "lang: pt, " : "");
    }

    private String ad() {
        return switch (random.nextInt(8)) {
            case 0 -> "video: {duration: " + (random.nextBoolean() ? 15 : 30) + "s, media_files: "
                + "[{url: https://x.example/a.mp4, mime: video/mp4, w: 1280, h: 720, bitrate: 900}]}";
            case 1 -> "native: {titles: [Milk], click: https://x.example/, images: "
                + "[{type: main, url: https://x.example/m.png, w: 100, h: 100}]}";
            case 2 -> "banner: {" + SIZES[random.nextInt(SIZES.length)] + ", html: '<b>x</b>', click: "
                + "https://x.example/}";
            default -> "banner: {" + SIZES[random.nextInt(SIZES.length)] + ", image: http" + (random.nextBoolean()
                ? "s" : "") + "://x.example/a.jpg, click: https://x.example/, attr: [" + (1 + random.nextInt(17))
                + "]}";
        };
    }

    private void encode(final String placement, final boolean explain, final byte[] restrictions, final int length) {
        final DecisionRequestEncoder message = new DecisionRequestEncoder()
            .wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
            .correlationId(1).placementId(registry.find(NameKind.PLACEMENT, placement))
            .channel(Channel.AD_EXCHANGE).moment(Moment.AD_REQUEST).intent(Intent.UNKNOWN).storeId(0).currency(0)
            .offersWanted((short) 0)
            .latitudeE7(DecisionRequestEncoder.latitudeE7NullValue())
            .longitudeE7(DecisionRequestEncoder.longitudeE7NullValue());
        message.flags().clear().explain(explain);
        message.basketLinesCount(1).next().itemId(1).categoryId(0).quantityMilli(1).amountMicros(1).currency(0);
        message.attributesCount(0);
        message.attributeTextsCount(2).next().attributeId(1).text("x").next().attributeId(2).text("");
        message.putCustomerId(new byte[] {'a', 'b'}, 0, 2).putRestrictions(restrictions, 0, length);
        end = MessageHeaderEncoder.ENCODED_LENGTH + message.encodedLength();
        request.wrapAndApplyHeader(buffer, 0, new MessageHeaderDecoder());
    }

    private void encode(final String placement, final boolean explain) {
        RandomRestrictions.fill(random, imp, DOMAINS, CATEGORIES);
        encode(placement, explain, form.byteArray(), imp.encode(form, 0));
    }

    private void decide() {
        deadline.afterScoring(Integer.MAX_VALUE);
        engine.decide(request, customer, TIME_NS, deadline, outcome);
    }

    /** The first creative that passes, the reason of the one that came furthest; by markup and what was filled in. */
    private Object judged(final Offer offer) {
        CreativeRejection furthest = null;
        for (final Creative creative : offer.creatives()) {
            if (creative.ad() != null) {
                final CreativeRejection rejection = filter.check(markup.creative(creative.creativeId()), imp);
                if (rejection == CreativeRejection.NONE) {
                    return creative.creativeId();
                }
                furthest = furthest == null || rejection.ordinal() > furthest.ordinal() ? rejection : furthest;
            }
        }
        return furthest == null ? ReasonCode.NO_CREATIVE : furthest.reason();
    }

    private static boolean isMeant(final Offer offer) {
        return !offer.rule().text().contains("> 24");
    }

    /** The best, at most one of a category: offer id and creative id of each. */
    private List<List<Integer>> expected() {
        final List<Offer> possible = IntStream.range(0, catalogue.offerCount()).mapToObj(catalogue::offer)
            .filter(offer -> isMeant(offer) && judged(offer) instanceof Integer)
            .sorted(Comparator.comparingDouble((Offer offer) -> -offer.valueMicros() * offer.propensity())
                .thenComparingInt(Offer::offerIndex)).toList();
        final Set<Integer> categories = new HashSet<>();
        final List<List<Integer>> slate = new ArrayList<>();
        for (final Offer offer : possible) {
            if (slate.size() < 3 && categories.add(offer.categoryId())) {
                slate.add(List.of(offer.offerId(), (Integer) judged(offer)));
            }
        }
        return slate;
    }

    private DecisionResponseDecoder response() {
        encoder.encode(request, catalogue, outcome, 1, 1, TIME_NS, 0);
        return new DecisionResponseDecoder()
            .wrapAndApplyHeader(encoder.buffer(), Sofh.HEADER_LENGTH_BYTES, new MessageHeaderDecoder());
    }

    private List<List<Integer>> answered() {
        final List<List<Integer>> answered = new ArrayList<>();
        for (final DecisionResponseDecoder.OffersDecoder offer : response().offers()) {
            answered.add(List.of(offer.offerId(), offer.creativeId()));
        }
        return answered;
    }

    @Test
    void shouldOfferTheBestOfWhatTheImpressionTakesWithTheFirstCreativeThatFits() {
        int made = 0;
        int none = 0;
        int notTheFirst = 0;
        for (int i = 0; i < REQUESTS; i++) {
            final String where = "seed " + seed + ", request " + i;
            final boolean explain = i % 2 == 0;
            encode("banner", explain);
            final List<List<Integer>> expected = expected();
            decide();
            assertEquals(expected, answered(), where);
            assertEquals(expected.isEmpty() ? DecisionStatus.NO_OFFER : DecisionStatus.OFFERS, outcome.status(), where);
            if (explain) {
                assertExplained(where);
            }
            request.sbeRewind();
            decide();
            assertEquals(expected, answered(), "deciding again, " + where);
            made += expected.size();
            none += expected.isEmpty() ? 1 : 0;
            for (final List<Integer> one : expected) {
                final Offer offer = catalogue.offer(catalogue.offerIndexOf(one.getFirst()));
                notTheFirst += offer.creativeFor(Channel.AD_EXCHANGE).creativeId() == one.getLast() ? 0 : 1;
            }
        }
        assertTrue(made > REQUESTS / 2 && none > 10 && notTheFirst > 50,
            made + " made, " + none + " times none, " + notTheFirst + " not with the first: the test tells something");
    }

    private void assertExplained(final String where) {
        final Map<Integer, ReasonCode> explained = new HashMap<>();
        for (int i = 0; i < outcome.explanationCount(); i++) {
            explained.put(outcome.explainedOffer(i), outcome.explainedReason(i));
        }
        assertEquals(OFFERS, explained.size() + outcome.offerCount(), where);
        for (int i = 0; i < OFFERS; i++) {
            final Offer offer = catalogue.offer(i);
            if (!isMeant(offer)) {
                assertEquals(ReasonCode.TARGETING_MISMATCH, explained.get(i), where);
            } else if (judged(offer) instanceof ReasonCode reason) {
                assertEquals(reason, explained.get(i), where);
            }
        }
    }

    @Test
    void shouldTellOfEachCreativeWhyItWasNotTaken() {
        int told = 0;
        for (int i = 0; i < 20; i++) {
            encode("banner", false);
            decide();
            final int index = 1 + random.nextInt(OFFERS - 1);
            final Offer offer = catalogue.offer(index);
            request.wrapAndApplyHeader(buffer, 0, new MessageHeaderDecoder());
            final OfferInquiry.Finding finding = new OfferInquiry(registry)
                .find(request, catalogue, Holds.NONE, customer, TIME_NS, outcome, index);
            if (judged(offer) instanceof ReasonCode reason) {
                final OfferInquiry.Obstacle obstacle = finding.obstacles().getLast();
                assertEquals(reason, obstacle.reason());
                assertEquals(offer.creatives().stream().map(creative -> "creative " + creative.id() + ": "
                    + filter.check(markup.creative(creative.creativeId()), imp).words()).toList(), obstacle.lines());
                told++;
            } else {
                assertFalse(finding.obstacles().stream().anyMatch(obstacle -> !obstacle.lines().isEmpty()
                    && obstacle.lines().getFirst().startsWith("creative ")));
            }
        }
        assertTrue(told > 3);
    }

    @Test
    void shouldRestrictNothingWhereTheRequestSaysNothing() {
        encode("banner", false, NOTHING, 0);
        decide();
        assertEquals(catalogue.offer(0).offerId(), answered().getFirst().getFirst(), "the plain offer is the best");
        // As version 1 wrote it: nothing stands behind the customer id.
        buffer.putShort(6, (short) 1, java.nio.ByteOrder.LITTLE_ENDIAN);
        buffer.setMemory(end - Short.BYTES, 64, (byte) 0xEE);
        request.wrapAndApplyHeader(buffer, 0, new MessageHeaderDecoder());
        decide();
        assertEquals(catalogue.offer(0).offerId(), answered().getFirst().getFirst());
    }

    @Test
    void shouldOfferNothingWhereRestrictionsCannotBeRead() {
        for (final byte[] bytes : new byte[][] {{0}, {2, 0, 0}, {1}, {1, 0, 2, 0, 0, 0, 0, 0}}) {
            encode("banner", true, bytes, bytes.length);
            decide();
            assertEquals(DecisionStatus.NO_OFFER, outcome.status());
            assertEquals(ReasonCode.ALL_CANDIDATES_REJECTED, outcome.reason());
            final boolean unreadable = IntStream.range(0, outcome.explanationCount()).mapToObj(outcome::explainedReason)
                .allMatch(reason -> reason == ReasonCode.RESTRICTIONS_UNREADABLE
                    || reason == ReasonCode.TARGETING_MISMATCH);
            assertTrue(unreadable);
        }
    }

    @Test
    void shouldNotMakeAFallbackThatNobodyComparedWithTheImpression() {
        encode("spare", false, NOTHING, 0);
        final ImmediateAnswers answers = new ImmediateAnswers(encoder, () -> ControlGroups.NONE);
        answers.encode(request, catalogue, ReasonCode.SHED_ON_ENTRY, 0, 0, 0);
        final DecisionResponseDecoder answer = new DecisionResponseDecoder();
        answer.wrapAndApplyHeader(answers.buffer(), Sofh.HEADER_LENGTH_BYTES, new MessageHeaderDecoder());
        assertEquals(1, answer.offers().count());
        encode("spare", false);
        decide();
        assertEquals(DecisionStatus.NO_OFFER, outcome.status());
        assertEquals(List.of(), answered());
        answers.encode(request, catalogue, ReasonCode.SHED_ON_ENTRY, 0, 0, 0);
        answer.wrapAndApplyHeader(answers.buffer(), Sofh.HEADER_LENGTH_BYTES, new MessageHeaderDecoder());
        assertEquals(0, answer.offers().count());
    }

    @Test
    void shouldAllocateNothing() {
        encode("banner", false);
        final long least = AllocationProbe.bytesOf(() -> {
            for (int i = 0; i < 3_000; i++) {
                request.sbeRewind();
                decide();
                encoder.encode(request, catalogue, outcome, 1, 1, TIME_NS, 0);
            }
        });
        assertEquals(0, least, "bytes in 3,000 decisions with restrictions");
    }
}
