package io.opportune.engine.shard;

import io.opportune.engine.identity.RootOrder;
import io.opportune.engine.journal.RecordWriter;
import io.opportune.engine.journal.codec.MergeInRecordEncoder;
import io.opportune.engine.journal.codec.MergeOutRecordEncoder;
import io.opportune.engine.journal.codec.UnlinkRecordEncoder;
import io.opportune.engine.pipeline.RequestSlot;
import io.opportune.engine.identity.EventIdHorizon;
import io.opportune.engine.profile.IdentityIndex;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.ProfileStore;
import io.opportune.engine.profile.RootLookup;
import io.opportune.protocol.Consent;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.IdentityLinkDecoder;
import io.opportune.protocol.codec.LinkOperation;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import java.util.ArrayDeque;
import org.agrona.collections.Hashing;
import org.agrona.collections.LongArrayList;

/**
 * Linking and unlinking ids. A link walks from the smaller root (may it? is there room?) to the larger one, which
 * journals that it gives its profile away and from then on only forwards; the smaller one journals that it takes the
 * profile over and acknowledges; then the larger one clears what it kept. Each step is a record of its own partition,
 * so that a crash between two steps is finished at the next start. Owned by the shard's thread.
 */
public final class IdentityFlow {
    /** Merges that wait for a full ring, a full store or the journal; more links are refused meanwhile. */
    private static final int MAX_WAITING = 1024;

    private final EventIdHorizon eventIds;
    private final IdentityIndex identities;
    private final ProfileStore profiles;
    private final ShardRouter router;
    private final ShardLog log;
    private final Answers answers;
    private final ShardCounters counters;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final IdentityLinkDecoder link = new IdentityLinkDecoder();
    private final RootLookup lookup = new RootLookup();
    private final ProfileFlyweight found = new ProfileFlyweight();
    private IdentityFlow[] peers;

    IdentityFlow(
        final EventIdHorizon eventIds,
        final IdentityIndex identities,
        final ProfileStore profiles,
        final ShardRouter router,
        final ShardLog log,
        final Answers answers,
        final ShardCounters counters) {
        this.eventIds = eventIds;
        this.identities = identities;
        this.profiles = profiles;
        this.router = router;
        this.log = log;
        this.answers = answers;
        this.counters = counters;
    }

    void peers(final IdentityFlow[] ofAllShards) {
        peers = ofAllShards;
    }

    void onLink(final RequestSlot slot) {
        link.wrapAndApplyHeader(slot.message(), 0, header);
        if (eventIds.contains(link.eventId().high(), link.eventId().low())) {
            counters.eventsDuplicate().incrementRelease();
            acknowledge(slot, AckStatus.DUPLICATE, ReasonCode.DUPLICATE_EVENT);
        } else if (link.operation() == LinkOperation.UNLINK) {
            unlink(slot);
        } else {
            link(slot);
        }
    }

    private void link(final RequestSlot slot) {
        while (true) {
            final ShardRouter.Route route = router.route(slot);
            if (route == ShardRouter.Route.SENT_ON) {
                return;
            }
            if (route == ShardRouter.Route.STUCK) {
                refuse(slot, ReasonCode.RING_FULL);
                return;
            }
            if (slot.rootHigh() == slot.otherRootHigh() && slot.rootLow() == slot.otherRootLow()) {
                acknowledge(slot, AckStatus.ACCEPTED, ReasonCode.NONE);
                return;
            }
            final ProfileFlyweight profile = router.profile();
            if (profile != null && (profile.consent() & Consent.CROSS_CHANNEL_LINKING) == 0) {
                refuse(slot, ReasonCode.LINK_NOT_PERMITTED);
                return;
            }
            if (RootOrder.less(slot.otherRootHigh(), slot.otherRootLow(), slot.rootHigh(), slot.rootLow())) {
                giveAway(slot, profile);
                return;
            }
            if (profile == null && !profiles.hasRoom(slot.partition())) {
                counters.refusedFull().incrementRelease();
                refuse(slot, ReasonCode.STORE_FULL);
                return;
            }
            if (!goToOther(slot)) {
                return;
            }
        }
    }

