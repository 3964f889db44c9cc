package io.opportune.engine.training;

import io.opportune.engine.feature.FeatureKeys;
import io.opportune.engine.feature.FeatureVector;
import io.opportune.engine.journal.FeatureBlock;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import io.opportune.engine.journal.codec.ErasureRecordDecoder;
import io.opportune.engine.journal.codec.EventRecordDecoder;
import io.opportune.engine.journal.codec.MergeOutRecordDecoder;
import io.opportune.engine.journal.codec.MessageHeaderDecoder;
import io.opportune.engine.learning.Head;
import io.opportune.engine.learning.Learner;
import io.opportune.engine.learning.ModelSet;
import io.opportune.engine.learning.OfferKey;
import io.opportune.engine.shard.DecisionIds;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.EventReportDecoder;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Teaches models from the records of shards' queues. An offer made is learned as one from which nothing came, at once;
 * in an auction when its impression is told. A click, accept, redemption or purchase that names the decision is learned
 * as an outcome, the first of its kind, if it comes within the campaign's attribution window; one that is read before
 * its decision, which stands in another shard's queue, waits for it. Tests teach nothing, and what an
 * erased customer saw is forgotten. One thread.
 */
public final class ModelTrainer {
    private final PendingExamples pending;
    private final WaitingOutcomes waiting = new WaitingOutcomes();
    private final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
    private final MessageHeaderDecoder messageHeader = new MessageHeaderDecoder();
    private final io.opportune.protocol.codec.MessageHeaderDecoder wireHeader =
        new io.opportune.protocol.codec.MessageHeaderDecoder();
    private final DecisionRecordDecoder decision = new DecisionRecordDecoder();
    private final EventRecordDecoder event = new EventRecordDecoder();
    private final MergeOutRecordDecoder mergeOut = new MergeOutRecordDecoder();
    private final DecisionRequestDecoder request = new DecisionRequestDecoder();
    private final DecisionResponseDecoder response = new DecisionResponseDecoder();
    private final EventReportDecoder report = new EventReportDecoder();
    private final UnsafeBuffer message = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer block = new UnsafeBuffer(0, 0);
    private final FeatureVector context = new FeatureVector();
    private final FeatureVector pair = new FeatureVector();
    private ModelSet models;
    private long examples;
    private long outcomes;
    private long unmatched;
    private long late;
    private long checksum;
    private long changes;

    /**
     * Makes a trainer that has read nothing.
     *
     * @param models       to teach.
     * @param pendingBytes for decisions whose outcome may still come, 64 KiB or more.
     */
    public ModelTrainer(final ModelSet models, final int pendingBytes) {
        this.models = models;
        pending = new PendingExamples(pendingBytes);
    }

    /**
     * What is taught.
     *
     * @return the models.
     */
    public ModelSet models() {
        return models;
    }

    /**
     * Takes one record of a shard's queue.
     *
     * @param record holding it.
     * @param offset of it.
     */
    public void onRecord(final DirectBuffer record, final int offset) {
        header.wrap(record, offset);
        if (header.templateId() == DecisionRecordDecoder.TEMPLATE_ID) {
            onDecision(record, offset);
        } else if (header.templateId() == EventRecordDecoder.TEMPLATE_ID) {
            onEvent(record, offset);
        } else if (header.templateId() == ErasureRecordDecoder.TEMPLATE_ID) {
            pending.erase(header.rootKeyHigh(), header.rootKeyLow());
            changes++;
        } else if (header.templateId() == MergeOutRecordDecoder.TEMPLATE_ID) {
            mergeOut.wrapAndApplyHeader(record, offset, messageHeader);
            pending.merge(header.rootKeyHigh(), header.rootKeyLow(), mergeOut.target().high(),
                mergeOut.target().low());
            changes++;
        }
    }

