package io.opportune.engine.shard;

import io.opportune.engine.catalogue.Catalogue;
import io.opportune.engine.catalogue.Offer;
import io.opportune.engine.decision.CapCounting;
import io.opportune.engine.decision.DeliveryTally;
import io.opportune.engine.delivery.Settlement;
import io.opportune.engine.delivery.ShardDelivery;
import io.opportune.engine.pipeline.RequestSlot;
import io.opportune.engine.identity.EventIdHorizon;
import io.opportune.engine.profile.CountsBlock;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.ProfileStore;
import io.opportune.engine.registry.NameRegistry;
import io.opportune.engine.state.StateMachine;
import io.opportune.protocol.Consent;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.ContextOperation;
import io.opportune.protocol.codec.ContextUpdateDecoder;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.NameKind;
import java.nio.ByteOrder;

/**
 * One event report or context update from its slot to its acknowledgement. Everything that could refuse it is asked
 * before the record is written. Owned by the shard's thread; allocates nothing.
 */
final class EventFlow {
    private static final int GROUP_HEADER_BYTES = 4;

    private final EventIdHorizon eventIds;
    private final NameRegistry registry;
    private final ProfileStore profiles;
    private final ShardRouter router;
    private final ShardDelivery delivery;
    private final Settlement settlement = new Settlement();
    private DeliveryTally tally;
    private final IdentityFlow identities;
    private final ShardLog log;
    private final Answers answers;
    private final ShardCounters counters;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final EventReportDecoder report = new EventReportDecoder();
    private final ContextUpdateDecoder update = new ContextUpdateDecoder();
    private final CapCounting counting = new CapCounting();
    private Catalogue catalogue;
    private long forgotten;

    EventFlow(
        final EventIdHorizon eventIds,
        final NameRegistry registry,
        final ProfileStore profiles,
        final ShardRouter router,
        final ShardDelivery delivery,
        final IdentityFlow identities,
        final ShardLog log,
        final Answers answers,
        final ShardCounters counters) {
        this.eventIds = eventIds;
        this.registry = registry;
        this.profiles = profiles;
        this.router = router;
        this.delivery = delivery;
        this.identities = identities;
        this.log = log;
        this.answers = answers;
        this.counters = counters;
    }

    /** Counts by the caps and settles by the budgets of another catalogue from here on. */
    void useCatalogue(final Catalogue next) {
        catalogue = next;
    }

    void onEvent(final RequestSlot slot, final ProfileFlyweight profile) {
        report.wrapAndApplyHeader(slot.message(), 0, header);
        final ReasonCode refusal = refusalOf(slot);
        if (refusal != ReasonCode.NONE) {
            turnAway(slot, refusal);
            return;
        }
        final int consent = profile == null ? 0 : profile.consent();
        forgetBasket(slot, consent);
        final boolean forgotten = isForgotten(slot);
        final ProfileFlyweight counted = (consent & Consent.PERSONALISATION) == 0 ? null : profile;
        final CountsBlock counts = counting.ofEvent(
            report.eventType(), report.offerId(), catalogue, forgotten ? null : counted, slot.person());
        final long businessTimeNs =
            log.partitions().nextBusinessTimeNs(slot.partition(), slot.requestedTimeNs());
        settle(slot, businessTimeNs);
        settlement.countIn(counts, counted, slot.person(), forgotten);
        log.begin(slot.partition(), businessTimeNs, consent == 0 ? 0 : slot.rootHigh(),
                consent == 0 ? 0 : slot.rootLow())
            .event()
            .clientIndex(slot.clientIndex())
            .putReport(slot.message(), 0, slot.lengthBytes())
            .putSettlement(settlement.block(), 0, settlement.lengthBytes())
            .putCounts(counts.buffer(), 0, counts.length());
        if (log.commit()) {
            delivery.settled(settlement, log.lastIndex(), log.appendTimeNs(), report);
            if (settlement.exceedsCost()) {
                counters.overCost().incrementRelease();
            }
            counters.eventsAccepted().incrementRelease();
            countRedemption();
            acknowledgeEvent(slot, AckStatus.ACCEPTED, ReasonCode.NONE);
        } else {
            counters.eventsRejected().incrementRelease();
            acknowledgeEvent(slot, AckStatus.REJECTED, ReasonCode.JOURNAL_UNAVAILABLE);
        }
    }

    private boolean charges(final RequestSlot slot) {
        final int offerIndex = catalogue == null ? -1 : catalogue.offerIndexOf(report.offerId());
        return offerIndex >= 0 && catalogue.offer(offerIndex).hasBudgets()
            && report.eventTypeRaw() == slot.bidCharging();
    }

    private void settle(final RequestSlot slot, final long businessTimeNs) {
        if (DecisionIds.isTest(report.decisionId().high())) {
            // A test has reserved nothing, and nothing comes of it.
            settlement.nothing();
            return;
        }
        final int offerIndex = catalogue == null ? -1 : catalogue.offerIndexOf(report.offerId());
        final Offer offer = offerIndex < 0 ? null : catalogue.offer(offerIndex);
        if (StateMachine.isNotice(report)) {
            settlement.ofNotice(
                report, offer, slot.bidMicros(), slot.bidCampaignMicros(), slot.bidCharging(), slot.bidNs());
        } else {
            settlement.ofEvent(report, offer, businessTimeNs);
        }
    }

