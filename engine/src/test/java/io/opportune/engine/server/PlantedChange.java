package io.opportune.engine.server;

import io.opportune.engine.journal.JournalCounters;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.JournalSettings;
import io.opportune.engine.journal.JournalWriter;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import io.opportune.engine.journal.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes a journal anew with one answer changed by one bit of one score. */
final class PlantedChange {
    private final JournalDirectory journals;
    private boolean planted;

    PlantedChange(final Path journal) {
        journals = new JournalDirectory(journal);
    }

    void rewrite(final Path into) {
        for (final Path queue : journals.queues()) {
            try (JournalReader reader = new JournalReader(queue);
                JournalWriter writer = new JournalWriter(into.resolve(queue.getFileName()),
                    JournalSettings.defaults(), new SystemEpochNanoClock(), JournalCounters.detached())) {
                while (reader.next()) {
                    final UnsafeBuffer record = new UnsafeBuffer(new byte[reader.length()]);
                    record.putBytes(0, reader.buffer(), reader.offset(), reader.length());
                    plant(record);
                    writer.append(record, 0, record.capacity());
                }
            }
        }
        if (!planted) {
            throw new AssertionError("no decision had an offer");
        }
    }

    private void plant(final UnsafeBuffer record) {
        final RecordHeaderFlyweight header = new RecordHeaderFlyweight().wrap(record, 0);
        if (planted || header.templateId() != DecisionRecordDecoder.TEMPLATE_ID || header.sequence() < 20) {
            return;
        }
        final DecisionRecordDecoder decision =
            new DecisionRecordDecoder().wrapAndApplyHeader(record, 0, new MessageHeaderDecoder());
        decision.skipRequest();
        final int responseAt = decision.limit() + DecisionRecordDecoder.responseHeaderLength();
        final DecisionResponseDecoder response = new DecisionResponseDecoder().wrapAndApplyHeader(
            record, responseAt, new io.opportune.protocol.codec.MessageHeaderDecoder());
        final DecisionResponseDecoder.OffersDecoder offers = response.offers();
        if (offers.hasNext()) {
            final int scoreAt = response.limit() + DecisionResponseDecoder.OffersDecoder.scoreEncodingOffset();
            record.putLong(scoreAt, record.getLong(scoreAt, ByteOrder.LITTLE_ENDIAN) ^ 1, ByteOrder.LITTLE_ENDIAN);
            planted = true;
        }
    }
}
