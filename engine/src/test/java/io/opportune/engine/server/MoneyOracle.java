package io.opportune.engine.server;

import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import io.opportune.engine.journal.codec.EventRecordDecoder;
import io.opportune.engine.journal.codec.MessageHeaderDecoder;
import io.opportune.engine.recovery.JournalTail;
import io.opportune.engine.shard.DecisionIds;
import io.opportune.protocol.codec.EventReportDecoder;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads reservations and settlements out of the journal by itself and adds them up in ordinary maps, in the order in
 * which they were appended. Reservations do not expire here: the test's live longer than the test.
 */
final class MoneyOracle {
    private static final int COMMIT = 1;
    private static final int RELEASE = 2;

    /** A budget's line. */
    record Line(int budgetId, int scopeId, int period) {
    }

    /** What a decision reserved for one of its offers. */
    private record Claim(UUID decision, int offerId) {
    }

    /** Sums of a line. */
    static final class Sums {
        long spent;
        long reserved;
        long late;
        /** The most that was spent and reserved at once. */
        long most;

        @Override
        public String toString() {
            return "spent " + spent + ", reserved " + reserved + ", late " + late + ", at most " + most;
        }
    }

    private final Map<Line, Sums> lines = new HashMap<>();
    private final Map<Claim, Map<Line, Long>> open = new HashMap<>();
    private final Set<Claim> settled = new HashSet<>();
    private final Set<UUID> events = new HashSet<>();
    private final List<String> problems = new ArrayList<>();
    private long reservations;
    private long commits;

    private final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
    private final MessageHeaderDecoder messageHeader = new MessageHeaderDecoder();
    private final UnsafeBuffer block = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer message = new UnsafeBuffer(0, 0);

    MoneyOracle read(final Path data) {
        final JournalDirectory journals = new JournalDirectory(DataDirectory.journal(data));
        final List<Path> queues = journals.queues().stream()
            .filter(queue -> !queue.equals(journals.registryQueue())).toList();
        try (JournalTail tail = new JournalTail(queues)) {
            tail.forEach((queue, reader) -> onRecord(reader));
        }
        return this;
    }

    private void onRecord(final JournalReader reader) {
        header.wrap(reader.buffer(), reader.offset());
        if (header.partition() == RecordHeaderFlyweight.CONTROL_PARTITION) {
            return;
        }
        if (header.templateId() == DecisionRecordDecoder.TEMPLATE_ID) {
            final DecisionRecordDecoder record = new DecisionRecordDecoder();
            record.wrapAndApplyHeader(reader.buffer(), reader.offset(), messageHeader);
            record.skipRequest();
            record.skipResponse();
            record.wrapReservations(block);
            reserve(new UUID(DecisionIds.high(header.partition(), header.term()), header.sequence()));
        } else if (header.templateId() == EventRecordDecoder.TEMPLATE_ID) {
            final EventRecordDecoder record = new EventRecordDecoder();
            record.wrapAndApplyHeader(reader.buffer(), reader.offset(), messageHeader);
            record.wrapReport(message);
            record.wrapSettlement(block);
            final EventReportDecoder report = new EventReportDecoder().wrapAndApplyHeader(
                message, 0, new io.opportune.protocol.codec.MessageHeaderDecoder());
            if (!events.add(new UUID(report.eventId().high(), report.eventId().low()))) {
                problems.add("event " + report.eventId() + " stands twice");
            }
            if (block.capacity() > 0) {
                settle(new Claim(new UUID(report.decisionId().high(), report.decisionId().low()), report.offerId()));
            }
        }
    }

    private void reserve(final UUID decision) {
        for (int at = 0; at < block.capacity(); at += 28) {
            final Line line = line(at + 4);
            final long amount = block.getLong(at + 16, ByteOrder.LITTLE_ENDIAN);
            open.computeIfAbsent(new Claim(decision, block.getInt(at, ByteOrder.LITTLE_ENDIAN)),
                claim -> new HashMap<>()).put(line, amount);
            final Sums sums = sums(line);
            sums.reserved += amount;
            sums.most = Math.max(sums.most, sums.spent + sums.reserved);
            reservations++;
        }
    }

    private void settle(final Claim claim) {
        final int kind = block.getByte(0);
        final Map<Line, Long> reserved = open.remove(claim);
        if (reserved == null) {
            if (kind == COMMIT && !settled.contains(claim)) {
                for (int at = 4; at < block.capacity(); at += 20) {
                    sums(line(at)).late += block.getLong(at + 12, ByteOrder.LITTLE_ENDIAN);
                }
            }
            return;
        }
        settled.add(claim);
        final Map<Integer, Long> amounts = new HashMap<>();
        for (int at = 4; at < block.capacity(); at += 20) {
            amounts.put(block.getInt(at, ByteOrder.LITTLE_ENDIAN), block.getLong(at + 12, ByteOrder.LITTLE_ENDIAN));
        }
        reserved.forEach((line, amount) -> {
            final Sums sums = sums(line);
            sums.reserved -= amount;
            if (kind == COMMIT) {
                sums.spent += Math.min(amount, amounts.getOrDefault(line.budgetId, amount));
                commits++;
            } else if (kind != RELEASE) {
                problems.add(claim + " is settled by kind " + kind);
            }
        });
    }

    private Line line(final int at) {
        return new Line(block.getInt(at, ByteOrder.LITTLE_ENDIAN), block.getInt(at + 4, ByteOrder.LITTLE_ENDIAN),
            block.getInt(at + 8, ByteOrder.LITTLE_ENDIAN));
    }

    private Sums sums(final Line line) {
        return lines.computeIfAbsent(line, key -> new Sums());
    }

    Map<Line, Sums> lines() {
        return lines;
    }

    boolean has(final UUID event) {
        return events.contains(event);
    }

    List<String> problems() {
        return problems;
    }

    @Override
    public String toString() {
        final Map<String, Long> sums = new TreeMap<>();
        lines.values().forEach(line -> {
            sums.merge("spent", line.spent, Long::sum);
            sums.merge("reserved", line.reserved, Long::sum);
            sums.merge("late", line.late, Long::sum);
        });
        return lines.size() + " lines, " + reservations + " reservations, " + commits + " commits, " + sums;
    }
}
