package io.opportune.engine.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.AuctionCatalogue;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.context.Customer;
import io.opportune.engine.counters.StageTimers;
import io.opportune.engine.delivery.BudgetPlan;
import io.opportune.engine.delivery.BudgetSlots;
import io.opportune.engine.delivery.HoldTimes;
import io.opportune.engine.delivery.RecordedGate;
import io.opportune.engine.delivery.ShardDelivery;
import io.opportune.engine.ledger.BudgetTerms;
import io.opportune.engine.ledger.Ledger;
import io.opportune.engine.ledger.LedgerAgent;
import io.opportune.engine.ledger.LedgerLink;
import io.opportune.engine.ledger.LedgerListener;
import io.opportune.engine.ledger.LedgerSettings;
import io.opportune.engine.ledger.ShardLeases;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.Moment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Budgets that suffice for one offer of an answer but not for two: the journalled probability of each place is how
 * often its offer gets it, given the places before and what budgets leave beside them.
 */
class SlateBudgetFrequencyTest {
    private static final int DECISIONS = 200_000;
    private static final int PLACES = 3;
    private static final long NOON_NS = 1_600_000_000_000_000_000L;
    /** Standard normal quantile of 1 - 1e-5. */
    private static final double Z = 4.264890793922825;
    /** Least expected count that Pearson's statistic is good for. */
    private static final int LEAST_EXPECTED = 10;

    private final long seed = Long.getLong("opportune.test.seed", 20261122L);
    private final LedgerSettings settings =
        LedgerSettings.defaults().withBounds(1, 64, 1_024).withRings(1 << 16, 1 << 16);
    private final Ledger ledger = new Ledger(settings, LedgerListener.NONE);
    private final LedgerLink link = new LedgerLink(settings);
    private final long[] nowNs = {NOON_NS};
    private final ShardDelivery delivery =
        new ShardDelivery(new ShardLeases(link, settings, 0), new HoldTimes(60, 60), () -> nowNs[0]);
    private final DecisionEngine engine = new DecisionEngine(() -> 0, new StageTimers(0));
    private final DecisionOutcome outcome = new DecisionOutcome();
    private final Customer customer = new Customer();
    private final Deadline deadline = new Deadline(() -> 0);
    private final DecisionRequestDecoder request = new DecisionRequestDecoder();
    private Catalogue catalogue;

    /** What followed the same earlier places. */
    private static final class Followers {
        private final Map<Integer, Integer> counts = new HashMap<>();
        private final Map<Integer, Double> probabilities = new HashMap<>();
        private int total;
    }

    private static String campaign(final String id, final String budget) {
        return """
              - id: %s
                advertiser: acme
                flights: [{start: 2017-01-01, end: 2037-01-01}]
                %s
            """.formatted(id, budget);
    }

    private static String offer(final String campaign, final int number, final String cost) {
        return """
              - id: %s-%d
                campaign: %s
                category: %s-%d
                value: "%d.00"
                propensity: 0.%d
                channels: [till]
                %s
                creatives: [{id: %s-%d-till, title: "Offer"}]
            """.formatted(campaign, number, campaign, campaign, number, 1 + number, 3 - number, cost, campaign, number);
    }

