package io.opportune.engine.state;

import io.opportune.engine.journal.codec.ContextRecordDecoder;
import io.opportune.engine.journal.codec.DecisionRecordDecoder;
import io.opportune.engine.journal.codec.EventRecordDecoder;
import io.opportune.engine.profile.CapKey;
import io.opportune.engine.profile.CapScope;
import io.opportune.engine.profile.CapWindow;
import io.opportune.engine.profile.CountsBlock;
import io.opportune.engine.profile.ExposureKind;
import io.opportune.engine.profile.ProfileFlyweight;
import io.opportune.engine.profile.ProfileUpdates;
import io.opportune.protocol.Consent;
import io.opportune.protocol.codec.Channel;
import io.opportune.protocol.codec.ContextUpdateDecoder;
import io.opportune.protocol.codec.DecisionRequestDecoder;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.EventReportDecoder;
import io.opportune.protocol.codec.EventType;
import io.opportune.protocol.codec.Intent;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What the wire messages inside decision, event and context records do to a profile. Owned by one state machine;
 * allocates nothing.
 */
final class OutcomeApplier {
    /** Before it records did not tell which counters they touch. */
    private static final int COUNTS_SINCE = 2;

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final UnsafeBuffer embedded = new UnsafeBuffer(0, 0);
    private final DecisionRequestDecoder request = new DecisionRequestDecoder();
    private final DecisionResponseDecoder response = new DecisionResponseDecoder();
    private final EventReportDecoder report = new EventReportDecoder();
    private final ContextUpdateDecoder update = new ContextUpdateDecoder();
    private long eventIdHigh;
    private long eventIdLow;
    private long forgotten;

    /** How often profiles had no room for a counter, an answer or money received, since this was made. */
    long forgotten() {
        return forgotten;
    }

    long eventIdHigh() {
        return eventIdHigh;
    }

    long eventIdLow() {
        return eventIdLow;
    }

    /**
     * A decision marks the visit and counts what its record says. One for an exchange only takes part in an auction:
     * nothing was shown yet, and a notice tells when it is. A test counts nothing.
     */
    void decision(final DecisionRecordDecoder record, final ProfileFlyweight profile, final long timeNs) {
        record.wrapRequest(embedded);
        request.wrapAndApplyHeader(embedded, 0, header);
        if (request.flags().test()) {
            return;
        }
        if (request.channel() == Channel.AD_EXCHANGE) {
            applyReservations(record, profile, timeNs);
            return;
        }
        ProfileUpdates.recordVisit(profile, timeNs, request.channelRaw(), request.storeId());
        record.wrapResponse(embedded);
        if (record.actingVersion() >= COUNTS_SINCE) {
            record.skipReservations();
            record.wrapCounts(embedded);
            forgotten += CountsBlock.apply(embedded, 0, embedded.capacity(), profile, timeNs);
            return;
        }
        response.wrapAndApplyHeader(embedded, 0, header);
        final DecisionResponseDecoder.OffersDecoder offers = response.offers();
        while (offers.hasNext()) {
            offers.next();
            countBothWindows(profile, timeNs, offers.offerId(), ExposureKind.DECISION);
        }
    }

    /** Of a bid its record tells nothing but what is reserved of budgets per customer. */
    private void applyReservations(
        final DecisionRecordDecoder record, final ProfileFlyweight profile, final long timeNs) {
        if (record.actingVersion() >= COUNTS_SINCE) {
            record.skipResponse();
            record.skipReservations();
            record.wrapCounts(embedded);
            forgotten += CountsBlock.apply(embedded, 0, embedded.capacity(), profile, timeNs);
        }
    }

    /** What was written before records told their counters counted in both kinds of windows that caps had then. */
    private static void countBothWindows(
        final ProfileFlyweight profile, final long timeNs, final int offerId, final ExposureKind kind) {
        count(profile, timeNs, offerId, kind, CapWindow.DAYS);
        count(profile, timeNs, offerId, kind, CapWindow.LIFETIME);
    }

    private static void count(
        final ProfileFlyweight profile, final long timeNs, final int offerId, final ExposureKind kind,
        final CapWindow window) {
        ProfileUpdates.count(
            profile, timeNs, CapKey.of(CapScope.OFFER, offerId, kind, window, false), window, CapWindow.MAX_DAYS,
            0);
    }

    void wrapEvent(final EventRecordDecoder record) {
        record.wrapReport(embedded);
        report.wrapAndApplyHeader(embedded, 0, header);
        eventIdHigh = report.eventId().high();
        eventIdLow = report.eventId().low();
    }

    boolean isNotice() {
        return StateMachine.isNotice(report);
    }

    /** Applies the event of {@link #wrapEvent}. */
    void event(final EventRecordDecoder record, final ProfileFlyweight profile, final long timeNs) {
        final EventType type = report.eventType();
        switch (type) {
            case WIN, BILLING, LOSS -> {
                // Between an exchange and us: the customer saw nothing yet. What was seen, an IMPRESSION tells. What
                // was paid is spent of the customer's budgets.
                applyCounts(record, profile, timeNs);
                return;
            }
            case MEDIA_START, MEDIA_FIRST_QUARTILE, MEDIA_MIDPOINT, MEDIA_THIRD_QUARTILE, MEDIA_COMPLETE,
                MEDIA_SKIP -> {
                // How far an ad played whose IMPRESSION has told that it was seen: journalled for those who learn.
                return;
            }
            default -> apply(type, record, profile, timeNs);
        }
    }