    private void onDecision(final DirectBuffer record, final int offset) {
        decision.wrapAndApplyHeader(record, offset, messageHeader);
        decision.wrapRequest(message);
        request.wrapAndApplyHeader(message, 0, wireHeader);
        final boolean auction = request.channel() == Channel.AD_EXCHANGE;
        final boolean test = request.flags().test();
        decision.wrapResponse(message);
        decision.skipReservations();
        decision.skipCounts();
        decision.skipWithheld();
        decision.skipChoice();
        decision.wrapFeatures(block);
        if (test || block.capacity() == 0 || !FeatureBlock.isWhole(block, 0, block.capacity())) {
            return;
        }
        final int places = FeatureBlock.placeCount(block, 0);
        if (!pending.add(DecisionIds.high(header.partition(), header.term()), header.sequence(),
            header.businessTimeNs(), header.rootKeyHigh(), header.rootKeyLow(), places, block, 0, block.capacity())) {
            return;
        }
        changes++;
        response.wrapAndApplyHeader(message, 0, wireHeader);
        int place = 0;
        for (final DecisionResponseDecoder.OffersDecoder offer : response.offers()) {
            if (place < places) {
                pending.place(place++, offer.offerId(), offer.campaignId(), offer.valueMicros());
            }
        }
        if (!auction) {
            for (int shown = 0; shown < places; shown++) {
                learnShown(shown);
            }
        }
        waiting.take(DecisionIds.high(header.partition(), header.term()), header.sequence(),
            (offerId, kind, amountMicros, timeNs) -> {
                if (!takeOf(offerId, kind, amountMicros, timeNs)) {
                    unmatched += kind.isOutcome() ? 1 : 0;
                }
            });
    }

    private void learnShown(final int place) {
        if ((pending.seen(place) & PendingExamples.SHOWN) != 0) {
            return;
        }
        pending.see(place, PendingExamples.SHOWN);
        final OfferKey offer = take(place);
        learn(Head.CLICK, offer, 0);
        learn(Head.CONVERSION, offer, 0);
        examples++;
    }

    private void onEvent(final DirectBuffer record, final int offset) {
        event.wrapAndApplyHeader(record, offset, messageHeader);
        event.wrapReport(message);
        report.wrapAndApplyHeader(message, 0, wireHeader);
        final long high = report.decisionId().high();
        final long low = report.decisionId().low();
        final OutcomeKind kind = OutcomeKind.of(report.eventType());
        if ((high | low) == 0 || report.offerId() == 0 || kind == null) {
            return;
        }
        final long amountMicros =
            report.amountMicros() == EventReportDecoder.amountMicrosNullValue() ? 0 : report.amountMicros();
        final long timeNs = header.businessTimeNs();
        if (!take(high, low, report.offerId(), kind, amountMicros, timeNs)) {
            final boolean waits = waiting.add(high, low, report.offerId(), kind, amountMicros, timeNs);
            unmatched += waits || !kind.isOutcome() ? 0 : 1;
            // Of impressions, too: what is learned of one that waits depends on what was read before its decision.
            changes++;
        }
    }

    /** Learns an outcome; false when its decision is not known, or made no such offer. */
    private boolean take(
        final long high, final long low, final int offerId, final OutcomeKind kind, final long amountMicros,
        final long timeNs) {
        return pending.find(high, low) && takeOf(offerId, kind, amountMicros, timeNs);
    }

    /** Of the current decision. */
    private boolean takeOf(final int offerId, final OutcomeKind kind, final long amountMicros, final long timeNs) {
        final int place = placeOf(offerId);
        if (place < 0) {
            return false;
        }
        changes++;
        learnShown(place);
        if (kind == OutcomeKind.CLICKED) {
            onOutcome(place, PendingExamples.CLICKED, Head.CLICK, 0, timeNs);
        } else if (kind == OutcomeKind.CONVERTED) {
            onOutcome(place, PendingExamples.CONVERTED, Head.CONVERSION, amountMicros, timeNs);
        }
        return true;
    }

    /**
     * Says that a publication is being made: outcomes that have waited for their decision since before the last one
     * are counted as unmatched.
     */
    void age() {
        final int forgotten = waiting.age();
        unmatched += forgotten;
        changes += forgotten;
    }

    /**
     * Outcomes whose decision was not read yet.
     *
     * @return 0 or more; none waits longer than for two publications.
     */
    public int waitingCount() {
        return waiting.notable();
    }

    private int placeOf(final int offerId) {
        for (int place = 0; place < pending.places(); place++) {
            if (pending.offerId(place) == offerId) {
                return place;
            }
        }
        return -1;
    }

    private void onOutcome(
        final int place, final int flag, final Head head, final long amountMicros, final long timeNs) {
        if ((pending.seen(place) & flag) != 0) {
            return;
        }
        pending.see(place, flag);
        final OfferKey offer = take(place);
        if (!models.learnDelayed(head, context, offer, pair, timeNs - pending.timeNs(),
            TimeUnit.SECONDS.toNanos(windowSeconds))) {
            late++;
            return;
        }
        note(head, offer, 1);
        outcomes++;
        if (head == Head.CONVERSION && amountMicros > 0) {
            learn(Head.AMOUNT, offer, amountMicros);
        }
    }