    /** Swaps the roots and hands the slot to the other one's shard; true when that is this shard. */
    private boolean goToOther(final RequestSlot slot) {
        final long high = slot.rootHigh();
        final long low = slot.rootLow();
        router.move(slot, slot.otherRootHigh(), slot.otherRootLow());
        slot.otherRoot(high, low);
        if (slot.hop() > ShardRouter.MAX_HOPS) {
            refuse(slot, ReasonCode.RING_FULL);
            return false;
        }
        if (router.owns(slot.partition())) {
            return true;
        }
        if (!router.shardOf(slot.partition()).tryForward(slot)) {
            refuse(slot, ReasonCode.RING_FULL);
        }
        return false;
    }

    private void giveAway(final RequestSlot slot, final ProfileFlyweight profile) {
        if (waiting.size() >= MAX_WAITING) {
            refuse(slot, ReasonCode.RING_FULL);
            return;
        }
        if (profile == null && !profiles.hasRoom(slot.partition())) {
            // The tombstone needs room as well.
            counters.refusedFull().incrementRelease();
            refuse(slot, ReasonCode.STORE_FULL);
            return;
        }
        if (clusterWouldOverflow(slot)) {
            refuse(slot, ReasonCode.PROFILE_SLOTS_FULL);
            return;
        }
        final byte[] bytes = new byte[profile == null ? 0 : ProfileFlyweight.LENGTH_BYTES];
        if (profile != null) {
            profile.buffer().getBytes(0, bytes);
        }
        final long timeNs = log.partitions().nextBusinessTimeNs(slot.partition(), slot.requestedTimeNs());
        final MergeOutRecordEncoder record =
            log.begin(slot.partition(), timeNs, slot.rootHigh(), slot.rootLow()).mergeOut();
        record.eventIdHigh(link.eventId().high()).eventIdLow(link.eventId().low());
        record.target().high(slot.otherRootHigh()).low(slot.otherRootLow());
        if (!log.commit()) {
            refuse(slot, ReasonCode.JOURNAL_UNAVAILABLE);
            return;
        }
        deliver(new PendingMerge(personJoined(slot),
            slot.rootHigh(), slot.rootLow(), slot.partition(), slot.otherRootHigh(), slot.otherRootLow(), timeNs,
            link.eventId().high(), link.eventId().low(), bytes, slot.sink(), slot.sessionKey(),
            link.correlationId()));
    }

    /**
     * Whose further ids those of a person are who joins a household: the link names an id on either side. 0 when it is
     * no household or its own id, and then the person is a new one in it.
     */
    private int personJoined(final RequestSlot slot) {
        if (slot.otherRootHigh() < 0 || slot.rootHigh() >= 0) {
            return 0;
        }
        return isMemberOfOther(slot, slot.memberHigh(), slot.memberLow())
            || isMemberOfOther(slot, slot.otherMemberHigh(), slot.otherMemberLow()) ? lookup.person() : 0;
    }

    private boolean isMemberOfOther(final RequestSlot slot, final long high, final long low) {
        return identities.rootOf(high, low, lookup)
            && lookup.rootHigh() == slot.otherRootHigh() && lookup.rootLow() == slot.otherRootLow();
    }

    /** A customer has a handful of ids; a cluster that grows without end is a mistake of whoever links. */
    private boolean clusterWouldOverflow(final RequestSlot slot) {
        final int giving = identities.forEachMember(slot.rootHigh(), slot.rootLow(), (a, b, c, d) -> { });
        final int taking = identities.forEachMember(slot.otherRootHigh(), slot.otherRootLow(), (a, b, c, d) -> { });
        return giving + taking > IdentityIndex.MAX_CLUSTER_SIZE
            || identities.size() + giving + taking + 2 > identities.capacity();
    }

    /**
     * Brings a given-up profile to the shard that takes it over; also called at start for merges that a crash cut off.
     *
     * @param merge whose first step is in the journal.
     */
    private void deliver(final PendingMerge merge) {
        final int partition = router.partitionOf(merge.targetHigh(), merge.targetLow());
        if (router.owns(partition)) {
            takeOver(merge);
            return;
        }
        final IdentityFlow peer = peers[router.shardOf(partition).index()];
        if (!router.shardOf(partition).tryCommand(() -> peer.takeOver(merge))) {
            waiting.add(() -> deliver(merge));
        }
    }

