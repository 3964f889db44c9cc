package io.opportune.engine.state;

import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.ContextRecordDecoder;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import io.opportune.engine.journal.codec.ErasureRecordDecoder;
import io.opportune.engine.journal.codec.EventRecordDecoder;
import io.opportune.engine.journal.codec.MergeDoneRecordDecoder;
import io.opportune.engine.journal.codec.MergeInRecordDecoder;
import io.opportune.engine.journal.codec.MergeOutRecordDecoder;
import io.opportune.engine.journal.codec.MessageHeaderDecoder;
import io.opportune.engine.journal.codec.UnlinkRecordDecoder;
import io.opportune.engine.identity.EventIdHorizon;
import io.opportune.engine.profile.CapKey;
import io.opportune.engine.profile.IdentityIndex;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.ProfileMerge;
import io.opportune.engine.profile.ProfileMigration;
import io.opportune.engine.profile.ProfileStore;
import io.opportune.engine.profile.ProfileUpdates;
import io.opportune.protocol.Consent;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.EventReportDecoder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Applies journal records to profiles, identities and the horizon of event ids. The result depends on the records
 * only: serving, recovery and replay call the same code, and a record a profile has already seen changes nothing. One
 * per thread, over the partitions that thread owns; allocates nothing.
 */
public final class StateMachine {
    private final ProfileStore profiles;
    private final IdentityIndex identities;
    private final EventIdHorizon eventIds;
    private final PartitionTable partitions;
    private final OutcomeApplier outcomes = new OutcomeApplier();

    private final RecordHeaderFlyweight record = new RecordHeaderFlyweight();
    private final ProfileFlyweight profile = new ProfileFlyweight();
    private final ProfileFlyweight source =
        new ProfileFlyweight().wrap(new UnsafeBuffer(new byte[ProfileFlyweight.LENGTH_BYTES]), 0);
    private final UnsafeBuffer sourceBuffer = new UnsafeBuffer(0, 0);
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final DecisionRecordDecoder decision = new DecisionRecordDecoder();
    private final EventRecordDecoder event = new EventRecordDecoder();
    private final ContextRecordDecoder context = new ContextRecordDecoder();
    private final ErasureRecordDecoder erasure = new ErasureRecordDecoder();
    private final MergeOutRecordDecoder mergeOut = new MergeOutRecordDecoder();
    private final MergeInRecordDecoder mergeIn = new MergeInRecordDecoder();
    private final UnlinkRecordDecoder unlink = new UnlinkRecordDecoder();

    /**
     * Binds the state.
     *
     * @param profiles   of which this thread changes its own partitions only.
     * @param identities shared; each cluster is changed by the thread that owns its root.
     * @param eventIds   shared.
     * @param partitions of which this thread changes its own entries only.
     */
    public StateMachine(
        final ProfileStore profiles,
        final IdentityIndex identities,
        final EventIdHorizon eventIds,
        final PartitionTable partitions) {
        this.profiles = profiles;
        this.identities = identities;
        this.eventIds = eventIds;
        this.partitions = partitions;
    }

    /**
     * How often profiles had no room.
     *
     * @return counters, answers to offers, and claims and budgets per customer that were forgotten, or for which others
     *     were, since this was made.
     */
    public long forgotten() {
        return outcomes.forgotten();
    }

    /**
     * Applies one record. Control records change nothing here.
     *
     * @param buffer holding the record.
     * @param offset of its message header.
     * @param length in bytes.
     */
    public void apply(final DirectBuffer buffer, final int offset, final int length) {
        record.wrap(buffer, offset);
        if (record.partition() == RecordHeaderFlyweight.CONTROL_PARTITION) {
            return;
        }
        header.wrap(buffer, offset);
        switch (record.templateId()) {
            case DecisionRecordDecoder.TEMPLATE_ID -> applyDecision(buffer, offset);
            case EventRecordDecoder.TEMPLATE_ID -> applyEvent(buffer, offset);
            case ContextRecordDecoder.TEMPLATE_ID -> applyContext(buffer, offset);
            case ErasureRecordDecoder.TEMPLATE_ID -> applyErasure(buffer, offset);
            case MergeOutRecordDecoder.TEMPLATE_ID -> applyMergeOut(buffer, offset);
            case MergeInRecordDecoder.TEMPLATE_ID -> applyMergeIn(buffer, offset);
            case MergeDoneRecordDecoder.TEMPLATE_ID -> applyMergeDone();
            case UnlinkRecordDecoder.TEMPLATE_ID -> applyUnlink(buffer, offset);
            default -> {
                // Redacted, or written by a newer server; its sequence still counts.
            }
        }
        partitions.applied(record.partition(), record.sequence(), record.businessTimeNs());
    }

    /**
     * Whether an event is a notice of an auction: its customer was in a token, where all others name theirs by an id.
     *
     * @param report of the event.
     * @return true when its id belongs to the horizon of notices.
     */
    public static boolean isNotice(final EventReportDecoder report) {
        return report.channel() == Channel.AD_EXCHANGE && report.customerNamespace() == 0;
    }

    /** Finds the profile of the record; false when there is none or it has seen this record. */
    private boolean findUnseen() {
        return (record.rootKeyHigh() | record.rootKeyLow()) != 0
            && profiles.find(record.partition(), record.rootKeyHigh(), record.rootKeyLow(), profile)
            && profile.lastAppliedSequence() < record.sequence();
    }

