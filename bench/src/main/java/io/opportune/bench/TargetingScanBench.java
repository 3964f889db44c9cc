package io.opportune.bench;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.catalogue.Placement;
import io.opportune.engine.context.ContextStage;
import io.opportune.engine.context.Customer;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.targeting.Situation;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.Intent;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The bare scan: every rule of the catalogue on the situations of the mix of requests, filled beforehand. A moment in
 * which nothing is sold has no situation and costs nothing, as in the engine.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class TargetingScanBench {
    /** Enough that branches are not learnt by heart, few enough to be filled at once. */
    private static final int MAX_SITUATIONS = 1024;

    private Offer[] offers;
    private Situation[] situations;
    private Placement[] placements;
    private DecisionRequestDecoder[] requests;
    private int next;

    /**
     * Fills the situations.
     *
     * @param world of the requests.
     */
    @Setup
    public void fill(final WorldState world) {
        final Catalogue catalogue = world.fixture.catalogue();
        offers = new Offer[catalogue.offerCount()];
        java.util.Arrays.setAll(offers, catalogue::offer);
        final int count = Math.min(MAX_SITUATIONS, world.admitted.count());
        situations = new Situation[count];
        placements = new Placement[count];
        requests = new DecisionRequestDecoder[count];
        final Customer customer = new Customer();
        for (int i = 0; i < count; i++) {
            requests[i] = new DecisionRequestDecoder();
            world.admitted.wrap(i, requests[i]);
            placements[i] = catalogue.placement(requests[i].placementId());
            if (!placements[i].sellsIn(requests[i].moment()) || !placements[i].isOn(requests[i].channel())
                || requests[i].intent() == Intent.SUPPORT) {
                continue;
            }
            final ProfileFlyweight profile = new ProfileFlyweight();
            if ((world.admitted.rootHigh(i) | world.admitted.rootLow(i)) == 0) {
                customer.anonymous();
            } else {
                customer.identified(world.profileOf(i, profile));
            }
            final ContextStage context = new ContextStage();
            context.prepare(catalogue);
            situations[i] = context.fill(requests[i], catalogue, placements[i], customer, world.admitted.timeNs(i));
            world.admitted.wrap(i, requests[i]);
        }
    }

    /**
     * Every rule.
     *
     * @return how many hold.
     */
    @Benchmark
    public int scan() {
        final Situation situation = situations[advance()];
        int matching = 0;
        if (situation != null) {
            for (final Offer offer : offers) {
                matching += offer.rule().matches(situation) ? 1 : 0;
            }
        }
        return matching;
    }

    /**
     * Only the rules of offers that may be made in the channel and placement, as the engine does it.
     *
     * @return how many hold.
     */
    @Benchmark
    public int scanLive() {
        final int i = advance();
        final Situation situation = situations[i];
        int matching = 0;
        if (situation != null) {
            final io.opportune.protocol.codec.Channel channel = requests[i].channel();
            final int placementId = placements[i].placementId();
            for (final Offer offer : offers) {
                if (!offer.paused() && offer.isOn(channel) && offer.isIn(placementId)
                    && offer.rule().matches(situation)) {
                    matching++;
                }
            }
        }
        return matching;
    }

    private int advance() {
        final int i = next;
        next = i + 1 == situations.length ? 0 : i + 1;
        return i;
    }
}
