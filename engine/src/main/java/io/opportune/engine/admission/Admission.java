package io.opportune.engine.admission;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Placement;
import io.opportune.engine.decision.ImmediateAnswers;
import io.opportune.engine.exchange.NoticeKind;
import io.opportune.engine.identity.Partitioner;
import io.opportune.engine.identity.RootOrder;
import io.opportune.engine.notice.NoticeToken;
import io.opportune.engine.pipeline.RequestSlot;
import io.opportune.engine.pipeline.Shard;
import io.opportune.engine.session.ClientSession;
import io.opportune.engine.session.MessageHandler;
import io.opportune.engine.session.ResponseSink;
import io.opportune.engine.shard.DecisionIds;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.ContextUpdateDecoder;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.IdentityLinkDecoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.NameKind;
import io.opportune.protocol.codec.RejectReason;
import io.opportune.protocol.codec.ResolveRequestDecoder;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * Takes the messages of one event loop to their shards: checks fields, finds the root key, sets the deadline, turns
 * away what cannot be answered in time. Owned by the event loop; allocates nothing per message.
 */
public final class Admission implements MessageHandler {
    private final AdmissionLimits limits;
    private final Supplier<Catalogue> catalogue;
    private final CustomerKeys keys;
    private final Partitioner partitioner;
    private final Shard[] shards;
    private final boolean inline;
    private final ResponseSink sink;
    private final ImmediateAnswers answers;
    private final NameResolution names;
    private final MessageChecks checks;
    private final AtomicCounter shed;
    private final EpochNanoClock epochClock;
    private final NanoClock nanoClock;

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final DecisionRequestDecoder decision = new DecisionRequestDecoder();
    private final EventReportDecoder event = new EventReportDecoder();
    private final ContextUpdateDecoder update = new ContextUpdateDecoder();
    private final IdentityLinkDecoder link = new IdentityLinkDecoder();
    private final ResolveRequestDecoder resolve = new ResolveRequestDecoder();
    private Refusal refusal = Refusal.UNEXPECTED;
    private final int maxMessageBytes;
    private int anonymous;

    /**
     * Makes the admission of one event loop.
     *
     * @param limits      of requests.
     * @param catalogue   the current catalogue.
     * @param keys        of this thread.
     * @param partitioner shared.
     * @param shards      all shards; partition p belongs to shard p modulo their number.
     * @param inline      whether this event loop runs the (only) shard itself.
     * @param sink        back to this loop's clients.
     * @param answers     immediate answers of this thread.
     * @param names       name resolution of this thread.
     * @param shed        counts what is turned away.
     * @param epochClock  wall clock.
     * @param nanoClock   monotonic clock.
     */
    public Admission(
        final AdmissionLimits limits,
        final Supplier<Catalogue> catalogue,
        final CustomerKeys keys,
        final Partitioner partitioner,
        final Shard[] shards,
        final boolean inline,
        final ResponseSink sink,
        final ImmediateAnswers answers,
        final NameResolution names,
        final AtomicCounter shed,
        final EpochNanoClock epochClock,
        final NanoClock nanoClock) {
        this.limits = limits;
        this.catalogue = catalogue;
        this.keys = keys;
        this.partitioner = partitioner;
        this.shards = shards;
        this.inline = inline;
        this.sink = sink;
        this.answers = answers;
        this.names = names;
        this.shed = shed;
        this.epochClock = epochClock;
        this.nanoClock = nanoClock;
        this.checks = new MessageChecks(limits);
        this.maxMessageBytes = shards[0].maxMessageBytes();
    }

    @Override
    public RejectReason onMessage(
        final ClientSession session,
        final int templateId,
        final DirectBuffer buffer,
        final int offset,
        final int lengthBytes,
        final long arrivalNs) {
        final Refusal refused = lengthBytes > maxMessageBytes ? Refusal.TOO_LONG : switch (templateId) {
            case DecisionRequestDecoder.TEMPLATE_ID -> onDecision(session, buffer, offset, arrivalNs);
            case EventReportDecoder.TEMPLATE_ID -> onEvent(session, buffer, offset, arrivalNs);
            case ContextUpdateDecoder.TEMPLATE_ID -> onUpdate(session, buffer, offset, arrivalNs);
            case IdentityLinkDecoder.TEMPLATE_ID -> onLink(session, buffer, offset, arrivalNs);
            case ResolveRequestDecoder.TEMPLATE_ID -> onResolve(session, buffer, offset);
            default -> Refusal.UNEXPECTED;
        };
        return told(refused);
    }