    private void seen() {
        ProfileUpdates.markApplied(profile, record.sequence(), record.businessTimeNs());
    }

    private boolean mayRemember() {
        return !profile.isForwarded() && (profile.consent() & Consent.PERSONALISATION) != 0;
    }

    private void applyDecision(final DirectBuffer buffer, final int offset) {
        if (findUnseen()) {
            if (mayRemember()) {
                decision.wrapAndApplyHeader(buffer, offset, header);
                outcomes.decision(decision, profile, record.businessTimeNs());
            }
            seen();
        }
    }

    private void applyEvent(final DirectBuffer buffer, final int offset) {
        event.wrapAndApplyHeader(buffer, offset, header);
        outcomes.wrapEvent(event);
        if (outcomes.isNotice()) {
            eventIds.notices().addIfAbsent(outcomes.eventIdHigh(), outcomes.eventIdLow(), record.businessTimeNs());
        } else {
            eventIds.addIfAbsent(outcomes.eventIdHigh(), outcomes.eventIdLow());
        }
        if (findUnseen()) {
            if (mayRemember()) {
                outcomes.event(event, profile, record.businessTimeNs());
            }
            seen();
        }
    }

    private void applyContext(final DirectBuffer buffer, final int offset) {
        context.wrapAndApplyHeader(buffer, offset, header);
        outcomes.wrapUpdate(context);
        eventIds.addIfAbsent(outcomes.eventIdHigh(), outcomes.eventIdLow());
        if (profiles.findOrCreate(record.partition(), record.rootKeyHigh(), record.rootKeyLow(), profile)
            && profile.lastAppliedSequence() < record.sequence()) {
            outcomes.update(profile, record.businessTimeNs());
            seen();
        }
    }

    private void applyErasure(final DirectBuffer buffer, final int offset) {
        erasure.wrapAndApplyHeader(buffer, offset, header);
        if ((erasure.eventIdHigh() | erasure.eventIdLow()) != 0) {
            eventIds.addIfAbsent(erasure.eventIdHigh(), erasure.eventIdLow());
        }
        if (findUnseen()) {
            profiles.remove(record.partition(), record.rootKeyHigh(), record.rootKeyLow());
        }
        synchronized (partitions) {
            if (identitiesUnseen()) {
                identities.forget(record.rootKeyHigh(), record.rootKeyLow());
            }
        }
    }

    private void applyMergeOut(final DirectBuffer buffer, final int offset) {
        mergeOut.wrapAndApplyHeader(buffer, offset, header);
        eventIds.addIfAbsent(mergeOut.eventIdHigh(), mergeOut.eventIdLow());
        // A tombstone stands even where there was no profile: requests already on their way here must be sent on.
        if (profiles.findOrCreate(record.partition(), record.rootKeyHigh(), record.rootKeyLow(), profile)
            && profile.lastAppliedSequence() < record.sequence()) {
            ProfileUpdates.forward(profile, mergeOut.target().high(), mergeOut.target().low());
            seen();
        }
    }

    private void applyMergeIn(final DirectBuffer buffer, final int offset) {
        mergeIn.wrapAndApplyHeader(buffer, offset, header);
        final long sourceHigh = mergeIn.source().high();
        final long sourceLow = mergeIn.source().low();
        final int person = personOf(sourceHigh, sourceLow);
        final int length = mergeIn.profileLength();
        if (length > 0
            && profiles.findOrCreate(record.partition(), record.rootKeyHigh(), record.rootKeyLow(), profile)
            && profile.lastAppliedSequence() < record.sequence()) {
            mergeIn.wrapProfile(sourceBuffer);
            ProfileMigration.read(sourceBuffer, 0, length, source);
            ProfileMerge.merge(profile, source, person);
            OutcomeApplier.forgetWhatIsRefused(profile);
            seen();
        }
        synchronized (partitions) {
            if (identitiesUnseen()) {
                identities.absorb(sourceHigh, sourceLow, record.rootKeyHigh(), record.rootKeyLow(), person);
            }
        }
    }

    /** Who of a household a person is who joins it: one of its persons, where the record says so, or a new one. */
    private int personOf(final long sourceHigh, final long sourceLow) {
        final boolean joins = record.rootKeyHigh() >= 0 && sourceHigh < 0;
        final int known = mergeIn.person() == MergeInRecordDecoder.personNullValue() ? 0 : mergeIn.person();
        return !joins ? 0 : known == 0 ? CapKey.personTag(sourceLow) : known;
    }

    private void applyMergeDone() {
        if (findUnseen()) {
            ProfileUpdates.finishForward(profile);
            seen();
        }
    }

    private void applyUnlink(final DirectBuffer buffer, final int offset) {
        unlink.wrapAndApplyHeader(buffer, offset, header);
        eventIds.addIfAbsent(unlink.eventIdHigh(), unlink.eventIdLow());
        synchronized (partitions) {
            if (identitiesUnseen()) {
                identities.unlink(unlink.member().high(), unlink.member().low(),
                    unlink.freshRoot().high(), unlink.freshRoot().low());
            }
        }
    }

    /**
     * Whether the identity index has yet to see this record, which it has from here on. Changes of the index are no
     * changes to a later state of it: an erasure applied after a link that followed it would break the link's cluster.
     */
    private boolean identitiesUnseen() {
        if (partitions.identitySequence(record.partition()) >= record.sequence()) {
            return false;
        }
        partitions.identityApplied(record.partition(), record.sequence());
        return true;
    }
}
