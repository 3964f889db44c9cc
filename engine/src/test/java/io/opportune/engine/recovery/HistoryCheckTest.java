package io.opportune.engine.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.state.PartitionTable;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Sequences that say whether something is missing before them. */
class HistoryCheckTest {
    private final PartitionTable table = new PartitionTable(16);
    private final HistoryCheck history = new HistoryCheck(table);
    private final UnsafeBuffer record = new UnsafeBuffer(new byte[RecordHeaderFlyweight.MIN_RECORD_LENGTH_BYTES]);
    private final RecordHeaderFlyweight header = new RecordHeaderFlyweight();

    private void record(final int partition, final long term, final long sequence) {
        RecordHeaderFlyweight.encode(record, 0, 0, partition, term, sequence, 1, 1, 0, 0);
        history.onRecord(header.wrap(record, 0), "shard-0");
        if (partition < table.partitions()) {
            table.applied(partition, sequence, 1);
        }
    }

    @Test
    void shouldFindNothingInADenseJournal() {
        for (int sequence = 1; sequence < 50; sequence++) {
            record(0, 1 + sequence / 10, sequence);
            record(1, 1 + sequence / 10, sequence);
        }
        assertEquals(0, history.gaps());
        assertEquals("", history.description());
    }

    @Test
    void shouldFindAMissingBeginningAndAHole() {
        record(3, 1, 2);
        assertEquals("partition 3: expected sequence 1, found 2 (queue shard-0, term 1)", history.description());
        record(3, 1, 3);
        record(3, 2, 7);
        record(3, 2, 8);
        assertEquals(2, history.gaps());
        assertTrue(history.description().endsWith("partition 3: expected sequence 4, found 7 (queue shard-0, term 2)"),
            history.description());
    }

    @Test
    void shouldBeginBehindTheSnapshot() {
        table.applied(0, 100, 1);
        record(0, 4, 101);
        assertEquals(0, history.gaps());
        table.applied(1, 100, 1);
        record(1, 4, 102);
        assertEquals("partition 1: expected sequence 101, found 102 (queue shard-0, term 4)", history.description());
    }

    @Test
    void shouldFindAHoleThatTheSnapshotCoversOnlyWithinATerm() {
        table.applied(0, 100, 1);
        record(0, 4, 90);
        record(0, 4, 91);
        record(0, 4, 95);
        assertEquals(1, history.gaps(), "the identities were copied at another moment than the profiles");
        table.applied(1, 100, 1);
        record(1, 3, 10);
        record(1, 5, 95);
        record(1, 5, 96);
        assertEquals(1, history.gaps(), "another queue held what is between them, and is not read any more");
    }

    @Test
    void shouldPassOverRepeatedAndControlRecords() {
        record(0, 1, 1);
        record(0, 1, 1);
        record(0, 1, 2);
        record(RecordHeaderFlyweight.CONTROL_PARTITION, 1, 77);
        assertEquals(0, history.gaps());
    }

    @Test
    void shouldBoundWhatItDescribes() {
        for (int partition = 0; partition < 16; partition++) {
            record(partition, 1, 5);
        }
        assertEquals(16, history.gaps());
        assertTrue(history.description().endsWith("; and 8 more"), history.description());
    }
}