    private void takeOver(final PendingMerge merge) {
        final int partition = router.partitionOf(merge.targetHigh(), merge.targetLow());
        final boolean exists = profiles.find(partition, merge.targetHigh(), merge.targetLow(), found);
        if (exists && found.isForwarded()) {
            deliver(merge.withTarget(found.forwardHigh(), found.forwardLow()));
            return;
        }
        if (!exists && merge.profile().length > 0 && !profiles.hasRoom(partition)) {
            counters.refusedFull().incrementRelease();
            waiting.add(() -> takeOver(merge));
            return;
        }
        final long timeNs = log.partitions().nextBusinessTimeNs(partition, merge.businessTimeNs());
        final MergeInRecordEncoder record =
            log.begin(partition, timeNs, merge.targetHigh(), merge.targetLow()).mergeIn();
        record.eventIdHigh(merge.eventHigh()).eventIdLow(merge.eventLow());
        record.source().high(merge.sourceHigh()).low(merge.sourceLow());
        record.person(merge.person());
        record.putProfile(merge.profile(), 0, merge.profile().length);
        if (!log.commit()) {
            waiting.add(() -> takeOver(merge));
            return;
        }
        counters.merges().incrementRelease();
        if (merge.sink() != null) {
            counters.contextUpdates().incrementRelease();
            answers.context(merge.sink(), merge.sessionKey(), merge.correlationId(),
                merge.eventHigh(), merge.eventLow(), AckStatus.ACCEPTED, ReasonCode.NONE);
        }
        tellSource(merge);
    }

    private void tellSource(final PendingMerge merge) {
        if (router.owns(merge.sourcePartition())) {
            finish(merge);
            return;
        }
        final IdentityFlow peer = peers[router.shardOf(merge.sourcePartition()).index()];
        if (!router.shardOf(merge.sourcePartition()).tryCommand(() -> peer.finish(merge))) {
            waiting.add(() -> tellSource(merge));
        }
    }

    private void finish(final PendingMerge merge) {
        final long timeNs = log.partitions().nextBusinessTimeNs(merge.sourcePartition(), merge.businessTimeNs());
        final RecordWriter writer =
            log.begin(merge.sourcePartition(), timeNs, merge.sourceHigh(), merge.sourceLow());
        writer.mergeDone().target().high(merge.targetHigh()).low(merge.targetLow());
        if (!log.commit()) {
            waiting.add(() -> finish(merge));
        }
    }

    /**
     * Finishes what a crash cut off; called once at start on the thread that runs the shard.
     *
     * @param partition of the tombstone.
     * @param rootHigh  of the tombstone.
     * @param rootLow   of the tombstone.
     */
    public void resume(final int partition, final long rootHigh, final long rootLow) {
        if (!profiles.find(partition, rootHigh, rootLow, found) || !found.isMergePending()) {
            return;
        }
        final long targetHigh = found.forwardHigh();
        final long targetLow = found.forwardLow();
        final byte[] bytes = new byte[ProfileFlyweight.LENGTH_BYTES];
        found.buffer().getBytes(0, bytes);
        // Which id it was linked to is not known any more: in a household the source counts as a person of its own.
        final PendingMerge merge = new PendingMerge(0, rootHigh, rootLow, partition, targetHigh, targetLow,
            log.partitions().businessTimeNs(partition), 0, 0, bytes, null, 0, 0);
        // The target takes the source's ids in the same record as its profile: none is left under the source then.
        if (identities.forEachMember(rootHigh, rootLow, (a, b, c, d) -> { }) == 0) {
            finish(merge);
        } else {
            deliver(merge);
        }
    }

    private void unlink(final RequestSlot slot) {
        if (!goToRootOfMember(slot)) {
            return;
        }
        if (identities.size() + 2 > identities.capacity()) {
            refuse(slot, ReasonCode.STORE_FULL);
            return;
        }
        // Persons' roots have the top bit set; the rest only has to be new, and the record keeps it for replay. The
        // place of the record is new: the sequence alone may be that of an earlier unlink in another partition, whose
        // root has become a tombstone since.
        final long place = (long) slot.partition() << 48 | log.partitions().lastSequence(slot.partition()) + 1;
        final long freshHigh = Hashing.hash(slot.memberHigh() ^ place * 0x9E3779B97F4A7C15L)
            ^ slot.memberLow() | Long.MIN_VALUE;
        final long freshLow = slot.memberLow() * 0xD1342543DE82EF95L + place;
        final UnlinkRecordEncoder record = log.begin(slot.partition(),
            log.partitions().nextBusinessTimeNs(slot.partition(), slot.requestedTimeNs()),
            slot.rootHigh(), slot.rootLow()).unlink();
        record.eventIdHigh(link.eventId().high()).eventIdLow(link.eventId().low());
        record.member().high(slot.memberHigh()).low(slot.memberLow());
        record.freshRoot().high(freshHigh).low(freshLow);
        if (log.commit()) {
            counters.contextUpdates().incrementRelease();
            acknowledge(slot, AckStatus.ACCEPTED, ReasonCode.NONE);
        } else {
            refuse(slot, ReasonCode.JOURNAL_UNAVAILABLE);
        }
    }