    /**
     * Takes an event that a notice of an auction brought back, as {@code NoticeReport} writes it: about a key that
     * a sealed token carried, not about an id. Not part of {@link MessageHandler}, so that no client of the binary
     * protocol can name a key. The acknowledgement goes to the session's sink under the correlation id of the
     * event.
     *
     * @param session     of the gateway that took the notice.
     * @param buffer      holding the event, SBE header first.
     * @param offset      of the header.
     * @param lengthBytes of the event.
     * @param token       of the notice, for whose bid it was and what it may cost; valid during the call.
     * @param charging    the notice of its exchange by which a bid costs.
     * @param arrivalNs   monotonic clock when the notice was read.
     * @return null when it was handed to its shard; otherwise why not, see {@link #lastRefusal()}.
     */
    public RejectReason onNotice(
        final ClientSession session,
        final DirectBuffer buffer,
        final int offset,
        final int lengthBytes,
        final NoticeToken token,
        final NoticeKind charging,
        final long arrivalNs) {
        return told(lengthBytes > maxMessageBytes
            ? Refusal.TOO_LONG : noticed(session, buffer, offset, token, charging, arrivalNs));
    }

    private RejectReason told(final Refusal refused) {
        if (refused == null) {
            return null;
        }
        refusal = refused;
        return refused.reason();
    }

    private Refusal onDecision(
        final ClientSession session, final DirectBuffer buffer, final int offset, final long arrivalNs) {
        decision.wrapAndApplyHeader(buffer, offset, header);
        final Refusal invalid = checks.decision(decision);
        if (invalid != null) {
            return invalid;
        }
        final Catalogue current = catalogue.get();
        if (current == null) {
            return answerNow(session, ReasonCode.NO_CATALOGUE, arrivalNs, false);
        }
        final Placement placement = current.placement(decision.placementId());
        if (placement == null) {
            return Refusal.UNKNOWN_PLACEMENT;
        }
        final long timeNs = checks.eventTimeNs(session, decision.eventTimeNs(), epochClock);
        if (timeNs == MessageChecks.OUT_OF_BOUNDS) {
            return Refusal.TIME_BOUNDS;
        }
        final int customerLimit = checks.customerLimit();
        final int customerLength = checks.customerLengthBytes();
        final boolean known = customerLength > 0;
        final int partition;
        if (known) {
            keys.resolve(decision.customerNamespace(), buffer, customerLimit + 2, customerLength);
            partition = partitioner.partitionOf(keys.rootHigh(), keys.rootLow());
        } else {
            partition = partitionOfAnonymous();
        }
        final long budgetNs = decision.timeBudgetUs() == 0
            ? placement.timeBudgetNs() : decision.timeBudgetUs() * 1_000L;
        final long deadlineNs = arrivalNs + Math.min(budgetNs, limits.maxTimeBudgetNs());
        final Shard shard = shards[partition % shards.length];
        if (nanoClock.nanoTime() + shard.expectedDelayNs() - deadlineNs > 0) {
            return answerNow(session, ReasonCode.SHED_ON_ENTRY, arrivalNs, known);
        }
        final long sequence = shard.tryClaim();
        if (sequence < 0) {
            return answerNow(session, ReasonCode.RING_FULL, arrivalNs, known);
        }
        boolean filled = false;
        try {
            final RequestSlot slot = shard.slot(sequence);
            slot.begin(DecisionRequestDecoder.TEMPLATE_ID, session.sessionKey(), sink, arrivalNs);
            slot.clientIndex(session.clientIndex());
            slot.root(known ? keys.rootHigh() : 0, known ? keys.rootLow() : 0, partition);
            slot.members(known ? keys.memberHigh() : 0, known ? keys.memberLow() : 0, 0, 0);
            slot.person(known ? keys.person() : 0);
            slot.requestedTimeNs(timeNs);
            slot.deadlineNs(deadlineNs);
            slot.lengthBytes(names.copyDecision(buffer, offset, checks, slot.message()));
            filled = true;
        } finally {
            shard.publish(sequence, filled);
        }
        return null;
    }

    /**
     * Unknown customers have no profile to own: they are spread over all partitions, so that a request that is tried
     * again comes where its first try was answered.
     */
    private int partitionOfAnonymous() {
        final long high = decision.requestId().high();
        final long low = decision.requestId().low();
        return (high | low) == 0
            ? (anonymous++ & Integer.MAX_VALUE) % partitioner.partitions() : partitioner.partitionOf(high, low);
    }

