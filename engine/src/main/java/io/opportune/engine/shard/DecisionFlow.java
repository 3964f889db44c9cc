package io.opportune.engine.shard;

import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.context.Customer;
import io.opportune.engine.counters.Stage;
import io.opportune.engine.counters.StageTimers;
import io.opportune.engine.decision.CapCounting;
import io.opportune.engine.decision.CustomerControl;
import io.opportune.engine.decision.Deadline;
import io.opportune.engine.decision.DecisionEngine;
import io.opportune.engine.decision.DecisionOutcome;
import io.opportune.engine.decision.DeliveryTally;
import io.opportune.engine.decision.FreeOffers;
import io.opportune.engine.decision.ImmediateAnswers;
import io.opportune.engine.decision.ResponseEncoder;
import io.opportune.engine.decision.SecondStage;
import io.opportune.engine.decision.ShardCatalogue;
import io.opportune.engine.decision.ShardModel;
import io.opportune.engine.delivery.ShardDelivery;
import io.opportune.engine.experiment.ControlGroups;
import io.opportune.engine.journal.ChoiceBlock;
import io.opportune.engine.journal.FeatureBlock;
import io.opportune.engine.journal.codec.DecisionRecordEncoder;
import io.opportune.engine.pipeline.RequestSlot;
import io.opportune.engine.profile.CountsBlock;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.state.AnswerCache;
import io.opportune.protocol.Consent;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/** One decision request from its slot to its answer. Owned by the shard's thread; allocates nothing. */
final class DecisionFlow {
    private static final int ANSWER_OFFSET = Sofh.HEADER_LENGTH_BYTES;
    private static final int CORRELATION_OFFSET = ANSWER_OFFSET + MessageHeaderDecoder.ENCODED_LENGTH;
    private static final int DECISION_ID_OFFSET =
        CORRELATION_OFFSET + DecisionResponseDecoder.decisionIdEncodingOffset();

    private final DecisionEngine engine;
    private final Deadline deadline;
    private final ResponseEncoder encoder;
    private final ImmediateAnswers immediate;
    private final ShardDelivery delivery;
    private final AnswerCache cache;
    private final AnswerCache[] caches;
    private final int shardIndex;
    private final ShardLog log;
    private final Answers answers;
    private final ShardCounters counters;
    private final StageTimers timers;
    private final NanoClock clock;

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final DecisionRequestDecoder request = new DecisionRequestDecoder();
    private final DecisionOutcome outcome = new DecisionOutcome();
    private final Customer customer = new Customer();
    private final CapCounting counting = new CapCounting();
    private final CustomerControl control = new CustomerControl();
    private final UnsafeBuffer choice = new UnsafeBuffer(new byte[ChoiceBlock.MAX_LENGTH]);
    private final UnsafeBuffer features = new UnsafeBuffer(new byte[FeatureBlock.MAX_LENGTH]);
    private ControlGroups groups = ControlGroups.NONE;
    private ShardCatalogue current;
    private boolean remembered;
    private boolean reservesOfCustomer;

    DecisionFlow(
        final DecisionEngine engine,
        final ShardDelivery delivery,
        final ResponseEncoder encoder,
        final AnswerCache[] caches,
        final int shardIndex,
        final ShardLog log,
        final Answers answers,
        final ShardCounters counters,
        final StageTimers timers,
        final NanoClock clock) {
        this.engine = engine;
        this.delivery = delivery;
        this.encoder = encoder;
        this.caches = caches;
        this.shardIndex = shardIndex;
        cache = caches[shardIndex];
        this.log = log;
        this.answers = answers;
        this.counters = counters;
        this.timers = timers;
        this.clock = clock;
        immediate = new ImmediateAnswers(encoder, () -> groups);
        deadline = new Deadline(clock);
        engine.gate(delivery);
        engine.control(control);
    }

    void useControl(final ControlGroups next) {
        groups = next;
        control.use(next);
    }

    void predictBy(final ShardModel model) {
        engine.predictBy(model);
    }

    void rerankBy(final SecondStage stage) {
        engine.rerankBy(stage);
    }

