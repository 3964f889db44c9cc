package io.opportune.loadtest.completejourney;

import io.opportune.loadtest.source.MessageSource;
import io.opportune.loadtest.source.NameTable;
import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.RejectReason;
import java.util.List;
import org.agrona.MutableDirectBuffer;

/**
 * Replays the script pass by pass, each shifted by {@link JourneyCatalogue#PASS_DAYS}: as fast as answers come, or by
 * recorded times at a speed-up. A household's next message waits for the answer to the one before it; an offer shown
 * at the tender is reported as an impression. Runs on the generator's thread.
 */
public final class ReplaySource implements MessageSource {
    private static final long PASS_NS = JourneyCatalogue.PASS_DAYS * 86_400_000_000_000L;
    private static final int MAX_WAITING = 4_096;
    /** The customer sees the offer on the slip a second after the tender. */
    private static final long IMPRESSION_OFFSET_NS = 1_000_000_000L;

    private final JourneyData data;
    private final List<JourneyOffer> offers;
    private final JourneyScript script;
    private final JourneyNames names;
    private final ReplayCounts counts;
    private final ReplaySettings settings;
    private final long totalMessages;
    private final HouseholdOrder order;
    private final JourneyMessages.Shown shown;
    private final boolean[] basketHasOffer;
    private JourneyMessages messages;
    private int[] slotHousehold = new int[0];
    private JourneyScript.Kind[] slotKind = new JourneyScript.Kind[0];
    private long[] slotEventTimeNs = new long[0];
    private boolean[] slotWarmup = new boolean[0];
    private volatile long cursor;
    private long sequence;
    private long startNs;
    private long intendedNs;
    private int timeBudgetUs;
    private boolean warmup;

    /**
     * Creates the source.
     *
     * @param data     as read.
     * @param offers   of {@link JourneyOffers#choose}.
     * @param settings passes, speed-up, budget.
     * @param counts   to add to.
     */
    public ReplaySource(
        final JourneyData data,
        final List<JourneyOffer> offers,
        final ReplaySettings settings,
        final ReplayCounts counts) {
        this.data = data;
        this.offers = offers;
        this.settings = settings;
        this.counts = counts;
        script = new JourneyScript(data);
        names = new JourneyNames(data, offers);
        totalMessages = (long) script.length() * settings.passes();
        order = new HouseholdOrder(data.households().size(), MAX_WAITING);
        shown = new JourneyMessages.Shown(data.households().size());
        basketHasOffer = new boolean[data.households().size()];
    }

    @Override
    public void declareNames(final NameTable table) {
        names.declare(table);
    }

    @Override
    public void onStart(final NameTable table, final int slotCount, final long nowNs) {
        names.read(table);
        counts.unknownOffers(names.unknownOffers());
        messages = new JourneyMessages(data, offers, names, settings.runId(), settings.timeBudgetUs());
        slotHousehold = new int[slotCount];
        slotKind = new JourneyScript.Kind[slotCount];
        slotEventTimeNs = new long[slotCount];
        slotWarmup = new boolean[slotCount];
        startNs = System.nanoTime();
    }

    @Override
    public int encodeNext(
        final MutableDirectBuffer buffer,
        final int offset,
        final int slot,
        final long correlationId,
        final long nowNs,
        final long epochNs) {
        final int ready = order.takeReady();
        if (ready >= 0) {
            if (order.takeUrgent(ready)) {
                return impression(buffer, offset, slot, correlationId, nowNs, epochNs, ready);
            }
            return scripted(buffer, offset, slot, correlationId, nowNs, epochNs, order.takeWaiting(ready));
        }
        while (cursor < totalMessages) {
            final long message = cursor;
            intendedNs = due(message, nowNs);
            if (intendedNs > nowNs) {
                return NOTHING_NOW;
            }
            final int household = script.household((int) (message % script.length()));
            if (!order.mustWait(household)) {
                advance();
                return scripted(buffer, offset, slot, correlationId, nowNs, epochNs, message);
            }
            if (!order.defer(household, message)) {
                intendedNs = nowNs;
                return NOTHING_NOW;
            }
            advance();
        }
        intendedNs = nowNs;
        return order.idle() ? EXHAUSTED : NOTHING_NOW;
    }

    /** Only the generator's thread writes the cursor; the reporting thread reads it. */
    private void advance() {
        final long following = cursor + 1;
        cursor = following;
    }

    private long due(final long message, final long nowNs) {
        if (settings.speedUp() == ReplaySettings.AS_FAST_AS_POSSIBLE) {
            return nowNs;
        }
        return startNs + (long) ((eventTimeNs(message) - script.timeNs(0)) / settings.speedUp());
    }

    private long eventTimeNs(final long message) {
        return script.timeNs((int) (message % script.length())) + message / script.length() * PASS_NS;
    }

