package io.opportune.engine.training;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.opportune.engine.journal.FeatureBlock;
import io.opportune.engine.journal.JournalCounters;
import io.opportune.engine.journal.JournalDirectory;
import io.opportune.engine.journal.JournalSettings;
import io.opportune.engine.journal.JournalWriter;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.RecordWriter;
import io.opportune.engine.journal.RollCadence;
import io.opportune.engine.journal.codec.DecisionRecordEncoder;
import io.opportune.engine.learning.WeightEpoch;
import io.opportune.engine.shard.DecisionIds;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestEncoder;
import io.opportune.protocol.codec.DecisionResponseEncoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.DiscountType;
import io.opportune.protocol.codec.EventReportEncoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.MessageHeaderEncoder;
import io.opportune.protocol.codec.Moment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The journal of a store in which a model learns, written record by record, and its folder of models. Time goes on by a
 * millisecond with each record.
 */
final class TrainingJournal implements AutoCloseable {
    static final long START_NS = TimeUnit.SECONDS.toNanos(1_500_000_000L);
    static final long DAY_NS = TimeUnit.DAYS.toNanos(1);
    static final long TERM = 1;
    static final int PENDING_BYTES = 1 << 16;
    static final String CHAMPION =
        "house:1 bayes offer-rows=4 campaign-rows=4 category-rows=4 advertiser-rows=4 linear-bits=8 width=16";
    static final String SHADOW = CHAMPION.replace("house:1 bayes", "fast:2 ftrl");

