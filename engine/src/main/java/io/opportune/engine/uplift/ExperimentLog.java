package io.opportune.engine.uplift;

import io.opportune.engine.catalogue.Campaign;
import io.opportune.engine.catalogue.ControlGroup;
import io.opportune.engine.catalogue.ExperimentSettings;
import io.opportune.engine.journal.ChoiceBlock;
import io.opportune.engine.journal.JournalReader;
import io.opportune.engine.journal.RecordHeaderFlyweight;
import io.opportune.engine.journal.codec.ContextRecordDecoder;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import io.opportune.engine.journal.codec.ErasureRecordDecoder;
import io.opportune.engine.journal.codec.EventRecordDecoder;
import io.opportune.engine.journal.codec.MergeInRecordDecoder;
import io.opportune.engine.journal.codec.MessageHeaderDecoder;
import io.opportune.engine.journal.codec.RedactedRecordDecoder;
import io.opportune.engine.recovery.JournalTail;
import io.opportune.protocol.codec.ContextOperation;
import io.opportune.protocol.codec.ContextUpdateDecoder;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.EventReportDecoder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.DirectBuffer;
import org.agrona.collections.Int2IntHashMap;
import org.agrona.collections.IntHashSet;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a journal says about experiments: who was offered something or would have been, what customers did, which of
 * them were merged or erased. One pass over all shards in the order of appending. One thread.
 */
final class ExperimentLog {
    /** {@link Contrast#campaignId} of all offers together. */
    static final int ALL_CAMPAIGNS = 0;

    private final SettingsSource source;
    private final long untilNs;
    private final CustomerTable customers = new CustomerTable();
    private final SegmentSets segmentSets = new SegmentSets();
    private final OutcomeLog outcomes = new OutcomeLog();
    private final Map<Integer, Contrast> contrasts = new TreeMap<>();
    private final Map<Integer, Campaign> campaigns = new HashMap<>();
    private final Int2IntHashMap campaignByOffer = new Int2IntHashMap(ALL_CAMPAIGNS);

    private final RecordHeaderFlyweight header = new RecordHeaderFlyweight();
    private final MessageHeaderDecoder messageHeader = new MessageHeaderDecoder();
    private final io.opportune.protocol.codec.MessageHeaderDecoder wireHeader =
        new io.opportune.protocol.codec.MessageHeaderDecoder();
    private final DecisionRecordDecoder decision = new DecisionRecordDecoder();
    private final EventRecordDecoder event = new EventRecordDecoder();
    private final ContextRecordDecoder context = new ContextRecordDecoder();
    private final MergeInRecordDecoder mergeIn = new MergeInRecordDecoder();
    private final DecisionRequestDecoder request = new DecisionRequestDecoder();
    private final DecisionResponseDecoder response = new DecisionResponseDecoder();
    private final EventReportDecoder report = new EventReportDecoder();
    private final ContextUpdateDecoder update = new ContextUpdateDecoder();
    private final UnsafeBuffer embedded = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer choice = new UnsafeBuffer(0, 0);
    private final IntHashSet offered = new IntHashSet();
    private final IntHashSet ghosted = new IntHashSet();

    private ExperimentSettings settings;
    private long settingsHash;
    private final Map<Integer, Campaign> settingsById = new HashMap<>();

    private long decisions;
    private long namelessDecisions;
    private long unknownSettings;
    private long redacted;
    private long damaged;
    private long firstNs = Long.MAX_VALUE;
    private long lastNs = Long.MIN_VALUE;
    private int firstCurrency;

    private ExperimentLog(final SettingsSource source, final long untilNs) {
        this.source = source;
        this.untilNs = untilNs;
    }

    /** Reads the queues of all shards, up to a business time (exclusive). */
    static ExperimentLog read(final List<Path> queues, final SettingsSource source, final long untilNs) {
        final ExperimentLog log = new ExperimentLog(source, untilNs);
        try (JournalTail tail = new JournalTail(queues)) {
            tail.forEach((queue, reader) -> log.onRecord(reader));
            for (int queue = 0; queue < queues.size(); queue++) {
                log.damaged += tail.reader(queue).damagedCount();
            }
        }
        log.outcomes.chain(log.customers);
        return log;
    }

    private void onRecord(final JournalReader reader) {
        final DirectBuffer buffer = reader.buffer();
        final int offset = reader.offset();
        header.wrap(buffer, offset);
        if (header.partition() == RecordHeaderFlyweight.CONTROL_PARTITION) {
            return;
        }
        final int template = header.templateId();
        final boolean named = (header.rootKeyHigh() | header.rootKeyLow()) != 0;
        if (template == RedactedRecordDecoder.TEMPLATE_ID) {
            redacted++;
        } else if (template == ErasureRecordDecoder.TEMPLATE_ID) {
            // Who is erased later than the report looks is erased all the same.
            customers.erase(customer());
        } else if (header.businessTimeNs() >= untilNs) {
            return;
        } else if (template == DecisionRecordDecoder.TEMPLATE_ID) {
            onDecision(buffer, offset, named);
        } else if (named) {
            onChange(buffer, offset, template);
        }
        firstNs = Math.min(firstNs, header.businessTimeNs());
        lastNs = Math.max(lastNs, header.businessTimeNs());
    }

