package io.opportune.engine.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.catalogue.Placement;
import io.opportune.engine.targeting.Situation;
import io.opportune.protocol.codec.Channel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches against a walk over all offers, as time goes back and forth and offers are held and released. */
class OfferSearchTest {
    private static final Channel[] CHANNELS = {Channel.TILL, Channel.APP};

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("seed", 20261122L);
    private final Random random = new Random(seed);

    /** Every offer that may be made, best bound first, found by looking at each. */
    static List<String> expected(
        final Catalogue catalogue, final Holds holds, final Placement placement, final Channel channel,
        final Situation situation, final long timeNs) {
        return IntStream.range(0, catalogue.offerCount()).mapToObj(catalogue::offer)
            .filter(offer -> Policy.notMadeIn(offer, placement, channel) == null && offer.isInFlight(timeNs)
                && holds.reasonOf(offer) == null && offer.rule().root().holds(situation))
            .sorted(Comparator.comparingInt((Offer offer) -> placement.choice() == null ? 0 : -offer.priority())
                .thenComparingDouble(offer -> -offer.valueMicros() * offer.propensity()
                    * (placement.choice() == null ? 1 : offer.lever()))
                .thenComparingInt(Offer::offerId))
            .map(Offer::name).toList();
    }

    /** One of the placements says how it chooses, by more than expected value. */
    static String parts(final RandomCatalogue made) {
        return made.parts().replace("[app], offers: 2}", "[app], offers: 2, choice: {policy: softmax}}");
    }

    static String offer(final RandomCatalogue made, final Random random, final String name) {
        return made.offer(name).replaceFirst("    campaign:",
            "    priority: " + (random.nextInt(5) == 0 ? 1 : 0)
                + "\n    lever: " + (1 + random.nextInt(2) * random.nextInt(4)) + "\n    campaign:");
    }

    static List<String> found(
        final ShardCatalogue shard, final Placement placement, final Channel channel, final Situation situation,
        final long timeNs) {
        final List<String> found = new ArrayList<>();
        final int place = shard.order().place(placement, channel);
        final OfferSearch search = shard.search(place);
        search.begin(situation, place, timeNs);
        final Deadline never = new Deadline(() -> 0);
        never.afterScoring(Integer.MAX_VALUE);
        for (Offer offer = search.next(never); offer != null; offer = search.next(never)) {
            found.add(offer.name());
        }
        return found;
    }

    @Test
    void shouldFindWhatAWalkFinds() throws Exception {
        int matches = 0;
        for (int round = 0; round < 12; round++) {
            final RandomCatalogue made = new RandomCatalogue(random);
            final List<String> offers = IntStream.range(0, round * 15)
                .mapToObj(i -> offer(made, random, "offer-" + i)).toList();
            final Catalogue catalogue = made.load(folder.resolve("" + round), parts(made), offers);
            final OfferOrder order = new OfferOrder(catalogue);
            Holds holds = made.holds(catalogue);
            final ShardCatalogue shard = ShardCatalogue.first(new FreeOffers(order, holds), made.timeNs());
            for (int i = 0; i < 200; i++) {
                if (random.nextInt(8) == 0) {
                    holds = made.holds(catalogue);
                    shard.hold(new FreeOffers(order, holds));
                }
                final Placement placement = catalogue.placements().get(random.nextInt(2));
                final Channel channel = CHANNELS[random.nextInt(placement.isOn(Channel.TILL) ? 2 : 1)
                    + (placement.isOn(Channel.TILL) ? 0 : 1)];
                final Situation situation = made.situation(catalogue);
                final long timeNs = made.timeNs();
                final List<String> expected = expected(catalogue, holds, placement, channel, situation, timeNs);
                assertEquals(expected, found(shard, placement, channel, situation, timeNs),
                    "seed " + seed + ", round " + round + ", search " + i);
                matches += expected.size();
            }
        }
        assertTrue(matches > 10_000, matches + " matches: the test tells something");
    }

    @Test
    void shouldReleaseWhatNoReasonHoldsAnyMore() throws Exception {
        final RandomCatalogue made = new RandomCatalogue(random);
        final Catalogue catalogue = made.load(folder, made.parts(), List.of(made.offer("one")));
        final Offer offer = catalogue.offer(0);
        final Holds both = Holds.NONE
            .with(new Hold(1, Hold.Target.OFFER, offer.offerId(), HoldReason.PAUSED, true))
            .with(new Hold(2, Hold.Target.CAMPAIGN, offer.campaignId(), HoldReason.PAUSED, true));
        assertEquals(HoldReason.PAUSED, both.reasonOf(offer));
        final Holds one = both.with(new Hold(3, Hold.Target.OFFER, offer.offerId(), HoldReason.PAUSED, false));
        assertEquals(HoldReason.PAUSED, one.reasonOf(offer));
        final Holds none = one.with(new Hold(4, Hold.Target.CAMPAIGN, offer.campaignId(), HoldReason.PAUSED, false));
        assertEquals(null, none.reasonOf(offer));
        assertEquals(4, none.epoch());
        assertEquals(HoldReason.PAUSED, both.reasonOf(offer), "older holds are not changed");
    }
}
