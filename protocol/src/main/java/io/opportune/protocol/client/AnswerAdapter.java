package io.opportune.protocol.client;

import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.ContextAckDecoder;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.EventAckDecoder;
import io.opportune.protocol.codec.MessageHeaderDecoder;
import io.opportune.protocol.codec.RejectDecoder;
import io.opportune.protocol.codec.RejectReason;
import io.opportune.protocol.codec.ResolveResponseDecoder;
import org.agrona.DirectBuffer;

/**
 * Decodes answers to requests and completes whoever awaits them. Owned by the event loop; takes only messages that
 * {@link io.opportune.protocol.MessageBounds} accepted.
 */
final class AnswerAdapter {
    /** Between a refusal for want of capacity and the next attempt. */
    private static final long RETRY_PAUSE_NS = 50_000_000L;

    private final RequestBook book;
    private final ClientStatistics statistics;
    private final Completions completions;
    private final ClockOffset clockOffset;
    private final TillClientSettings settings;
    private final DecisionResponseDecoder decision = new DecisionResponseDecoder();
    private final EventAckDecoder eventAck = new EventAckDecoder();
    private final ContextAckDecoder contextAck = new ContextAckDecoder();
    private final ResolveResponseDecoder resolved = new ResolveResponseDecoder();
    private final RejectDecoder reject = new RejectDecoder();

    AnswerAdapter(
        final RequestBook book,
        final ClientStatistics statistics,
        final Completions completions,
        final ClockOffset clockOffset,
        final TillClientSettings settings) {
        this.book = book;
        this.statistics = statistics;
        this.completions = completions;
        this.clockOffset = clockOffset;
        this.settings = settings;
    }

    /** Returns false when the template is no answer. */
    boolean onMessage(
        final MessageHeaderDecoder header, final DirectBuffer buffer, final int offset, final long nowNs) {
        final int body = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        switch (header.templateId()) {
            case DecisionResponseDecoder.TEMPLATE_ID -> {
                decision.wrap(buffer, body, header.blockLength(), header.version());
                onDecision(nowNs);
            }
            case EventAckDecoder.TEMPLATE_ID -> {
                eventAck.wrap(buffer, body, header.blockLength(), header.version());
                onReceipt(PendingRequest.Kind.EVENT, eventAck.correlationId(), eventAck.eventId().high(),
                    eventAck.eventId().low(), eventAck.status(), eventAck.reason(), nowNs);
            }
            case ContextAckDecoder.TEMPLATE_ID -> {
                contextAck.wrap(buffer, body, header.blockLength(), header.version());
                onReceipt(PendingRequest.Kind.CONTEXT, contextAck.correlationId(), contextAck.eventId().high(),
                    contextAck.eventId().low(), contextAck.status(), contextAck.reason(), nowNs);
            }
            case ResolveResponseDecoder.TEMPLATE_ID -> {
                resolved.wrap(buffer, body, header.blockLength(), header.version());
                onResolved(nowNs);
            }
            case RejectDecoder.TEMPLATE_ID -> {
                reject.wrap(buffer, body, header.blockLength(), header.version());
                onReject(nowNs);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void onDecision(final long nowNs) {
        final PendingRequest request =
            awaiting(PendingRequest.Kind.DECISION, decision.correlationId(), nowNs);
        if (request == null) {
            return;
        }
        final long answeredNs = decision.serverTimeNs();
        clockOffset.sample(request.sendTimeEpochNs, answeredNs - decision.timeTakenNs(), answeredNs,
            settings.epochClock().nanoTime());
        final DecisionHandler handler = request.decisionHandler;
        book.release(request);
        statistics.countAnswered();
        try {
            handler.onDecision(decision);
        } catch (final Throwable e) {
            completions.callbackFailed(e);
        }
    }

    private void onReceipt(
        final PendingRequest.Kind kind,
        final long correlationId,
        final long eventIdHigh,
        final long eventIdLow,
        final AckStatus status,
        final int reasonCode,
        final long nowNs) {
        final PendingRequest request = awaiting(kind, correlationId, nowNs);
        if (request == null) {
            return;
        }
        if (request.eventIdHigh != eventIdHigh || request.eventIdLow != eventIdLow) {
            // An acknowledgement of something else must not make the caller forget its event.
            statistics.countUnmatchedAnswer();
            return;
        }
        final ReceiptHandler handler = request.receiptHandler;
        book.release(request);
        statistics.countAnswered();
        try {
            handler.onReceipt(eventIdHigh, eventIdLow, status, reasonCode);
        } catch (final Throwable e) {
            completions.callbackFailed(e);
        }
    }

    private void onResolved(final long nowNs) {
        final PendingRequest request =
            awaiting(PendingRequest.Kind.RESOLVE, resolved.correlationId(), nowNs);
        if (request == null) {
            return;
        }
        final ResolveHandler handler = request.resolveHandler;
        final int nameCount = request.nameCount;
        if (resolved.ids().count() != nameCount) {
            book.fail(request, FailureKind.INVALID_ANSWER);
            return;
        }
        resolved.sbeRewind();
        book.release(request);
        statistics.countAnswered();
        try {
            handler.onNames(resolved);
        } catch (final Throwable e) {
            completions.callbackFailed(e);
        }
    }

    private void onReject(final long nowNs) {
        if (reject.correlationId() == 0) {
            // The server could not read what it refused; it closes the connection where that is needed.
            statistics.countProtocolError();
            return;
        }
        final PendingRequest request = book.awaiting(reject.correlationId(), nowNs);
        if (request == null) {
            return;
        }
        final RejectReason reason = reject.reason();
        final boolean transientRefusal = reason == RejectReason.TOO_MANY_IN_FLIGHT
            || reason == RejectReason.OVERLOADED
            || reason == RejectReason.SHUTTING_DOWN;
        if (transientRefusal && !request.isDecision()) {
            book.retryAfter(request, RETRY_PAUSE_NS, nowNs);
        } else {
            book.fail(request, FailureKind.REJECTED, reason, request.isDecision() ? "" : reject.text());
        }
    }

    private PendingRequest awaiting(final PendingRequest.Kind kind, final long correlationId, final long nowNs) {
        final PendingRequest request = book.awaiting(correlationId, nowNs);
        if (request != null && request.kind != kind) {
            statistics.countUnmatchedAnswer();
            return null;
        }
        return request;
    }
}
