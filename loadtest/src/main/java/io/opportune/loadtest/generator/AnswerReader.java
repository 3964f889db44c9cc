package io.opportune.loadtest.generator;

import io.opportune.loadtest.report.RunCounter;
import io.opportune.loadtest.report.RunTally;
import io.opportune.loadtest.source.MessageSource;
import io.opportune.protocol.ReasonCode;
import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.ContextAckDecoder;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.DecisionStatus;
import io.opportune.protocol.codec.EventAckDecoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.RejectDecoder;
import org.agrona.DirectBuffer;

/**
 * Decodes answers, settles their slots, counts and times them, and tells the source. Owned by the generator's thread;
 * allocates nothing for decisions and acknowledgements.
 */
final class AnswerReader {
    private static final int FIRST_LOAD_REASON = 200;
    private static final int LAST_LOAD_REASON = 299;

    private final InFlightTable inFlight;
    private final RunTally tally;
    private final MessageSource source;
    private final DecisionResponseDecoder decision = new DecisionResponseDecoder();
    private final EventAckDecoder eventAck = new EventAckDecoder();
    private final ContextAckDecoder contextAck = new ContextAckDecoder();
    private final RejectDecoder reject = new RejectDecoder();
    private String lastReject = "";

    AnswerReader(final InFlightTable inFlight, final RunTally tally, final MessageSource source) {
        this.inFlight = inFlight;
        this.tally = tally;
        this.source = source;
    }

    /** Text of the last reject that answered no message of ours. */
    String lastReject() {
        return lastReject;
    }

    /** Reads an answer to a message; false when the template is not one of an answer. */
    boolean onAnswer(
        final Connection connection,
        final MessageHeaderDecoder header,
        final DirectBuffer buffer,
        final int bodyOffset,
        final long nowNs) {
        switch (header.templateId()) {
            case DecisionResponseDecoder.TEMPLATE_ID -> {
                decision.wrap(buffer, bodyOffset, header.blockLength(), header.version());
                onDecision(connection, nowNs);
            }
            case EventAckDecoder.TEMPLATE_ID -> {
                eventAck.wrap(buffer, bodyOffset, header.blockLength(), header.version());
                onEventAck(connection, nowNs);
            }
            case ContextAckDecoder.TEMPLATE_ID -> {
                contextAck.wrap(buffer, bodyOffset, header.blockLength(), header.version());
                onContextAck(connection, nowNs);
            }
            case RejectDecoder.TEMPLATE_ID -> {
                reject.wrap(buffer, bodyOffset, header.blockLength(), header.version());
                onReject(connection, nowNs);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Settles every message of a lost connection, or of all (-1), as unanswered. */
    void abandon(final int connectionIndex) {
        for (int slot = 0; slot < inFlight.slotCount(); slot++) {
            if (inFlight.taken(slot) && (connectionIndex < 0 || inFlight.connection(slot) == connectionIndex)) {
                if (inFlight.measured(slot)) {
                    tally.increment(RunCounter.UNANSWERED);
                }
                source.onUnanswered(slot);
                inFlight.free(slot);
            }
        }
    }

    private void onDecision(final Connection connection, final long nowNs) {
        final int slot = settle(decision.correlationId(), connection);
        if (slot == InFlightTable.NONE) {
            return;
        }
        if (inFlight.measured(slot)) {
            countDecision(decision.status(), decision.reason());
            tally.record(RunTally.Series.DECISION, nowNs - inFlight.intendedNs(slot));
            tally.record(RunTally.Series.SERVICE, nowNs - inFlight.sentNs(slot));
            tally.record(RunTally.Series.SERVER, decision.timeTakenNs());
            countLate(slot, nowNs);
            tally.noteAnswer(nowNs);
        }
        source.onDecision(slot, decision);
        inFlight.free(slot);
    }

    private void countDecision(final DecisionStatus status, final int reason) {
        if (reason == ReasonCode.TRUNCATED_IN_SCORING.code()) {
            tally.increment(RunCounter.TRUNCATED);
        } else if (reason >= FIRST_LOAD_REASON && reason <= LAST_LOAD_REASON) {
            tally.increment(RunCounter.SHED);
            return;
        }
        tally.increment(switch (status) {
            case OFFERS -> RunCounter.OFFERS;
            case NO_OFFER -> RunCounter.NO_OFFER;
            case FALLBACK -> RunCounter.FALLBACK;
            default -> RunCounter.REJECTED;
        });
    }

    private void onEventAck(final Connection connection, final long nowNs) {
        final int slot = settle(eventAck.correlationId(), connection);
        if (slot == InFlightTable.NONE) {
            return;
        }
        final AckStatus status = eventAck.status();
        if (inFlight.measured(slot)) {
            tally.increment(switch (status) {
                case ACCEPTED -> RunCounter.EVENTS_ACCEPTED;
                case DUPLICATE -> RunCounter.EVENTS_DUPLICATE;
                case UNKNOWN -> RunCounter.EVENTS_UNKNOWN;
                default -> RunCounter.EVENTS_REJECTED;
            });
            tally.record(RunTally.Series.EVENT, nowNs - inFlight.intendedNs(slot));
            tally.noteAnswer(nowNs);
        }
        source.onEventAck(slot, status, eventAck.reason());
        inFlight.free(slot);
    }

    private void onContextAck(final Connection connection, final long nowNs) {
        final int slot = settle(contextAck.correlationId(), connection);
        if (slot == InFlightTable.NONE) {
            return;
        }
        final AckStatus status = contextAck.status();
        if (inFlight.measured(slot)) {
            tally.increment(
                status == AckStatus.ACCEPTED ? RunCounter.UPDATES_ACCEPTED : RunCounter.UPDATES_REFUSED);
            tally.record(RunTally.Series.UPDATE, nowNs - inFlight.intendedNs(slot));
            tally.noteAnswer(nowNs);
        }
        source.onContextAck(slot, status, contextAck.reason());
        inFlight.free(slot);
    }

    private void onReject(final Connection connection, final long nowNs) {
        final long correlationId = reject.correlationId();
        if (correlationId == 0) {
            lastReject = reject.reason() + " " + reject.text();
            tally.increment(RunCounter.REJECTED);
            return;
        }
        final int slot = settle(correlationId, connection);
        if (slot == InFlightTable.NONE) {
            return;
        }
        if (inFlight.measured(slot)) {
            tally.increment(RunCounter.REJECTED);
            countLate(slot, nowNs);
            tally.noteAnswer(nowNs);
        }
        source.onReject(slot, reject.reason());
        inFlight.free(slot);
    }

    private int settle(final long correlationId, final Connection connection) {
        final int slot = inFlight.find(correlationId, connection.index());
        if (slot == InFlightTable.NONE) {
            tally.increment(RunCounter.UNEXPECTED_ANSWERS);
        } else {
            connection.inFlightAdd(-1);
        }
        return slot;
    }

    private void countLate(final int slot, final long nowNs) {
        final int budgetUs = inFlight.budgetUs(slot);
        if (budgetUs > 0 && nowNs - inFlight.sentNs(slot) > budgetUs * 1_000L) {
            tally.increment(RunCounter.LATE);
        }
    }
}
