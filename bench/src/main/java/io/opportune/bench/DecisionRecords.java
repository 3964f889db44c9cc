package io.opportune.bench;

import io.opportune.bench.fixture.EngineFixture;
import io.opportune.bench.fixture.NoSink;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import io.opportune.engine.pipeline.RequestSlot;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Journal records of decisions that the fixture's shard has made and written. Owned by one thread. */
final class DecisionRecords {
    private final UnsafeBuffer[] records;
    private int next;

    private DecisionRecords(final UnsafeBuffer[] records) {
        this.records = records;
    }

    /** Makes the first decisions of the mix and reads their records back. */
    static DecisionRecords of(final WorldState world, final int limit) {
        final EngineFixture fixture = world.fixture;
        final int count = Math.min(limit, world.admitted.count());
        final long before = fixture.journal().lastIndex();
        final RequestSlot slot = fixture.shard().slot(0);
        final NoSink sink = new NoSink();
        for (int i = 0; i < count; i++) {
            world.admitted.fill(i, slot, fixture.nextRequestId(), sink, System.nanoTime(), Long.MAX_VALUE);
            fixture.engine().onMessage(slot);
        }
        fixture.engine().onBatchEnd();
        final UnsafeBuffer[] records = new UnsafeBuffer[count];
        final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
        int read = 0;
        try (JournalReader reader = new JournalReader(fixture.journalQueue())) {
            if (!reader.moveTo(before)) {
                throw new IllegalStateException("the journal does not know its own index " + before);
            }
            while (read < count && reader.next()) {
                header.wrap(reader.buffer(), reader.offset());
                if (header.templateId() == DecisionRecordDecoder.TEMPLATE_ID && reader.index() > before) {
                    records[read] = new UnsafeBuffer(ByteBuffer.allocateDirect(reader.length()));
                    records[read++].putBytes(0, reader.buffer(), reader.offset(), reader.length());
                }
            }
        }
        if (read != count) {
            throw new IllegalStateException(read + " of " + count + " decisions are in the journal");
        }
        return new DecisionRecords(records);
    }

    /** One after the other, for ever. */
    UnsafeBuffer next() {
        final UnsafeBuffer record = records[next];
        next = next + 1 == records.length ? 0 : next + 1;
        return record;
    }

    double meanBytes() {
        long bytes = 0;
        for (final UnsafeBuffer record : records) {
            bytes += record.capacity();
        }
        return (double) bytes / records.length;
    }
}
