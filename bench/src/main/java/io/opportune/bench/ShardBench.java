package io.opportune.bench;

import io.opportune.bench.fixture.EngineFixture;
import io.opportune.bench.fixture.NoSink;
import io.opportune.engine.admission.Admission;
import io.opportune.engine.pipeline.RequestSlot;
import io.opportune.engine.session.ClientSession;
import io.opportune.engine.session.InternalSession;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The whole way of a request without the wire. {@link #decide()} is t_decide: slot filled, profile looked up, decided,
 * journalled, applied, answered to nobody. {@link #request()} adds admission and the ring before it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class ShardBench {
    private static final int BATCH = 32;
    private static final int MAX_REQUEST_BYTES = 2048;
    private static final long ID_HIGH = 0xBE7C5L;
    private static final long BUDGET_NS = 20_000_000L;

    private WorldState world;
    private EngineFixture fixture;
    private RequestSlot slot;
    private Admission admission;
    private final NoSink sink = new NoSink();
    private final ClientSession session = new InternalSession(1, 0);
    private final UnsafeBuffer message = new UnsafeBuffer(ByteBuffer.allocateDirect(MAX_REQUEST_BYTES));
    private int next;
    private int batch;
    private long correlationId;

    /**
     * Takes the shard.
     *
     * @param state of the world.
     */
    @Setup
    public void prepare(final WorldState state) {
        world = state;
        fixture = state.fixture;
        slot = fixture.shard().slot(0);
        admission = fixture.admission(fixture.shard(), sink);
    }

    /** Says what was answered. */
    @TearDown(Level.Trial)
    public void report() {
        System.out.printf("%,d answers of %.1f bytes to requests of %.1f bytes in the mean%n", sink.answers(),
            sink.meanBytes(), world.tape.meanLength());
    }

    /**
     * One request from its slot to its answer.
     *
     * @return answers so far.
     */
    @Benchmark
    public long decide() {
        final int i = next;
        next = world.after(i);
        final long nowNs = System.nanoTime();
        world.admitted.fill(i, slot, fixture.nextRequestId(), sink, nowNs, nowNs + BUDGET_NS);
        fixture.engine().onMessage(slot);
        if (++batch == BATCH) {
            batch = 0;
            fixture.engine().onBatchEnd();
            fixture.engine().onIdle();
        }
        return sink.answers();
    }

    /**
     * One request from its bytes to its answer.
     *
     * @return answers so far.
     */
    @Benchmark
    public long request() {
        final int i = next;
        next = world.after(i);
        final int length = world.tape.copy(
            i, message, 0, ++correlationId, ID_HIGH, fixture.nextRequestId(), System.currentTimeMillis() * 1_000_000L);
        if (admission.onMessage(
            session, DecisionRequestDecoder.TEMPLATE_ID, message, 0, length, System.nanoTime()) != null) {
            throw new IllegalStateException(admission.lastRefusal());
        }
        if (++batch == BATCH) {
            batch = 0;
            admission.onReadBatchEnd();
        }
        return sink.answers();
    }
}
