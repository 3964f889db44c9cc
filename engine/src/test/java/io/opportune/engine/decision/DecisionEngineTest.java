package io.opportune.engine.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.CountedCap;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.catalogue.Placement;
import io.opportune.engine.context.ContextStage;
import io.opportune.engine.context.Customer;
import io.opportune.engine.counters.StageTimers;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.ProfileUpdates;
import io.opportune.engine.targeting.Situation;
import io.opportune.protocol.Consent;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Decisions against a walk over all offers: explained, searched for the best, cut short and made again. */
class DecisionEngineTest {
    private static final int OFFERS = 250;
    private static final int REQUESTS = 400;

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("seed", 20261122L);
    private final Random random = new Random(seed);
    private final RandomCatalogue made = new RandomCatalogue(random);
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
    private final DecisionRequestDecoder request = new DecisionRequestDecoder();
    private final Customer customer = new Customer();
    private final UnsafeBuffer stored = new UnsafeBuffer(new byte[ProfileFlyweight.LENGTH_BYTES]);
    private final ProfileFlyweight profile = new ProfileFlyweight().wrap(stored, 0);
    private final DecisionOutcome outcome = new DecisionOutcome();
    /** Goes on by one with each reading. */
    private final long[] nowNs = new long[1];
    private final Deadline deadline = new Deadline(() -> nowNs[0]++);
    private final DecisionEngine engine = new DecisionEngine(() -> 0, new StageTimers(0));
    private final ContextStage context = new ContextStage();
    private Catalogue catalogue;
    private Holds holds;
    private long timeNs;

    @BeforeEach
    void decideWithARandomCatalogue() throws Exception {
        catalogue = made.load(folder, made.parts(),
            IntStream.range(0, OFFERS).mapToObj(i -> made.offer("offer-" + i)).toList());
        holds = made.holds(catalogue);
        engine.use(ShardCatalogue.first(new FreeOffers(new OfferOrder(catalogue), holds), made.timeNs()));
        context.prepare(catalogue);
        customer.anonymous();
    }

    @Test
    void shouldChooseTheBestOfAllThatMayBeMadeWhetherExplainedOrSearched() {
        int chosen = 0;
        for (int i = 0; i < REQUESTS; i++) {
            for (final boolean explain : new boolean[] {false, true}) {
                final Random same = new Random(seed + i);
                encode(same, explain);
                final List<Integer> expected = expectedSlate(offer -> true);
                deadline.afterScoring(Integer.MAX_VALUE);
                engine.decide(request, customer, timeNs, deadline, outcome);
                assertEquals(expected, chosen(), "seed " + seed + ", request " + i + ", explained " + explain);
                assertEquals(outcome.matched(), outcome.scored());
                assertEquals(expected.isEmpty() ? DecisionStatus.NO_OFFER : DecisionStatus.OFFERS, outcome.status());
                if (explain) {
                    assertEquals(OFFERS, outcome.offerCount() + outcome.explanationCount(),
                        "each offer is chosen or says why not");
                }
            }
            chosen += outcome.offerCount();
        }
        assertTrue(chosen > REQUESTS, chosen + " offers chosen: the test tells something");
    }