    private int customer() {
        return customers.of(header.rootKeyHigh(), header.rootKeyLow());
    }

    private void onChange(final DirectBuffer buffer, final int offset, final int template) {
        switch (template) {
            case EventRecordDecoder.TEMPLATE_ID -> onEvent(buffer, offset);
            case ContextRecordDecoder.TEMPLATE_ID -> onContext(buffer, offset);
            case MergeInRecordDecoder.TEMPLATE_ID -> {
                mergeIn.wrapAndApplyHeader(buffer, offset, messageHeader);
                final int source = customers.of(mergeIn.source().high(), mergeIn.source().low());
                final int target = customer();
                customers.segments(target,
                    segmentSets.union(customers.segments(target), customers.segments(source)));
                customers.merge(source, target);
            }
            default -> {
                // Nothing else changes who somebody is or what somebody did.
            }
        }
    }

    private void onDecision(final DirectBuffer buffer, final int offset, final boolean named) {
        decision.wrapAndApplyHeader(buffer, offset, messageHeader);
        useSettings(decision.catalogueHash());
        decision.wrapRequest(embedded);
        request.wrapAndApplyHeader(embedded, 0, wireHeader);
        if (request.flags().test()) {
            return;
        }
        final int channel = request.channelRaw();
        decision.wrapResponse(embedded);
        response.wrapAndApplyHeader(embedded, 0, wireHeader);
        offered.clear();
        ghosted.clear();
        // A fallback is made whoever it is for, so that it tells nothing apart.
        final boolean made = response.status() == DecisionStatus.OFFERS;
        for (final DecisionResponseDecoder.OffersDecoder offer : response.offers()) {
            if (made && offer.campaignId() != ALL_CAMPAIGNS) {
                offered.add(offer.campaignId());
                campaignByOffer.put(offer.offerId(), offer.campaignId());
            }
        }
        decision.skipReservations();
        decision.skipCounts();
        decision.skipWithheld();
        decision.wrapChoice(choice);
        final boolean whole = ChoiceBlock.isWhole(choice, 0, choice.capacity());
        final boolean global = whole && (ChoiceBlock.flags(choice, 0) & ChoiceBlock.GLOBAL_CONTROL) != 0;
        for (int ghost = 0; whole && ghost < ChoiceBlock.ghostCount(choice, 0); ghost++) {
            ghosted.add(ChoiceBlock.ghostCampaignId(choice, 0, ghost));
        }
        if (offered.isEmpty() && ghosted.isEmpty()) {
            return;
        }
        decisions++;
        if (!named) {
            namelessDecisions++;
        } else if (settings == null) {
            unknownSettings++;
        } else {
            expose(customer(), global, channel);
        }
    }

    private void useSettings(final long hash) {
        if (settings != null && hash == settingsHash) {
            return;
        }
        settingsHash = hash;
        settings = source.of(hash);
        settingsById.clear();
        if (settings != null) {
            for (final Campaign campaign : settings.campaigns()) {
                settingsById.put(campaign.campaignId(), campaign);
                campaigns.put(campaign.campaignId(), campaign);
            }
        }
    }

    /**
     * Counts a decision for its comparisons. One campaign's is counted where its own group, or the global one, alone
     * decided what was offered. Where another campaign's group changed the offers, some stand in for others, and only
     * in one of the arms can be told which: such decisions count in neither. With a group of its own a campaign's
     * decision is one in which nothing of another group was kept back; without, one in which no campaign with a group
     * had a place.
     */
    private void expose(final int customer, final boolean global, final int channel) {
        final long timeNs = header.businessTimeNs();
        final int set = customers.segments(customer);
        if (begins(ALL_CAMPAIGNS)) {
            contrasts.get(ALL_CAMPAIGNS)
                .exposed(customer, global ? Contrast.CONTROL : Contrast.TREATED, timeNs, channel, set);
        }
        // Before the loops: a set has one iterator only.
        final boolean plain = hasNoOwnGroup(offered) && hasNoOwnGroup(ghosted);
        final boolean together = hasOneGroup(ghosted);
        for (final int campaignId : offered) {
            if (begins(campaignId)) {
                final Contrast contrast = contrasts.get(campaignId);
                contrast.met(ghosted.isEmpty() && (plain || contrast.basis() == Contrast.Basis.CAMPAIGN), customer,
                    Contrast.TREATED, timeNs, channel, set);
            }
        }
        for (final int campaignId : ghosted) {
            // Who is offered nothing at all is no part of the comparison of one campaign with its own group.
            if (begins(campaignId)
                && global == (contrasts.get(campaignId).basis() == Contrast.Basis.GLOBAL)) {
                contrasts.get(campaignId).met(global ? plain : together, customer, Contrast.CONTROL, timeNs, channel,
                    set);
            }
        }
    }

