package io.opportune.engine.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.catalogue.Placement;
import io.opportune.engine.context.ContextStage;
import io.opportune.engine.context.Customer;
import io.opportune.engine.counters.StageTimers;
import io.opportune.engine.delivery.DeliveryGate;
import io.opportune.engine.delivery.RecordedGate;
import io.opportune.engine.journal.WithheldBlock;
import io.opportune.engine.targeting.Situation;
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
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which offers are compared: against a walk over all, with budgets that refuse some of them, and made again. */
class PreselectionTest {
    private static final int OFFERS = 220;
    private static final int REQUESTS = 150;
    private static final int CANDIDATES = 7;
    /** There are control groups, and nobody is in one. */
    private static final ControlCheck GROUPS_OF_OTHERS = new ControlCheck() {
        @Override
        public boolean exists() {
            return true;
        }

        @Override
        public boolean inGlobal() {
            return false;
        }

        @Override
        public boolean inCampaign(final int campaignId) {
            return false;
        }
    };

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
    private final Refusing gate = new Refusing();
    private Catalogue catalogue;
    private ShardCatalogue shard;
    private long timeNs;

    /** Refuses offers by chance, the same ones for the same request, and keeps what a journal would. */
    private static final class Refusing implements DeliveryGate {
        private final ExpandableArrayBuffer entries = new ExpandableArrayBuffer();
        private int lengthBytes;
        private int percent;
        private long salt;

        void begin(final int share, final long of) {
            percent = share;
            salt = of;
            lengthBytes = 0;
        }

        boolean refuses(final Offer offer) {
            return new Random(salt * 1_000_003 + offer.offerId()).nextInt(100) < percent;
        }

        @Override
        public ReasonCode heldBack(final Offer offer, final double score) {
            if (!refuses(offer)) {
                return null;
            }
            lengthBytes = WithheldBlock.put(entries, lengthBytes, offer.offerId(), ReasonCode.PACED.code());
            return ReasonCode.PACED;
        }

        @Override
        public boolean isFull() {
            return false;
        }
    }

    private void load(final String choice) throws Exception {
        catalogue = made.load(folder, made.parts()
            .replace("[till, app], offers: 3}", "[till, app], offers: 3" + choice + "}"),
            IntStream.range(0, OFFERS).mapToObj(i -> made.offer("offer-" + i).replaceFirst("    campaign:",
                "    priority: " + (random.nextInt(8) == 0 ? 1 + random.nextInt(2) : 0)
                    + "\n    lever: " + random.nextInt(4)
                    + "\n    weights: [{when: 'request.number > " + random.nextInt(12) + "', weight: "
                    + (random.nextInt(30) / 10.0) + "}]\n    campaign:")).toList());
        shard = ShardCatalogue.first(
            new FreeOffers(new OfferOrder(catalogue), Holds.NONE), made.timeNs());
        engine.use(shard);
        context.prepare(catalogue);
        customer.anonymous();
        deadline.afterScoring(Integer.MAX_VALUE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "policy: softmax | 0", "policy: epsilon, epsilon: 0.5, objective: conversions | 30",
        "policy: thompson, factors: [propensity, value] | 60", "factors: [value, lever] | 30",
        "policy: softmax, factors: [propensity, weight, value] | 80"})
    void shouldCompareTheBestByTierAndFormulaOfThoseThatMayBeServed(final String choice, final int refused)
        throws Exception {
        load(", choice: {candidates: " + CANDIDATES + ", per_category: 32, " + choice + "}");
        final RecordedGate recorded = new RecordedGate();
        int full = 0;
        int unlikeExpectedValue = 0;
        for (int i = 0; i < REQUESTS; i++) {
            for (final boolean explain : new boolean[] {false, true}) {
                final String which = "seed " + seed + ", request " + i + ", explained " + explain;
                encode(new Random(seed + i), explain, 0);
                gate.begin(refused, i);
                final List<Offer> expected = best(catalogue.placement(request.placementId()), true);
                engine.gate(gate);
                engine.drawBy(seed, i);
                engine.decide(request, customer, timeNs, deadline, outcome);
                assertEquals(names(expected), names(compared()), which);
                if (explain) {
                    assertEquals(OFFERS, outcome.offerCount() + outcome.explanationCount(), which);
                }
                final List<String> first = said();
                request.sbeRewind();
                recorded.wrap(gate.entries, 0, gate.lengthBytes);
                engine.gate(recorded);
                engine.drawBy(seed, i);
                engine.decide(request, customer, timeNs, deadline, outcome);
                assertEquals(first, said(), which);
                full += expected.size() == CANDIDATES ? 1 : 0;
                unlikeExpectedValue +=
                    expected.equals(best(catalogue.placement(request.placementId()), false)) ? 0 : 1;
            }
        }
        assertTrue(full > REQUESTS / 8, full + " decisions had more candidates than are compared");
        assertTrue(unlikeExpectedValue > REQUESTS / 4, unlikeExpectedValue + " by more than expected value");
    }