    @Test
    void shouldStopInTimeWithTheBestSoFarAndDoSoAgain() {
        int cut = 0;
        int late = 0;
        for (int i = 0; i < REQUESTS; i++) {
            final boolean explain = random.nextInt(3) == 0;
            encode(random, explain);
            // The clock is read once before the context, then before every sixteenth candidate.
            deadline.at(nowNs[0], nowNs[0] + 1 + random.nextInt(8));
            engine.decide(request, customer, timeNs, deadline, outcome);
            if (outcome.late()) {
                assertEquals(DecisionStatus.FALLBACK, outcome.status());
                assertEquals(0, outcome.offerCount());
                late++;
                continue;
            }
            if (outcome.scored() == outcome.matched()) {
                continue;
            }
            assertTrue(outcome.scored() > 0);
            if (outcome.offerCount() > 0) {
                assertEquals(ReasonCode.TRUNCATED_IN_SCORING, outcome.reason());
            }
            if (explain) {
                final int left = (int) IntStream.range(0, outcome.explanationCount())
                    .filter(one -> outcome.explainedReason(one) == ReasonCode.TRUNCATED_IN_SCORING).count();
                assertEquals(outcome.matched() - outcome.scored(), left);
            }
            cut++;
            final int matched = outcome.matched();
            final int scored = outcome.scored();
            final List<Integer> first = chosen();
            deadline.afterScoring(scored);
            request.sbeRewind();
            engine.decide(request, customer, timeNs, deadline, outcome);
            assertEquals(first, chosen(), "seed " + seed + ", request " + i);
            assertEquals(matched, outcome.matched());
            assertEquals(scored, outcome.scored());
        }
        assertTrue(cut > 20 && late > 20, cut + " cut short and " + late + " late: the test tells something");
    }

    @Test
    void shouldPassOverWhatACustomerHasSeenEnoughForThatCustomerOnly() {
        int spared = 0;
        for (int i = 0; i < REQUESTS; i++) {
            encode(random, false);
            final Set<Integer> seenEnough = aCustomerWhoHasSeenOffers();
            assertChosen(expectedSlate(offer -> !seenEnough.contains(offer.offerId())), i);
            final ReasonCode reason = outcome.reason();
            final List<Integer> withoutCaps = expectedSlate(offer -> true);
            if (!withoutCaps.equals(chosen())) {
                spared++;
            }
            encodeAgain(true);
            engine.decide(request, customer, timeNs, deadline, outcome);
            assertEquals(reason, outcome.reason(), "seed " + seed + ", request " + i + ", explained");

            customer.anonymous();
            encodeAgain(false);
            assertChosen(expectedSlate(offer -> true), i);
        }
        assertTrue(spared > REQUESTS / 8, spared + " slates without an offer seen enough: the test tells something");
    }

    private void assertChosen(final List<Integer> expected, final int i) {
        deadline.afterScoring(Integer.MAX_VALUE);
        engine.decide(request, customer, timeNs, deadline, outcome);
        assertEquals(expected, chosen(), "seed " + seed + ", request " + i);
        request.sbeRewind();
    }

    /** A customer with some offers in mind; the ids of those with two decisions in seven days or a recent "no". */
    private Set<Integer> aCustomerWhoHasSeenOffers() {
        stored.setMemory(0, ProfileFlyweight.LENGTH_BYTES, (byte) 0);
        ProfileUpdates.grantConsent(profile, Consent.PERSONALISATION);
        final Set<Integer> seenEnough = new HashSet<>();
        final Set<Integer> met = new HashSet<>();
        final List<Integer> best = expectedSlate(offer -> true);
        for (int slot = random.nextInt(ProfileFlyweight.MAX_ANSWERS + 1); slot > 0; slot--) {
            final boolean wouldWin = !best.isEmpty() && random.nextBoolean();
            final Offer offer = catalogue.offer(
                wouldWin ? best.get(random.nextInt(best.size())) : random.nextInt(OFFERS));
            if (!met.add(offer.offerId())) {
                continue;
            }
            int lately = 0;
            for (int daysAgo = 9; daysAgo >= 0; daysAgo -= 1 + random.nextInt(4)) {
                for (final CountedCap cap : offer.ownCaps()) {
                    ProfileUpdates.count(profile, timeNs - daysAgo * RandomCatalogue.DAY_NS, cap.key(),
                        cap.cap().window(), cap.days(), 0);
                }
                lately += daysAgo < 7 ? 1 : 0;
            }
            final int declined = random.nextInt(4) == 0 ? random.nextInt(12) : Integer.MAX_VALUE;
            if (declined < Integer.MAX_VALUE) {
                ProfileUpdates.recordAnswer(
                    profile, timeNs - declined * RandomCatalogue.DAY_NS, offer.offerId(), true);
            }
            if (declined < Policy.DECLINE_REST_DAYS || !offer.caps().isEmpty() && lately >= 2) {
                seenEnough.add(offer.offerId());
            }
        }
        customer.identified(profile);
        return seenEnough;
    }

