package io.opportune.ops;

import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalPrinter;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one pass over a queue has found.
 *
 * @param queue         its folder.
 * @param recordCount   whole records.
 * @param lengthBytes   on the disk.
 * @param damagedCount  records that failed their checksum.
 * @param firstAppendNs append time of the first record, nanoseconds since 1970; {@link #NO_TIME} without records.
 * @param lastAppendNs  append time of the last record.
 * @param countByKind   records by the name of their template.
 */
record JournalSummary(
    Path queue,
    long recordCount,
    long lengthBytes,
    long damagedCount,
    long firstAppendNs,
    long lastAppendNs,
    Map<String, Long> countByKind) {
    /** In the place of a time when there is no record. */
    static final long NO_TIME = Long.MIN_VALUE;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final String[] KINDS = {
        "decision", "event", "context", "erasure", "mergeOut", "mergeIn", "mergeDone", "unlink", "catalogue", "term",
        "name", "redacted"};

    static JournalSummary of(final Path queue) {
        final Map<Integer, String> kinds = new TreeMap<>();
        for (final String kind : KINDS) {
            kinds.put(JournalPrinter.templateId(kind), kind);
        }
        final Map<String, Long> countByKind = new TreeMap<>();
        final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
        long count = 0;
        long firstNs = NO_TIME;
        long lastNs = NO_TIME;
        try (JournalReader reader = new JournalReader(queue)) {
            while (reader.next()) {
                count++;
                if (reader.length() < RecordHeaderFlyweight.MIN_RECORD_LENGTH_BYTES) {
                    countByKind.merge("malformed", 1L, Long::sum);
                    continue;
                }
                header.wrap(reader.buffer(), reader.offset());
                final int templateId = header.templateId();
                countByKind.merge(kinds.getOrDefault(templateId, "template " + templateId), 1L, Long::sum);
                lastNs = header.appendTimeNs();
                firstNs = firstNs == NO_TIME ? lastNs : firstNs;
            }
            return new JournalSummary(queue, count, JournalDirectory.bytesOnDisk(queue), reader.damagedCount(),
                firstNs, lastNs, countByKind);
        }
    }

    static long nanos(final Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), NANOS_PER_SECOND), time.getNano());
    }

    static Instant instant(final long timeNs) {
        return Instant.ofEpochSecond(Math.floorDiv(timeNs, NANOS_PER_SECOND), Math.floorMod(timeNs, NANOS_PER_SECOND));
    }
}
