package io.opportune.engine.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.affinity.AffinityBuilder;
import io.opportune.engine.affinity.AffinityCandidates;
import io.opportune.engine.affinity.AffinityScorer;
import io.opportune.engine.affinity.AffinitySettings;
import io.opportune.engine.affinity.AffinityTable;
import io.opportune.engine.affinity.Basket;
import io.opportune.engine.affinity.OfferAffinities;
import io.opportune.engine.affinity.Ranking;
import io.opportune.engine.catalogue.AffinityUse;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.catalogue.Placement;
import io.opportune.engine.context.ContextStage;
import io.opportune.engine.context.Customer;
import io.opportune.engine.counters.StageTimers;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.targeting.AttributeSchema;
import io.opportune.engine.targeting.Situation;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.Moment;
import io.opportune.protocol.codec.NameKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Offers that affinities bring beside the best by prior, against a walk over all offers. */
class AffineCandidatesTest {
    private static final int OFFERS = 200;
    private static final int REQUESTS = 400;
    private static final int CANDIDATES = 4;
    /** Items in baskets, and as many more times three that are bought with them. */
    private static final int CUES = 6;
    private static final int FIRST_PROMOTED = 10;

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("opportune.test.seed", 20261122L);
    private final Random random = new Random(seed);
    private final RandomCatalogue made = new RandomCatalogue(random);
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
    private final DecisionRequestDecoder request = new DecisionRequestDecoder();
    private final Customer customer = new Customer();
    private final DecisionOutcome outcome = new DecisionOutcome();
    private final Deadline deadline = new Deadline(() -> 0);
    private final DecisionEngine engine = new DecisionEngine(() -> 0, new StageTimers(0));
    private final ContextStage context = new ContextStage();
    private Catalogue catalogue;
    private AffinityTable table;
    private OfferAffinities affinities;
    private Holds holds;
    private long timeNs;

    @BeforeEach
    void decideWithARandomCatalogue() throws Exception {
        // What is bought with each cue: three items, which one the more often.
        final AffinityBuilder builder = new AffinityBuilder(AffinitySettings.defaults().withShrinkage(5, 5));
        final Basket basket = new Basket();
        for (int i = 0; i < 3_000; i++) {
            final int cue = 1 + random.nextInt(CUES - 1);
            basket.clear().add(cue, 0);
            basket.add(FIRST_PROMOTED + 3 * cue + Math.min(random.nextInt(3), random.nextInt(3)), 0);
            builder.onBasket(0, 0, i, basket);
        }
        table = builder.build(1);
        catalogue = made.load(folder, made.parts()
            .replace("[till, app], offers: 3}", "[till, app], offers: 3, choice: {candidates: " + CANDIDATES
                + ", affinity: candidates, per_category: 32, policy: epsilon, epsilon: 1}}")
            .replace("[app], offers: 2}", "[app], offers: 2, choice: {candidates: " + CANDIDATES
                + ", affinity: off, per_category: 32, policy: epsilon, epsilon: 1}}"),
            IntStream.range(0, OFFERS).mapToObj(i -> made.offer("offer-" + i).replaceFirst("    campaign:",
                "    promotes: {items: [" + (FIRST_PROMOTED + random.nextInt(3 * CUES)) + "]}\n    lever: "
                    + random.nextInt(6) + "\n    campaign:")).toList());
        holds = made.holds(catalogue);
        affinities = OfferAffinities.wanted(table, catalogue);
        engine.use(ShardCatalogue.first(
            new FreeOffers(new OfferOrder(catalogue), holds, affinities), made.timeNs()));
        context.prepare(catalogue);
        customer.anonymous();
        deadline.afterScoring(Integer.MAX_VALUE);
    }

