package io.opportune.engine.server;

import io.opportune.engine.journal.JournalCounters;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.JournalSettings;
import io.opportune.engine.journal.JournalWriter;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import io.opportune.engine.journal.codec.EventRecordDecoder;
import io.opportune.engine.journal.codec.MessageHeaderDecoder;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.replay.DecisionReplay;
import io.opportune.engine.replay.JournalVisitor;
import io.opportune.engine.replay.VisitedDecision;
import io.opportune.engine.shard.DecisionIds;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.NameKind;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes a journal anew as if it had been explored: with some probability a decision gets the answer that another
 * catalogue gives, its record says so in the block {@code choice}, and of the clicks on it as many stay as the
 * customers of a world click on the offer that is shown now.
 */
final class ExploredJournal implements JournalVisitor {
    private static final int VERSION_OFFSET = 6;
    private static final int CHOICE_VERSION = 3;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private final SplittableRandom random;
    private final double explored;
    private final Map<String, Double> clickRates;
    private final Map<String, byte[]> otherAnswers = new HashMap<>();
    private final Map<String, Integer> shownOffers = new HashMap<>();
    private NameRegistry registry;
    private int controlEvery;
    private int decisions;

    /**
     * With a world.
     *
     * @param explored   probability of the other catalogue's answer.
     * @param clickRates by name of the offer.
     */
    ExploredJournal(final long seed, final double explored, final Map<String, Double> clickRates) {
        random = new SplittableRandom(seed);
        this.explored = explored;
        this.clickRates = clickRates;
    }

    /** Makes every so many-th decision one of a control group. */
    ExploredJournal withControl(final int every) {
        controlEvery = every;
        return this;
    }

    void rewrite(final Path data, final Path work, final Path otherCatalogue, final Path into) throws IOException {
        DecisionReplay.visit(data, work, otherCatalogue, null, this);
        final JournalDirectory journals = new JournalDirectory(DataDirectory.journal(data));
        for (final Path queue : journals.queues()) {
            try (JournalReader reader = new JournalReader(queue);
                JournalWriter writer = new JournalWriter(into.resolve(queue.getFileName()),
                    JournalSettings.defaults(), new SystemEpochNanoClock(), JournalCounters.detached())) {
                while (reader.next()) {
                    final MutableDirectBuffer record = new ExpandableArrayBuffer();
                    writer.append(record, 0, rewritten(reader, record));
                }
            }
        }
    }

    @Override
    public void begin(final NameRegistry names, final int unknownTexts) {
        registry = names;
    }

    @Override
    public void onDecision(final VisitedDecision decision) {
        final DecisionResponseDecoder answer = decision.candidateAnswer();
        final int offset = answer.offset() - io.opportune.protocol.codec.MessageHeaderDecoder.ENCODED_LENGTH;
        final byte[] bytes = new byte[answer.sbeDecodedLength()
            + io.opportune.protocol.codec.MessageHeaderDecoder.ENCODED_LENGTH];
        answer.buffer().getBytes(offset, bytes);
        otherAnswers.put(id(decision.header()), bytes);
    }

    @Override
    public void onEvent(final RecordHeaderFlyweight header, final EventReportDecoder report) {
        // Looked at when it is written.
    }

    @Override
    public void onRedacted() {
        throw new AssertionError("nobody was erased");
    }

    private static String id(final RecordHeaderFlyweight header) {
        return DecisionIds.high(header.partition(), header.term()) + " " + header.sequence();
    }

    private int rewritten(final JournalReader reader, final MutableDirectBuffer to) {
        to.putBytes(0, reader.buffer(), reader.offset(), reader.length());
        final RecordHeaderFlyweight header =
            new RecordHeaderFlyweight().wrap(new UnsafeBuffer(reader.buffer(), 0, reader.length()), 0);
        if (header.templateId() == DecisionRecordDecoder.TEMPLATE_ID) {
            return decision(reader, header, to);
        }
        if (header.templateId() == EventRecordDecoder.TEMPLATE_ID) {
            event(reader, to);
        }
        return reader.length();
    }

    private int decision(
        final JournalReader reader, final RecordHeaderFlyweight header, final MutableDirectBuffer to) {
        final DecisionRecordDecoder record =
            new DecisionRecordDecoder().wrapAndApplyHeader(reader.buffer(), 0, new MessageHeaderDecoder());
        record.skipRequest();
        final int responseAt = record.limit();
        final DirectBuffer answer = new UnsafeBuffer(0, 0);
        record.wrapResponse(answer);
        final int rest = record.limit();
        record.skipReservations();
        record.skipCounts();
        record.skipWithheld();
        final int restLength = record.limit() - rest;
        final byte[] other = otherAnswers.get(id(header));
        final boolean differs = offer(answer) != offer(new UnsafeBuffer(other));
        final boolean explores = random.nextDouble() < explored;
        final DirectBuffer shown = explores ? new UnsafeBuffer(other) : answer;
        shownOffers.put(id(header), offer(shown));
        int at = responseAt;
        to.putInt(at, shown.capacity(), ORDER);
        to.putBytes(at + Integer.BYTES, shown, 0, shown.capacity());
        at += Integer.BYTES + shown.capacity();
        to.putBytes(at, reader.buffer(), rest, restLength);
        at += restLength;
        to.putShort(VERSION_OFFSET, (short) CHOICE_VERSION, ORDER);
        final int places = offer(shown) == 0 ? 0 : 1;
        final boolean control = controlEvery > 0 && ++decisions % controlEvery == 0;
        to.putShort(at, (short) (8 + 8 * places), ORDER);
        to.putLong(at + 2, 0, ORDER);
        to.putByte(at + 2, (byte) 2);
        to.putByte(at + 3, (byte) (control ? 1 : 0));
        to.putByte(at + 4, (byte) places);
        if (places > 0) {
            to.putDouble(at + 10, !differs ? 1 : explores ? explored : 1 - explored, ORDER);
        }
        at += 10 + 8 * places;
        // No features.
        to.putShort(at, (short) 0, ORDER);
        return at + Short.BYTES;
    }

    private static int offer(final DirectBuffer response) {
        final DecisionResponseDecoder.OffersDecoder offers = new DecisionResponseDecoder().wrapAndApplyHeader(
            response, 0, new io.opportune.protocol.codec.MessageHeaderDecoder()).offers();
        return offers.hasNext() ? offers.next().offerId() : 0;
    }

    private void event(final JournalReader reader, final MutableDirectBuffer to) {
        final EventRecordDecoder record =
            new EventRecordDecoder().wrapAndApplyHeader(reader.buffer(), 0, new MessageHeaderDecoder());
        final EventReportDecoder report = new EventReportDecoder().wrapAndApplyHeader(reader.buffer(),
            record.limit() + EventRecordDecoder.reportHeaderLength(),
            new io.opportune.protocol.codec.MessageHeaderDecoder());
        final Integer offerId = shownOffers.get(report.decisionId().high() + " " + report.decisionId().low());
        if (report.eventType() == EventType.CLICK && offerId != null) {
            final double rate = clickRates.getOrDefault(
                offerId == 0 ? "" : registry.name(NameKind.OFFER, offerId), 0.0);
            if (random.nextDouble() >= rate) {
                to.putByte(report.offset() + EventReportDecoder.eventTypeEncodingOffset(),
                    (byte) EventType.IMPRESSION.value());
            }
        }
    }
}
