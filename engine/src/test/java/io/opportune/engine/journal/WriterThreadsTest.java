package io.opportune.engine.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A writer may be handed from thread to thread, as long as only one uses it at a time. */
class WriterThreadsTest {
    @TempDir
    Path folder;

    @Test
    void shouldAppendFromWhicheverThreadHasTheWriter() throws Exception {
        final List<Throwable> broken = new ArrayList<>();
        final RecordWriter records = new RecordWriter(0, 4096);
        try (JournalWriter writer = new JournalWriter(folder, JournalSettings.defaults().withMinFreeBytes(0)
            .withSync(SyncPolicy.BATCH, 1).withSizes(64L << 20, 1L << 20, 1 << 16),
            SystemEpochNanoClock.INSTANCE, JournalCounters.detached(), null, broken::add)) {
            for (int i = 1; i <= 200; i++) {
                final int sequence = i;
                try (var thread = Executors.newSingleThreadExecutor()) {
                    final long index = thread.submit(() -> {
                        records.at(RecordHeaderFlyweight.CONTROL_PARTITION, sequence, 1, 1, 0, 0)
                            .termRecord().serverVersion("x".repeat(sequence));
                        final long written = writer.append(records.buffer(), 0, records.length());
                        writer.endOfBatch();
                        return written;
                    }).get(10, TimeUnit.SECONDS);
                    assertEquals(List.of(), broken, "append " + i);
                    assertNotEquals(JournalWriter.NOT_WRITTEN, index, "append " + i);
                }
            }
        }
        int count = 0;
        try (JournalReader reader = new JournalReader(folder)) {
            while (reader.next()) {
                count++;
            }
        }
        assertEquals(200, count);
    }
}