    /** Counts what profiles had no room for; what was read at the start counts too, because it is forgotten still. */
    void endOfBatch() {
        final long now = log.forgotten();
        if (now != forgotten) {
            counters.forgotten().getAndAddRelease(now - forgotten);
            forgotten = now;
        }
    }

    void countIn(final DeliveryTally next) {
        tally = next;
    }

    private void countRedemption() {
        if (tally != null && catalogue != null && report.eventType() == EventType.REDEMPTION
            && !DecisionIds.isTest(report.decisionId().high())) {
            final int offerIndex = catalogue.offerIndexOf(report.offerId());
            if (offerIndex >= 0) {
                tally.redeemed(catalogue.offer(offerIndex).campaignId());
            }
        }
    }

    private void turnAway(final RequestSlot slot, final ReasonCode refusal) {
        switch (refusal) {
            case DUPLICATE_EVENT -> {
                counters.eventsDuplicate().incrementRelease();
                acknowledgeEvent(slot, AckStatus.DUPLICATE, refusal);
            }
            case NOTICE_FORGOTTEN -> {
                counters.eventsRejected().incrementRelease();
                acknowledgeEvent(slot, AckStatus.REJECTED, refusal);
            }
            default -> {
                counters.eventsUnknown().incrementRelease();
                acknowledgeEvent(slot, AckStatus.UNKNOWN, refusal);
            }
        }
    }

    /** What was bought is not kept, not even in the journal, of a customer who has not agreed to it. */
    private void forgetBasket(final RequestSlot slot, final int consent) {
        final int needed = Consent.PERSONALISATION | Consent.PURCHASE_HISTORY;
        if ((consent & needed) != needed) {
            final int lines = MessageHeaderDecoder.ENCODED_LENGTH + header.blockLength();
            // No lines, and an empty customer id behind them, as admission left it.
            slot.message().putShort(lines + 2, (short) 0, ByteOrder.LITTLE_ENDIAN);
            slot.message().putShort(lines + GROUP_HEADER_BYTES, (short) 0, ByteOrder.LITTLE_ENDIAN);
            slot.lengthBytes(lines + GROUP_HEADER_BYTES + 2);
        }
    }

    /** Refuses an event that cannot be sent on; the client sends it again. */
    void refuseEvent(final RequestSlot slot) {
        report.wrapAndApplyHeader(slot.message(), 0, header);
        counters.eventsRejected().incrementRelease();
        acknowledgeEvent(slot, AckStatus.REJECTED, ReasonCode.RING_FULL);
    }

    private ReasonCode refusalOf(final RequestSlot slot) {
        final ReasonCode repeated = refuseRepeated(slot);
        if (repeated != ReasonCode.NONE) {
            return repeated;
        }
        final int offerId = report.offerId();
        if (offerId != 0 && registry.name(NameKind.OFFER, offerId) == null) {
            return ReasonCode.UNKNOWN_OFFER;
        }
        final long high = report.decisionId().high();
        final long low = report.decisionId().low();
        // A notice's token is sealed: a decision of an earlier start was made, even where the disk has lost it, and is
        // to be paid for.
        final boolean sealed = StateMachine.isNotice(report) && DecisionIds.term(high) < log.term();
        if ((high | low) != 0 && !sealed && !DecisionIds.plausible(
            high, low, log.partitions(), router.shardIndex(), router.shardCount(), log.term())) {
            return ReasonCode.UNKNOWN_DECISION;
        }
        return ReasonCode.NONE;
    }

    /** A charge that is too old to be told from a repeated one is paid for: the ledger tells it by its claim. */
    private ReasonCode refuseRepeated(final RequestSlot slot) {
        final long idHigh = report.eventId().high();
        final long idLow = report.eventId().low();
        if (!StateMachine.isNotice(report)) {
            return eventIds.contains(idHigh, idLow) ? ReasonCode.DUPLICATE_EVENT : ReasonCode.NONE;
        }
        if (eventIds.notices().contains(idHigh, idLow)) {
            return ReasonCode.DUPLICATE_EVENT;
        }
        return isForgotten(slot) && !charges(slot) ? ReasonCode.NOTICE_FORGOTTEN : ReasonCode.NONE;
    }

    /** Whether it may have counted before: it counts for no cap again. */
    private boolean isForgotten(final RequestSlot slot) {
        return StateMachine.isNotice(report) && eventIds.notices().isForgotten(slot.bidNs());
    }

    private void acknowledgeEvent(final RequestSlot slot, final AckStatus status, final ReasonCode reason) {
        answers.event(slot.sink(), slot.sessionKey(), report.correlationId(),
            report.eventId().high(), report.eventId().low(), status, reason);
    }

