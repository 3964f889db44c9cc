package io.opportune.engine.recovery;

import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import io.opportune.engine.journal.codec.EventRecordDecoder;
import io.opportune.engine.journal.codec.MessageHeaderDecoder;
import io.opportune.engine.ledger.Ledger;
import io.opportune.engine.shard.DecisionIds;
import io.opportune.protocol.codec.EventReportDecoder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Tells the ledger what the records of the journal's tail reserve and settle, by the same two methods that the shards
 * reach while serving. What its copy has seen changes nothing. One thread.
 */
final class LedgerTail {
    private final Ledger ledger;
    private final RecordHeaderFlyweight record = new RecordHeaderFlyweight();
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final DecisionRecordDecoder decision = new DecisionRecordDecoder();
    private final EventRecordDecoder event = new EventRecordDecoder();
    private final io.opportune.protocol.codec.MessageHeaderDecoder wireHeader =
        new io.opportune.protocol.codec.MessageHeaderDecoder();
    private final EventReportDecoder report = new EventReportDecoder();
    private final UnsafeBuffer message = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer block = new UnsafeBuffer(0, 0);

    LedgerTail(final Ledger ledger) {
        this.ledger = ledger;
    }

    /** Takes the record at which a reader of a shard's queue stands. */
    void onRecord(final int shard, final JournalReader reader) {
        record.wrap(reader.buffer(), reader.offset());
        if (record.partition() == RecordHeaderFlyweight.CONTROL_PARTITION) {
            return;
        }
        if (record.templateId() == DecisionRecordDecoder.TEMPLATE_ID) {
            onDecision(shard, reader);
        } else if (record.templateId() == EventRecordDecoder.TEMPLATE_ID) {
            onEvent(shard, reader);
        }
    }

    private void onDecision(final int shard, final JournalReader reader) {
        decision.wrapAndApplyHeader(reader.buffer(), reader.offset(), header);
        decision.skipRequest();
        decision.skipResponse();
        decision.wrapReservations(block);
        if (block.capacity() > 0) {
            ledger.onReserved(shard, reader.index(), record.appendTimeNs(),
                DecisionIds.high(record.partition(), record.term()), record.sequence(), block, 0,
                block.capacity());
        }
    }

    private void onEvent(final int shard, final JournalReader reader) {
        event.wrapAndApplyHeader(reader.buffer(), reader.offset(), header);
        event.wrapReport(message);
        event.wrapSettlement(block);
        if (block.capacity() > 0) {
            report.wrapAndApplyHeader(message, 0, wireHeader);
            ledger.onSettled(shard, reader.index(), record.appendTimeNs(), report.eventId().high(),
                report.eventId().low(), report.decisionId().high(), report.decisionId().low(), report.offerId(), block,
                0, block.capacity());
        }
    }
}
