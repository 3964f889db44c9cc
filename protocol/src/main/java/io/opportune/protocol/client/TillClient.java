package io.opportune.protocol.client;

import io.opportune.protocol.MessageBounds;
import io.opportune.protocol.Sofh;
import io.opportune.protocol.codec.AckStatus;
import io.opportune.protocol.codec.DecisionResponseDecoder;
import io.opportune.protocol.codec.LinkOperation;
import io.opportune.protocol.codec.RejectReason;
import io.opportune.protocol.codec.ResolveResponseDecoder;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * An asynchronous client of the decision server for tills, kiosks and apps. Every call returns at once and is completed
 * exactly once: by the server's answer, or within the caller's time by a fallback and the reason for it, whatever the
 * server does. Any thread may call; one event-loop thread of its own does the rest and runs the callbacks, which must
 * therefore not block.
 *
 * <p>Decisions want an answer now: without a connection or without room they fail at once. Reports (events, context
 * updates, links, lookups of names) are held while the connection is down and sent again with the same event id after
 * it is back, until the caller's patience ends; the server applies an event id once.
 */
public final class TillClient implements AutoCloseable {
    /** Longer waits than this make no sense and would overflow sums of times. */
    private static final long LONGEST_WAIT_NS = Long.MAX_VALUE / 4;

    private final TillClientSettings settings;
    private final ClientStatistics statistics = new ClientStatistics();
    private final Completions completions;
    private final RequestPool pool;
    private final RequestFactory requests;
    private final ClientEventLoop eventLoop;
    private final CompletableFuture<ServerInfo> firstLogon = new CompletableFuture<>();
    private volatile boolean closing;

    private TillClient(final TillClientSettings settings) {
        this.settings = settings;
        completions = new Completions(statistics, settings.onError());
        pool = new RequestPool(settings.decisionsInFlightLimit(), settings.reportsPendingLimit());
        eventLoop = new ClientEventLoop(
            settings, pool, statistics, completions, firstLogon::complete, () -> firstLogon.cancel(false));
        requests = new RequestFactory(settings, eventLoop.conductor().clockOffset());
    }

    /**
     * Starts a client, which begins to connect and goes on trying until it is closed.
     *
     * @param settings how it behaves.
     * @return the client.
     */
    public static TillClient start(final TillClientSettings settings) {
        final TillClient client = new TillClient(settings);
        client.eventLoop.start();
        return client;
    }

    /**
     * Asks for offers.
     *
     * @param call         the moment.
     * @param timeBudgetNs until the decision must be here, nanoseconds; the server is told what remains after the
     *                     network's share.
     * @param fallback     supplies the decision when the server's is not here in time.
     * @return completes exactly once, never exceptionally unless {@code fallback} throws.
     */
    public CompletableFuture<Decision> decide(
        final DecisionCall call, final long timeBudgetNs, final Fallback fallback) {
        final CompletableFuture<Decision> future = new CompletableFuture<>();
        decide(request -> RequestWriter.write(call, request), timeBudgetNs, new DecisionHandler() {
            @Override
            public void onDecision(final DecisionResponseDecoder response) {
                Decision decision;
                try {
                    decision = AnswerReader.decision(response);
                } catch (final RuntimeException e) {
                    completions.callbackFailed(e);
                    onFallback(FailureKind.INVALID_ANSWER, RejectReason.NULL_VAL);
                    return;
                }
                future.complete(decision);
            }

            @Override
            public void onFallback(final FailureKind kind, final RejectReason rejectReason) {
                try {
                    future.complete(fallback.decide(new Failure(kind, rejectReason, "")));
                } catch (final Throwable e) {
                    future.completeExceptionally(e);
                }
            }
        });
        return future;
    }

    /**
     * Asks for offers without garbage.
     *
     * @param encoding     fills in the request, on this thread, now.
     * @param timeBudgetNs until the decision must be here, nanoseconds.
     * @param handler      takes the outcome, exactly once; possibly before this method returns.
     */
    public void decide(final DecisionEncoding encoding, final long timeBudgetNs, final DecisionHandler handler) {
        final FailureKind obstacle = obstacleToDecide();
        final PendingRequest request = obstacle == null ? pool.claimDecision() : null;
        if (request == null) {
            completions.fail(handler, null, null, obstacle == null ? FailureKind.OVER_LIMIT : obstacle,
                RejectReason.NULL_VAL, "");
            return;
        }
        request.decisionHandler = handler;
        boolean encoded = false;
        try {
            encoded = finish(request, requests.decision(request, encoding, timeBudgetNs));
        } catch (final Throwable e) {
            completions.callbackFailed(e);
        }
        submit(request, timeBudgetNs, encoded);
    }