    @Test
    void shouldRefuseToDecideWithoutACatalogue() {
        encode(random, false);
        final DecisionEngine empty = new DecisionEngine(() -> 0, new StageTimers(0));
        assertThrows(NullPointerException.class,
            () -> empty.decide(request, customer, timeNs, deadline, outcome));
    }

    private List<Integer> chosen() {
        return IntStream.range(0, outcome.offerCount()).mapToObj(outcome::offerIndex).toList();
    }

    /** The best that may be made, at most one of a category, equal scores in the order of the catalogue. */
    private List<Integer> expectedSlate(final Predicate<Offer> allowed) {
        final Placement placement = catalogue.placement(request.placementId());
        final Situation situation = context.fill(request, catalogue, placement, customer, timeNs);
        final List<Offer> possible = IntStream.range(0, OFFERS).mapToObj(catalogue::offer)
            .filter(offer -> Policy.notMadeIn(offer, placement, request.channel()) == null
                && allowed.test(offer) && offer.isInFlight(timeNs) && holds.reasonOf(offer) == null
                && offer.rule().root().holds(situation))
            .sorted(Comparator.comparingDouble((Offer offer) -> -offer.valueMicros() * offer.propensity())
                .thenComparingInt(Offer::offerIndex))
            .toList();
        // The decision reads the groups of the request once more.
        request.sbeRewind();
        final Set<Integer> categories = new HashSet<>();
        final List<Integer> slate = new ArrayList<>();
        for (final Offer offer : possible) {
            if (slate.size() < placement.offerCount() && categories.add(offer.categoryId())) {
                slate.add(offer.offerIndex());
            }
        }
        return slate;
    }

    /** The same request once more, explained or not. */
    private void encodeAgain(final boolean explain) {
        new DecisionRequestEncoder().wrap(buffer, MessageHeaderEncoder.ENCODED_LENGTH).flags().explain(explain);
        request.wrapAndApplyHeader(buffer, 0, new MessageHeaderDecoder());
    }

    private void encode(final Random chance, final boolean explain) {
        final Placement placement = catalogue.placements().get(chance.nextInt(2));
        timeNs = RandomCatalogue.FIRST_DAY * RandomCatalogue.DAY_NS
            + chance.nextLong(RandomCatalogue.DAYS * RandomCatalogue.DAY_NS);
        final DecisionRequestEncoder encoder = new DecisionRequestEncoder()
            .wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
            .correlationId(1).placementId(placement.placementId())
            .channel(placement.isOn(Channel.TILL) && chance.nextBoolean() ? Channel.TILL : Channel.APP)
            .moment(Moment.APP_OPEN).intent(Intent.BUYING).storeId(0).currency(0).offersWanted((short) 0)
            .latitudeE7(DecisionRequestEncoder.latitudeE7NullValue())
            .longitudeE7(DecisionRequestEncoder.longitudeE7NullValue());
        encoder.flags().clear().explain(explain);
        final DecisionRequestEncoder.BasketLinesEncoder lines = encoder.basketLinesCount(2);
        for (int line = 0; line < 2; line++) {
            lines.next().itemId(chance.nextInt(6)).categoryId(0).quantityMilli(1000).amountMicros(1).currency(0);
        }
        encoder.attributesCount(2)
            .next().attributeId(catalogue.schema().attribute("request.number").attributeId())
            .valueType(AttributeType.INTEGER).value(chance.nextInt(10))
            .next().attributeId(catalogue.schema().attribute("request.text").attributeId())
            .valueType(AttributeType.TEXT)
            .value(made.registry().find(NameKind.ATTRIBUTE_VALUE, "v" + chance.nextInt(4)));
        encoder.attributeTextsCount(0);
        encoder.putCustomerId(new byte[0], 0, 0).putRestrictions(new byte[0], 0, 0);
        request.wrapAndApplyHeader(buffer, 0, new MessageHeaderDecoder());
    }
}
