package io.opportune.bench;

import io.opportune.engine.context.Customer;
import io.opportune.engine.decision.Deadline;
import io.opportune.engine.decision.DecisionEngine;
import io.opportune.engine.decision.DecisionOutcome;
import io.opportune.engine.decision.ResponseEncoder;
import io.opportune.engine.profile.ProfileFlyweight;
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
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;

/** Encodes the answers to the mix of requests, decided beforehand. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class EncodeBench {
    private static final int MAX_OUTCOMES = 1024;

    private WorldState world;
    private final ResponseEncoder encoder =
        new ResponseEncoder(SystemEpochNanoClock.INSTANCE, SystemNanoClock.INSTANCE);
    private DecisionRequestDecoder[] requests;
    private DecisionOutcome[] outcomes;
    private int next;

    /**
     * Decides.
     *
     * @param state of the world.
     */
    @Setup
    public void decide(final WorldState state) {
        world = state;
        final DecisionEngine engine = new DecisionEngine(SystemNanoClock.INSTANCE, state.fixture.timers());
        engine.prepare(state.fixture.order());
        final Deadline deadline = new Deadline(SystemNanoClock.INSTANCE);
        deadline.afterScoring(Integer.MAX_VALUE);
        final Customer customer = new Customer();
        final ProfileFlyweight flyweight = new ProfileFlyweight();
        final int count = Math.min(MAX_OUTCOMES, state.admitted.count());
        requests = new DecisionRequestDecoder[count];
        outcomes = new DecisionOutcome[count];
        for (int i = 0; i < count; i++) {
            requests[i] = new DecisionRequestDecoder();
            outcomes[i] = new DecisionOutcome();
            state.admitted.wrap(i, requests[i]);
            customer.identified(state.profileOf(i, flyweight));
            engine.decide(requests[i], customer, state.admitted.timeNs(i), deadline, outcomes[i]);
        }
    }

    /**
     * One answer.
     *
     * @return its length in bytes.
     */
    @Benchmark
    public int encode() {
        final int i = next;
        next = i + 1 == outcomes.length ? 0 : i + 1;
        return encoder.encode(requests[i], world.fixture.catalogue(), outcomes[i], 1, i + 1,
            world.admitted.timeNs(i), System.nanoTime());
    }
}