    ShardModel model() {
        return engine.model();
    }

    void useCatalogue(final ShardCatalogue next) {
        engine.use(next);
        current = next;
    }

    void countIn(final DeliveryTally tally) {
        engine.countIn(tally);
    }

    void hold(final FreeOffers free) {
        engine.hold(free);
    }

    AnswerCache cache() {
        return cache;
    }

    /**
     * Answers one request.
     *
     * @param slot    of the request.
     * @param profile of the customer; null when there is none.
     */
    void onRequest(final RequestSlot slot, final ProfileFlyweight profile) {
        final long startNs = clock.nanoTime();
        timers.record(Stage.QUEUE, startNs - slot.arrivalNs());
        request.wrapAndApplyHeader(slot.message(), 0, header);
        if (answeredBefore(slot)) {
            return;
        }
        if (current == null) {
            answerUndecided(slot, ReasonCode.NO_CATALOGUE);
            return;
        }
        if ((slot.rootHigh() | slot.rootLow()) == 0) {
            customer.anonymous();
        } else {
            customer.identified(profile);
            customer.person(slot.person());
        }
        control.begin(recordedRoot(slot.rootHigh()), recordedRoot(slot.rootLow()));
        forgetPosition(slot);
        final long businessTimeNs = log.partitions().nextBusinessTimeNs(slot.partition(), slot.requestedTimeNs());
        deadline.at(slot.arrivalNs(), slot.deadlineNs());
        final boolean affordable = decide(slot.partition(), businessTimeNs);
        if (outcome.late()) {
            answerLate(slot, outcome.reason());
        } else if (deadline.passed()) {
            delivery.giveBack();
            answerLate(slot, ReasonCode.LATE_BEFORE_WRITE);
        } else if (!affordable) {
            answerUndecided(slot, ReasonCode.BUDGET_EXHAUSTED);
        } else {
            journalAndAnswer(slot, businessTimeNs);
        }
        timers.record(Stage.TOTAL, clock.nanoTime() - slot.arrivalNs());
    }

    /**
     * Decides and reserves for the winners. Where some of them share a budget that is too small for all, the decision
     * is made again without those for whom it does not suffice, so that others take their places; a placement that says
     * how it chooses has asked about that place by place, so that its winners fit together. False when nothing can be
     * made so.
     */
    private boolean decide(final int partition, final long businessTimeNs) {
        final long sequence = log.partitions().lastSequence(partition) + 1;
        delivery.begin(request, businessTimeNs, decisionHigh(partition), sequence);
        engine.drawBy(DecisionIds.high(partition, log.term()), sequence);
        while (true) {
            engine.decide(request, customer, businessTimeNs, deadline, outcome);
            if (takeAll()) {
                return true;
            }
            if (!delivery.again()) {
                return false;
            }
            request.sbeRewind();
        }
    }

    /** Reserves for each offer of the outcome; false at the first for which there is too little left. */
    private boolean takeAll() {
        for (int i = 0; i < outcome.offerCount(); i++) {
            if (!delivery.take(current.catalogue().offer(outcome.offerIndex(i)), outcome.score(i))) {
                return false;
            }
        }
        return true;
    }

    private long decisionHigh(final int partition) {
        return DecisionIds.high(partition, log.term(), request.flags().test());
    }

    /** Answers a request whose profile has moved to a shard that is full. */
    void onStuck(final RequestSlot slot) {
        request.wrapAndApplyHeader(slot.message(), 0, header);
        answerUndecided(slot, ReasonCode.RING_FULL);
    }