    /** Answers without a decision; the keys of a known customer are those found last. */
    private Refusal answerNow(
        final ClientSession session, final ReasonCode reason, final long arrivalNs, final boolean known) {
        final int length = answers.encode(decision, catalogue.get(), reason, arrivalNs,
            known ? keys.rootHigh() : 0, known ? keys.rootLow() : 0);
        sink.send(session.sessionKey(), answers.buffer(), 0, length);
        shed.incrementRelease();
        return null;
    }

    private Refusal onEvent(
        final ClientSession session, final DirectBuffer buffer, final int offset, final long arrivalNs) {
        event.wrapAndApplyHeader(buffer, offset, header);
        final Refusal invalid = checks.event(event);
        if (invalid != null) {
            return invalid;
        }
        final long timeNs = checks.eventTimeNs(session, event.eventTimeNs(), epochClock);
        if (timeNs == MessageChecks.OUT_OF_BOUNDS) {
            return Refusal.TIME_BOUNDS;
        }
        keys.resolve(event.customerNamespace(), buffer, checks.customerLimit() + 2, checks.customerLengthBytes());
        return hand(session, EventReportDecoder.TEMPLATE_ID, buffer, offset, timeNs, arrivalNs);
    }

    private Refusal noticed(
        final ClientSession session,
        final DirectBuffer buffer,
        final int offset,
        final NoticeToken token,
        final NoticeKind charging,
        final long arrivalNs) {
        event.wrapAndApplyHeader(buffer, offset, header);
        final Refusal invalid = checks.notice(event);
        if (invalid != null) {
            return invalid;
        }
        final long timeNs = checks.eventTimeNs(session, event.eventTimeNs(), epochClock);
        if (timeNs == MessageChecks.OUT_OF_BOUNDS) {
            return Refusal.TIME_BOUNDS;
        }
        final boolean known = (token.rootHigh() | token.rootLow()) != 0;
        if (known) {
            keys.resolve(token.rootHigh(), token.rootLow());
        }
        final int partition = known
            ? partitioner.partitionOf(keys.rootHigh(), keys.rootLow()) : partitionBeside(event.decisionId().high());
        final Shard shard = shards[partition % shards.length];
        final long sequence = shard.tryClaim();
        if (sequence < 0) {
            return Refusal.FULL;
        }
        boolean filled = false;
        try {
            final RequestSlot slot = shard.slot(sequence);
            slot.begin(EventReportDecoder.TEMPLATE_ID, session.sessionKey(), sink, arrivalNs);
            slot.clientIndex(session.clientIndex());
            slot.root(known ? keys.rootHigh() : 0, known ? keys.rootLow() : 0, partition);
            slot.person(known ? keys.person() : 0);
            slot.requestedTimeNs(timeNs);
            slot.bid(token.businessTimeNs(), token.bidPriceMicros(), token.bidCampaignMicros(),
                charging.eventTypeCode());
            slot.lengthBytes(
                names.copyWithoutIds(EventReportDecoder.TEMPLATE_ID, buffer, offset, checks, slot.message()));
            filled = true;
        } finally {
            shard.publish(sequence, filled);
        }
        return null;
    }

    /** What nobody is known for stands where its decision stands. */
    private int partitionBeside(final long decisionHigh) {
        return DecisionIds.partition(decisionHigh) % partitioner.partitions();
    }

    private Refusal onUpdate(
        final ClientSession session, final DirectBuffer buffer, final int offset, final long arrivalNs) {
        update.wrapAndApplyHeader(buffer, offset, header);
        final Refusal invalid = checks.update(update, names);
        if (invalid != null) {
            return invalid;
        }
        final long timeNs = checks.eventTimeNs(session, update.eventTimeNs(), epochClock);
        if (timeNs == MessageChecks.OUT_OF_BOUNDS) {
            return Refusal.TIME_BOUNDS;
        }
        final Refusal unnamed = names.register(buffer, checks, session.clientIndex(), arrivalNs);
        if (unnamed != null) {
            return unnamed;
        }
        keys.resolve(update.customerNamespace(), buffer, checks.customerLimit() + 2, checks.customerLengthBytes());
        return hand(session, ContextUpdateDecoder.TEMPLATE_ID, buffer, offset, timeNs, arrivalNs);
    }

