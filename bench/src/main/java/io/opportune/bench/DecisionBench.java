package io.opportune.bench;

import io.opportune.engine.context.Customer;
import io.opportune.engine.decision.Deadline;
import io.opportune.engine.decision.DecisionEngine;
import io.opportune.engine.decision.DecisionOutcome;
import io.opportune.engine.decision.DeliveryTallies;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.ProfileStore;
import io.opportune.protocol.codec.DecisionRequestDecoder;
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
import org.agrona.concurrent.SystemNanoClock;

/** Decides the mix of requests, profiles looked up; nothing is written, journalled or answered. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class DecisionBench {
    private static final long BUDGET_NS = 20_000_000L;

    private WorldState world;
    private ProfileStore profiles;
    private DecisionEngine engine;
    private DecisionEngine counting;
    private final ProfileFlyweight flyweight = new ProfileFlyweight();
    private final Customer customer = new Customer();
    private final Deadline deadline = new Deadline(SystemNanoClock.INSTANCE);
    private final DecisionOutcome outcome = new DecisionOutcome();
    private final DecisionRequestDecoder request = new DecisionRequestDecoder();
    private int next;

    /**
     * Prepares an engine of its own.
     *
     * @param state of the world.
     */
    @Setup
    public void prepare(final WorldState state) {
        world = state;
        profiles = state.fixture.profiles();
        engine = new DecisionEngine(SystemNanoClock.INSTANCE, state.fixture.timers());
        engine.prepare(state.fixture.order());
        counting = new DecisionEngine(SystemNanoClock.INSTANCE, state.fixture.timers());
        counting.prepare(state.fixture.order());
        final DeliveryTallies tallies = new DeliveryTallies();
        counting.countIn(tallies.add());
        tallies.reserve(state.fixture.order().catalogue());
    }

    /**
     * One decision.
     *
     * @return offers chosen.
     */
    @Benchmark
    public int decide() {
        return decide(engine);
    }

    /**
     * One decision, and counting by campaign what became of its candidates.
     *
     * @return offers chosen.
     */
    @Benchmark
    public int decideAndCount() {
        final int offers = decide(counting);
        counting.tally(request, outcome);
        return offers;
    }

    private int decide(final DecisionEngine by) {
        final int i = next;
        next = world.after(i);
        final long high = world.admitted.rootHigh(i);
        final long low = world.admitted.rootLow(i);
        if ((high | low) == 0) {
            customer.anonymous();
        } else {
            customer.identified(profiles.find(world.admitted.partition(i), high, low, flyweight) ? flyweight : null);
        }
        world.admitted.wrap(i, request);
        final long nowNs = System.nanoTime();
        deadline.at(nowNs, nowNs + BUDGET_NS);
        by.decide(request, customer, world.admitted.timeNs(i), deadline, outcome);
        return outcome.offerCount();
    }
}
