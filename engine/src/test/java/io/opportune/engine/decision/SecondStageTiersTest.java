package io.opportune.engine.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.Campaign;
import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.context.Customer;
import io.opportune.engine.counters.StageTimers;
import io.opportune.engine.feature.FeatureVector;
import io.opportune.engine.numeric.Logistic;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.Moment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who stands before whom once a second stage has predicted some of them: against a sort of all. */
class SecondStageTiersTest {
    private static final int CAMPAIGNS = 12;
    private static final int OFFERS = 40;
    private static final int PLACES = 5;
    private static final int WORLDS = 60;

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("opportune.test.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final RandomCatalogue made = new RandomCatalogue(new java.util.Random(seed));
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
    private final DecisionRequestDecoder request = new DecisionRequestDecoder();
    private final Customer customer = new Customer();
    private final DecisionOutcome outcome = new DecisionOutcome();
    private final Deadline deadline = new Deadline(() -> 0);
    private final DecisionEngine engine = new DecisionEngine(() -> 0, new StageTimers(0));
    private Catalogue catalogue;

    /** Predicts by chance, or has no time, or fails. */
    private final class Drawn implements SecondStage {
        private final Map<Integer, Float> logits = new HashMap<>();
        private final List<Offer> added = new ArrayList<>();
        private boolean clicks;
        private boolean skips;
        private boolean fails;

        @Override
        public boolean exists() {
            return true;
        }

        @Override
        public long contentHash() {
            return 1;
        }

        @Override
        public boolean predictsClicks() {
            return clicks;
        }

        @Override
        public boolean begin(final int count, final FeatureVector context, final Deadline until) {
            added.clear();
            return !skips;
        }

        @Override
        public void add(final Offer offer, final FeatureVector pair, final double logit) {
            added.add(offer);
        }

        @Override
        public boolean run() {
            return !fails;
        }

        @Override
        public float logit(final int rank) {
            return logits.get(added.get(rank).offerId());
        }
    }

    /** Campaigns that pay for an impression, a click or a conversion, so that an impression is worth about a cent. */
    private void load(final String choice) throws Exception {
        final StringBuilder text = new StringBuilder("""
            advertisers:
              - {id: acme, name: Acme, category: grocery}
            placements:
              - {id: checkout, channels: [app], offers: %d, choice: {%s}}
            campaigns:
            """.formatted(PLACES, choice));
        for (int i = 0; i < CAMPAIGNS; i++) {
            text.append(("  - {id: campaign-%d, advertiser: acme, objective: conversions, budget: {currency: USD},"
                + " flights: [{start: 2017-01-01, end: 2017-06-01}], goal: {type: %s, amount: \"%s\"}}\n").formatted(i,
                List.of("cpm", "cpc", "cpa").get(i % 3), amount(i % 3)));
        }
        final List<String> offers = new ArrayList<>();
        for (int i = 0; i < OFFERS; i++) {
            offers.add("""
                  - id: offer-%d
                    campaign: campaign-%d
                    category: group-%d
                    priority: %d
                    propensity: %s
                    click_propensity: %s
                    discount: {type: none}
                    benefit: "Something"
                    channels: [app]
                    creatives: [{id: offer-%d-all, title: "Take it"}]
                """.formatted(i, random.nextInt(CAMPAIGNS), i, random.nextInt(4) == 0 ? 1 : 0, decimal(0.001, 0.02),
                decimal(0.01, 0.2), i));
        }
        catalogue = made.load(folder, text.toString(), offers);
        engine.use(ShardCatalogue.first(new FreeOffers(new OfferOrder(catalogue), Holds.NONE), timeNs()));
        customer.anonymous();
        deadline.afterScoring(Integer.MAX_VALUE);
    }

    private String amount(final int goal) {
        return switch (goal) {
            case 0 -> decimal(1, 20).substring(0, 5);
            case 1 -> decimal(0.01, 0.2);
            default -> decimal(0.1, 2);
        };
    }

    private String decimal(final double least, final double most) {
        return String.format(Locale.ROOT, "%.6f", random.nextDouble(least, most));
    }

    private static long timeNs() {
        return (RandomCatalogue.FIRST_DAY + 10) * RandomCatalogue.DAY_NS;
    }

    private static boolean isSold(final Offer offer, final Campaign.Goal.Type how) {
        return offer.campaign().goal().type() == how;
    }

    private static double prior(final Offer offer) {
        return offer.valueMicros() * offer.propensity();
    }

    @ParameterizedTest
    @CsvSource({"1, false", "4, false", "4, true", "128, false"})
    void shouldPutOnlyThoseBehindWhomItCouldHavePredicted(final int most, final boolean clicks) throws Exception {
        final Drawn stage = new Drawn();
        stage.clicks = clicks;
        engine.rerankBy(stage);
        int otherFirst = 0;
        int predictedFirst = 0;
        int skipped = 0;
        for (int world = 0; world < WORLDS; world++) {
            load("policy: greedy, learned: true, per_category: 32, per_advertiser: 32, second_stage: " + most);
            stage.logits.clear();
            for (int i = 0; i < OFFERS; i++) {
                final Offer offer = catalogue.offer(i);
                stage.logits.put(
                    offer.offerId(), (float) (Logistic.logit(offer.propensity()) + random.nextDouble(2) - 1));
            }
            stage.skips = random.nextInt(6) == 0;
            stage.fails = random.nextInt(6) == 0;
            encode();
            engine.decide(request, customer, timeNs(), deadline, outcome);
            final List<Offer> expected = expected(stage, most);
            assertEquals(expected.stream().map(Offer::name).toList(), IntStream.range(0, outcome.offerCount())
                .mapToObj(place -> catalogue.offer(outcome.offerIndex(place)).name()).toList(),
                "seed " + seed + ", world " + world);
            if (stage.skips || stage.fails) {
                skipped++;
            } else if (stage.added.contains(expected.getFirst())) {
                predictedFirst++;
            } else {
                otherFirst++;
            }
        }
        assertTrue(otherFirst > 0 && predictedFirst > 0 && skipped > 0,
            "seed " + seed + ": " + otherFirst + ", " + predictedFirst + ", " + skipped);
    }

    private List<Offer> expected(final Drawn stage, final int most) {
        final List<Offer> all = IntStream.range(0, OFFERS).mapToObj(catalogue::offer).toList();
        final Comparator<Offer> byPriority = Comparator.comparingInt(offer -> -offer.priority());
        final List<Offer> predictable = all.stream()
            .filter(offer -> isSold(offer, stage.clicks ? Campaign.Goal.Type.CPC : Campaign.Goal.Type.CPA))
            .sorted(byPriority.thenComparingDouble(offer -> -prior(offer))).toList();
        final Set<Offer> predicted = new HashSet<>();
        final Set<Offer> behind = new HashSet<>();
        if (!stage.skips && !stage.fails) {
            predicted.addAll(predictable.subList(0, Math.min(most, predictable.size())));
            behind.addAll(predictable);
            behind.removeAll(predicted);
        }
        return all.stream().sorted(byPriority
            .thenComparingInt(offer -> behind.contains(offer) ? 1 : 0)
            .thenComparingDouble(offer -> -(predicted.contains(offer)
                ? offer.valueMicros() * Logistic.sigmoid(stage.logits.get(offer.offerId())) : prior(offer))))
            .limit(PLACES).toList();
    }

    private void encode() {
        final DecisionRequestEncoder encoder = new DecisionRequestEncoder()
            .wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
            .correlationId(1).placementId(catalogue.placements().getFirst().placementId())
            .channel(Channel.APP).moment(Moment.APP_OPEN).intent(Intent.BUYING).storeId(0).currency(0)
            .offersWanted((short) 0)
            .latitudeE7(DecisionRequestEncoder.latitudeE7NullValue())
            .longitudeE7(DecisionRequestEncoder.longitudeE7NullValue());
        encoder.flags().clear();
        encoder.basketLinesCount(0);
        encoder.attributesCount(0);
        encoder.attributeTextsCount(0);
        encoder.putCustomerId(new byte[0], 0, 0).putRestrictions(new byte[0], 0, 0);
        request.wrapAndApplyHeader(buffer, 0, new MessageHeaderDecoder());
    }
}