    /**
     * Reports an event.
     *
     * @param event      what happened.
     * @param patienceNs how long it may be held, sent and sent again, nanoseconds.
     * @return completes exactly once, never exceptionally.
     */
    public CompletableFuture<Outcome<Receipt>> report(final EventCall event, final long patienceNs) {
        final ReceiptFuture future = new ReceiptFuture();
        report(encoder -> RequestWriter.write(event, encoder), patienceNs, future);
        return future;
    }

    /**
     * Reports an event without garbage.
     *
     * @param encoding   fills in the report, on this thread, now.
     * @param patienceNs how long it may be held, sent and sent again, nanoseconds.
     * @param handler    takes the outcome, exactly once; possibly before this method returns.
     */
    public void report(final EventEncoding encoding, final long patienceNs, final ReceiptHandler handler) {
        final PendingRequest request = claimReport(PendingRequest.Kind.EVENT, handler);
        if (request != null) {
            boolean encoded = false;
            try {
                encoded = finish(request, requests.event(request, encoding));
            } catch (final Throwable e) {
                completions.callbackFailed(e);
            }
            submit(request, patienceNs, encoded);
        }
    }

    /**
     * Changes what the server holds about a customer.
     *
     * @param change     the changes, applied together.
     * @param patienceNs how long it may be held, sent and sent again, nanoseconds.
     * @return completes exactly once, never exceptionally.
     */
    public CompletableFuture<Outcome<Receipt>> updateContext(final ContextChange change, final long patienceNs) {
        final ReceiptFuture future = new ReceiptFuture();
        final PendingRequest request = claimReport(PendingRequest.Kind.CONTEXT, future);
        if (request != null) {
            submit(request, patienceNs, finish(request, requests.context(request, change)));
        }
        return future;
    }

    /**
     * Says that two ids belong to one customer or household.
     *
     * @param customer   one id.
     * @param other      the other.
     * @param patienceNs how long it may be held, sent and sent again, nanoseconds.
     * @return completes exactly once, never exceptionally.
     */
    public CompletableFuture<Outcome<Receipt>> link(
        final Customer customer, final Customer other, final long patienceNs) {
        return link(customer, other, LinkOperation.LINK, patienceNs);
    }

    /**
     * Takes an id out of whatever it was linked to.
     *
     * @param customer   the id that leaves.
     * @param patienceNs how long it may be held, sent and sent again, nanoseconds.
     * @return completes exactly once, never exceptionally.
     */
    public CompletableFuture<Outcome<Receipt>> unlink(final Customer customer, final long patienceNs) {
        return link(customer, Customer.UNKNOWN, LinkOperation.UNLINK, patienceNs);
    }

    /**
     * Looks up the registry ids of names, usually once after the start.
     *
     * @param names      1..256 names.
     * @param patienceNs how long it may be held, sent and sent again, nanoseconds.
     * @return completes exactly once, never exceptionally.
     */
    public CompletableFuture<Outcome<ResolvedNames>> resolve(final List<Name> names, final long patienceNs) {
        final CompletableFuture<Outcome<ResolvedNames>> future = new CompletableFuture<>();
        final ResolveHandler handler = new ResolveHandler() {
            @Override
            public void onNames(final ResolveResponseDecoder response) {
                future.complete(new Outcome.Answered<>(AnswerReader.names(response)));
            }

            @Override
            public void onFailure(final FailureKind kind, final RejectReason rejectReason, final String text) {
                future.complete(new Outcome.Failed<>(new Failure(kind, rejectReason, text)));
            }
        };
        final PendingRequest request = closing ? null : pool.claimReport(PendingRequest.Kind.RESOLVE);
        if (request == null) {
            completions.fail(null, null, handler, closing ? FailureKind.CLOSED : FailureKind.OVER_LIMIT,
                RejectReason.NULL_VAL, "");
            return future;
        }
        request.resolveHandler = handler;
        boolean encoded = false;
        try {
            encoded = finish(request, requests.resolve(request, names));
        } catch (final RuntimeException e) {
            completions.callbackFailed(e);
        }
        submit(request, patienceNs, encoded);
        return future;
    }

    /**
     * Completes when the server has accepted the logon for the first time.
     *
     * @return a future that is cancelled when the client is closed before.
     */
    public CompletableFuture<ServerInfo> firstLogon() {
        return firstLogon.copy();
    }