    final Path data;
    final ModelFolder folder;
    long nowNs = START_NS;
    private final RecordWriter records = new RecordWriter(0, 64 << 10).term(TERM);
    private final List<JournalWriter> shards = new ArrayList<>();
    private final JournalWriter models;
    private final long[] sequences;
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[4_096]);
    private final UnsafeBuffer block = new UnsafeBuffer(new byte[FeatureBlock.MAX_LENGTH]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();

    /** A decision that was made, with two offers: its number and the one after it. */
    record Made(long high, long low, int offer) {
    }

    TrainingJournal(final Path data, final int shardCount) {
        this.data = data;
        final JournalSettings settings =
            JournalSettings.defaults().withMinFreeBytes(0).withSizes(1 << 20, 1 << 20, 64 << 10)
                .withRoll(RollCadence.DAILY);
        for (int shard = 0; shard < shardCount; shard++) {
            shards.add(new JournalWriter(journals().shardQueue(shard), settings, () -> nowNs,
                JournalCounters.detached()));
        }
        sequences = new long[shardCount];
        folder = new ModelFolder(data.resolve("models"));
        models = new JournalWriter(
            folder.queue(), settings, () -> nowNs, JournalCounters.detached());
    }

    JournalDirectory journals() {
        return new JournalDirectory(data.resolve("journal"));
    }

    ModelTraining begin() {
        final ModelTraining training = new ModelTraining(CHAMPION, SHADOW, PENDING_BYTES);
        training.read(journals());
        return training;
    }

    private RecordWriter next(final int shard) {
        nowNs += 1_000_000;
        return records.at(shard, ++sequences[shard], nowNs, nowNs, 5, 7);
    }

    /** The customer of all decisions wants to be forgotten, all of whose decisions are of another shard. */
    void erase(final int shard) {
        next(shard).erasure().eventIdHigh(0).eventIdLow(0);
        append(shard);
    }

    private void append(final int shard) {
        assertNotEquals(JournalWriter.NOT_WRITTEN, shards.get(shard).append(records.buffer(), 0, records.length()));
    }

    /** Two offers are made to a customer who is known by one feature. */
    Made decide(final int shard, final int offer, final int feature) {
        final DecisionRecordEncoder record = next(shard).decision();
        record.requestIdHigh(0).requestIdLow(0).catalogueCounter(1).catalogueHash(1).modelEpoch(0).controlEpoch(0)
            .candidateCount(1).scoredCount(1).timeTakenNs(1).clientIndex(0).affinityTable(0);
        final DecisionRequestEncoder request = new DecisionRequestEncoder().wrapAndApplyHeader(message, 0, header);
        request.correlationId(1).clientSendTimeNs(nowNs).eventTimeNs(nowNs).timeBudgetUs(0).placementId(1).storeId(0)
            .latitudeE7(0).longitudeE7(0).customerNamespace(1).currency(840).channel(Channel.TILL)
            .moment(Moment.TENDER).intent(Intent.UNKNOWN).offersWanted((short) 0);
        request.requestId().high(0).low(0);
        request.flags().clear();
        request.basketLinesCount(0);
        request.attributesCount(0);
        request.attributeTextsCount(0);
        request.customerId("").restrictions("");
        record.putRequest(message, 0, MessageHeaderEncoder.ENCODED_LENGTH + request.encodedLength());
        final DecisionResponseEncoder response = new DecisionResponseEncoder().wrapAndApplyHeader(message, 0, header);
        response.correlationId(1).serverTimeNs(nowNs).timeTakenNs(1).reason(0).status(DecisionStatus.OFFERS);
        response.decisionId().high(1).low(1);
        response.catalogueVersion().counter(1).contentHash(1);
        final DecisionResponseEncoder.OffersEncoder offers = response.offersCount(2);
        int length = FeatureBlock.begin(block, 0, 2, 2, 0);
        length = FeatureBlock.putFeature(block, length, 100 + feature, 1);
        length = FeatureBlock.putFeature(block, length, 200 + feature / 2, 0.5f);
        for (int id = offer; id < offer + 2; id++) {
            offers.next().offerId(id).creativeId(1).campaignId(id % 3 + 1).currency(840)
                .discountType(DiscountType.NONE).valueMicros(1_000_000).discountValue(0).propensity(0.1).score(1)
                .expiryNs(nowNs + 1);
            length = FeatureBlock.putPlace(
                block, length, 1, FeatureBlock.PRIOR_OF_CONVERSION, id % 2 + 1, id % 4, 3_600, 0.1f);
            length = FeatureBlock.putFeature(block, length, 300 + id, 1);
        }
        response.explanationsCount(0);
        response.textsCount(0);
        record.putResponse(message, 0, MessageHeaderEncoder.ENCODED_LENGTH + response.encodedLength())
            .putReservations(block, 0, 0).putCounts(block, 0, 0).putWithheld(block, 0, 0).putChoice(block, 0, 0)
            .putFeatures(block, 0, length);
        append(shard);
        return new Made(DecisionIds.high(shard, 1), sequences[shard], offer);
    }

    /** Something comes of the first offer of a decision. */
    void outcome(final int shard, final Made made, final EventType type) {
        final EventReportEncoder report = new EventReportEncoder().wrapAndApplyHeader(message, 0, header);
        next(shard);
        report.correlationId(1).clientSendTimeNs(nowNs).eventTimeNs(nowNs)
            .amountMicros(type == EventType.REDEMPTION ? 2_500_000 : EventReportEncoder.amountMicrosNullValue())
            .offerId(made.offer).creativeId(0).placementId(0).storeId(0).customerNamespace(1).currency(840)
            .channel(Channel.TILL).intent(Intent.UNKNOWN).eventType(type)
            .minToWinMicros(EventReportEncoder.minToWinMicrosNullValue())
            .lossReason(EventReportEncoder.lossReasonNullValue());
        report.eventId().high(9).low(sequences[shard]);
        report.decisionId().high(made.high).low(made.low);
        report.basketLinesCount(0);
        report.customerId("");
        records.event().clientIndex(0)
            .putReport(message, 0, MessageHeaderEncoder.ENCODED_LENGTH + report.encodedLength())
            .putSettlement(block, 0, 0).putCounts(block, 0, 0);
        append(shard);
    }

    /** Decisions on any shard; of some there comes something, on any other. */
    void trade(final SplittableRandom random, final int count) {
        for (int i = 0; i < count; i++) {
            final int feature = random.nextInt(8);
            final int offer = 1 + random.nextInt(6);
            final Made made = decide(random.nextInt(shards.size()), offer, feature);
            if (random.nextInt(8) < feature) {
                outcome(random.nextInt(shards.size()), made,
                    random.nextBoolean() ? EventType.CLICK : EventType.REDEMPTION);
            }
        }
    }

    /** Decisions on one shard; what comes of them comes there, too. */
    void trade(final SplittableRandom random, final int shard, final int count) {
        for (int i = 0; i < count; i++) {
            final Made made = decide(shard, 1 + random.nextInt(6), random.nextInt(8));
            if (random.nextInt(3) == 0) {
                outcome(shard, made, EventType.CLICK);
            }
        }
    }

    /** Publishes as a server does; gives what was published. */
    ModelPublication publish(final ModelTraining training, final ModelPublication.Kind kind) {
        final WeightEpoch before = training.serving();
        final ModelPublication publication = training.publish(kind);
        training.release(before);
        journal(training, publication);
        return publication;
    }

    void journal(final ModelTraining training, final ModelPublication publication) {
        ModelQueue.encode(records.at(RecordHeaderFlyweight.CONTROL_PARTITION, publication.number(), nowNs, nowNs, 0, 0)
            .model(), publication);
        final long index = models.append(records.buffer(), 0, records.length());
        assertNotEquals(JournalWriter.NOT_WRITTEN, index);
        training.journalled(index, nowNs);
    }

    void learnAll(final ModelTraining training) {
        training.aim(TERM, Long.MAX_VALUE);
        training.learn(Long.MAX_VALUE);
    }

    void keep(final ModelTraining training, final long retentionNs) throws IOException {
        folder.keep(training, false, retentionNs, nowNs);
    }

    /** From the newest state on, as a server starts. */
    ModelTraining restart() throws IOException {
        final ModelTraining training = ModelTraining.read(folder.state(folder.states().getFirst()));
        training.read(journals());
        try (ModelQueue queue = new ModelQueue(folder.queue())) {
            queue.moveBehind(training.queueIndex());
            for (ModelPublication next = queue.next(); next != null; next = queue.next()) {
                final String obstacle = training.repeat(next);
                if (obstacle != null) {
                    throw new AssertionError(obstacle);
                }
            }
        }
        return training;
    }

    static TreeMap<Long, Long> hashes() {
        return new TreeMap<>();
    }

    @Override
    public void close() {
        shards.forEach(JournalWriter::close);
        models.close();
    }
}
