package io.opportune.protocol.client;

import io.opportune.protocol.codec.RejectReason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What became of every request: waiting, on the wire, abandoned by its caller. The only place that completes callers on
 * the event loop, which owns it; a slot leaves its state before its caller is called, so nothing completes twice.
 */
final class RequestBook {
    private static final int NO_LIMIT_YET = 0;

    private final TillClientSettings settings;
    private final RequestPool pool;
    private final ClientTransport transport;
    private final ClientStatistics statistics;
    private final Completions completions;
    private final DeadlineHeap deadlines;
    private final ArrayDeque<PendingRequest> waiting;
    private int decisionLimit = NO_LIMIT_YET;
    private int reportLimit = NO_LIMIT_YET;
    private int totalLimit = NO_LIMIT_YET;
    private int maxFrameLengthBytes;
    private int decisionsOnWire;
    private int reportsOnWire;
    private long nextSequence;
    private long reportsPausedUntilNs = Long.MIN_VALUE;
    private boolean ready;

    RequestBook(
        final TillClientSettings settings,
        final RequestPool pool,
        final ClientTransport transport,
        final ClientStatistics statistics,
        final Completions completions) {
        this.settings = settings;
        this.pool = pool;
        this.transport = transport;
        this.statistics = statistics;
        this.completions = completions;
        deadlines = new DeadlineHeap(pool.capacity());
        waiting = new ArrayDeque<>(settings.reportsPendingLimit());
    }

    /** Messages may be sent from now on, within both sides' limits. */
    void onReady(final int serverLimit, final int serverMaxFrameLengthBytes, final long nowNs) {
        final int wanted = settings.decisionsInFlightLimit() + settings.reportsInFlightLimit();
        totalLimit = Math.min(serverLimit, wanted);
        reportLimit = (int) Math.max(1, (long) totalLimit * settings.reportsInFlightLimit() / wanted);
        decisionLimit = Math.max(1, totalLimit - reportLimit);
        maxFrameLengthBytes = serverMaxFrameLengthBytes;
        reportsPausedUntilNs = Long.MIN_VALUE;
        ready = true;
        sendWaiting(nowNs);
    }

    /** Nothing may be sent any more, but answers may still come. */
    void onDraining() {
        ready = false;
    }

    /** The connection is gone: decisions fail at once, reports wait for the next connection, in their old order. */
    void onDisconnected() {
        ready = false;
        final List<PendingRequest> again = new ArrayList<>();
        for (int i = 0; i < pool.capacity(); i++) {
            final PendingRequest request = pool.slot(i);
            if (request.state == PendingRequest.State.SENT && !request.isDecision()) {
                leaveWire(request);
                request.state = PendingRequest.State.WAITING;
                deadlines.put(request, request.deadlineNs);
                again.add(request);
            } else if (request.state == PendingRequest.State.ABANDONED) {
                release(request);
            } else if (request.state == PendingRequest.State.SENT) {
                fail(request, FailureKind.DISCONNECTED);
            }
        }
        again.addAll(waiting);
        again.sort(Comparator.comparingLong(request -> request.sequence));
        waiting.clear();
        waiting.addAll(again);
    }

    void submit(final PendingRequest request, final long nowNs) {
        if (nowNs >= request.deadlineNs) {
            fail(request, FailureKind.TIMEOUT);
        } else if (!request.isDecision()) {
            request.sequence = nextSequence++;
            request.state = PendingRequest.State.WAITING;
            deadlines.put(request, request.deadlineNs);
            waiting.addLast(request);
            sendWaiting(nowNs);
        } else if (!ready) {
            fail(request, FailureKind.DISCONNECTED);
        } else if (decisionsOnWire >= decisionLimit || onWire() >= totalLimit) {
            fail(request, FailureKind.OVER_LIMIT);
        } else if (request.frameLengthBytes > maxFrameLengthBytes) {
            fail(request, FailureKind.INVALID_REQUEST);
        } else {
            send(request, nowNs);
        }
    }

    /** Sends reports as far as limits and pauses allow. */
    void sendWaiting(final long nowNs) {
        while (ready && nowNs >= reportsPausedUntilNs && reportsOnWire < reportLimit && onWire() < totalLimit) {
            final PendingRequest request = waiting.pollFirst();
            if (request == null) {
                return;
            }
            if (request.frameLengthBytes > maxFrameLengthBytes) {
                fail(request, FailureKind.INVALID_REQUEST);
            } else {
                send(request, nowNs);
            }
        }
    }