    private int windowSeconds;

    /** Reads the features of a place of the current decision. */
    private OfferKey take(final int place) {
        final DirectBuffer buffer = pending.buffer();
        final int start = pending.featuresAt();
        context.clear();
        fill(context, buffer, start + FeatureBlock.HEADER_LENGTH, FeatureBlock.contextCount(buffer, start));
        int at = FeatureBlock.firstPlace(buffer, start);
        for (int before = 0; before < place; before++) {
            at = FeatureBlock.afterPlace(buffer, at);
        }
        pair.clear();
        fill(pair, buffer, at + FeatureBlock.PLACE_HEADER_LENGTH, FeatureBlock.pairCount(buffer, at));
        final int priorOf = FeatureBlock.priorOf(buffer, at);
        final float prior = FeatureBlock.prior(buffer, at);
        pair.priors(priorOf == FeatureBlock.PRIOR_OF_CLICK ? prior : 0,
            priorOf == FeatureBlock.PRIOR_OF_CONVERSION ? prior : 0, pending.valueMicros(place));
        windowSeconds = FeatureBlock.windowSeconds(buffer, at);
        return new OfferKey(FeatureBlock.advertiserId(buffer, at), pending.campaignId(place),
            FeatureBlock.categoryId(buffer, at), pending.offerId(place));
    }

    private static void fill(final FeatureVector vector, final DirectBuffer buffer, final int start, final int count) {
        for (int i = 0; i < count; i++) {
            final int at = start + i * FeatureBlock.FEATURE_LENGTH;
            vector.add(FeatureBlock.key(buffer, at), FeatureBlock.value(buffer, at));
        }
    }

    private void learn(final Head head, final OfferKey offer, final double label) {
        models.learn(head, context, offer, pair, label, 1);
        note(head, offer, label);
    }

    private void note(final Head head, final OfferKey offer, final double label) {
        checksum = FeatureKeys.mix(checksum
            ^ (pending.timeNs() + offer.offerId()) * 31 + head.ordinal() + Double.doubleToRawLongBits(label));
    }

    /** Lets another model serve, alone; for want of the one that did. */
    void champion(final Learner learner) {
        models = new ModelSet(learner);
    }

    /**
     * Lets another model learn, or none, in the shadow of the one that serves.
     *
     * @param learner null for none.
     */
    public void shadow(final Learner learner) {
        if (learner == null) {
            models.dropShadow();
        } else {
            models.startShadow(learner);
        }
    }

    /**
     * Offers made that were learned from.
     *
     * @return since the store was made.
     */
    public long examples() {
        return examples;
    }

    /**
     * Clicks, accepts, redemptions and purchases that were learned.
     *
     * @return since the store was made.
     */
    public long outcomes() {
        return outcomes;
    }

    /**
     * Outcomes of decisions that are not remembered, or not any more, also when waiting for the decision did not help.
     *
     * @return since the store was made.
     */
    public long unmatched() {
        return unmatched;
    }

    /**
     * Outcomes that came after the attribution window.
     *
     * @return since the store was made.
     */
    public long late() {
        return late;
    }

    /**
     * Decisions that outcomes can still be matched with.
     *
     * @return 0 or more.
     */
    public int pendingCount() {
        return pending.count();
    }

    /**
     * Counts what changed anything here: where it stands as before, nothing did.
     *
     * @return since this was made or read.
     */
    public long changes() {
        return changes;
    }

    /**
     * Tells what was learned apart from anything else, in another order too.
     *
     * @return of all examples.
     */
    public long checksum() {
        return checksum;
    }

    void write(final DataOutput out) throws IOException {
        for (final long each : new long[] {examples, outcomes, unmatched, late, checksum}) {
            out.writeLong(each);
        }
        pending.write(out);
        waiting.write(out);
    }

    void read(final DataInput in, final ModelSet written) throws IOException {
        models = written;
        examples = in.readLong();
        outcomes = in.readLong();
        unmatched = in.readLong();
        late = in.readLong();
        checksum = in.readLong();
        pending.read(in);
        waiting.read(in);
    }
}