    /**
     * Whether there is a logged-on connection at this moment.
     *
     * @return false while decisions fail with DISCONNECTED.
     */
    public boolean isReady() {
        return eventLoop.conductor().isReady();
    }

    /**
     * What the server said at the latest logon.
     *
     * @return null before the first.
     */
    public ServerInfo server() {
        return eventLoop.conductor().server();
    }

    /**
     * Why the latest connection, or attempt to get one, ended.
     *
     * @return words for people, empty when none has ended.
     */
    public String lastProblem() {
        return eventLoop.conductor().lastProblem();
    }

    /**
     * Estimate of the server's clock minus this machine's, from the exchange with the shortest round trip.
     *
     * @return nanoseconds; 0 before the first logon.
     */
    public long clockOffsetNs() {
        return eventLoop.conductor().clockOffset().offsetNs();
    }

    /**
     * Network time there and back in the exchange that {@link #clockOffsetNs()} comes from; half bounds its error.
     *
     * @return nanoseconds; 0 before the first logon.
     */
    public long roundTripNs() {
        return eventLoop.conductor().clockOffset().roundTripNs();
    }

    /**
     * What the client has done so far.
     *
     * @return live counts.
     */
    public ClientStatistics statistics() {
        return statistics;
    }

    /**
     * Takes nothing more, waits up to the close time-out for what is pending, logs off and ends the thread. What is
     * still pending then fails with CLOSED. Does not wait when called from a callback.
     */
    @Override
    public void close() {
        closing = true;
        eventLoop.close();
    }

    private CompletableFuture<Outcome<Receipt>> link(
        final Customer customer, final Customer other, final LinkOperation operation, final long patienceNs) {
        final ReceiptFuture future = new ReceiptFuture();
        final PendingRequest request = claimReport(PendingRequest.Kind.CONTEXT, future);
        if (request != null) {
            submit(request, patienceNs, finish(request, requests.link(request, customer, other, operation)));
        }
        return future;
    }

    private FailureKind obstacleToDecide() {
        if (closing) {
            return FailureKind.CLOSED;
        }
        return isReady() ? null : FailureKind.DISCONNECTED;
    }

    /** Completes the handler and returns null when the report cannot be taken. */
    private PendingRequest claimReport(final PendingRequest.Kind kind, final ReceiptHandler handler) {
        final PendingRequest request = closing ? null : pool.claimReport(kind);
        if (request == null) {
            completions.fail(null, handler, null, closing ? FailureKind.CLOSED : FailureKind.OVER_LIMIT,
                RejectReason.NULL_VAL, "");
            return null;
        }
        request.receiptHandler = handler;
        return request;
    }

    /** Writes the framing header; returns false when the message would be refused anyway. */
    private boolean finish(final PendingRequest request, final MessageEncoderFlyweight encoder) {
        final int lengthBytes = Sofh.MIN_FRAME_LENGTH_BYTES + encoder.encodedLength();
        Sofh.encode(request.buffer, 0, lengthBytes);
        request.frameLengthBytes = lengthBytes;
        return MessageBounds.check(request.buffer, Sofh.HEADER_LENGTH_BYTES, lengthBytes - Sofh.HEADER_LENGTH_BYTES)
            == MessageBounds.OK;
    }

    private void submit(final PendingRequest request, final long waitNs, final boolean encoded) {
        if (encoded) {
            request.deadlineNs = settings.nanoClock().nanoTime() + Math.clamp(waitNs, 0, LONGEST_WAIT_NS);
            eventLoop.submit(request);
            return;
        }
        final DecisionHandler decisionHandler = request.decisionHandler;
        final ReceiptHandler receiptHandler = request.receiptHandler;
        final ResolveHandler resolveHandler = request.resolveHandler;
        pool.release(request);
        completions.fail(
            decisionHandler, receiptHandler, resolveHandler, FailureKind.INVALID_REQUEST, RejectReason.NULL_VAL, "");
    }

    /** A receipt as a future. */
    private static final class ReceiptFuture extends CompletableFuture<Outcome<Receipt>> implements ReceiptHandler {
        @Override
        public void onReceipt(
            final long eventIdHigh, final long eventIdLow, final AckStatus status, final int reasonCode) {
            complete(new Outcome.Answered<>(new Receipt(new UUID(eventIdHigh, eventIdLow), status, reasonCode)));
        }

        @Override
        public void onFailure(final FailureKind kind, final RejectReason rejectReason, final String text) {
            complete(new Outcome.Failed<>(new Failure(kind, rejectReason, text)));
        }
    }
}
