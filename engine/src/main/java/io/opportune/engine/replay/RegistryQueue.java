package io.opportune.engine.replay;

import io.opportune.engine.decision.Hold;
import io.opportune.engine.decision.HoldReason;
import io.opportune.engine.decision.Holds;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.CatalogueRecordDecoder;
import io.opportune.engine.journal.codec.HoldRecordDecoder;
import io.opportune.engine.journal.codec.MessageHeaderDecoder;
import io.opportune.engine.journal.codec.NameRecordDecoder;
import io.opportune.engine.journal.codec.TermRecordDecoder;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.protocol.codec.NameKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the queue of what belongs to no shard: names and their ids, terms, catalogue versions, holds. Stateless. */
public final class RegistryQueue {
    private RegistryQueue() {
    }

    /**
     * Where the queue stands.
     *
     * @param lastSequence     of its records; 0 when it is empty.
     * @param lastTerm         0 before the first start of a server.
     * @param catalogueCounter of the last catalogue; 0 before the first.
     * @param holds            every change of what is held back, by epoch, from 1 without gaps.
     */
    public record Position(long lastSequence, long lastTerm, long catalogueCounter, List<Hold> holds) {
        /** Copies the list. */
        public Position {
            holds = List.copyOf(holds);
        }

        /**
         * What was held at an epoch.
         *
         * @param epoch 0 up to the number of changes.
         * @return the holds.
         */
        public Holds holdsAt(final long epoch) {
            Holds at = Holds.NONE;
            for (int i = 0; i < epoch; i++) {
                at = at.with(holds.get(i));
            }
            return at;
        }
    }

    /**
     * Reads the whole queue.
     *
     * @param queue    folder of the queue; may be absent.
     * @param registry gets all names with their ids.
     * @return where the queue stands.
     */
    public static Position restore(final Path queue, final NameRegistry registry) {
        final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
        final MessageHeaderDecoder messageHeader = new MessageHeaderDecoder();
        final NameRecordDecoder name = new NameRecordDecoder();
        final CatalogueRecordDecoder catalogue = new CatalogueRecordDecoder();
        final HoldRecordDecoder hold = new HoldRecordDecoder();
        final List<Hold> holds = new ArrayList<>();
        long sequence = 0;
        long term = 0;
        long counter = 0;
        try (JournalReader reader = new JournalReader(queue)) {
            while (reader.next()) {
                header.wrap(reader.buffer(), reader.offset());
                sequence = Math.max(sequence, header.sequence());
                switch (header.templateId()) {
                    case TermRecordDecoder.TEMPLATE_ID -> term = Math.max(term, header.term());
                    case NameRecordDecoder.TEMPLATE_ID -> {
                        name.wrapAndApplyHeader(reader.buffer(), reader.offset(), messageHeader);
                        registry.restore(NameKind.get(name.kindRaw()), name.id(), name.name());
                    }
                    case CatalogueRecordDecoder.TEMPLATE_ID -> {
                        catalogue.wrapAndApplyHeader(reader.buffer(), reader.offset(), messageHeader);
                        counter = catalogue.catalogueCounter();
                    }
                    case HoldRecordDecoder.TEMPLATE_ID -> {
                        hold.wrapAndApplyHeader(reader.buffer(), reader.offset(), messageHeader);
                        holds.add(read(hold));
                    }
                    default -> {
                        // Written by a newer server.
                    }
                }
            }
        }
        return new Position(sequence, term, counter, holds);
    }

    private static Hold read(final HoldRecordDecoder record) {
        final Hold.Target target = Hold.Target.of(record.target());
        final HoldReason reason = HoldReason.of(record.reason());
        if (target == null || reason == null) {
            throw new IllegalStateException("the control journal holds back target kind " + record.target()
                + " for reason " + record.reason() + ", which this version does not know: start a newer one");
        }
        return new Hold(record.controlEpoch(), target, record.registryId(), reason, record.held() != 0);
    }
}
