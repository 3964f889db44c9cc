package io.opportune.engine.shard;

import io.opportune.engine.counters.CountTable;
import io.opportune.protocol.ReasonCode;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * What a shard counts; each counter has the shard's thread as its only writer.
 *
 * @param decisionsFull      decisions that went through all stages with an offer.
 * @param decisionsNoOffer   decisions that went through all stages and found nothing to offer.
 * @param decisionsFallback  complete decisions answered with the placement's fallback offer.
 * @param decisionsLate      requests whose deadline passed on the shard.
 * @param decisionsUndecided requests answered without a decision for another reason than time.
 * @param decisionsTruncated decisions whose scoring the deadline stopped.
 * @param decisionsRetried   retried requests that got their first answer.
 * @param eventsAccepted     events journalled and applied.
 * @param eventsDuplicate    events seen before.
 * @param eventsUnknown      events that name an unknown offer or decision.
 * @param eventsRejected     events that could not be journalled or are not allowed.
 * @param overCost           redemptions that said more than their offer costs at most.
 * @param contextUpdates     context updates journalled.
 * @param merges             profiles merged.
 * @param erasures           customers erased.
 * @param refusedFull        updates refused because the store was full.
 * @param forgotten          counts and money received for which a profile had no room.
 * @param unjournalled       decisions answered although the journal could not be written.
 * @param secondStage        decisions whose best candidates an imported model predicted anew.
 * @param secondStageSkipped decisions in which it was to and did not: time was short, or it failed.
 * @param heldBack           offers held back in auctions, by campaign id and ordinal of the reason.
 */
public record ShardCounters(
    AtomicCounter decisionsFull,
    AtomicCounter decisionsNoOffer,
    AtomicCounter decisionsFallback,
    AtomicCounter decisionsLate,
    AtomicCounter decisionsUndecided,
    AtomicCounter decisionsTruncated,
    AtomicCounter decisionsRetried,
    AtomicCounter eventsAccepted,
    AtomicCounter eventsDuplicate,
    AtomicCounter eventsUnknown,
    AtomicCounter eventsRejected,
    AtomicCounter overCost,
    AtomicCounter contextUpdates,
    AtomicCounter merges,
    AtomicCounter erasures,
    AtomicCounter refusedFull,
    AtomicCounter forgotten,
    AtomicCounter unjournalled,
    AtomicCounter secondStage,
    AtomicCounter secondStageSkipped,
    CountTable heldBack) {
    /**
     * A table for what is held back.
     *
     * @return empty, a column for each reason.
     */
    public static CountTable heldBackTable() {
        return new CountTable(ReasonCode.values().length);
    }
}