    /** Whose turn it would be by expected value have no budget: others are made, whatever chooses. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'' | false", "'' | true", "', choice: {policy: thompson}' | true", "', choice: {candidates: 1}' | false"})
    void shouldMakeOthersWhereTheBestHaveNoBudget(final String choice, final boolean groups) throws Exception {
        load(choice);
        engine.control(groups ? GROUPS_OF_OTHERS : ControlCheck.NONE);
        int made = 0;
        for (int i = 0; i < REQUESTS; i++) {
            encode(new Random(seed + i), false, 0);
            gate.begin(0, i);
            final Placement placement = catalogue.placement(request.placementId());
            final List<Offer> all = possible(placement);
            // All but the least.
            final int last = all.isEmpty() ? 0 : all.getLast().offerId();
            engine.gate(new DeliveryGate() {
                @Override
                public ReasonCode heldBack(final Offer offer, final double score) {
                    return offer.offerId() == last ? null : ReasonCode.BUDGET_EXHAUSTED;
                }

                @Override
                public boolean isFull() {
                    return false;
                }
            });
            engine.decide(request, customer, timeNs, deadline, outcome);
            assertEquals(all.isEmpty() ? DecisionStatus.NO_OFFER : DecisionStatus.OFFERS, outcome.status());
            assertEquals(all.isEmpty() ? 0 : 1, outcome.offerCount());
            if (!all.isEmpty()) {
                assertEquals(last, catalogue.offer(outcome.offerIndex(0)).offerId());
            }
            made += all.size() > CANDIDATES ? 1 : 0;
        }
        assertTrue(made > REQUESTS / 4, made + " with many to refuse");
    }

    /** That there are control groups changes nothing for those who are in none. */
    @Test
    void shouldMakeTheSameWhereGroupsExistInPlacementsThatSayNothing() throws Exception {
        load("");
        engine.gate(gate);
        for (int i = 0; i < REQUESTS; i++) {
            final List<List<Double>> scores = new ArrayList<>();
            for (final ControlCheck control : new ControlCheck[] {ControlCheck.NONE, GROUPS_OF_OTHERS}) {
                engine.control(control);
                encode(new Random(seed + i), false, 0);
                gate.begin(30, i);
                engine.decide(request, customer, timeNs, deadline, outcome);
                scores.add(IntStream.range(0, outcome.offerCount()).mapToObj(outcome::score)
                    .map(score -> Math.rint(score)).toList());
            }
            assertEquals(scores.get(0), scores.get(1), "seed " + seed + ", request " + i);
        }
    }

    /** Where so many are refused that no more refusals fit into the record, the search ends, and so it does again. */
    @Test
    void shouldStopWhereNoMoreRefusalsCanBeJournalled() throws Exception {
        load(", choice: {policy: softmax}");
        for (int i = 0; i < REQUESTS; i++) {
            encode(new Random(seed + i), i % 2 == 0, 0);
            final int most = 1 + i % 5;
            gate.begin(70, i);
            engine.gate(new DeliveryGate() {
                @Override
                public ReasonCode heldBack(final Offer offer, final double score) {
                    return gate.heldBack(offer, score);
                }

                @Override
                public boolean isFull() {
                    return gate.lengthBytes == most * WithheldBlock.ENTRY_LENGTH;
                }
            });
            engine.drawBy(seed, i);
            engine.decide(request, customer, timeNs, deadline, outcome);
            if (outcome.late()) {
                continue;
            }
            final List<String> first = said();
            final int scored = outcome.scored();
            deadline.afterScoring(scored < outcome.matched() ? scored : Integer.MAX_VALUE);
            request.sbeRewind();
            final RecordedGate recorded = new RecordedGate();
            recorded.wrap(gate.entries, 0, gate.lengthBytes);
            engine.gate(recorded);
            engine.decide(request, customer, timeNs, deadline, outcome);
            assertEquals(first, said(), "seed " + seed + ", request " + i);
            deadline.afterScoring(Integer.MAX_VALUE);
        }
    }