    /** A retried request gets the first answer, under its new correlation id. */
    private boolean answeredBefore(final RequestSlot slot) {
        remembered = cache.key(request.requestId().high(), request.requestId().low(), slot.clientIndex());
        if (!remembered) {
            return false;
        }
        final MutableDirectBuffer frame = encoder.buffer();
        final DirectBuffer first = cache.find();
        final int answerLength;
        if (first != null) {
            answerLength = first.capacity();
            frame.putBytes(ANSWER_OFFSET, first, 0, answerLength);
        } else {
            answerLength = hasMoved(slot) ? answeredElsewhere(slot, frame) : AnswerCache.ABSENT;
        }
        if (answerLength == AnswerCache.ABSENT) {
            return false;
        }
        if (answerLength == AnswerCache.BUSY) {
            // Rather no answer than two decisions about one request; the client may ask once more.
            answerLate(slot, ReasonCode.LATE_BEFORE_CONTEXT);
            return true;
        }
        final int length = ANSWER_OFFSET + answerLength;
        frame.putLong(CORRELATION_OFFSET, request.correlationId(), ByteOrder.LITTLE_ENDIAN);
        Sofh.encode(frame, 0, length);
        answers.send(slot.sink(), slot.sessionKey(), frame, 0, length);
        counters.decisionsRetried().incrementRelease();
        return true;
    }

    /** An id that has never been linked has always been decided about here. */
    private static boolean hasMoved(final RequestSlot slot) {
        return slot.memberHigh() != slot.rootHigh() || slot.memberLow() != slot.rootLow();
    }

    /**
     * The first try may have been answered where the id belonged before it was linked or left. What that shard answered
     * before it gave the profile away can be seen here, because the profile came by way of its queue. Leaving sends
     * nothing by that way: a first try that still waits there while the second is decided here is decided as well.
     */
    private int answeredElsewhere(final RequestSlot slot, final MutableDirectBuffer frame) {
        int found = AnswerCache.ABSENT;
        for (int i = 0; i < caches.length && found == AnswerCache.ABSENT; i++) {
            if (i != shardIndex) {
                do {
                    found = caches[i].copy(request.requestId().high(), request.requestId().low(), slot.clientIndex(),
                        frame, ANSWER_OFFSET);
                } while (found == AnswerCache.BUSY && clock.nanoTime() - slot.deadlineNs() < 0);
            }
        }
        return found;
    }

    private void answerLate(final RequestSlot slot, final ReasonCode reason) {
        answerNow(slot, reason);
        counters.decisionsLate().incrementRelease();
    }

    private void answerUndecided(final RequestSlot slot, final ReasonCode reason) {
        answerNow(slot, reason);
        counters.decisionsUndecided().incrementRelease();
    }

    private void answerNow(final RequestSlot slot, final ReasonCode reason) {
        final int length = immediate.encode(request, current == null ? null : current.catalogue(), reason,
            slot.arrivalNs(), slot.rootHigh(), slot.rootLow());
        answers.send(slot.sink(), slot.sessionKey(), immediate.buffer(), 0, length);
    }

    private void journalAndAnswer(final RequestSlot slot, final long businessTimeNs) {
        final int partition = slot.partition();
        final long sequence = log.partitions().lastSequence(partition) + 1;
        final int length = encoder.encode(
            request,
            current.catalogue(),
            outcome,
            decisionHigh(partition),
            sequence,
            businessTimeNs,
            slot.arrivalNs());
        final MutableDirectBuffer frame = encoder.buffer();
        final long startNs = clock.nanoTime();
        final boolean appended = append(slot, businessTimeNs, frame, length);
        final long appendedNs = clock.nanoTime();
        timers.record(Stage.JOURNAL, appendedNs - startNs);
        if (appended) {
            delivery.published(log.lastIndex(), log.appendTimeNs(), decisionHigh(partition), sequence);
            log.apply();
            if (remembered) {
                cache.put(shardIndex, log.lastIndex(), frame, ANSWER_OFFSET, length - ANSWER_OFFSET);
            }
            timers.record(Stage.APPLY, clock.nanoTime() - appendedNs);
        } else {
            if (delivery.reservationsLengthBytes() > 0 || reservesOfCustomer) {
                // Money that nobody would know of is not spent.
                delivery.giveBack();
                answerUndecided(slot, ReasonCode.JOURNAL_UNAVAILABLE);
                return;
            }
            // The customer is served all the same; without a record there is no decision to refer to.
            frame.putLong(DECISION_ID_OFFSET, 0);
            frame.putLong(DECISION_ID_OFFSET + Long.BYTES, 0);
            counters.unjournalled().incrementRelease();
        }
        answers.send(slot.sink(), slot.sessionKey(), frame, 0, length);
        count();
    }