    @Test
    void shouldCompareThemWithTheBestByPriorWhetherExplainedOrSearched() {
        int brought = 0;
        for (int i = 0; i < REQUESTS; i++) {
            final List<List<Integer>> slates = new ArrayList<>();
            for (final boolean explain : new boolean[] {false, true}) {
                encode(new Random(seed + i), explain);
                final List<Offer> best = new ArrayList<>();
                final List<Offer> contenders = contenders(best);
                final int places = catalogue.placement(request.placementId()).offerCount();
                engine.drawBy(seed, i);
                engine.decide(request, customer, timeNs, deadline, outcome);
                final List<Integer> slate =
                    IntStream.range(0, outcome.offerCount()).mapToObj(outcome::offerIndex).toList();
                final String which = "seed " + seed + ", request " + i + ", explained " + explain;
                assertEquals(Math.min(places, contenders.size()), slate.stream().distinct().count(), which);
                assertTrue(contenders.containsAll(slate.stream().map(catalogue::offer).toList()), which);
                slates.add(slate);
                if (explain) {
                    assertEquals(OFFERS, outcome.offerCount() + outcome.explanationCount(),
                        "each offer is chosen or says why not");
                } else {
                    assertEquals(contenders.size(), outcome.matched(), "seed " + seed + ", request " + i);
                }
                brought += (int) slate.stream().map(catalogue::offer).filter(offer -> !best.contains(offer)).count();
            }
            assertEquals(slates.get(0), slates.get(1), "seed " + seed + ", request " + i);
        }
        assertTrue(brought > REQUESTS / 10, brought + " offers made that only affinities brought");
    }

    private static double score(final Offer offer) {
        return offer.valueMicros() * offer.propensity() * offer.lever();
    }

    /** The best by prior, and those that affinities bring, by asking of each offer whether it may be made. */
    private List<Offer> contenders(final List<Offer> best) {
        final Placement placement = catalogue.placement(request.placementId());
        final Situation situation = context.fill(request, catalogue, placement, customer, timeNs);
        final List<Offer> possible = IntStream.range(0, OFFERS).mapToObj(catalogue::offer)
            .filter(offer -> Policy.notMadeIn(offer, placement, request.channel()) == null
                && offer.isInFlight(timeNs) && holds.reasonOf(offer) == null && offer.rule().root().holds(situation))
            .sorted(Comparator.comparingDouble((Offer offer) -> -score(offer))
                .thenComparingInt(Offer::offerIndex))
            .toList();
        best.addAll(possible.subList(0, Math.min(CANDIDATES, possible.size())));
        final List<Offer> contenders = new ArrayList<>(best);
        if (placement.choice().affinity() == AffinityUse.CANDIDATES) {
            final AffinityScorer scorer = new AffinityScorer(table, affinities);
            scorer.begin(AffinityUse.CANDIDATES, ProfileFlyweight.dayOf(timeNs));
            for (int i = situation.size(AttributeSchema.BASKET_ITEMS) - 1; i >= 0; i--) {
                scorer.basketLine(situation.element(AttributeSchema.BASKET_ITEMS, i), 0);
            }
            scorer.ready();
            final Ranking affine = new AffinityCandidates(scorer, ShardAffinity.MOST_LOOKED_AT).find();
            for (int i = 0; i < affine.count(); i++) {
                final Offer offer = catalogue.offer(affine.index(i));
                if (possible.contains(offer) && !best.contains(offer)
                    && contenders.size() < CANDIDATES + ShardAffinity.MOST_ADDED) {
                    contenders.add(offer);
                }
            }
        }
        request.sbeRewind();
        return contenders;
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
            lines.next().itemId(chance.nextInt(CUES)).categoryId(0).quantityMilli(1000).amountMicros(1).currency(0);
        }
        encoder.attributesCount(1)
            .next().attributeId(catalogue.schema().attribute("request.text").attributeId())
            .valueType(AttributeType.TEXT)
            .value(made.registry().find(NameKind.ATTRIBUTE_VALUE, "v" + chance.nextInt(4)));
        encoder.attributeTextsCount(0);
        encoder.putCustomerId(new byte[0], 0, 0).putRestrictions(new byte[0], 0, 0);
        request.wrapAndApplyHeader(buffer, 0, new MessageHeaderDecoder());
    }
}
