package io.opportune.bench;

import io.opportune.engine.files.DurableFiles;
import io.opportune.engine.journal.JournalWriter;
import java.io.IOException;
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

/** Appends records of real decisions to a journal that is never synced. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class JournalAppendBench {
    private static final int RECORDS = 4096;
    private static final int BATCH = 32;

    private WorldState world;
    private DecisionRecords records;
    private JournalWriter journal;
    private int batch;

    /**
     * Takes the records from the world's journal and opens another one.
     *
     * @param state of the world.
     */
    @Setup
    public void prepare(final WorldState state) {
        world = state;
        records = DecisionRecords.of(state, RECORDS);
        journal = state.fixture.journal("append");
        System.out.printf("records of %.0f bytes in the mean%n", records.meanBytes());
    }

    /**
     * Frees the disk before the next bench.
     *
     * @throws IOException when the journal cannot be deleted.
     */
    @TearDown(Level.Trial)
    public void delete() throws IOException {
        journal.close();
        DurableFiles.deleteTree(world.fixture.root().resolve("append"));
    }

    /**
     * One record.
     *
     * @return its index.
     */
    @Benchmark
    public long append() {
        final UnsafeBuffer record = records.next();
        final long index = journal.append(record, 0, record.capacity());
        if (++batch == BATCH) {
            batch = 0;
            journal.endOfBatch();
            journal.touchAhead();
        }
        return index;
    }
}