    private boolean append(
        final RequestSlot slot, final long businessTimeNs, final DirectBuffer frame, final int length) {
        final CountsBlock counts = counting.ofDecision(request, current.catalogue(), outcome, customer);
        reserveOfCustomer(counts);
        final DecisionRecordEncoder record =
            log.begin(slot.partition(), businessTimeNs, recordedRoot(slot.rootHigh()), recordedRoot(slot.rootLow()))
                .decision();
        record.requestIdHigh(request.requestId().high())
            .requestIdLow(request.requestId().low())
            .catalogueCounter(current.catalogue().version().counter())
            .catalogueHash(current.catalogue().version().contentHash())
            .modelEpoch(outcome.modelNumber())
            .controlEpoch(current.holds().epoch())
            .candidateCount(outcome.matched())
            .scoredCount(outcome.scored())
            .timeTakenNs(Math.min(clock.nanoTime() - slot.arrivalNs(), Integer.MAX_VALUE))
            .clientIndex(slot.clientIndex())
            .affinityTable(current.affinityTableId())
            .putRequest(slot.message(), 0, slot.lengthBytes())
            .putResponse(frame, ANSWER_OFFSET, length - ANSWER_OFFSET)
            .putReservations(delivery.reservations(), 0, delivery.reservationsLengthBytes())
            .putCounts(counts.buffer(), 0, counts.length())
            .putWithheld(delivery.withheld().buffer(), 0, delivery.withheld().lengthBytes())
            .putChoice(choice, 0, outcome.writeChoice(choice))
            .putFeatures(features, 0, engine.writeFeatures(outcome, features));
        return log.append();
    }

    /**
     * Adds to what the decision counts what it reserves of budgets per customer: the profile is where they are kept.
     */
    private void reserveOfCustomer(final CountsBlock counts) {
        reservesOfCustomer = false;
        for (int i = 0; i < outcome.offerCount() && customer.profile() != null; i++) {
            final Offer offer = current.catalogue().offer(outcome.offerIndex(i));
            if (offer.customerBudgets().length > 0) {
                if (counts.length() == 0) {
                    counts.begin(customer.person(), 0);
                }
                reservesOfCustomer |= delivery.reserveOfCustomer(offer, outcome.score(i), counts);
            }
        }
    }

    /** The record of somebody who agreed to nothing names nobody; deciding again comes out the same. */
    private long recordedRoot(final long half) {
        return customer.consent() == 0 ? 0 : half;
    }

    /** A position that may not be used is not kept either. */
    private void forgetPosition(final RequestSlot slot) {
        if (customer.identified() && (customer.consent() & Consent.LOCATION) == 0) {
            final int block = MessageHeaderDecoder.ENCODED_LENGTH;
            slot.message().putInt(block + DecisionRequestDecoder.latitudeE7EncodingOffset(),
                DecisionRequestDecoder.latitudeE7NullValue(), ByteOrder.LITTLE_ENDIAN);
            slot.message().putInt(block + DecisionRequestDecoder.longitudeE7EncodingOffset(),
                DecisionRequestDecoder.longitudeE7NullValue(), ByteOrder.LITTLE_ENDIAN);
        }
    }

    private void count() {
        engine.tally(request, outcome);
        if (outcome.reason() == ReasonCode.TRUNCATED_IN_SCORING) {
            counters.decisionsTruncated().incrementRelease();
        }
        if (outcome.secondStageCount() > 0) {
            counters.secondStage().incrementRelease();
        } else if (outcome.isSecondStageFailed()) {
            counters.secondStageFailed().incrementRelease();
        } else if (outcome.secondStageCount() == 0) {
            counters.secondStageSkipped().incrementRelease();
        }
        if (outcome.status() == DecisionStatus.OFFERS) {
            counters.decisionsFull().incrementRelease();
        } else if (outcome.status() == DecisionStatus.FALLBACK) {
            counters.decisionsFallback().incrementRelease();
        } else {
            counters.decisionsNoOffer().incrementRelease();
        }
    }
}