    private void start(final String choice) {
        final StringBuilder offers = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            offers.append(offer("money", i, "cost: \"0.50\"")).append(offer("count", i, ""))
                .append(offer("free", i, ""));
        }
        catalogue = AuctionCatalogue.of("""
            advertisers:
              - {id: acme, name: Acme, adomain: [acme.example], cat: [IAB8], lang: en}
            campaigns:
            %s%s%soffers:
            %splacements:
              - {id: checkout, channels: [till], offers: 3, choice: {%s}}
            """.formatted(campaign("money", "budget: {amount: \"0.80\", currency: USD}"),
                campaign("count", "budget: {currency: USD}\n    budgets: [{count: 2}]"),
                campaign("free", "budget: {currency: USD}"), offers, choice));
        final List<BudgetTerms> terms =
            BudgetPlan.of(catalogue).entries().stream().map(BudgetPlan.Entry::terms).toList();
        ledger.declare(terms);
        final BudgetSlots.Builder slots = new BudgetSlots.Builder();
        terms.forEach(each ->
            slots.add(each.budgetId(), each.scopeId(), ledger.slotOf(each.budgetId(), each.scopeId())));
        delivery.use(slots.build());
        final LedgerAgent agent = new LedgerAgent(ledger, List.of(link), settings, () -> nowNs[0], () -> nowNs[0]);
        engine.prepare(new OfferOrder(catalogue));
        engine.gate(delivery);
        customer.anonymous();
        deadline.afterScoring(Integer.MAX_VALUE);
        encode();
        // The first decisions make the ledger lease what they ask for.
        for (int i = 0; i < 50; i++) {
            decide(i);
            delivery.giveBack();
            nowNs[0] += 20_000_000;
            agent.doWork();
            delivery.poll();
        }
    }

    private void encode() {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final DecisionRequestEncoder encoder = new DecisionRequestEncoder()
            .wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
            .correlationId(1).placementId(catalogue.placements().getFirst().placementId()).channel(Channel.TILL)
            .moment(Moment.TENDER).intent(Intent.BUYING).storeId(0).currency(0).offersWanted((short) 0)
            .latitudeE7(DecisionRequestEncoder.latitudeE7NullValue())
            .longitudeE7(DecisionRequestEncoder.longitudeE7NullValue());
        encoder.flags().clear();
        encoder.basketLinesCount(0);
        encoder.attributesCount(0);
        encoder.attributeTextsCount(0);
        encoder.putCustomerId(new byte[0], 0, 0).putRestrictions(new byte[0], 0, 0);
        request.wrapAndApplyHeader(buffer, 0, new MessageHeaderDecoder());
    }

    private boolean decide(final long number) {
        request.sbeRewind();
        delivery.begin(request, NOON_NS, seed, number);
        engine.drawBy(seed, number);
        engine.decide(request, customer, NOON_NS, deadline, outcome);
        for (int place = 0; place < outcome.offerCount(); place++) {
            if (!delivery.take(made(place), outcome.score(place))) {
                return false;
            }
        }
        return true;
    }

    private Offer made(final int place) {
        return catalogue.offer(outcome.offerIndex(place));
    }

    private List<String> said() {
        final List<String> said = new ArrayList<>();
        for (int place = 0; place < outcome.offerCount(); place++) {
            said.add(made(place).name() + " " + Double.doubleToLongBits(outcome.probability(place)));
        }
        return said;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "policy: softmax", "policy: epsilon, epsilon: 0.6", "policy: softmax, temperature: 2, floor: 0.3",
        "policy: softmax, candidates: 5"})
    void shouldJournalHowOftenEachPlaceGoesToWhom(final String choice) {
        start(choice);
        final Map<List<Integer>, Followers> byPlaces = new HashMap<>();
        int refused = 0;
        for (int number = 0; number < DECISIONS; number++) {
            assertTrue(decide(number), "what is in an answer fits together");
            assertEquals(PLACES, outcome.offerCount());
            refused += delivery.withheld().lengthBytes() > 0 ? 1 : 0;
            final List<Integer> before = new ArrayList<>();
            int money = 0;
            int count = 0;
            for (int place = 0; place < PLACES; place++) {
                final Followers followers = byPlaces.computeIfAbsent(List.copyOf(before), key -> new Followers());
                final int offer = outcome.offerIndex(place);
                final Double known = followers.probabilities.put(offer, outcome.probability(place));
                assertTrue(known == null || known == outcome.probability(place), "it follows from the places before");
                followers.counts.merge(offer, 1, Integer::sum);
                followers.total++;
                before.add(offer);
                money += made(place).name().startsWith("money") ? 1 : 0;
                count += made(place).name().startsWith("count") ? 1 : 0;
            }
            assertTrue(money <= 1 && count <= 2, "within the budgets");
            if (number % 100 == 0) {
                assertMadeTheSameAgain(number);
            }
            delivery.giveBack();
        }
        assertTrue(refused > DECISIONS / 4, refused + " decisions met a budget that is too small");
        int compared = 0;
        for (final Map.Entry<List<Integer>, Followers> each : byPlaces.entrySet()) {
            compared += compare(choice + ", after " + each.getKey(), each.getValue());
        }
        assertTrue(compared >= 9, compared + " comparisons: the test tells something");
    }

    private void assertMadeTheSameAgain(final long number) {
        final List<String> first = said();
        final RecordedGate recorded = new RecordedGate();
        recorded.wrap(delivery.withheld().buffer(), 0, delivery.withheld().lengthBytes());
        engine.gate(recorded);
        request.sbeRewind();
        engine.drawBy(seed, number);
        engine.decide(request, customer, NOON_NS, deadline, outcome);
        assertEquals(first, said());
        engine.gate(delivery);
    }

    /** Pearson's test of one place; what is expected less than ten times is one class. */
    private static int compare(final String which, final Followers followers) {
        double sum = 0;
        double rareExpected = followers.total;
        int rare = followers.total;
        int classes = 1;
        for (final Map.Entry<Integer, Integer> each : followers.counts.entrySet()) {
            final double expected = followers.total * followers.probabilities.get(each.getKey());
            if (expected >= LEAST_EXPECTED) {
                sum += (each.getValue() - expected) * (each.getValue() - expected) / expected;
                rareExpected -= expected;
                rare -= each.getValue();
                classes++;
            }
        }
        if (rareExpected >= LEAST_EXPECTED) {
            sum += (rare - rareExpected) * (rare - rareExpected) / rareExpected;
            classes++;
        } else {
            assertTrue(rare < 3 * LEAST_EXPECTED, () -> which + ": the probabilities sum up to more than 1");
        }
        final int freedom = classes - 2;
        if (freedom < 1) {
            return 0;
        }
        // Wilson and Hilferty (1931).
        final double v = 2.0 / (9 * freedom);
        final double critical = freedom * Math.pow(1 - v + Z * Math.sqrt(v), 3);
        final double statistic = sum;
        assertTrue(statistic < critical, () -> which + ": chi-square " + statistic + " of at most " + critical);
        return 1;
    }
}