    /**
     * Completes callers whose time ran out.
     *
     * @return false when a message has been unanswered for so long that the connection must be given up.
     */
    boolean expire(final long nowNs) {
        while (deadlines.earliestNs() <= nowNs) {
            final PendingRequest request = deadlines.earliest();
            if (nowNs >= request.deadlineNs && request.state == PendingRequest.State.WAITING) {
                waiting.remove(request);
                fail(request, FailureKind.TIMEOUT);
            } else if (nowNs >= request.deadlineNs && request.state == PendingRequest.State.SENT) {
                abandon(request);
            } else {
                return false;
            }
        }
        sendWaiting(nowNs);
        return true;
    }

    /** Completes everybody; the client is closing. */
    void failAll(final FailureKind kind) {
        ready = false;
        waiting.clear();
        for (int i = 0; i < pool.capacity(); i++) {
            final PendingRequest request = pool.slot(i);
            switch (request.state) {
                case WAITING, SENT -> fail(request, kind);
                case ABANDONED -> release(request);
                case IDLE -> { }
            }
        }
    }

    /**
     * Finds who waits for an answer that has just arrived. An answer that comes too late frees its slot.
     *
     * @return null when nobody does.
     */
    PendingRequest awaiting(final long correlationId, final long nowNs) {
        final PendingRequest request = pool.onWire(correlationId);
        if (request == null) {
            statistics.countUnmatchedAnswer();
            return null;
        }
        if (request.state == PendingRequest.State.ABANDONED) {
            statistics.countLateAnswer();
            release(request);
            return null;
        }
        if (request.isDecision() && nowNs >= request.deadlineNs) {
            statistics.countLateAnswer();
            fail(request, FailureKind.TIMEOUT);
            return null;
        }
        return request;
    }

    /** The server refused it for now; it is sent again after the pause while its caller's patience lasts. */
    void retryAfter(final PendingRequest request, final long pauseNs, final long nowNs) {
        leaveWire(request);
        request.state = PendingRequest.State.WAITING;
        deadlines.put(request, request.deadlineNs);
        waiting.addFirst(request);
        reportsPausedUntilNs = Math.max(reportsPausedUntilNs, nowNs + pauseNs);
    }

    void fail(final PendingRequest request, final FailureKind kind) {
        fail(request, kind, RejectReason.NULL_VAL, "");
    }

    void fail(
        final PendingRequest request, final FailureKind kind, final RejectReason rejectReason, final String text) {
        final DecisionHandler decisionHandler = request.decisionHandler;
        final ReceiptHandler receiptHandler = request.receiptHandler;
        final ResolveHandler resolveHandler = request.resolveHandler;
        release(request);
        completions.fail(decisionHandler, receiptHandler, resolveHandler, kind, rejectReason, text);
    }

    /** Frees the slot; whoever waited must have been noted before. */
    void release(final PendingRequest request) {
        if (request.isOnWire()) {
            leaveWire(request);
        }
        deadlines.remove(request);
        pool.release(request);
    }

    int onWire() {
        return decisionsOnWire + reportsOnWire;
    }

    /** When {@link #expire(long)} has to be called next; Long.MAX_VALUE for never. */
    long nextDueNs() {
        final boolean paused = ready && reportsPausedUntilNs != Long.MIN_VALUE && !waiting.isEmpty()
            && reportsOnWire < reportLimit && onWire() < totalLimit;
        return paused ? Math.min(reportsPausedUntilNs, deadlines.earliestNs()) : deadlines.earliestNs();
    }

    private void send(final PendingRequest request, final long nowNs) {
        if (request.attempts++ > 0) {
            statistics.countResent();
        }
        request.state = PendingRequest.State.SENT;
        request.sentNs = nowNs;
        if (request.isDecision()) {
            decisionsOnWire++;
        } else {
            reportsOnWire++;
        }
        deadlines.put(request, Math.min(request.deadlineNs, nowNs + settings.answerTimeoutNs()));
        transport.send(request.buffer, 0, request.frameLengthBytes);
        statistics.countSent();
    }

    private void leaveWire(final PendingRequest request) {
        if (request.isDecision()) {
            decisionsOnWire--;
        } else {
            reportsOnWire--;
        }
    }

    /** The caller gets its failure now; the slot stays taken until the server answers or the connection goes. */
    private void abandon(final PendingRequest request) {
        final DecisionHandler decisionHandler = request.decisionHandler;
        final ReceiptHandler receiptHandler = request.receiptHandler;
        final ResolveHandler resolveHandler = request.resolveHandler;
        request.state = PendingRequest.State.ABANDONED;
        request.decisionHandler = null;
        request.receiptHandler = null;
        request.resolveHandler = null;
        request.deadlineNs = Long.MAX_VALUE;
        deadlines.put(request, request.sentNs + settings.answerTimeoutNs());
        completions.fail(
            decisionHandler, receiptHandler, resolveHandler, FailureKind.TIMEOUT, RejectReason.NULL_VAL, "");
    }
}