    private int scripted(
        final MutableDirectBuffer buffer,
        final int offset,
        final int slot,
        final long correlationId,
        final long nowNs,
        final long epochNs,
        final long message) {
        final int index = (int) (message % script.length());
        final int household = script.household(index);
        final int subject = script.subject(index);
        final long timeNs = eventTimeNs(message);
        intendedNs = due(message, nowNs);
        final JourneyScript.Kind kind = script.kind(index);
        take(slot, household, kind, timeNs, message < script.length() && settings.passes() > 1);
        return switch (kind) {
            case BASKET_UPDATE, TENDER -> {
                timeBudgetUs = settings.timeBudgetUs();
                yield messages.decision(buffer, offset, correlationId, epochNs, timeNs, ++sequence, household, subject,
                    kind == JourneyScript.Kind.TENDER);
            }
            case PURCHASE -> messages.purchase(
                buffer, offset, correlationId, epochNs, timeNs, ++sequence, household, subject);
            default -> messages.redemption(
                buffer, offset, correlationId, epochNs, timeNs, ++sequence, household, subject);
        };
    }

    private int impression(
        final MutableDirectBuffer buffer,
        final int offset,
        final int slot,
        final long correlationId,
        final long nowNs,
        final long epochNs,
        final int household) {
        intendedNs = nowNs;
        final long timeNs = shown.timeNs[household];
        take(slot, household, JourneyScript.Kind.IMPRESSION, timeNs,
            timeNs < script.timeNs(0) + PASS_NS && settings.passes() > 1);
        return messages.impression(
            buffer, offset, correlationId, epochNs, timeNs, ++sequence, household, shown);
    }

    private void take(
        final int slot,
        final int household,
        final JourneyScript.Kind kind,
        final long timeNs,
        final boolean isWarmup) {
        order.sent(household);
        slotHousehold[slot] = household;
        slotKind[slot] = kind;
        slotEventTimeNs[slot] = timeNs;
        slotWarmup[slot] = isWarmup;
        warmup = isWarmup;
        timeBudgetUs = 0;
        counts.sent(kind);
    }

    @Override
    public void onDecision(final int slot, final DecisionResponseDecoder response) {
        final int household = slotHousehold[slot];
        final boolean tender = slotKind[slot] == JourneyScript.Kind.TENDER;
        final long high = response.decisionId().high();
        final long low = response.decisionId().low();
        final boolean full = response.status() == DecisionStatus.OFFERS;
        if ((response.decisionId().high() | response.decisionId().low()) != 0) {
            counts.journalledDecision();
        }
        final DecisionResponseDecoder.OffersDecoder offersGroup = response.offers();
        boolean campaignOffer = false;
        boolean impression = false;
        while (full && offersGroup.hasNext()) {
            offersGroup.next();
            final int campaign = names.campaignOf(offersGroup.campaignId());
            counts.offer(campaign, slotWarmup[slot]);
            campaignOffer |= campaign > 0;
            if (tender && !impression) {
                impression = true;
                shown.offerId[household] = offersGroup.offerId();
                shown.creativeId[household] = offersGroup.creativeId();
                shown.decisionHigh[household] = high;
                shown.decisionLow[household] = low;
                shown.timeNs[household] = slotEventTimeNs[slot] + IMPRESSION_OFFSET_NS;
            }
        }
        counts.decision(campaignOffer, slotWarmup[slot]);
        if (tender) {
            counts.basket(campaignOffer || basketHasOffer[household], slotWarmup[slot]);
        }
        basketHasOffer[household] = campaignOffer && !tender;
        order.settled(household, impression);
    }

    @Override
    public void onEventAck(final int slot, final AckStatus status, final int reason) {
        counts.acknowledged(slotKind[slot], status);
        order.settled(slotHousehold[slot], false);
    }

    @Override
    public void onContextAck(final int slot, final AckStatus status, final int reason) {
        order.settled(slotHousehold[slot], false);
    }

    @Override
    public void onReject(final int slot, final RejectReason reason) {
        counts.rejected(reason);
        order.settled(slotHousehold[slot], false);
    }

    @Override
    public void onUnanswered(final int slot) {
        order.settled(slotHousehold[slot], false);
    }

    @Override
    public long intendedNs() {
        return intendedNs;
    }

    @Override
    public int timeBudgetUs() {
        return timeBudgetUs;
    }

    @Override
    public boolean warmup() {
        return warmup;
    }

    /**
     * How far the replay is. Any thread.
     *
     * @return a bar with percentage, pass and business date.
     */
    public String progress() {
        final long done = Math.min(cursor, totalMessages - 1);
        final int filled = (int) (20 * done / totalMessages);
        return String.format("[%s%s] %d%% pass %d/%d %s", "#".repeat(filled), ".".repeat(20 - filled),
            100 * done / totalMessages, done / script.length() + 1, settings.passes(),
            java.time.LocalDate.ofEpochDay(Math.floorDiv(eventTimeNs(done), 86_400_000_000_000L)));
    }
}
