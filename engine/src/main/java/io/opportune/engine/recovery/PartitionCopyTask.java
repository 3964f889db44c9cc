package io.opportune.engine.recovery;

import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.ProfileStore;
import io.opportune.engine.shard.BackgroundTask;
import io.opportune.engine.state.PartitionTable;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The shard's half of a snapshot: copies the profiles of its partitions chunk by chunk between decisions into a few
 * reused buffers, which the snapshot's thread writes to files. When all buffers are on their way to the disk the shard
 * copies nothing and goes on deciding.
 */
final class PartitionCopyTask implements BackgroundTask {
    static final int ENTRY_LENGTH_BYTES = 16 + ProfileFlyweight.LENGTH_BYTES;
    private static final int BUFFERS = 4;

    /** One chunk on its way to the disk, or the start or end of a partition. */
    static final class Chunk {
        final UnsafeBuffer entries =
            new UnsafeBuffer(ByteBuffer.allocateDirect(ProfileStore.CHUNK_PROFILES * ENTRY_LENGTH_BYTES));
        int count;
        int partition;
        boolean lastOfPartition;
        boolean lastOfShard;
        long sequence;
        long businessTimeNs;

        private void add(final long rootHigh, final long rootLow, final DirectBuffer record, final int offset) {
            final int at = count++ * ENTRY_LENGTH_BYTES;
            entries.putLong(at, rootHigh);
            entries.putLong(at + 8, rootLow);
            entries.putBytes(at + 16, record, offset, ProfileFlyweight.LENGTH_BYTES);
        }
    }

    private final ProfileStore profiles;
    private final PartitionTable table;
    private final int[] partitions;
    private final OneToOneConcurrentArrayQueue<Chunk> free = new OneToOneConcurrentArrayQueue<>(BUFFERS);
    private final OneToOneConcurrentArrayQueue<Chunk> filled = new OneToOneConcurrentArrayQueue<>(BUFFERS);
    private int position;
    private int chunk;
    private long sequence;
    private long businessTimeNs;

    PartitionCopyTask(final ProfileStore profiles, final PartitionTable table, final int[] partitions) {
        this.profiles = profiles;
        this.table = table;
        this.partitions = partitions;
        for (int i = 0; i < BUFFERS; i++) {
            free.add(new Chunk());
        }
    }

    @Override
    public boolean step() {
        if (position == partitions.length) {
            return false;
        }
        final Chunk target = free.poll();
        if (target == null) {
            return true;
        }
        final int partition = partitions[position];
        if (chunk == 0) {
            sequence = table.lastSequence(partition);
            businessTimeNs = table.businessTimeNs(partition);
        }
        target.count = 0;
        target.partition = partition;
        target.sequence = sequence;
        target.businessTimeNs = businessTimeNs;
        profiles.copyChunk(partition, chunk,
            (high, low, buffer, offset, length) -> target.add(high, low, buffer, offset));
        chunk++;
        target.lastOfPartition = chunk >= profiles.chunkCount(partition);
        if (target.lastOfPartition) {
            position++;
            chunk = 0;
        }
        target.lastOfShard = position == partitions.length;
        filled.add(target);
        return !target.lastOfShard;
    }

    /** Takes the next chunk, waiting for it; called by the snapshot's thread. Null when none came in time. */
    Chunk take(final long timeoutNs, final Runnable nudge) {
        final long deadlineNs = System.nanoTime() + timeoutNs;
        Chunk chunk = filled.poll();
        while (chunk == null && System.nanoTime() - deadlineNs < 0) {
            nudge.run();
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(50));
            chunk = filled.poll();
        }
        return chunk;
    }

    /** Gives a written chunk's buffer back. */
    void release(final Chunk written) {
        free.add(written);
    }
}
