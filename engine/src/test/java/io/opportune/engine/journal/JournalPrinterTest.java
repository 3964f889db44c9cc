package io.opportune.engine.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.opportune.engine.journal.JournalFixture.SettableClock;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalPrinterTest {
    private static final long TIME_NS = 1_483_228_800_123_456_789L;

    private final ObjectMapper json = new ObjectMapper();
    private final JournalPrinter printer = new JournalPrinter(JournalFilter.all());

    @TempDir
    private Path queue;

    @Test
    void shouldPrintAnUnknownTemplateByItsHeaderAndBytes() throws IOException {
        final UnsafeBuffer record = new UnsafeBuffer(GoldenRecords.all().get("ErasureRecord").clone());
        record.putShort(2, (short) 999);
        record.putShort(6, (short) 7);
        final String line = printer.line(5, record, 0, record.capacity());
        assertTrue(line.startsWith(
            "{\"index\":\"0000000000000005\",\"template\":\"unknown(999)\",\"version\":7,"), line);
        assertTrue(line.contains("\"rootKey\":\"0123456789abcdeffedcba9876543210\""), line);
        assertTrue(line.contains("\"hex\":\"4000e703"), line);
        json.readTree(line);
    }

    @Test
    void shouldPrintTheMessageInHexWhenItIsMalformed() throws IOException {
        final UnsafeBuffer record = new UnsafeBuffer(GoldenRecords.all().get("DecisionRecord").clone());
        final int request = 8 + DecisionRecordDecoder.BLOCK_LENGTH + Integer.BYTES;
        // The count of basket lines, behind the request's fixed fields.
        record.putShort(request + 8 + record.getShort(request) + 2, (short) -1);
        final String line = printer.line(5, record, 0, record.capacity());
        assertTrue(line.contains("\"request\":{\"malformed\":"), line);
        assertTrue(line.contains("\"response\":{\"message\":\"DecisionResponse\""), line);
        json.readTree(line);
    }

    @Test
    void shouldNeverThrowWhateverTheBytes() throws IOException {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        for (final Map.Entry<String, byte[]> golden : GoldenRecords.all().entrySet()) {
            for (int round = 0; round < 2_000; round++) {
                final byte[] bytes = golden.getValue().clone();
                for (int flips = random.nextInt(6); flips >= 0; flips--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
                final int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;
                try {
                    json.readTree(printer.line(round, new UnsafeBuffer(bytes), 0, length));
                } catch (final RuntimeException | IOException e) {
                    throw new AssertionError(golden.getKey() + ", seed " + seed + ", round " + round, e);
                }
            }
        }
    }

    @Test
    void shouldShowOnlyWhatTheFilterLetsThrough() throws IOException {
        fill();
        assertEquals(14, count(JournalFilter.all()));
        assertEquals(9, count(JournalFilter.all().withPartition(7)));
        assertEquals(5, count(JournalFilter.all().withPartition(RecordHeaderFlyweight.CONTROL_PARTITION)));
        assertEquals(1, count(JournalFilter.all().withTemplate(JournalPrinter.templateId("event"))));
        assertEquals(8, count(JournalFilter.all().withRootKey(0x0123_4567_89AB_CDEFL, 0xFEDC_BA98_7654_3210L)));
        assertEquals(0, count(JournalFilter.all().withRootKey(1, 2)));
        assertEquals(2, count(JournalFilter.all().withBusinessTime(TIME_NS + 2, TIME_NS + 4)));
        assertEquals(5, count(JournalFilter.all().withLimit(5)));
        assertEquals(JournalFilter.ANY, JournalPrinter.templateId("nonsense"));
    }

    @Test
    void shouldFollowWhatIsAppendedLater() throws IOException {
        fill();
        final StringBuilder out = new StringBuilder();
        final AtomicInteger asked = new AtomicInteger();
        final UnsafeBuffer record = new UnsafeBuffer(GoldenRecords.all().get("TermRecord"));
        try (JournalReader reader = new JournalReader(queue);
            JournalWriter writer = JournalFixture.writer(queue, new SettableClock())) {
            final long shown = new JournalPrinter(JournalFilter.all()).follow(reader, out, () -> {
                if (asked.incrementAndGet() == 15) {
                    writer.append(record, 0, record.capacity());
                }
                return asked.get() < 18;
            });
            assertEquals(15, shown);
        }
        assertEquals(15, out.toString().lines().count());
        assertFalse(out.toString().contains("\"template\":\"unknown"));
    }

    private void fill() {
        try (JournalWriter writer = JournalFixture.writer(queue, new SettableClock())) {
            for (final byte[] record : GoldenRecords.all().values()) {
                assertTrue(writer.append(new UnsafeBuffer(record), 0, record.length) > 0);
            }
        }
    }

    private long count(final JournalFilter filter) throws IOException {
        final StringBuilder out = new StringBuilder();
        try (JournalReader reader = new JournalReader(queue)) {
            final long shown = new JournalPrinter(filter).print(reader, out);
            assertEquals(shown, out.toString().lines().count());
            return shown;
        }
    }
}