    private List<String> said() {
        final List<String> said = new ArrayList<>();
        said.add(outcome.status() + " " + outcome.reason() + " " + outcome.matched() + " " + outcome.scored());
        for (int place = 0; place < outcome.offerCount(); place++) {
            said.add(outcome.offerIndex(place) + " " + outcome.score(place) + " " + outcome.probability(place));
        }
        for (int i = 0; i < outcome.explanationCount(); i++) {
            said.add(outcome.explainedOffer(i) + " " + outcome.explainedReason(i));
        }
        return said;
    }

    private static Set<String> names(final Collection<Offer> offers) {
        return offers.stream().map(Offer::name).collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<Offer> compared() {
        final Set<Offer> compared = new HashSet<>();
        for (int i = 0; i < shard.candidates().count(); i++) {
            if (shard.candidates().heldBackBy(i) < 0) {
                compared.add(catalogue.offer(shard.candidates().offerIndex(i)));
            }
        }
        return compared;
    }

    private List<Offer> possible(final Placement placement) {
        final Situation situation = context.fill(request, catalogue, placement, customer, timeNs);
        final List<Offer> possible = IntStream.range(0, OFFERS).mapToObj(catalogue::offer)
            .filter(offer -> Policy.notMadeIn(offer, placement, request.channel()) == null
                && offer.isInFlight(timeNs) && offer.rule().root().holds(situation) && !gate.refuses(offer))
            .sorted(Comparator.comparingDouble((Offer offer) -> -offer.valueMicros() * offer.propensity())
                .thenComparingInt(Offer::offerIndex))
            .toList();
        request.sbeRewind();
        return possible;
    }

    /** By the choice of the placement, or as where it says nothing. */
    private List<Offer> best(final Placement placement, final boolean byFormula) {
        final Situation situation = context.fill(request, catalogue, placement, customer, timeNs);
        request.sbeRewind();
        if (!byFormula || placement.choice() == null) {
            final List<Offer> all = possible(placement);
            return all.subList(0, Math.min(all.size(), byFormula ? 64 : CANDIDATES));
        }
        return possible(placement).stream()
            .sorted(Comparator.comparingInt((Offer offer) -> -offer.priority())
                .thenComparingDouble(offer -> -score(placement, offer, offer.weightIn(situation)))
                .thenComparingDouble(offer -> -score(placement, offer, offer.greatestWeight()))
                .thenComparingInt(Offer::offerIndex))
            .limit(CANDIDATES).toList();
    }

    private static double score(final Placement placement, final Offer offer, final double weight) {
        return (placement.choice().formula().value() ? offer.valueMicros() : 1)
            * (placement.choice().formula().context() ? weight : 1)
            * (placement.choice().formula().lever() ? offer.lever() : 1)
            * (placement.choice().formula().propensity() ? offer.propensity() : 1);
    }

    private void encode(final Random chance, final boolean explain, final int offersWanted) {
        final Placement placement = catalogue.placements().stream().filter(each -> each.offerCount() == 3).findAny()
            .orElseThrow();
        timeNs = RandomCatalogue.FIRST_DAY * RandomCatalogue.DAY_NS
            + chance.nextLong(RandomCatalogue.DAYS * RandomCatalogue.DAY_NS);
        final DecisionRequestEncoder encoder = new DecisionRequestEncoder()
            .wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
            .correlationId(1).placementId(placement.placementId())
            .channel(placement.isOn(Channel.TILL) && chance.nextBoolean() ? Channel.TILL : Channel.APP)
            .moment(Moment.APP_OPEN).intent(Intent.BUYING).storeId(0).currency(0).offersWanted((short) offersWanted)
            .latitudeE7(DecisionRequestEncoder.latitudeE7NullValue())
            .longitudeE7(DecisionRequestEncoder.longitudeE7NullValue());
        encoder.flags().clear().explain(explain);
        encoder.basketLinesCount(0);
        final DecisionRequestEncoder.AttributesEncoder attributes = encoder.attributesCount(2);
        attributes.next().attributeId(catalogue.schema().attribute("request.text").attributeId())
            .valueType(AttributeType.TEXT)
            .value(made.registry().find(NameKind.ATTRIBUTE_VALUE, "v" + chance.nextInt(4)));
        attributes.next().attributeId(catalogue.schema().attribute("request.number").attributeId())
            .valueType(AttributeType.INTEGER).value(chance.nextInt(10));
        encoder.attributeTextsCount(0);
        encoder.putCustomerId(new byte[0], 0, 0).putRestrictions(new byte[0], 0, 0);
        request.wrapAndApplyHeader(buffer, 0, new MessageHeaderDecoder());
    }
}