    private Refusal onLink(
        final ClientSession session, final DirectBuffer buffer, final int offset, final long arrivalNs) {
        link.wrapAndApplyHeader(buffer, offset, header);
        final Refusal invalid = checks.link(link);
        if (invalid != null) {
            return invalid;
        }
        final long timeNs = checks.eventTimeNs(session, link.eventTimeNs(), epochClock);
        if (timeNs == MessageChecks.OUT_OF_BOUNDS) {
            return Refusal.TIME_BOUNDS;
        }
        keys.resolve(link.customerNamespace(), buffer, checks.customerLimit() + 2, checks.customerLengthBytes());
        return hand(session, IdentityLinkDecoder.TEMPLATE_ID, buffer, offset, timeNs, arrivalNs);
    }

    /** Claims a slot for a message about one customer and publishes it; the customer's keys stand in {@link #keys}. */
    private Refusal hand(
        final ClientSession session,
        final int templateId,
        final DirectBuffer buffer,
        final int offset,
        final long timeNs,
        final long arrivalNs) {
        final long memberHigh = keys.memberHigh();
        final long memberLow = keys.memberLow();
        long rootHigh = keys.rootHigh();
        long rootLow = keys.rootLow();
        long otherMemberHigh = 0;
        long otherMemberLow = 0;
        long targetHigh = 0;
        long targetLow = 0;
        if (templateId == IdentityLinkDecoder.TEMPLATE_ID && checks.otherLengthBytes() > 0) {
            keys.resolve(link.otherNamespace(), buffer, checks.otherLimit() + 2, checks.otherLengthBytes());
            otherMemberHigh = keys.memberHigh();
            otherMemberLow = keys.memberLow();
            targetHigh = keys.rootHigh();
            targetLow = keys.rootLow();
            // A link starts at the smaller root, which will take over: it is asked first whether it may.
            if (RootOrder.less(targetHigh, targetLow, rootHigh, rootLow)) {
                final long high = rootHigh;
                final long low = rootLow;
                rootHigh = targetHigh;
                rootLow = targetLow;
                targetHigh = high;
                targetLow = low;
            }
        }
        final int partition = partitioner.partitionOf(rootHigh, rootLow);
        final Shard shard = shards[partition % shards.length];
        final long sequence = shard.tryClaim();
        if (sequence < 0) {
            return Refusal.FULL;
        }
        boolean filled = false;
        try {
            final RequestSlot slot = shard.slot(sequence);
            slot.begin(templateId, session.sessionKey(), sink, arrivalNs);
            slot.clientIndex(session.clientIndex());
            slot.root(rootHigh, rootLow, partition);
            slot.person(templateId == IdentityLinkDecoder.TEMPLATE_ID ? 0 : keys.person());
            slot.otherRoot(targetHigh, targetLow);
            slot.members(memberHigh, memberLow, otherMemberHigh, otherMemberLow);
            slot.requestedTimeNs(timeNs);
            slot.lengthBytes(names.copyWithoutIds(templateId, buffer, offset, checks, slot.message()));
            filled = true;
        } finally {
            shard.publish(sequence, filled);
        }
        return null;
    }

    private Refusal onResolve(final ClientSession session, final DirectBuffer buffer, final int offset) {
        resolve.wrapAndApplyHeader(buffer, offset, header);
        if (resolve.correlationId() == 0) {
            return Refusal.NO_CORRELATION;
        }
        final int length = names.answer(resolve, catalogue.get());
        sink.send(session.sessionKey(), names.buffer(), 0, length);
        return null;
    }

    @Override
    public void onReadBatchEnd() {
        if (inline) {
            shards[0].drain();
        }
    }

    @Override
    public void onIdle() {
        if (inline) {
            shards[0].drain();
        }
    }

    @Override
    public String lastRefusal() {
        return refusal.text();
    }

    @Override
    public String lastRefusalInFull() {
        return switch (refusal) {
            case UNKNOWN_SEGMENT -> inFull(NameKind.SEGMENT, "segment", "segments");
            case UNKNOWN_ATTRIBUTE -> inFull(NameKind.ATTRIBUTE, "attribute", "attributes");
            default -> refusal.text();
        };
    }

    private String inFull(final NameKind kind, final String what, final String list) {
        final int lastId = names.lastId(kind);
        return "operations[" + checks.operationIndex() + "].id: found " + what + " "
            + Integer.toUnsignedString(checks.operationId()) + ", allowed: "
            + (lastId == 0 ? "none yet" : "1.." + lastId) + "; declare it under " + list
            + ": in the catalogue and resolve its name";
    }
}
