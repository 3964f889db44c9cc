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

/** Reads the queue of what belongs to no shard: names and their ids, terms, catalogue versions, holds. One thread. */
public final class RegistryQueue {
    /** No offer has it. */
    private static final int NO_ID = 0;

    private final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
    private final MessageHeaderDecoder messageHeader = new MessageHeaderDecoder();
    private final NameRecordDecoder name = new NameRecordDecoder();
    private final CatalogueRecordDecoder catalogue = new CatalogueRecordDecoder();
    private final HoldRecordDecoder hold = new HoldRecordDecoder();
    private final NameRegistry registry;
    private final List<Hold> holds = new ArrayList<>();
    private final List<String> gaps = new ArrayList<>();
    private long sequence;
    private long term;
    private long catalogueCounter;
    private long knownEpoch = Long.MAX_VALUE;

    private RegistryQueue(final NameRegistry registry) {
        this.registry = registry;
    }

    /**
     * Where the queue stands.
     *
     * @param lastSequence     of its records; 0 when it is empty.
     * @param lastTerm         0 before the first start of a server.
     * @param catalogueCounter of the last catalogue; 0 before the first.
     * @param holds            every change of what is held back, by epoch, from 1 without gaps; where one is lost,
     *                         one that changes nothing stands in its place.
     * @param knownEpoch       up to which what was held back is known: the number of changes unless one is lost.
     * @param gaps             where records are lost or damaged, each with what was expected and found; mostly empty.
     */
    public record Position(
        long lastSequence, long lastTerm, long catalogueCounter, List<Hold> holds, long knownEpoch,
        List<String> gaps) {
        /** Copies the lists. */
        public Position {
            holds = List.copyOf(holds);
            gaps = List.copyOf(gaps);
        }

        /**
         * What was held at an epoch.
         *
         * @param epoch 0 up to the number of changes.
         * @return the holds.
         */
        public Holds holdsAt(final long epoch) {
            return holdsAt(epoch, Holds.NONE);
        }

        /**
         * What was held at an epoch, from what was held at another one.
         *
         * @param epoch 0 up to the number of changes.
         * @param near  of this queue; the fewer changes before the epoch, the better.
         * @return the holds.
         */
        public Holds holdsAt(final long epoch, final Holds near) {
            Holds at = near.epoch() <= epoch ? near : Holds.NONE;
            while (at.epoch() < epoch) {
                at = at.with(holds.get((int) at.epoch()));
            }
            return at;
        }
    }

    /**
     * Reads the whole queue. Its sequences are dense from 1 and so are the epochs of its holds, so that what is missing
     * is noticed.
     *
     * @param queue    folder of the queue; may be absent.
     * @param registry gets all names with their ids.
     * @return where the queue stands, and what is missing in it.
     */
    public static Position restore(final Path queue, final NameRegistry registry) {
        final RegistryQueue reading = new RegistryQueue(registry);
        try (JournalReader reader = new JournalReader(queue)) {
            while (reader.next()) {
                reading.onRecord(reader);
            }
            if (reader.damagedCount() > 0) {
                reading.gaps.add(reader.damagedCount() + " damaged records");
            }
        }
        return new Position(reading.sequence, reading.term, reading.catalogueCounter, reading.holds,
            Math.min(reading.knownEpoch, reading.holds.size()), reading.gaps);
    }

    private void onRecord(final JournalReader reader) {
        header.wrap(reader.buffer(), reader.offset());
        if (header.sequence() != sequence + 1) {
            gaps.add("expected sequence " + (sequence + 1) + ", found " + header.sequence());
        }
        sequence = Math.max(sequence, header.sequence());
        switch (header.templateId()) {
            case TermRecordDecoder.TEMPLATE_ID -> term = Math.max(term, header.term());
            case NameRecordDecoder.TEMPLATE_ID -> {
                name.wrapAndApplyHeader(reader.buffer(), reader.offset(), messageHeader);
                registry.restore(NameKind.get(name.kindRaw()), name.id(), name.name());
            }
            case CatalogueRecordDecoder.TEMPLATE_ID -> {
                catalogue.wrapAndApplyHeader(reader.buffer(), reader.offset(), messageHeader);
                catalogueCounter = catalogue.catalogueCounter();
            }
            case HoldRecordDecoder.TEMPLATE_ID -> {
                hold.wrapAndApplyHeader(reader.buffer(), reader.offset(), messageHeader);
                onHold(read(hold));
            }
            default -> {
                // Written by a newer server.
            }
        }
    }

    private void onHold(final Hold change) {
        if (change.epoch() != holds.size() + 1) {
            gaps.add("expected control epoch " + (holds.size() + 1) + ", found " + change.epoch());
            knownEpoch = Math.min(knownEpoch, Math.min(holds.size(), change.epoch() - 1));
        }
        while (holds.size() + 1 < change.epoch()) {
            holds.add(new Hold(holds.size() + 1, Hold.Target.OFFER, NO_ID, change.reason(), false));
        }
        if (change.epoch() == holds.size() + 1) {
            holds.add(change);
        }
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