    /** Ids of a customer other than the root's own, as high and low halves in turn. Erasures are rare: allocates. */
    long[] membersOf(final long rootHigh, final long rootLow) {
        final LongArrayList members = new LongArrayList();
        identities.forEachMember(rootHigh, rootLow, (high, low, a, b) -> {
            if (high != rootHigh || low != rootLow) {
                members.addLong(high);
                members.addLong(low);
            }
        });
        return members.toLongArray();
    }

    /** Erases the forwards that merges left under the ids of an erased customer, each in the shard that holds it. */
    void eraseForwards(final long[] members) {
        for (int i = 0; i < members.length; i += 2) {
            eraseForward(members[i], members[i + 1]);
        }
    }

    private void eraseForward(final long high, final long low) {
        final int partition = router.partitionOf(high, low);
        if (!router.owns(partition)) {
            final IdentityFlow peer = peers[router.shardOf(partition).index()];
            if (!router.shardOf(partition).tryCommand(() -> peer.eraseForward(high, low))) {
                waiting.add(() -> eraseForward(high, low));
            }
            return;
        }
        if (profiles.find(partition, high, low, found) && found.isForwarded() && !found.isMergePending()) {
            log.begin(partition, log.partitions().businessTimeNs(partition), high, low)
                .erasure().eventIdHigh(0).eventIdLow(0);
            if (!log.commit()) {
                waiting.add(() -> eraseForward(high, low));
            }
        }
    }

    /**
     * Brings the slot to the root that its id has now, which may not be the one that admission saw: a cluster is
     * changed only in the partition of its own root, or the journal would not tell in which order. True when that is
     * here; otherwise another shard goes on or the client has been answered.
     */
    private boolean goToRootOfMember(final RequestSlot slot) {
        while (true) {
            final ShardRouter.Route route = router.route(slot);
            if (route == ShardRouter.Route.SENT_ON) {
                return false;
            }
            if (route == ShardRouter.Route.STUCK) {
                refuse(slot, ReasonCode.RING_FULL);
                return false;
            }
            if (!identities.rootOf(slot.memberHigh(), slot.memberLow(), lookup)) {
                // Linked to nothing: there is nothing to leave.
                acknowledge(slot, AckStatus.ACCEPTED, ReasonCode.NONE);
                return false;
            }
            if (lookup.rootHigh() == slot.rootHigh() && lookup.rootLow() == slot.rootLow()) {
                return true;
            }
            router.move(slot, lookup.rootHigh(), lookup.rootLow());
            if (slot.hop() > ShardRouter.MAX_HOPS) {
                refuse(slot, ReasonCode.RING_FULL);
                return false;
            }
            if (!router.owns(slot.partition())) {
                if (!router.shardOf(slot.partition()).tryForward(slot)) {
                    refuse(slot, ReasonCode.RING_FULL);
                }
                return false;
            }
        }
    }

    /** Tries one waiting step again; returns how many were tried. */
    int retry() {
        final Runnable step = waiting.poll();
        if (step == null) {
            return 0;
        }
        final int left = waiting.size();
        step.run();
        // A step that had to wait again is no work done: the thread may rest.
        return waiting.size() > left ? 0 : 1;
    }

    /** Answers a link whose handling failed. */
    void refuseFailed(final RequestSlot slot) {
        link.wrapAndApplyHeader(slot.message(), 0, header);
        refuse(slot, ReasonCode.RING_FULL);
    }

    private void refuse(final RequestSlot slot, final ReasonCode reason) {
        counters.eventsRejected().incrementRelease();
        acknowledge(slot, AckStatus.REJECTED, reason);
    }

    private void acknowledge(final RequestSlot slot, final AckStatus status, final ReasonCode reason) {
        answers.context(slot.sink(), slot.sessionKey(), link.correlationId(),
            link.eventId().high(), link.eventId().low(), status, reason);
    }
}
