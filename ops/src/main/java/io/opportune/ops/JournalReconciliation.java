package io.opportune.ops;

import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import io.opportune.engine.journal.codec.EventRecordDecoder;
import io.opportune.engine.journal.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.EventReportDecoder;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Holds what a client was promised against what the journal of a fresh server holds: accepted events by kind,
 * decisions. Reads the queues from outside, also while the server writes.
 */
final class JournalReconciliation {
    private final Map<String, Long> events = new TreeMap<>();
    private long decisions;
    private long damaged;

    private JournalReconciliation() {
    }

    /** Reads all shard queues below a server's data folder. */
    static JournalReconciliation of(final Path dataDirectory) {
        final JournalReconciliation result = new JournalReconciliation();
        final JournalDirectory journal = new JournalDirectory(dataDirectory.resolve("journal"));
        for (final Path queue : journal.queues()) {
            if (!queue.equals(journal.registryQueue())) {
                result.read(queue);
            }
        }
        return result;
    }

    private void read(final Path queue) {
        final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
        final MessageHeaderDecoder journalHeader = new MessageHeaderDecoder();
        final EventRecordDecoder event = new EventRecordDecoder();
        final io.opportune.protocol.codec.MessageHeaderDecoder wireHeader =
            new io.opportune.protocol.codec.MessageHeaderDecoder();
        final EventReportDecoder report = new EventReportDecoder();
        final UnsafeBuffer embedded = new UnsafeBuffer(0, 0);
        try (JournalReader reader = new JournalReader(queue)) {
            while (reader.next()) {
                header.wrap(reader.buffer(), reader.offset());
                if (header.templateId() == DecisionRecordDecoder.TEMPLATE_ID) {
                    decisions++;
                } else if (header.templateId() == EventRecordDecoder.TEMPLATE_ID) {
                    event.wrapAndApplyHeader(reader.buffer(), reader.offset(), journalHeader);
                    event.wrapReport(embedded);
                    report.wrapAndApplyHeader(embedded, 0, wireHeader);
                    events.merge(report.eventType().name().toLowerCase(Locale.ROOT), 1L, Long::sum);
                }
            }
            damaged += reader.damagedCount();
        }
    }

    /**
     * Compares, and says so line by line.
     *
     * @param acceptedByKind events that were acknowledged as accepted, by kind.
     * @param decided        decisions that were answered in full.
     * @param text           gets the comparison.
     * @return whether everything agrees to the last one.
     */
    boolean agrees(final Map<String, Long> acceptedByKind, final long decided, final StringBuilder text) {
        boolean agrees = damaged == 0;
        text.append(String.format(Locale.ROOT, "%-28s%14s%14s%n", "reconciled with the journal", "client", "journal"));
        for (final Map.Entry<String, Long> accepted : acceptedByKind.entrySet()) {
            agrees &= line(text, accepted.getKey(), accepted.getValue(), events.getOrDefault(accepted.getKey(), 0L));
        }
        agrees &= line(text, "full decisions", decided, decisions);
        for (final String kind : events.keySet()) {
            if (!acceptedByKind.containsKey(kind)) {
                agrees &= line(text, kind, 0, events.get(kind));
            }
        }
        if (damaged > 0) {
            text.append(String.format(Locale.ROOT, "  %,d damaged records%n", damaged));
        }
        return agrees;
    }

    private static boolean line(final StringBuilder text, final String what, final long client, final long journal) {
        text.append(String.format(Locale.ROOT, "  %-26s%,14d%,14d  %s%n",
            what, client, journal, client == journal ? "equal" : "DIFFERENT"));
        return client == journal;
    }
}