    void onUpdate(final RequestSlot slot, final ProfileFlyweight profile) {
        update.wrapAndApplyHeader(slot.message(), 0, header);
        if (eventIds.contains(update.eventId().high(), update.eventId().low())) {
            counters.eventsDuplicate().incrementRelease();
            acknowledgeUpdate(slot, AckStatus.DUPLICATE, ReasonCode.DUPLICATE_EVENT);
            return;
        }
        if (erases()) {
            erase(slot);
            return;
        }
        final ReasonCode refusal = refuseUpdate(slot, profile);
        if (refusal != ReasonCode.NONE) {
            counters.eventsRejected().incrementRelease();
            acknowledgeUpdate(slot, AckStatus.REJECTED, refusal);
            return;
        }
        log.begin(slot.partition(), log.partitions().nextBusinessTimeNs(slot.partition(), slot.requestedTimeNs()),
                slot.rootHigh(), slot.rootLow())
            .context()
            .clientIndex(slot.clientIndex())
            .putUpdate(slot.message(), 0, slot.lengthBytes());
        finishUpdate(slot, log.commit());
    }

    /** Refuses an update that cannot be sent on; the client sends it again. */
    void refuseUpdate(final RequestSlot slot) {
        update.wrapAndApplyHeader(slot.message(), 0, header);
        counters.eventsRejected().incrementRelease();
        acknowledgeUpdate(slot, AckStatus.REJECTED, ReasonCode.RING_FULL);
    }

    private void finishUpdate(final RequestSlot slot, final boolean committed) {
        if (committed) {
            counters.contextUpdates().incrementRelease();
            acknowledgeUpdate(slot, AckStatus.ACCEPTED, ReasonCode.NONE);
        } else {
            counters.eventsRejected().incrementRelease();
            acknowledgeUpdate(slot, AckStatus.REJECTED, ReasonCode.JOURNAL_UNAVAILABLE);
        }
    }

    private boolean erases() {
        final ContextUpdateDecoder.OperationsDecoder operations = update.operations();
        boolean erases = false;
        while (operations.hasNext()) {
            erases |= operations.next().operation() == ContextOperation.ERASE;
        }
        update.sbeRewind();
        return erases;
    }

    private void erase(final RequestSlot slot) {
        // Read before the record forgets them: where each id of the customer was merged from, a forward still stands.
        final long[] members = identities.membersOf(slot.rootHigh(), slot.rootLow());
        log.begin(slot.partition(), log.partitions().nextBusinessTimeNs(slot.partition(), slot.requestedTimeNs()),
                slot.rootHigh(), slot.rootLow())
            .erasure()
            .eventIdHigh(update.eventId().high())
            .eventIdLow(update.eventId().low());
        final boolean committed = log.commit();
        if (committed) {
            counters.erasures().incrementRelease();
            identities.eraseForwards(members);
        }
        finishUpdate(slot, committed);
    }

    /** What the customer has not agreed to is not kept, and what does not fit is not half kept. */
    private ReasonCode refuseUpdate(final RequestSlot slot, final ProfileFlyweight profile) {
        int consent = profile == null ? 0 : profile.consent();
        int freeAttributes = profile == null
            ? ProfileFlyweight.ATTRIBUTE_SLOTS : ProfileFlyweight.ATTRIBUTE_SLOTS - profile.attributeCount();
        int freeSegments = profile == null
            ? ProfileFlyweight.SEGMENT_SLOTS : ProfileFlyweight.SEGMENT_SLOTS - profile.segmentCount();
        ReasonCode refusal = ReasonCode.NONE;
        final ContextUpdateDecoder.OperationsDecoder operations = update.operations();
        while (operations.hasNext()) {
            operations.next();
            final int id = operations.id();
            final ContextOperation operation = operations.operation();
            if (operation == ContextOperation.GRANT_CONSENT) {
                consent |= id;
            } else if (operation == ContextOperation.WITHDRAW_CONSENT) {
                consent &= ~id;
            } else if (operation == ContextOperation.SET_ATTRIBUTE || operation == ContextOperation.ADD_SEGMENT) {
                if ((consent & Consent.PERSONALISATION) == 0) {
                    refusal = ReasonCode.CONSENT_MISSING;
                } else if (operation == ContextOperation.SET_ATTRIBUTE) {
                    freeAttributes -= profile != null && profile.findAttribute(id) >= 0 ? 0 : 1;
                } else {
                    freeSegments -= profile != null && profile.findSegment(id) >= 0 ? 0 : 1;
                }
            }
        }
        update.sbeRewind();
        if (refusal == ReasonCode.NONE && (freeAttributes < 0 || freeSegments < 0)) {
            return ReasonCode.PROFILE_SLOTS_FULL;
        }
        if (refusal == ReasonCode.NONE && profile == null && !profiles.hasRoom(slot.partition())) {
            counters.refusedFull().incrementRelease();
            return ReasonCode.STORE_FULL;
        }
        return refusal;
    }

    private void acknowledgeUpdate(final RequestSlot slot, final AckStatus status, final ReasonCode reason) {
        answers.context(slot.sink(), slot.sessionKey(), update.correlationId(),
            update.eventId().high(), update.eventId().low(), status, reason);
    }
}