    private void apply(
        final EventType type, final EventRecordDecoder record, final ProfileFlyweight profile, final long timeNs) {
        ProfileUpdates.recordVisit(profile, timeNs, report.channelRaw(), report.storeId());
        if (type == EventType.PURCHASE || type == EventType.RETURN) {
            // A gift says something about somebody else's taste.
            if (report.intent() != Intent.GIFT && (profile.consent() & Consent.PURCHASE_HISTORY) != 0) {
                purchase(profile, timeNs, type == EventType.RETURN);
            }
        } else if (report.offerId() != 0) {
            final ExposureKind kind = exposure(type);
            if (kind == ExposureKind.CLICK || kind == ExposureKind.DECLINE) {
                forgotten += ProfileUpdates.recordAnswer(
                    profile, timeNs, report.offerId(), kind == ExposureKind.DECLINE) ? 1 : 0;
            } else if (kind != null && record.actingVersion() < COUNTS_SINCE) {
                countBothWindows(profile, timeNs, report.offerId(), kind);
            }
        }
        applyCounts(record, profile, timeNs);
    }

    private void applyCounts(final EventRecordDecoder record, final ProfileFlyweight profile, final long timeNs) {
        if (record.actingVersion() >= COUNTS_SINCE) {
            record.sbeRewind();
            record.skipReport();
            record.skipSettlement();
            record.wrapCounts(embedded);
            forgotten += CountsBlock.apply(embedded, 0, embedded.capacity(), profile, timeNs);
        }
    }

    private void purchase(final ProfileFlyweight profile, final long timeNs, final boolean isReturn) {
        final EventReportDecoder.BasketLinesDecoder lines = report.basketLines();
        while (lines.hasNext()) {
            lines.next();
            long amountMicros = lines.amountMicros();
            if (amountMicros == EventReportDecoder.BasketLinesDecoder.amountMicrosNullValue()) {
                amountMicros = 0;
            }
            int quantityMilli = lines.quantityMilli();
            if (isReturn) {
                // Whatever sign a till writes, a return takes away.
                amountMicros = -Math.abs(amountMicros);
                quantityMilli = -Math.abs(quantityMilli);
            }
            ProfileUpdates.recordPurchaseLine(
                profile, timeNs, lines.categoryId(), lines.itemId(), quantityMilli, amountMicros);
        }
    }

    private static ExposureKind exposure(final EventType type) {
        return switch (type) {
            case IMPRESSION -> ExposureKind.IMPRESSION;
            case CLICK -> ExposureKind.CLICK;
            case ACCEPT -> ExposureKind.ACCEPT;
            case DECLINE -> ExposureKind.DECLINE;
            case REDEMPTION -> ExposureKind.REDEMPTION;
            default -> null;
        };
    }

    /** Who no longer wants a profile keeps none: only what was granted and refused stays. */
    private static void withdraw(final ProfileFlyweight profile, final int bits) {
        ProfileUpdates.revokeConsent(profile, bits);
        if ((bits & Consent.PERSONALISATION) != 0) {
            forgetWhatIsRefused(profile);
        }
    }

    /** Where personalisation is refused only what was granted and refused stays. */
    static void forgetWhatIsRefused(final ProfileFlyweight profile) {
        final int refused = profile.refusedConsent();
        if ((refused & Consent.PERSONALISATION) != 0) {
            final int granted = profile.consent();
            ProfileUpdates.clear(profile);
            ProfileUpdates.grantConsent(profile, granted);
            ProfileUpdates.revokeConsent(profile, refused);
        }
    }

    void wrapUpdate(final ContextRecordDecoder record) {
        record.wrapUpdate(embedded);
        update.wrapAndApplyHeader(embedded, 0, header);
        eventIdHigh = update.eventId().high();
        eventIdLow = update.eventId().low();
    }

    /** Applies the update of {@link #wrapUpdate}, operation by operation. */
    void update(final ProfileFlyweight profile, final long timeNs) {
        final ContextUpdateDecoder.OperationsDecoder operations = update.operations();
        while (operations.hasNext()) {
            operations.next();
            final int id = operations.id();
            switch (operations.operation()) {
                case GRANT_CONSENT -> ProfileUpdates.grantConsent(profile, id & Consent.ALL);
                case WITHDRAW_CONSENT -> withdraw(profile, id & Consent.ALL);
                case SET_ATTRIBUTE ->
                    ProfileUpdates.setAttribute(profile, id, operations.valueTypeRaw(), operations.value());
                case CLEAR_ATTRIBUTE -> ProfileUpdates.removeAttribute(profile, id);
                case ADD_SEGMENT -> ProfileUpdates.addSegment(profile, id);
                case REMOVE_SEGMENT -> ProfileUpdates.removeSegment(profile, id);
                default -> {
                    // ERASE has a record of its own; what a newer server wrote is not understood here.
                }
            }
        }
    }
}
