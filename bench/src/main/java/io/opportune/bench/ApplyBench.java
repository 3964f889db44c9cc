package io.opportune.bench;

import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.state.PartitionTable;
import io.opportune.engine.state.StateMachine;
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
import org.agrona.concurrent.UnsafeBuffer;

/** Applies records of real decisions to the profiles, each under a new sequence, since an old one changes nothing. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class ApplyBench {
    private static final int RECORDS = 65_536;

    private DecisionRecords records;
    private StateMachine machine;
    private PartitionTable table;
    private final RecordHeaderFlyweight header = new RecordHeaderFlyweight();

    /**
     * Takes the records from the world's journal.
     *
     * @param world of the requests.
     */
    @Setup
    public void prepare(final WorldState world) {
        records = DecisionRecords.of(world, RECORDS);
        machine = world.fixture.newStateMachine();
        table = world.fixture.table();
    }

    /**
     * One record.
     *
     * @return the sequence it was applied under.
     */
    @Benchmark
    public long apply() {
        final UnsafeBuffer record = records.next();
        header.wrap(record, 0);
        final long sequence = table.lastSequence(header.partition()) + 1;
        RecordHeaderFlyweight.encode(record, 0, header.tenant(), header.partition(), header.term(), sequence,
            header.businessTimeNs(), header.appendTimeNs(), header.rootKeyHigh(), header.rootKeyLow());
        machine.apply(record, 0, record.capacity());
        return sequence;
    }
}
