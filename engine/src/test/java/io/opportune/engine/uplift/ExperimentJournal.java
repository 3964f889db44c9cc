package io.opportune.engine.uplift;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.opportune.engine.journal.ChoiceBlock;
import io.opportune.engine.journal.JournalCounters;
import io.opportune.engine.journal.JournalSettings;
import io.opportune.engine.journal.JournalWriter;
import io.opportune.engine.journal.RecordWriter;
import io.opportune.engine.journal.codec.DecisionRecordEncoder;
import io.opportune.protocol.codec.AttributeType;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.ContextOperation;
import io.opportune.protocol.codec.ContextUpdateEncoder;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.DecisionResponseEncoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.DiscountType;
import io.opportune.protocol.codec.EventReportEncoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.Moment;
import java.nio.file.Path;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes the journal of a shard in which an experiment runs, record by record. Customers are the low root half. */
final class ExperimentJournal implements AutoCloseable {
    static final long DAY_NS = 86_400L * 1_000_000_000L;
    static final int USD = 840;
    private static final long ROOT_HIGH = 0x7000_0000_0000_0001L;
    private static final int[] NOTHING = new int[0];

    private final RecordWriter records = new RecordWriter(0, 64 << 10).term(1);
    private final JournalWriter writer;
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[4_096]);
    private final UnsafeBuffer choice = new UnsafeBuffer(new byte[ChoiceBlock.MAX_LENGTH]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private long catalogueCounter = 1;
    private long catalogueHash = 1;
    private Channel channel = Channel.TILL;
    private long sequence;
    private long timeNs;

    ExperimentJournal(final Path queue) {
        writer = new JournalWriter(queue, JournalSettings.defaults().withMinFreeBytes(0), new SystemEpochNanoClock(),
            JournalCounters.detached());
    }

    ExperimentJournal catalogue(final long counter, final long hash) {
        catalogueCounter = counter;
        catalogueHash = hash;
        return this;
    }

    ExperimentJournal on(final Channel newChannel) {
        channel = newChannel;
        return this;
    }

    /** Sequence and append time of what follows. */
    ExperimentJournal startAt(final long newSequence) {
        sequence = newSequence;
        return this;
    }

    ExperimentJournal at(final long newTimeNs) {
        timeNs = newTimeNs;
        return this;
    }

    /** Offers of these campaigns are made; the offer's id is 100 times that of its campaign. */
    void offered(final long customer, final int... campaigns) {
        decision(customer, DecisionStatus.OFFERS, campaigns, 0, NOTHING, false);
    }

    /** Nothing is offered to one of the global control group; these campaigns would have been. */
    void keptBack(final long customer, final int... campaigns) {
        decision(customer, DecisionStatus.NO_OFFER, NOTHING, ChoiceBlock.GLOBAL_CONTROL, campaigns, false);
    }

    /** One campaign is kept back for its own group, and these others are offered instead. */
    void replaced(final long customer, final int campaign, final int... others) {
        decision(customer, others.length == 0 ? DecisionStatus.NO_OFFER : DecisionStatus.OFFERS, others,
            ChoiceBlock.CAMPAIGN_CONTROL, new int[] {campaign}, false);
    }

    /** These campaigns are kept back for their own groups, and nothing is offered instead. */
    void keptBackTogether(final long customer, final int... campaigns) {
        decision(customer, DecisionStatus.NO_OFFER, NOTHING, ChoiceBlock.CAMPAIGN_CONTROL, campaigns, false);
    }

    void fallback(final long customer, final int campaign) {
        decision(customer, DecisionStatus.FALLBACK, new int[] {campaign}, 0, NOTHING, false);
    }

    void tested(final long customer, final int campaign) {
        decision(customer, DecisionStatus.OFFERS, new int[] {campaign}, 0, NOTHING, true);
    }

    private void decision(
        final long customer, final DecisionStatus status, final int[] campaigns, final int flags, final int[] ghosts,
        final boolean test) {
        final DecisionRecordEncoder record = next(customer).decision();
        record.requestIdHigh(0).requestIdLow(0).catalogueCounter(catalogueCounter).catalogueHash(catalogueHash)
            .modelEpoch(0).controlEpoch(0).candidateCount(1).scoredCount(1).timeTakenNs(1).clientIndex(0)
            .affinityTable(0);
        final DecisionRequestEncoder request = new DecisionRequestEncoder().wrapAndApplyHeader(message, 0, header);
        request.correlationId(1).clientSendTimeNs(timeNs).eventTimeNs(timeNs).timeBudgetUs(0).placementId(1)
            .storeId(0).latitudeE7(0).longitudeE7(0).customerNamespace(1).currency(USD).channel(channel)
            .moment(Moment.TENDER).intent(Intent.UNKNOWN).offersWanted((short) 0);
        request.requestId().high(0).low(0);
        request.flags().clear().test(test);
        request.basketLinesCount(0);
        request.attributesCount(0);
        request.attributeTextsCount(0);
        request.customerId("").restrictions("");
        record.putRequest(message, 0, MessageHeaderEncoder.ENCODED_LENGTH + request.encodedLength());
        final DecisionResponseEncoder response = new DecisionResponseEncoder().wrapAndApplyHeader(message, 0, header);
        response.correlationId(1).serverTimeNs(timeNs).timeTakenNs(1).reason(0).status(status);
        response.decisionId().high(1).low(sequence);
        response.catalogueVersion().counter(catalogueCounter).contentHash(catalogueHash);
        final DecisionResponseEncoder.OffersEncoder offers = response.offersCount(campaigns.length);
        for (final int campaign : campaigns) {
            offers.next().offerId(campaign * 100).creativeId(1).campaignId(campaign).currency(USD)
                .discountType(DiscountType.NONE).valueMicros(1).discountValue(0).propensity(0.1).score(1)
                .expiryNs(timeNs + 1);
        }
        response.explanationsCount(0);
        response.textsCount(0);
        record.putResponse(message, 0, MessageHeaderEncoder.ENCODED_LENGTH + response.encodedLength())
            .putReservations(choice, 0, 0).putCounts(choice, 0, 0).putWithheld(choice, 0, 0);
        final int length = ChoiceBlock.begin(choice, 0, 0, flags, campaigns.length, ghosts.length, 0, 0);
        for (int place = 0; place < campaigns.length; place++) {
            ChoiceBlock.putPlace(choice, 0, place, 1);
        }
        for (int ghost = 0; ghost < ghosts.length; ghost++) {
            ChoiceBlock.putGhost(choice, 0, ghost, ghosts[ghost] * 100, ghosts[ghost], ghost, 0.1, 1);
        }
        record.putChoice(choice, 0, length).putFeatures(choice, 0, 0);
        append();
    }

    void bought(final long customer, final long amountMicros) {
        event(customer, EventType.PURCHASE, amountMicros, USD, 0);
    }

    void event(
        final long customer, final EventType type, final long amountMicros, final int currency, final int campaign) {
        final EventReportEncoder report = new EventReportEncoder().wrapAndApplyHeader(message, 0, header);
        report.correlationId(1).clientSendTimeNs(timeNs).eventTimeNs(timeNs).amountMicros(amountMicros)
            .offerId(campaign * 100).creativeId(0).placementId(0).storeId(0).customerNamespace(1).currency(currency)
            .channel(channel).intent(Intent.UNKNOWN).eventType(type)
            .minToWinMicros(EventReportEncoder.minToWinMicrosNullValue())
            .lossReason(EventReportEncoder.lossReasonNullValue());
        report.eventId().high(9).low(sequence);
        report.decisionId().high(0).low(0);
        report.basketLinesCount(0);
        report.customerId("");
        next(customer).event().clientIndex(0)
            .putReport(message, 0, MessageHeaderEncoder.ENCODED_LENGTH + report.encodedLength())
            .putSettlement(choice, 0, 0).putCounts(choice, 0, 0);
        append();
    }

    void segment(final long customer, final ContextOperation operation, final int segment) {
        final ContextUpdateEncoder update = new ContextUpdateEncoder().wrapAndApplyHeader(message, 0, header);
        update.correlationId(1).clientSendTimeNs(timeNs).eventTimeNs(timeNs).customerNamespace(1);
        update.eventId().high(8).low(sequence);
        update.operationsCount(1).next().operation(operation).valueType(AttributeType.NULL_VAL).id(segment).value(0);
        update.attributeTextsCount(0);
        update.customerId("");
        next(customer).context().clientIndex(0)
            .putUpdate(message, 0, MessageHeaderEncoder.ENCODED_LENGTH + update.encodedLength());
        append();
    }

    void erased(final long customer) {
        next(customer).erasure().eventIdHigh(7).eventIdLow(sequence);
        append();
    }

    void merged(final long source, final long target) {
        final var record = next(target).mergeIn();
        record.eventIdHigh(6).eventIdLow(sequence).source().high(ROOT_HIGH).low(source);
        record.person(0).putProfile(choice, 0, 0);
        append();
    }

    /** Customer 0 is unknown. */
    private RecordWriter next(final long customer) {
        sequence++;
        return records.at(3, sequence, timeNs, sequence, customer == 0 ? 0 : ROOT_HIGH, customer);
    }

    private void append() {
        assertNotEquals(JournalWriter.NOT_WRITTEN, writer.append(records.buffer(), 0, records.length()));
    }

    @Override
    public void close() {
        writer.close();
    }
}