    /** Campaigns of one group are kept back together and judged together. */
    private boolean hasOneGroup(final IntHashSet campaignIds) {
        ControlGroup group = null;
        for (final int campaignId : campaignIds) {
            final Campaign campaign = settingsById.get(campaignId);
            if (campaign == null || group != null && !group.equals(campaign.control())) {
                return false;
            }
            group = campaign.control();
        }
        return true;
    }

    private boolean hasNoOwnGroup(final IntHashSet campaignIds) {
        for (final int campaignId : campaignIds) {
            final Campaign campaign = settingsById.get(campaignId);
            if (campaign != null && campaign.control().exists()) {
                return false;
            }
        }
        return true;
    }

    /** Takes up what the catalogue of the decision says of a group; false when the decision is not to be counted. */
    private boolean begins(final int campaignId) {
        final Campaign campaign = settingsById.get(campaignId);
        final boolean own = campaign != null && campaign.control().exists();
        final ControlGroup group = own ? campaign.control() : settings.global();
        if (!group.exists() && !contrasts.containsKey(campaignId)) {
            return false;
        }
        return contrasts.computeIfAbsent(campaignId, Contrast::new).begin(
            own ? Contrast.Basis.CAMPAIGN : Contrast.Basis.GLOBAL, group, decision.catalogueCounter(),
            header.businessTimeNs());
    }

    private void onEvent(final DirectBuffer buffer, final int offset) {
        event.wrapAndApplyHeader(buffer, offset, messageHeader);
        event.wrapReport(embedded);
        report.wrapAndApplyHeader(embedded, 0, wireHeader);
        final boolean said = report.amountMicros() != EventReportDecoder.amountMicrosNullValue();
        final long amount = said ? report.amountMicros() : 0;
        switch (report.eventType()) {
            case PURCHASE -> {
                firstCurrency = firstCurrency == 0 ? report.currency() : firstCurrency;
                note(OutcomeLog.PURCHASE, amount);
            }
            case RETURN -> note(OutcomeLog.RETURN, -Math.abs(amount));
            case REDEMPTION -> note(OutcomeLog.REDEMPTION, amount);
            case IMPRESSION -> {
                impression(ALL_CAMPAIGNS);
                final int campaignId = campaignByOffer.get(report.offerId());
                if (campaignId != ALL_CAMPAIGNS) {
                    impression(campaignId);
                }
            }
            default -> {
                // Neither bought nor shown.
            }
        }
    }

    private void note(final byte kind, final long amountMicros) {
        outcomes.add(customer(), header.businessTimeNs(), kind, amountMicros, report.currency());
    }

    private void impression(final int campaignId) {
        final Contrast contrast = contrasts.get(campaignId);
        if (contrast != null && contrast.isRunning()) {
            contrast.impression();
        }
    }

    private void onContext(final DirectBuffer buffer, final int offset) {
        context.wrapAndApplyHeader(buffer, offset, messageHeader);
        context.wrapUpdate(embedded);
        update.wrapAndApplyHeader(embedded, 0, wireHeader);
        final int customer = customer();
        int set = customers.segments(customer);
        for (final ContextUpdateDecoder.OperationsDecoder operation : update.operations()) {
            if (operation.operation() == ContextOperation.ADD_SEGMENT) {
                set = segmentSets.with(set, operation.id());
            } else if (operation.operation() == ContextOperation.REMOVE_SEGMENT) {
                set = segmentSets.without(set, operation.id());
            }
        }
        customers.segments(customer, set);
    }

    CustomerTable customers() {
        return customers;
    }

    SegmentSets segmentSets() {
        return segmentSets;
    }

    OutcomeLog outcomes() {
        return outcomes;
    }

    /** By campaign id, all offers together first. */
    Map<Integer, Contrast> contrasts() {
        return contrasts;
    }

    /** What the newest catalogue seen says of a campaign; null for one that no catalogue named. */
    Campaign campaign(final int campaignId) {
        return campaigns.get(campaignId);
    }

    /** Decisions in which something was offered or kept back for a control group. */
    long decisions() {
        return decisions;
    }

    /** Of them such without a root key: they are in no comparison. */
    long namelessDecisions() {
        return namelessDecisions;
    }

    /** Of them such whose catalogue is not kept. */
    long unknownSettings() {
        return unknownSettings;
    }

    /** Records whose customer was erased so long ago that nothing of them is left. */
    long redacted() {
        return redacted;
    }

    long damaged() {
        return damaged;
    }

    /** Business time of the first record; Long.MAX_VALUE without records. */
    long firstNs() {
        return firstNs;
    }

    /** Business time of the last record; Long.MIN_VALUE without records. */
    long lastNs() {
        return lastNs;
    }

    /** ISO 4217 numeric code of the first purchase; 0 without one. */
    int firstCurrency() {
        return firstCurrency;
    }
}
