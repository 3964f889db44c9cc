package io.opportune.engine.recovery;

import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.state.PartitionTable;
import java.util.ArrayList;
import java.util.List;

/**
 * Notices that records are missing from the journal: the sequences of a partition are dense, so one that is too high
 * says what should have stood before it. Asked before a record is applied. Owned by the thread that recovers.
 */
final class HistoryCheck {
    /** Further gaps are counted only: a lost file leaves one in every partition. */
    private static final int MAX_DESCRIBED = 8;

    private final PartitionTable table;
    private final long[] previousSequence;
    private final long[] previousTerm;
    private final List<String> described = new ArrayList<>();
    private long gaps;

    HistoryCheck(final PartitionTable table) {
        this.table = table;
        previousSequence = new long[table.partitions()];
        previousTerm = new long[table.partitions()];
    }

    /**
     * Looks at a record that is about to be applied.
     *
     * @param header of the record.
     * @param queue  folder name of its queue.
     */
    void onRecord(final RecordHeaderFlyweight header, final String queue) {
        final int partition = header.partition();
        if (partition == RecordHeaderFlyweight.CONTROL_PARTITION || partition >= previousSequence.length) {
            return;
        }
        final long sequence = header.sequence();
        // What the snapshot's copy of the profiles has seen may be missing, as after files of a queue that is no longer
        // written have gone. Within one term a partition has one queue, which is read in one piece: the copy of the
        // identities may need what is missing there.
        final boolean sameTerm = previousSequence[partition] != 0 && previousTerm[partition] == header.term();
        final long expected = 1 + (sameTerm
            ? previousSequence[partition] : Math.max(previousSequence[partition], table.lastSequence(partition)));
        if (sequence > expected) {
            gaps++;
            if (described.size() < MAX_DESCRIBED) {
                described.add("partition " + partition + ": expected sequence " + expected + ", found " + sequence
                    + " (queue " + queue + ", term " + header.term() + ")");
            }
        }
        previousSequence[partition] = Math.max(previousSequence[partition], sequence);
        previousTerm[partition] = header.term();
    }

    /** {@return how many places lack records} */
    long gaps() {
        return gaps;
    }

    /** {@return which partitions, expected and found sequences; never empty when there are gaps} */
    String description() {
        return String.join("; ", described)
            + (gaps > described.size() ? "; and " + (gaps - described.size()) + " more" : "");
    }
}
