package io.opportune.bench;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.catalogue.Placement;
import io.opportune.engine.context.ContextStage;
import io.opportune.engine.context.Customer;
import io.opportune.engine.index.IndexEvent;
import io.opportune.engine.index.TargetingIndex;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.targeting.Situation;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
 * A request and a profile become an event of the targeting index: the situation, with the parts of time in the store's
 * zone, basket, visits and purchases, then its codes. Profiles were looked up beforehand and are as warm as after that
 * look-up; requests of the mix in which nothing is sold are left out.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class EventEncodeBench {
    private static final int MAX_REQUESTS = 1_024;

    private final DecisionRequestDecoder request = new DecisionRequestDecoder();
    private final Customer customer = new Customer();
    private final ContextStage context = new ContextStage();
    private WorldState world;
    private Catalogue catalogue;
    private IndexEvent event;
    private int[] numbers;
    private ProfileFlyweight[] profiles;
    private Placement[] placements;
    private int next;

    /**
     * Looks up the profiles.
     *
     * @param state of the world.
     */
    @Setup
    public void prepare(final WorldState state) {
        world = state;
        catalogue = state.fixture.catalogue();
        context.prepare(catalogue);
        event = new IndexEvent(
            TargetingIndex.of(IntStream.range(0, catalogue.offerCount()).mapToObj(catalogue::offer)
                .map(Offer::rule).toList()),
            Situation.DEFAULT_LIST_CAPACITY);
        numbers = IntStream.range(0, world.admitted.count()).filter(this::isSelling).limit(MAX_REQUESTS).toArray();
        profiles = new ProfileFlyweight[numbers.length];
        placements = new Placement[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            final int number = numbers[i];
            profiles[i] = world.profileOf(number, new ProfileFlyweight());
            world.admitted.wrap(number, request);
            placements[i] = catalogue.placement(request.placementId());
        }
    }

    private boolean isSelling(final int number) {
        world.admitted.wrap(number, request);
        final Placement placement = catalogue.placement(request.placementId());
        return placement.sellsIn(request.moment()) && placement.isOn(request.channel());
    }

    /**
     * The situation alone.
     *
     * @return of one request.
     */
    @Benchmark
    public Situation fill() {
        final int i = next;
        next = i + 1 == numbers.length ? 0 : i + 1;
        final int number = numbers[i];
        world.admitted.wrap(number, request);
        if ((world.admitted.rootHigh(number) | world.admitted.rootLow(number)) == 0) {
            customer.anonymous();
        } else {
            customer.identified(profiles[i]);
        }
        return context.fill(request, catalogue, placements[i], customer, world.admitted.timeNs(number));
    }

    /**
     * Request and profile to codes.
     *
     * @return the event.
     */
    @Benchmark
    public IndexEvent encode() {
        event.encode(fill());
        return event;
    }
}
